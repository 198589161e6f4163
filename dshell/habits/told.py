"""What is told once, and not once a session: a file with a row for each thing that was."""

from __future__ import annotations

import os
from pathlib import Path

from dshell import regular


class Told:
    """``file``: of this person on this machine."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def first(self, what: str) -> bool:
        """True when it was not told before. Where that cannot be remembered it is told again."""
        row = " ".join(what.split())
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            number = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | regular.DOOR, 0o600)
            with os.fdopen(number, "w", encoding="utf-8", errors="replace") as file:
                known = row in regular.read(self._file).decode(errors="replace").splitlines()
                if not known:
                    file.write(f"{row}\n")
        except OSError:
            return True
        return not known
