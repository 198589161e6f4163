"""A program in a pseudo-terminal, driven by bytes, and the programs that are measured."""

from __future__ import annotations

import os
import pty
import select
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

DSHELL = (sys.executable, "-m", "dshell")
BARE = (sys.executable, "-c", "from prompt_toolkit import PromptSession as S\ns = S()\nwhile True: s.prompt('bare> ')")
PROMPT = "▸".encode()
BARE_PROMPT = b"bare>"
LIMIT = 60.0  # seconds after which a side is taken to hang

SCRATCH = tempfile.TemporaryDirectory(prefix="dshell-bench-")


class Ended(NamedTuple):
    """What a program used. ``cpu``: seconds, its own and the system's for it."""

    seconds: float
    cpu: float


def environment(changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """The caller's, with config, history and cache of its own, so that no two rounds differ, and compiled modules."""
    own = dict.fromkeys(("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"), SCRATCH.name)
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, **own, "TERM": "xterm-256color", **(changes or {})}


class Side:
    """``argv`` in a terminal of 100 by 30. ``seen``: what it has painted since the last ``send``."""

    began: float
    pid: int
    seen: bytes
    _fd: int

    def __init__(self, argv: Sequence[str], changes: Mapping[str, str] | None = None) -> None:
        if sys.platform == "win32":
            raise SystemExit("no pseudo-terminals here")
        self.began = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.execvpe(argv[0], list(argv), environment(changes))
        termios.tcsetwinsize(self._fd, (30, 100))
        self.seen = b""

    def send(self, data: bytes) -> float:
        """Type ``data``; the moment at which it was typed."""
        self.seen = b""
        os.write(self._fd, data)
        return time.perf_counter()

    def until(self, wanted: bytes, limit: float = LIMIT) -> float:
        """The moment at which ``wanted`` has arrived since the last ``send``. TimeoutError after ``limit`` seconds."""
        end = time.perf_counter() + limit
        while wanted not in self.seen:
            if not self._read(max(0.0, end - time.perf_counter())):
                raise TimeoutError(f"no {wanted!r} after {limit} s in {self.seen[-500:]!r}")
        return time.perf_counter()

    def quiet(self, seconds: float) -> None:
        """Read until nothing has come for ``seconds``."""
        while self._read(seconds):
            pass

    def drain(self) -> int:
        """Read until the program ends; how many bytes came."""
        count = 0
        while True:
            try:
                data = os.read(self._fd, 1 << 20)
            except OSError:
                return count
            if not data:
                return count
            count += len(data)

    def memory(self, field: str = "VmHWM") -> float:
        """MB of the process now: its peak (``VmHWM``) or what is resident (``VmRSS``)."""
        return memory_of(self.pid, field)

    def worked(self) -> float:
        """Seconds of processor time that its main thread has used: what other programs do here is not in it."""
        with open(f"/proc/{self.pid}/task/{self.pid}/schedstat", encoding="ascii") as nanoseconds:
            return int(nanoseconds.read().split()[0]) / 1e9

    def end(self) -> None:
        os.close(self._fd)
        os.waitpid(self.pid, 0)

    def _read(self, seconds: float) -> bool:
        """False when nothing came. Cursor queries are answered."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        if b"\x1b[6n" in data:
            os.write(self._fd, b"\x1b[1;1R")
        self.seen += data
        return True


@contextmanager
def side(argv: Sequence[str], ready: bytes, changes: Mapping[str, str] | None = None) -> Iterator[Side]:
    """A program that has shown ``ready`` and gone quiet."""
    program = Side(argv, changes)
    try:
        program.until(ready)
        program.quiet(0.3)
        yield program
    finally:
        program.end()


def memory_of(pid: int, field: str) -> float:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        rows = dict(row.split(":", 1) for row in status)
    return int(rows[field].split()[0]) / 1024


def process(argv: Sequence[str], stdin: int | None = None) -> Ended:
    """One whole process. Its output goes nowhere."""
    if sys.platform == "win32":
        raise SystemExit("no fork here")
    null = os.open(os.devnull, os.O_RDWR)
    began = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os.dup2(null if stdin is None else stdin, 0)
        os.dup2(null, 1)
        os.dup2(null, 2)
        os.execvpe(argv[0], list(argv), environment())
    _, status, usage = os.wait4(pid, 0)
    os.close(null)
    if status:
        raise SystemExit(f"{' '.join(argv)}: status {status}")
    return Ended(time.perf_counter() - began, usage.ru_utime + usage.ru_stime)
