"""What may stand at the cursor: commands, flags, their values, what exists on the daemon, files.

Reads a parsed Line and never its text again. Pure: names and folders are given by the caller, who also turns a
candidate's ``key`` into a sentence. Nothing is offered for words that a program inside a container will read.
"""

from __future__ import annotations

from collections.abc import Sequence

from dshell.grammar.everyday import command_place, flag_place
from dshell.grammar.load import Grammar
from dshell.grammar.load import flag as find_flag
from dshell.grammar.model import Argument, Command, Flag, Kind
from dshell.line.candidate import LOOSE, Candidate, Entry, Files, Known, Place, Ranked, Sort, matching
from dshell.line.model import OWN, FlagUse, Line, Range, Role, Simple, Target, Word
from dshell.line.offers import SEPARATOR, Offers
from dshell.line.parse import parse

__all__ = ["Candidate", "Entry", "Files", "Known", "Sort", "suggest"]

# Types of docker's flags that are given once; every other type (list, map, mount …) may be given again.
_ONCE = {"bool", "string", "int", "uint", "uint16", "uint32", "decimal", "float", "bytes", "duration", "command"}

_OWN_VALUES = {"doctor": ("--report",), "lang": ("en", "fr")}
_LETTERS = 3  # letters that a first word has before it is completed loosely: "vi" means no "service"


def suggest(line: Line, cursor: int, known: Known, grammar: Grammar, files: Files) -> list[Candidate]:
    """What may stand at ``cursor``: what goes on from the letters typed first, then what has them in that order."""
    simple = line.at(cursor)
    own = simple.words[0] if simple and simple.words else None
    if own and own.role is Role.OWN and own.text in ("explain", "help") and cursor > own.range.end:
        rest = parse(line.text[own.range.end :], grammar)
        inner = suggest(rest, cursor - own.range.end, known, grammar, files)
        return [candidate._replace(range=_moved(candidate.range, own.range.end)) for candidate in inner]
    found = _Suggester(_place(line, simple, cursor), known, grammar, files).found()
    return [candidate for _, candidate in sorted(found, key=lambda ranked: ranked[0])]


def _place(line: Line, simple: Simple | None, cursor: int) -> Place:
    words = simple.words if simple else ()
    before = tuple(word for word in words if word.range.end < cursor)
    word = next((word for word in words if word.range.start < cursor <= word.range.end), None)
    if word and word.role is Role.OPERATOR:
        before, word = (*before, word), None
    place = Place(line.text, cursor, simple, before, word, word.pieces if word else (), cursor)
    return place._replace(start=word.range.start) if word else place


def _moved(where: Range, by: int) -> Range:
    return Range(where.start + by, where.end + by)


