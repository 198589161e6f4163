"""``run --rm alpine true``: from Enter to the next prompt, and as one process; and what it costs besides time."""

from __future__ import annotations

import os
import statistics
import subprocess
from collections.abc import Iterator, Sequence

from benchmark.figure import Figure, beside
from benchmark.side import DSHELL, PROMPT, Side, environment, process, side
from benchmark.stub import Counter, listening

LINE = ("run", "--rm", "alpine", "true")
DOCKER = ("docker", *LINE)
ONCE = (*DSHELL, *LINE)


def line(program: Side, text: bytes) -> float:
    """From Enter to the next prompt."""
    program.send(text)
    program.quiet(0.2)
    began = program.send(b"\r")
    program.until(b"\n")
    program.seen = program.seen[program.seen.index(b"\n") :]
    ended = program.until(PROMPT)
    program.quiet(0.2)
    return ended - began


def run(rounds: int) -> Iterator[Figure]:
    with side(DSHELL, PROMPT) as repl:
        text = " ".join(LINE).encode()
        name = f"{text.decode()}, REPL / docker"
        yield beside(name, lambda: line(repl, text), lambda: process(DOCKER).seconds, rounds, 0.85)
    name = f"{text.decode()}, one-shot / docker"
    yield beside(name, lambda: process(ONCE).seconds, lambda: process(DOCKER).seconds, rounds, 1.15)
    pairs = [(process(ONCE).cpu, process(DOCKER).cpu) for _ in range(rounds)]
    mine, other = (1000 * statistics.median(used) for used in zip(*pairs, strict=True))
    yield Figure("CPU of the one-shot's process / docker", mine, other, "ms", 4.0)
    yield from _requests()


def _requests() -> Iterator[Figure]:
    """Not times: what passes between client and daemon."""
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")

    def counted(argv: Sequence[str], name: str) -> Counter:
        counter = Counter(address)
        with listening(counter, name) as host:
            changes = environment({"DOCKER_HOST": host})
            subprocess.run(argv, env=changes, stdin=subprocess.DEVNULL, capture_output=True, check=True)
        return counter

    ours, theirs = counted(ONCE, "ours"), counted(DOCKER, "theirs")
    yield Figure("requests of the one-shot / docker", len(ours.requests), len(theirs.requests), "", 1.0)
    yield Figure("connections of the one-shot / docker", ours.connections, theirs.connections, "", 1.0)
