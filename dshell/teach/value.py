"""One value of a line, and what there is to tell it with."""

from dshell.grammar.model import Command, Flag
from dshell.line.model import Expansion, Piece
from dshell.line.secrets import concealed
from dshell.record import Record
from dshell.teach.hand import NOTHING, Hand
from dshell.teach.texts import Texts


class Value(Record):
    """``flag``: whose value it is, or None. ``command``: whose argument it is, or None."""

    pieces: tuple[Piece, ...]
    texts: Texts
    hand: Hand = NOTHING
    flag: Flag | None = None
    command: Command | None = None

    @property
    def text(self) -> str:
        """With expansions unmade."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def begins(self) -> Expansion:
        """What the text begins with; an opening quote leaves an empty piece before it."""
        return next((piece.expansion for piece in self.pieces if piece.text), Expansion.NONE)

    @property
    def literal(self) -> bool:
        return all(piece.expansion is Expansion.NONE for piece in self.pieces)

    def head(self, length: int) -> tuple[Piece, ...]:
        """The pieces of the first ``length`` characters of the text."""
        found = []
        for piece in self.pieces:
            if length > 0 and piece.text:
                found.append(piece._replace(text=piece.text[:length]))
            length -= len(piece.text)
        return tuple(found)

    def tail(self, start: int) -> tuple[Piece, ...]:
        """The pieces of the text from character ``start`` on."""
        found = []
        for piece in self.pieces:
            if start < len(piece.text):
                found.append(piece._replace(text=piece.text[max(start, 0) :]))
            start -= len(piece.text)
        return tuple(found)

    def say(self, key: str, **slots: object) -> str:
        """A password within a value (``postgres://me:x@db``) is not told."""
        safe = {name: concealed(slot) if isinstance(slot, str) else slot for name, slot in slots.items()}
        return self.texts.say(f"values.{key}", **safe)

    def known(self, key: str) -> bool:
        return self.texts.has(f"values.{key}")
