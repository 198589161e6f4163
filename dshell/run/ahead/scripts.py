"""Scripts of this machine that a container is about to run: Windows line ends and byte order marks.

The kernel looks for an interpreter called ``/bin/sh\\r``, and says that the script is not there.
"""

import os
import posixpath
from collections.abc import Iterator

from dshell import regular
from dshell.foreseen import Ahead, Foreseen
from dshell.line.mounts import absolute
from dshell.line.split import join
from dshell.pattern import pattern
from dshell.record import Record
from dshell.run.ahead.base import Sight, and_then
from dshell.run.mount_checks import mounts

MARK = b"\xef\xbb\xbf"
LOOKED_AT = 4096  # bytes
_SHELL = pattern(rb"#!\s*\S*\b(?:ba|da|a|z|k)?sh\b|#!\s*\S*\benv\s+(?:ba|da|a|z|k)?sh\b")
_SHELLS = {"sh", "bash", "ash", "dash", "zsh", "ksh"}


class Script(Record):
    """``path``: on this machine, as one would type it. ``direct``: the kernel starts it, no shell named before it."""

    path: str
    direct: bool


def broken_scripts(sight: Sight) -> Iterator[Foreseen]:
    """Of a run or create: the program that it starts, where a bind mount puts it."""
    if sight.desk.engine.endpoint.local:
        for script in _started(sight):
            found = look(script, sight)
            if found is not None:
                yield found
                return


def look(script: Script, sight: Sight) -> Foreseen | None:
    """What is wrong with ``script``, and the line that mends it before it goes on."""
    try:
        start = regular.read(os.path.join(sight.desk.folder, script.path), LOOKED_AT, whole=False)
    except (OSError, ValueError):
        return None
    first = start.partition(b"\n")[0]
    if start.startswith(MARK + b"#!"):
        return _foreseen(Ahead.MARK, r"1s/^\xEF\xBB\xBF//", script, sight)
    shell = _SHELL.match(start) or (not script.direct and not start.startswith(b"#!")) or script.path.endswith(".sh")
    if (first.startswith(b"#!") and first.endswith(b"\r") and script.direct) or (shell and b"\r\n" in start):
        return _foreseen(Ahead.CARRIAGE_RETURNS, r"s/\r$//", script, sight)
    return None


def _foreseen(ahead: Ahead, mend: str, script: Script, sight: Sight) -> Foreseen:
    """``sed`` is in Git Bash and wherever else such scripts are met."""
    line = and_then(f"sed -i '{mend}' {join((script.path,))}", sight.call.line)
    return Foreseen(ahead, script.path, {"path": script.path}, choices=(("mend", line),))


def _started(sight: Sight) -> Iterator[Script]:
    """Files of this machine among the words that say what the container runs."""
    call = sight.call
    entrypoint = sight.values("entrypoint")
    words = (*entrypoint[-1:], *call.inside)
    folder = (*sight.values("workdir"), "/")[0]
    shared = [(mount.source, mount.target.rstrip("/")) for mount in mounts(call)]
    for index, word in enumerate(words[:2]):
        if index and posixpath.basename(words[0]) not in _SHELLS:
            return
        inside = posixpath.normpath(posixpath.join(folder, word))
        for source, target in shared:
            if inside == target or inside.startswith(f"{target}/"):
                path = os.path.join(absolute(source, sight.desk.folder), inside[len(target) :].lstrip("/"))
                yield Script(_short(path.rstrip("/\\"), sight.desk.folder), direct=index == 0)


def _short(path: str, folder: str) -> str:
    below = os.path.join(folder, "")
    return path[len(below) :].replace(os.sep, "/") if path.startswith(below) else path
