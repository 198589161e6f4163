"""What an act needs: the docker call that was asked for, and the desk it works at."""

import os
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from dshell.engine.base import Engine
from dshell.events import Emit
from dshell.foreseen import Foreseen
from dshell.grammar.model import Command
from dshell.line.split import quote, split
from dshell.record import Record
from dshell.terminal.base import Terminal


class Setting(Record):
    """One use of a flag, expanded. ``name``: long name, no dashes; ``value``: "true" for a bare bool flag.

    ``alias``: another long name, by which it was spelled (``net``), or "".
    """

    name: str
    value: str
    alias: str = ""


class Call(Record):
    """One docker command, parsed and expanded: nothing in it stands for something else any more.

    ``arguments``: positional words for docker; ``inside``: words for inside the container. ``argv``: the whole
    call as words without "docker", for the CLI. ``line``: the same as typed, for messages.
    """

    command: Command
    settings: tuple[Setting, ...] = ()
    arguments: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    argv: tuple[str, ...] = ()
    line: str = ""

    def spelled(self, words: Sequence[str]) -> str:
        """``words`` as a line, those of ``argv`` as typed: what stands for a secret does not show it."""
        tokens, _ = split(self.line)
        typed = [self.line[token.range.start : token.range.end] for token in tokens]
        known = dict(zip(self.argv, typed, strict=True)) if len(typed) == len(self.argv) else {}
        return " ".join(known.get(word) or quote(word) for word in words)


class Done(Record):
    """A line that was done by whoever looked ahead of it. ``code``: its exit code."""

    code: int


Ask = Callable[[Foreseen], str | None]
"""Shows what is ahead of a line and lets the person choose: a line to do instead, "" as typed, None not at all."""


class Row(Record):
    """One row of a log. ``source``: number of its container; ``channel``: 1 out, 2 err; ``time``: the daemon's."""

    source: int
    channel: int
    text: str
    time: str = ""


class Turn(Record):
    """Something happened to a container whose log is shown. ``what``: "ended", "again", "gone" or "unread".

    ``code``: its exit code; ``words``: the daemon's, for why its log cannot be read.
    """

    source: int
    what: str
    code: int = 0
    words: str = ""


class Following(Protocol):
    """The logs of several containers. ``names``: theirs; ``follow``: it goes on; ``times``: they were asked for."""

    names: Sequence[str]
    follow: bool
    times: bool

    def begin(self, on_news: Callable[[], None]) -> None:
        """``on_news``: called in another thread when there is something to take."""
        ...

    def take(self, timeout: float) -> Row | Turn | None:
        """The next; None: nothing within ``timeout`` seconds."""
        ...

    @property
    def over(self) -> bool:
        """Nothing more can come, and all has been taken."""
        ...

    def close(self) -> None: ...


Show = Callable[[Following], int]
"""Shows logs to a person until they have enough, and returns the exit code."""


def nobody(_: Following) -> int:
    return 0


class Desk(Record):
    """Where acts work.

    ``told``: somebody reads the events, so facts for them may be asked of the daemon; False: docker's requests and
    docker's own words on standard error, byte for byte, and nothing more. ``daemon``: what people call the daemon
    ("Docker Desktop"), or "". ``environ`` and ``folder``: the person's variables and current folder.
    ``detach_keys``: those of docker's config.json, or "". ``ask``: None where nobody can be asked.
    ``contexts``: names of docker's contexts. ``line``: the one that is being done, without "docker".
    ``proxies``: those of config.json for this daemon, by the names of the variables that containers get.
    ``show``: shows logs of several containers.
    """

    engine: Engine
    terminal: Terminal
    emit: Emit
    told: bool
    environ: Mapping[str, str]
    folder: str
    daemon: str = ""
    detach_keys: str = ""
    ask: Ask | None = None
    contexts: Callable[[], Sequence[str]] = tuple
    line: str = ""
    proxies: Mapping[str, str] = MappingProxyType({})
    show: Show = nobody


Act = Callable[[Call, Desk], int]
"""Does a call and returns its exit code, docker's. Emits Failed before it returns the code of a failure."""


def current_folder() -> str:
    """Where the person is; "" when that folder has been deleted meanwhile."""
    try:
        return os.getcwd()
    except OSError:
        return ""


class Leave(Exception):
    """``exit`` was typed, or a signal came that is meant for all of dshell. ``code``: the program's exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code
