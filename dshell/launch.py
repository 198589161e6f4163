"""What scripts/launch.bash changed for dshell alone, undone for all that dshell starts. See there for the reasons."""

from __future__ import annotations

import signal
from collections.abc import MutableMapping

CONVERSION = ("MSYS_NO_PATHCONV", "MSYS2_ARG_CONV_EXCL")
"""Variables by which Git Bash leaves words as they were typed. The launcher keeps the person's under ``DSHELL_``."""

LAUNCHED = "DSHELL_LAUNCHED"


def undo(environ: MutableMapping[str, str]) -> None:
    """Before anything else of the program: in the main thread, ``environ`` being its own."""
    for name in CONVERSION:
        kept = environ.pop(f"DSHELL_{name}", None)
        if kept is None:
            continue
        environ.pop(name, None)
        if kept:  # "=" and the value
            environ[name] = kept[1:]
    if environ.pop(LAUNCHED, None):
        _hear_the_keyboard()


def _hear_the_keyboard() -> None:
    """Bash lets what it starts in the background ignore Ctrl-C and Ctrl-\\, and programs inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if hasattr(signal, "SIGQUIT"):
        signal.signal(signal.SIGQUIT, signal.SIG_DFL)
