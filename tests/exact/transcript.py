"""A ``Take`` as text that is equal whenever a tool did the same: what differs by chance is named or sorted."""

from __future__ import annotations

import base64
import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dshell.run.native.defaults import default_body
from tests.exact.kept import FIXTURES, Entry, fake_id
from tests.exact.play import Stage, Take

TRANSCRIPT = Path(__file__).with_name("docker.jsonl")
HEADERS = ("content-type", "upgrade")
PARALLEL = re.compile(r"(?:POST|DELETE) /v[^/]+/containers/[^/? ]+(?:/stop)?[? ]")
SIZE = re.compile(r"POST \S+/(?:resize|kill\?signal=WINCH)")

Record = dict[str, Any]


def record(take: Take, stage: Stage) -> Record:
    """What is compared, as JSON."""
    names = list(_names(stage, take))
    made: Record = {"code": take.code}
    for name, data in take.said.items():
        if data:
            made[name] = _named(_timeless(data.decode(errors="backslashreplace")), names)
    made["requests"] = _ordered([_request(entry, names) for entry in take.entries])
    if any("/kill?" in line for line, *_ in made["requests"]):
        _forget_who_left(made["requests"])
    if take.files:
        made["files"] = {name: _named(content, names) for name, content in sorted(take.files.items())}
    if take.missed is not None:
        made["missed"] = dict(take.missed)
    return made


def _forget_who_left(requests: list[list[Any]]) -> None:
    """Who forwards a fatal signal leaves before or after the program does."""
    for _, *more in requests:
        for part in more:
            part.pop("left", None)


def _names(stage: Stage, take: Take) -> Iterator[tuple[str, str]]:
    yield str(stage.recorder.path), "{SOCK}"
    yield str(stage.folder), "{CWD}"
    yield str(stage.home), "{HOME}"
    yield str(stage.base), "{TMP}"
    for found in stage.recorder.containers.values():
        name = found.name if fake_id("fixture", found.name) == found.id else f"C{len(FIXTURES)}"
        yield found.id, f"<{name}>"
    for number in range(len(take.entries)):
        yield fake_id("exec", number), f"<E{number}>"


def _named(text: str, names: list[tuple[str, str]]) -> str:
    for found, name in names:
        text = text.replace(found, name)
    return text


def _timeless(text: str) -> str:
    return re.sub(r'time="[^"]*"', 'time="…"', text)


def _request(entry: Entry, names: list[tuple[str, str]]) -> list[Any]:
    """["POST /v1.50/containers/create?name=web 201", {…}]"""
    request = entry.request
    version = f"/v{request.version}" if request.version else ""
    query = "&".join(f"{name}={value}" for name, value in request.query.items())
    line = f"{request.method} {version}{request.path}{'?' + query if query else ''} {entry.status}"
    more: Record = {name: request.headers[name] for name in HEADERS if name in request.headers}
    if more == {"content-type": "application/json"} and request.body:
        more = {}
    if "x-registry-auth" in request.headers:
        more["auth"] = json.loads(base64.urlsafe_b64decode(request.headers["x-registry-auth"]))
    if request.body:
        more["body"] = _body(request.path, request.body)
    if entry.heard is not None:
        more["heard"] = entry.heard.decode(errors="backslashreplace")
        more["left"] = entry.left
    text = _named(json.dumps([line, more] if more else [line], ensure_ascii=False), names)
    made: list[Any] = json.loads(text)
    return made


def _body(path: str, body: bytes) -> object:
    try:
        read = json.loads(body)
    except ValueError:
        with tarfile.open(fileobj=io.BytesIO(body)) as tar:
            return {member.name: [oct(member.mode), _content(tar, member)] for member in tar.getmembers()}
    return _difference(read, default_body()) if path == "/containers/create" else read


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    content = tar.extractfile(member)
    return content.read().decode() if content else ""


def _difference(body: Mapping[str, Any], base: Mapping[str, Any], place: str = "") -> Record:
    """What ``body`` has that a line without flags has not, by its place (``HostConfig.Binds``)."""
    changed: Record = {}
    for key in {**base, **body}:
        here = f"{place}{key}"
        if here in {"HostConfig", "NetworkingConfig"}:
            changed |= _difference(body[key], base[key], f"{here}.")
        elif key not in base or key not in body or body[key] != base[key]:
            changed[here] = _sorted(here, body.get(key, "<none>"))
    return dict(sorted(changed.items()))


def _sorted(place: str, content: Any) -> Any:
    """Docker sends these in random order: its values pass through a map."""
    if place == "Env" and content:
        return sorted(content, key=lambda variable: variable.partition("=")[0])
    return sorted(content) if place == "HostConfig.Binds" and content else content


def _ordered(requests: list[list[Any]]) -> list[list[Any]]:
    """What docker sends all at once, and a new size and its signal, have no order."""
    made: list[list[Any]] = []
    for request in requests:
        made.append(request)
        for pattern in (PARALLEL, SIZE):
            start = len(made)
            while start and pattern.match(made[start - 1][0]):
                start -= 1
            made[start:] = sorted(made[start:], key=json.dumps)
    return made


def read(path: Path) -> tuple[str, dict[str, Record]]:
    """Docker's version, and the records by the keys of their cases."""
    head, *rows = path.read_text().splitlines()
    records = [json.loads(row) for row in rows]
    return json.loads(head)["docker"], {made.pop("case"): made for made in records}


def write(path: Path, version: str, records: Mapping[str, Record]) -> None:
    rows = [{"docker": version}, *({"case": key, **made} for key, made in records.items())]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))
