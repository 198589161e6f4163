"""Rows of several logs as they stand on a screen: whose, wrapped, what was searched for made to stand out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from dshell.disarm import visible
from dshell.pattern import pattern
from dshell.shell.widths import get_cwidth
from dshell.teach.layout import Scene
from dshell.wire import ESCAPES

# Colours that read on light and on dark, told apart by those who see no red or green: cyan, yellow, magenta, blue, …
COLOURS = ("36", "33", "35", "34", "32", "96", "95", "94")
ERRORS = "31"
COLOUR = pattern(r"\x1b\[[0-9;:]*m")
FOUND, PLAIN = "\x1b[7m", "\x1b[27m"
SHARE = 3  # of the columns, names take at most one part
NARROWEST = 20  # columns of a text, whatever the width
TAB = 8


class Rows:
    """``live``: the terminal obeys escape sequences; without, rows are never wrapped and matches marked by a star."""

    def __init__(self, names: Sequence[str], *, live: bool) -> None:
        self._names = [visible(name) for name in names]
        self._live = live

    def row(self, scene: Scene, source: int, channel: int, text: str, found: re.Pattern[str] | None) -> list[str]:
        """``channel`` 2: of standard error. ``found``: what to mark in it."""
        text = text.rpartition("\r")[2].expandtabs(TAB)
        hit = bool(found and found.search(bare(text)))
        name, mark = self._name(scene, source), "!" if channel == 2 else "|"
        if not self._live:
            return [f"{'* ' if hit else ''}{name} {mark} {bare(text)}"]
        if hit and found is not None:
            text = found.sub(lambda match: f"{FOUND}{match[0]}{PLAIN}", bare(text))
        elif not scene.color:
            text = bare(text)
        else:
            text = "".join(part if COLOUR.fullmatch(part) else visible(part) for part in parts(text))
        head = f"{name} {mark} "
        room = max(scene.width - get_cwidth(head) - 1, NARROWEST)
        left = self._tinted(scene, source, name) + f" {self._marked(scene, mark)} "
        below = " " * (get_cwidth(name) + 1) + f"{self._marked(scene, mark)} "
        return [(below if number else left) + row for number, row in enumerate(wrapped(text, room))]

    def told(self, scene: Scene, source: int, text: str) -> str:
        """What happened to a container, in its place."""
        name = self._name(scene, source)
        return f"{self._tinted(scene, source, name)} {scene.drawn('·')} {text}"

    def _name(self, scene: Scene, source: int) -> str:
        """All of one width; a long one loses its end."""
        most = max(scene.width // SHARE, 8)
        width = min(max(map(len, self._names)), most)
        name = self._names[source]
        return name.ljust(width) if len(name) <= width else name[: width - 1] + scene.drawn("…")[:1]

    def _tinted(self, scene: Scene, source: int, name: str) -> str:
        return f"\x1b[{COLOURS[source % len(COLOURS)]}m{name}\x1b[0m" if scene.color and self._live else name

    def _marked(self, scene: Scene, mark: str) -> str:
        return f"\x1b[{ERRORS}m{mark}\x1b[0m" if scene.color and mark == "!" else mark


def bare(text: str) -> str:
    """Without escape sequences, other controls spelled out."""
    return visible(ESCAPES.sub("", text))


def parts(text: str) -> Iterator[str]:
    """Colours by themselves, text between them; other sequences, which move or clear, are left out."""
    at = 0
    for match in ESCAPES.finditer(text):
        if match.start() > at:
            yield text[at : match.start()]
        if COLOUR.fullmatch(match[0]):
            yield match[0]
        at = match.end()
    if at < len(text):
        yield text[at:]


def wrapped(text: str, room: int) -> list[str]:
    """Rows of at most ``room`` columns, parted between words where that is possible; each ends its colours."""
    rows, row, width, colour = list[str](), "", 0, ""
    for part in parts(text):
        if COLOUR.fullmatch(part):
            colour = "" if part in {"\x1b[0m", "\x1b[m", PLAIN} else part
            row += part
            continue
        for word in re.findall(r"\s+|\S+", part):
            for piece in pieces(word, room):
                size = get_cwidth(piece)
                if width + size > room:
                    rows.append(row + ("\x1b[0m" if colour else ""))
                    row, width = colour, 0
                    if piece.isspace():
                        continue
                row += piece
                width += size
    rows.append(row + ("\x1b[0m" if "\x1b" in row else ""))
    return rows


def pieces(word: str, room: int) -> Iterator[str]:
    """A word longer than a row, cut."""
    piece, width = "", 0
    for letter in word:
        size = get_cwidth(letter)
        if width + size > room:
            yield piece
            piece, width = "", 0
        piece += letter
        width += size
    if piece:
        yield piece
