"""A pull never ends: however much comes, it takes no more memory, and Ctrl-C or a sentence ends it."""

from __future__ import annotations

import itertools
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dshell.wire import strip_escapes
from tests.faults.ending import restored, unfit
from tests.faults.lines import mishaps
from tests.faults.proxy import Fault, Proxy
from tests.faults.transfer import peak
from tests.program import Program
from tests.screen import Screen
from tests.watched import PATIENCE

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
MB = 1_000_000
ENOUGH = 200 * MB if LONG else 3 * MB
WARM = ENOUGH // 6  # bytes after which all is loaded, and everything is remembered that ever will be
GROWTH = 1_500  # KB
LAST = 65_536  # bytes of what is shown
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"


def row(layer: str, current: int, status: str = "Downloading") -> bytes:
    detail = {"current": current, "total": 10**9}
    return json.dumps({"status": status, "progressDetail": detail, "id": layer}).encode() + b"\r\n"


ENDLESS: dict[str, Callable[[int], bytes]] = {
    "rows of five layers": lambda count: row(f"{count % 5:012x}", count),
    "new layers": lambda count: row(f"{count:012x}", count),
    "new layers with the longest names": lambda count: row(f"{count:02000x}", count),
    "words of the daemon's": lambda count: row("", 0, f"{count} " + "x" * 1000),
    "empty rows": lambda _: b"\r\n" * 500,
}
"""What comes for ever, by its number."""


@dataclass
class Endless:
    """The answer. ``sent``: bytes that were taken, of which it has no more than some kB on the way."""

    make: Callable[[int], bytes]
    sent: int = 0

    def __iter__(self) -> Iterator[bytes]:
        for count in itertools.count():
            data = self.make(count)
            yield b"%x\r\n%s\r\n" % (len(data), data)
            self.sent += len(data)

    def wait(self, sent: int) -> None:
        """Until so much was ``sent``."""
        before, since = self.sent, time.monotonic()
        while self.sent < sent:
            time.sleep(0.01)
            if self.sent > before:
                before, since = self.sent, time.monotonic()
            assert time.monotonic() - since < PATIENCE, f"stuck after {self.sent} bytes"


class Unseen(Screen):
    """Keeps the last of what is shown: all of it would take minutes to look at."""

    def show(self, data: bytes) -> None:
        self.raw = (self.raw + data)[-LAST:]

    @property
    def last(self) -> str:
        """It may begin within a letter."""
        return strip_escapes(self.raw.decode(errors="replace"))


@contextmanager
def pulling(home: Path, engine_host: str, answer: Iterable[bytes]) -> Iterator[Unseen]:
    fault = Fault("/images/create", instead=itertools.chain([HEAD], answer))
    with Proxy(home / "s", engine_host, fault) as proxy:
        program = Program(proxy.host, home)
        with Unseen([*program.argv, "pull", "alpine:never"], program.env, cwd=home) as screen:
            before = screen.modes()
            yield screen
            assert restored(screen, before) == ""
            assert unfit(screen.last) == []
            assert mishaps(home) == []


@pytest.mark.parametrize("what", ENDLESS)
def test_memory_stays_as_it_is_and_a_key_ends_it(tmp_path: Path, engine_host: str, what: str) -> None:
    endless = Endless(ENDLESS[what])
    with pulling(tmp_path, engine_host, endless) as screen:
        endless.wait(WARM)
        before = peak(screen.process.pid)
        endless.wait(ENOUGH)
        assert peak(screen.process.pid) < before + GROWTH
        screen.send("\x03")
        assert screen.wait() == 130
        assert b"interrupted" in screen.raw


def test_a_row_without_end_is_not_waited_for(tmp_path: Path, engine_host: str) -> None:
    row = itertools.chain([b'10\r\n{"status":       \r\n'], itertools.repeat(b"10000\r\n" + b"x" * 0x10000 + b"\r\n"))
    with pulling(tmp_path, engine_host, row) as screen:
        assert screen.wait() == 1
        text = " ".join(screen.last.split())
        assert "does not speak as a docker daemon does" in text
