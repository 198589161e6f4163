"""How what is told stands on the screen: steps, results, notes and lines to run next, wrapped to a width.

A ``Scene`` says for whom: language, level, symbols, colour, columns. Words from outside (names, the daemon's text) come
into a sentence only through ``Scene.say`` and ``Scene.words``, and lines to run through ``lines``: all of them disarm,
and mask what is a secret by its looks. Nothing here knows an event.
"""

from collections.abc import Iterable, Sequence
from enum import Enum
from textwrap import wrap

from dshell.disarm import visible
from dshell.line.secrets import concealed
from dshell.line.split import join
from dshell.pattern import pattern
from dshell.record import Record
from dshell.teach.texts import Texts


class Level(Enum):
    """How much is told."""

    OFF = "off"
    BRIEF = "brief"  # the numbered steps and the last lines
    FULL = "full"  # and why


class Symbols(Enum):
    UNICODE = "unicode"
    ASCII = "ascii"


class Tint(Enum):
    """Colours that read on light and on dark backgrounds alike: none of the pale ones, no grey."""

    PLACE = "36"
    LINE = "1"
    GOOD = "32"
    BAD = "31"


MARGIN = "   "
PLACES = 18  # columns of "dshell → daemon" and its like
ROOMY = 70  # below this many columns the place stands before its text, not beside it
NARROWEST = 20  # columns that a text gets whatever the width
LONGEST = 40  # columns of a command inside a sentence
LINES = 36  # columns of a line to run, before its meaning

SIGNS = {"→": "->", "·": "-", "…": "...", "▸": ">", "◂": "<", "━": "-", "✔": "ok", "✘": "!!", "«": '"', "»": '"'}
LINES_OF_PICTURES = {"─": "-", "│": "|", "├": "+", "└": "+", "┬": "+", "┤": "+", "●": "*", "○": "o", "◐": "="}
ASCII = str.maketrans(SIGNS | LINES_OF_PICTURES)


# Letters that take two columns: East Asian Wide and Fullwidth of Unicode's UAX 11, by their blocks, and emoji.
WIDE = pattern(
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60"
    "\uffe0-\uffe6\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001f9ff\U00020000-\U0003fffd]"
)
SECOND = "\ue000"  # stands for the second column of a letter while rows are measured; means nothing in any text


class Scene(Record):
    """For whom something is told. ``width``: columns; ``step``: number of the next step."""

    texts: Texts
    level: Level = Level.FULL
    symbols: Symbols = Symbols.UNICODE
    color: bool = False
    width: int = 80
    step: int = 1

    @property
    def full(self) -> bool:
        return self.level is Level.FULL

    @property
    def roomy(self) -> bool:
        """There is room for the place of a step beside its text."""
        return self.width >= ROOMY

    @property
    def text_column(self) -> int:
        """Where the text of a step begins, its place being named."""
        return len(f"{MARGIN}{self.step} ") + (PLACES if self.roomy else 0)

    def say(self, key: str, **slots: object) -> str:
        """``Texts.say`` with every word from outside disarmed."""
        safe = {name: fit(value) if isinstance(value, str) else value for name, value in slots.items()}
        return self.drawn(self.texts.say(key, **safe))

    def words(self, text: str) -> str:
        """A text that comes whole from outside, disarmed."""
        return self.drawn(fit(text))

    def drawn(self, text: str) -> str:
        """``text`` with the symbols that this terminal can show."""
        return text.translate(ASCII) if self.symbols is Symbols.ASCII else text

    def tinted(self, text: str, tint: Tint) -> str:
        return f"\x1b[{tint.value}m{text}\x1b[0m" if self.color and text else text


def fit(text: str) -> str:
    """A text from elsewhere, fit to be shown: disarmed, and without what nobody else should read."""
    return visible(concealed(text))


def runnable(*words: str) -> str:
    """``words`` as a line that dshell reads back as the same words."""
    return visible(join(words))


