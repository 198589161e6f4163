"""Colours of the prompt, and which word of a Line gets which.

Without a theme only the sixteen colours that a person's terminal defines, and of them only those that can be read on a
light and on a dark background. The light and the dark theme know the background, so their colours are their own, of
the 256 that most terminals share. What matters most is bold, underline and reverse too, which stay where colours are
not wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.styles import Style

from dshell.grammar.model import Kind
from dshell.line.model import Expansion, FlagUse, Line, Problem, Range, Role, Simple
from dshell.shell.reading import Reading

BOTH = {
    "accent": "ansigreen",
    "flag": "ansicyan",
    "value": "ansimagenta",
    "name": "ansigreen",
    "path": "ansimagenta bold",
    "own": "ansiblue",
    "problem": "ansired",
    "host": "",
    "faint": "ansibrightblack",
}
LIGHT = {
    "accent": "#005f00",
    "flag": "#005f87",
    "value": "#87005f",
    "name": "#005faf",
    "path": "#875f00",
    "own": "#5f00af",
    "problem": "#af0000",
    "host": "#4e4e4e",
    "faint": "#626262",
}
DARK = {
    "accent": "#87d787",
    "flag": "#5fd7ff",
    "value": "#ffafd7",
    "name": "#87afff",
    "path": "#ffd75f",
    "own": "#d7afff",
    "problem": "#ff8787",
    "host": "#bcbcbc",
    "faint": "#9e9e9e",
}
NONE = dict.fromkeys(BOTH, "")
PALETTES = {"light": LIGHT, "dark": DARK, "none": NONE}

LIGHT_BACKGROUNDS = {"7", "15"}  # of the sixteen colours: white and bright white

RULES = {
    "context": "{flag}",
    "folder": "bold",
    "arrow": "{accent} bold",
    "prefix": "{accent}",
    "program": "{accent}",
    "command": "{accent} bold",
    "flag": "{flag}",
    "value": "{value}",
    "name": "{name}",
    "path": "{path}",
    "argument": "",
    "inside": "italic",
    "end": "{flag}",
    "own": "{own} bold",
    "host": "{host}",
    "operator": "bold",
    "expansion": "{value} bold",
    "problem": "{problem} underline",
    "hint": "",
    "hint.word": "bold",
    "hint.problem": "{problem}",
    "auto-suggestion": "{faint}",
    "bar": "reverse",
    "bar.down": "reverse bold",
    "bar.key": "reverse bold",
    "nbsp": "nounderline ansidefault",  # French has one before : ; ! ? and prompt_toolkit would point at each
    "completion-menu": "noinherit reverse",
    "completion-menu.completion": "noinherit reverse",
    "completion-menu.completion.current": "noinherit bold",
    "completion-menu.meta.completion": "noinherit reverse",
    "completion-menu.meta.completion.current": "noinherit bold",
}

NAMES = {
    Kind.CONTAINER, Kind.RUNNING, Kind.STOPPED, Kind.OBJECT, Kind.IMAGE, Kind.LOCAL_IMAGE, Kind.REMOTE_IMAGE,
    Kind.NEW_IMAGE, Kind.NEW_NAME, Kind.VOLUME, Kind.NETWORK, Kind.NETWORK_MODE, Kind.CONTEXT, Kind.LINK,
    Kind.VOLUMES_FROM, Kind.COMPOSE_SERVICE, Kind.COMPOSE_PROJECT, Kind.COMPOSE_PROFILE, Kind.SERVICE, Kind.NODE,
    Kind.STACK, Kind.TASK, Kind.SECRET, Kind.CONFIG, Kind.BUILDER,
}  # fmt: skip
PATHS = {
    Kind.HOST_PATH, Kind.HOST_FOLDER, Kind.COMPOSE_FILE, Kind.BUILD_FOLDER, Kind.CONTAINER_PATH, Kind.COPY_PATH,
    Kind.BIND, Kind.MOUNT, Kind.TMPFS, Kind.HOST_FIELDS, Kind.NAMED_PATH, Kind.COMPOSE_ITEM,
}  # fmt: skip


def style(theme: str, environ: Mapping[str, str]) -> Style:
    """``theme``: "light", "dark", "none", or "auto": by COLORFGBG, which some terminals set (``15;0``, ground last)."""
    ground = environ.get("COLORFGBG", "").rpartition(";")[2]
    if theme == "auto" and ground.isdigit():
        theme = "light" if ground in LIGHT_BACKGROUNDS else "dark"
    palette = PALETTES.get(theme, BOTH)
    return Style.from_dict({name: rule.format_map(palette).strip() for name, rule in RULES.items()})


class LineLexer(Lexer):
    """Colours the input from the parse that everybody shares."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        text = document.text
        styles = [""] * len(text)
        for spot, style in self._marks(text):
            styles[spot.start : spot.end] = [style] * (spot.end - spot.start)
        starts = [0]
        for row in document.lines:
            starts.append(starts[-1] + len(row) + 1)

        def row_of(number: int) -> StyleAndTextTuples:
            if number >= len(document.lines):
                return []
            start = starts[number]
            return runs(document.lines[number], styles[start : start + len(document.lines[number])])

        return row_of

    def _marks(self, text: str) -> list[tuple[Range, str]]:
        line = self._reading.glance(text)
        found = marks(line, self._reading.problems(text))
        for start, inner in explained(line):
            moved = marks(self._reading.line(inner), ())
            found += [(Range(spot.start + start, spot.end + start), style) for spot, style in moved]
        return found


def marks(line: Line, problems: Iterable[Problem]) -> list[tuple[Range, str]]:
    """Which characters get which style class; later ones win."""
    found = []
    for command in line.commands:
        for word in command.words:
            by_kind = sort_of(word.kind) if word.role in (Role.ARGUMENT, Role.VALUE) else ""
            found.append((word.range, f"class:{by_kind or word.role.value}"))
        found += [(use.value_range, f"class:{_of_value(use)}") for use in _uses(command) if use.value_range]
        for word in command.words:
            if word.role is not Role.HOST:
                made = [piece for piece in word.pieces if piece.expansion is not Expansion.NONE]
                found += [(piece.range, "class:expansion") for piece in made]
    return found + [(problem.range, "class:problem") for problem in problems]


def explained(line: Line) -> list[tuple[int, str]]:
    """Where lines stand behind ``explain``, and their texts."""
    words = [command.words for command in line.commands if command.words and command.words[0].role is Role.OWN]
    return [(own[1].range.start, own[1].text) for own in words if own[0].text == "explain" and len(own) > 1]


def sort_of(kind: Kind) -> str:
    """The style of what lives on the daemon, of files and folders, or "" for any other value."""
    return "name" if kind in NAMES else "path" if kind in PATHS else ""


def _of_value(use: FlagUse) -> str:
    """Also of a value in the word of its flag: ``--name=web``, ``-p80:80``."""
    return (sort_of(use.flag.kind) if use.flag else "") or "value"


def _uses(command: Simple) -> tuple[FlagUse, ...]:
    return (*command.before, *command.flags)


def runs(text: str, styles: list[str]) -> StyleAndTextTuples:
    """Characters of one style in a row, joined."""
    found: StyleAndTextTuples = []
    start = 0
    for index in range(1, len(text) + 1):
        if index == len(text) or styles[index] != styles[start]:
            found.append((styles[start], text[start:index]))
            start = index
    return found
