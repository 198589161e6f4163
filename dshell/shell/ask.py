"""Asks before a line that would fail, or delete for good: shows what is ahead and waits for one key.

What was typed before the question stood on the screen is no answer to it and is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from dshell.foreseen import Ahead, Foreseen
from dshell.shell.tell import Teller
from dshell.teach import ahead
from dshell.terminal.base import Terminal

ENTER: Final = {b"\r", b"\n"}
LEAVE: Final = {b"\x1b", b"\x03", b"\x04", b""}  # Esc, Ctrl-C, Ctrl-D, a terminal that is gone
NO: Final = {b"n", b"N"}
BEAT: Final = 0.25  # seconds; a wait without end could not be interrupted on Windows
MOST: Final = 9  # lines that a key of their own can choose


def key(terminal: Terminal) -> bytes | None:
    """One key, which may be a sequence; what came with it is given back. None: none within BEAT. b"": closed."""
    data = terminal.read(BEAT)
    if data and not data.startswith(b"\x1b"):
        terminal.unread(data[1:])
        return data[:1]
    return data


@contextmanager
def asked(rows: Sequence[str], teller: Teller, terminal: Terminal) -> Iterator[None]:
    """``rows`` on the screen and a terminal to answer on, key by key. What was typed before is thrown away first."""
    with terminal.raw():
        while terminal.read(0):
            pass
    teller.rows(rows)
    with terminal.raw():
        yield


class Asker:
    """An ``Ask``. It writes with the voice of ``teller``."""

    def __init__(self, teller: Teller, terminal: Terminal) -> None:
        self._teller = teller
        self._terminal = terminal

    def __call__(self, foreseen: Foreseen) -> str | None:
        teller, terminal = self._teller, self._terminal
        loss = foreseen.ahead is Ahead.LOSS
        with asked(ahead.question(teller.veil.over(foreseen), teller.scene()), teller, terminal):
            answer = self._key(foreseen, loss=loss)
        if answer is None:
            teller.rows(ahead.undone(teller.scene()))
        elif answer and not foreseen.exact:
            teller.rows(ahead.taken(answer, teller.scene()))
        return answer

    def sure(self, rows: Sequence[str]) -> bool:
        """Shows ``rows``, which end in the keys, and waits for a yes; anything else that ends a question is a no."""
        yes = self._yes()
        with asked(rows, self._teller, self._terminal):
            data = None
            while data is None or data not in yes | LEAVE | ENTER | NO:
                data = key(self._terminal)
        if data not in yes:
            self._teller.rows(ahead.undone(self._teller.scene()))
        return data in yes

    def _yes(self) -> set[bytes]:
        return {b"y", b"Y", self._teller.texts.say("ahead.ask.yes").encode()}

    def _key(self, foreseen: Foreseen, *, loss: bool) -> str | None:
        choices = [line for _, line in foreseen.choices][:MOST]
        yes = self._yes()
        keys = {str(number).encode(): line for number, line in enumerate(choices, start=1)} if not loss else {}
        while True:
            data = key(self._terminal)
            if data is None:
                continue
            if data in LEAVE or (loss and data in ENTER | NO):
                return None
            if data in ENTER:
                return ""
            if loss and data in yes:
                return choices[0] if choices else ""
            if data in keys:
                return keys[data]
