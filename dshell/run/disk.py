"""What is on the disk of this machine: what the mounts and scripts of a line are looked up with."""

import os
import stat
from collections.abc import Sequence
from typing import Protocol

from dshell.line.paths import Found
from dshell.record import Record


class Disk(Protocol):
    """The disk of this machine. ``windows``: paths have drives, and case does not matter in them."""

    @property
    def windows(self) -> bool: ...

    def look(self, path: str) -> Found: ...

    def real(self, path: str) -> str:
        """``path`` as the disk spells it; below a network drive the path on its server (``\\\\server\\share\\x``)."""
        ...

    def names(self, folder: str) -> Sequence[str]:
        """What is in ``folder``; nothing when it cannot be read."""
        ...


class HostDisk(Record):
    windows: bool = False

    def look(self, path: str) -> Found:
        try:
            mode = os.stat(path).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return Found.NOTHING
        except (OSError, ValueError):
            return Found.CLOSED
        return Found.FOLDER if stat.S_ISDIR(mode) else Found.FILE

    def real(self, path: str) -> str:
        return os.path.realpath(path)

    def names(self, folder: str) -> Sequence[str]:
        try:
            return os.listdir(folder)
        except OSError:
            return ()
