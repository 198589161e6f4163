"""What dshell itself is told: its options, its environment variables, its config file, in that order of weight.

Everything from the first word that is not one of its options on is the docker line and is not looked at here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import TYPE_CHECKING

from dshell import regular
from dshell.record import Record

if TYPE_CHECKING:
    from pathlib import Path


class Option(Record):
    """``key``: in the config file and without dashes on the command line; ``variable``: of the environment.

    ``choices``: the values it takes; () any text. ``means``: the option takes no value, it stands for this.
    ``many``: it takes several of the choices, a comma between two.
    """

    key: str
    spellings: tuple[str, ...]
    variable: str = ""
    choices: tuple[str, ...] = ()
    means: tuple[str, str] | None = None
    many: bool = False


UNCHECKED = (
    "all",
    "another",
    "behind",
    "dockerfile",
    "engine",
    "folder",
    "image",
    "keyboard",
    "loss",
    "mount",
    "name",
    "platform",
    "port",
    "script",
    "trust",
)
"""What is looked for ahead of a line, by the names that switch each off (run/ahead/foresight.py)."""

THEMES = ("auto", "light", "dark", "none")
"""Colours of the prompt, by the background of the terminal; auto: what the terminal says, or what suits both."""

TRUTH = ("yes", "no")

OPTIONS = (
    Option("line", ("-c",)),
    Option("lang", ("--lang",), "DSHELL_LANG", ("en", "fr")),
    Option("explain", ("--explain",), "DSHELL_EXPLAIN", ("off", "brief", "full")),
    Option("quiet", ("--quiet",), means=("explain", "off")),
    Option("plain", ("--plain",), "DSHELL_PLAIN", TRUTH, means=("plain", "yes")),
    Option("theme", ("--theme",), "DSHELL_THEME", THEMES),
    Option("unchecked", ("--unchecked",), "DSHELL_UNCHECKED", UNCHECKED, many=True),
    Option("keys", ("--keys",), "DSHELL_KEYS", ("emacs", "vi")),
    Option("tips", (), "DSHELL_TIPS", TRUTH),
    Option("context", ("--context",)),
    Option("host", ("-H", "--host")),
    Option("version", ("--version",), means=("show", "version")),
    Option("help", ("--help", "-h"), means=("show", "help")),
)

SPELLED = {spelling: option for option in OPTIONS for spelling in option.spellings}
KEYS = {option.key: option for option in OPTIONS}
KEPT = ("lang", "explain", "plain", "theme", "unchecked", "keys", "tips", "context", "host")
"""What the config file may say."""

TABLES = ("alias", "fav")
"""Tables of the config file, each of names and lines."""

DEFAULTS = MappingProxyType({"explain": "full", "plain": "no", "theme": "auto", "keys": "emacs", "tips": "yes"})
"""What is not "" when nobody has said anything."""


class BadSetting(Exception):
    """A value that an option does not take, or a config file that cannot be read.

    ``place``: the option, variable or file; ``value``: what was found; ``choices``: what it takes, () unknown.
    ``key``: which sentence says it: "value", "missing", "file" or "unknown".
    """

    def __init__(self, key: str, place: str, value: str = "", choices: tuple[str, ...] = ()) -> None:
        super().__init__(place)
        self.key = key
        self.place = place
        self.value = value
        self.choices = choices


class Settings(Record):
    """``lang`` "" follows the system; ``line`` None: no -c; ``words``: the docker line.

    ``asked``: --explain or --quiet stood on the command line, so narration is wanted, or not, wherever it goes.
    """

    lang: str = ""
    explain: str = "full"
    plain: bool = False
    theme: str = "auto"
    unchecked: tuple[str, ...] = ()
    context: str = ""
    host: str = ""
    line: str | None = None
    show: str = ""
    words: tuple[str, ...] = ()
    asked: bool = False
    sources: Mapping[str, str] = MappingProxyType({})
    keys: str = "emacs"
    tips: bool = True
    tables: Mapping[str, Mapping[str, str]] = MappingProxyType({})

    def text(self, key: str) -> str:
        """The value of one of ``KEPT`` as it would be typed."""
        value = getattr(self, key)
        return plain_text(list(value) if isinstance(value, tuple) else value)


def config_file() -> str:
    return os.path.join(_folder("config"), "config.toml")


def history_file() -> Path:
    return _path("state", "history")


def cache_folder() -> Path:
    return _path("cache")


def lessons_folder() -> Path:
    """Lessons that somebody wrote for dshell."""
    return _path("config", "lessons")


def tip_file() -> Path:
    return _path("state", "tip")


def mishap_file() -> Path:
    return _path("state", "mishap.txt")


def progress_file() -> Path:
    return _path("state", "learn.json")


def told_file() -> Path:
    return _path("state", "told")


def kept_files() -> tuple[Path, ...]:
    """What dshell keeps for itself between two sessions, the config file and the cache apart."""
    return history_file(), progress_file(), tip_file(), told_file(), mishap_file()


XDG = {
    "config": ("XDG_CONFIG_HOME", "~/.config"),
    "state": ("XDG_STATE_HOME", "~/.local/state"),
    "cache": ("XDG_CACHE_HOME", "~/.cache"),
}
"""Folders of one person by the XDG Base Directory Specification: a variable with an absolute path, or the usual one."""


def _folder(kind: str) -> str:
    """dshell's own. On Linux as platformdirs has it, but at once: its import was a tenth of the time of one line."""
    if sys.platform != "linux":
        from platformdirs import PlatformDirs  # noqa: PLC0415 - see above

        return str(getattr(PlatformDirs("dshell", appauthor=False), f"user_{kind}_dir"))
    variable, usual = XDG[kind]
    named = os.environ.get(variable, "")
    return os.path.join(named if os.path.isabs(named) else os.path.expanduser(usual), "dshell")


