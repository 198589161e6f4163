"""A program under a Windows pseudo-console: forwarded docker commands.

Containers never go through here: the console rewrites what passes, and pywinpty deals in text, so this is not for
bytes that matter.
"""

from __future__ import annotations

import codecs
import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from winpty import PTY, Backend, WinptyError  # type: ignore[import-not-found, import-untyped, unused-ignore]

assert sys.platform == "win32"  # noqa: S101

END: Final = (1, b"")
# pywinpty up to 3.1.1 never tells the end (andfoy/pywinpty#565), so a blocking read might not return. The pause is
# short for the person who types, and the silence long enough for what the console still has to draw.
PAUSE: Final = 0.01  # seconds between two looks
SILENCE: Final = 0.1  # seconds without output after which a program that has ended is read to its end


class ConPtyStream:
    """Starts ``argv`` at once. Raises OSError when the program or the folder does not exist."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], folder: str, size: os.terminal_size) -> None:
        program = shutil.which(argv[0], path=environ.get("PATH"))
        if program is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), argv[0])
        self._closing = threading.Event()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pty = PTY(size.columns or 80, size.lines or 24, backend=Backend.ConPTY)
        arguments = subprocess.list2cmdline(argv[1:])
        block = "".join(f"{name}={value}\0" for name, value in environ.items())
        try:
            self._pty.spawn(program, cmdline=f" {arguments}" if arguments else None, cwd=folder, env=block)
        except WinptyError as error:
            raise OSError(errno.EIO, str(error), program) from error

    def read(self) -> tuple[int, bytes]:
        silent = 0.0
        while not self._closing.is_set():
            ended = not self._pty.isalive()
            try:
                data = self._pty.read(blocking=False)
            except WinptyError:
                return END
            if data:
                return (1, data.encode("utf-8", "replace"))
            if ended and silent >= SILENCE:
                return END
            time.sleep(PAUSE)
            silent = silent + PAUSE if ended else 0.0
        return END

    def write(self, data: bytes) -> None:
        with suppress(WinptyError):  # the program has ended
            self._pty.write(self._decoder.decode(data))

    def end_input(self) -> None:
        """Ctrl-Z and Enter, which is the end of input for programs that read a Windows console."""
        self.write(b"\x1a\r")

    def resize(self, size: os.terminal_size) -> None:
        with suppress(WinptyError):
            self._pty.set_size(size.columns, size.lines)

    def wait(self) -> int:
        while True:
            code = self._pty.get_exitstatus()
            if code is not None:
                return int(code)
            time.sleep(PAUSE)

    def close(self) -> None:
        """Reading ends. The pseudo-console, and with it the program, goes when this object does."""
        self._closing.set()
