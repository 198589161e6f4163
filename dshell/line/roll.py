"""Names among which a keystroke finds those that go with what is typed: one text is searched, not 10,000 of them.

Each part of the layout is made when it is first wanted, and kept as long as the roll is.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, islice
from typing import Generic, TypeVar

from dshell.pattern import pattern

WITHIN = 2  # the rank of what has what is typed somewhere in it
LOOSE = 3  # and of what only has the letters typed, in their order
_HEX = pattern("[0-9a-f]+")
_BETWEEN = "\0"  # stands in no name
_T = TypeVar("_T")


class Roll(Generic[_T]):
    """``items`` in their order, by their names."""

    def __init__(self, items: Sequence[_T], name: Callable[[_T], str]) -> None:
        self.items = items
        self._name = name

    @cached_property
    def names(self) -> Sequence[str]:
        return [*map(self._name, self.items)]

    def __contains__(self, name: str) -> bool:
        return name in self._places

    def named(self, name: str) -> _T | None:
        """The first of that name."""
        place = self._places.get(name)
        return None if place is None else self.items[place]

    def beginning(self, typed: str) -> str:
        """The first name that goes on from ``typed``, or ""; none from nothing."""
        return next((self.names[place] for place in self._some(typed, 0, 1, ())), "") if typed else ""

    def matching(
        self, typed: str, most: int | None = None, but: Collection[str] = (), first: Collection[str] = ()
    ) -> tuple[int, list[_T]]:
        """The items that fit best, and how well: their names go on from ``typed`` (0), do so but for capitals (1), have
        it within (2) or loosely (3).

        ``most``: no more are wanted, at least two. None named in ``but``. Where not all can stay, those named in
        ``first`` stand first, and what all begin with is what those that stay begin with: Tab may type it.
        """
        enough = None if most is None else most + 1
        rank, found = 0, self._some(typed, 0, enough, but)
        while not found and rank < LOOSE:
            rank += 1
            found = self._some(typed, rank, enough, but)
        if most is not None and len(found) > most:
            if first:
                every = self._some(typed, rank, None, but)
                found = [*dict.fromkeys([*(place for place in every if self.names[place] in first), *found])]
            ends = self._ends(typed, but) if rank == 0 else ()
            found = _cut(found, most, ends)
        return rank, [self.items[place] for place in found]

    def _some(self, typed: str, rank: int, most: int | None, but: Collection[str]) -> list[int]:
        places: Iterable[int] = self._ranked(typed, rank)
        if but:
            places = (place for place in places if self.names[place] not in but)
        return [*islice(places, most)]

    def _ranked(self, typed: str, rank: int) -> Iterable[int]:
        """Where those of a rank stand."""
        if not typed:
            return range(len(self.items))
        if _BETWEEN in typed:
            return ()
        if rank == 0:
            return self._text.begun(typed)
        folded = typed.casefold()
        if rank == LOOSE:
            if len(folded) > self._folded.longest:
                return ()
            return self._folded.like("".join(f"[^{letter}{_BETWEEN}]*{letter}" for letter in map(re.escape, folded)))
        return self._folded.having(folded) if rank == WITHIN else self._folded.begun(folded)

    def _ends(self, start: str, but: Collection[str]) -> Collection[int]:
        """Where the first and the last in alphabetical order stand of those that go on from ``start``."""
        names = self._sorted
        low, high = bisect_left(names, start), bisect_right(names, start + chr(sys.maxunicode))
        both = (range(low, high), range(high - 1, low - 1, -1))
        return dict.fromkeys(self._places[next(names[at] for at in way if names[at] not in but)] for way in both)

    @cached_property
    def _sorted(self) -> Sequence[str]:
        return sorted(self.names)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        last = len(self.items) - 1
        return {name: last - place for place, name in enumerate(reversed(self.names))}

    @cached_property
    def _text(self) -> _Rows:
        return _Rows(self.names)

    @cached_property
    def _folded(self) -> _Rows:
        return _Rows([name.casefold() for name in self.names])


def _cut(found: Sequence[int], most: int, ends: Collection[int]) -> list[int]:
    """The first of ``found``, and all of ``ends``."""
    room = most - len(ends)
    kept = {*ends, *islice((place for place in found if place not in ends), room)}
    return [*(place for place in found if place in kept), *(place for place in ends if place not in found)]


class Ids(Generic[_T]):
    """``items`` by their ids, of hexadecimal digits."""

    def __init__(self, items: Sequence[_T], id_: Callable[[_T], str]) -> None:
        self._items = items
        self._id = id_

    @cached_property
    def _sorted(self) -> tuple[Sequence[str], Sequence[_T]]:
        items = sorted(self._items, key=self._id)
        return [*map(self._id, items)], items

    def begun(self, start: str) -> Iterator[_T]:
        """Those whose ids go on from ``start``; none from nothing."""
        if not _HEX.fullmatch(start):
            return
        ids, items = self._sorted
        place = bisect_left(ids, start)
        while place < len(ids) and ids[place].startswith(start):
            yield items[place]
            place += 1


class _Rows:
    """Rows in one text; each answer is the numbers of some, in their order."""

    def __init__(self, rows: Sequence[str]) -> None:
        self._text = _BETWEEN + _BETWEEN.join(rows) + _BETWEEN
        self._begins = [0, *accumulate(len(row) + 1 for row in rows)]
        self.longest = max(map(len, rows), default=0)

    def begun(self, start: str) -> Iterator[int]:
        return self.having(_BETWEEN + start)

    def having(self, part: str) -> Iterator[int]:
        found = self._text.find(part)
        while found >= 0:
            row = bisect_right(self._begins, found) - 1
            yield row
            found = self._text.find(part, self._begins[row + 1])

    def like(self, expression: str) -> Iterator[int]:
        """Those that begin as ``expression`` says."""
        for match in re.finditer(_BETWEEN + expression, self._text, re.DOTALL):
            yield bisect_right(self._begins, match.start()) - 1


def matching(typed: str, items: Iterable[_T], name: Callable[[_T], str]) -> tuple[int, list[_T]]:
    """Of a few ``items``: ``Roll.matching``."""
    return Roll([*items], name).matching(typed)
