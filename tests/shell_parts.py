"""What a REPL is made of, for tests: a terminal that remembers, names that stand still, a runner that only notes."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from dshell.engine.records import ContainerName, ImageName, Names
from dshell.grammar.load import load
from dshell.line.model import Line, Target
from dshell.shell.builtins import Beyond, OwnWords
from dshell.shell.tell import Teller
from dshell.teach.texts import load as load_texts
from dshell.terminal.base import STDOUT, Shown

GRAMMAR = load()

NAMES = Names(
    containers=(
        ContainerName("web", "1" * 64, "nginx:latest", "running"),
        ContainerName("old", "2" * 64, "alpine:latest", "exited"),
    ),
    images=(ImageName("alpine:latest", "a"), ImageName("nginx:latest", "b")),
    volumes=("data",),
    networks=("bridge",),
    contexts=("default",),
)


@dataclass
class Paper:
    """A terminal that keeps what is written on it."""

    columns: int = 80
    written: list[tuple[int, bytes]] = field(default_factory=list)
    kind: str = "posix"
    fresh_line: bool = True
    shown: Shown = field(default=Shown(stdin=True, stdout=True, stderr=True))

    def size(self) -> os.terminal_size:
        return os.terminal_size((self.columns, 24))

    def raw(self) -> AbstractContextManager[None]:
        return nullcontext()

    def lent(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read(self, timeout: float) -> bytes | None:
        return b""

    def unread(self, data: bytes) -> None: ...

    def given_back(self) -> bytes:
        return b""

    def rows(self, _count: int, /) -> Sequence[str]:
        return ()

    def wake(self) -> None: ...

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        self.written.append((channel, data))

    def text(self, channel: int | None = None) -> str:
        return b"".join(data for place, data in self.written if channel in (None, place)).decode()


class Still:
    """Names that never change by themselves."""

    def __init__(self, up: bool | None = True, names: Names = NAMES) -> None:
        self.up = up
        self.names = names
        self.refreshed = 0
        self.on_change: Callable[[], None] = lambda: None

    @property
    def running(self) -> int:
        return sum(container.running for container in self.names.containers)

    def refresh(self) -> None:
        self.refreshed += 1


@dataclass
class Notes:
    """Runs dshell's own words and notes all other lines. ``code``: what each gives."""

    own: OwnWords
    code: int = 0
    lines: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)

    def run(self, line: Line) -> int:
        self.lines.append(line.text)
        self.commands += [simple.text for simple in line.commands]
        for simple in line.commands:
            if simple.target is Target.OWN:
                return self.own.do(simple, [word.text for word in simple.words])
        return self.code


def own_words(paper: Paper, language: str = "en", level: str = "full") -> OwnWords:
    beyond = Beyond(
        doctor=lambda words: 0,
        learn=lambda words: 0,
        inquire=lambda failed, call: failed,
        examine=lambda name: None,
        silent=lambda name: False,
        work=lambda words: 0,
    )
    return OwnWords(GRAMMAR, Teller(paper, load_texts(language), level), paper, {}, beyond)


def texts_of(fragments: Sequence[tuple[str, str]]) -> str:
    return "".join(text for _, text in fragments)
