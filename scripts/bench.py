#!/usr/bin/env python3
"""What dshell costs, beside the docker CLI or a bare prompt_toolkit prompt, in one run, printed as ratios.

    scripts/bench.py [--rounds N] [--sessions N] [NAME …]

All but ``parse`` needs an engine (DOCKER_HOST, or ``scripts/engine start``) with alpine on it, and a quiet machine.
Both sides of a figure are measured in turn, round by round, in a pseudo-terminal of the same size; times are medians
in ms.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import statistics
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

assert sys.platform != "win32"  # pseudo-terminals are made by fork here

DSHELL = [sys.executable, "-m", "dshell"]
BARE = [sys.executable, "-c", "from prompt_toolkit import PromptSession as S\ns = S()\nwhile True: s.prompt('bare> ')"]
PROMPT = "▸".encode()
LIMIT = 30.0  # seconds after which a side is taken to hang


class Side:
    """A program in a pseudo-terminal, driven by bytes."""

    def __init__(self, argv: list[str]) -> None:
        self.began = time.perf_counter()
        self._pid, self._fd = pty.fork()
        if self._pid == 0:
            os.execvpe(argv[0], argv, environment())
        termios.tcsetwinsize(self._fd, (30, 100))
        self.seen = b""

    def send(self, data: bytes) -> float:
        """Type ``data``; the moment at which it was typed."""
        self.seen = b""
        os.write(self._fd, data)
        return time.perf_counter()

    def until(self, wanted: bytes) -> float:
        """The moment at which ``wanted`` has arrived since the last ``send``. Cursor queries are answered."""
        end = time.perf_counter() + LIMIT
        while wanted not in self.seen:
            if not select.select([self._fd], [], [], max(0.0, end - time.perf_counter()))[0]:
                raise SystemExit(f"no {wanted!r} after {LIMIT} s in {self.seen[-500:]!r}")
            try:
                data = os.read(self._fd, 65536)
            except OSError:
                raise SystemExit(f"ended without {wanted!r}: {self.seen[-500:]!r}") from None
            if b"\x1b[6n" in data:
                os.write(self._fd, b"\x1b[1;1R")
            self.seen += data
        return time.perf_counter()

    def quiet(self, seconds: float) -> None:
        """Read until nothing has come for ``seconds``."""
        while select.select([self._fd], [], [], seconds)[0]:
            try:
                self.seen += os.read(self._fd, 65536)
            except OSError:
                return

    def end(self) -> None:
        os.close(self._fd)
        os.waitpid(self._pid, 0)


def environment() -> dict[str, str]:
    """The caller's, with an empty config, history and cache of its own, so that no two rounds differ."""
    own = dict.fromkeys(("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME"), SCRATCH.name)
    return {**os.environ, **own, "TERM": "xterm-256color"}


SCRATCH = tempfile.TemporaryDirectory(prefix="dshell-bench-")


@contextmanager
def side(argv: list[str], ready: bytes) -> Iterator[Side]:
    program = Side(argv)
    try:
        program.until(ready)
        program.quiet(0.3)
        yield program
    finally:
        program.end()


def beside(name: str, ours: Callable[[], float], theirs: Callable[[], float], rounds: int) -> None:
    """Measure both in turn and print one line: medians in ms, and how many times theirs ours is."""
    ours(), theirs()  # warm caches of both sides
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    mine, other = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{name:<42} {mine:9.1f} {other:9.1f}   x {mine / other:.2f}", flush=True)


def start(argv: list[str], ready: bytes) -> float:
    program = Side(argv)
    try:
        return program.until(ready) - program.began
    finally:
        program.end()


