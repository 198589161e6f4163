"""What is left when a person interrupts (Ctrl-C) an act whose container is made but has no session yet.

docker catches signals from here on, passes them to a container that does not run, and starts it all the same. Here the
interrupt is obeyed: a container that --rm would delete is deleted, for nothing else ever would; another is told of.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dshell.errors import EngineError
from dshell.events import LeftBehind
from dshell.run.base import Desk

NEVER_STARTED = "created"
RUNNING = "running"


@contextmanager
def accounted_for(container: str, desk: Desk, *, removed: bool) -> Iterator[None]:
    """``removed``: it was made with --rm. KeyboardInterrupt passes through."""
    try:
        yield
    except KeyboardInterrupt:
        if removed or desk.told:
            with suppress(EngineError):
                _account_for(container, desk, removed=removed)
        raise


def _account_for(container: str, desk: Desk, *, removed: bool) -> None:
    facts = desk.engine.inspect(container)
    if removed and facts.status == NEVER_STARTED:
        desk.engine.remove(container, force=True, volumes=True, link=False)
    elif facts.status in {NEVER_STARTED, RUNNING}:
        talks = facts.tty and facts.open_stdin
        desk.emit(LeftBehind(facts.name, running=facts.status == RUNNING, talks=talks))
