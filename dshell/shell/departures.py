"""Containers that were left in the background a moment ago, and have ended since: each is told of once.

A container that ends at once is the commonest surprise of ``run -d``, and docker says nothing of it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from dshell.engine.records import Names

WATCHED = 10.0  # seconds after its start; what ends later has worked


class Departures:
    """``names``: what is known of the daemon now, by its events. Any thread may call."""

    def __init__(self, names: Callable[[], Names]) -> None:
        self._names = names
        self._one = threading.Lock()  # the prompt's thread and that of the names ask at the same time
        self._started: dict[str, float] = {}
        self._seen: set[str] = set()  # those that were seen to run: only they can be missed

    def watch(self, name: str) -> None:
        with self._one:
            self._started[name] = time.monotonic()

    def forget(self, line: str) -> None:
        """What a person does with a container by its name is no surprise."""
        words = set(line.split())
        with self._one:
            # "reset" names nothing of what a lesson made.
            gone = self._started.keys() if "reset" in words else self._started.keys() & words
            for name in list(gone):
                del self._started[name]
                self._seen.discard(name)

    def departed(self) -> list[str]:
        """Those that have ended, or are gone, since the last call."""
        with self._one:
            if not self._started:
                return []
            running = {container.name: container.running for container in self._names().containers}
            ended = []
            for name, began in list(self._started.items()):
                if running.get(name):
                    self._seen.add(name)
                late = time.monotonic() - began > WATCHED
                over = not running.get(name, name not in self._seen)
                if late or over:
                    del self._started[name]
                    self._seen.discard(name)
                if over and not late:
                    ended.append(name)
            return ended
