"""A terminal's screen that tests look at: fed with what a program writes, seen as a person sees it.

The screen is pyte's; what scrolled off is kept. Questions that a program asks its terminal (cursor position, device
attributes) are answered, as prompt_toolkit expects.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from itertools import islice

import pyte

PATIENCE = 30.0  # seconds; generous because nothing passes by waiting longer


class _Terminal(pyte.HistoryScreen):
    """A screen that keeps what scrolls off and answers what a program asks, through ``answer``."""

    def __init__(self, columns: int, lines: int, answer: Callable[[bytes], None]) -> None:
        super().__init__(columns, lines, history=10_000)
        self._answer = answer

    def write_process_input(self, data: str) -> None:
        self._answer(data.encode())


class Watched:
    """``answer`` sends the terminal's own answers to the program."""

    def __init__(self, columns: int, lines: int, answer: Callable[[bytes], None]) -> None:
        self.raw = b""
        self._changed = threading.Condition()
        self._ended = False
        self._screen = _Terminal(columns, lines, answer)
        self._stream = pyte.ByteStream(self._screen)

    def show(self, data: bytes) -> None:
        """The program wrote ``data``."""
        with self._changed:
            self.raw += data
            self._stream.feed(data)
            self._changed.notify_all()

    def end(self) -> None:
        """Nothing more will be shown."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def redraw(self, columns: int, lines: int) -> None:
        """The window has another size."""
        with self._changed:
            gone = max(0, self._screen.lines - lines)
            self._screen.resize(lines, columns)
            self._screen.cursor.y = max(0, self._screen.cursor.y - gone)  # pyte takes rows off the top and leaves it

    def expect(self, what: str | re.Pattern[str], timeout: float = PATIENCE, start: int = 0) -> re.Match[str]:
        """The first match in ``text(start)``, waited for; AssertionError with the screen drawn if it does not come.

        ``start``: line to look from, as ``here`` gives it, so that an earlier match does not count.
        """
        pattern = what if isinstance(what, re.Pattern) else re.compile(re.escape(what))
        deadline = time.monotonic() + timeout
        with self._changed:
            while not (match := pattern.search(self._text(start))):
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    why = "the program ended" if self._ended else f"{timeout:g} s passed"
                    raise AssertionError(f"{why} without {pattern.pattern!r} on\n{self.drawing()}")
                self._changed.wait(left)
        return match

    def text(self, start: int = 0) -> str:
        """Everything shown from line ``start`` on, scrolled off or not; trailing blanks only up to the cursor."""
        with self._changed:
            return self._text(start)

    def here(self) -> int:
        """The line of the cursor, counted from the first line ever shown."""
        with self._changed:
            return len(self._screen.history.top) + self._screen.cursor.y

    def drawing(self) -> str:
        """The screen in a frame."""
        edge = "+" + "-" * self._screen.columns + "+"
        return "\n".join([edge, *(f"|{line}|" for line in self._screen.display), edge])

    def _text(self, start: int) -> str:
        past, cursor = len(self._screen.history.top), self._screen.cursor
        rows = [*islice(self._screen.history.top, start, None)]
        rows += [self._screen.buffer[y] for y in range(max(0, start - past), self._screen.lines)]
        texts = [_written(row) for row in rows]
        at = past + cursor.y - start
        if at >= 0:
            texts[at] = texts[at].ljust(cursor.x)
        return "\n".join(texts).rstrip("\n")


def _written(row: Mapping[int, pyte.screens.Char]) -> str:
    """Only cells that were written to are there."""
    return "".join(row[x].data if x in row else " " for x in range(max(row, default=-1) + 1)).rstrip()
