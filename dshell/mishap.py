"""What goes wrong in dshell itself: kept until the terminal is itself again, then told in one sentence."""

from __future__ import annotations

import errno
import os
import sys
import threading
from contextlib import suppress

from dshell import settings
from dshell.disarm import visible_rows
from dshell.errors import FULL, TerminalError
from dshell.terminal.base import STDERR, Terminal

MISHAP = 70  # EX_SOFTWARE of sysexits.h: dshell itself went wrong
CLOSED = 141  # 128 + SIGPIPE: nobody reads what is written
NOT_WRITTEN = 1
NO_MEMORY = f"dshell: {os.strerror(errno.ENOMEM)}\n".encode()
NOBODY = {errno.EPIPE, errno.EIO}  # the other end of a pipe is closed, a terminal was hung up

mishaps: list[BaseException] = []
"""What has not been told yet. Any thread may add to it."""


def collect() -> None:
    """From now on what escapes from a thread is a mishap, and no traceback."""
    threading.excepthook = lambda thread: mishaps.append(thread.exc_value) if thread.exc_value else None
    sys.unraisablehook = lambda _: None  # what fails while things are thrown away has no consequence, and no reader


def tell(terminal: Terminal, language: str = "") -> None:
    """What went wrong since it was last told, in any thread. ``language`` "": the system's."""
    if not mishaps:
        return
    errors = [*mishaps]
    del mishaps[: len(errors)]  # none that another thread adds meanwhile
    try:
        from dshell.shell.mishaps import said  # noqa: PLC0415 - for what hardly ever happens
        from dshell.shell.voice import words_for  # noqa: PLC0415

        for row in said(errors, settings.mishap_file(), words_for(language, os.environ)):
            complain(terminal, row)
    except (ImportError, MemoryError):  # there is none left for a sentence of dshell's
        with suppress(OSError):
            os.write(STDERR, NO_MEMORY)
    except OSError as error:  # no file can be opened, for one
        with suppress(OSError):
            os.write(STDERR, f"dshell: {error.strerror}\n".encode())
    except Exception:  # noqa: BLE001, S110 - of a terminal that fails there is nobody to tell
        pass


def complain(terminal: Terminal, words: str) -> None:
    """As ``native.base.write_error``."""
    if terminal.shown.stderr:
        words = visible_rows(words)
    terminal.write(f"{words}\n".encode(errors="surrogateescape"), STDERR)


def fail(terminal: Terminal, error: TerminalError) -> int:
    """The exit code of a program whose terminal failed it; what is news to somebody who is still there is said."""
    if error.number not in NOBODY:
        with suppress(TerminalError):
            complain(terminal, f"dshell: {error.words}")
    return NOT_WRITTEN if error.number in FULL else CLOSED
