"""What a person has used, and how lately: of what may stand at the cursor, that comes first. Made from earlier lines.

Each use counts one when it is made and half as much some lines later. Reads parsed lines and no file; what is kept is
small, and asking it is one look into a dict.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dshell.grammar.model import Kind
from dshell.line.model import Line, Role, Simple

HALF = 50  # lines after which a use counts half
MOST = 2000  # words that are remembered; beyond it the older half of them is let go

_CONTAINERS = {Kind.RUNNING, Kind.STOPPED, Kind.CONTAINER}
_IMAGES = {Kind.IMAGE, Kind.LOCAL_IMAGE}


class Usage:
    """How often and how lately words were used. ``scope``: their kind ("container", "flag container run")."""

    def __init__(self) -> None:
        self._scopes: dict[str, dict[str, tuple[float, int]]] = {}
        self._lines = 0
        self._count = 0

    def note(self, line: Line) -> None:
        """``line`` has been run."""
        self._lines += 1
        for simple in line.commands:
            for scope, text in _used(simple):
                uses = self._scopes.setdefault(scope, {})
                self._count += text not in uses
                uses[text] = (self._weigh(uses.get(text)) + 1, self._lines)
        if self._count > MOST:
            self._forget()

    def weight(self, scope: str, text: str) -> float:
        """0.0 for what was never used."""
        uses = self._scopes.get(scope)
        return self._weigh(uses.get(text)) if uses else 0.0

    def words(self, scope: str) -> Mapping[str, object]:
        """All that was used of that kind."""
        return self._scopes.get(scope, {})

    def _weigh(self, use: tuple[float, int] | None) -> float:
        return use[0] * 0.5 ** ((self._lines - use[1]) / HALF) if use else 0.0

    def _forget(self) -> None:
        moments = sorted(moment for uses in self._scopes.values() for _, moment in uses.values())
        oldest = moments[len(moments) // 2]
        kept = {
            scope: {text: use for text, use in uses.items() if use[1] > oldest} for scope, uses in self._scopes.items()
        }
        self._scopes = {scope: uses for scope, uses in kept.items() if uses}
        self._count = sum(map(len, self._scopes.values()))


def image_text(name: str) -> str:
    """``alpine:latest`` is used as ``alpine``."""
    return name.removesuffix(":latest")


def scope_of(kind: Kind, flag: str = "") -> str:
    """The scope of a word of ``kind``; of one that is no name of anything, of ``flag``."""
    if kind in _CONTAINERS:
        return "container"
    if kind in _IMAGES:
        return "image"
    return kind.value if kind in (Kind.VOLUME, Kind.NETWORK, Kind.CONTEXT) else f"value {flag}"


def _used(simple: Simple) -> Iterator[tuple[str, str]]:
    if simple.command is None:
        if simple.words and simple.words[0].role is Role.OWN:
            yield "own", simple.words[0].text
        return
    path = simple.command.path
    if path:
        yield "command", " ".join(path)
    typed = [word.text for word in simple.words if word.role is Role.COMMAND]
    yield from (("command", " ".join(typed[:count])) for count in range(1, len(typed)))
    yield from _used_flags(simple)
    for word in simple.arguments:
        if word.literal and word.text:
            scope = scope_of(word.kind, "")
            yield scope, image_text(word.text) if scope == "image" else word.text
    image = next((word.text for word in simple.arguments if word.kind in _IMAGES), "")
    if simple.inside and image:
        yield f"inside {image_name(image)}", " ".join(word.text for word in simple.inside)


def _used_flags(simple: Simple) -> Iterator[tuple[str, str]]:
    path = " ".join(simple.command.path) if simple.command else ""
    for use in simple.flags:
        if use.flag is None:
            continue
        yield f"flag {path}", use.flag.name
        text = use.text
        if text and use.value and len(use.value) == 1 and use.flag.kind is not Kind.ENV:
            yield scope_of(use.flag.kind, use.flag.name), text


def image_name(reference: str) -> str:
    """``docker.io/library/nginx:alpine`` is ``nginx``; the tag and the digest are left out."""
    name = reference.partition("@")[0]
    head, slash, last = name.rpartition("/")
    name = head + slash + last.partition(":")[0]
    for start in ("docker.io/", "index.docker.io/"):
        name = name.removeprefix(start)
    return name.removeprefix("library/")
