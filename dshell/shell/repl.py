"""The REPL: prompt, line, prompt. It joins the parts that ``app`` made and does nothing of what they do.

Until the first prompt is painted nothing is imported beyond prompt_toolkit and nobody is asked: ``Parts.begin`` starts
what is slow (the daemon's names) after that painting.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

from dshell.engine.records import Names
from dshell.line.model import Line
from dshell.line.parse import parse
from dshell.line.secrets import concealed, reveals
from dshell.line.world import Lookups, Nothing, World
from dshell.record import Record
from dshell.run.base import Leave, current_folder
from dshell.run.disk import HostDisk
from dshell.shell.at_hand import AtHand, Where
from dshell.shell.builtins import OwnWords
from dshell.shell.completer import LineCompleter, files
from dshell.shell.departures import Departures
from dshell.shell.doors import Doors
from dshell.shell.faces import INDENT, Fragments, State, bar_text, folded, hint_text, prompt_text, refusal_text
from dshell.shell.history import HistoryFile, Suggest
from dshell.shell.keys import Actions, bindings
from dshell.shell.meanings import Meanings
from dshell.shell.memory import Memory
from dshell.shell.plain import PlainPrompt
from dshell.shell.prompt import Device, Editing, Faces, Manner, Prompt, soon
from dshell.shell.reading import Reading
from dshell.shell.theme import LineLexer, style
from dshell.teach.layout import Level, Symbols
from dshell.teach.texts import Texts, languages

LEVELS = (Level.FULL.value, Level.OFF.value, Level.BRIEF.value)
"""The order in which F2 goes round."""


class Watched(Protocol):
    """What is known of the daemon at this moment: ``engine.live.Live``, which nobody waits for."""

    on_change: Callable[[], None]

    @property
    def up(self) -> bool | None: ...
    @property
    def names(self) -> Names: ...
    @property
    def running(self) -> int: ...
    def refresh(self) -> None: ...


class Habits(Protocol):
    """``habits.habits.Habits``: what the person has made words of, each with its line."""

    @property
    def aliases(self) -> Mapping[str, str]: ...
    @property
    def favourites(self) -> Mapping[str, str]: ...
    def meant(self, line: Line) -> Line: ...


class NoHabits:
    aliases: Mapping[str, str] = MappingProxyType({})
    favourites: Mapping[str, str] = MappingProxyType({})

    def meant(self, line: Line) -> Line:
        return line


class Parts(Record):
    """``run``: does a line and returns its exit code; dshell's own words come back to ``own``.

    ``context``: name of the docker context now in force. ``begin``: called once, when the first prompt stands.
    ``lookups``: what completion asks for when it first wants it. ``theme``: "light", "dark", "none" or "auto".
    ``where``: this machine, and the daemon's. ``lessons``: numbers and names of what ``learn`` opens.
    ``vi``: keys edit as in vi. ``tip``: key of today's, once a day.
    ``mishap``: told what went wrong in what is painted or typed.
    """

    own: OwnWords
    live: Watched
    run: Callable[[Line], int]
    context: Callable[[], str]
    history: Path
    begin: Callable[[], None]
    device: Device
    lookups: Lookups = Nothing()
    where: Where = Where()
    theme: str = "auto"
    lessons: Callable[[], Sequence[str]] = tuple
    habits: Habits = NoHabits()
    vi: bool = False
    tip: Callable[[], str] = lambda: ""
    mishap: Callable[[BaseException], None] | None = None


def plainer(parts: Parts) -> Parts:
    """For a prompt that stands where another could not be painted."""
    return parts._replace(device=parts.device._replace(manner=Manner.PLAIN), begin=lambda: None)


class Repl:
    """One person at one terminal."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._reading = Reading(parts.own.grammar, lambda: parts.live.names if parts.live.up else None)
        self._refused = ""  # the input that Enter did not accept, while it stays as it is
        self._home = os.path.expanduser("~")
        self._history = HistoryFile(parts.history, self._secret)
        self._memory = Memory(self._history.load_history_strings, lambda text: parse(text, parts.own.grammar))
        self._at_hand = AtHand(parts.live, parts.lookups, parts.own.environ, self._reading.line, parts.where)
        parts.own.hand = partial(self._at_hand.hand, HostDisk(parts.where.windows).look)
        self._departures = Departures(lambda: parts.live.names)
        self._departed: list[str] = []  # not told yet
        self._tip = ""  # of the day, until a line has run
        self._doors = Doors(parts.own.beyond.silent)
        self._silent: list[str] = []
        self._prompt = self._make_prompt()

    def run(self) -> int:
        """Until Ctrl-D or ``exit``: the exit code of the last line, or the one that ``exit`` was given."""
        own, live = self._parts.own, self._parts.live
        self._parts.lookups.on_change = self._at_hand.glances.on_change = self._prompt.refresh
        live.on_change = self._doors.on_change = self._changed
        self._prompt.when_painted(self._begin)
        ran = False
        while True:
            try:
                self._tell_departed()
                apart, ran = ran, False
                text = self._prompt.ask(apart=apart)
                if text.strip():
                    ran = True
                    own.code = self._run_line(self._reading.line(text))
                    live.refresh()
            except KeyboardInterrupt:
                continue
            except EOFError:
                return own.code
            except Leave as leave:
                return leave.code

    def _begin(self) -> None:
        self._parts.begin()
        self._memory.begin()
        self._tip = self._parts.tip()
        if self._tip and self._parts.device.manner is not Manner.FULL:
            self._announce([("", self._tip_text())])
        self._prompt.refresh()

    def _tip_text(self) -> str:
        return self._texts.say("tips.today", text=self._texts.say(self._tip))

    def _secret(self, text: str) -> bool:
        return self._reveals(self._reading.line(text))

    def _reveals(self, line: Line) -> bool:
        """``line``, or what an alias or a favourite makes of it, holds one."""
        meant = self._parts.habits.meant(line)
        return reveals(line) or (meant is not line and reveals(meant))

    def _run_line(self, line: Line) -> int:
        self._tip = ""
        if not self._reveals(line):
            self._memory.note(line)
        self._departures.forget(line.text)
        try:
            return self._parts.run(line)
        finally:
            for name in self._parts.own.teller.take_left():
                self._departures.watch(name)
                self._doors.watch(name)

    def _changed(self) -> None:
        """In the thread of the names: what has ended is told at once where the prompt stands, else before the next."""
        self._departed += self._departures.departed()
        self._silent += self._doors.found()
        if self._departed or self._silent:
            soon(self._prompt.app, partial(self._prompt.aside, self._tell_departed))
        self._prompt.refresh()

    def _tell_departed(self) -> None:
        if trouble := self._history.take_trouble():
            words, file = trouble.strerror or str(trouble), str(self._history.path)
            self._parts.own.refuse("prompt.history", file=file, words=words)
        self._departed += self._departures.departed()
        self._silent += self._doors.found()
        while self._departed:
            self._parts.own.tell_departed(self._departed.pop(0))
        while self._silent:
            self._parts.own.tell_silent(self._silent.pop(0))

    def _world(self) -> World:
        return World(
            known=self._parts.live.names,
            files=partial(files, windows=self._parts.where.windows),
            usage=self._memory.usage,
            lookups=self._parts.lookups,
            variables=tuple(os.environ),
            officials=self._memory.officials,
            lessons=self._parts.lessons,
            aliases=self._parts.habits.aliases,
            favourites=self._parts.habits.favourites,
        )

    @property
    def _texts(self) -> Texts:
        return self._parts.own.teller.texts

    def _drawn(self, fragments: Fragments) -> Fragments:
        scene = self._parts.own.teller.scene()
        return [(style, scene.drawn(text)) for style, text in fragments]

    def _make_prompt(self) -> Prompt | PlainPrompt:
        parts = self._parts
        meanings = Meanings(parts.own.grammar, lambda: self._texts, partial(parts_line, parts.habits))
        completer = LineCompleter(self._reading, self._world, meanings.of)
        editing = Editing(
            history=self._history,
            completer=completer,
            lexer=LineLexer(self._reading),
            style=style(parts.theme, parts.own.environ),
            foresee=completer.foresee,
            suggest=Suggest(self._secret),
            vi=parts.vi,
            mishap=parts.mishap,
        )
        keys = bindings(Actions(self._enter, self._help, self._next_level, self._next_language))
        if parts.device.manner is not Manner.FULL:
            return PlainPrompt(self._message, self._listing, editing, keys, parts.device)
        faces = Faces(self._message, self._hint, self._bar, lambda: self._texts.say("prompt.search"), self._unended)
        return Prompt(faces, editing, keys, parts.device)

    # What is shown

    def _message(self, columns: int) -> Fragments:
        return self._drawn(prompt_text(self._parts.context(), current_folder(), self._home, columns))

    def _hint(self, text: str, cursor: int, columns: int) -> Fragments:
        if text and text == self._refused:
            found = refusal_text(self._reading.line(text), self._texts)
        elif self._parts.own.teller.level == Level.OFF.value:
            found = []
        elif self._tip and not text:
            found = [("class:hint", INDENT + self._tip_text())]
        elif alias := self._alias(text, cursor):
            said = self._texts.say("habits.alias.hint", line=concealed(self._parts.habits.aliases[alias]))
            found = [("", INDENT), ("class:hint.word", alias), ("", "  "), ("class:hint", said)]
        else:
            found = hint_text(self._reading, text, cursor, self._texts, self._at_hand.hand(self._at_hand.look))
        return folded(self._drawn(found), columns)

    def _alias(self, text: str, cursor: int) -> str:
        """The alias that the cursor is in, if it is the first word of a command."""
        aliases = self._parts.habits.aliases
        simple = self._reading.glance(text).at(cursor) if aliases else None
        first = simple.words[0] if simple and simple.words else None
        return first.text if first and first.text in aliases and cursor <= first.range.end else ""

    def _unended(self) -> str:
        return "%" if self._parts.own.teller.scene().symbols is Symbols.ASCII else "⏎"

    def _bar(self, columns: int) -> Fragments:
        live = self._parts.live
        state = State(live.up, live.running, self._parts.own.teller.level)
        return self._drawn(bar_text(state, self._texts, columns))

    def _listing(self, found: Sequence[tuple[str, str]]) -> list[str]:
        scene = self._parts.own.teller.scene()
        return [scene.words(row) for row in self._parts.own.pages().candidates(found)]

    # What keys do

    def _enter(self) -> None:
        buffer = self._prompt.buffer
        if not self._reading.complete(buffer.text):
            buffer.cursor_position = len(buffer.text)
            buffer.newline(copy_margin=False)
        elif self._reading.runs(buffer.text):
            self._prompt.accept()
        else:
            self._refused = buffer.text
            self._announce(refusal_text(self._reading.line(buffer.text), self._texts))

    def _help(self) -> None:
        """For the command or the flag that the cursor stands in; the overview where there is none. The input stays."""
        buffer = self._prompt.buffer
        pages = self._parts.own.pages()
        rows = pages.at(self._reading.line(buffer.text), buffer.cursor_position)
        self._prompt.aside(lambda: self._parts.own.write(rows or pages.overview()))

    def _next_level(self) -> None:
        teller = self._parts.own.teller
        teller.level = LEVELS[(LEVELS.index(teller.level) + 1) % len(LEVELS)]
        level = self._texts.say(f"bar.level.{teller.level}")
        self._announce([("", self._texts.say("bar.explained", level=level))])

    def _next_language(self) -> None:
        known = languages()
        self._parts.own.speak(known[(known.index(self._texts.language) + 1) % len(known)])
        self._announce([("", self._texts.say("language.name"))])

    def _announce(self, said: Fragments) -> None:
        self._prompt.announce("".join(text for _, text in self._drawn(said)))


def parts_line(habits: Habits, word: str) -> str:
    """What an alias or a favourite stands for."""
    return concealed(habits.aliases.get(word) or habits.favourites.get(word, ""))
