"""The word ``notes``: the lines of this session with what came of them, as a page, a script or a compose file.

They are kept in memory and go into a file only when the person asks for one; a line that begins with a space is not
noted, as it is not remembered. What a secret is, ``line.secrets`` knows: on no page is there one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from dshell.disarm import visible
from dshell.events import Event, LayerProgress
from dshell.foreseen import Instead
from dshell.line.expand import Surroundings, settle
from dshell.line.host import bash_text
from dshell.line.model import Line, Simple, Target
from dshell.line.parse import parse
from dshell.line.secrets import SECRET_NAME, masked, reveals, secrets
from dshell.run.compose_file import written
from dshell.run.line import call_of
from dshell.run.remake.composing import compose
from dshell.run.remake.inverse import Recipe
from dshell.shell.builtins import OwnWords
from dshell.teach.explain import explain, labels
from dshell.teach.layout import Level, Scene, lines, note
from dshell.teach.narrate import narrate, numbered
from dshell.teach.notes_page import Noted, dedented, html, markdown, script
from dshell.terminal.base import STDERR

MOST = 1000  # lines of a session that are noted; of one, as many events
WIDTH = 92  # columns of what is told on a page
KEEPS = {"cd"}  # dshell's own words that a script needs
FORMATS = {"--html": "html", "--script": "script", "--compose": "compose", "--markdown": "markdown"}
ENDINGS = {".html": "html", ".htm": "html", ".sh": "script", ".yaml": "compose", ".yml": "compose"}
MAKES = {("container", "run"), ("container", "create")}
REMOVES = {("container", "rm")}


@dataclass
class Entry:
    """One line. ``code``: None while it runs. ``text``: what was done, where something else was typed: an alias, a
    favourite, a line that would have failed.
    """

    text: str
    began: datetime
    code: int | None = None
    events: list[Event] = field(default_factory=list)
    comment: str = ""
    struck: bool = False


class Notebook:
    """``own``: the voice, when there is something to say."""

    def __init__(self, own: Callable[[], OwnWords], now: Callable[[], datetime] = datetime.now) -> None:
        self._own = own
        self._now = now
        self._entries: list[Entry] = []
        self._open: Entry | None = None
        self._files: set[Path] = set()  # written by this session: they may be written again

    def begin(self, text: str) -> None:
        if text.strip() and not text.startswith(" ") and len(self._entries) < MOST:
            self._open = Entry(text.strip(), self._now())

    def stands_for(self, text: str) -> None:
        """The open line is a favourite: this is what it does."""
        if self._open is not None:
            self._open.text = text

    def hear(self, event: Event) -> None:
        if self._open is None or isinstance(event, LayerProgress):
            return
        if isinstance(event, Instead):
            self._open.text = self._open.text.replace(event.line, event.chosen, 1)
        elif len(self._open.events) < MOST:
            self._open.events.append(event)

    def end(self, code: int) -> None:
        """The line has run. dshell's own words are no part of the notes."""
        entry, self._open = self._open, None
        if entry is not None and not self._is_word(entry.text):
            entry.code = code
            self._entries.append(entry)

    def do(self, words: Sequence[str]) -> int:
        """``words``: those behind ``notes``; of a comment one, as it was typed. The exit code."""
        match list(words):
            case [text] if text.startswith("comment "):
                _, number, *rest = text.split(None, 2)
                return self._comment(number, "".join(rest))
            case ["strike", *numbers] if numbers:
                return self._strike(numbers)
            case ["list"]:
                return self._list()
            case [option, *rest] if option in FORMATS and len(rest) < 2:
                return self._write(FORMATS[option], "".join(rest))
            case []:
                return self._write("markdown", "")
            case [file] if not file.startswith("-"):
                return self._write(ENDINGS.get(Path(file).suffix.lower(), "markdown"), file)
            case _:
                return self._own().refuse("sheet.usage")

    # What is changed

    def _entry(self, number: str) -> Entry | None:
        return next((entry for n, entry in enumerate(self._entries, 1) if str(n) == number), None)

    def _comment(self, number: str, text: str) -> int:
        entry = self._entry(number)
        if entry is None:
            return self._own().refuse("sheet.no-line", number=number)
        entry.comment = unquoted(text.strip())
        return self._tell("sheet.commented" if entry.comment else "sheet.bare", number=number)

    def _strike(self, numbers: Sequence[str]) -> int:
        for number in numbers:
            entry = self._entry(number)
            if entry is None:
                return self._own().refuse("sheet.no-line", number=number)
            entry.struck = not entry.struck
            self._tell("sheet.struck" if entry.struck else "sheet.back", number=number)
        return 0

    def _list(self) -> int:
        """Each line with its number, to strike it or to comment it."""
        own = self._own()
        rows, hidden = [], self._hidden()
        for number, entry in enumerate(self._entries, 1):
            said = own.teller.texts.say("sheet.marked") if entry.struck else entry.comment
            rows.append((f"{number}  {_without(masked(self._line(entry)), hidden)}", said))
        own.write(lines(own.teller.scene(), rows) if rows else [])
        return 0 if rows else own.refuse("sheet.empty")

    # What is written

    def _write(self, kind: str, file: str) -> int:
        own = self._own()
        texts, day = own.teller.texts, self._now().strftime("%Y-%m-%d %H:%M")
        if not any(not entry.struck for entry in self._entries):
            return own.refuse("sheet.empty")
        if kind == "compose":
            made = self._composed()
            if not made:
                return own.refuse("sheet.no-services")
            content = made
        else:
            content = {"markdown": markdown, "html": html, "script": script}[kind](list(self._noted()), day, texts)
        if not file:
            rows = content.splitlines()
            own.write([visible(row) for row in rows] if own.terminal.shown.stdout else rows)
            return 0
        return self._keep(Path(os.path.expanduser(file)), content, runs=kind == "script")

    def _keep(self, path: Path, content: str, *, runs: bool) -> int:
        """A file of somebody else is not written over."""
        try:
            path = path.absolute()
            with path.open("w" if path in self._files else "x", encoding="utf-8", newline="\n") as file:
                file.write(content)
            if runs:
                path.chmod(path.stat().st_mode | 0o100)
        except FileExistsError:
            return self._own().refuse("sheet.there", file=str(path))
        except OSError as error:
            return self._own().refuse("sheet.unwritten", file=str(path), words=error.strerror or str(error))
        self._files.add(path)
        return self._tell("sheet.kept", file=str(path))

    def _noted(self) -> Iterator[Noted]:
        """Every line that was not struck, secrets masked: also where one was printed again."""
        own = self._own()
        hidden = self._hidden()
        for number, entry in enumerate(self._entries, 1):
            if entry.struck:
                continue
            typed = self._line(entry)
            text = _without(masked(typed), hidden)
            line = parse(text, own.grammar)
            said = explain(line, own.teller.texts) if _is_docker(line) else []
            words = labels(line, [spot for spot, _ in said])
            told = dedented(self._told(entry))
            yield Noted(
                number,
                text,
                bash_text(text, own.grammar),
                entry.code or 0,
                _without(entry.comment, hidden),
                tuple(
                    (" ".join(word.split()), _without(text, hidden))
                    for word, (_, text) in zip(words, said, strict=True)
                ),
                tuple(_without(row, hidden) for row in told),
                text != typed.text or reveals(typed),
            )

    def _hidden(self) -> list[str]:
        return [each for entry in self._entries for each in secrets(self._line(entry))]

    def _told(self, entry: Entry) -> list[str]:
        """What was told of it, in full and in the language that is spoken now."""
        scene = Scene(self._own().teller.texts, Level.FULL, width=WIDTH)
        rows: list[str] = []
        for event in self._own().teller.veil.over(tuple(entry.events)):
            text = narrate(event, scene)
            scene = replace_step(scene, numbered(event)) if text else scene
            rows += text.split("\n") if text else []
        return rows

    def _composed(self) -> str:
        """Of the run lines that worked and whose containers were meant to stay: named or detached, not deleted."""
        recipes: dict[str, Recipe] = {}
        grammar = self._own().grammar
        for entry in self._entries:
            if entry.code or entry.struck:
                continue
            for simple in self._line(entry).commands:
                if simple.command is None or simple.target is not Target.DOCKER or simple.plumbing:
                    continue
                if simple.command.path in REMOVES:
                    for word in simple.arguments:
                        recipes.pop(word.text, None)
                elif simple.command.path in MAKES and (made := _recipe(simple, len(recipes), self._own().environ)):
                    recipes[made.name] = made
        run, _ = grammar.find(["run"])
        if not recipes or run is None:
            return ""
        composed = compose(recipes.values(), run.flags)
        file = dict(composed.file)
        for part in {"networks", "volumes"} & file.keys():  # they were made by hand: compose makes them
            file[part] = {name: {"name": name} for name in file[part]}
        for setting in composed.left:
            own = self._own()
            flag = f"--{setting.name}"
            own.write(note(own.teller.scene(), own.teller.scene().say("sheet.left", flag=flag)), STDERR)
        return _without(written(file), self._hidden())

    def _line(self, entry: Entry) -> Line:
        return parse(entry.text, self._own().grammar)

    def _is_word(self, text: str) -> bool:
        commands = parse(text, self._own().grammar).commands
        return all(each.target is Target.OWN and each.words[0].text not in KEEPS for each in commands)

    def _tell(self, key: str, **slots: object) -> int:
        own = self._own()
        scene = own.teller.scene()
        own.write(note(scene, scene.say(key, **slots)))
        return 0


