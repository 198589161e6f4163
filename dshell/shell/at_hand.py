"""What the line under the prompt may tell beyond the words: the daemon's live names, and looks that nobody waits for.

A disk may be a network drive that hangs, so even a look at a folder is made in the background; until it has come back
nothing is known, and then the prompt is painted again.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from time import time
from typing import Protocol

from dshell.engine.records import Names
from dshell.line.model import Line
from dshell.line.paths import Found
from dshell.line.world import Lookups
from dshell.record import Record
from dshell.run.base import current_folder
from dshell.run.disk import HostDisk
from dshell.shell.background import Background
from dshell.teach.hand import Hand

FRESH = 2.0  # seconds that a look is taken for true


class Watched(Protocol):
    """``engine.live.Live``: the names, and whether the daemon has said them."""

    @property
    def up(self) -> bool | None: ...
    @property
    def names(self) -> Names: ...


class Where(Record):
    """``local``: the daemon sees the disk of this machine. ``windows``: this one spells paths as Windows does."""

    local: bool = True
    windows: bool = False


class AtHand:
    """``read``: parses a line. ``local``: the daemon sees this disk."""

    def __init__(
        self,
        live: Watched,
        lookups: Lookups,
        environ: Mapping[str, str],
        read: Callable[[str], Line],
        where: Where,
    ) -> None:
        self.glances: Background[str, Found] = Background("glances", HostDisk(where.windows).look)
        self._live = live
        self._lookups = lookups
        self._environ = environ
        self._home = os.path.expanduser("~")
        self._read = read
        self._where = where

    def look(self, path: str) -> Found:
        """What is known of ``path`` at this moment."""
        return self.glances.ask(path, FRESH) or Found.CLOSED

    def command(self, image: str) -> tuple[str, ...] | None:
        """What an image that is here runs by itself, as far as is known."""
        shape = self._lookups.shape(image)
        return (*shape.entrypoint, *shape.command) if shape else None

    def hand(self, look: Callable[[str], Found]) -> Hand:
        """For a line that is typed now. ``look``: this object's own, or one that may be waited for."""
        return Hand(
            names=self._live.names if self._live.up else None,
            look=cache(look),  # of one painting: what comes back meanwhile is painted next
            command=self.command,
            environ=self._environ,
            folder=current_folder(),
            home=self._home,
            now=time(),
            windows=self._where.windows,
            local=self._where.local,
            read=self._read,
        )