class _Suggester:
    """One answer. Each method is one source of candidates for what is typed at the place."""

    def __init__(self, place: Place, known: Known, grammar: Grammar, files: Files) -> None:
        self.place = place
        self.known = known
        self.grammar = grammar
        self.files = files
        self.offers = Offers(place, known, files)

    def found(self) -> list[Ranked]:
        place, simple = self.place, self.place.simple
        if simple is None or not place.before:
            return self._first()
        if simple.target is Target.OWN:
            return self._own(simple.words[0].text)
        last = place.word or place.before[-1]
        if simple.target is Target.HOST or last.role in (Role.HOST, Role.OPERATOR):
            return self.offers.files()
        return self._docker(simple)

    def _first(self) -> list[Ranked]:
        """The first word of a line."""
        if SEPARATOR.search(self.place.typed) or self.place.typed[:1] in (".", "~"):
            return self.offers.files()
        words = self.offers.plain(OWN, Sort.OWN) + self.offers.plain(("docker",), Sort.COMMAND)
        strict = len(self.place.typed) < _LETTERS
        return [ranked for ranked in self._commands(()) + words if not (strict and ranked[0] == LOOSE)]

    def _own(self, name: str) -> list[Ranked]:
        if name == "cd":
            return self.offers.files(folders=True)
        if len(self.place.before) == 1:
            return self.offers.plain(_OWN_VALUES.get(name, ()), Sort.VALUE)
        return self.offers.files() if name == "doctor" else []

    def _docker(self, simple: Simple) -> list[Ranked]:
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
        place = self.place._replace(pieces=use.value or (), start=start)
        return _Suggester(place, self.known, self.grammar, self.files)

    def _uses(self, word: Word) -> list[FlagUse]:
        simple = self.place.simple
        uses = (*simple.before, *simple.flags) if simple else ()
        return [use for use in uses if word.range.start <= use.range.start < word.range.end]

    # Words of docker's command line

    def _commands(self, path: Sequence[str]) -> list[Ranked]:
        plain = not path or path[0] == "container"  # "volume rm" is no everyday "rm"
        names = sorted(self.grammar.names(path), key=command_place) if plain else self.grammar.names(path)
        found = []
        for rank, name in matching(self.place.typed, names, str):
            command, _ = self.grammar.find((*path, name))
            key = ("command", " ".join(command.path)) if command else ()
            found.append((rank, self.offers.candidate(name, Sort.COMMAND, key=key)))
        return found

    def _flags(self, command: Command) -> list[Ranked]:
        """Flags not given yet. A lone ``-`` offers letters, ``-it`` goes on with letters, ``--`` offers names."""
        simple, word = self.place.simple, self.place.word
        here = self._uses(word) if word else []
        uses = (*simple.before, *simple.flags) if simple else ()
        given = {use.flag.name for use in uses if use.flag and use not in here}
        flags = [flag for flag in command.flags.values() if flag.type not in _ONCE or flag.name not in given]
        flags.sort(key=flag_place)
        typed = self.place.typed
        if typed in ("", "-"):
            return [
                (0, self._flag(command, flag, f"-{flag.short}" if flag.short else f"--{flag.name}")) for flag in flags
            ]
        cluster = [find_flag(command, letter) for letter in typed[1:]] if not typed.startswith("--") else []
        found: list[Ranked] = []
        if cluster and all(known and not known.takes_value for known in cluster):
            more = [flag for flag in flags if flag.short and flag not in cluster]
            found = [(0, self._flag(command, flag, typed + flag.short)) for flag in more]
        names = matching(typed.lstrip("-"), flags, lambda flag: flag.name)
        known = [(rank, self._flag(command, flag, f"--{flag.name}")) for rank, flag in names]
        return found + (known if typed.startswith("--") or len(typed) == 2 else [])

    def _flag(self, command: Command, flag: Flag, text: str) -> Candidate:
        display = f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"
        facts = (flag.type,) if flag.takes_value else ()
        key = ("flag", " ".join(command.path), flag.name)
        return Candidate(text, Range(self.place.start, self.place.cursor), Sort.FLAG, display, facts, key)

    def _argument(self, command: Command, index: int) -> list[Ranked]:
        arguments = command.arguments
        argument: Argument | None = None
        if index < len(arguments):
            argument = arguments[index]
        elif arguments and arguments[-1].repeat:
            argument = arguments[-1]
        if argument is None:
            return []
        if argument.kind is Kind.OBJECT:
            kinds = (Kind.CONTAINER, Kind.LOCAL_IMAGE, Kind.VOLUME, Kind.NETWORK)
            return [ranked for kind in kinds for ranked in self.offers.kind(kind)]
        return self.offers.kind(argument.kind)

    def _values(self, flag: Flag) -> list[Ranked]:
        choices = flag.choices if flag.takes_value else ("true", "false")
        chosen = self.offers.plain(choices, Sort.VALUE)
        have = {candidate.text for _, candidate in chosen}
        return chosen + [ranked for ranked in self.offers.kind(flag.kind) if ranked[1].text not in have]
