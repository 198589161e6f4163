"""Colours of the prompt, and which word of a Line gets which.

Only the sixteen colours that a person's terminal theme defines, and of them only those that can be read on a light
and on a dark background; the rest is bold, underline and reverse, which stay where colours are not wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from dshell.line.model import Expansion, Line, Problem, Range, Role
from dshell.shell.reading import Reading

STYLE = Style.from_dict(
    {
        "context": "ansicyan",
        "folder": "bold",
        "arrow": "ansigreen bold",
        "prefix": "ansigreen",
        "program": "ansigreen",
        "command": "ansigreen bold",
        "flag": "ansicyan",
        "value": "ansimagenta",
        "argument": "",
        "inside": "italic",
        "end": "ansicyan",
        "own": "ansiblue bold",
        "host": "",
        "operator": "bold",
        "expansion": "ansimagenta bold",
        "problem": "ansired underline",
        "hint": "",
        "hint.word": "bold",
        "hint.problem": "ansired",
        "auto-suggestion": "ansibrightblack",
        "bar": "reverse",
        "bar.down": "reverse bold",
        "bar.key": "reverse bold",
        "nbsp": "nounderline ansidefault",  # French has one before : ; ! ? and prompt_toolkit would point at each
        "completion-menu": "noinherit reverse",
        "completion-menu.completion": "noinherit reverse",
        "completion-menu.completion.current": "noinherit bold",
        "completion-menu.meta.completion": "noinherit reverse",
        "completion-menu.meta.completion.current": "noinherit bold",
    }
)


class LineLexer(Lexer):
    """Colours the input from the parse that everybody shares."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        text = document.text
        styles = [""] * len(text)
        for spot, style in marks(self._reading.line(text), self._reading.problems(text)):
            styles[spot.start : spot.end] = [style] * (spot.end - spot.start)
        starts = [0]
        for row in document.lines:
            starts.append(starts[-1] + len(row) + 1)

        def row_of(number: int) -> StyleAndTextTuples:
            if number >= len(document.lines):
                return []
            start = starts[number]
            return runs(document.lines[number], styles[start : start + len(document.lines[number])])

        return row_of


def marks(line: Line, problems: Iterable[Problem]) -> list[tuple[Range, str]]:
    """Which characters get which style class; later ones win."""
    found = []
    for command in line.commands:
        for word in command.words:
            found.append((word.range, f"class:{word.role.value}"))
            if word.role is not Role.HOST:
                made = [piece for piece in word.pieces if piece.expansion is not Expansion.NONE]
                found += [(piece.range, "class:expansion") for piece in made]
    return found + [(problem.range, "class:problem") for problem in problems]


def runs(text: str, styles: list[str]) -> StyleAndTextTuples:
    """Characters of one style in a row, joined."""
    found: StyleAndTextTuples = []
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or styles[index] != styles[start]:
            found.append((styles[start], text[start:index]))
            start = index
    return found
