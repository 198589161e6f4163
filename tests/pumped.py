"""A terminal and a stream that play a script, for the pump of ``run.session``."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from dshell.errors import EngineError, Failure, TerminalError, Trouble
from dshell.stream.base import Stream
from dshell.terminal.base import STDOUT, Shown, Terminal

LATE = 30.0
KEYS = b"\x10\x11"
LOST = Failure(Trouble.LOST, "connection reset by peer")


@dataclass
class FakeTerminal:
    """Plays what is typed; None in ``typed`` is a while in which nothing is."""

    typed: SimpleQueue[bytes | None] = field(default_factory=SimpleQueue)
    columns_lines: tuple[int, int] = (80, 24)
    kind: str = "fake"
    fresh_line: bool = True
    shown: Shown = field(default_factory=lambda: Shown(stdin=True, stdout=True, stderr=True))
    closed: bool = False
    written: list[tuple[int, bytes]] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)
    raws: int = 0
    wakes: int = 0
    cooked: threading.Event = field(default_factory=threading.Event)

    def size(self) -> os.terminal_size:
        return os.terminal_size(self.columns_lines)

    @contextmanager
    def raw(self) -> Iterator[None]:
        self.raws += 1
        try:
            yield
        finally:
            self.cooked.set()

    def lent(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read(self, timeout: float) -> bytes | None:
        self.timeouts.append(timeout)
        try:
            return self.typed.get(timeout=timeout)
        except Empty:
            return None

    def unread(self, data: bytes) -> None:
        raise NotImplementedError

    def given_back(self) -> bytes:
        return b""

    def rows(self, _count: int, /) -> Sequence[str]:
        return ()

    def wake(self) -> None:
        self.wakes += 1
        self.typed.put(None)

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        if self.closed:
            raise TerminalError("Broken pipe", 32)
        self.written.append((channel, data))


Step = tuple[int, bytes] | EngineError | Callable[[], object]


@dataclass
class FakeStream:
    """Plays ``steps``: output, an error, or something to do first. Then it is open until it is closed or ``end``.

    ``deaf``: it reads no input, so a write waits for ever.
    """

    steps: list[Step] = field(default_factory=list)
    code: int | EngineError = 0
    before_code: Callable[[], object] = lambda: None
    deaf: bool = False
    log: list[tuple[str, object]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    sized: threading.Event = field(default_factory=threading.Event)

    def read(self) -> tuple[int, bytes]:
        while self.steps:
            step = self.steps.pop(0)
            if isinstance(step, EngineError):
                raise step
            if isinstance(step, tuple):
                self.log.append(("read", step[1]))
                return step
            step()
        assert self.ended.wait(LATE)
        return (1, b"")

    def write(self, data: bytes) -> None:
        self.log.append(("write", data))
        if self.deaf:
            assert self.ended.wait(LATE)

    def end_input(self) -> None:
        self.log.append(("end_input", b""))

    def resize(self, size: os.terminal_size) -> None:
        self.log.append(("resize", tuple(size)))
        self.sized.set()

    def wait(self) -> int:
        self.log.append(("wait", b""))
        self.before_code()
        if isinstance(self.code, EngineError):
            raise self.code
        return self.code

    def close(self) -> None:
        self.log.append(("close", b""))
        self.ended.set()

    def named(self, name: str) -> list[Any]:
        return [fact for known, fact in self.log if known == name]


END = (1, b"")


def typing(*pieces: bytes | None) -> FakeTerminal:
    terminal = FakeTerminal()
    for piece in pieces:
        terminal.typed.put(piece)
    return terminal


def fakes_are_what_they_stand_for() -> tuple[Terminal, Stream]:
    """Checked by mypy."""
    return FakeTerminal(), FakeStream()


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LATE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
