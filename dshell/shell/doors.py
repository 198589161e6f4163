"""Containers that were left in the background with a port open, at which nobody answers: each is told of once.

A program may take its time to listen: it is looked at twice, a few seconds apart, and told of when both looks found
nobody. One daemon thread for each container, which ends with the second look.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

LOOKS = (3.0, 5.0)  # seconds before the first look, and before the next


class Doors:
    """``silent``: nobody answers at a port of the container of a name; asked from a thread, never raises.

    ``on_change``: called from that thread when there is something to tell.
    """

    def __init__(self, silent: Callable[[str], bool]) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self._silent = silent
        self._closed = threading.Event()
        self._found: SimpleQueue[str] = SimpleQueue()

    def watch(self, name: str) -> None:
        threading.Thread(target=self._look, args=[name], name="dshell-doors", daemon=True).start()

    def found(self) -> list[str]:
        """Those at which nobody answers, since the last call. Any thread may call."""
        found: list[str] = []
        with suppress(Empty):
            while True:
                found.append(self._found.get_nowait())
        return found

    def close(self) -> None:
        self._closed.set()

    def _look(self, name: str) -> None:
        for pause in LOOKS:
            if self._closed.wait(pause) or not self._silent(name):
                return
        self._found.put(name)
        self.on_change()
