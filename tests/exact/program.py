"""What runs in the recorder's containers: it says a few words, perhaps listens, and ends as its scenario says."""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.exact.wire import Connection

LONGEST = 5.0  # seconds that any program lives
FATAL = {"HUP", "INT", "QUIT", "KILL", "TERM", "USR1", "USR2"}


@dataclass(frozen=True)
class Scenario:
    """How the engine behaves.

    ``ends``: when a program does: "auto" (with its input when it has one and no terminal, else at once), "eof",
    "exit" (when the word is typed), "killed", "left" (when nobody is attached any more).
    ``exit``: its code; None: from an ``exit N`` in its command. ``ignores``: signals that do not end it.
    ``absent``: images, as people write them. ``refuses``: act to status and message. ``torn``: frames come in bits.
    """

    api: str = "1.50"
    system: str = "linux"
    experimental: bool = False
    ends: str = "auto"
    exit: int | None = None
    out: str = "hello\n"
    err: str = "oops\n"
    ignores: Sequence[str] = ()
    absent: Sequence[str] = ()
    taken: Sequence[str] = ()
    warnings: Sequence[str] = ()
    refuses: dict[str, tuple[int, str]] = field(default_factory=dict)
    wait_error: str = ""
    torn: bool = False


@dataclass
class Seat:
    """One client that is attached. ``wants``: the channels that it asked for."""

    connection: Connection
    wants: frozenset[int]
    framed: bool
    left: bool = False

    def say(self, channel: int, data: bytes, *, torn: bool) -> None:
        if channel not in self.wants and self.framed:
            return
        if self.framed:
            data = bytes([channel, 0, 0, 0]) + len(data).to_bytes(4, "big") + data
        size = 3 if torn else max(len(data), 1)
        for start in range(0, len(data), size):
            self.connection.send(data[start : start + size])
            if torn:
                time.sleep(0.001)


class Program:
    """``changed``: of the engine, told of everything that happens here."""

    def __init__(self, scenario: Scenario, command: Sequence[str], changed: threading.Condition, *, tty: bool) -> None:
        self._scenario = scenario
        self._command = command
        self._changed = changed
        self.tty = tty
        self.seats: list[Seat] = []
        self.heard = b""
        self.listens = False
        self.input_ended = False
        self.resized = False
        self.killed = ""
        self.ended = False
        self.exit_code = 0

    def run(self) -> int:
        """Until it ends; its exit code."""
        line_end = b"\r\n" if self.tty else b"\n"
        self._say(1, self._scenario.out.encode().replace(b"\n", line_end))
        if not self.tty:
            self._say(2, self._scenario.err.encode())
        self._live()
        if self.killed:
            self.exit_code = 128 + signal.Signals[f"SIG{self.killed}"]
        elif self._scenario.exit is not None:
            self.exit_code = self._scenario.exit
        elif found := re.search(r"\bexit (\d+)", " ".join(self._command)):
            self.exit_code = int(found[1])
        with self._changed:
            self.ended = True
            self._changed.notify_all()
        for seat in self.seats:
            seat.connection.shut()
        return self.exit_code

    def _live(self) -> None:
        ends = self._scenario.ends
        if ends == "auto":
            ends = "eof" if self.listens and not self.tty else "at once"
        if ends == "at once":
            # A real shell outlives the first size that it is told.
            self._wait(lambda: self.resized or not self.tty or not self.seats, 0.25)
            return
        until: dict[str, Callable[[], bool]] = {
            "eof": lambda: self.input_ended,
            "exit": lambda: self.input_ended or b"exit" in self.heard,
            "killed": lambda: False,
            "left": lambda: all(seat.left for seat in self.seats),
        }
        self._wait(until[ends], LONGEST)
        if self._command[:1] == ["cat"]:
            self._say(1, self.heard)

    def _wait(self, over: Callable[[], bool], longest: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: over() or bool(self.killed), longest)

    def _say(self, channel: int, data: bytes) -> None:
        for seat in self.seats if data else ():
            seat.say(channel, data, torn=self._scenario.torn)

    def hear(self, data: bytes) -> None:
        if self.tty and self._scenario.ends == "exit":
            self._say(1, data.replace(b"\r", b"\r\n"))  # a terminal's echo
        with self._changed:
            self.heard += data
            self._changed.notify_all()

    def end_input(self) -> None:
        with self._changed:
            self.input_ended = True
            self._changed.notify_all()

    def resize(self) -> None:
        with self._changed:
            self.resized = True
            self._changed.notify_all()

    def kill(self, name: str) -> None:
        with self._changed:
            if name in FATAL and name not in self._scenario.ignores:
                self.killed = name
            self._changed.notify_all()
