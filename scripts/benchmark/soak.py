"""Not a time: what one REPL holds after very many lines, while containers come and go.

Its memory is looked at after a collection of garbage, which the program under test makes when it gets a signal, and
without what glibc's malloc keeps free: how much that is depends on what else the machine does. What it holds after the
first lines (names, grammar, history, what completion has found) counts as warm; the rest is growth.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from benchmark.figure import Figure
from benchmark.side import PROMPT, Side

CODE = """
import ctypes, gc, runpy, signal, sys
trim = ctypes.CDLL(None).malloc_trim
signal.signal(signal.SIGUSR1, lambda *_: (gc.collect(), trim(0)))
sys.argv = ["dshell"]
runpy.run_module("dshell", run_name="__main__", alter_sys=True)
"""
SOAKED = (sys.executable, "-c", CODE)
TAKEN, ASKED = b"\x1b[?2004l", b"\x1b[?2004h"  # the prompt lets go of the terminal, and is back
SAMPLES = 20
WARM = 0.5  # of the lines: the history (5,000 lines), notes (1,000) and used words (2,000) are full then
BOX, PREFIX = "soak-box", "soak"
SHELL = b"# "
QUESTION = b"\x1b[1mEnt"  # the key that says no, in both languages

CHEAP = (
    "explain run -it --rm -p 80{n:02}:80 -v ./src:/app nginx:{n}",
    "help run -v",
    "why no such container: {n}",
    "lang fr",
    "as-run " + BOX,
    "nosuch-{n} --flag",
    "map --plain",
    "lang en",
    "cd .",
    "run --nosuch-{n} alpine",
    "ps -a --nosuch",
    "run -p nosuch:{n} alpine",
    "echo {n} && cd . || cd /",
    "explain exec -it web sh -c 'ls /{n} | wc -l'",
    "flow",
    "config",
    "exec nosuch-{n} true",
    "inspect-{n}",
    "why " + BOX,
    "fav",
)
"""Lines that make nothing; ``{n}`` tells each from the others."""

COSTLY = (
    "run --rm alpine echo {n}",
    "exec " + BOX + " sh -c 'exit 3'",
    "inspect " + BOX,
    "create --name soak-{n} alpine echo {n}",
    "start -a soak-{n}",
    "logs soak-{n}",
    "rm soak-{n}",
    "pull alpine",
    "ps | wc -l",
    "run nosuch/image:{n}",
    "exec -t " + BOX + " echo {n}",
    "images -q",
    "run -d --rm --name soak-{n} alpine sleep 1",
    "volume create soak-{n}",
    "volume rm soak-{n}",
    "run --rm alpine nosuch-{n}",
    "ls /",
    "run --rm -i alpine cat < /etc/hosts",
    "notes list | wc -l",
    "as-compose " + BOX,
)
"""Lines that make the daemon, the docker CLI or a shell work."""


WAKING = ("run alpine /", "pull ngi", "build --target ", "run -v ./here:/there alpine")
"""What the daemon, Docker Hub and the disk are asked for, each in a thread that is made when it is first wanted."""

STARTED = ("start soak", "run -", "inspect ", "rmi ", f"exec {BOX} ", "run alpine /", "network rm ", "ps --filter ")
"""What Tab is pressed behind."""


class Sample(NamedTuple):
    """After ``done`` lines or events: KB resident, threads, open descriptors."""

    done: int
    memory: float
    threads: int
    descriptors: int


def soak(lines: int) -> Iterator[Figure]:
    samples = []
    with _box():
        program = Side(SOAKED)
        try:
            program.until(PROMPT)
            _wake(program)
            for number in range(1, lines + 1):
                _one(program, number)
                if number % max(1, lines // SAMPLES) == 0:
                    samples.append(sample(program, number))
                    print(row(samples[-1], program), flush=True)
        finally:
            program.end()
    yield from gained([each for each in samples if each.done >= lines * WARM], "lines")


def gained(warm: Sequence[Sample], what: str) -> Iterator[Figure]:
    """By the slope of all samples; of what goes up and down by one, by the medians of both halves."""
    slope = statistics.linear_regression([each.done / 1000 for each in warm], [each.memory for each in warm]).slope
    yield Figure(f"memory gained over 1,000 {what}", slope, None, "KB", 50)
    early, late = warm[: len(warm) // 2], warm[len(warm) // 2 :]
    for held in ("threads", "descriptors"):
        before, behind = (statistics.median(getattr(each, held) for each in half) for half in (early, late))
        yield Figure(f"{held} gained over the {what}", behind - before, None, "", 0)
        if held == "threads":
            yield Figure(f"threads that died over the {what}", before - behind, None, "", 0)


def _one(program: Side, number: int) -> None:
    """One line of the mix: of twenty, sixteen are cheap, two costly, one is a Tab, one may be a session."""
    turn, place = divmod(number, 20)
    match place:
        case 5 | 15:
            _costly(program, 2 * turn + place // 10)
        case 10:
            _complete(program, turn)
        case 19 if turn % 10 == 0:
            _talk(program)
        case 0 if turn % 3 == 0:
            _guest(turn)
            _enter(program, "ps -a")
        case _:
            _enter(program, CHEAP[(number + turn) % len(CHEAP)].format(n=number))


def _costly(program: Side, number: int) -> None:
    """Lines of one round share their things."""
    turn, place = divmod(number, len(COSTLY))
    line = COSTLY[place].format(n=turn)
    (_sure if line.startswith("volume rm") else _enter)(program, line)


def _enter(program: Side, line: str) -> None:
    """Type ``line``, until the next prompt asks."""
    program.send(line.encode() + b"\r")
    _await_prompt(program)


def _sure(program: Side, line: str) -> None:
    """A line that is asked about first."""
    program.send(line.encode() + b"\r")
    program.until(QUESTION)
    program.send(b"y")
    program.until(ASKED)


def _await_prompt(program: Side) -> None:
    program.until(TAKEN)
    program.seen = program.seen.split(TAKEN, 1)[1]
    program.until(ASKED)


def _complete(program: Side, turn: int) -> None:
    """Candidates of several kinds, and the input thrown away."""
    program.send(STARTED[turn % len(STARTED)].encode() + b"\t\t")
    program.quiet(0.05)
    program.send(b"\x03")
    _await_prompt(program)


def _wake(program: Side) -> None:
    for text in WAKING:
        program.send(text.encode())
        program.quiet(1)  # a person who pauses
        program.send(b"\x03")
        _await_prompt(program)


def _talk(program: Side) -> None:
    """A session in a container, typed into."""
    program.send(f"exec -it {BOX} sh\r".encode())
    program.until(SHELL)
    program.send(b"echo $((6*7))x\r")
    program.until(b"42x")
    program.send(b"exit\r")
    program.until(ASKED)


def _guest(turn: int) -> None:
    """Another program's container, which comes, ends and goes by itself while lines are typed."""
    line = f"docker run -d --rm --name {PREFIX}-guest-{turn} alpine sleep 2 > /dev/null &"
    subprocess.run(["sh", "-c", line], check=True)


def sample(program: Side, number: int) -> Sample:
    os.kill(program.pid, signal.Signals["SIGUSR1"])
    program.quiet(1)
    threads, descriptors = (len(os.listdir(f"/proc/{program.pid}/{what}")) for what in ("task", "fd"))
    return Sample(number, 1024 * program.memory("VmRSS"), threads, descriptors)


def row(taken: Sample, program: Side) -> str:
    done, memory, threads, descriptors = taken
    passed = time.perf_counter() - program.began
    return f"  {done:>6} {memory:>9.0f} KB {threads:>3} threads {descriptors:>3} descriptors {passed:>7.0f} s"


@contextmanager
def _box() -> Iterator[None]:
    """A container that stands all the while; whatever is left is removed."""
    _clear()
    subprocess.run(["docker", "run", "-d", "--name", BOX, "alpine", "sleep", "1d"], check=True, capture_output=True)
    try:
        yield
    finally:
        _clear()


def _clear() -> None:
    left = ["docker", "ps", "-aq", "--filter", f"name=^{PREFIX}-"]
    found = subprocess.run(left, check=True, capture_output=True, text=True).stdout.split()
    if found:
        subprocess.run(["docker", "rm", "-f", *found], check=True, capture_output=True)
