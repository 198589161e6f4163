"""Much data through one session, at any pace: what goes in, what comes out, and how much memory passes it on."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from tests.program import Program

MEGABYTE = 1 << 20
LATE = 1200.0  # seconds


class Pace(NamedTuple):
    """Bytes at once, and seconds between two times."""

    piece: int = MEGABYTE
    pause: float = 0.0


QUICK = Pace()


class Data(NamedTuple):
    """What passed on one channel."""

    length: int
    digest: str


class Transfer(NamedTuple):
    """How a session ended. ``memory``: KB of its process at its peak, behind the first tenth and behind all."""

    code: int
    sent: Data
    out: Data
    err: Data
    memory: tuple[int, int]


def content(seed: int, count: int) -> Iterator[bytes]:
    """``count`` bytes of any value, no two blocks alike; the same for the same ``seed``."""
    noise = random.Random(seed).randbytes(MEGABYTE)
    for number in range(0, count, MEGABYTE):
        yield (number.to_bytes(8, "big") + noise[8:])[: count - number]


def data(blocks: Iterator[bytes]) -> Data:
    digest, count = hashlib.sha256(), 0
    for block in blocks:
        digest.update(block)
        count += len(block)
    return Data(count, digest.hexdigest())


class Session:
    """``dshell WORDS`` on pipes, fed with ``count`` bytes of ``seed``; ``end`` waits for its end."""

    def __init__(self, program: Program, words: tuple[str, ...], seed: int, count: int, feeding: Pace = QUICK) -> None:
        env = {name: value for name, value in {**os.environ, **program.env}.items() if value is not None}
        argv, pipe = [*program.argv, *words], subprocess.PIPE
        self._child = subprocess.Popen(argv, env=env, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe)
        self._count = count
        self._peaks: list[int] = []
        self._sent = self._err = Data(0, "")
        self._threads = [
            threading.Thread(target=self._feed, args=[content(seed, count), feeding], daemon=True),
            threading.Thread(target=self._hear, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def end(self, reading: Pace = QUICK) -> Transfer:
        out = data(self._read(self._child.stdout, reading))
        code = self._child.wait(LATE)
        for thread in self._threads:
            thread.join(LATE)
        return Transfer(code, self._sent, out, self._err, (self._peaks[0], self._peaks[-1]))

    def _feed(self, blocks: Iterator[bytes], pace: Pace) -> None:
        pipe = self._child.stdin
        assert pipe is not None

        def written() -> Iterator[bytes]:
            for block in blocks:
                for start in range(0, len(block), pace.piece):
                    rest = memoryview(block)[start : start + pace.piece]
                    while rest:
                        count = os.write(pipe.fileno(), rest)
                        yield bytes(rest[:count])
                        rest = rest[count:]
                    time.sleep(pace.pause)

        try:
            self._sent = data(written())
        except BrokenPipeError:
            pass  # the program did not want all of it
        finally:
            pipe.close()

    def _hear(self) -> None:
        self._err = data(self._pieces(self._child.stderr, QUICK))

    def _read(self, pipe: IO[bytes] | None, pace: Pace) -> Iterator[bytes]:
        """All of it; the memory of the program is looked at on the way."""
        count, looks = 0, [self._count // 10, self._count * 9 // 10]
        for piece in self._pieces(pipe, pace):
            count += len(piece)
            while looks and count >= looks[0]:
                self._peaks.append(peak(self._child.pid))
                del looks[0]
            yield piece

    @staticmethod
    def _pieces(pipe: IO[bytes] | None, pace: Pace) -> Iterator[bytes]:
        assert pipe is not None
        with pipe:
            while piece := os.read(pipe.fileno(), pace.piece):
                yield piece
                time.sleep(pace.pause)


def peak(process: int) -> int:
    """KB that it held at most."""
    rows = Path(f"/proc/{process}/status").read_text(encoding="ascii").split("\n")
    return next(int(row.split()[1]) for row in rows if row.startswith("VmHWM"))
