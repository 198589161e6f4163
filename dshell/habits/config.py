"""The word ``config``: what dshell was told, by whom, and how to tell it something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dshell.habits.store import Store, Value
from dshell.habits.voice import Effects, Voice
from dshell.line.model import OWN
from dshell.settings import KEPT, KEYS, TABLES, TRUTH, BadSetting, Settings, Tables, checked, read_config
from dshell.teach.layout import note

HIDDEN = {"host"}  # its address may hold a password; docker's own variable is the better place for it
DOCKERS = {"host": "DOCKER_HOST", "context": "DOCKER_CONTEXT"}  # docker's own variables: dshell heeds them
GAP = "  "


class Config:
    """``tables``: aliases and favourites as they are now."""

    def __init__(self, voice: Voice, chosen: Settings, store: Store, effects: Effects) -> None:
        self.tables: Mapping[str, Mapping[str, str]] = chosen.tables
        self._voice = voice
        self._values = {key: chosen.text(key) for key in KEPT}
        self._sources = dict(chosen.sources)
        self._store = store
        self._effects = effects

    def do(self, words: Sequence[str]) -> int:
        """``words``: those behind ``config``. The exit code."""
        match list(words):
            case []:
                return self._show()
            case ["edit"]:
                return self._edit()
            case ["set", key, value]:
                return self.put(key, value)
            case ["unset", key]:
                return self.drop(key)
            case [key] if key in KEPT:
                self._voice.write([self._values[key]])
                return 0
            case _:
                return self._voice.refuse("habits.config.usage", keys=", ".join(KEPT))

    def put(self, key: str, value: str) -> int:
        """``key``: one of ``KEPT``, or ``alias.NAME``, ``fav.NAME``."""
        table, dot, name = key.partition(".")
        try:
            if dot and table in TABLES and name:
                if table == "alias" and name in OWN:
                    return self._voice.refuse("habits.config.own", name=name)
                self._change(lambda: self._store.put(name, value, table))
            elif key in KEPT:
                self._change(lambda: self._store.put(key, _typed(key, checked(key, value, key))))
            else:
                return self._voice.refuse("habits.config.usage", keys=", ".join(KEPT))
        except (BadSetting, OSError) as error:
            return self._complain(error)
        if table == "alias":
            return self._voice.tell("habits.alias.kept", name=name, line=value)
        return self._tell_set(key) if key in KEPT else 0

    def drop(self, key: str) -> int:
        table, dot, name = key.partition(".")
        place = (name, table) if dot and table in TABLES else (key, "")
        try:
            there = self._change(lambda: self._store.drop(*place))
        except (BadSetting, OSError) as error:
            return self._complain(error)
        return 0 if there else self._voice.refuse("habits.config.absent", name=key)

    def _change(self, change: Callable[[], bool | None]) -> bool | None:
        """Then the file is read again, as the next start will."""
        done = change()
        kept, tables = read_config(str(self._store.path))
        self._take(kept, tables)
        return done

    def _take(self, kept: Mapping[str, str], tables: Tables) -> None:
        self.tables = tables
        for key in KEPT:
            if self._sources.get(key, "config") != "config":
                continue  # an option or a variable beats the file
            if key in kept and kept[key] != self._values[key]:
                if key == "lang":
                    self._effects.speak(kept[key])
                elif key == "explain":
                    self._effects.tell(kept[key])
            if key in kept:
                self._values[key], self._sources[key] = kept[key], "config"
            elif self._sources.pop(key, ""):
                self._values[key] = Settings().text(key)

    def _tell_set(self, key: str) -> int:
        source = self._sources.get(key, "")
        if source != "config":
            return self._voice.tell(f"habits.config.beaten.{source}", variable=KEYS[key].variable)
        when = "now" if key in {"lang", "explain"} else "next"
        return self._voice.tell(f"habits.config.{when}", name=key, value=self._values[key])

    def _show(self) -> int:
        scene = self._voice.scene()
        rows = [(key, "***" if key in HIDDEN and self._values[key] else self._values[key]) for key in KEPT]
        widths = max(map(len, KEPT)), min(max(len(value) for _, value in rows), scene.width // 2)
        shown = []
        for key, value in rows:
            source, variable = self._sources.get(key, "default"), KEYS[key].variable
            if source == "default" and self._effects.environ.get(DOCKERS.get(key, "")):
                source, variable = "environment", DOCKERS[key]
            text = scene.say(f"habits.config.source.{source}", variable=variable)
            shown.append(f"   {key.ljust(widths[0])}{GAP}{scene.words(value or '-').ljust(widths[1])}{GAP}{text}")
        counts = [(table, len(self.tables.get(table, {}))) for table in TABLES]
        for table, count in counts:
            if count:
                names = ", ".join(self.tables[table])
                shown.append(f"   {table.ljust(widths[0])}{GAP}{scene.words(names)}")
        self._voice.write([*shown, "", *note(scene, scene.say("habits.config.file", file=str(self._store.path)))])
        return 0

    def _edit(self) -> int:
        path = self._store.path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError as error:
            return self._complain(error)
        code = self._effects.run(f'!{_editor(self._effects.environ)} "{path}"')
        try:
            self._take(*read_config(str(path)))
        except BadSetting as bad:
            return self._complain(bad)
        return code

    def _complain(self, error: BadSetting | OSError) -> int:
        if isinstance(error, OSError):
            words = error.strerror or str(error)
            return self._voice.refuse("habits.config.unwritten", file=str(self._store.path), words=words)
        choices = ", ".join(error.choices)
        return self._voice.refuse(f"app.bad.{error.key}", place=error.place, value=error.value, choices=choices)


def _editor(environ: Mapping[str, str]) -> str:
    """As git and crontab choose it."""
    fallback = "notepad" if environ.get("OS") == "Windows_NT" else "vi"
    return environ.get("VISUAL") or environ.get("EDITOR") or fallback


def _typed(key: str, value: str) -> Value:
    """As a person would write it in the file."""
    option = KEYS[key]
    if option.choices == TRUTH:
        return value == "yes"
    return [part for part in value.split(",") if part] if option.many else value
