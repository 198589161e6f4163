"""What a completion is, and what it is made from: the place of the cursor, and what is known to exist."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from enum import Enum
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

from dshell.line.model import Piece, Range, Simple, Word

MOST = 200  # candidates of one source: nobody reads more, and 10,000 containers must not slow a keystroke


class Sort(Enum):
    """What a candidate is."""

    COMMAND = "command"
    OWN = "own"
    FLAG = "flag"
    VALUE = "value"
    CONTAINER = "container"
    IMAGE = "image"
    VOLUME = "volume"
    NETWORK = "network"
    CONTEXT = "context"
    FILE = "file"
    FOLDER = "folder"


class Candidate(NamedTuple):
    """``text`` replaces the characters of ``range``, which ends at the cursor; it is quoted where it must be.

    ``display``: what a menu shows. ``facts``: what is known of it, no sentence (a container's status and image).
    ``key``: where its sentence is: ("flag", "container run", "name"), ("command", "container run"), ("own", "cd"), ().
    """

    text: str
    range: Range
    sort: Sort
    display: str
    facts: tuple[str, ...] = ()
    key: tuple[str, ...] = ()


class Entry(NamedTuple):
    """One name in a folder of the host."""

    name: str
    folder: bool = False


Files = Callable[[str], Iterable[Entry]]
"""The entries of a folder as it is typed, expansions unmade: "", "~/", "../src/", "$PWD/", "C:\\Users\\".

No entries when there is no such folder; never raises."""


class KnownContainer(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def image(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def running(self) -> bool: ...


class KnownImage(Protocol):
    @property
    def name(self) -> str: ...


class Known(Protocol):
    """What exists on the daemon, as far as is known."""

    @property
    def containers(self) -> Sequence[KnownContainer]: ...
    @property
    def images(self) -> Sequence[KnownImage]: ...
    @property
    def volumes(self) -> Sequence[str]: ...
    @property
    def networks(self) -> Sequence[str]: ...
    @property
    def contexts(self) -> Sequence[str]: ...


class Place(NamedTuple):
    """Where the cursor is. ``before``: whole words before it; ``word``: the one it stands in or touches from behind.

    ``pieces`` and ``start``: of the part of ``word`` that is completed, a word or the value inside it.
    """

    text: str
    cursor: int
    simple: Simple | None
    before: tuple[Word, ...]
    word: Word | None
    pieces: tuple[Piece, ...]
    start: int

    @property
    def typed(self) -> str:
        """The part up to the cursor, quotes removed, expansions unmade."""
        parts = []
        for piece in self.pieces:
            if piece.range.start < self.cursor:
                whole = piece.range.end <= self.cursor
                parts.append(piece.text if whole else piece.text[: self.cursor - piece.range.start])
        return "".join(parts)

    @property
    def quoted(self) -> bool:
        """The cursor stands inside quotes."""
        last = next((piece for piece in self.pieces if piece.range.start <= self.cursor <= piece.range.end), None)
        return last is not None and last.quoted and self.text[last.range.start - 1] in "'\""


Ranked = tuple[int, Candidate]
"""How near a candidate is to what is typed (``matching``), and the candidate."""

LOOSE = 2  # the rank of what only has the letters typed, in their order
_T = TypeVar("_T")


def matching(typed: str, items: Collection[_T], name: Callable[[_T], str]) -> Iterator[tuple[int, _T]]:
    """Items whose name goes on from ``typed`` (0), does so but for capitals (1), or has its letters in order (2)."""
    found = list(islice(((0, item) for item in items if name(item).startswith(typed)), MOST))
    yield from found
    if len(found) == MOST or not typed:
        return
    folded = typed.casefold()
    letters = re.compile("".join(f"[^{letter}]*{letter}" for letter in map(re.escape, folded)), re.DOTALL)
    for item in items:
        spelling = name(item)
        if not spelling.startswith(typed) and letters.match(spelling.casefold()):
            yield (1 if spelling.casefold().startswith(folded) else LOOSE), item
