"""What a completion is, and how near it is to what is typed at the place of the cursor."""

from enum import Enum
from typing import NamedTuple

from dshell.line.model import Piece, Range, Simple, Word
from dshell.line.split import quote
from dshell.pattern import pattern

MEANS = pattern(r"[\"'$`\\%]")  # what is no plain letter between quotes
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
    SERVICE = "service"
    KEY = "key"
    INSIDE = "inside"
    VARIABLE = "variable"
    FILE = "file"
    FOLDER = "folder"


class Candidate(NamedTuple):
    """``text`` replaces the characters of ``range``, which ends at the cursor; it is quoted where it must be.

    ``display``: what a menu shows. ``facts``: what is known of it, no sentence (a container's status and image).
    ``key``: where its sentence is: ("flag", "container run", "name"), ("command", "container run"), ("own", "cd"),
    ("image", "nginx"), ("inside", "nginx -t"), ("image-command",), ("value", "restart", "always"),
    ("filter", "status="), ().
    ``more``: something belongs behind it in the same word.
    """

    text: str
    range: Range
    sort: Sort
    display: str
    facts: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    more: bool = False


class Place(NamedTuple):
    """Where the cursor is. ``before``: whole words before it; ``word``: the one it stands in or touches from behind.

    ``pieces`` and ``start``: of the part of ``word`` that is completed, a word or the value inside it. ``opened``:
    index of the quote that is open at the cursor, or -1. ``goes_on``: what it holds goes on behind the cursor.
    """

    text: str
    cursor: int
    simple: Simple | None
    before: tuple[Word, ...]
    word: Word | None
    pieces: tuple[Piece, ...]
    start: int
    opened: int = -1
    goes_on: bool = False

    @property
    def bound(self) -> bool:
        """The part stands in a quote that is not its own to close: nothing in it can be quoted anew."""
        return self.opened >= 0 and (self.goes_on or self.opened < self.start)

    def written(self, name: str) -> tuple[str, Range] | None:
        """How the whole part is spelled as ``name``, and what that replaces. None: where it stands it cannot be."""
        if not self.bound:
            return quote(name), Range(self.start, self.cursor)
        if self.opened > self.start or MEANS.search(name):
            return None
        return name, Range(max(self.start, self.opened + 1), self.cursor)

    @property
    def typed(self) -> str:
        """The part up to the cursor, quotes removed, expansions unmade."""
        parts = []
        for piece in self.pieces:
            if piece.range.start < self.cursor:
                whole = piece.range.end <= self.cursor
                parts.append(piece.text if whole else piece.text[: self.cursor - piece.range.start])
        return "".join(parts)


Ranked = tuple[int, Candidate]
"""How near a candidate is to what is typed (``Roll.matching``), and the candidate."""
