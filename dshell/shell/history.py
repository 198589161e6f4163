"""The lines of earlier sessions, in a file that only its owner reads; secrets stay out of it.

A line with a secret can be recalled for the rest of the session and is never written: a masked line could not be
run again, and would be run with the mask by mistake. A line that starts with a space is not remembered at all, as
with bash's ``ignorespace``. A file that cannot be read or written costs the history, never the session.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit.history import History

LONGEST = 256_000  # bytes of the file that are read, the newest: auto-suggestion looks through them at each key


class HistoryFile(History):
    """prompt_toolkit's history over one file. ``secret`` says which input must not be written.

    The file holds one entry a line, end of rows within an entry as ``\\n`` and backslashes doubled.
    """

    def __init__(self, path: Path, secret: Callable[[str], bool]) -> None:
        super().__init__()
        self._path = path
        self._secret = secret

    def append_string(self, string: str) -> None:
        if string.strip() and not string.startswith(" "):
            super().append_string(string)

    def load_history_strings(self) -> Iterable[str]:
        """Newest first. Bytes that are no text, and an entry cut in half, do no harm."""
        try:
            with self._path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - LONGEST))
                data = file.read()
        except OSError:
            return []
        entries = data.decode("utf-8", "replace").split("\n")
        if size > LONGEST:
            del entries[0]
        return [unfold(entry) for entry in reversed(entries) if entry.strip()]

    def store_string(self, string: str) -> None:
        if self._secret(string):
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            number = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(number, "ab") as file:
                file.write(fold(string).encode("utf-8", "replace") + b"\n")
        except OSError:
            return


def fold(entry: str) -> str:
    return entry.replace("\\", "\\\\").replace("\n", "\\n")


def unfold(entry: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], entry.rstrip("\r"))
