"""pywinpty's ``PTY`` over a real program on a real pseudo-terminal: a stand-in with the habits of the real one.

Its text comes decoded piece by piece, it greets the terminal as a fresh pseudo-console does and holds the program back
until its question is answered, it never tells the end, and it takes exit code 259 for a program that runs.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from collections.abc import Sequence

from dshell.stream.pseudo_console import PseudoConsoleStream

if sys.platform != "win32":
    from dshell.stream.pty import PtyStream

assert sys.platform != "win32"

GREETING = "\x1b[c\x1b[?1004h\x1b[?9001h"
FAREWELL = "\x1b[?1004l\x1b[?9001l"
NAME = "\x1b]0;C:\\Program Files\\Docker\\docker.exe\x07"


class WinptyError(Exception):
    """Of pywinpty: ``OSError`` is none of its ancestors."""


class Pty:
    def __init__(self, argv: Sequence[str], size: os.terminal_size) -> None:
        self.heard: list[str] = []
        self._answered = threading.Event()
        self._pieces: deque[str] = deque([GREETING])
        self._program = PtyStream(argv, os.environ, "/", size)
        self._code: int | None = None
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int | None:
        return None

    def read(self, blocking: bool = False) -> str:
        assert not blocking, "it might not return"
        return self._pieces.popleft() if self._pieces else ""

    def write(self, to_write: str) -> int:
        if self._code is not None:
            raise WinptyError("the pipe is being closed")
        self.heard.append(to_write)
        if to_write.endswith("c") and to_write.startswith("\x1b[?6"):
            self._answered.set()
        elif to_write == "\x1a\r":
            self._program.end_input()
        else:
            self._program.write(to_write.encode())
        return len(to_write)

    def set_size(self, cols: int, rows: int) -> None:
        self._program.resize(os.terminal_size((cols, rows)))

    def isalive(self) -> bool:
        return self._code is None

    def get_exitstatus(self) -> int | None:
        return None if self._code == 259 else self._code

    def hang_up(self) -> None:
        self._answered.set()
        self._program.close()

    def _read(self) -> None:
        if not self._answered.wait(30):
            self._code = 1
            return
        self._pieces.append(NAME)
        while data := self._program.read()[1]:
            self._pieces.append(data.decode(errors="replace"))
        self._pieces.append(FAREWELL)
        code = self._program.wait()
        self._code = 259 if code == 59 else code  # a POSIX program cannot say more than 255


def start(argv: Sequence[str], size: os.terminal_size) -> PseudoConsoleStream:
    return PseudoConsoleStream(Pty(argv, size), WinptyError, size)
