"""A program under a pseudo-terminal, by what this platform has. Apart from ``base`` because it brings subprocess."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Protocol

from dshell.stream.base import Stream

if sys.platform == "win32":
    from dshell.stream.conpty import start_program
else:
    from dshell.stream.pty import PtyStream as start_program  # noqa: N813 - one maker, whatever it is


class Program(Stream, Protocol):
    """A stream whose program may have left a part of its input unread: who typed it meant it for what comes next."""

    @property
    def unread(self) -> bytes:
        """That part, once ``read`` has returned the end."""
        ...


def start(argv: Sequence[str], environ: Mapping[str, str], folder: str, size: os.terminal_size) -> Program:
    """``argv`` under a pseudo-terminal of its own, which has its ``size`` before the program begins.

    Raises OSError when the program or ``folder`` is not there. ``close`` hangs the program up.
    """
    return start_program(argv, environ, folder, size)
