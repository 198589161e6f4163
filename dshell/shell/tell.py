"""The voice of dshell: takes events as they happen and writes what there is to tell on standard error.

A ``Teller`` is an ``Emit``. Language and level may change at any time (``lang``, F2, F3). It knows no sentence and
decides nothing. Rows end in "\\n": it is called only while the terminal is not in raw mode.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from dshell.errors import TerminalError
from dshell.events import (
    Created,
    Detached,
    DownloadInterrupted,
    Ended,
    Event,
    ExecEnded,
    Failed,
    LayerProgress,
    LeftBehind,
    LineEnded,
    Started,
    Unheeded,
)
from dshell.foreseen import Ahead, Foreseen
from dshell.record import Record
from dshell.shell.diary import Diary
from dshell.shell.progress import Bars, Layers, Rows
from dshell.shell.veil import Veil
from dshell.teach.diagnose import inside, tell_why
from dshell.teach.layout import Level, Scene, Symbols
from dshell.teach.narrate import narrate, numbered
from dshell.teach.texts import Texts
from dshell.terminal.base import STDERR, Terminal

SYMBOLS = "▸→✔✘·━…"
WIDEST = 110  # columns; longer rows are hard to read
UNKNOWN = 80  # columns when nothing here is a terminal


class Look(Record):
    """What this terminal can show. ``live``: rows may be drawn again in place."""

    symbols: Symbols = Symbols.UNICODE
    color: bool = False
    live: bool = False
    encoding: str = "utf-8"


def look(environ: Mapping[str, str], *, shown: bool, plain: bool = False, encoding: str = "utf-8") -> Look:
    """``shown``: standard error is a terminal; ``encoding``: its. NO_COLOR as no-color.org says: set and not empty."""
    modest = plain or environ.get("TERM") == "dumb"
    able = not modest and can_show(SYMBOLS, encoding)
    return Look(
        symbols=Symbols.UNICODE if able else Symbols.ASCII,
        color=shown and not modest and not environ.get("NO_COLOR"),
        live=shown and not modest,
        encoding=encoding,
    )


def can_show(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Teller:
    """``level``: "off", "brief" or "full". ``failed``: the last failure, for ``why``. ``veil``: over what is told."""

    def __init__(self, terminal: Terminal, texts: Texts, level: str = "full", look: Look | None = None) -> None:
        self.texts = texts
        self.level = level
        self.failed: Failed | None = None
        self._terminal = terminal
        self._look = look or Look()
        self._step = 1
        self._explained = False  # why the line failed was told: its exit code says no more
        self._foretold = False  # that a shell without a keyboard ends at once was told before it did
        self._layers: Layers | None = None
        self._left: list[str] = []  # containers that were left in the background
        self.diary = Diary()
        self.veil = Veil()
        self._stand_ins: set[str] = set()  # images of which it was told that they are not the real ones

    @property
    def encoding(self) -> str:
        return self._look.encoding

    @property
    def live(self) -> bool:
        """A row can be drawn again in place."""
        return self._look.live

    def take_left(self) -> list[str]:
        """Names of the containers that were started in the background since the last call."""
        left, self._left = self._left, []
        return left

    def begin_line(self, text: str = "") -> None:
        """A new line is about to be done: steps count from 1 again."""
        self.close()
        self.diary.begin(text)
        self._step = 1
        self._explained = False
        self._foretold = False

    def close(self) -> None:
        """End a drawing that was left open: a pull that was interrupted."""
        if self._layers is not None:
            self._layers.close()
            self._layers = None

    def __call__(self, event: Event) -> None:
        if isinstance(event, Started) and event.detached:
            self._left.append(event.name)
        event = self.veil.over(event)
        self.diary.note(event)
        if isinstance(event, Failed):
            self.failed = event
        elif isinstance(event, Ended | ExecEnded) and event.exit_code and (event.last or out_of_memory(event)):
            self.failed = inside(event)
        if self.level == Level.OFF.value:
            self.close()
            return
        if isinstance(event, LayerProgress):
            self._draw(event)
            return
        self.close()
        if isinstance(event, Foreseen):
            self._foretold = event.ahead is Ahead.KEYBOARD
        elif isinstance(event, Ended) and self._foretold:
            event = event._replace(shell=False)
        elif isinstance(event, Created) and event.stand_in:
            event = event._replace(stand_in=event.image not in self._stand_ins)
            self._stand_ins.add(event.image)
        text = narrate(event, self.scene())
        if text and not (self._explained and isinstance(event, LineEnded)):
            self._explained = isinstance(event, Failed)
            self.write(("" if self._at_row_start(event) else "\n") + text + "\n")
            self._step += numbered(event)

    def why(self) -> list[str]:
        """Rows that tell the last failure in full, docker's own words included; empty when there was none."""
        return [] if self.failed is None else tell_why(self.failed, self.scene()).split("\n")

    def scene(self) -> Scene:
        columns = self._terminal.size().columns or UNKNOWN
        look = self._look
        return Scene(self.texts, Level(self.level), look.symbols, look.color, min(columns, WIDEST), self._step)

    def rows(self, rows: Sequence[str]) -> None:
        """Rows that are no event's."""
        self.close()
        self.write(("" if self._terminal.fresh_line else "\n") + "".join(f"{row}\n" for row in rows))

    def write(self, text: str) -> None:
        """``text`` in the terminal's encoding. A closed terminal is no reason to stop what is being told of."""
        try:
            self._terminal.write(encoded(text, self._look.encoding), STDERR)
        except TerminalError:
            self.level = Level.OFF.value

    def _at_row_start(self, event: Event) -> bool:
        """False behind output without a last end of row, and behind the ``^C`` that a terminal echoes."""
        interrupted = isinstance(event, Ended) and event.interrupted and not event.tty
        return self._terminal.fresh_line and not (
            interrupted or isinstance(event, DownloadInterrupted | Detached | LeftBehind | Unheeded)
        )

    def _draw(self, event: LayerProgress) -> None:
        if self._layers is None:
            self._layers = (Bars if self._look.live else Rows)(self.scene(), self.write)
        self._layers.show(event)


def out_of_memory(event: Ended | ExecEnded) -> bool:
    return isinstance(event, Ended) and event.oom


def encoded(text: str, encoding: str) -> bytes:
    """``text`` as bytes; a letter that ``encoding`` lacks loses its accent, anything else becomes ``?``."""
    if not can_show("", encoding):
        encoding = "ascii"
    if not can_show(text, encoding):
        text = "".join(letter if can_show(letter, encoding) else plain_letter(letter) for letter in text)
    return text.encode(encoding, "replace")


def plain_letter(letter: str) -> str:
    """``e`` for ``é``, a space for a no-break space; the letter itself when it has no such form."""
    return unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or letter
