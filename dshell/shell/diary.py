"""What happened while the last lines ran, with times: for ``flow``."""

import time
from collections.abc import Callable

from dshell.events import Course, Event, LayerProgress, LineEnded, Moment, Routed, Way

MOST = 2000  # moments of one line that are kept


class Diary:
    """The line that runs and the one before. ``clock``: seconds since the epoch."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._before: Course | None = None
        self._line = ""
        self._began = 0.0
        self._moments: list[Moment] = []

    def begin(self, line: str) -> None:
        self._before = self.last
        self._line, self._began, self._moments = line, self._clock(), []

    def note(self, event: Event) -> None:
        if not isinstance(event, LayerProgress) and len(self._moments) < MOST:
            self._moments.append(Moment(self._clock(), event))

    @property
    def last(self) -> Course | None:
        """The last line that was more than words of dshell's own; None when there was none."""
        if any(not own(moment.event) for moment in self._moments):
            return Course(self._line, self._began, tuple(self._moments))
        return self._before


def own(event: Event) -> bool:
    return isinstance(event, Routed | LineEnded) and event.way is Way.OWN
