"""A program under a pseudo-terminal of its own: forwarded docker commands, on Linux, macOS and WSL.

It shows nothing and asks nobody. Output is passed on until the program has ended *and* all of it was read. What was
typed and the program did not read, as the next command during a long build, is found again in ``unread``.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import termios
import threading
import tty
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from dshell.programs import need_program

assert sys.platform != "win32"  # noqa: S101

CHUNK: Final = 65536
END: Final = (1, b"")
LINGER: Final = 0.25  # seconds of silence before it is asked whether the program still lives

# A pseudo-terminal becomes the controlling one when the leader of a new session opens it. Only the new process can do
# that, and Python code between fork and exec (``preexec_fn``, ``pty.fork``) may dead-lock in a program with threads:
# a lock that another thread holds at the fork is never released in the child. So a shell does it, in a millisecond.
# It stays as the leader, for with the leader's end the system throws away what was typed and nobody has read: on its
# standard output it says that the program has ended, and it ends itself with its standard input.
LEADER: Final = (
    'exec 9<>"$0" 2>/dev/null; trap : INT QUIT; (exec "$@" <&9 >&9 2>&9 9>&-); code=$?; echo; read -r _; exit $code'
)
MOMENT: Final = 0.01  # seconds that somebody who writes has to be done with it


class PtyStream:
    """Starts ``argv`` at once. Raises OSError when the program or the folder does not exist."""

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], folder: str, size: os.terminal_size) -> None:
        program = need_program(argv[0], environ)
        self._master, slave = os.openpty()
        os.set_blocking(self._master, False)
        self._waking, self._wake = os.pipe()
        self._closing = False
        self._reading = threading.Lock()
        self._writing = threading.Lock()
        self._line_begun = False
        self._over = False
        self._left = self._late = b""
        self._name = os.ttyname(slave)
        self._told, tell = os.pipe()
        heard, self._release = os.pipe()
        try:
            self.resize(size)
            self._program = subprocess.Popen(
                ["/bin/sh", "-c", LEADER, self._name, program, *argv[1:]],
                stdin=heard,
                stdout=tell,
                stderr=slave,
                env=environ,
                cwd=folder or None,
                start_new_session=True,
            )
        except OSError:
            self.close()
            raise
        finally:
            for descriptor in (slave, heard, tell):
                os.close(descriptor)

    def read(self) -> tuple[int, bytes]:
        with self._reading:
            while not self._closing:
                ended = self._program.poll() is not None
                telling = [] if self._over else [self._told]
                ready, _, _ = select.select([self._master, self._waking, *telling], [], [], LINGER)
                if self._master in ready:
                    try:
                        return (1, os.read(self._master, CHUNK))
                    except BlockingIOError:
                        continue
                    except OSError:
                        return END  # EIO: nobody has the terminal open any more
                if self._told in ready:
                    self._take_unread()
                elif ended:
                    return END  # something that it left behind keeps the terminal open, in silence
        return END

    def write(self, data: bytes) -> None:
        with self._writing:
            rest = memoryview(data)
            while rest and not (self._closing or self._over):
                select.select([self._waking], [self._master], [])
                try:
                    rest = rest[os.write(self._master, rest) :]
                except BlockingIOError:
                    continue
                except OSError:
                    return
            if self._over:
                self._late += rest
            elif data:
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

    @property
    def unread(self) -> bytes:
        return self._left + self._late

    def _take_unread(self) -> None:
        """The program has ended, its leader has not: what is left in the terminal can still be read."""
        self._over = True
        terminal = os.open(self._name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            tty.setraw(terminal, termios.TCSANOW)  # also a line that has no end yet
            while True:
                self._left += _all_of(terminal)
                if self._writing.acquire(timeout=MOMENT):  # it may have waited for room
                    break
            self._left += _all_of(terminal)
            self._writing.release()
        finally:
            os.close(terminal)
            os.close(self._release)

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
            for descriptor in (self._master, self._waking, self._wake, self._told):
                os.close(descriptor)
            if not self._over:
                os.close(self._release)


def _all_of(terminal: int) -> bytes:
    """Without the places where Ctrl-D stood, which Linux marks with a byte of 0."""
    data = b""
    with suppress(BlockingIOError):
        while piece := os.read(terminal, CHUNK):
            data += piece
    return data.replace(b"\0", b"")
