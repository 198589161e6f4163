"""A terminal as Git Bash without a pseudo-console shows it to a native program, imitated on a real pseudo-terminal.

``python -m tests.msys FOLDER WORDS`` runs ``python WORDS`` on pipes and carries bytes between these and its own
standard streams: a terminal whose line discipline is the system's, except that Ctrl-D is data as for native programs
there. ``stty`` is the system's too, by way of a script in FOLDER that notes its words in ``calls``; it does not find
its terminal in the pipe, as that of Windows would, but opens it. The question for the size is answered as mintty does
it, unless the variable MUTE is set.
"""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import termios
import tty
from pathlib import Path

from dshell.terminal.base import Shown
from dshell.terminal.mintty import MinttyTerminal
from dshell.terminal.stty import Stty
from dshell.wire import SIZE_QUESTION

CHUNK = 65536
STTY = """#!/bin/sh
echo "$@" >> "{calls}"
exec stty "$@" < /dev/tty
"""
PATH = "STTY_OF_THIS_TERMINAL"


class PipeKeyboard:
    """A ``Keyboard`` on a descriptor: what ``terminal.msys`` does for Windows."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._cancelled, self._cancel = os.pipe()
        os.set_blocking(self._cancelled, False)

    def read(self) -> bytes | None:
        ready, _, _ = select.select([self._cancelled, self._descriptor], [], [])
        if self._cancelled in ready:
            os.read(self._cancelled, CHUNK)
            return None
        return os.read(self._descriptor, CHUNK)

    def cancel(self) -> None:
        os.write(self._cancel, b"\0")


def open_here() -> MinttyTerminal:
    """The terminal of a program that runs in the imitation."""
    shown = Shown(stdin=True, stdout=True, stderr=True)
    return MinttyTerminal(shown, Stty([os.environ[PATH]], 0), PipeKeyboard(0), lambda _deaf: None)


def calls(folder: Path) -> list[str]:
    """The words of each ``stty`` so far."""
    return (folder / "calls").read_text().splitlines()


def _write_stty(folder: Path) -> str:
    script = folder / "stty"
    script.write_text(STTY.format(calls=folder / "calls"))
    script.chmod(0o755)
    return str(script)


def _let_ctrl_d_be_data() -> None:
    modes = termios.tcgetattr(0)
    modes[tty.CC][termios.VEOF] = b"\0"
    termios.tcsetattr(0, termios.TCSANOW, modes)


def _answered(data: bytes, keys: int) -> bytes:
    """``data`` without the question, which was answered."""
    if SIZE_QUESTION in data and "MUTE" not in os.environ:
        size = os.get_terminal_size(0)
        os.write(keys, b"\x1b[8;%d;%dt" % (size.lines, size.columns))
    return data.replace(SIZE_QUESTION, b"")


def _carry(child: subprocess.Popen[bytes], keys: int, shown: int) -> int:
    """Until the program, and whoever it gave its streams to, has closed them."""
    while True:
        ready, _, _ = select.select([0, shown], [], [])
        if 0 in ready:
            os.write(keys, os.read(0, CHUNK))
        if shown in ready:
            data = os.read(shown, CHUNK)
            if not data:
                return child.wait()
            os.write(1, _answered(data, keys))


def main() -> int:
    _let_ctrl_d_be_data()
    (entry, keys), (shown, out) = os.pipe(), os.pipe()
    child = subprocess.Popen(
        [sys.executable, *sys.argv[2:]],
        stdin=entry,
        stdout=out,
        stderr=out,
        env={**os.environ, PATH: _write_stty(Path(sys.argv[1]))},
    )
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both
    signal.signal(signal.SIGTERM, lambda _number, _frame: child.terminate())
    os.close(entry)
    os.close(out)
    return _carry(child, keys, shown)


if __name__ == "__main__":
    sys.exit(main())