def process(argv: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(argv, check=True, stdin=subprocess.DEVNULL, env=environment())
    return time.perf_counter() - began


def line(program: Side, text: bytes, ready: bytes) -> float:
    """From Enter to the next prompt."""
    program.send(text)
    program.quiet(0.2)
    began = program.send(b"\r")
    program.until(b"\n")
    program.seen = program.seen[program.seen.index(b"\n") :]
    ended = program.until(ready)
    program.quiet(0.2)
    return ended - began


def echo(program: Side) -> float:
    """From a key typed to its character on the screen, then taken back."""
    typed = program.send(b"z")
    shown = program.until(b"z")
    program.quiet(0.03)
    program.send(b"\x7f")
    program.quiet(0.03)
    return shown - typed


def measure_start(rounds: int) -> None:
    beside(
        "start to prompt / bare prompt_toolkit", lambda: start(DSHELL, PROMPT), lambda: start(BARE, b"bare>"), rounds
    )


def measure_run(rounds: int) -> None:
    docker = ["docker", "run", "--rm", "alpine", "true"]
    with side(DSHELL, PROMPT) as repl:
        beside(
            "run --rm alpine true, REPL / docker",
            lambda: line(repl, b"run --rm alpine true", PROMPT),
            lambda: process(docker),
            rounds,
        )
    beside(
        "run --rm alpine true, one-shot / docker",
        lambda: process([*DSHELL, "run", "--rm", "alpine", "true"]),
        lambda: process(docker),
        rounds,
    )


def measure_echo(rounds: int) -> None:
    with side(DSHELL, PROMPT) as ours, side(BARE, b"bare>") as theirs:
        beside("key echo at the prompt / bare", lambda: echo(ours), lambda: echo(theirs), rounds * 10)
    inside = ["run", "--rm", "-it", "alpine", "sh", "-c", "echo ready; cat"]
    with side([*DSHELL, *inside], b"ready") as ours, side(["docker", *inside], b"ready") as theirs:
        beside("key echo in run -it cat / docker", lambda: echo(ours), lambda: echo(theirs), rounds * 10)
        ours.send(b"\r\x04")
        theirs.send(b"\r\x04")
        ours.quiet(1)
        theirs.quiet(1)


def measure_sessions(sessions: int) -> None:
    """Not a time: how many of ``sessions`` exec sessions whose program prints at once lost their first byte."""
    name = f"dshell-bench-{os.getpid()}"
    subprocess.run(
        ["docker", "run", "-d", "--rm", "--name", name, "alpine", "sleep", "3600"], check=True, capture_output=True
    )
    try:
        expected = b"first byte and last\n"
        lost = 0
        for _ in range(sessions):
            done = subprocess.run(
                [*DSHELL, "exec", name, "echo", "first byte and last"], capture_output=True, check=True
            )
            lost += done.stdout != expected
        print(f"{'exec sessions with output lost':<42} {lost:9} of {sessions}", flush=True)
    finally:
        subprocess.run(["docker", "rm", "-f", name], check=True, capture_output=True)


def measure_parse() -> None:
    """One keystroke's work on a line: parse and check it, and with it explain and paint it. No daemon is needed."""
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    from dshell.line.check import checked  # noqa: PLC0415 - dshell is measured from outside but here
    from dshell.line.parse import parse  # noqa: PLC0415
    from dshell.shell.theme import marks  # noqa: PLC0415
    from dshell.teach.explain import explain  # noqa: PLC0415
    from dshell.teach.texts import load as load_texts  # noqa: PLC0415
    from tests.shell_parts import GRAMMAR  # noqa: PLC0415
    from tests.test_any_line import lines  # noqa: PLC0415
    from tests.test_hand import HAND, NAMES  # noqa: PLC0415

    texts = load_texts("en")
    parsing, all_of_it = [], []
    for text in lines():
        began = time.perf_counter()
        line = checked(parse(text, GRAMMAR), GRAMMAR, NAMES)
        parsing.append(time.perf_counter() - began)
        explain(line, texts, HAND)
        marks(line, line.problems)
        all_of_it.append(time.perf_counter() - began)
    for name, times in (("parse and check", parsing), ("parse, check, explain and paint", all_of_it)):
        median, slow = 1000 * statistics.median(times), 1000 * statistics.quantiles(times, n=100)[98]
        print(f"{name:<42} {median:9.2f}           p99 {slow:.2f} of {len(times)} lines", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11, help="rounds of each figure (medians are printed)")
    parser.add_argument("--sessions", type=int, default=1000, help="exec sessions whose first byte is looked at")
    parser.add_argument(
        "names", nargs="*", choices=[[], "start", "run", "echo", "sessions", "parse"], help="only these"
    )
    asked = parser.parse_args()
    wanted = asked.names or ["start", "run", "echo", "sessions", "parse"]
    print(f"{'':<42} {'dshell':>9} {'beside':>9}   ratio (ms, medians of {asked.rounds} rounds)")
    for name, measure in (("start", measure_start), ("run", measure_run), ("echo", measure_echo)):
        if name in wanted:
            measure(asked.rounds)
    if "sessions" in wanted:
        measure_sessions(asked.sessions)
    if "parse" in wanted:
        measure_parse()


if __name__ == "__main__":
    main()
