"""A program under a Windows pseudo-console as a ``stream.base.Stream``: forwarded docker commands.

Portable, so that its tests run everywhere: pywinpty's object comes from ``conpty``. Containers never go through here,
for the console rewrites what passes, and pywinpty deals in text: a letter that its 32 KiB buffer cuts in two is lost.
"""

from __future__ import annotations

import codecs
import os
import threading
import time
from contextlib import suppress
from typing import Final, Protocol

from dshell.errors import EngineError, Failure, Trouble
from dshell.stream.console_output import ConsoleOutput

END: Final = (1, b"")
STILL_ACTIVE: Final = 259  # Windows' word for a program that runs, by which pywinpty takes it for one for ever
# The end may never be told (andfoy/pywinpty#565), so a blocking read might not return. The pause is short for the
# person who types, and the silence long enough for what the console still has to draw.
PAUSE: Final = 0.01  # seconds between two looks
SILENCE: Final = 0.25  # seconds without output after which a program that has ended is read to its end


class Pty(Protocol):
    """What is used of ``winpty.PTY``. Sizes are columns, lines. What fails raises ``WinptyError``."""

    @property
    def pid(self) -> int | None: ...
    def read(self, blocking: bool = False) -> str: ...
    def write(self, to_write: str) -> object: ...
    def set_size(self, cols: int, rows: int) -> object: ...
    def isalive(self) -> bool: ...
    def get_exitstatus(self) -> int | None: ...


class PseudoConsoleStream:
    """``pty``: with its program started. ``broken``: the exception that it raises. ``size``: the one it has."""

    def __init__(self, pty: Pty, broken: type[Exception], size: os.terminal_size) -> None:
        self._pty = pty
        self._broken = broken
        self._output = ConsoleOutput(size)
        self._typed = codecs.getincrementaldecoder("utf-8")("replace")
        self._closing = threading.Event()
        self._ended = False
        self._late = b""

    @property
    def unread(self) -> bytes:
        """Only what came after its end: a console takes with it what it had."""
        return self._late

    def read(self) -> tuple[int, bytes]:
        silent = 0.0
        while not self._closing.is_set():
            try:
                self._ended = ended = not self._pty.isalive()
                text = self._pty.read(blocking=False)
            except self._broken:
                return END
            if text:
                silent = 0.0
                if shown := self._show(text):
                    return (1, shown)
                continue
            if ended and silent >= SILENCE:
                return END
            self._closing.wait(PAUSE)
            silent = silent + PAUSE if ended else 0.0
        return END

    def write(self, data: bytes) -> None:
        if self._ended:
            self._late += data
            return
        self._send(self._typed.decode(data))

    def end_input(self) -> None:
        """Ctrl-Z and Enter, which is the end of input for programs that read a Windows console."""
        self._send("\x1a\r")

    def resize(self, size: os.terminal_size) -> None:
        if size.columns and size.lines:
            self._output.resize(size)
            with suppress(self._broken):
                self._pty.set_size(size.columns, size.lines)

    def wait(self) -> int:
        try:
            while (code := self._pty.get_exitstatus()) is None:
                if not self._pty.isalive():
                    return STILL_ACTIVE
                time.sleep(PAUSE)
        except self._broken as error:
            raise EngineError(Failure(Trouble.LOST, str(error))) from error
        return code

    def close(self) -> None:
        """Reading ends. The pseudo-console, and with it the program, goes when the object does."""
        self._closing.set()

    def _show(self, text: str) -> bytes:
        shown, answers = self._output.feed(text)
        self._send(answers)
        return shown.encode("utf-8", "replace")

    def _send(self, text: str) -> None:
        if text:
            with suppress(self._broken):  # the program has ended
                self._pty.write(text)
