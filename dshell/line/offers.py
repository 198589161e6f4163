"""Candidates by what a word stands for: what exists on the daemon, files, and words made of several such parts.

Knows nothing of commands and flags: ``line.suggest`` finds out what is wanted and asks here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice

from dshell.grammar.model import Kind
from dshell.line.candidate import MOST, Candidate, Files, Known, KnownContainer, Place, Ranked, Sort, matching
from dshell.line.model import Expansion, Piece, Range
from dshell.line.paths import split_bind
from dshell.line.split import quote
from dshell.pattern import pattern

SEPARATOR = pattern(r"[\\/]")
_MOUNT_KEYS = ("type=", "source=", "target=", "readonly")
_MOUNT_TYPES = ("bind", "volume", "tmpfs")


class Offers:
    """What can be offered for what is typed at ``place``."""

    def __init__(self, place: Place, known: Known, files: Files) -> None:
        self.place = place
        self._known = known
        self._files = files

    def kind(self, kind: Kind) -> list[Ranked]:
        known = self._known
        match kind:
            case Kind.CONTAINER | Kind.LINK | Kind.VOLUMES_FROM:
                return self._containers(known.containers)
            case Kind.RUNNING:
                return self._containers([container for container in known.containers if container.running])
            case Kind.STOPPED:
                return self._containers([container for container in known.containers if not container.running])
            case Kind.IMAGE | Kind.LOCAL_IMAGE | Kind.REMOTE_IMAGE | Kind.NEW_IMAGE:
                return self._images()
            case Kind.VOLUME:
                return self.plain(self._new(known.volumes), Sort.VOLUME)
            case Kind.NETWORK | Kind.NETWORK_MODE:
                return self.plain(self._new(known.networks), Sort.NETWORK)
            case Kind.CONTEXT:
                return self.plain(self._new(known.contexts), Sort.CONTEXT)
            case Kind.FORMAT:
                return self.plain(("json",), Sort.VALUE)
            case _:
                return self._host_kind(kind)

    def _host_kind(self, kind: Kind) -> list[Ranked]:
        match kind:
            case Kind.HOST_PATH | Kind.HOST_FOLDER | Kind.COMPOSE_FILE | Kind.BUILD_FOLDER:
                return self.files(folders=kind in (Kind.HOST_FOLDER, Kind.BUILD_FOLDER))
            case Kind.BIND:
                return self._bind()
            case Kind.MOUNT:
                return self._mount()
            case Kind.COPY_PATH:
                return self._copy()
            case _:
                return []

    def _containers(self, containers: Sequence[KnownContainer]) -> list[Ranked]:
        typed = self.place.typed
        given = self._given()
        free = [container for container in containers if container.name not in given] if given else containers
        found = [
            (rank, self.candidate(item.name, Sort.CONTAINER, (item.status, item.image)))
            for rank, item in islice(matching(typed, free, lambda container: container.name), MOST)
        ]
        if typed and not found:
            by_id = [item for item in free if item.id.startswith(typed)][:MOST]
            facts = [(item.id[:12], (item.name, item.status, item.image)) for item in by_id]
            found = [(0, self.candidate(name, Sort.CONTAINER, known)) for name, known in facts]
        return found

    def _images(self) -> list[Ranked]:
        """``alpine:latest`` is offered as ``alpine``, as people write it, until a colon is typed."""
        short = ":" not in self.place.typed
        names = {image.name.removesuffix(":latest") if short else image.name for image in self._known.images}
        given = self._given()
        return self.plain(sorted(name for name in names if "<none>" not in name and name not in given), Sort.IMAGE)

    def _given(self) -> set[str]:
        """Arguments that stand elsewhere in the command: they are not offered again."""
        simple = self.place.simple
        return {word.text for word in simple.arguments if word is not self.place.word} if simple else set()

    def _new(self, names: Sequence[str]) -> list[str]:
        given = self._given()
        return [name for name in names if name not in given]

    def plain(self, names: Sequence[str], sort: Sort, end: str = "") -> list[Ranked]:
        found = islice(matching(self.place.typed, names, str), MOST)
        key = ("own",) if sort is Sort.OWN else ()
        return [(rank, self.candidate(name + end, sort, key=(*key, name) if key else ())) for rank, name in found]

    def candidate(self, name: str, sort: Sort, facts: tuple[str, ...] = (), key: tuple[str, ...] = ()) -> Candidate:
        return Candidate(quote(name), Range(self.place.start, self.place.cursor), sort, name, facts, key)

    # Words made of several parts

    def _bind(self) -> list[Ranked]:
        """The host's half of ``-v``: a path, or a volume."""
        typed = self.place.typed
        if split_bind(typed).target != typed:
            return []
        volumes = [] if SEPARATOR.search(typed) else self.plain(self._known.volumes, Sort.VOLUME, end=":")
        return volumes + self.files()

    def _copy(self) -> list[Ranked]:
        typed = self.place.typed
        if split_bind(typed).target != typed:
            return []
        names = [container.name for container in self._known.containers]
        containers = [] if SEPARATOR.search(typed) else self.plain(names, Sort.CONTAINER, end=":")
        return containers + self.files()

    def _mount(self) -> list[Ranked]:
        """One part of ``type=bind,source=…,target=…``. The parts before the last comma stay as they are typed."""
        typed = self.place.typed
        done, _, last = typed.rpartition(",")
        key, equals, value = last.partition("=")
        rest = self._at_end(value if equals else last)
        if rest is None:
            return []
        if not equals:
            missing = [name for name in _MOUNT_KEYS if name not in done]
            return rest.plain(missing, Sort.VALUE)
        if key == "type":
            return rest.plain(_MOUNT_TYPES, Sort.VALUE)
        if key not in ("source", "src"):
            return []
        return rest.files() if "type=bind" in done else rest.plain(self._known.volumes, Sort.VOLUME)

    def _at_end(self, part: str) -> Offers | None:
        """The same question about ``part`` alone, the end of what is typed; None when it is not spelled plainly."""
        place = self.place
        start = place.cursor - len(part)
        if place.text[start : place.cursor] != part:
            return None
        piece = Piece(part, range=Range(start, place.cursor))
        pieces = (piece,) if part else ()
        return Offers(place._replace(pieces=pieces, start=start), self._known, self._files)

    # Files

    def files(self, *, folders: bool = False) -> list[Ranked]:
        """Entries of the folder that is typed; only the last part of the path is replaced."""
        typed = self.place.typed
        name = SEPARATOR.split(typed)[-1]
        folder = typed[: len(typed) - len(name)]
        if name == "~" and not folder:
            return []
        entries = [entry for entry in self._files(folder) if not entry.name.startswith(".") or name.startswith(".")]
        if folders:
            entries = [entry for entry in entries if entry.folder]
        separator = "\\" if "\\" in folder and "/" not in folder else "/"
        found = []
        for rank, entry in islice(matching(name, entries, lambda entry: entry.name), MOST):
            spelled = self._spelled(folder, name, entry.name)
            if spelled:
                text, where = spelled
                end = separator if entry.folder else ""
                sort = Sort.FOLDER if entry.folder else Sort.FILE
                found.append((rank, Candidate(text + end, where, sort, entry.name + end)))
        return found

    def _spelled(self, folder: str, typed: str, name: str) -> tuple[str, Range] | None:
        """How ``name`` is written here, and what it replaces; None when an expansion stands in the way."""
        place = self.place
        start = place.cursor - len(typed)
        if place.text[start : place.cursor] == typed and not (place.quoted and re.search(r"[\"'$`\\]", name)):
            return (name if place.quoted else quote(name)), Range(start, place.cursor)
        if all(piece.expansion is Expansion.NONE for piece in place.pieces):
            return quote(folder + name), Range(place.start, place.cursor)
        return None
