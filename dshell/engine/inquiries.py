"""What completion asks of a daemon beyond names: folders in containers, images' shapes, Docker Hub, a swarm's names.

Asked in the background, on connections of its own and with little patience: a late answer is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain

from dshell.engine import facts
from dshell.engine.base import Json
from dshell.engine.client import Client, Request
from dshell.engine.records import Endpoint, ImageFacts
from dshell.engine.url import escape, image_path
from dshell.wire import Demultiplexer

PATIENCE = 3.0  # seconds for each wait
LONGEST = 200_000  # bytes of a folder's listing that are read
RESULTS = "25"
STACK = "com.docker.stack.namespace"


class DaemonInquiries:
    """The daemon at ``endpoint``, as ``engine.base.Inquiries``. ``headers`` and ``version`` as for ``Daemon``."""

    def __init__(self, endpoint: Endpoint, headers: Mapping[str, str] | None = None, version: str = "") -> None:
        self._client = Client(endpoint, headers or {}, version, PATIENCE)

    def close(self) -> None:
        self._client.close()

    def folder(self, container: str, path: str) -> list[str]:
        """By ``ls`` in the container, which images without it have not: the API lists no folder.

        An archive of the folder would hold every file in it. Symbolic links to folders count as folders. Names that
        come with a question mark are left out: busybox writes one for each character that it cannot show.
        """
        command = ["ls", "-1ApL", *(["--", path] if path else [])]
        body = {"AttachStdout": True, "Cmd": command, "Env": ["LC_ALL=C.UTF-8"]}
        request = Request("POST", f"/containers/{escape(container)}/exec", body=body, subject=container)
        number = self._client.read(request, lambda record: facts.text(record, "Id"))
        found = Demultiplexer().feed(self._read(f"/exec/{number}/start"))
        rows = b"".join(data for _, data in found).decode(errors="replace").splitlines()
        return [row for row in rows if not _MANGLED & {*row}]

    def search(self, term: str) -> list[tuple[str, str]]:
        request = Request("GET", "/images/search", {"term": term, "limit": RESULTS}, subject=term)
        return self._client.read_list(request, _found)

    def image(self, name: str) -> ImageFacts:
        return self._client.read(Request("GET", image_path(name), subject=name), facts.image_facts)

    def names_of(self, noun: str) -> list[str]:
        if noun == "runtime":
            return self._client.read(Request("GET", "/info"), lambda record: sorted(record.get("Runtimes") or ()))
        if noun not in _LISTS:
            return []
        path, names = _LISTS[noun]
        request = Request("GET", path, {"all": "1"} if path == "/containers/json" else {})
        return self._client.read_list(request, lambda rows: sorted({*chain.from_iterable(map(names, rows))} - {""}))

    def _read(self, path: str) -> bytes:
        """The first of what a program prints, while it prints without long pauses."""
        exchange, _ = self._client.begin(Request("POST", path, body=_ATTACHED))
        data = b""
        try:
            exchange.connection.set_timeout(PATIENCE)
            with self._client.translated(path):
                for piece in exchange.pieces():
                    data += piece
                    if len(data) > LONGEST:
                        break
        finally:
            exchange.connection.close()
        return data


_MANGLED = {"?", "\N{REPLACEMENT CHARACTER}"}
_ATTACHED: Json = {"Detach": False, "Tty": False}
_Names = Callable[[facts.Record], Iterable[str]]


def _found(rows: list[facts.Record]) -> list[tuple[str, str]]:
    return [(facts.text(row, "name"), row.get("description") or "") for row in rows]


def _part(row: facts.Record, key: str) -> facts.Record:
    return row.get(key) or {}


def _name(row: facts.Record) -> Iterable[str]:
    return [_part(row, "Spec").get("Name", "")]


def _labels(row: facts.Record) -> Mapping[str, str]:
    return row.get("Labels") or {}


_LISTS: dict[str, tuple[str, _Names]] = {
    "node": ("/nodes", lambda row: [_part(row, "Description").get("Hostname", "")]),
    "service": ("/services", _name),
    "task": ("/services", _name),
    "stack": ("/services", lambda row: [_labels(_part(row, "Spec")).get(STACK, "")]),
    "secret": ("/secrets", _name),
    "config": ("/configs", _name),
    "plugin": ("/plugins", lambda row: [row.get("Name", "")]),
    "compose-project": ("/containers/json", lambda row: [_labels(row).get(facts.PROJECT, "")]),
    "label": ("/containers/json", lambda row: [f"{key}={value}" for key, value in _labels(row).items()]),
}
"""Where the names of a noun are listed, and those of one entry."""
