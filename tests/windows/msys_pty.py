"""A program in an imitated MSYS pseudo-terminal on Wine, seen as a person at mintty sees it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Self

from tests.watched import PATIENCE, Watched
from tests.windows.lab import HERE
from tests.windows.machine import Windows, windows_path

KEY = "1888ae32e00d56aa"  # of an installation, in its pipes' names
NUMBERS = itertools.count(10)  # no two of a session are one: Wine closes the pipes of who was killed when it gets to it
SIZE_QUESTION = b"\x1b[18t"


class MsysPty(Watched):
    """Runs the Windows Python with ``words`` on the pipes of ``\\\\.\\pipe\\msys-KEY-ptyNUMBER-…<suffix>``.

    ``suffix``: "-nat" as of runtime 3.2, "" before. ``answers``: whether the terminal tells its size when asked, as
    mintty does. The environment is the one of Git Bash; ``more`` is laid over it.
    """

    def __init__(
        self,
        windows: Windows,
        words: Sequence[str] = ("-m", "dshell"),
        *,
        suffix: str = "-nat",
        columns: int = 100,
        lines: int = 40,
        answers: bool = True,
        **more: str,
    ) -> None:
        super().__init__(columns, lines, self.send)
        self._size = (columns, lines)
        self._answers = answers
        self._modes: SimpleQueue[str] = SimpleQueue()
        self._code: int | None = None
        python = windows_path(windows.lab.python)
        self.name = f"msys-{KEY}-pty{next(NUMBERS)}"
        host = [windows_path(HERE / "pty_host.py"), self.name, suffix, str(columns), str(lines)]
        self._host = windows.python(*host, python, *words, **{**git_bash(windows), **more})
        self._writing = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="msys-pty", daemon=True)
        self._reader.start()

    def send(self, data: bytes | str) -> None:
        """Types; Enter is ``\\r``."""
        self._tell(b"k", data.encode() if isinstance(data, str) else data)

    def resize(self, columns: int, lines: int) -> None:
        self.redraw(columns, lines)
        self._size = (columns, lines)
        self._tell(b"z", f"{columns} {lines}".encode())

    def modes(self) -> str:
        """As ``stty -g`` tells them, now or when the program ended: to see whether raw mode was left."""
        if self._code is None:
            self._tell(b"m")
        return self._modes.get(timeout=PATIENCE)

    def kill(self) -> None:
        """The program ends as by the task manager."""
        self._tell(b"x")

    def wait(self, timeout: float = PATIENCE) -> int:
        """The exit code, when the program has ended and all is read."""
        self._reader.join(timeout)
        if self._code is None:
            raise AssertionError(f"still running after {timeout:g} s:\n{self.drawing()}")
        return self._code

    def close(self) -> None:
        """The window is closed."""
        if self._code is None:
            self.kill()
            self._reader.join(5)
        self._host.kill()
        self._host.wait()
        self._reader.join(5)
        for stream in (self._host.stdin, self._host.stdout, self._host.stderr):
            assert stream
            stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _tell(self, kind: bytes, data: bytes = b"") -> None:
        assert self._host.stdin
        try:
            with self._writing:
                self._host.stdin.write(kind + len(data).to_bytes(4, "big") + data)
                self._host.stdin.flush()
        except BrokenPipeError:
            said = self._host.stderr.read().decode(errors="replace") if self._host.stderr else ""
            raise AssertionError(f"the terminal's own program has ended: {said}") from None

    def _read(self) -> None:
        assert self._host.stdout
        while kind := self._host.stdout.read(1):
            data = self._host.stdout.read(int.from_bytes(self._host.stdout.read(4), "big"))
            if kind == b"o":
                self.show(data)
                if self._answers and SIZE_QUESTION in data:
                    columns, lines = self._size
                    self.send(f"\x1b[8;{lines};{columns}t")
            elif kind == b"m":
                self._modes.put(data.decode())
            else:
                code, modes = data.decode().split()
                self._code = int(code)
                self._modes.put(modes)
                break
        self.end()


def git_bash(windows: Windows) -> dict[str, str]:
    """What Git for Windows sets. Wine puts WINEPATH before PATH: a stranger's ``stty`` stands first there."""
    git = windows.lab.stty.parent.parent.parent
    folders = [windows.lab.stranger.parent, windows.lab.stty.parent]
    return {
        "EXEPATH": windows_path(git),
        "LANG": "en_US.UTF-8",
        "MSYSTEM": "MINGW64",
        "TERM": "xterm",
        "TERM_PROGRAM": "mintty",
        "WINEPATH": ";".join(map(windows_path, folders)),
    }
