"""Host paths in every spelling that people use, to the one that the daemon understands. Strings only: no disk is read.

Paths inside a container are never touched: who calls says what a word is by its kind. The rules for ``-v`` are those
of the docker CLI (cli/compose/loader/volume.go), where any single letter before a colon is a drive.
"""

import ntpath
import re
from enum import Enum

from dshell.grammar.model import Kind
from dshell.pattern import pattern
from dshell.record import Record

_DRIVE = pattern(r"([A-Za-z]):(?=[\\/])")
# Courses write //c/x and "/$(pwd)" (/C:/x) to keep Git Bash from rewriting a path: the slash more means nothing.
_SLASHED_DRIVE = pattern(r"/{1,2}(?=[A-Za-z]:[\\/])")
_SLASHED_SOURCE = pattern(r"/{1,2}(?=[A-Za-z]:[\\/][^:]*:[\\/])")
_MOUNTED_DRIVE = pattern(r"/{1,2}(?:mnt/|cygdrive/)?([A-Za-z])(?=[\\/]|\Z)")
_DISTRIBUTION = pattern(r"[\\/]{1,2}wsl(?:\.localhost|\$)(?=[\\/])", re.IGNORECASE)
_HOST_FIELD = pattern(r"(?P<key>(?:^|,)(?:source|src|dest)=)(?P<path>[^,]*)", re.IGNORECASE)
_LIST = pattern(r";(?:[A-Za-z]:)?\\")
_LAST_DOT = pattern(r"(?:^|[\\/])\.?\Z")


class Found(Enum):
    """What is at a path of this machine."""

    FOLDER = "folder"
    FILE = "file"
    NOTHING = "nothing"
    CLOSED = "closed"  # what is there may not be seen, or has not been looked at


class Bind(Record):
    """Value of ``-v``. ``source``: "" for an anonymous volume. ``mode``: "" when none is given."""

    source: str
    target: str
    mode: str


def host_path(text: str, folder: str, home: str, windows: bool) -> str:
    """``text`` as docker understands it. On a POSIX host that is as it is typed.

    ``windows``: the result has a drive letter and forward slashes, also from ``/c/x``, ``//c/x``, ``/mnt/c/x``,
    ``/cygdrive/c/x`` and ``C:\\x``, and what begins with ``~``, ``.`` or ``..`` is made absolute; a path of a Linux
    distribution has the backslashes that Docker Desktop looks for, any other network path keeps its spelling.
    """
    if not windows:
        return text
    first = re.split(r"[\\/]", text, maxsplit=1)[0]
    if first not in ("~", ".", ".."):
        return _windows(text)
    base, rest = (home, text[2:]) if first == "~" else (folder, text)
    return _windows(ntpath.normpath(ntpath.join(_windows(base), rest)))


def _windows(text: str) -> str:
    text = _SLASHED_DRIVE.sub("", text, count=1) if text.startswith("/") else text
    if drive := _DRIVE.match(text):
        return drive[1].upper() + text[1:].replace("\\", "/")
    if mounted := _MOUNTED_DRIVE.match(text):
        rest = text[mounted.end() :].replace("\\", "/")
        return f"{mounted[1].upper()}:{rest or '/'}"
    return "\\\\" + text.lstrip("\\/").replace("/", "\\") if _DISTRIBUTION.match(text) else text


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


def is_list(text: str) -> bool:
    """What Git Bash makes of a value of ``-v`` (see ``msys``), ``C:\\src;C:\\Program Files\\Git\\app``, is no path."""
    return _LIST.search(text) is not None


def host_value(text: str, kind: Kind, folder: str, home: str, *, windows: bool) -> str:
    """``text``, a word of that kind, with the host paths in it (if there are any) made plain by ``host_path``."""

    def plain(path: str) -> str:
        return host_path(path, folder, home, windows)

    match kind:
        case Kind.HOST_PATH | Kind.HOST_FOLDER | Kind.COMPOSE_FILE | Kind.BUILD_FOLDER:
            return plain(text)
        case Kind.NAMED_PATH:
            name, equals, path = text.partition("=")
            return name + equals + ",".join(plain(part) if is_path(part) else part for part in path.split(","))
        case Kind.BIND if not is_list(text):
            text = _SLASHED_SOURCE.sub("", text, count=1) if windows and text.startswith("/") else text
            source = split_bind(text).source
            return plain(source) + text[len(source) :] if is_path(source) else text
        case Kind.HOST_FIELDS if "=" not in text:
            return plain(text)
        case Kind.HOST_FIELDS:
            return _HOST_FIELD.sub(lambda found: found["key"] + plain(found["path"]), text)
        case Kind.MOUNT if "type=bind" in text.lower():
            return _HOST_FIELD.sub(lambda found: found["key"] + plain(found["path"]), text)
        case Kind.COPY_PATH | Kind.COMPOSE_ITEM if is_local(text):
            return _with_ending(plain(text), text)
        case _:
            return text


def is_local(text: str) -> bool:
    """For ``docker cp``: a path of this machine, not CONTAINER:PATH (the CLI's splitCpArg)."""
    return ":" not in text or text.startswith((".", "/", "\\", "~")) or _DRIVE.match(text) is not None


def _with_ending(path: str, typed: str) -> str:
    """To ``docker cp``, ``folder/.`` is what is in the folder, and ``name/`` must be one."""
    ending = _LAST_DOT.search(typed)
    if ending is None or path == typed or path.endswith("/"):
        return path
    return f"{path}/." if ending[0].endswith(".") else f"{path}/"
