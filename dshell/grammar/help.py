"""A help text of docker's (cobra's) read: the facts of it, never its sentences. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from dshell.grammar.sheet import FlagRow
from dshell.pattern import pattern

_SECTION = pattern(r"(?ms)^(?:[A-Z][\w-]* )*Commands:\n(.*?)(?:\n\n|\Z)")
_FLAG = pattern(r"^ {2,6}(?:-(\w), )?--([\w.-]+)(?: (\S+(?: \S+)*?))?(?: {2,}|$)(.*)")
_DEFAULT = pattern(r'\(default ("(?:[^"\\]|\\.)*"|[^()\s]*)\)$')
_ARGUMENT = pattern(r"\S+(?: \| \S+)+|\[[^\[\]]*(?:\[[^\[\]]*(?:\[[^\[\]]*\])?\][^\[\]]*)*\]|\S+")
_ALIASES = pattern(r"Aliases:\n\s*(.*)")
_USAGE = pattern(r"Usage:\s+(?:docker\b *)?(.*)")
_NO_ARGUMENT = {"[OPTIONS]", "[OPTION]", "OPTIONS", "[flags]", "[command]"}


class Page(NamedTuple):
    """``names``: the paths of the command, the canonical one first. ``below``: names of its subcommands.

    ``plugins``: those of them that docker marks as plug-ins. ``arguments``: words of the usage line behind the path,
    brackets and dots kept; none where subcommands stand.
    """

    names: tuple[str, ...]
    below: tuple[str, ...]
    arguments: tuple[str, ...]
    flags: dict[str, FlagRow]
    plugins: tuple[str, ...] = ()


def read_page(text: str, path: Sequence[str]) -> Page:
    """The help text of the command that ``path`` leads to."""
    listed = [line.split()[0] for block in _SECTION.findall(text) for line in block.splitlines() if line.strip()]
    below = [name.rstrip("*") for name in listed]
    match = _ALIASES.search(text)
    names = [name.strip().removeprefix("docker ") for name in match[1].split(",")] if match else [" ".join(path)]
    words = () if below else tuple(arguments(text)[len(path) :])
    plugins = tuple(name.rstrip("*") for name in listed if name.endswith("*"))
    return Page(tuple(names), tuple(below), words, flag_rows(text), plugins)


def completed_names(text: str) -> tuple[str, ...]:
    """The words that ``docker __complete`` offers: one a line, then a tab and a sentence; a directive ends them."""
    names = (line.partition("\t")[0] for line in text.splitlines() if not line.startswith((":", "-", "_")))
    return tuple(name for name in names if re.fullmatch(r"[\w-]+", name))


def flag_rows(text: str) -> dict[str, FlagRow]:
    """The flags of one help text. A line that opens no flag continues the description of the one above."""
    rows: dict[str, FlagRow] = {}
    words: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if match := _FLAG.match(line):
            short, name, kind, description = match.groups()
            rows[name] = {"type": _type(kind)}
            if short:
                rows[name]["short"] = short
            words[name] = description
        elif name and line.startswith(" " * 8):
            words[name] += " " + line.strip()
        else:
            name = ""
    for name, description in words.items():
        if match := _DEFAULT.search(description):
            rows[name]["default"] = match[1].strip('"')
    return rows


def arguments(text: str) -> list[str]:
    """Words of the first usage line: the path, then the arguments."""
    match = _USAGE.search(text)
    return [word for word in _ARGUMENT.findall(match[1]) if word not in _NO_ARGUMENT] if match else []


def _type(spelled: str | None) -> str:
    """``string[="auto"]`` takes a value only behind "=", as a switch does.

    Several words are no type but something quoted in the description of a switch (pflag's UnquoteUsage).
    """
    if spelled is None or " " in spelled:
        return "bool"
    return "optional" if "[=" in spelled else spelled
