"""A program in a real pseudo-terminal, seen as a person sees it: the tests' eyes and hands.

The screen is pyte's; what scrolled off is kept. Questions that a program asks its terminal (cursor position, device
attributes) are answered, as prompt_toolkit expects. Not for Windows, though tests that import it are checked for it.
"""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import fcntl
import os
import re
import signal
import struct
import subprocess
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Self

import pyte

PATIENCE = 30.0  # seconds; generous because nothing passes by waiting longer


class _Terminal(pyte.HistoryScreen):
    """A screen that keeps what scrolls off and answers what a program asks, through ``master``."""

    def __init__(self, columns: int, lines: int, master: int) -> None:
        super().__init__(columns, lines, history=10_000)
        self._master = master

    def write_process_input(self, data: str) -> None:
        os.write(self._master, data.encode())


class Screen:
    """Runs ``argv`` as the leader of a session whose controlling terminal is ``columns`` by ``lines``.

    ``env``: laid over the tests' own environment; a value of None removes the name.
    """

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str | None] | None = None,
        *,
        columns: int = 100,
        lines: int = 40,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        self.raw = b""
        self._changed = threading.Condition()
        self._ended = False
        self._master, slave = os.openpty()
        self._screen = _Terminal(columns, lines, self._master)
        self._stream = pyte.ByteStream(self._screen)
        _set_size(slave, columns, lines)
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=_environment(env or {}),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  one system call, safe between fork and exec
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="screen", daemon=True)
        self._reader.start()

    def send(self, data: bytes | str) -> None:
        """Types; Enter is ``\\r``."""
        os.write(self._master, data.encode() if isinstance(data, str) else data)

    def resize(self, columns: int, lines: int) -> None:
        with self._changed:
            gone = max(0, self._screen.lines - lines)
            self._screen.resize(lines, columns)
            self._screen.cursor.y = max(0, self._screen.cursor.y - gone)  # pyte takes rows off the top and leaves it
        _set_size(self._master, columns, lines)

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
                    raise AssertionError(f"{why} without {pattern.pattern!r} on\n{self._drawing()}")
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

    def wait(self, timeout: float = PATIENCE) -> int:
        """The exit code (negative: the signal that killed it), when the program has ended and all is read."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {timeout:g} s:\n{self._drawing()}") from None
        self._reader.join(timeout)
        return code

    def modes(self) -> list[int | list[bytes | int]]:
        """The terminal's attributes as termios gives them: to see whether raw mode was left."""
        attributes: list[int | list[bytes | int]] = termios.tcgetattr(self._master)
        return attributes

    def close(self) -> None:
        """Hangs up; kills what stays."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGHUP)
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self._reader.join(2)
        os.close(self._master)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        while data := _read(self._master):
            with self._changed:
                self.raw += data
                self._stream.feed(data)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _text(self, start: int) -> str:
        shown = [self._screen.buffer[y] for y in range(self._screen.lines)]
        rows = [*self._screen.history.top, *shown]
        width = range(self._screen.columns)
        texts = ["".join(row[x].data for x in width).rstrip() for row in rows]
        at = len(self._screen.history.top) + self._screen.cursor.y
        texts[at] = texts[at].ljust(self._screen.cursor.x)
        return "\n".join(texts[start:]).rstrip("\n")

    def _drawing(self) -> str:
        edge = "+" + "-" * self._screen.columns + "+"
        return "\n".join([edge, *(f"|{line}|" for line in self._screen.display), edge])


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _set_size(fd: int, columns: int, lines: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def _read(fd: int) -> bytes:
    """What the program wrote; b"" when nobody holds the other side any more (Linux says EIO)."""
    try:
        return os.read(fd, 65536)
    except OSError:
        return b""
