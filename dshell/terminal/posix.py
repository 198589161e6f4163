"""The standard streams of Linux, macOS and WSL, each of them a terminal or redirected by itself.

It also serves where nothing is a terminal: ``select`` waits for pipes and files as it does for terminals, so a
second kind would only repeat this one. It leaves the terminal's modes alone except inside ``raw``.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import sys
import termios
import tty
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from types import FrameType
from typing import Any, Final

from dshell.errors import TerminalError
from dshell.terminal.base import STDOUT, Shown, ends_row, stop, stoppable, unwritten

assert sys.platform != "win32"  # noqa: S101

CHUNK: Final = 65536
_Modes = list[Any]  # termios attributes: flags, speeds and the control characters


def hold_streams() -> None:
    """Standard streams that dshell was started without (``<&-``) lead nowhere, as in every program of Go.

    Or else the next thing that is opened, the daemon's socket, takes the number of one and gets what is written there.
    """
    for descriptor, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            setattr(sys, name, os.fdopen(descriptor, "w" if descriptor else "r", closefd=False))


class PosixTerminal:
    """``streams``: file descriptors of standard input, output and error."""

    kind: Final = "posix"

    def __init__(self, streams: tuple[int, int, int] = (0, 1, 2)) -> None:
        self._streams = streams
        self._input = streams[0]
        self.shown: Final = Shown(*(os.isatty(descriptor) for descriptor in streams))
        self._found: _Modes | None = None
        self.fresh_line = True
        self._given_back = b""
        self._waking, self._wake = os.pipe()
        os.set_blocking(self._waking, False)
        os.set_blocking(self._wake, False)

    def size(self) -> os.terminal_size:
        standard_input, output, error = self._streams
        for descriptor in (output, standard_input, error):
            try:
                size = os.get_terminal_size(descriptor)
            except OSError:
                continue
            if size.columns and size.lines:
                return size
        return os.terminal_size((0, 0))

    @contextmanager
    def raw(self) -> Iterator[None]:
        """Raises TerminalError when the terminal is gone.

        In the background the system stops dshell here, like any program that wants a terminal it does not have.
        """
        if not self.shown.stdin:
            yield
            return
        try:
            atexit.register(self._restore)  # a session in a thread ends with the program, without its ``finally``
            self._take()
        except termios.error as error:
            raise TerminalError(error.args[1], error.args[0]) from error
        else:
            with self._given_back_when_stopped():
                yield
        finally:
            self._restore()
            atexit.unregister(self._restore)

    def _take(self) -> None:
        self._found = termios.tcgetattr(self._input)
        termios.tcsetattr(self._input, termios.TCSANOW, _raw_modes(self._found))

    @contextmanager
    def _given_back_when_stopped(self) -> Iterator[None]:
        """Docker leaves it raw then, and when it goes on as the shell has set it: nobody sees what they type."""

        def handle(_number: int, _frame: FrameType | None) -> None:
            self._restore()
            stop()
            with suppress(termios.error):  # the terminal is gone
                self._take()

        if not stoppable():
            yield
            return
        signal.signal(signal.SIGTSTP, handle)
        try:
            yield
        finally:
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)

    def _restore(self) -> None:
        """Give the modes found back, once.

        TCSANOW, for TCSAFLUSH would throw away what is typed ahead and TCSADRAIN waits for a terminal that may never
        read again. SIGTTOU is blocked so that a session that was put into the background can end.
        """
        found, self._found = self._found, None
        if found is None:
            return
        blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        try:
            termios.tcsetattr(self._input, termios.TCSANOW, found)
        except termios.error:
            pass  # the terminal is gone, and its modes with it
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, blocked)

    def lent(self) -> AbstractContextManager[None]:
        """``raw`` takes the modes anew each time."""
        return nullcontext()

    def read(self, timeout: float) -> bytes | None:
        if self._given_back:
            return self.given_back()
        ready, _, _ = select.select([self._input, self._waking], [], [], timeout)
        if self._waking in ready:
            os.read(self._waking, CHUNK)
            return None
        if not ready:
            return None
        try:
            return os.read(self._input, CHUNK)
        except BlockingIOError:
            return None
        except OSError:
            return b""  # EIO: the terminal was hung up

    def unread(self, data: bytes) -> None:
        """No system lets it go back to the terminal itself: a program that inherits that does not see it."""
        self._given_back = data + self._given_back

    def given_back(self) -> bytes:
        data, self._given_back = self._given_back, b""
        return data

    def rows(self, _count: int, /) -> Sequence[str]:
        return ()

    def wake(self) -> None:
        with suppress(BlockingIOError):  # so many wake-ups are waiting that this one makes no difference
            os.write(self._wake, b"\0")

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        descriptor = self._streams[channel]
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(descriptor, rest) :]
            except BlockingIOError:
                # Another program that shares the terminal made it non-blocking.
                select.select([], [descriptor], [])
            except OSError as error:
                raise unwritten(error, channel) from error
        if self.shown.stdout if channel == STDOUT else self.shown.stderr:
            self.fresh_line = ends_row(data, self.fresh_line)


def _raw_modes(found: _Modes) -> _Modes:
    """What cfmakeraw(3) makes of ``found``; docker's client does the same."""
    modes = list(found)
    modes[tty.IFLAG] &= ~(
        termios.IGNBRK
        | termios.BRKINT
        | termios.PARMRK
        | termios.ISTRIP
        | termios.INLCR
        | termios.IGNCR
        | termios.ICRNL
        | termios.IXON
    )
    modes[tty.OFLAG] &= ~termios.OPOST
    modes[tty.CFLAG] = modes[tty.CFLAG] & ~(termios.CSIZE | termios.PARENB) | termios.CS8
    modes[tty.LFLAG] &= ~(termios.ECHO | termios.ECHONL | termios.ICANON | termios.ISIG | termios.IEXTEN)
    modes[tty.CC] = list(modes[tty.CC])
    modes[tty.CC][termios.VMIN] = 1
    modes[tty.CC][termios.VTIME] = 0
    return modes
