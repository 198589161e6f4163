"""The terminal as the rest of dshell sees it: bytes, a size, raw mode."""

import errno
import os
import signal
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Final, Protocol

from dshell.errors import TerminalError
from dshell.pattern import pattern
from dshell.record import Record

TSTP: Final = getattr(signal, "SIGTSTP", None)
"""What Ctrl-Z sends where the terminal is not raw; None on Windows, which stops no program."""

STDOUT = 1
STDERR = 2

_LAST: Final = 64  # bytes that are looked at: the colours reset behind an end of row are fewer
_SEQUENCES: Final = pattern(rb"(?:\x1b\[[0-?]*[ -/]*[@-~])+\Z")  # ECMA-48 control sequences, which write no letter


class Shown(Record):
    """Which of the three standard streams are a terminal, each decided by itself."""

    stdin: bool
    stdout: bool
    stderr: bool


class Terminal(Protocol):
    """Where a person, or a pipe, is at the other end.

    One object for the life of the program. ``read`` has one caller at a time; ``write`` may be called from any
    thread; ``wake`` from any thread and from a signal handler.
    """

    @property
    def kind(self) -> str:
        """ "posix", "console", "mintty" or "plain"."""
        ...

    @property
    def shown(self) -> Shown: ...

    @property
    def fresh_line(self) -> bool:
        """False when the last thing written on a terminal here, on any channel, has not ended its row.

        It does not know what other programs write, nor what the terminal echoes.
        """
        ...

    def size(self) -> os.terminal_size:
        """Columns and lines, cheap enough to ask four times a second; (0, 0) when nothing here is a terminal."""
        ...

    def raw(self) -> AbstractContextManager[None]:
        """Raw mode on input for the length of a ``with``; the modes found are restored whatever happens.

        Restoring throws away no byte typed ahead. Without a terminal on standard input it does nothing.
        """
        ...

    def lent(self) -> AbstractContextManager[None]:
        """For the length of a ``with`` a program that inherits this terminal has it.

        Afterwards it works for dshell as before, whatever the program left. Modes that a person may have wanted to
        change, as by ``stty``, stay changed.
        """
        ...

    def read(self, timeout: float) -> bytes | None:
        """Bytes of standard input; None: nothing within ``timeout`` seconds, or woken; b"": closed."""
        ...

    def unread(self, data: bytes) -> None:
        """Give back what was read and not used: it is what comes next, before all that was typed since."""
        ...

    def given_back(self) -> bytes:
        """What ``unread`` got and nobody has read since, taken out: for a prompt that reads the terminal itself.

        Nothing where it went back into the terminal, which keeps it for whoever reads there.
        """
        ...

    def rows(self, count: int, /) -> Sequence[str]:
        """The last rows on the screen, down to the one of the cursor; at most ``count``, none where nobody can tell.

        A row that went on in the next is one with it.
        """
        ...

    def wake(self) -> None:
        """Make a ``read`` that waits, or the next one, return None at once. It takes no byte."""
        ...

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        """All of ``data`` to standard output (1) or standard error (2), unchanged and unbuffered.

        Raises TerminalError when the other end is closed.
        """
        ...


def stoppable() -> bool:
    """TSTP would stop this program, so whoever holds the terminal must hear of it. False: it is ignored, or taken."""
    in_main = threading.current_thread() is threading.main_thread()
    return TSTP is not None and in_main and signal.getsignal(TSTP) is signal.SIG_DFL


def stop() -> None:
    """What a handler of TSTP does when the terminal is given back: this program stops until somebody lets it go on.

    All that stand in front with it stop too, its launcher among them, as when the terminal sends the signal. The system
    stops nobody whom nobody could continue.
    """
    if TSTP is not None:
        handler = signal.signal(TSTP, signal.SIG_DFL)
        os.kill(0, TSTP)
        signal.signal(TSTP, handler)


def ends_row(data: bytes, before: bool) -> bool:
    """Whether a row is ended after ``data``; ``before``: whether one was before it. Sequences change nothing."""
    rest = _SEQUENCES.sub(b"", data[-_LAST:])
    return rest.endswith(b"\n") if rest else before


def unwritten(error: OSError, channel: int) -> TerminalError:
    """In the words of Go, which writes this machine's errors small."""
    number = error.errno or errno.EIO
    return TerminalError(
        f"write /dev/{'stdout' if channel == STDOUT else 'stderr'}: {os.strerror(number).lower()}", number
    )
