"""Candidates for one place: names, parts of a word, files. ``line.sources`` says which go with which kind of word.

Knows nothing of commands: ``line.suggest`` finds out what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from operator import attrgetter
from typing import TypeVar

from dshell.grammar.model import Flag, Kind
from dshell.line.candidate import MEANS, MOST, Candidate, Place, Ranked, Sort
from dshell.line.model import Expansion, FlagUse, Piece, Range, Word
from dshell.line.register import Register, register
from dshell.line.roll import Roll, matching
from dshell.line.split import quote
from dshell.line.world import Entry, KnownContainer, KnownImage, World
from dshell.pattern import pattern

SEPARATOR = pattern(r"[\\/]")
JOINTS = (":", "=")  # what never ends a word
_T = TypeVar("_T")


class Offers:
    """What can be offered for what is typed at ``place``. ``flag``: the one whose value it is."""

    def __init__(self, place: Place, world: World, flag: Flag | None = None) -> None:
        self.place = place
        self.world = world
        self.flag = flag
        self.typed = place.typed

    # Names

    @property
    def register(self) -> Register[KnownContainer, KnownImage]:
        return register(self.world.known)

    def fresh(self, names: Roll[str], sort: Sort) -> list[Ranked]:
        """Those of ``names`` that go with what is typed and do not stand elsewhere in the command."""
        rank, best = self.best(names, sort, self.given())
        return [(rank, self.candidate(name, sort)) for name in best]

    def plain(
        self, names: Roll[str] | Collection[str], sort: Sort, end: str = "", more: bool | None = None
    ) -> list[Ranked]:
        """Those of ``names`` that go with what is typed; ``end`` is put behind each. ``more``: as a candidate's."""
        key, found = self._key(sort), []
        rank, best = self.best(names if isinstance(names, Roll) else Roll([*names], str), sort)
        for name in best:
            candidate = self.candidate(name + end, sort, key=(*key, name) if key else ())
            goes_on = candidate.display.endswith(JOINTS) if more is None else more
            found.append((rank, candidate._replace(more=True) if goes_on else candidate))
        return found

    def candidate(self, name: str, sort: Sort, facts: tuple[str, ...] = (), key: tuple[str, ...] = ()) -> Candidate:
        """Without a text where ``name`` cannot be written: such a one is not offered."""
        text, where = self.place.written(name) or ("", Range(self.place.cursor, self.place.cursor))
        return Candidate(text, where, sort, name, facts, key)

    def best(self, roll: Roll[_T], sort: Sort, but: Collection[str] = ()) -> tuple[int, list[_T]]:
        """What fits best; of more than a menu holds, what the person used stands first, so that it is not cut off."""
        used = self.world.usage.words(sort.value)
        first = {*used, *(f"{word}:latest" for word in used)} if sort is Sort.IMAGE else used
        return roll.matching(self.typed, MOST, but, first)

    def containers(self, containers: Roll[KnownContainer], end: str = "") -> list[Ranked]:
        """By name; by id when no name fits."""
        typed, given = self.typed, self.given()
        rank, best = self.best(containers, Sort.CONTAINER, given)
        found = [(rank, self.candidate(item.name + end, Sort.CONTAINER, (item.status, item.image))) for item in best]
        if end:
            found = [(rank, each._replace(more=True)) for rank, each in found]
        if typed and not found:
            by_id = [item for item in containers.items if item.id.startswith(typed) and item.name not in given][:MOST]
            facts = [(item.id[:12], (item.name, item.status, item.image)) for item in by_id]
            found = [(0, self.candidate(name, Sort.CONTAINER, known)) for name, known in facts]
        return found

    def given(self) -> set[str]:
        """Arguments, or values of the same flag, that stand elsewhere in the command: they are not offered again."""
        simple = self.place.simple
        if simple is None:
            return set()
        if self.flag is None:
            return {word.text for word in simple.arguments if word is not self.place.word}
        here = self.place.start
        uses = [use for use in self.uses(self.flag.name) if use.value_range and use.value_range.end < here]
        return {use.text or "" for use in uses}

    def new(self, names: Iterable[str]) -> list[str]:
        given = self.given()
        return [name for name in names if name not in given]

    def uses(self, *names: str) -> list[FlagUse]:
        """Uses of these flags in the whole command, those of the word at the cursor with them."""
        simple = self.place.simple
        uses = (*simple.before, *simple.flags) if simple else ()
        return [use for use in uses if use.flag and use.flag.name in names]

    def argument(self, *kinds: object) -> Word | None:
        """The first argument of one of these kinds, wherever in the command it stands."""
        simple = self.place.simple
        words = simple.arguments if simple else ()
        return next((word for word in words if word.kind in kinds and word is not self.place.word), None)

    def container(self, name: str) -> KnownContainer | None:
        """The container of that name or id."""
        return self.register.container(name) if len(name) > 3 else self.register.containers.named(name)

    def _key(self, sort: Sort) -> tuple[str, ...]:
        if sort is Sort.OWN:
            return ("own",)
        if sort is Sort.KEY and self.flag and self.flag.kind is Kind.FILTER:
            return ("filter",)
        return ("value", self.flag.name) if sort is Sort.VALUE and self.flag else ()

    # Parts

    def part(self, text: str, flag: Flag | None = None) -> Offers | None:
        """The same question about ``text`` alone, the end of what is typed; None when it is not spelled plainly."""
        place = self.place
        start = place.cursor - len(text)
        if place.text[start : place.cursor] != text:
            return None
        pieces = (Piece(text, range=Range(start, place.cursor)),) if text else ()
        return Offers(place._replace(pieces=pieces, start=start), self.world, flag or self.flag)

    # Files

    def files(self, *, folders: bool = False) -> list[Ranked]:
        """Entries of the folder of this machine that is typed; only the last part of the path is replaced."""
        return self.entries(self.world.files, folders=folders)

    def entries(self, read: Callable[[str], Iterable[Entry]], *, folders: bool = False) -> list[Ranked]:
        typed = self.typed
        name = SEPARATOR.split(typed)[-1]
        folder = typed[: len(typed) - len(name)]
        if name == "~" and not folder:
            return []
        entries = [entry for entry in read(folder) if not entry.name.startswith(".") or name.startswith(".")]
        if folders:
            entries = [entry for entry in entries if entry.folder]
        separator = "\\" if "\\" in folder and "/" not in folder else "/"
        found = []
        rank, fitting = matching(name, entries, attrgetter("name"))
        for entry in fitting[:MOST]:
            if spelled := self._spelled(folder, name, entry.name):
                text, where = spelled
                end = separator if entry.folder else ""
                sort = Sort.FOLDER if entry.folder else Sort.FILE
                found.append((rank, Candidate(text + end, where, sort, entry.name + end, more=entry.folder)))
        return found

    def _spelled(self, folder: str, typed: str, name: str) -> tuple[str, Range] | None:
        """How ``name`` is written here, and what it replaces; None when an expansion stands in the way."""
        place = self.place
        start = place.cursor - len(typed)
        if place.text[start : place.cursor] == typed:
            if place.opened >= 0 and not MEANS.search(name):
                return name, Range(start, place.cursor)
            escaped = place.text[start - 1 : start] == "\\"  # it would take a quote behind it for a letter
            if place.opened < 0 and (not escaped or quote(name) == name):
                return quote(name), Range(start, place.cursor)
        if all(piece.expansion is Expansion.NONE for piece in place.pieces):
            return place.written(folder + name)
        return None
