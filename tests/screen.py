"""A program in a real pseudo-terminal, seen as a person sees it: the tests' eyes and hands.

Not for Windows, though tests that import it are checked for it.
"""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import termios
import threading
from collections.abc import Mapping, Sequence
from typing import Self

from tests.watched import PATIENCE, Watched


class Screen(Watched):
    """Runs ``argv`` as the leader of a session whose controlling terminal is ``columns`` by ``lines``.

    ``env``: laid over the tests' own environment; a value of None removes the name.
    """

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str | None] | None = None,
        *,
        columns: int = 100,
        lines: int = 40,
        cwd: str | os.PathLike[str] | None = None,
    ) -> None:
        self._master, slave = os.openpty()
        self._waking, self._wake = os.pipe()
        self._hung_up = False
        super().__init__(columns, lines, self.send)
        _set_size(slave, columns, lines)
        self.process = subprocess.Popen(
            argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=_environment(env or {}),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509  one system call, safe between fork and exec
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, name="screen", daemon=True)
        self._reader.start()

    def send(self, data: bytes | str) -> None:
        """Types; Enter is ``\\r``."""
        os.write(self._master, data.encode() if isinstance(data, str) else data)

    def resize(self, columns: int, lines: int) -> None:
        self.redraw(columns, lines)
        _set_size(self._master, columns, lines)

    def wait(self, timeout: float = PATIENCE) -> int:
        """The exit code (negative: the signal that killed it), when the program has ended and all is read."""
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {timeout:g} s:\n{self.drawing()}") from None
        self._reader.join(timeout)
        return code

    def modes(self) -> list[int | list[bytes | int]]:
        """The terminal's attributes as termios gives them: to see whether raw mode was left."""
        attributes: list[int | list[bytes | int]] = termios.tcgetattr(self._master)
        return attributes

    def hang_up(self) -> None:
        """Closes the terminal, as a person closes its window: the system tells whoever runs there."""
        if self._hung_up:
            return
        self._hung_up = True
        os.write(self._wake, b"\0")  # a read that waits would keep it open
        self._reader.join()
        for descriptor in (self._master, self._waking, self._wake):
            os.close(descriptor)

    def close(self) -> None:
        """Hangs up; kills what stays."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGHUP)
            try:
                self.process.wait(2)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.hang_up()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self) -> None:
        while data := self._heard():
            self.show(data)
        self.end()

    def _heard(self) -> bytes:
        ready, _, _ = select.select([self._master, self._waking], [], [])
        return b"" if self._waking in ready else _read(self._master)


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    merged = {**os.environ, "TERM": "xterm-256color", "LANG": "C.UTF-8", **changes}
    return {name: value for name, value in merged.items() if value is not None}


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _set_size(fd: int, columns: int, lines: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


def _read(fd: int) -> bytes:
    """What the program wrote; b"" when nobody holds the other side any more (Linux says EIO)."""
    try:
        return os.read(fd, 65536)
    except OSError:
        return b""
