"""What the person has used before, learnt from the history while the first prompt stands, then line by line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import islice

from dshell.line import officials
from dshell.line.model import Line
from dshell.line.usage import Usage
from dshell.line.world import Official

LEARNT = 500  # lines of the history, the newest
PAUSE = 0.002  # seconds between two of them, in which keys are answered


class Memory:
    """``lines``: the history, newest first; ``parse``: must not be the prompt's own, for it is asked from a thread."""

    def __init__(self, lines: Callable[[], Iterable[str]], parse: Callable[[str], Line]) -> None:
        self.usage = Usage()
        self.officials: Mapping[str, Official] = {}
        self._lines = lines
        self._parse = parse
        self._noted: list[Line] | None = []  # while the history is learnt, what comes behind it

    def begin(self) -> None:
        """Learn, in the background."""
        threading.Thread(target=self._learn, name="memory", daemon=True).start()

    def note(self, line: Line) -> None:
        """``line`` has been run."""
        noted = self._noted
        if noted is not None:
            noted.append(line)
        self.usage.note(line)

    def _learn(self) -> None:
        self.officials = officials.load()
        usage = Usage()
        for text in reversed(list(islice(self._lines(), LEARNT))):
            usage.note(self._parse(text))
            time.sleep(PAUSE)
        noted, self._noted = self._noted or [], None
        for line in noted:
            usage.note(line)
        self.usage = usage
