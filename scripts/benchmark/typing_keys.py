"""Keys: from a key to its character on the screen, and from another program's container to its name at Tab."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Iterator

from benchmark.figure import Figure, beside
from benchmark.side import BARE, BARE_PROMPT, DSHELL, PROMPT, Side, side
from benchmark.stub import MANY, Stub, listening

KEYS = 10  # of each round


def key(program: Side, typed: bytes = b"z") -> float:
    """From a key typed to its character on the screen, then taken back."""
    began = program.send(typed)
    shown = program.until(typed)
    program.quiet(0.03)
    program.send(b"\x7f")
    program.quiet(0.03)
    return shown - began


def echo(rounds: int) -> Iterator[Figure]:
    with (
        listening(Stub(MANY), "keys") as host,
        side(DSHELL, PROMPT, {"DOCKER_HOST": host}) as ours,
        side(BARE, BARE_PROMPT) as theirs,
    ):
        ours.quiet(1)
        name = f"key echo at the prompt, {MANY} containers / bare"
        yield beside(name, lambda: key(ours), lambda: key(theirs), rounds * KEYS, 1.3)
        for program in (ours, theirs):
            program.send(b"start service_1")
            program.quiet(0.3)
        yield beside("key echo in a name / bare", lambda: key(ours, b"9"), lambda: key(theirs, b"9"), rounds * KEYS, 2)
    inside = ("run", "--rm", "-it", "alpine", "sh", "-c", "echo ready; cat")
    with side((*DSHELL, *inside), b"ready") as ours, side(("docker", *inside), b"ready") as theirs:
        yield beside("key echo in run -it cat / docker", lambda: key(ours), lambda: key(theirs), rounds * KEYS, 1.1)
        for program in (ours, theirs):
            program.send(b"\r\x04")
            program.quiet(1)


def names(rounds: int) -> Iterator[Figure]:
    stub = Stub(MANY)
    with listening(stub, "names") as host, side(DSHELL, PROMPT, {"DOCKER_HOST": host}) as program:
        program.quiet(1)
        before = len(stub.asked)
        program.send(b"start service_99\t")
        program.until(b"service_99")
        program.quiet(0.5)
        yield Figure("requests at Tab", len(stub.asked) - before, None, "", 0)
    with side(DSHELL, PROMPT) as program:
        program.quiet(1)
        offered = [_offered(program, number) for number in range(rounds)]
        yield Figure("another program's container at Tab", 1000 * statistics.median(offered), None, "ms", 200)


def _offered(program: Side, number: int) -> float:
    """From the answer to create until Tab completes the new name."""
    name = f"bench{os.getpid()}x{number}Q"
    program.send(f"start {name[:-1]}".encode())
    program.quiet(0.3)
    subprocess.run(["docker", "create", "--name", name, "alpine"], check=True, capture_output=True)
    began = time.perf_counter()
    try:
        while True:
            program.send(b"\t")
            try:
                return program.until(b"Q", 0.05) - began
            except TimeoutError:
                continue
    finally:
        program.send(b"\x03")
        program.quiet(0.3)
        subprocess.run(["docker", "rm", "-f", name], check=True, capture_output=True)
        program.quiet(0.3)
