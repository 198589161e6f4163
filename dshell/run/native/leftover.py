"""What is left when an act comes to grief whose container is made: by Ctrl-C, by a daemon that breaks off, by whatever.

docker catches signals from here on, passes them to a container that does not run, and starts it all the same. Here the
interrupt is obeyed: a container that --rm would delete is deleted, for nothing else ever would; another is told of.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import FrameType

from dshell.errors import EngineError, TerminalError, Trouble
from dshell.events import Left, LeftBehind
from dshell.run.base import Desk
from dshell.run.native.base import Broken

NEVER_STARTED = "created"
RUNNING = "running"
SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT") if hasattr(signal, name)]
UNSURE = {Trouble.LOST, Trouble.TIMEOUT, Trouble.PROTOCOL}
"""The daemon was asked, and whether it did what it was asked for is not known."""


@contextmanager
def accounted_for(container: str, name: str, desk: Desk, *, removed: bool) -> Iterator[None]:
    """``removed``: it was made with --rm.

    A failure leaves as Broken: whoever tells it looks for what is left of the container. Anything else that unwinds the
    stack passes through: Ctrl-C, a signal, a terminal that is gone, an error of dshell's own.
    """
    try:
        yield
    except EngineError as error:
        broken = error if isinstance(error, Broken) else Broken(error.failure, None)
        broken.kept, broken.left = name, Left.PERHAPS
        broken.look = partial(_left, container, name, desk, removed=removed)
        raise broken from error
    except BaseException:
        if removed or desk.told:
            with suppress(EngineError, TerminalError), unless_unsure(name, desk):
                _account_for(container, desk, removed=removed)
        raise


@contextmanager
def unless_unsure(name: str, desk: Desk) -> Iterator[None]:
    """The daemon is asked about a container, and what ends that before it has answered leaves it open: that is told."""
    try:
        yield
    except BaseException as error:
        if not isinstance(error, EngineError) or error.failure.status is None:
            desk.emit(LeftBehind(name, running=False, unsure=True))
        raise


@contextmanager
def asked_for(name: str, desk: Desk) -> Iterator[None]:
    """The daemon is asked to make a container; where no answer comes, it may have made it. ``name``: wanted, or ""."""
    try:
        yield
    except EngineError as error:
        if error.failure.trouble not in UNSURE:
            raise
        raise Broken(error.failure, None, name, left=Left.PERHAPS) from error
    except BaseException:
        desk.emit(LeftBehind(name, running=False, unsure=True))
        raise


@contextmanager
def held() -> Iterator[Callable[[], None]]:
    """A signal that comes meanwhile waits for the function that this gives, or for a second one, which is not held.

    What the daemon was asked to make it makes, whoever goes away: only its answer says what is to be accounted for.
    """
    waiting: list[Callable[[], object]] = []
    numbers = SIGNALS if threading.current_thread() is threading.main_thread() else []
    found = {number: handler for number in numbers if callable(handler := signal.getsignal(number))}

    def handle(number: int, frame: FrameType | None) -> None:
        if waiting:
            found[number](number, frame)
        waiting.append(partial(found[number], number, frame))

    def obey() -> None:
        for act in waiting:
            act()

    for number in found:
        signal.signal(number, handle)
    try:
        yield obey
    finally:
        for number, handler in found.items():
            signal.signal(number, handler)


def _account_for(container: str, desk: Desk, *, removed: bool) -> None:
    facts = desk.engine.inspect(container)
    if removed and facts.status == NEVER_STARTED:
        desk.engine.remove(container, force=True, volumes=True, link=False)
    elif facts.status in {NEVER_STARTED, RUNNING}:
        talks = facts.tty and facts.open_stdin
        desk.emit(LeftBehind(facts.name, running=facts.status == RUNNING, talks=talks))


def _left(container: str, name: str, desk: Desk, *, removed: bool) -> tuple[str, Left]:
    """Name of what is left, or "", and how it is."""
    try:
        status = desk.engine.inspect(container).status
        if removed and status == NEVER_STARTED:
            desk.engine.remove(container, force=True, volumes=True, link=False)
            return "", Left.MADE
    except EngineError as error:
        return "" if error.failure.missing else name, Left.MADE
    if status == RUNNING:
        return name, Left.RUNS
    return ("" if removed else name), Left.MADE
