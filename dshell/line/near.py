"""The known spelling nearest to a mistyped one."""

from __future__ import annotations

from collections.abc import Iterable

SHORTEST = 3  # letters of a part of a name that may stand for the whole


def nearest(word: str, known: Iterable[str]) -> str:
    """The word of ``known`` with the fewest slips from ``word``, or "": one slip up to four letters, else two.

    A slip is a letter wrong, missing, too many, or two neighbours swapped (optimal string alignment). Between equals
    the one that goes on from ``word`` wins, then one with the same first letter, then one of the same length, then the
    first in the alphabet.
    """
    limit = 1 if len(word) <= 4 else 2
    best = (limit + 1, False, False, 0, "")  # before all that have as many
    for name in known:
        if abs(len(name) - len(word)) <= min(limit, best[0]):
            far, longer = name[:1] != word[:1], abs(len(name) - len(word))
            best = min(best, (_slips(word, name, limit), not name.startswith(word), far, longer, name))
    return best[-1]


def _slips(one: str, other: str, limit: int) -> int:
    """Beyond ``limit`` it is not counted to the end."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit and min(before) > limit:
            return limit + 1
    return row[-1]


def nearest_first(word: str, names: Iterable[str]) -> tuple[str, ...]:
    """The name with the fewest slips from ``word``, then those that have ``word`` in them; () when none is near."""
    names = sorted(names, key=lambda name: (not name.startswith(word), name))
    parts = [name for name in names if word in name] if len(word) >= SHORTEST else []
    return tuple(dict.fromkeys(name for name in (nearest(word, names), *parts) if name))
