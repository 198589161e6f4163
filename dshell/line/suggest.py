"""What may stand at the cursor: commands, flags, their values, what exists on the daemon, files.

Reads a parsed Line and never its text again. Pure: names and folders are given by the caller, who also turns a
candidate's ``key`` into a sentence. Nothing is offered for words that a program inside a container will read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import islice
from typing import Protocol, TypeVar

from dshell.grammar.load import Grammar
from dshell.grammar.load import flag as find_flag
from dshell.grammar.model import Argument, Command, Flag, Kind
from dshell.line.model import OWN, Expansion, FlagUse, Line, Piece, Range, Role, Simple, Target, Word
from dshell.line.parse import parse
from dshell.line.paths import split_bind
from dshell.line.split import quote

MOST = 200  # candidates of one source: nobody reads more, and 10,000 containers must not slow a keystroke

# Types of docker's flags that are given once; every other type (list, map, mount …) may be given again.
_ONCE = {"bool", "string", "int", "uint", "uint16", "uint32", "decimal", "float", "bytes", "duration", "command"}
_SEPARATOR = re.compile(r"[\\/]")
_MOUNT_KEYS = ("type=", "source=", "target=", "readonly")
_MOUNT_TYPES = ("bind", "volume", "tmpfs")


class Sort(Enum):
    """What a candidate is."""

    COMMAND = "command"
    OWN = "own"
    FLAG = "flag"
    VALUE = "value"
    CONTAINER = "container"
    IMAGE = "image"
    VOLUME = "volume"
    NETWORK = "network"
    CONTEXT = "context"
    FILE = "file"
    FOLDER = "folder"


@dataclass(frozen=True)
class Candidate:
    """``text`` replaces the characters of ``range``, which ends at the cursor; it is quoted where it must be.

    ``display``: what a menu shows. ``facts``: what is known of it, no sentence (a container's status and image).
    ``key``: where its sentence is: ("flag", "container run", "name"), ("command", "container run"), ("own", "cd"), ().
    """

    text: str
    range: Range
    sort: Sort
    display: str
    facts: tuple[str, ...] = ()
    key: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One name in a folder of the host."""

    name: str
    folder: bool = False


Files = Callable[[str], Iterable[Entry]]
"""The entries of a folder as it is typed, expansions unmade: "", "~/", "../src/", "$PWD/", "C:\\Users\\".

No entries when there is no such folder; never raises."""


class KnownContainer(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def image(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def running(self) -> bool: ...


class KnownImage(Protocol):
    @property
    def name(self) -> str: ...


class Known(Protocol):
    """What exists on the daemon, as far as is known."""

    @property
    def containers(self) -> Sequence[KnownContainer]: ...
    @property
    def images(self) -> Sequence[KnownImage]: ...
    @property
    def volumes(self) -> Sequence[str]: ...
    @property
    def networks(self) -> Sequence[str]: ...
    @property
    def contexts(self) -> Sequence[str]: ...


def suggest(line: Line, cursor: int, known: Known, grammar: Grammar, files: Files) -> list[Candidate]:
    """What may stand at ``cursor``: what goes on from the letters typed first, then what has them in that order."""
    simple = line.at(cursor)
    own = simple.words[0] if simple and simple.words else None
    if own and own.role is Role.OWN and own.text in ("explain", "help") and cursor > own.range.end:
        rest = parse(line.text[own.range.end :], grammar)
        inner = suggest(rest, cursor - own.range.end, known, grammar, files)
        return [replace(candidate, range=_moved(candidate.range, own.range.end)) for candidate in inner]
    found = _Suggester(_place(line, simple, cursor), known, grammar, files).found()
    return [candidate for _, candidate in sorted(found, key=lambda ranked: ranked[0])]


@dataclass(frozen=True)
class _Place:
    """Where the cursor is. ``before``: whole words before it; ``word``: the one it stands in or touches from behind.

    ``pieces`` and ``start``: of the part of ``word`` that is completed, a word or the value inside it.
    """

    text: str
    cursor: int
    simple: Simple | None
    before: tuple[Word, ...]
    word: Word | None
    pieces: tuple[Piece, ...]
    start: int

    @property
    def typed(self) -> str:
        """The part up to the cursor, quotes removed, expansions unmade."""
        parts = []
        for piece in self.pieces:
            if piece.range.start < self.cursor:
                whole = piece.range.end <= self.cursor
                parts.append(piece.text if whole else piece.text[: self.cursor - piece.range.start])
        return "".join(parts)

    @property
    def quoted(self) -> bool:
        """The cursor stands inside quotes."""
        last = next((piece for piece in self.pieces if piece.range.start <= self.cursor <= piece.range.end), None)
        return last is not None and last.quoted and self.text[last.range.start - 1] in "'\""


def _place(line: Line, simple: Simple | None, cursor: int) -> _Place:
    words = simple.words if simple else ()
    before = tuple(word for word in words if word.range.end < cursor)
    word = next((word for word in words if word.range.start < cursor <= word.range.end), None)
    if word and word.role is Role.OPERATOR:
        before, word = (*before, word), None
    place = _Place(line.text, cursor, simple, before, word, word.pieces if word else (), cursor)
    return replace(place, start=word.range.start) if word else place


def _moved(where: Range, by: int) -> Range:
    return Range(where.start + by, where.end + by)


_Ranked = tuple[int, Candidate]
_T = TypeVar("_T")


def _matching(typed: str, items: Collection[_T], name: Callable[[_T], str]) -> Iterator[tuple[int, _T]]:
    """Items whose name goes on from ``typed`` (0), does so but for capitals (1), or has its letters in order (2)."""
    found = list(islice(((0, item) for item in items if name(item).startswith(typed)), MOST))
    yield from found
    if len(found) == MOST or not typed:
        return
    folded = typed.casefold()
    letters = re.compile("".join(f"[^{letter}]*{letter}" for letter in map(re.escape, folded)), re.DOTALL)
    for item in items:
        spelling = name(item)
        if not spelling.startswith(typed) and letters.match(spelling.casefold()):
            yield (1 if spelling.casefold().startswith(folded) else 2), item


class _Suggester:
    """One answer. Each method is one source of candidates for what is typed at the place."""

    def __init__(self, place: _Place, known: Known, grammar: Grammar, files: Files) -> None:
        self.place = place
        self.known = known
        self.grammar = grammar
        self.files = files

    def found(self) -> list[_Ranked]:
        place, simple = self.place, self.place.simple
        if simple is None or not place.before:
            return self._first()
        if simple.target is Target.OWN:
            return self._files(folders=True) if simple.words[0].text == "cd" else []
        last = place.word or place.before[-1]
        if simple.target is Target.HOST or last.role in (Role.HOST, Role.OPERATOR):
            return self._files()
        return self._docker(simple)

    def _first(self) -> list[_Ranked]:
        """The first word of a line."""
        if _SEPARATOR.search(self.place.typed) or self.place.typed[:1] in (".", "~"):
            return self._files()
        return [*self._commands(()), *self._plain(OWN, Sort.OWN), *self._plain(("docker",), Sort.COMMAND)]

    def _docker(self, simple: Simple) -> list[_Ranked]:
        place = self.place
        if (use := self._pending()) and use.flag:
            return self._values(use.flag)
        inside = self._inside_flag(simple)
        if inside and inside.flag and inside.value_range:
            return self._with_value(inside, inside.value_range)._values(inside.flag)
        path = [word.text for word in place.before if word.role is Role.COMMAND]
        command, count = self.grammar.find(path)
        if count < len(path) or (command and command.plugin):
            return []
        ended = any(word.role is Role.END for word in place.before)
        given = [word for word in place.before if word.role in (Role.ARGUMENT, Role.INSIDE)]
        flags_end = ended or bool(command and not command.interspersed and given)
        if place.typed.startswith("-"):
            return [] if flags_end else self._flags(command or self.grammar.root)
        if command is None or command.subcommands:
            return self._commands(path)
        found = self._argument(command, len(given))
        if not place.typed and not flags_end:
            found += self._flags(command)
        return found

    def _pending(self) -> FlagUse | None:
        """The flag before the cursor that still takes the word here as its value."""
        last = self.place.before[-1]
        uses = self._uses(last)
        if last.role is not Role.FLAG or not uses:
            return None
        use = uses[-1]
        apart = use.value_range is None or use.value_range.start > last.range.end
        return use if use.flag and use.flag.takes_value and apart else None

    def _inside_flag(self, simple: Simple) -> FlagUse | None:
        """The flag whose value is in the same word as the cursor: ``--name=w|``, ``-p80|``."""
        word = self.place.word
        if word is None or word.role is not Role.FLAG or simple is None:
            return None
        for use in self._uses(word):
            value = use.value_range
            if value and value.start <= self.place.cursor and value.start <= word.range.end:
                return use
        return None

    def _with_value(self, use: FlagUse, value: Range) -> _Suggester:
        """The same question about the value alone."""
        start = value.start
        if start and self.place.text[start - 1] in "'\"":
            start -= 1
        place = replace(self.place, pieces=use.value or (), start=start)
        return _Suggester(place, self.known, self.grammar, self.files)

    def _uses(self, word: Word) -> list[FlagUse]:
        simple = self.place.simple
        uses = (*simple.before, *simple.flags) if simple else ()
        return [use for use in uses if word.range.start <= use.range.start < word.range.end]

    # Words of docker's command line

    def _commands(self, path: Sequence[str]) -> list[_Ranked]:
        found = []
        for rank, name in _matching(self.place.typed, self.grammar.names(path), str):
            command, _ = self.grammar.find((*path, name))
            key = ("command", " ".join(command.path)) if command else ()
            found.append((rank, self._candidate(name, Sort.COMMAND, key=key)))
        return found

    def _flags(self, command: Command) -> list[_Ranked]:
        """Flags not given yet. A lone ``-`` offers letters, ``-it`` goes on with letters, ``--`` offers names."""
        simple, word = self.place.simple, self.place.word
        here = self._uses(word) if word else []
        uses = (*simple.before, *simple.flags) if simple else ()
        given = {use.flag.name for use in uses if use.flag and use not in here}
        flags = [flag for flag in command.flags.values() if flag.type not in _ONCE or flag.name not in given]
        typed = self.place.typed
        if typed in ("", "-"):
            return [
                (0, self._flag(command, flag, f"-{flag.short}" if flag.short else f"--{flag.name}")) for flag in flags
            ]
        cluster = [find_flag(command, letter) for letter in typed[1:]] if not typed.startswith("--") else []
        found: list[_Ranked] = []
        if cluster and all(known and not known.takes_value for known in cluster):
            more = [flag for flag in flags if flag.short and flag not in cluster]
            found = [(0, self._flag(command, flag, typed + flag.short)) for flag in more]
        names = _matching(typed.lstrip("-"), flags, lambda flag: flag.name)
        known = [(rank, self._flag(command, flag, f"--{flag.name}")) for rank, flag in names]
        return found + (known if typed.startswith("--") or len(typed) == 2 else [])

    def _flag(self, command: Command, flag: Flag, text: str) -> Candidate:
        display = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
        facts = (flag.type,) if flag.takes_value else ()
        key = ("flag", " ".join(command.path), flag.name)
        return Candidate(text, Range(self.place.start, self.place.cursor), Sort.FLAG, display, facts, key)

    def _argument(self, command: Command, index: int) -> list[_Ranked]:
        arguments = command.arguments
        argument: Argument | None = None
        if index < len(arguments):
            argument = arguments[index]
        elif arguments and arguments[-1].repeat:
            argument = arguments[-1]
        if argument is None:
            return []
        if argument.name == "NAME|ID":  # docker inspect takes anything
            kinds = (Kind.CONTAINER, Kind.LOCAL_IMAGE, Kind.VOLUME, Kind.NETWORK)
            return [ranked for kind in kinds for ranked in self._kind(kind)]
        return self._kind(argument.kind)

    def _values(self, flag: Flag) -> list[_Ranked]:
        choices = flag.choices if flag.takes_value else ("true", "false")
        chosen = self._plain(choices, Sort.VALUE)
        have = {candidate.text for _, candidate in chosen}
        return chosen + [ranked for ranked in self._kind(flag.kind) if ranked[1].text not in have]

    # What a word stands for

    def _kind(self, kind: Kind) -> list[_Ranked]:
        known = self.known
        match kind:
            case Kind.CONTAINER:
                return self._containers(known.containers)
            case Kind.RUNNING:
                return self._containers([container for container in known.containers if container.running])
            case Kind.STOPPED:
                return self._containers([container for container in known.containers if not container.running])
            case Kind.IMAGE | Kind.LOCAL_IMAGE:
                return self._images()
            case Kind.VOLUME:
                return self._plain(self._new(known.volumes), Sort.VOLUME)
            case Kind.NETWORK:
                return self._plain(self._new(known.networks), Sort.NETWORK)
            case Kind.CONTEXT:
                return self._plain(self._new(known.contexts), Sort.CONTEXT)
            case Kind.FORMAT:
                return self._plain(("json",), Sort.VALUE)
            case _:
                return self._host_kind(kind)

    def _host_kind(self, kind: Kind) -> list[_Ranked]:
        match kind:
            case Kind.HOST_PATH | Kind.HOST_FOLDER:
                return self._files(folders=kind is Kind.HOST_FOLDER)
            case Kind.BIND:
                return self._bind()
            case Kind.MOUNT:
                return self._mount()
            case Kind.COPY_PATH:
                return self._copy()
            case _:
                return []

    def _containers(self, containers: Sequence[KnownContainer]) -> list[_Ranked]:
        typed = self.place.typed
        given = self._given()
        free = [container for container in containers if container.name not in given] if given else containers
        found = [
            (rank, self._candidate(item.name, Sort.CONTAINER, (item.status, item.image)))
            for rank, item in islice(_matching(typed, free, lambda container: container.name), MOST)
        ]
        if typed and not found:
            by_id = [item for item in free if item.id.startswith(typed)][:MOST]
            facts = [(item.id[:12], (item.name, item.status, item.image)) for item in by_id]
            found = [(0, self._candidate(name, Sort.CONTAINER, known)) for name, known in facts]
        return found

    def _images(self) -> list[_Ranked]:
        """``alpine:latest`` is offered as ``alpine``, as people write it, until a colon is typed."""
        short = ":" not in self.place.typed
        names = {image.name.removesuffix(":latest") if short else image.name for image in self.known.images}
        given = self._given()
        return self._plain(sorted(name for name in names if "<none>" not in name and name not in given), Sort.IMAGE)

    def _given(self) -> set[str]:
        """Arguments that stand elsewhere in the command: they are not offered again."""
        simple = self.place.simple
        return {word.text for word in simple.arguments if word is not self.place.word} if simple else set()

    def _new(self, names: Sequence[str]) -> list[str]:
        given = self._given()
        return [name for name in names if name not in given]

    def _plain(self, names: Sequence[str], sort: Sort, end: str = "") -> list[_Ranked]:
        found = islice(_matching(self.place.typed, names, str), MOST)
        key = ("own",) if sort is Sort.OWN else ()
        return [(rank, self._candidate(name + end, sort, key=(*key, name) if key else ())) for rank, name in found]

    def _candidate(self, name: str, sort: Sort, facts: tuple[str, ...] = (), key: tuple[str, ...] = ()) -> Candidate:
        return Candidate(quote(name), Range(self.place.start, self.place.cursor), sort, name, facts, key)

    # Words made of several parts

    def _bind(self) -> list[_Ranked]:
        """The host's half of ``-v``: a path, or a volume."""
        typed = self.place.typed
        if split_bind(typed).target != typed:
            return []
        volumes = [] if _SEPARATOR.search(typed) else self._plain(self.known.volumes, Sort.VOLUME, end=":")
        return volumes + self._files()

    def _copy(self) -> list[_Ranked]:
        typed = self.place.typed
        if split_bind(typed).target != typed:
            return []
        names = [container.name for container in self.known.containers]
        containers = [] if _SEPARATOR.search(typed) else self._plain(names, Sort.CONTAINER, end=":")
        return containers + self._files()

    def _mount(self) -> list[_Ranked]:
        """One part of ``type=bind,source=…,target=…``. The parts before the last comma stay as they are typed."""
        typed = self.place.typed
        done, _, last = typed.rpartition(",")
        key, equals, value = last.partition("=")
        rest = self._at_end(value if equals else last)
        if rest is None:
            return []
        if not equals:
            missing = [name for name in _MOUNT_KEYS if name not in done]
            return rest._plain(missing, Sort.VALUE)
        if key == "type":
            return rest._plain(_MOUNT_TYPES, Sort.VALUE)
        if key not in ("source", "src"):
            return []
        return rest._files() if "type=bind" in done else rest._plain(self.known.volumes, Sort.VOLUME)

    def _at_end(self, part: str) -> _Suggester | None:
        """The same question about ``part`` alone, the end of what is typed; None when it is not spelled plainly."""
        place = self.place
        start = place.cursor - len(part)
        if place.text[start : place.cursor] != part:
            return None
        piece = Piece(part, range=Range(start, place.cursor))
        pieces = (piece,) if part else ()
        return _Suggester(replace(place, pieces=pieces, start=start), self.known, self.grammar, self.files)

    # Files

    def _files(self, *, folders: bool = False) -> list[_Ranked]:
        """Entries of the folder that is typed; only the last part of the path is replaced."""
        typed = self.place.typed
        name = _SEPARATOR.split(typed)[-1]
        folder = typed[: len(typed) - len(name)]
        if name == "~" and not folder:
            return []
        entries = [entry for entry in self.files(folder) if not entry.name.startswith(".") or name.startswith(".")]
        if folders:
            entries = [entry for entry in entries if entry.folder]
        separator = "\\" if "\\" in folder and "/" not in folder else "/"
        found = []
        for rank, entry in islice(_matching(name, entries, lambda entry: entry.name), MOST):
            spelled = self._spelled(folder, name, entry.name)
            if spelled:
                text, where = spelled
                end = separator if entry.folder else ""
                sort = Sort.FOLDER if entry.folder else Sort.FILE
                found.append((rank, Candidate(text + end, where, sort, entry.name + end)))
        return found

    def _spelled(self, folder: str, typed: str, name: str) -> tuple[str, Range] | None:
        """How ``name`` is written here, and what it replaces; None when an expansion stands in the way."""
        place = self.place
        start = place.cursor - len(typed)
        if place.text[start : place.cursor] == typed and not (place.quoted and re.search(r"[\"'$`\\]", name)):
            return (name if place.quoted else quote(name)), Range(start, place.cursor)
        if all(piece.expansion is Expansion.NONE for piece in place.pieces):
            return quote(folder + name), Range(place.start, place.cursor)
        return None
