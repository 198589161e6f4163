"""One parse of what a person typed. Every reader (highlighter, completer, explainer, router) works from this."""

from bisect import bisect_right
from enum import Enum
from typing import NamedTuple

from dshell.grammar.model import Argument, Command, Flag, Kind
from dshell.record import Record


class Range(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of the text that was parsed."""

    start: int
    end: int


class Expansion(Enum):
    """What a piece of a word becomes when the line is run."""

    NONE = "none"  # literal text
    VARIABLE = "variable"  # $X, ${X}, %X%; ``Piece.inner`` is X
    COMMAND = "command"  # $(…), `…`; ``Piece.inner`` is what stands inside
    FOLDER = "folder"  # $PWD, ${PWD}, $(pwd), $pwd, %cd%: the current folder, always one word
    HOME = "home"  # ~ at the start of a word


class Piece(NamedTuple):
    """Part of a word.

    ``text``: its value, or an expansion as it is spelled; ``inner``: the name or command inside an expansion.
    ``quoted``: its value is never split into several words. ``range``: its characters without the quotes.
    """

    text: str
    expansion: Expansion = Expansion.NONE
    quoted: bool = False
    range: Range = Range(0, 0)
    inner: str = ""


class Role(Enum):
    """What a word is in its command."""

    PREFIX = "prefix"  # NAME=value and sudo before "docker"
    PROGRAM = "program"  # "docker" itself, when typed
    COMMAND = "command"  # run, container, ls
    FLAG = "flag"  # --name, -it, --name=web (flag and value in one word)
    VALUE = "value"  # the word after a flag that takes one
    ARGUMENT = "argument"  # IMAGE, CONTAINER …
    INSIDE = "inside"  # command and arguments for inside the container
    END = "end"  # --
    OWN = "own"  # first word of a command of dshell's own
    HOST = "host"  # any word of a line for the person's shell
    OPERATOR = "operator"  # |, >, 2>&1 … inside a simple command, and "!" before a line for the person's shell


class Word(NamedTuple):
    """One word. ``text``: value with quotes removed and expansions unmade (``$PWD`` stays ``$PWD``)."""

    text: str
    range: Range
    pieces: tuple[Piece, ...]
    role: Role
    kind: Kind = Kind.TEXT
    argument: Argument | None = None

    @property
    def literal(self) -> bool:
        """Nothing in it needs expansion."""
        return all(piece.expansion is Expansion.NONE for piece in self.pieces)


class FlagUse(NamedTuple):
    """One use of one flag. ``-it`` is two uses of one word.

    ``flag``: None when the grammar does not know it. ``value``: pieces of the value, None when the flag takes none
    or it is missing. ``range``: of the flag's own characters; ``value_range``: of the value's. ``owner``: the command
    whose flag it is.
    """

    spelled: str
    flag: Flag | None
    range: Range
    value: tuple[Piece, ...] | None = None
    value_range: Range | None = None
    owner: Command | None = None

    @property
    def text(self) -> str | None:
        """The value with expansions unmade, or None."""
        return None if self.value is None else "".join(piece.text for piece in self.value)


WORKS = ("again", "as-compose", "as-run", "flow", "map", "shell")
"""Those of dshell's own commands that show or remake what the daemon has."""

_PLAIN = ("cd", "config", "doctor", "exit", "explain", "fav", "help", "lang", "learn", "notes", "quit", "why")
OWN = tuple(sorted((*WORKS, *_PLAIN)))
"""First words of dshell's own commands. They win over docker's and the host's."""


class Target(Enum):
    """Whose line it is, as far as its text tells."""

    DOCKER = "docker"
    OWN = "own"
    HOST = "host"


class Trouble(Enum):
    """What is wrong with a piece of text. ``blocks``: the line can never run."""

    OPEN_QUOTE = "open-quote"
    OPEN_EXPANSION = "open-expansion"
    MISSING_VALUE = "missing-value"
    MISSING_ARGUMENT = "missing-argument"
    UNKNOWN_FLAG = "unknown-flag"
    UNKNOWN_COMMAND = "unknown-command"
    MISSING_COMMAND = "missing-command"  # && with nothing behind it
    NUL = "nul"  # a character that ends every word that a program is given
    BAD_VALUE = "bad-value"  # not one of the choices; --detach=maybe; no size, no port …
    MISPLACED = "misplaced"  # it may stand elsewhere: a flag behind the image, an image for a container
    CONFLICT = "conflict"  # it does not go with another word of the command

    @property
    def blocks(self) -> bool:
        return self in {
            Trouble.OPEN_QUOTE,
            Trouble.OPEN_EXPANSION,
            Trouble.MISSING_VALUE,
            Trouble.MISSING_COMMAND,
            Trouble.NUL,
        }


class Problem(Record):
    """``word``: the text in question; ``nearest``: what was probably meant, or "".

    ``about``: which rule is broken, where the trouble has several ("port", "size", "rm-restart").
    """

    trouble: Trouble
    range: Range
    word: str
    nearest: str = ""
    about: str = ""


class Simple(Record):
    """One simple command of a line. ``joined``: the operator before it: "", "&&", "||" or ";".

    ``command``: docker's, None when unknown or not docker's. ``before``: uses of the flags before the last word of
    the command: docker's global ones, and those of compose. ``arguments``: positional words for docker itself;
    ``inside``: words for inside the container.
    ``plumbing``: it has pipes, redirections or a trailing "&", so the person's shell runs it.
    """

    text: str
    range: Range
    target: Target
    words: tuple[Word, ...]
    joined: str = ""
    command: Command | None = None
    before: tuple[FlagUse, ...] = ()
    flags: tuple[FlagUse, ...] = ()
    arguments: tuple[Word, ...] = ()
    inside: tuple[Word, ...] = ()
    plumbing: bool = False

    @property
    def assignments(self) -> tuple[Word, ...]:
        """``NAME=value`` before "docker": variables of this command alone."""
        return tuple(word for word in self.words if word.role is Role.PREFIX and "=" in word.text)

    @property
    def sudo(self) -> bool:
        """It is to be done as root."""
        return any(word.role is Role.PREFIX and word.text == "sudo" for word in self.words)


class Line(Record):
    """What a person typed, wholly understood or not. ``breaks``: where its rows of commands begin."""

    text: str
    commands: tuple[Simple, ...]
    problems: tuple[Problem, ...] = ()
    breaks: tuple[int, ...] = ()

    @property
    def runnable(self) -> bool:
        return not any(problem.trouble.blocks for problem in self.problems)

    @property
    def rows(self) -> "tuple[Line, ...]":
        """Each row with commands, as bash reads it: whole by itself. Text and ranges stay those of all rows."""
        starts = sorted({0, *self.breaks})
        rows: list[tuple[list[Simple], list[Problem]]] = [([], []) for _ in starts]
        for simple in self.commands:
            rows[bisect_right(starts, simple.range.start) - 1][0].append(simple)
        for problem in self.problems:
            rows[bisect_right(starts, problem.range.start) - 1][1].append(problem)
        return tuple(Line(self.text, tuple(row), tuple(wrong)) for row, wrong in rows if row or wrong)

    def at(self, cursor: int) -> Simple | None:
        """The command that the cursor stands in or behind; None where a new one begins."""
        before = [simple for simple in self.commands if simple.range.start <= cursor]
        between = self.text[before[-1].range.end : cursor] if before else ""
        return None if not before or between.strip() or "\n" in between else before[-1]
