"""Shows the logs of several containers as they come, and listens to the keyboard meanwhile.

q, Ctrl-C and Ctrl-D end the following; ``/text`` marks what is found and shows again what had it already; ``&text``
shows nothing else; ``n`` and ``N`` go back and forth among the rows found. While something is typed no row comes
between.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Final

from dshell.errors import INTERRUPTED
from dshell.run.base import Following, Row, Turn
from dshell.shell.log_rows import Rows, bare
from dshell.shell.tell import Teller, encoded
from dshell.teach.layout import Level, note
from dshell.terminal.base import STDERR, STDOUT, Terminal

KEPT: Final = 5000  # rows that can be searched
SHOWN: Final = 20  # rows found that are shown again at once
AROUND: Final = 2  # rows before and behind one that n goes to
SOME: Final = 200  # rows between two looks at the keyboard
BEAT: Final = 0.25  # seconds; a wait without end could not be interrupted on Windows
LEAVE: Final = "q\x03\x04"
ENDS = {"\x03": INTERRUPTED}


class LogScreen:
    def __init__(self, teller: Teller, terminal: Terminal) -> None:
        self._teller = teller
        self._terminal = terminal
        self._kept: deque[Row] = deque(maxlen=KEPT)
        self._typing: str | None = None  # what is being searched for, its first letter the key that began it
        self._found: re.Pattern[str] | None = None
        self._only = False
        self._gone = 0  # rows that are kept no more
        self._at: int | None = None  # the row that n has gone to, counted from the first of all
        self._raw = False

    def show(self, following: Following) -> int:
        """A ``Show``."""
        self._rows = Rows(following.names, live=self._teller.live)
        self._following = following
        keys = self._terminal.shown.stdin and following.follow
        if keys and self._teller.level != Level.OFF.value:
            self._note("logs.keys")
        following.begin(self._terminal.wake if keys else lambda: None)
        if not keys:
            return self._listen()
        with self._terminal.raw():
            self._raw = True
            try:
                return self._listen_with_keys()
            finally:
                self._raw = False

    def _listen(self) -> int:
        while not self._following.over:
            if news := self._following.take(BEAT):
                self._take(news)
        return 0

    def _listen_with_keys(self) -> int:
        more = False
        while not (self._following.over and self._typing is None):
            data = self._terminal.read(0 if more else BEAT)
            if data == b"":
                return 0
            typed = (data or b"").decode(errors="replace")
            for at, key in enumerate(typed, start=1):
                if (code := self._press(key)) is not None:
                    self._terminal.unread(typed[at:].encode())
                    return code
            more = self._take_some()
        return 0

    # Rows

    def _take_some(self) -> bool:
        """So few that a key is soon heard; True when there may be more."""
        for _ in range(SOME):
            news = None if self._typing is not None else self._following.take(0)
            if news is None:
                return False
            self._take(news)
        return True

    def _take(self, news: Row | Turn) -> None:
        if isinstance(news, Turn):
            scene = self._teller.scene()
            text = scene.say(f"logs.{news.what}", code=news.code, words=news.words)
            self._write([self._rows.told(scene, news.source, text)], STDERR if not self._raw else STDOUT)
            return
        self._gone += len(self._kept) == KEPT
        self._kept.append(news)
        if not self._only or self._matches(news):
            self._write(self._drawn(news))

    def _drawn(self, row: Row) -> list[str]:
        text = f"{row.time} {row.text}" if self._following.times else row.text
        columns = self._terminal.size().columns
        scene = self._teller.scene()
        scene = scene._replace(width=columns or scene.width)
        return self._rows.row(scene, row.source, row.channel, text, self._found)

    def _matches(self, row: Row) -> bool:
        return bool(self._found and self._found.search(bare(row.text)))

    # Keys

    def _press(self, key: str) -> int | None:
        """The exit code when it ends the following."""
        if self._typing is not None:
            return self._type(key)
        match key:
            case _ if key in LEAVE:
                self._write([])
                return ENDS.get(key, 0)
            case "/" | "&":
                self._typing = key
                self._put(key)
            case "\r" | "\n":
                self._write([""])
            case "n" | "N" if self._found:
                self._go(-1 if key == "n" else 1)
            case "?" | "h":
                self._note("logs.keys")
        return None

    def _type(self, key: str) -> int | None:
        typed = self._typing or ""
        match key:
            case "\x03" | "\x1b":
                self._put("\r\x1b[K" if self._teller.live else "\r\n")
                self._typing = None
            case "\r" | "\n":
                self._put("\r\x1b[K" if self._teller.live else "\r\n")
                self._typing = None
                self._search(typed[0], typed[1:])
            case "\x7f" | "\b":
                if len(typed) > 1:
                    self._typing = typed[:-1]
                    self._put("\b \b")
            case _ if key.isprintable():
                self._typing = typed + key
                self._put(key)
        return None

    def _search(self, key: str, text: str) -> None:
        """An empty text ends the search. Capitals count only when there are some, as in less -i."""
        if not text:
            self._found, self._only = None, False
            self._note("logs.search.off")
            return
        self._found = re.compile(re.escape(text), 0 if text != text.lower() else re.IGNORECASE)
        self._only = key == "&"
        found = [row for row in self._kept if self._matches(row)]
        self._at = None
        self._note("logs.search.only" if self._only else "logs.search.found", count=len(found), text=text)
        for row in found[-SHOWN:]:
            self._write(self._drawn(row))
        if found:
            self._note("logs.search.on")

    def _go(self, step: int) -> None:
        """To the next row found, backwards or forwards, with those around it."""
        rows = list(self._kept)
        at = (len(rows) if self._at is None else self._at - self._gone) + step
        while 0 <= at < len(rows) and not self._matches(rows[at]):
            at += step
        if not 0 <= at < len(rows):
            self._note("logs.search.none")
            return
        self._at = at + self._gone
        self._note("logs.search.at", number=self._at + 1, count=self._gone + len(rows))
        for row in rows[max(at - AROUND, 0) : at + AROUND + 1]:
            self._write(self._drawn(row))
        self._note("logs.search.on")

    # Writing

    def _note(self, key: str, **slots: object) -> None:
        scene = self._teller.scene()
        self._write(note(scene, scene.drawn("· ") + scene.say(key, **slots)), STDERR)

    def _write(self, rows: list[str], channel: int = STDOUT) -> None:
        end = "\r\n" if self._raw else "\n"
        self._put("".join(row + end for row in rows), channel)

    def _put(self, text: str, channel: int = STDOUT) -> None:
        if text:
            self._terminal.write(encoded(text, self._teller.encoding), channel)
