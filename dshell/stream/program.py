"""A program under a pseudo-terminal, by what this platform has. Apart from ``base`` because it brings subprocess."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

from dshell.stream.base import Stream

if sys.platform == "win32":
    from dshell.stream.conpty import start_program
else:
    from dshell.stream.pty import PtyStream as start_program  # noqa: N813 - one maker, whatever it is


def start(argv: Sequence[str], environ: Mapping[str, str], folder: str, size: os.terminal_size) -> Stream:
    """``argv`` under a pseudo-terminal of its own, which has its ``size`` before the program begins.

    Raises OSError when the program or ``folder`` is not there. ``close`` hangs the program up.
    """
    return start_program(argv, environ, folder, size)
