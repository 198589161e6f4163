"""How containers end, by the daemon's event stream: who is removed when it ends (--rm) tells its exit code here first.

``die`` carries the code; ``wait`` answers only when the container is gone, which takes the daemon some 50 ms more.
Until then its name, its ports and its row in a list are still there: it is *dying*, and ``settle`` waits for the rest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from dshell.engine.records import Change, Dying
from dshell.errors import EngineError

BEAT = 0.25  # seconds: a wait without end could not be interrupted by Ctrl-C on Windows

ALIVE = {"start", "restart"}  # another program has started it again instead: nobody will remove it


class Exits:
    """What one event stream has told of the containers that somebody waits for. Any thread may call."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._following = False
        self._expected: set[str] = set()
        self._died: dict[str, tuple[Dying, int]] = {}
        self._dying: dict[str, Dying] = {}

    def follow(self) -> None:
        """The stream is open: from now on nothing is missed."""
        with self._changed:
            self._following = True

    def lose(self) -> None:
        """The stream has ended. What it told stays true."""
        with self._changed:
            self._following = False

    def note(self, change: Change) -> None:
        """One message of the stream."""
        if change.noun != "container" or change.id not in self._expected:
            return
        with self._changed:
            code = change.attributes.get("exitCode", "")
            if change.verb == "die" and code.isdigit():
                self._died[change.id] = Dying(change.id, change.attributes.get("name", "")), int(code)
            elif change.verb in ALIVE:
                self._died.pop(change.id, None)
                self._dying.pop(change.id, None)
            self._changed.notify_all()

    def expect(self, container: str) -> bool:
        """Before the start of ``container``, by its whole id. False: nobody would tell of its end."""
        with self._changed:
            if self._following:
                self._expected.add(container)
            return self._following

    def forget(self, container: str) -> None:
        """It is gone, or nobody waits for it any more."""
        with self._changed:
            self._expected.discard(container)
            self._died.pop(container, None)
            self._dying.pop(container, None)
            self._changed.notify_all()

    def first(self, container: str, answered: Callable[[], bool]) -> int | None:
        """Wait for the end of ``container``: its exit code, or None when ``answered`` is true before (``forget``)."""
        with self._changed:
            self._changed.wait_for(lambda: answered() or container in self._died)
            if answered():
                return None
            dying, code = self._died[container]
            self._dying[container] = dying
            return code

    @property
    def dying(self) -> tuple[Dying, ...]:
        with self._changed:
            return tuple(self._dying.values())

    def settle(self) -> None:
        """Wait until no container is dying."""
        with self._changed:
            while self._dying:
                self._changed.wait(BEAT)


class Removal:
    """A wait for a container that is removed when it ends, as ``engine.base.Pending``: whoever knows first tells.

    ``answer``: waits for the answer of the daemon, which comes when the container is gone; ``close`` cuts it off.
    """

    def __init__(self, container: str, exits: Exits, answer: Callable[[], int], close: Callable[[], None]) -> None:
        self._container = container
        self._exits = exits
        self._answer = answer
        self._close = close
        self._reading = threading.Lock()
        self._begun = False
        self._answered: int | EngineError | None = None
        self._died: int | None = None

    def result(self) -> int:
        with self._reading:
            if not self._begun:
                self._begun = True
                threading.Thread(target=self._await_answer, name="dshell-removal", daemon=True).start()
            if self._died is None:
                self._died = self._exits.first(self._container, lambda: self._answered is not None)
        if self._died is not None:
            return self._died
        if isinstance(self._answered, EngineError):
            raise self._answered
        assert self._answered is not None  # noqa: S101 - ``first`` says so
        return self._answered

    def close(self) -> None:
        """After an early exit code the answer is still awaited, for ``settle``."""
        if self._died is None:
            self._close()
            self._exits.forget(self._container)

    def _await_answer(self) -> None:
        try:
            self._answered = self._answer()
        except EngineError as error:
            self._answered = error
        finally:
            self._close()
            self._exits.forget(self._container)
