"""The lines of earlier sessions, in a file that only its owner reads; secrets stay out of it.

A line with a secret can be recalled for the rest of the session and is never written: a masked line could not be
run again, and would be run with the mask by mistake. A line that starts with a space is not remembered at all, as
with bash's ``ignorespace``. A file that cannot be read or written costs the history, never the session.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from prompt_toolkit.auto_suggest import AutoSuggestFromHistory, Suggestion
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.document import Document
from prompt_toolkit.history import History

from dshell.regular import DOOR

LONGEST = 256_000  # bytes of the file that are read, the newest
MOST = 5000  # entries that are kept, the newest: the prompt goes through all of them at each key
OTHERS = 0o077  # what anybody but the owner may do


class HistoryFile(History):
    """prompt_toolkit's history over one file. ``secret`` says which input must not be written.

    The file holds one entry a line, end of rows within an entry as ``\\n`` and backslashes doubled. Each is one write
    at the end of the file, so that those of several shells do not mix. ``trouble``: why it could not be read or written
    first, until somebody takes it.
    """

    def __init__(self, path: Path, secret: Callable[[str], bool]) -> None:
        super().__init__()
        self.trouble: OSError | None = None
        self.path = path
        self._secret = secret
        self._failed = False

    def append_string(self, string: str) -> None:
        if string.strip() and not string.startswith(" "):
            super().append_string(string)
            del self._loaded_strings[MOST:]

    def load_history_strings(self) -> Iterable[str]:
        """Newest first. Bytes that are no text, and an entry cut in half, do no harm."""
        try:
            with self._opened(os.O_RDONLY) as number:
                size = os.lseek(number, 0, os.SEEK_END)
                os.lseek(number, max(0, size - LONGEST), os.SEEK_SET)
                data = os.read(number, LONGEST)
        except FileNotFoundError:
            return []
        except OSError as error:
            self._fail(error)
            return []
        entries = data.decode("utf-8", "replace").split("\n")
        if size > LONGEST:
            del entries[0]
        return [unfold(entry) for entry in reversed(entries) if entry.strip() and "\0" not in entry][:MOST]

    def store_string(self, string: str) -> None:
        if self._secret(string):
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _narrow(self.path.parent)
            with self._opened(os.O_RDWR | os.O_APPEND | os.O_CREAT) as number:
                _narrow(number)
                entry = fold(string).encode("utf-8", "replace") + b"\n"
                os.write(number, entry if _ends_a_row(number) else b"\n" + entry)
        except OSError as error:
            self._fail(error)

    def take_trouble(self) -> OSError | None:
        trouble, self.trouble = self.trouble, None
        return trouble

    def _fail(self, error: OSError) -> None:
        if not self._failed:
            self._failed, self.trouble = True, error

    @contextmanager
    def _opened(self, flags: int) -> Iterator[int]:
        number = os.open(self.path, flags | DOOR, 0o600)
        try:
            if not stat.S_ISREG(os.fstat(number).st_mode):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
            yield number
        finally:
            os.close(number)


class Suggest(AutoSuggestFromHistory):
    """The rest of an earlier line in grey; of one with a secret only who recalls it sees anything."""

    def __init__(self, secret: Callable[[str], bool]) -> None:
        self._secret = secret

    def get_suggestion(self, buffer: Buffer, document: Document) -> Suggestion | None:
        found = super().get_suggestion(buffer, document)
        return None if found is None or self._secret(document.text + found.text) else found


def _narrow(place: Path | int) -> None:
    """Takes from all but the owner what they may do, where somebody has let them."""
    with suppress(OSError):  # not ours to change
        mode = stat.S_IMODE(os.stat(place).st_mode)
        if mode & OTHERS and os.chmod in os.supports_fd:
            os.chmod(place, mode & ~OTHERS)


def _ends_a_row(number: int) -> bool:
    """False for a file in which an entry was cut off, as by a disk that was full, or is just being written.

    The row that is then ended twice leaves an empty one, which is no entry.
    """
    if not os.lseek(number, 0, os.SEEK_END):
        return True
    os.lseek(number, -1, os.SEEK_END)
    return os.read(number, 1) == b"\n"


def fold(entry: str) -> str:
    return entry.replace("\\", "\\\\").replace("\n", "\\n")


def unfold(entry: str) -> str:
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], entry.rstrip("\r"))