def unquoted(text: str) -> str:
    """Without the quotes around all of it, which nobody needs here."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def replace_step(scene: Scene, counts: bool) -> Scene:
    return scene._replace(step=scene.step + counts)


def _is_docker(line: Line) -> bool:
    return any(simple.target is Target.DOCKER for simple in line.commands)


def _without(text: str, hidden: Sequence[str]) -> str:
    for secret in hidden:
        text = text.replace(secret, "***")
    return text


def _recipe(simple: Simple, number: int, environ: Mapping[str, str]) -> Recipe | None:
    """None for a container that was not meant to stay. A variable with a secret is left to the person's environment.

    A folder stays beside the file: ``$PWD`` is a dot there.
    """
    open_ones = {name: value for name, value in environ.items() if not SECRET_NAME.search(name)}
    call = call_of(simple, settle(simple, Surroundings(open_ones, ".", "~", lambda _: "")))
    given = {setting.name: setting.value for setting in call.settings}
    lasting = "name" in given or (given.get("detach") == "true")
    if not call.arguments or not lasting or given.get("rm") == "true":
        return None
    name = (
        given.get("name") or f"{call.arguments[0].rpartition('/')[2].partition(':')[0]}{number + 1 if number else ''}"
    )
    settings = tuple(
        setting._replace(value=setting.value.partition("=")[0])
        if setting.name == "env" and SECRET_NAME.search(setting.value.partition("=")[0])
        else setting
        for setting in call.settings
    )
    return Recipe(name, settings, call.arguments[0], (*call.arguments[1:], *call.inside))
