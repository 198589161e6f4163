"""A desk for acts to work at: a fake engine, and a terminal that remembers what was written to it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

from dshell.events import Event
from dshell.grammar.load import load
from dshell.line.expand import Surroundings, settle
from dshell.line.model import Simple
from dshell.line.parse import parse
from dshell.run.base import Call, Desk
from dshell.run.line import call_of
from dshell.run.native.acts import find_act
from dshell.terminal.base import STDOUT, Shown
from tests.fakes import FakeEngine

GRAMMAR = load()
PIPES = Shown(stdin=False, stdout=False, stderr=False)


@dataclass
class FakeTerminal:
    """``typed``: what standard input will give before it is closed; b"" stays open and gives nothing."""

    shown: Shown = PIPES
    columns: int = 0
    lines: int = 0
    typed: list[bytes] = field(default_factory=list)
    open: bool = False
    written: dict[int, bytes] = field(default_factory=lambda: {1: b"", 2: b""})
    kind: str = "plain"
    fresh_line: bool = True
    loans: int = 0

    def size(self) -> os.terminal_size:
        return os.terminal_size((self.columns, self.lines))

    def raw(self) -> AbstractContextManager[None]:
        return nullcontext()

    @contextmanager
    def lent(self) -> Iterator[None]:
        self.loans += 1
        yield

    def read(self, timeout: float) -> bytes | None:
        if self.typed:
            return self.typed.pop(0)
        return None if self.open else b""

    def unread(self, data: bytes) -> None:
        if data:
            self.typed.insert(0, data)

    def given_back(self) -> bytes:
        return b""

    def rows(self, _count: int, /) -> Sequence[str]:
        return ()

    def wake(self) -> None:
        pass

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        self.written[channel] += data

    @property
    def out(self) -> str:
        return self.written[1].decode()

    @property
    def err(self) -> str:
        return self.written[2].decode()


def person() -> FakeTerminal:
    """Somebody at a terminal of 80 by 24."""
    return FakeTerminal(Shown(stdin=True, stdout=True, stderr=True), 80, 24, open=True)


@dataclass
class Work:
    """A desk and what came of the work at it. Compare events by ``repr``: as tuples, two kinds alike are equal."""

    engine: FakeEngine = field(default_factory=FakeEngine)
    terminal: FakeTerminal = field(default_factory=FakeTerminal)
    events: list[Event] = field(default_factory=list)

    def desk(self, *, told: bool = False, environ: Mapping[str, str] | None = None, folder: str = "/work/here") -> Desk:
        return Desk(self.engine, self.terminal, self.events.append, told, environ or {}, folder)

    def told(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


def simple_of(*argv: str) -> Simple:
    return parse(shlex.join(argv), GRAMMAR).commands[0]


def call_for(*argv: str) -> Call:
    """The call that the words of a docker line make, by dshell's own parser."""
    simple = simple_of(*argv)
    surroundings = Surroundings({}, "/work/here", "/home/me", lambda _: "")
    return call_of(simple, settle(simple, surroundings))


def perform(call: Call, desk: Desk) -> int:
    native = find_act(call.command.path)
    assert native is not None
    return native.act(call, desk)
