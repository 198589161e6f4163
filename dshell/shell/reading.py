"""What stands in the input, parsed once: every reader of the prompt asks here and nobody parses for itself.

A person's input may hold several lines (a paste, an open quote): they are cut here into the lines that bash would
run one after the other. A backslash at the end of a row joins it to the next; so do an open quote and ``&&``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from dshell.line.model import Line, Trouble

OPEN = {Trouble.OPEN_QUOTE, Trouble.OPEN_EXPANSION, Trouble.MISSING_COMMAND}
# A Windows folder may end in a backslash that joins nothing: C:\Users\, .\src\
WINDOWS_PATH = re.compile(r"(?:^|\s)[\"']?(?:[A-Za-z]:|\.{1,2})\\[^\s]*$")
KEPT = 64  # inputs whose parse is remembered; moving the cursor or a menu parses nothing again


@dataclass(frozen=True)
class Located:
    """One line of the input and where it starts. ``line.text`` has as many characters as the input has there."""

    start: int
    line: Line

    @property
    def end(self) -> int:
        return self.start + len(self.line.text)


class Reading:
    """Remembers the parse of the last inputs. ``parse`` never raises."""

    def __init__(self, parse: Callable[[str], Line]) -> None:
        self._parse = parse
        self._known: dict[str, tuple[Located, ...]] = {}

    def lines(self, text: str) -> tuple[Located, ...]:
        """The lines of ``text`` in order, empty ones left out; at least one."""
        found = self._known.get(text)
        if found is None:
            if len(self._known) >= KEPT:
                del self._known[next(iter(self._known))]
            found = self._known[text] = tuple(self._cut(text))
        return found

    def at(self, text: str, cursor: int) -> Located:
        """The line that the cursor stands in."""
        lines = self.lines(text)
        return next((located for located in reversed(lines) if located.start <= cursor), lines[0])

    def complete(self, text: str) -> bool:
        """False while bash would ask for another row: an open quote, a backslash at the end, ``&&``."""
        last = self.lines(text)[-1].line
        return not joins(text) and not any(problem.trouble in OPEN for problem in last.problems)

    def _cut(self, text: str) -> list[Located]:
        lines: list[Located] = []
        rows = text.split("\n")
        start, pending = 0, ""
        for index, row in enumerate(rows):
            pending += row
            last = index == len(rows) - 1
            if joins(pending) and not last:
                pending = pending[:-1] + "  "  # as long as the backslash and the end of row that it hides
                continue
            line = self._parse(pending)
            if not last and any(problem.trouble in OPEN for problem in line.problems):
                pending += " " if any(problem.trouble is Trouble.MISSING_COMMAND for problem in line.problems) else "\n"
                continue
            if pending.strip() or (last and not lines):
                lines.append(Located(start, line))
            start, pending = start + len(pending) + 1, ""
        return lines


def joins(text: str) -> bool:
    """A backslash at the end that hides the end of the row, as in bash; not the one of a Windows folder."""
    slashes = len(text) - len(text.rstrip("\\"))
    return slashes % 2 == 1 and not WINDOWS_PATH.search(text)
