"""What Git Bash (MSYS2) makes of a word before a native program gets it, and the way back. Strings only.

Git Bash takes what looks like a Unix path for one of its own installation: ``/app`` reaches docker as
``C:/Program Files/Git/app``, and ``/c/x:/app`` as a Windows list, ``C:\\x;C:\\Program Files\\Git\\app``. The forward
rules are those of msys2-runtime 3.6 (msys2_path_conv.cc). The way back gives an answer only where nothing else can
have been typed: a word whose forward conversion is not the one that came is left alone.
"""

import re
from enum import Enum
from functools import cache

from dshell.grammar.model import Kind
from dshell.pattern import pattern
from dshell.record import Record


class Msys(Record):
    """An installation. ``root``: of its files, ``C:/Program Files/Git``; ``temp``: what its ``/tmp`` is, or ""."""

    root: str
    temp: str = ""

    @property
    def rooted(self) -> re.Pattern[str]:
        """A path below the root in either kind of slash, any case, and with the short names of FAT (PROGRA~1)."""
        return _below(self.root)

    @property
    def temporary(self) -> re.Pattern[str] | None:
        return _below(self.temp) if self.temp else None


class Form(Enum):
    """What the conversion takes a word for."""

    KEPT = "kept"  # a Windows path, a relative path, or nothing that is converted
    ROOTED = "rooted"  # a path of the installation
    LIST = "list"  # several, with colons
    ESCAPED = "escaped"  # //app: one slash is dropped
    ESCAPED_DRIVE = "escaped-drive"  # /C:\x: the slash is dropped
    SLASHED = "slashed"  # a URL or \\server: only backslashes change


_LOOKED_AT = pattern(r"[^\s/\\]*[/\\]")
_VETO = pattern(r"\A[~:]|[`'*?\[\]]|/~|::|:\.{1,2}/|@@")
_SKIPPED = pattern(r"[\x00-,;-@\[\]-`{-\x7f]*")  # of ASCII all but letters, digits and / \ : . -
_WINDOWS = pattern(r"[A-Za-z]:(?:\\|/[^:]*\Z|/(?=.*:)(?=.*;))")
_RELATIVE = pattern(r"\.[./][^:]*\Z")
_LIST_COLON = pattern(r"[^:;]*:[/:.]")
_OPTION = pattern(r"-(?:[A-Za-z](?:(?P<kept>[A-Za-z]:/|.*;)|(?P<path>/[^,]*\Z))?)?")
_FIRST_SIGN = pattern(r'[=":]')
_FIRST_OPTION_SIGN = pattern(r'[=":,]')
_DRIVE = pattern(r"/([A-Za-z])(?=/|\Z)")
_NULL, _TEMP = "/dev/null", "/tmp"  # noqa: S108 - names that are converted, not files that are made


def convert(argument: str, msys: Msys) -> str:
    """``argument`` as a native program receives it from a shell of ``msys``."""
    if not _LOOKED_AT.match(argument):
        return argument
    start, form = _classify(argument)
    return argument[:start] + _converted(argument[start:], form, msys)


def _classify(text: str) -> tuple[int, Form]:
    """Where the path begins that is converted, and what it is."""
    start = 0
    while True:
        rest = text[start:]
        if _VETO.search(rest):
            return start, Form.KEPT
        start += _span(_SKIPPED, rest)
        rest = text[start:]
        if len(rest) < 2:
            return start, Form.ROOTED if rest == "/" else Form.KEPT
        if _WINDOWS.match(rest) or _RELATIVE.match(rest):
            return start, Form.KEPT
        if rest.startswith("/"):
            return start, _classify_slash(rest)
        found = _classify_word(rest)
        if isinstance(found, Form):
            return start, found
        start += found


def _classify_slash(rest: str) -> Form:
    if re.match(r"/[A-Za-z]:", rest):
        return Form.ESCAPED_DRIVE
    if rest.startswith("/.."):
        return Form.KEPT
    if rest.startswith("//"):
        server = not rest.startswith("///") and (rest[2:3] == ":" or "/" in rest[2:])
        return Form.SLASHED if server else Form.ESCAPED
    if ":" in rest or ";" in rest:
        return Form.LIST if _LIST_COLON.match(rest) else Form.KEPT
    return Form.ROOTED


