"""A program under a pseudo-terminal of its own: forwarded docker commands, on Linux, macOS and WSL.

It shows nothing and asks nobody. Output is passed on until the program has ended *and* all of it was read.
"""

from __future__ import annotations

import errno
import os
import select
import shutil
import subprocess
import sys
import termios
import threading
import tty
from collections.abc import Mapping, Sequence
from typing import Final

assert sys.platform != "win32"  # noqa: S101

CHUNK: Final = 65536
END: Final = (1, b"")
LINGER: Final = 0.25  # seconds of silence before it is asked whether the program still lives

# A pseudo-terminal becomes the controlling one when the leader of a new session opens it. Only the new process can do
# that, and Python code between fork and exec (``preexec_fn``, ``pty.fork``) may dead-lock in a program with threads:
# a lock that another thread holds at the fork is never released in the child. So a shell does it, in a millisecond.
TAKE_TERMINAL: Final = 'exec "$@" <>"$0" >&0 2>&0'


class PtyStream:
    """Starts ``argv`` at once. Raises OSError when the program or the folder does not exist."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], folder: str, size: os.terminal_size) -> None:
        program = shutil.which(argv[0], path=environ.get("PATH"))
        if program is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), argv[0])
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self._waking, self._wake = os.pipe()
        self._closing = False
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._line_begun = False
        try:
            self.resize(size)
            self._program = subprocess.Popen(
                ["/bin/sh", "-c", TAKE_TERMINAL, os.ttyname(slave), program, *argv[1:]],
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=environ,
                cwd=folder,
                start_new_session=True,
            )
        except OSError:
            self.close()
            raise
        finally:
            os.close(slave)

    def read(self) -> tuple[int, bytes]:
        with self._reading:
            while not self._closing:
                ended = self._program.poll() is not None
                ready, _, _ = select.select([self._master, self._waking], [], [], LINGER)
                if self._master in ready:
                    try:
                        return (1, os.read(self._master, CHUNK))
                    except BlockingIOError:
                        continue
                    except OSError:
                        return END  # EIO: nobody has the terminal open any more
                if ended:
                    return END  # something that it left behind keeps the terminal open, in silence
        return END

    def write(self, data: bytes) -> None:
        with self._writing:
            rest = memoryview(data)
            while rest and not self._closing:
                select.select([self._waking], [self._master], [])
                try:
                    rest = rest[os.write(self._master, rest) :]
                except BlockingIOError:
                    continue
                except OSError:
                    return
            if data:
                self._line_begun = data[-1:] not in b"\r\n"

    def end_input(self) -> None:
        """Ctrl-D, or what the program has set for it; twice where the first only ends an unfinished line."""
        with self._writing:
            if self._closing:
                return
            modes = termios.tcgetattr(self._master)
        end = modes[tty.CC][termios.VEOF]
        by_lines = modes[tty.LFLAG] & termios.ICANON
        self.write(end * 2 if by_lines and self._line_begun else end)

    def resize(self, size: os.terminal_size) -> None:
        with self._writing:
            if size.columns and size.lines and not self._closing:
                termios.tcsetwinsize(self._master, (size.lines, size.columns))

    def wait(self) -> int:
        code = self._program.wait()
        return code if code >= 0 else 128 - code

    def close(self) -> None:
        """The program, if it still runs, gets SIGHUP as from any terminal that is closed."""
        if self._closing:
            return
        self._closing = True
        os.write(self._wake, b"\0")  # nobody takes it out: whoever waits goes on at once, and whoever comes later
        with self._reading, self._writing:
            for descriptor in (self._master, self._waking, self._wake):
                os.close(descriptor)
