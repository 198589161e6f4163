"""Ctrl-C at any moment: a sweep over the time from dshell's first line to its end, for a line and a prompt.

It is over with the code of an interrupt or as if nothing had been; the terminal is as it was; no traceback is shown; no
container is left that was not told of. Python's own start, which answers Ctrl-C with a traceback before any line of
dshell can be there, is deaf to it here, as it is below the launcher.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

import pytest

from dshell import launch
from tests.conftest import Docker
from tests.faults.ending import restored, unfit
from tests.faults.places import until_it_ends
from tests.program import ARROW, Program
from tests.screen import Screen

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
MOMENTS = 150 if LONG else 4  # of each sweep, evenly spread
ATTEMPTS = 3  # at once
OVER = {0, 128 + signal.SIGINT, -signal.SIGINT}
DEAF = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh"]  # as a shell's background job, until dshell undoes it

LINES = {
    "run": "run --rm --pull always --name {name} alpine echo it-ran",
    "run -it": "run -it --rm --name {name} alpine sh -c 'echo it-ran'",
    "run -d": "run -d --name {name} alpine true",
}


class Launched(Program):
    """As by scripts/launch.bash."""

    @property
    def argv(self) -> Sequence[str]:
        return [*DEAF, *super().argv]

    @property
    def env(self) -> Mapping[str, str | None]:
        return {**super().env, launch.LAUNCHED: "yes"}


@contextmanager
def interrupted(screen: Screen, after: float) -> Iterator[None]:
    """``after``: seconds from now."""

    def interrupt() -> None:
        with suppress(ProcessLookupError):
            if screen.process.returncode is None:
                os.kill(screen.process.pid, signal.SIGINT)

    timer = threading.Timer(after, interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.join()


class Sweep:
    """One sort of line, or the prompt, again and again. ``words``: of the command line, ``{name}`` a new container."""

    def __init__(self, docker: Docker, host: str, folder: Path) -> None:
        self._docker = docker
        self._host = host
        self._folder = folder

    def line(self, words: str, after: float | None) -> tuple[float, list[str]]:
        """How long it took, and what was wrong."""
        name = f"swept-{uuid.uuid4().hex[:8]}"
        told = words.format(name=name).replace("'", "").split()
        with self._program().screen(*told) as screen:
            before, began = screen.modes(), time.monotonic()
            if after is not None:
                with interrupted(screen, after):
                    screen.process.wait(60)
            code = screen.wait()
            took = time.monotonic() - began
            return took, [*self._wrong(screen, before, code), *self._untold(name, screen)]

    def prompt(self, after: float | None) -> tuple[float, list[str]]:
        with self._program().screen() as screen:
            before, began = screen.modes(), time.monotonic()
            with interrupted(screen, after) if after is not None else nullcontext():
                with suppress(AssertionError, OSError):  # the interrupt took what was waited for
                    self._type(screen)
                took = time.monotonic() - began
            code = until_it_ends(screen, lambda screen: screen.send("\x03exit 0\r"))
            screen.wait()
            return took, self._wrong(screen, before, code)

    def _program(self) -> Program:
        home = self._folder / uuid.uuid4().hex[:8]
        home.mkdir()
        return Launched(self._host, home)

    def _type(self, screen: Screen) -> None:
        screen.expect("engine up", 3)
        screen.send("run --n\t")
        screen.expect("--network-alias", 3)
        screen.send("\x12")
        screen.expect("search:", 3)
        screen.send("\x03\x03")
        start = screen.here()
        screen.send("run --rm alpine echo it-ran\r")
        screen.expect(re.compile("^it-ran", re.MULTILINE), 3)
        screen.expect(re.compile(f"{ARROW} *$", re.MULTILINE), 3, start + 2)
        screen.send("!true\rexit 0\r")

    def _wrong(self, screen: Screen, before: object, code: int) -> list[str]:
        text = screen.text()
        found = [restored(screen, before), *unfit(text), *[f"exit code {code}"] * (code not in OVER)]
        return [f"{each}\n{text}" for each in found if each]

    def _untold(self, name: str, screen: Screen) -> list[str]:
        listed = self._docker("ps", "-aq", "--filter", f"name={name}").stdout.split()
        if not listed:
            return []
        self._docker("rm", "-f", name, check=False)
        said = re.split(r"\n +1 ", screen.text())[-1]  # behind the line's words, explained
        return [] if name in said else [f"{name} is left, untold\n{screen.text()}"]


def moments(took: float) -> Sequence[float]:
    return [took * number / MOMENTS for number in range(MOMENTS)]


def assert_none(attempt: Callable[[float], tuple[float, list[str]]], took: float) -> None:
    with ThreadPoolExecutor(ATTEMPTS) as pool:
        tried = zip(moments(took), pool.map(attempt, moments(took)), strict=True)
        wrong = [f"after {moment:.3f} s: {each}" for moment, (_, found) in tried for each in found]
    assert not wrong, f"{len(wrong)} of {MOMENTS}\n\n" + "\n\n".join(wrong)


# Python 3.11 makes a RuntimeError of it in that place.
WHILE_A_CLASS_IS_MADE = """
import functools
import dshell.app
def interrupted(*_):
    raise KeyboardInterrupt
functools.cached_property.__set_name__ = interrupted
from dshell.__main__ import start
start()
"""


def test_while_a_class_is_made(engine_host: str, tmp_path: Path) -> None:
    program = Program(engine_host, tmp_path)
    with Screen([sys.executable, "-c", WHILE_A_CLASS_IS_MADE], program.env, cwd=tmp_path) as screen:
        assert screen.wait() == 128 + signal.SIGINT
        assert screen.text().strip() == ""


@pytest.fixture
def sweep(docker: Docker, engine_host: str, tmp_path: Path) -> Sweep:
    return Sweep(docker, engine_host, tmp_path)


@pytest.mark.parametrize("line", LINES if LONG else [*LINES][:1])
def test_one_line(sweep: Sweep, line: str) -> None:
    took, wrong = sweep.line(LINES[line], None)
    assert not wrong
    assert_none(lambda after: sweep.line(LINES[line], after), took)


def test_the_prompt(sweep: Sweep) -> None:
    took, wrong = sweep.prompt(None)
    assert not wrong
    assert_none(sweep.prompt, took)
