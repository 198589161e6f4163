"""Starts a program under a Windows pseudo-console by pywinpty, and keeps its side effects to itself."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Final

from winpty import PTY, Backend, WinptyError  # type: ignore[import-not-found, import-untyped, unused-ignore]

from dshell import win32
from dshell.programs import need_program
from dshell.stream.pseudo_console import PseudoConsoleStream

assert sys.platform == "win32"  # noqa: S101

USUAL: Final = os.terminal_size((80, 24))
BACKENDS: Final = (Backend.ConPTY, Backend.WinPTY)  # the second is for Windows before 10 1809, which has not the first


def start_program(
    argv: Sequence[str], environ: Mapping[str, str], folder: str, size: os.terminal_size
) -> PseudoConsoleStream:
    """Raises OSError when the program or the folder does not exist, or there is no pseudo-console."""
    program = need_program(argv[0], environ)
    if not os.path.isdir(folder):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), folder)
    if not (size.columns and size.lines):
        size = USUAL
    with win32.kept_handles():  # pywinpty makes the console's handles the standard ones of this program
        pty, backend = _open(size)
        # One backend takes the name of the program as the beginning of a command line, the other as it is.
        name = subprocess.list2cmdline([program]) if backend == Backend.ConPTY else program
        block = "".join(f"{key}={value}\0" for key, value in environ.items())
        try:
            pty.spawn(name, cmdline=f" {subprocess.list2cmdline(argv[1:])}", cwd=folder, env=block)
        except WinptyError as error:
            raise OSError(errno.EIO, str(error), program) from error
    return PseudoConsoleStream(pty, WinptyError, size)


def _open(size: os.terminal_size) -> tuple[PTY, int]:
    missing = ""
    for backend in BACKENDS:
        try:
            return PTY(size.columns, size.lines, backend=backend), backend
        except WinptyError as error:
            missing = str(error)
    raise OSError(errno.ENOSYS, missing)
