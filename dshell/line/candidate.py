"""What a completion is, and how near it is to what is typed at the place of the cursor."""

from enum import Enum
from typing import NamedTuple

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

    ``pieces`` and ``start``: of the part of ``word`` that is completed, a word or the value inside it. ``raw``: that
    part stands in quotes that go on behind it, so that nothing in it is quoted.
    """

    text: str
    cursor: int
    simple: Simple | None
    before: tuple[Word, ...]
    word: Word | None
    pieces: tuple[Piece, ...]
    start: int
    raw: bool = False

    @property
    def begin(self) -> int:
        """Where the part begins, behind its opening quote."""
        return (
            self.pieces[0].range.start
            if self.pieces and self.text[self.start : self.start + 1] in "'\""
            else self.start
        )

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
"""How near a candidate is to what is typed (``Roll.matching``), and the candidate."""
