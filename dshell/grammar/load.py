"""Docker's command line, read from docker.json. A command is built when first asked for: a line needs one or two.

docker.json already holds what notes.toml says (scripts/grammar merges them): reading TOML here would cost more than
everything else in this file.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from dshell.grammar.model import Argument, Command, Flag, Key, Kind
from dshell.grammar.sheet import FlagRow, Row, Rows, Sheet

HELP = Flag("help", "h", "bool")
"""Every command takes --help, and -h where that letter is free (cobra); docker's help lists it only for some."""


DOCKER = "docker"
BUNDLED = ("buildx", "compose")
"""Plug-ins of docker that nearly every docker has: their command lines came with this dshell, a file each."""

LENT = {"bake": "buildx"}
"""Words of docker's own that stand for a plug-in's: ``docker bake`` is ``docker buildx bake`` (docker 28)."""

OVER = {"builder": "buildx"}
"""Commands of docker's own for which a plug-in answers where it is installed, with its own commands beside theirs."""


class _Book:
    """The commands of one file or of one program. Built when first asked for."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self._built: dict[str, Command] = {}
        if isinstance(rows, Sheet):
            self._aliases: Mapping[str, Sequence[str]] = rows.aliases
            self._unlisted = rows.unlisted
        else:
            self._aliases = {path: row.get("aliases", ()) for path, row in rows.items()}
            self._unlisted = {path for path, row in rows.items() if row.get("unlisted")}

    @cached_property
    def canonical(self) -> Mapping[str, str]:
        """Canonical path of every spelling of a command."""
        spellings = {path: path for path in self.rows if path}
        for path, aliases in self._aliases.items():
            spellings.update(dict.fromkeys(aliases, path))
        return spellings

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """The words that may follow each path, sorted."""
        below: dict[str, list[str]] = {}
        for spelling, path in sorted(self.canonical.items()):
            parent, _, name = spelling.rpartition(" ")
            if path not in self._unlisted:
                below.setdefault(parent, []).append(name)
        return {parent: tuple(names) for parent, names in below.items()}

    def command(self, path: str) -> Command:
        if path not in self._built:
            self._built[path] = self._build(path, self.rows[path])
        return self._built[path]

    def find(self, words: Sequence[str]) -> tuple[Command | None, int]:
        path, command = "", None
        for count, word in enumerate(words):
            path = f"{path} {word}" if path else word
            if path not in self.canonical:
                return command, count
            command = self.command(self.canonical[path])
        return command, len(words)

    def _build(self, path: str, row: Row) -> Command:
        flags = {name: _flag(name, flag) for name, flag in row.get("flags", {}).items()}
        hidden = {name: _hidden(name, meant, flags) for name, meant in row.get("hidden", {}).items()}
        if "help" not in flags:
            hidden["help"] = HELP
        canonical = {name for name in self.below.get(path, ()) if f"{path} {name}".strip() in self.rows}
        return Command(
            path=tuple(path.split()),
            aliases=tuple(tuple(alias.split()) for alias in row.get("aliases", ())),
            flags=flags,
            arguments=tuple(_argument(word, kind) for word, kind in row.get("arguments", {}).items()),
            # Docker itself stops reading its own flags at the command; so does compose.
            interspersed=bool(path) and not canonical and not row.get("stops", False),
            subcommands=tuple(sorted(canonical)),
            hidden=hidden,
        )


class Grammar:
    """What docker takes, its usual plug-ins with it. ``version``: of the docker it was read from.

    ``plugins``: first words that belong to docker's plug-ins. ``programs``: docker's words that are well-known
    programs of the host too. ``edition``: grows when something is learnt. The file of a plug-in is read when its
    first word is first met.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.version: str = sheet.head["version"]
        self.plugins = frozenset[str](sheet.head["plugins"])
        self.programs = frozenset[str](sheet.head["programs"])
        self.edition = 0
        self._docker = _Book(sheet)
        self._plugins: dict[str, _Book] = {}

    @cached_property
    def root(self) -> Command:
        """Docker itself: its flags are those before the command."""
        own = self._docker.command("")
        return own._replace(subcommands=tuple(sorted({*own.subcommands, *BUNDLED})))

    def find(self, words: Sequence[str]) -> tuple[Command | None, int]:
        """The command that the longest known path at the start of ``words`` means, and the length of that path."""
        if not words:
            return None, 0
        if words[0] in LENT:
            command, used = self.find((LENT[words[0]], *words))
            return command, used - 1
        if book := self._plugin(words[0]):
            return book.find(words)
        if words[0] in self.plugins:
            return Command((words[0],), plugin=True), 1
        found = self._docker.find(words)
        if words[0] in OVER and found[1] < len(words):
            lent = self.find((OVER[words[0]], *words[1:]))
            return lent if lent[1] > found[1] else found
        return found

    def names(self, path: Sequence[str] = ()) -> tuple[str, ...]:
        """Words that may follow ``path``, sorted: subcommands and their other names (``run``, ``ps``, ``list``)."""
        if not path:
            return tuple(sorted({*self._docker.below[""], *BUNDLED, *self._plugins, *LENT}))
        book = self._plugin(path[0]) or self._docker
        return book.below.get(" ".join(path), ())

    def commands(self) -> Iterator[Command]:
        """Every command of docker's own once, the root first; then those of its usual plug-ins."""
        for book in (self._docker, *filter(None, map(self._plugin, BUNDLED))):
            yield from map(book.command, book.rows)

    def own(self, word: str) -> bool:
        """``word`` may begin a line without "docker": a plug-in that few have may be called as a program is."""
        return word in self.plugins or word in BUNDLED or self._docker.find((word,))[1] == 1

    def learn(self, name: str, rows: Rows) -> None:
        """Take ``rows`` as the commands of the plug-in ``name``, or add them to docker's own where that is "docker".

        Raises TypeError, ValueError, KeyError or AttributeError where they are none, and nothing is learnt then.
        Any thread may call it; who is reading goes on with what was known.
        """
        book = _Book(_together(self._docker.rows, rows) if name == DOCKER else rows)
        for path in book.rows:
            book.command(path)
        if name == DOCKER:
            self._docker = book
            self.__dict__.pop("root", None)
        else:
            self._plugins[name] = book
        self.edition += 1

    def _plugin(self, word: str) -> _Book | None:
        """The commands of a plug-in; None where ``word`` is none or they are not known."""
        if word not in self._plugins and word in BUNDLED:
            self._plugins[word] = _Book(_sheet(word))
        return self._plugins.get(word)


