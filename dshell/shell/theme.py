"""Colours of the prompt, and which word of a Line gets which.

Only the sixteen colours that a person's terminal theme defines, and of them only those that can be read on a light
and on a dark background; the rest is bold, underline and reverse. NO_COLOR is prompt_toolkit's own business.
"""

from __future__ import annotations

from collections.abc import Callable

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from dshell.line.model import Expansion, Line, Problem, Range, Role
from dshell.shell.reading import Located, Reading

STYLE = Style.from_dict(
    {
        "context": "ansicyan",
        "folder": "bold",
        "arrow": "ansigreen bold",
        "program": "ansigreen",
        "command": "ansigreen bold",
        "flag": "ansicyan",
        "value": "ansimagenta",
        "argument": "",
        "inside": "italic",
        "end": "ansicyan",
        "own": "ansiblue bold",
        "host": "",
        "expansion": "ansimagenta bold",
        "problem": "ansired underline",
        "hint": "",
        "hint.word": "bold",
        "hint.problem": "ansired",
        "auto-suggestion": "ansibrightblack",
        "bar": "reverse",
        "bar.down": "reverse bold",
        "bar.key": "reverse bold",
        "completion-menu": "noinherit reverse",
        "completion-menu.completion": "noinherit reverse",
        "completion-menu.completion.current": "noinherit bold",
        "completion-menu.meta.completion": "noinherit reverse",
        "completion-menu.meta.completion.current": "noinherit bold",
    }
)
PLAIN = Style([])


class LineLexer(Lexer):
    """Colours the input from the parse that everybody shares."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        text = document.text
        styles = [""] * len(text)
        for located in self._reading.lines(text):
            for spot, style in marks(located.line):
                start, end = located.start + spot.start, min(located.start + spot.end, len(text))
                styles[start:end] = [style] * (end - start)
        starts = [0]
        for row in document.lines:
            starts.append(starts[-1] + len(row) + 1)

        def row_of(number: int) -> StyleAndTextTuples:
            if number >= len(document.lines):
                return []
            start = starts[number]
            return runs(document.lines[number], styles[start : start + len(document.lines[number])])

        return row_of


def marks(line: Line) -> list[tuple[Range, str]]:
    """Which characters get which style class; later ones win."""
    found = []
    for command in line.commands:
        for word in command.words:
            found.append((word.range, f"class:{word.role.value}"))
            if word.role is not Role.HOST:
                found += [
                    (piece.range, "class:expansion") for piece in word.pieces if piece.expansion is not Expansion.NONE
                ]
    found += [(problem.range, "class:problem") for problem in line.problems if wrong(problem, line)]
    return found


def wrong(problem: Problem, line: Line) -> bool:
    """False while a word at the end of the line may still become the one that it resembles."""
    typing = problem.range.end >= len(line.text)
    return not (typing and (not problem.word or problem.nearest.startswith(problem.word)))


def runs(text: str, styles: list[str]) -> StyleAndTextTuples:
    """Characters of one style in a row, joined."""
    found: StyleAndTextTuples = []
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or styles[index] != styles[start]:
            found.append((styles[start], text[start:index]))
            start = index
    return found


def problem_at(located: Located, cursor: int) -> Problem | None:
    """The problem that the line under the prompt tells: the one under the cursor, else the first."""
    problems = [problem for problem in located.line.problems if wrong(problem, located.line)]
    spot = cursor - located.start
    return next((p for p in problems if p.range.start <= spot <= p.range.end), problems[0] if problems else None)
