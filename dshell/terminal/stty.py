"""The ``stty`` of the MSYS or Cygwin installation whose pseudo-terminal this is.

A native program reaches the line discipline of such a terminal only through a program of the same installation: its
runtime knows the inherited pipe by the installation's key in the pipe's name. The ``stty`` of another one does not.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PureWindowsPath
from typing import Final

from dshell.errors import TerminalError

PATIENCE: Final = 10.0  # seconds; it takes 0.1, more on a machine that looks at each new program for viruses
TRIES: Final = 3  # of the right one: Ctrl-C, typed for somebody else, may end it
PROGRAM: Final = "stty.exe"


class Stty:
    """``programs``: which may be the right one, likeliest first. ``stream``: file descriptor of the terminal."""

    def __init__(self, programs: Sequence[str], stream: int) -> None:
        self._programs = list(programs)
        self._stream = stream

    def __call__(self, *words: str) -> str:
        """What ``stty WORDS`` prints. Raises TerminalError: none of the programs knows this terminal."""
        said = ""
        for program in self._programs:
            try:
                # Its errors are dropped: some runtimes warn there of other things with each start.
                done = subprocess.run(
                    [program, *words],
                    stdin=self._stream,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    timeout=PATIENCE,
                    check=False,
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                said = str(error)
                continue
            if not done.returncode:
                self._programs = [program] * TRIES
                return done.stdout.decode("ascii", "replace").strip()
            said = f"{program}: exit code {done.returncode}"
        raise TerminalError(said or "no stty")


def stty_paths(environ: Mapping[str, str], ancestors: Sequence[str]) -> list[str]:
    """Where the right ``stty`` may be, likeliest first; whether it is there is for the caller to see.

    ``ancestors``: program files of the parent process, of its parent and so on. The shell that started this program
    is among them, which is the best evidence; the variables may come from a shell of another installation. PATH
    stands last: there ``stty`` is whichever the person put first.
    """
    folders = [*_beside(ancestors), *_named(environ), *environ.get("PATH", "").split(";")]
    paths = (PureWindowsPath(folder, PROGRAM) for folder in folders if folder)
    return list(dict.fromkeys(str(path) for path in paths if path.is_absolute()))


def _beside(programs: Sequence[str]) -> Iterator[str]:
    """Beside ``usr\\bin\\bash.exe``; below the folders that ``git-bash.exe`` and ``bin\\bash.exe`` lie in."""
    for program in programs:
        folder = PureWindowsPath(program).parent
        yield str(folder)
        for root in (folder, folder.parent):
            yield str(root / "usr" / "bin")


def _named(environ: Mapping[str, str]) -> Iterator[str]:
    """From what Git for Windows and MSYS2 set, as the runtime converts it for a native program."""
    start = environ.get("EXEPATH", "")  # the folder of git-bash.exe, or of bin\bash.exe
    if start:
        yield from (str(PureWindowsPath(root, "usr", "bin")) for root in (start, PureWindowsPath(start).parent))
    for name in ("MINGW_PREFIX", "MSYSTEM_PREFIX"):  # C:/Program Files/Git/mingw64
        if environ.get(name):
            yield str(PureWindowsPath(environ[name]).parent / "usr" / "bin")
    if environ.get("SHELL"):  # C:\Program Files\Git\usr\bin\bash.exe
        yield str(PureWindowsPath(environ["SHELL"]).parent)
