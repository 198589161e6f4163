"""What a session keeps for its person: habits and notes. Wires them to the voice, so that ``app`` need not."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from dshell import settings
from dshell.errors import INTERRUPTED
from dshell.events import Event
from dshell.grammar.load import Grammar
from dshell.habits.habits import Habits
from dshell.habits.voice import Effects, Voice
from dshell.line.model import Line
from dshell.settings import Settings

if TYPE_CHECKING:
    from dshell.shell.builtins import OwnWords
    from dshell.shell.notebook import Notebook
    from dshell.teach.layout import Scene


class Keeping:
    """``own``: the voice, when there is something to say. ``run``: does a line; its exit code."""

    def __init__(
        self, own: Callable[[], OwnWords], chosen: Settings, grammar: Grammar, run: Callable[[str], int]
    ) -> None:
        self._own = own
        self._run = run
        self._noting = False
        effects = Effects(self._speak, self._tell_as, self._run_kept, os.environ)
        voice = Voice(self._scene, self._write)
        self.habits = Habits(voice, chosen, grammar, settings.config_file(), effects)

    @property
    def words(self) -> Mapping[str, Callable[[Sequence[str]], int]]:
        """dshell's own words that are done here."""
        return {**self.habits.words, "notes": self._do_notes}

    def hear(self, event: Event) -> None:
        """What happens while a line runs is noted with it."""
        if self._noting:
            self._notebook.hear(event)

    def around(self, line: Line, do: Callable[[Line], int]) -> int:
        """``do`` of a line that was typed: what an alias stands for is told, for it is what runs, and noted."""
        made = self.habits.expand(line)
        own = self._own()
        if made is not line and own.teller.level != "off":
            own.tell_instead(made.text)
        self._notebook.begin(made.text)
        self._noting, code = True, INTERRUPTED  # of a line that does not come to its end
        try:
            code = do(made)
        finally:
            self._noting = False
            self._notebook.end(code)
        return code

    @cached_property
    def _notebook(self) -> Notebook:
        from dshell.shell.notebook import Notebook  # noqa: PLC0415 - where lines are typed, and only there

        return Notebook(self._own)

    def _do_notes(self, words: Sequence[str]) -> int:
        return self._notebook.do(words)

    def _run_kept(self, text: str) -> int:
        """A favourite: its line is what is noted."""
        if self._noting:
            self._notebook.stands_for(text)
        return self._run(text)

    def _scene(self) -> Scene:
        return self._own().teller.scene()

    def _write(self, rows: Sequence[str], channel: int) -> None:
        self._own().write(rows, channel)

    def _speak(self, language: str) -> None:
        self._own().speak(language)

    def _tell_as(self, level: str) -> None:
        self._own().teller.level = level
