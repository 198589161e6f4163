"""Which terminal this program woke up in. With ``stream.base`` and ``stream.program`` the only place that asks for it.

Decided for each standard stream by its handle, never by TERM: the same person moves between these worlds by
upgrading Git for Windows.
"""

import sys
from collections.abc import Mapping
from enum import Enum
from typing import Final

from dshell.pattern import pattern
from dshell.record import Record
from dshell.terminal.base import Shown, Terminal

if sys.platform == "win32":
    from dshell.terminal.console import ConsoleTerminal
    from dshell.terminal.msys import open_mintty
    from dshell.terminal.plain import PlainTerminal
    from dshell.win32 import code_pages, is_console, kept_variables, legacy_console, pipe_name
else:
    from dshell.terminal.posix import PosixTerminal, hold_streams

WINDOWS: Final = sys.platform == "win32"
"""For those who work on paths as the system spells them: ``app`` hands it down."""

# A pseudo-terminal of MSYS or Cygwin is a pair of named pipes: \msys-<key>-pty<N>-from-master, with further parts since
# runtime 3.3 (-nat). An ordinary pipe between MSYS programs is \msys-<key>-<pid>-pipe-…
_MSYS_PTY: Final = pattern(r"\\(?:msys|cygwin)-[^-]+-pty[^-]+-(?:from|to)-master(?:-[^-]+)*")


class World(Enum):
    """Where standard input comes from, as a support tool would print it."""

    POSIX = "posix"
    CONSOLE = "console"  # cmd, PowerShell, Windows Terminal, VS Code
    MINTTY = "mintty"  # Git Bash of today: a hidden pseudo-console behind mintty
    MSYS_PTY = "msys-pty"  # Git Bash before 2.47, or MSYS=disable_pcon: named pipes
    WINPTY = "winpty"  # started with the winpty prefix or alias
    REDIRECTED = "redirected"  # a file, a pipe, NUL


class WindowsFacts(Record):
    """What only Windows can say. ``pages``: code pages of the console's input and output, (0, 0) without one.

    ``legacy``: the console of before Windows 10 was chosen. ``user`` and ``machine``: names of the variables that
    Windows itself sets for this user and for everybody.
    """

    pages: tuple[int, int] = (0, 0)
    legacy: bool = False
    user: frozenset[str] = frozenset()
    machine: frozenset[str] = frozenset()


def is_msys_pty(name: str) -> bool:
    """``name``: of a pipe, as GetFileInformationByHandleEx tells it (``\\msys-…-pty0-from-master-nat``)."""
    return _MSYS_PTY.fullmatch(name) is not None


def windows_world(console: bool, pipe: str, environ: Mapping[str, str]) -> World:
    """From standard input: whether it is a console, and its name if it is a pipe.

    winpty clears TERM, everything else that MSYS starts keeps it.
    """
    if not console:
        return World.MSYS_PTY if is_msys_pty(pipe) else World.REDIRECTED
    if "MSYSTEM" in environ and "TERM" not in environ:
        return World.WINPTY
    return World.MINTTY if environ.get("TERM_PROGRAM") == "mintty" else World.CONSOLE


def world(environ: Mapping[str, str]) -> World:
    if sys.platform == "win32":
        return windows_world(is_console(0), pipe_name(0), environ)
    return World.POSIX


def windows_facts() -> WindowsFacts | None:
    """None where there is no Windows."""
    if sys.platform == "win32":
        return WindowsFacts(code_pages(), legacy_console(), kept_variables(machine=False), kept_variables(machine=True))
    return None


def open_terminal(environ: Mapping[str, str]) -> Terminal:
    """The one Terminal of this program. Standard input decides; where it is redirected, what the others are."""
    terminal: Terminal
    if sys.platform == "win32":
        msys = Shown(*(is_msys_pty(pipe_name(stream)) for stream in (0, 1, 2)))
        if msys.stdin:
            terminal = open_mintty(msys, environ)
        elif any(is_console(stream) for stream in (0, 1, 2)):
            terminal = ConsoleTerminal()
        elif msys.stdout or msys.stderr:
            terminal = open_mintty(msys, environ)
        else:
            terminal = PlainTerminal()
    else:
        hold_streams()
        terminal = PosixTerminal()
    return terminal
