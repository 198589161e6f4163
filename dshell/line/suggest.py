"""What may stand at the cursor: commands, flags, their values, what exists on the daemon, files.

Reads a parsed Line and never its text again. Pure: what exists is given by the caller, who also turns a candidate's
``key`` into a sentence. What fits best stands alone: nothing that only has the letters somewhere is offered beside a
word that goes on from them. Of what fits alike, what the person uses comes first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import attrgetter

from dshell.grammar.everyday import command_place, flag_place
from dshell.grammar.load import Grammar
from dshell.grammar.load import flag as find_flag
from dshell.grammar.model import Argument, Command, Flag, Kind
from dshell.line.candidate import Candidate, Place, Ranked, Sort
from dshell.line.model import OWN, WORKS, Expansion, FlagUse, Line, Range, Role, Simple, Target, Word
from dshell.line.offers import SEPARATOR, Offers
from dshell.line.pairs import SOURCES
from dshell.line.parse import parse
from dshell.line.roll import WITHIN, matching
from dshell.line.sources import paused, unpaused
from dshell.line.split import opening
from dshell.line.usage import image_text, scope_of
from dshell.line.world import World
from dshell.pattern import pattern

__all__ = ["Candidate", "Sort", "suggest"]

# Flags that docker refuses beside each other.
_APART = ({"rm", "restart"}, {"detach", "attach"}, {"health-cmd", "no-healthcheck"})
# Words that the person has used before are offered again where nothing else is known of them.
_FREE = {
    *(Kind.TEXT, Kind.KEY_VALUE, Kind.SIZE, Kind.DURATION, Kind.NUMBER, Kind.PORT_MAP, Kind.USER, Kind.HOST_NAME),
    *(Kind.NEW_NAME, Kind.IP, Kind.SET, Kind.HOST_MAP, Kind.DEVICE_RATE, Kind.SUBNET, Kind.MAC),
}

_OWN_VALUES = {
    "again": ("--yes",),
    "as-compose": ("-o",),
    "flow": ("--svg", "--html"),
    "map": ("-f", "--svg", "--html", "--plain"),
    "config": ("set", "edit"),
    "fav": ("add", "rm"),
    "notes": ("list", "strike", "comment", "--html", "--script", "--compose"),
    "doctor": ("--report",),
    "lang": ("en", "fr"),
    "learn": ("hint", "show", "skip", "reset", "stop", "--check"),
}
_FILE_FLAGS = {"--svg", "--html", "-o", "--output"}
_WITHOUT_NAME = {"map", "flow"}
_SEVERAL = {"as-run", "as-compose"}
_LETTERS = 3  # letters that a first word has before it is completed loosely: "vi" means no "service"
_WORD = "\N{WORD JOINER}"  # stands for a word that is not typed yet
_VARIABLE = pattern(r"\$\{?(\w*)\Z", re.ASCII)


def suggest(line: Line, cursor: int, world: World, grammar: Grammar) -> list[Candidate]:
    """What may stand at ``cursor``: all that fits as well as the best of it, in the order in which it is wanted."""
    simple = line.at(cursor)
    own = simple.words[0] if simple and simple.words else None
    if own and own.role is Role.OWN and own.text in ("explain", "help") and cursor > own.range.end:
        rest = parse(line.text[own.range.end :], grammar)
        inner = suggest(rest, cursor - own.range.end, world, grammar)
        return [candidate._replace(range=_moved(candidate.range, own.range.end)) for candidate in inner]
    suggester = _Suggester(_place(line, _with_word(line, simple, cursor, grammar), cursor), world, grammar)
    found = suggester.found()
    best = min((rank for rank, _ in found), default=0)
    fitting = [candidate for rank, candidate in found if rank == best and candidate.text]
    return sorted(fitting, key=suggester.order)


def _with_word(line: Line, simple: Simple | None, cursor: int, grammar: Grammar) -> Simple | None:
    """The command as it is once a word stands at the cursor: the word behind ``-p | nginx`` is no port then."""
    text = line.text
    if simple is None or simple.target is not Target.DOCKER or not text[cursor : simple.range.end].strip():
        return simple
    if text[cursor - 1 : cursor].strip() or text[cursor].strip():
        return simple
    return parse(f"{text[:cursor]}{_WORD}{text[cursor:]}", grammar).at(cursor + len(_WORD)) or simple


def _place(line: Line, simple: Simple | None, cursor: int) -> Place:
    words = simple.words if simple else ()
    before = tuple(word for word in words if word.range.end < cursor)
    word = next((word for word in words if word.range.start < cursor <= word.range.end and word.text != _WORD), None)
    if word and word.role is Role.OPERATOR:
        before, word = (*before, word), None
    place = Place(line.text, cursor, simple, before, word, word.pieces if word else (), cursor)
    if word is None:
        return place
    opened = opening(line.text[:cursor], word.range.start)
    goes_on = bool(line.text[cursor : word.range.end].strip())
    return place._replace(start=word.range.start, opened=opened, goes_on=goes_on)


def _moved(where: Range, by: int) -> Range:
    return Range(where.start + by, where.end + by)


class _Suggester:
    """One answer. Each method is one source of candidates for what is typed at the place."""

    def __init__(self, place: Place, world: World, grammar: Grammar, flag: Flag | None = None) -> None:
        self.place = place
        self.world = world
        self.grammar = grammar
        self.offers = Offers(place, world, flag)

    def order(self, candidate: Candidate) -> tuple[bool, float]:
        """To sort by: a flag that nobody asked for stands behind what else may come, what is used before the rest."""
        return candidate.sort is Sort.FLAG and not self.place.typed, -self._weight(candidate)

    def _weight(self, candidate: Candidate) -> float:
        usage = self.world.usage
        match candidate.key:
            case ("command", path):
                return usage.weight("command", path)
            case ("flag", path, name):
                return usage.weight(f"flag {path}", name)
            case ("value", name, *_):
                return usage.weight(f"value {name}", candidate.display)
            case _:
                return usage.weight(candidate.sort.value, image_text(candidate.display.rstrip(":")))

    def found(self) -> list[Ranked]:
        if (variables := self._variables()) is not None:
            return variables
        return self._words()

    def _variables(self) -> list[Ranked] | None:
        """``$HO``, ``${HO``: names of variables, wherever they would be replaced. None: no variable is being typed."""
        place = self.place
        typed = _VARIABLE.search(place.text[place.start : place.cursor])
        last = next((piece for piece in place.pieces if piece.range.start < place.cursor <= piece.range.end), None)
        if not typed or last is None:
            return None
        brace, single = typed[0].startswith("${"), place.text[place.opened : place.opened + 1] == "'"
        if single or (last.expansion is Expansion.NONE and typed[1] and not brace):
            return None
        where = Range(place.cursor - len(typed[0]), place.cursor)
        names = [name for name in self.world.variables if name.isidentifier()]
        spelled = [f"${{{name}}}" if brace else f"${name}" for name in names]
        rank, found = matching(typed[0], spelled, str)
        return [(rank, Candidate(name, where, Sort.VARIABLE, name, more=True)) for name in found]

    def _words(self) -> list[Ranked]:
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
        words = self.offers.plain((*OWN, *self.world.aliases), Sort.OWN) + self.offers.plain(("docker",), Sort.COMMAND)
        strict = len(self.place.typed) < _LETTERS
        commands = [ranked for ranked in self._commands(()) if self.grammar.own(ranked[1].display)]
        return [ranked for ranked in commands + words if not (strict and ranked[0] >= WITHIN)]

    def _own(self, name: str) -> list[Ranked]:
        if name == "cd":
            return self.offers.files(folders=True)
        if name in WORKS:
            return self._work(name)
        if name == "why":
            return self.offers.containers(self.offers.register.containers) if len(self.place.before) == 1 else []
        if len(self.place.before) == 1 and name == "fav":
            return self.offers.plain((*_OWN_VALUES[name], *self.world.favourites), Sort.VALUE)
        if len(self.place.before) == 1:
            values = self.offers.plain((*_OWN_VALUES.get(name, ()), *self._lessons(name)), Sort.VALUE)
            return values or (self.offers.files() if name == "learn" else [])
        if name == "learn" and self.place.before[1].text == "reset":
            return self.offers.plain(self._lessons(name), Sort.VALUE)
        return self.offers.files() if name in ("doctor", "learn", "notes") else []

    def _lessons(self, word: str) -> tuple[str, ...]:
        return tuple(self.world.lessons()) if word == "learn" else ()

    def _work(self, name: str) -> list[Ranked]:
        """Words that show or remake what the daemon has: names of containers, their own flags, those of ``run``."""
        before, typed = self.place.before, self.place.typed
        if before[-1].text in _FILE_FLAGS:
            return self.offers.files()
        if typed.startswith("-") or (name in _WITHOUT_NAME and len(before) == 1):
            found = self.offers.plain(_OWN_VALUES.get(name, ()), Sort.VALUE)
            run, _ = self.grammar.find(["run"])
            return found + (self._flags(run) if run and name == "again" and len(before) > 1 else [])
        if name in _WITHOUT_NAME or (len(before) > 1 and name not in _SEVERAL):
            return []
        named = {word.text for word in before}
        register = self.offers.register
        found = self.offers.containers(register.running if name == "shell" else register.containers)
        return [ranked for ranked in found if ranked[1].display not in named]

    def _docker(self, simple: Simple) -> list[Ranked]:
        place = self.place
        if (use := self._pending()) and use.flag:
            return _Suggester(place, self.world, self.grammar, use.flag)._values(use.flag)
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
        return _Suggester(place, self.world, self.grammar, use.flag)

    def _uses(self, word: Word) -> list[FlagUse]:
        simple = self.place.simple
        uses = (*simple.before, *simple.flags) if simple else ()
        return [use for use in uses if word.range.start <= use.range.start < word.range.end]

    # Words of docker's command line

    def _commands(self, path: Sequence[str]) -> list[Ranked]:
        plain = not path or path[0] == "container"  # "volume rm" is no everyday "rm"
        names = sorted(self.grammar.names(path), key=command_place) if plain else self.grammar.names(path)
        found = []
        rank, fitting = matching(self.place.typed, names, str)
        for name in fitting:
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
        apart = {name for names in _APART if names & given for name in names - given}
        flags = [
            flag
            for flag in command.flags.values()
            if (not flag.once or flag.name not in given) and flag.name not in apart
        ]
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
        rank, fitting = matching(typed.lstrip("-"), flags, attrgetter("name"))
        known = [(rank, self._flag(command, flag, f"--{flag.name}")) for flag in fitting]
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
        if argument.choices:
            return self.offers.plain(argument.choices, Sort.VALUE)
        if argument.kind is Kind.OBJECT:
            return self._objects()
        if command.path in _BY_STATE and argument.kind in (Kind.RUNNING, Kind.CONTAINER):
            return _BY_STATE[command.path](self.offers)
        return self._kind(argument.kind)

    def _objects(self) -> list[Ranked]:
        """``docker inspect`` takes anything, or what its --type says."""
        uses = self.offers.uses("type")
        kinds = _OBJECTS.get(uses[-1].text or "", ()) if uses else _OBJECTS[""]
        return [ranked for kind in kinds for ranked in self._kind(kind)]

    def _values(self, flag: Flag) -> list[Ranked]:
        choices = flag.choices if flag.takes_value else ("true", "false")
        given = self.offers.given() if not flag.once else set()
        chosen = self.offers.plain([choice for choice in choices if choice not in given], Sort.VALUE)
        have = {candidate.display for _, candidate in chosen}
        found = chosen + [ranked for ranked in self._kind(flag.kind) if ranked[1].display not in have]
        return found + self._used_before(flag, {ranked[1].display for ranked in found}) if flag.kind in _FREE else found

    def _used_before(self, flag: Flag, have: set[str]) -> list[Ranked]:
        """Where words are free: those that the person gave this flag before. A name that is taken cannot be given."""
        used = self.world.usage.words(scope_of(flag.kind, flag.name))
        taken = self.offers.register.containers if flag.kind is Kind.NEW_NAME else have
        return self.offers.plain([word for word in used if word not in taken], Sort.VALUE)

    def _kind(self, kind: Kind) -> list[Ranked]:
        source = SOURCES.get(kind)
        return source(self.offers) if source else []


_BY_STATE = {("container", "pause"): unpaused, ("container", "unpause"): paused, ("container", "exec"): unpaused}
_OBJECTS = {
    "": (Kind.CONTAINER, Kind.LOCAL_IMAGE, Kind.VOLUME, Kind.NETWORK),
    "container": (Kind.CONTAINER,),
    "image": (Kind.LOCAL_IMAGE,),
    "volume": (Kind.VOLUME,),
    "network": (Kind.NETWORK,),
    **{kind.value: (kind,) for kind in (Kind.NODE, Kind.SERVICE, Kind.TASK, Kind.SECRET, Kind.CONFIG, Kind.PLUGIN)},
}