def shortened(command: Sequence[str]) -> str:
    """A command as one line, cut where it grows longer than a sentence can bear."""
    line = runnable(*command)
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def wrapped(scene: Scene, text: str, indent: int) -> list[str]:
    """Rows of ``text``, each with ``indent`` columns before it. Words that are too long are left whole."""
    width = max(scene.width - 1 - indent, NARROWEST)
    rows = wrap(measured(text), width, break_long_words=False, break_on_hyphens=False)
    return [" " * indent + row.replace(SECOND, "") for row in rows]


def measured(text: str) -> str:
    """``text`` with as many characters as it takes columns, for those who count; SECOND is to be taken out again."""
    return text if text.isascii() else WIDE.sub(rf"\g<0>{SECOND}", text)


def columns(text: str) -> int:
    return len(measured(text))


def step(scene: Scene, place: str, *texts: str) -> list[str]:
    """A numbered step: where it happens (key under ``narration.place``, or ""), what, and what there is to add."""
    number = f"{scene.step} "
    there = scene.say(f"narration.place.{place}") if place else ""
    beside = scene.roomy and place
    if there and not beside:
        texts = (scene.say("narration.place.before", place=there, text=texts[0]), *texts[1:])
    head = number + there.ljust(PLACES) if beside else number
    rows = [row for text in texts for row in wrapped(scene, text, len(MARGIN + head))]
    return behind(MARGIN + scene.tinted(head, Tint.PLACE), rows)


def result(scene: Scene, text: str, *, good: bool = True) -> list[str]:
    """A line that begins with ✔ or ✘."""
    mark = scene.drawn("✔" if good else "✘") + " "
    tint = Tint.GOOD if good else Tint.BAD
    return behind(MARGIN + scene.tinted(mark, tint), wrapped(scene, text, len(MARGIN + mark)))


def note(scene: Scene, text: str) -> list[str]:
    return wrapped(scene, text, len(MARGIN))


def remark(scene: Scene, text: str, sign: str = "·") -> list[str]:
    """A note behind a sign, the rows below it indented as the first."""
    head = MARGIN + scene.drawn(sign) + " "
    return behind(head, wrapped(scene, text, len(head)))


def lines(scene: Scene, entries: Iterable[tuple[str, str]], label: str = "") -> list[str]:
    """Lines that run as they stand, each with its meaning beside it, or below it where there is no room.

    A line itself is never wrapped: it can be copied whole. A meaning that does not fit beside it where the others stand
    comes right behind it, if that does.
    """
    entries = [(fit(line), meaning) for line, meaning in entries]
    start = len(MARGIN) + 2 + (len(label) + 2 if label else 0)
    left = max((columns(line) for line, _ in entries if columns(line) <= LINES), default=0) + 3
    rows: list[str] = []
    for line, meaning in entries:
        head = label if label and not rows else ""
        before = " " * (len(MARGIN) + 2) + scene.tinted(head, Tint.PLACE) + " " * (start - len(MARGIN) - 2 - len(head))
        room = scene.width - start - columns(line + meaning)
        pad = " " * max(left - columns(line) if left - columns(line) < room else 3, 3)
        beside = len(pad) < room
        rows.append(before + scene.tinted(line, Tint.LINE) + (pad + meaning if beside and meaning else ""))
        if meaning and not beside:
            rows += wrapped(scene, meaning, start + 2)
    return rows


def labelled(scene: Scene, label: str, text: str) -> list[str]:
    """A text behind a label, the rows below it indented as the first."""
    start = len(MARGIN) + 2 + len(label) + 2
    head = " " * (len(MARGIN) + 2) + scene.tinted(label, Tint.PLACE) + "  "
    return behind(head, wrapped(scene, text, start))


def behind(head: str, rows: Sequence[str]) -> list[str]:
    """``rows`` with ``head`` in the room that the first left for it; a text may come from outside and hold no word."""
    first, *rest = rows or [""]
    return [head + first.lstrip(" "), *rest]


def page(rows: Sequence[str]) -> str:
    return "\n".join(rows)
