"""Docker's command line, read from docker.json. A command is built when first asked for: a line needs one or two.

docker.json already holds what notes.toml says (scripts/grammar merges them): reading TOML here would cost more than
everything else in this file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from dshell.grammar.model import Argument, Command, Flag, Kind

HELP = Flag("help", "h", "bool")
"""Every command takes --help, and -h where that letter is free (cobra); docker's help lists it only for some."""


class _FlagRow(TypedDict, total=False):
    type: str
    short: str
    default: str
    kind: str
    choices: list[str]


class _Row(TypedDict, total=False):
    aliases: list[str]
    arguments: dict[str, str]
    stops: bool
    hidden: dict[str, str | _FlagRow]
    flags: dict[str, _FlagRow]


class _File(TypedDict):
    version: str
    plugins: list[str]
    programs: list[str]
    commands: dict[str, _Row]


class Grammar:
    """What docker takes. ``version``: of the docker it was read from.

    ``plugins``: first words that belong to docker's plug-ins. ``programs``: docker's words that are well-known
    programs of the host too.
    """

    def __init__(self, file: _File) -> None:
        self.version = file["version"]
        self.plugins = frozenset(file["plugins"])
        self.programs = frozenset(file["programs"])
        self._rows = file["commands"]
        self._built: dict[str, Command] = {}

    @cached_property
    def root(self) -> Command:
        """Docker itself: its flags are those before the command."""
        return self._command("")

    def find(self, words: Sequence[str]) -> tuple[Command | None, int]:
        """The command that the longest known path at the start of ``words`` means, and the length of that path."""
        if words and words[0] in self.plugins:
            return Command((words[0],), plugin=True), 1
        path, command = "", None
        for count, word in enumerate(words):
            path = f"{path} {word}" if path else word
            if path not in self._canonical:
                return command, count
            command = self._command(self._canonical[path])
        return command, len(words)

    def names(self, path: Sequence[str] = ()) -> tuple[str, ...]:
        """Words that may follow ``path``, sorted: subcommands and their other names (``run``, ``ps``, ``list``)."""
        return self._below.get(" ".join(path), ())

    def commands(self) -> Iterator[Command]:
        """Every command once, the root first."""
        return map(self._command, self._rows)

    @cached_property
    def _canonical(self) -> Mapping[str, str]:
        """Canonical path of every spelling of a command."""
        spellings = {path: path for path in self._rows if path}
        for path, row in self._rows.items():
            spellings.update((alias, path) for alias in row.get("aliases", ()))
        return spellings

    @cached_property
    def _below(self) -> Mapping[str, tuple[str, ...]]:
        below: dict[str, list[str]] = {}
        for path in sorted(self._canonical):
            parent, _, name = path.rpartition(" ")
            below.setdefault(parent, []).append(name)
        return {parent: tuple(names) for parent, names in below.items()}

    def _command(self, path: str) -> Command:
        if path not in self._built:
            self._built[path] = self._build(path, self._rows[path])
        return self._built[path]

    def _build(self, path: str, row: _Row) -> Command:
        flags = {name: _flag(name, flag) for name, flag in row.get("flags", {}).items()}
        hidden = {name: _hidden(name, meant, flags) for name, meant in row.get("hidden", {}).items()}
        if "help" not in flags:
            hidden["help"] = HELP
        canonical = {name for name in self.names(path.split()) if f"{path} {name}".strip() in self._rows}
        return Command(
            path=tuple(path.split()),
            aliases=tuple(tuple(alias.split()) for alias in row.get("aliases", ())),
            flags=flags,
            arguments=tuple(_argument(word, kind) for word, kind in row.get("arguments", {}).items()),
            # Docker itself stops reading its own flags at the command.
            interspersed=bool(path) and not row.get("stops", False),
            subcommands=tuple(sorted(canonical)),
            hidden=hidden,
        )


def load() -> Grammar:
    """The grammar that came with this dshell."""
    file: _File = json.loads(Path(__file__).with_name("docker.json").read_bytes())
    return Grammar(file)


def flag(command: Command, spelling: str) -> Flag | None:
    """The flag that ``spelling`` means, without dashes: a name of two letters or more, else the letter of a short."""
    if len(spelling) > 1:
        return command.flags.get(spelling) or command.hidden.get(spelling)
    shorts = (*command.flags.values(), *command.hidden.values())
    return next((known for known in shorts if known.short == spelling), None) if spelling else None


def _flag(name: str, row: _FlagRow) -> Flag:
    return Flag(
        name,
        row.get("short", ""),
        row["type"],
        row.get("default", ""),
        Kind(row.get("kind", "text")),
        tuple(row.get("choices", ())),
    )


def _hidden(name: str, meant: str | _FlagRow, flags: Mapping[str, Flag]) -> Flag:
    """``meant``: the flag that ``name`` is another spelling of, or the type or the whole of a flag of its own."""
    if isinstance(meant, str):
        return flags.get(meant) or Flag(name, type=meant)
    return _flag(name, meant)


def _argument(word: str, kind: str) -> Argument:
    optional = word.startswith("[")
    inner = word[1:-1] if optional else word
    return Argument(inner.removesuffix("..."), Kind(kind), optional, inner.endswith("..."))
