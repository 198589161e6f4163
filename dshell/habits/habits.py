"""Settings, aliases and favourites of a session, in one place for ``app``. The file is only opened when asked."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from dshell.grammar.load import Grammar
from dshell.habits.voice import Effects, Voice
from dshell.line.model import Line
from dshell.settings import Settings

if TYPE_CHECKING:
    from dshell.habits.config import Config
    from dshell.habits.favourites import Favourites


class Habits:
    """``file``: the config file."""

    def __init__(self, voice: Voice, chosen: Settings, grammar: Grammar, file: str, effects: Effects) -> None:
        self._voice = voice
        self._chosen = chosen
        self._grammar = grammar
        self._file = file
        self._effects = effects

    @property
    def aliases(self) -> Mapping[str, str]:
        return self._tables.get("alias", {})

    @property
    def favourites(self) -> Mapping[str, str]:
        return self._tables.get("fav", {})

    @property
    def words(self) -> Mapping[str, Callable[[Sequence[str]], int]]:
        return {"config": self._do_config, "fav": self._do_fav}

    def _do_config(self, words: Sequence[str]) -> int:
        return self._config.do(words)

    def _do_fav(self, words: Sequence[str]) -> int:
        return self._favourites.do(words)

    def expand(self, line: Line) -> Line:
        """``line`` without aliases; itself when it has none."""
        if not self.aliases:
            return line
        from dshell.habits.aliases import expanded  # noqa: PLC0415 - for who has some

        return expanded(line, self.aliases, self._grammar)

    def meant(self, line: Line) -> Line:
        """What ``line`` comes to: its aliases made, and the favourite that it does."""
        line = self.expand(line)
        first = line.commands[0].words if line.commands else ()
        if not self.favourites or not first or first[0].text != "fav":
            return line
        from dshell.habits.favourites import meant  # noqa: PLC0415 - for who has some
        from dshell.line.parse import parse  # noqa: PLC0415 - as above

        return parse(meant([word.text for word in first[1:]], self.favourites), self._grammar)

    @property
    def _tables(self) -> Mapping[str, Mapping[str, str]]:
        made: Config | None = self.__dict__.get("_config")
        return made.tables if made is not None else self._chosen.tables

    @cached_property
    def _config(self) -> "Config":
        from dshell.habits.config import Config  # noqa: PLC0415 - tomlkit: 28 ms, for who changes or reads settings
        from dshell.habits.store import Store  # noqa: PLC0415

        return Config(self._voice, self._chosen, Store(self._file), self._effects)

    @cached_property
    def _favourites(self) -> "Favourites":
        from dshell.habits.favourites import Favourites  # noqa: PLC0415 - as above

        return Favourites(
            self._voice,
            lambda: self.favourites,
            lambda name, line: self._config.put(f"fav.{name}", line),
            lambda name: self._config.drop(f"fav.{name}"),
            self._effects.run,
        )
