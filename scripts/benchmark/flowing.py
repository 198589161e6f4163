"""Much output and input: how fast it passes, and that memory does not grow with it."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial

from benchmark.figure import Figure, flow
from benchmark.side import DSHELL, Side, environment, memory_of

MEGABYTES = 64
WHOLE = 1024  # MB of the long output
BLOCK = bytes(1 << 16)


def throughput(rounds: int) -> Iterator[Figure]:
    rounds = max(3, rounds // 3)
    size = str(MEGABYTES * 1_000_000)
    lines = (
        ("output of run -it", shown, ("run", "--rm", "-it", "alpine", "head", "-c", size, "/dev/zero")),
        ("output into a pipe", out, ("run", "--rm", "alpine", "head", "-c", size, "/dev/zero")),
        ("input from a pipe", into, ("run", "--rm", "-i", "alpine", "sh", "-c", "cat >/dev/null")),
    )
    for name, measure, line in lines:
        yield flow(f"{name} / docker", partial(measure, (*DSHELL, *line)), partial(measure, ("docker", *line)), rounds)


def shown(argv: Sequence[str]) -> float:
    """MB a second onto a terminal, from the first byte on."""
    program = Side(argv)
    program.until(b"\0")
    began, count = time.perf_counter(), len(program.seen)
    count += program.drain()
    seconds = time.perf_counter() - began
    program.end()
    return count / seconds / 1e6


def out(argv: Sequence[str]) -> float:
    """MB a second into a pipe, from the first byte on."""
    with subprocess.Popen(argv, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        count, began = len(os.read(child.stdout.fileno(), len(BLOCK))), time.perf_counter()
        while data := os.read(child.stdout.fileno(), 1 << 20):
            count += len(data)
    return count / (time.perf_counter() - began) / 1e6


def into(argv: Sequence[str]) -> float:
    """MB a second from a pipe, once the first have gone through: a pipe and a socket hold less."""
    with subprocess.Popen(argv, env=environment(), stdin=subprocess.PIPE) as child:
        assert child.stdin is not None
        for _ in range(64):
            child.stdin.write(BLOCK)
        began, blocks = time.perf_counter(), MEGABYTES * 1_000_000 // len(BLOCK)
        for _ in range(blocks):
            child.stdin.write(BLOCK)
        child.stdin.close()
        seconds = time.perf_counter() - began
    return blocks * len(BLOCK) / seconds / 1e6


def growth(_rounds: int) -> Iterator[Figure]:
    """Peak memory behind the first tenth of a GB, and behind all of it."""
    argv = (*DSHELL, "run", "--rm", "alpine", "head", "-c", str(WHOLE << 20), "/dev/zero")
    with subprocess.Popen(argv, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        peaks = []
        for part in (WHOLE // 10, WHOLE - WHOLE // 10 - 1):
            left = part * 1024 * 1024
            while left and (data := os.read(child.stdout.fileno(), min(left, 1 << 20))):
                left -= len(data)
            peaks.append(memory_of(child.pid, "VmHWM"))
        threading.Thread(target=child.stdout.read, daemon=True).start()
        child.wait()
    yield Figure(f"growth over {WHOLE // 1024} GB of output", peaks[1] - peaks[0], None, "MB", 1)