def _path(kind: str, *names: str) -> Path:
    from pathlib import Path  # noqa: PLC0415 - 3 ms, which one line does without

    return Path(_folder(kind), *names)


def read(argv: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """The settings in force. Raises BadSetting. ``argv``: without the program's name."""
    found, words = read_options(argv)
    values: dict[str, str] = dict(DEFAULTS)
    kept, tables = read_config(config_file())
    sources: dict[str, str] = {}
    for source, layer in (
        ("config", kept),
        ("environment", read_environment(environ)),
        ("option", found),
    ):
        values |= layer
        sources |= dict.fromkeys(layer, source)
    return Settings(
        lang=values.get("lang", ""),
        explain=values["explain"],
        plain=values["plain"] == "yes",
        theme=values["theme"],
        unchecked=tuple(name for name in values.get("unchecked", "").split(",") if name),
        context=values.get("context", ""),
        host=values.get("host", ""),
        line=values.get("line"),
        show=values.get("show", ""),
        words=tuple(words),
        asked=sources.get("explain") == "option",
        sources=sources,
        keys=values["keys"],
        tips=values["tips"] == "yes",
        tables=tables,
    )


def read_language(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """The language that is asked for although another setting is none; "" when nobody says."""
    readers: tuple[Callable[[], Mapping[str, str]], ...] = (
        lambda: read_options(argv)[0],
        lambda: read_environment({"DSHELL_LANG": environ.get("DSHELL_LANG", "")}),
        lambda: {"lang": checked("lang", plain_text(_load(config_file()).get("lang", "")), "")},
    )
    for read_layer in readers:
        with suppress(BadSetting):
            if found := read_layer().get("lang"):
                return found
    return ""


def read_options(argv: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Values of dshell's own options, and the words from the first that is none of them."""
    found: dict[str, str] = {}
    rest = list(argv)
    while rest:
        spelled, equals, value = rest[0].partition("=")
        option = SPELLED.get(spelled)
        if option is None or (equals and option.means is not None):
            break
        del rest[0]
        if option.means is not None:
            key, value = option.means
        else:
            key = option.key
            if not equals:
                if not rest:
                    raise BadSetting("missing", spelled)
                value = rest.pop(0)
        found[key] = checked(key, value, spelled)
    return found, rest


def read_environment(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        option.key: checked(option.key, environ[option.variable], option.variable)
        for option in OPTIONS
        if option.variable and environ.get(option.variable)
    }


Tables = dict[str, dict[str, str]]


def _load(path: str) -> Mapping[str, object]:
    """No file is an empty one."""
    try:
        text = regular.read(path).decode("utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):  # a service's home may be /dev/null
        return {}
    except OSError as error:
        raise BadSetting("file", path, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise BadSetting("file", path, str(error)) from error
    import tomllib  # noqa: PLC0415 - 5 ms, which few have a file for

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadSetting("file", path, str(error)) from error


def read_config(path: str) -> tuple[dict[str, str], Tables]:
    """The config file's values and its tables."""
    found: dict[str, str] = {}
    tables: Tables = {}
    for key, value in _load(path).items():
        if key in TABLES and isinstance(value, dict):
            tables[key] = {name: str(line) for name, line in value.items()}
        elif key not in KEPT:
            raise BadSetting("unknown", path, key, (*KEPT, *TABLES))
        else:
            found[key] = checked(key, plain_text(value), f"{path}: {key}")
    return found, tables


def plain_text(value: object) -> str:
    """A value of the config file as it would be given on the command line."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    return ("no", "yes")[value] if isinstance(value, bool) else str(value)


def checked(key: str, value: str, place: str) -> str:
    choices, many = (KEYS[key].choices, KEYS[key].many) if key in KEYS else ((), False)
    if choices == TRUTH and value in {"1", "0", "true", "false"}:
        value = "yes" if value in {"1", "true"} else "no"
    for part in (name for name in value.split(",") if name) if many else (value,):
        if choices and part not in choices:
            raise BadSetting("value", place, part, choices)
    return value