def _classify_word(rest: str) -> Form | int:
    """What begins with neither slash nor drive; a number: characters before what is to be classified again."""
    option = _OPTION.match(rest)
    if option and option["kept"]:
        return Form.KEPT
    if option and option["path"]:
        return option.start("path")
    at = 0
    while sign := (_FIRST_OPTION_SIGN if option else _FIRST_SIGN).search(rest, at):
        if option or sign[0] != ":":
            return sign.end()
        name, following = rest[: sign.start()], rest[sign.end() :]
        if following.startswith("//"):
            return Form.SLASHED
        if following[:1] in ("/", ":", "."):
            own = name.strip(".") and "/" not in name and "\\" not in name
            return Form.KEPT if own else Form.LIST  # host:path and revision:path are no lists
        if "=" not in following:
            return Form.KEPT
        at = sign.end()
    return Form.KEPT


def _converted(text: str, form: Form, msys: Msys) -> str:
    match form:
        case Form.ROOTED:
            return _mounted(text, msys)
        case Form.LIST:
            elements = (_element(element, msys) for element in text.split(":") if element)
            return ";".join(elements)
        case Form.ESCAPED:
            return text[1:]
        case Form.ESCAPED_DRIVE:
            return text[1:].replace("\\", "/")
        case Form.SLASHED:
            return text.replace("\\", "/")
        case Form.KEPT:
            return text


def _element(text: str, msys: Msys) -> str:
    start, form = _classify(text)
    return (text[:start] + _converted(text[start:], form, msys)).replace("/", "\\")


def _mounted(path: str, msys: Msys) -> str:
    """By the mount table of a fresh installation: drives, /bin, /tmp, and the root for the rest."""
    if path == _NULL:
        return "nul"
    if drive := _DRIVE.match(path):
        return f"{drive[1].upper()}:{path[drive.end() :] or '/'}"
    if msys.temp and re.match(rf"{_TEMP}(?=/|\Z)", path):
        return msys.temp + path[len(_TEMP) :]
    if re.match(r"/bin(?=/|\Z)", path):
        path = "/usr" + path
    return msys.root + path