def _together(known: Rows, more: Rows) -> dict[str, Row]:
    """What is known stands; commands and flags that it lacks are added."""
    both = dict(known)
    for path, row in more.items():
        old = known.get(path)
        both[path] = row if old is None else old | {"flags": row.get("flags", {}) | old.get("flags", {})}
    return both


def load() -> Grammar:
    """The grammar that came with this dshell."""
    return Grammar(_sheet(DOCKER))


def _sheet(name: str) -> Sheet:
    with open(os.path.join(os.path.dirname(__file__), f"{name}.json"), encoding="utf-8") as file:
        return Sheet(file.read())


def flag(command: Command, spelling: str) -> Flag | None:
    """The flag that ``spelling`` means, without dashes: a name of two letters or more, else the letter of a short."""
    if len(spelling) > 1:
        return command.flags.get(spelling) or command.hidden.get(spelling)
    shorts = (*command.flags.values(), *command.hidden.values())
    return next((known for known in shorts if known.short == spelling), None) if spelling else None


def _flag(name: str, row: FlagRow) -> Flag:
    return Flag(
        name,
        row.get("short", ""),
        row["type"],
        row.get("default", ""),
        Kind(row.get("kind", "text")),
        tuple(row.get("choices", ())),
        tuple(_key(name, values) for name, values in row.get("keys", {}).items()),
        tuple(row.get("fields", ())),
    )


def _key(name: str, values: str | list[str]) -> Key:
    """A list that ends with "…" names the usual values, any other all of them."""
    if isinstance(values, str):
        return Key(name, Kind(values))
    usual = values[-1:] == ["…"]
    return Key(name, Kind.TEXT, tuple(values[:-1])) if usual else Key(name, Kind.CHOICE, tuple(values))


def _hidden(name: str, meant: str | FlagRow, flags: Mapping[str, Flag]) -> Flag:
    """``meant``: the flag that ``name`` is another spelling of, or the type or the whole of a flag of its own."""
    if isinstance(meant, str):
        return flags.get(meant) or Flag(name, type=meant)
    return _flag(name, meant)


def _argument(word: str, kind: str) -> Argument:
    optional = word.startswith("[")
    inner = word[1:-1] if optional else word
    return Argument(inner.removesuffix("..."), Kind(kind), optional, inner.endswith("..."))
