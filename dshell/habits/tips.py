"""A tip a day, each in its turn: which one is today's, and that it has been shown."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path

from dshell import regular
from dshell.teach.texts import DEFAULT, section

FILE = "tips"


class Tips:
    """``file``: where the day and the number of the last one are kept."""

    def __init__(self, file: Path, today: Callable[[], date] = date.today) -> None:
        self._file = file
        self._today = today

    def take(self) -> str:
        """The key of today's tip, once a day; "" when it was shown, or when nothing can be remembered."""
        keys = [key for key in section(DEFAULT, FILE) if key.startswith(f"{FILE}.tip.")]
        today = self._today().isoformat()
        try:
            day, number = self._last()
            if day == today or not keys:
                return ""
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(f"{today} {number + 1}\n", encoding="utf-8")
        except OSError:
            return ""
        return keys[number % len(keys)]

    def _last(self) -> tuple[str, int]:
        with suppress(FileNotFoundError, ValueError):
            day, number = regular.read(self._file, whole=False).decode().split()
            return day, int(number)
        return "", 0