def _span(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match else 0


# --- the way back ------------------------------------------------------------------------------------------------

HOST = frozenset(
    {
        *(Kind.HOST_PATH, Kind.HOST_FOLDER, Kind.HOST_FIELDS, Kind.COPY_PATH),
        *(Kind.COMPOSE_FILE, Kind.COMPOSE_ITEM, Kind.BUILD_FOLDER, Kind.NAMED_PATH),
    }
)
"""Kinds of words that docker reads as paths of this machine: the conversion was wanted."""

_INSIDE = frozenset({Kind.CONTAINER_PATH, Kind.PROGRAM})
_WINDOWS_PATH = pattern(r"([A-Za-z]):[\\/](.*)", re.DOTALL)
_RELATIVE_ELEMENT = pattern(r"\.{1,2}\Z|\.{0,2}(?:\\?[^\\:;]+)+\Z")
_SOURCE_FIELD = pattern(r"(?:^|,)(?:source|src)=\Z", re.IGNORECASE)
_STARTS = pattern(r"\A-[A-Za-z]|[=,:@\"]|\A")
# The same file is /bin/x and /usr/bin/x to Git Bash. A container may have one alone: these are nowhere else.
_USR_BIN = pattern(r"(?:env|python[\d.]*|perl|ruby|php|node|git|curl|wget|head|tail|find|id|top|whoami)\Z")
_USUAL_ROOT = pattern(
    r"[A-Za-z]:[\\/]+(?:(?:[^\\/:;\"'\n]+[\\/]+)*(?:Portable)?Git|(?:[^\\/:;\"'\n]+[\\/]+)*msys(?:32|64))(?=[\\/]|\Z)",
    re.IGNORECASE,
)


def restore(argument: str, kind: Kind, msys: Msys) -> str | None:
    """What was typed where ``argument`` came as a word of ``kind``; None where nothing had been converted for certain.

    A host path is None too: there the conversion was wanted. So is a drive alone (``X=Y:/``): it may have been typed;
    and a file below ``temp`` where nothing is known of the word.
    """
    if kind in HOST:
        return None
    if kind is Kind.TEXT:
        msys = Msys(msys.root)
    if kind is Kind.BIND and (bind := _restored_bind(argument, msys)):
        return bind
    if argument == "nul":
        return _NULL if kind in _INSIDE else None
    for start in _STARTS.finditer(argument):
        at = start.end()
        if kind is Kind.MOUNT and _SOURCE_FIELD.search(argument[:at]) and not msys.rooted.match(argument, at):
            continue
        path = argument[at:]
        typed = _restored_list(path, msys) if ";" in path else _restored_path(path, msys)
        if typed is not None and _same(convert(argument[:at] + typed, msys), argument, msys):
            return argument[:at] + typed
    return None


def guess(text: str) -> Msys | None:
    """The installation whose files ``text`` names, if it is in a usual place; in a list the last element tells."""
    found = _USUAL_ROOT.findall(text.rpartition(";")[2]) or _USUAL_ROOT.findall(text)
    return Msys(re.sub(r"[\\/]+", "/", found[-1])) if found else None


def _restored_bind(argument: str, msys: Msys) -> str | None:
    """``SOURCE;TARGET[;MODE]``. The source stays a path of this machine, unless it is one of the installation."""
    source, *inside = argument.split(";")
    if (
        "/" in argument
        or not 1 <= len(inside) <= 2
        or not (_WINDOWS_PATH.match(source) or _RELATIVE_ELEMENT.match(source))
    ):
        return None
    target = _restored_element(inside[0], msys)
    if target is None or not target.startswith("/"):
        return None
    if not _WINDOWS_PATH.match(source) or msys.rooted.fullmatch(source):
        source = _restored_element(source, msys) or source
    return ":".join((source, target, *inside[1:]))


def _restored_list(text: str, msys: Msys) -> str | None:
    """Several paths; at least one of them is one of the installation, or else nothing shows that it was converted."""
    elements = text.split(";")
    if not any(_restored_path(element, msys) for element in elements):
        return None
    typed = [_restored_element(element, msys) for element in elements]
    return ":".join(element for element in typed if element is not None) if None not in typed else None


def _restored_element(text: str, msys: Msys) -> str | None:
    if text == "nul":
        return _NULL
    if (path := _restored_path(text, msys)) is not None:
        return path
    if drive := _WINDOWS_PATH.match(text):
        return f"/{drive[1].lower()}/{_slashed(drive[2])}".rstrip("/")
    return _slashed(text) if _RELATIVE_ELEMENT.match(text) else None


def _restored_path(text: str, msys: Msys) -> str | None:
    if found := msys.rooted.fullmatch(text):
        return _unbinned(_slashed(found["rest"]) or "/")
    if msys.temporary and (found := msys.temporary.fullmatch(text)):
        return _TEMP + _slashed(found["rest"])
    return None


def _unbinned(path: str) -> str:
    name = path.removeprefix("/usr/bin/")
    return path if name == path or _USR_BIN.match(name) else "/bin/" + name


def _same(converted: str, received: str, msys: Msys) -> bool:
    return _key(converted, msys) == _key(received, msys)


def _key(text: str, msys: Msys) -> str:
    """``text`` without what may differ: slashes, case, the spelling of the root, and where /bin is."""
    for place, folder in (("root", msys.root), ("temp", msys.temp)):
        if folder:
            text = re.sub(rf"{_spellings(folder)}(?=[\\/;]|\Z)", place, text, flags=re.IGNORECASE)
    return _slashed(text).casefold().replace("root/usr/bin", "root/bin")


def _slashed(text: str) -> str:
    return text.replace("\\", "/")


@cache
def _below(folder: str) -> re.Pattern[str]:
    return re.compile(rf"{_spellings(folder)}(?P<rest>(?:[\\/].*)?)", re.IGNORECASE | re.DOTALL)


def _spellings(folder: str) -> str:
    """A pattern for ``folder`` in each way in which Windows lets it be written."""
    return r"[\\/]+".join(_component(name) for name in re.split(r"[\\/]+", folder.rstrip("\\/")))


def _component(name: str) -> str:
    short = re.sub(r"[ .]", "", name)[:6]
    long = len(name) > 8 or " " in name
    return rf"(?:{re.escape(name)}|{re.escape(short)}~\d)" if long else re.escape(name)
