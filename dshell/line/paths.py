"""Host paths in every spelling that people use, to the one that the daemon understands. Strings only: no disk is read.

Paths inside a container are never touched: who calls says what a word is by its kind. The rules for ``-v`` are those
of the docker CLI (cli/compose/loader/volume.go), where any single letter before a colon is a drive.
"""

from __future__ import annotations

import ntpath
import posixpath
import re
from typing import NamedTuple

from dshell.grammar.model import Kind

_DRIVE = re.compile(r"([A-Za-z]):(?=[\\/])")
_MOUNTED_DRIVE = re.compile(r"/(?:mnt/|cygdrive/)?([A-Za-z])(?=/|\Z)")
_MOUNT_SOURCE = re.compile(r"(?P<key>(?:^|,)(?:source|src)=)(?P<path>[^,]*)", re.IGNORECASE)


class Bind(NamedTuple):
    """Value of ``-v``. ``source``: "" for an anonymous volume. ``mode``: "" when none is given."""

    source: str
    target: str
    mode: str


def host_path(text: str, folder: str, home: str, windows: bool) -> str:
    """``text`` absolute where it says how: ``~``, ``.``, ``..`` and what lies below them; else as it is.

    ``windows``: the result has a drive letter and forward slashes, also from ``/c/x``, ``/mnt/c/x``,
    ``/cygdrive/c/x`` and ``C:\\x``; a network path keeps its spelling.
    """
    first = re.split(r"[\\/]" if windows else "/", text, maxsplit=1)[0]
    if first not in ("~", ".", ".."):
        return _windows(text) if windows else text
    base, rest = (home, text[2:]) if first == "~" else (folder, text)
    if windows:
        return _windows(ntpath.normpath(ntpath.join(_windows(base), rest)))
    return posixpath.normpath(posixpath.join(base, rest))


def _windows(text: str) -> str:
    if drive := _DRIVE.match(text):
        return drive[1].upper() + text[1:].replace("\\", "/")
    if mounted := _MOUNTED_DRIVE.match(text):
        return f"{mounted[1].upper()}:{text[mounted.end() :] or '/'}"
    return text


def split_bind(text: str) -> Bind:
    """The parts of a ``-v`` value; the colon of a drive letter parts nothing."""
    parts = [""]
    for char in text:
        if char == ":" and len(parts) < 3 and not (len(parts[-1]) == 1 and parts[-1].isalpha()):
            parts.append("")
        else:
            parts[-1] += char
    if len(parts) == 1:
        return Bind("", parts[0], "")
    return Bind(parts[0], parts[1], parts[2] if len(parts) > 2 else "")


def is_path(source: str) -> bool:
    """True for a host path, False for the name of a volume (which has no separator and does not begin with a dot)."""
    return source[:1] in (".", "~") or "/" in source or "\\" in source


def host_value(text: str, kind: Kind, folder: str, home: str, *, windows: bool) -> str:
    """``text``, a word of that kind, with the host path in it (if there is one) made plain by ``host_path``."""
    if kind in (Kind.HOST_PATH, Kind.HOST_FOLDER):
        return host_path(text, folder, home, windows)
    if kind is Kind.BIND:
        bind = split_bind(text)
        if not is_path(bind.source):
            return text
        return host_path(bind.source, folder, home, windows) + text[len(bind.source) :]
    if kind is Kind.MOUNT and "type=bind" in text.lower():
        return _MOUNT_SOURCE.sub(lambda found: found["key"] + host_path(found["path"], folder, home, windows), text)
    if kind is Kind.COPY_PATH and (":" not in text or _DRIVE.match(text)):
        return host_path(text, folder, home, windows)
    return text
