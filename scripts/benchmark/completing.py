"""Completion with very many names: from Tab to the menu, memory, keys while the daemon is silent, candidates."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmark.figure import Figure
from benchmark.side import DSHELL, PROMPT, Side, side
from benchmark.typing_keys import key

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from dshell.line.parse import parse
from dshell.line.suggest import suggest
from tests.half_typed import lines
from tests.worlds import GRAMMAR, rich

RUNNING = b"6666"  # how many of the large engine's containers run, as the bar says
KEYS = 10  # of each round


def complete(rounds: int) -> Iterator[Figure]:
    with engine() as host, side(DSHELL, RUNNING, {"DOCKER_HOST": host}) as program:
        tabbed = [tab(program, *each) for each in tabs(rounds)]
        for what, taken in zip(("", ", its work"), zip(*tabbed, strict=True), strict=True):
            name = f"Tab to menu, 17,000 names{what}"
            yield Figure(f"{name}, median", 1000 * statistics.median(taken), None, "ms", 10)
            yield Figure(f"{name}, p99", 1000 * highest(taken), None, "ms", 10)
        yield Figure("memory with 17,000 names", program.memory(), None, "MB", 150)
    with engine("silent") as host, side(DSHELL, PROMPT, {"DOCKER_HOST": host}) as program:
        times = [key(program) for _ in range(rounds * KEYS)]
        yield Figure("key echo, a daemon that never answers", 1000 * statistics.median(times), None, "ms", 10)
    world, times = rich(), []
    for text, cursor in lines(GRAMMAR, 5000):
        began = time.perf_counter()
        suggest(parse(text, GRAMMAR), cursor, world, GRAMMAR)
        times.append(time.perf_counter() - began)
    yield Figure("parse and candidates, 5,000 cut lines, median", 1000 * statistics.median(times), None, "ms", 2)


@contextmanager
def engine(*words: str) -> Iterator[str]:
    """DOCKER_HOST of one in a process of its own, which takes nothing of the shell's time."""
    with tempfile.TemporaryDirectory(prefix="dshell-large-") as folder:
        argv = [sys.executable, str(Path(__file__).with_name("large_engine.py")), folder, *words]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                yield process.stdout.readline().strip()
            finally:
                process.kill()


def tabs(rounds: int) -> Iterator[tuple[bytes, bytes]]:
    """What is typed before the Tab, and a candidate that the menu then shows."""
    for number in range(1, rounds + 1):
        yield f"rm job-{number:04d}".encode(), f"job-{number:04d}5".encode()
        yield f"run team/app-{number:03d}".encode(), f"team/app-{number:03d}5".encode()
        yield f"run -v vol-{number:04d}".encode(), f"vol-{number:04d}5".encode()
        yield b"rm ", b"job-00005"
        yield b"stop job-0", b"job-00005"
        yield f"rm {number:03d}5".encode(), f"job-0{number:03d}5".encode()
        yield b"run -", b"--publish"


def tab(program: Side, typed: bytes, shown: bytes) -> tuple[float, float]:
    """Seconds from Tab to the menu, and the processor time in them."""
    program.send(b"\x05\x15")  # the end of the line, and away with it
    program.quiet(0.05)
    program.send(typed)
    program.quiet(0.25)  # a person looks; what a pause looks up is done
    before = program.worked()
    pressed = program.send(b"\t")
    seconds = program.until(shown) - pressed
    program.quiet(0.02)
    return seconds, program.worked() - before


def highest(times: Sequence[float]) -> float:
    """The 99th percentile."""
    return sorted(times)[int(len(times) * 0.99)]
