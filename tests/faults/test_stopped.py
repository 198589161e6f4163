"""Stopped (Ctrl-Z, TSTP) and let go on, below a shell that does nothing for the terminal: it has its modes meanwhile.

At a prompt and in a session that docker would stop in; in one that docker passes the signal on from, dshell does too.
"""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import itertools
import os
import re
import shlex
import signal
import subprocess
import termios
import tty
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import docker_at
from tests.faults.ending import restored, switched, unfit
from tests.faults.places import Cast, cast_of
from tests.program import ARROW, Program
from tests.screen import Screen

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
Modes = list[int | list[bytes | int]]

SHELL = "sh> "
INSIDE = "/ # "
HEARD = "sh -c 'trap \"echo it-heard\" TSTP; echo it-$((40+2)); while :; do sleep 0.1; done'"

PROMPTS = {
    "the prompt": ([], ARROW, {}),
    "without painting": (["--plain"], ">", {}),
    "a dumb terminal": ([], ">", {"TERM": "dumb"}),
}
WAYS = list(itertools.product(PROMPTS, ["Ctrl-Z", "TSTP"]))


@pytest.fixture(scope="module")
def cast(engine_host: str) -> Iterator[Cast]:
    with cast_of(docker_at(engine_host)) as cast:
        cast.ready()
        yield cast


@contextmanager
def below_a_shell(argv: Sequence[str], env: Mapping[str, str | None], there: str) -> Iterator[tuple[Screen, Modes]]:
    """``argv`` as its job, at ``there``, and the terminal's modes as they were before."""
    with Screen(["sh", "-i"], {**env, "PS1": SHELL, "ENV": None}) as screen:
        screen.expect(SHELL)
        before = screen.modes()
        screen.send(f"{shlex.join(argv)}\r")
        screen.expect(re.compile(f"^ *(?!sh).*{there}", re.M), 30, 1)
        yield screen, before


def jobs(screen: Screen) -> list[list[str]]:
    """Id and state of each process that the shell has started."""
    asked = ["ps", "-o", "pid=,stat=", "--ppid", str(screen.process.pid)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return [row.split() for row in done.stdout.splitlines()]


def stop(screen: Screen) -> None:
    os.kill(int(jobs(screen)[0][0]), signal.SIGTSTP)


def usable(modes: Modes) -> Modes:
    """prompt_toolkit lends a terminal without Ctrl-S and Ctrl-Q. Control characters do not count in lines."""
    flags = [each for each in modes[:4] if isinstance(each, int)]
    return [flags[tty.IFLAG] & ~(termios.IXON | termios.IXOFF), *flags[1:]]


def assert_given_back(screen: Screen, before: Modes) -> None:
    screen.expect("Stopped")
    assert usable(screen.modes()) == usable(before)
    assert switched(screen.raw) == {}


def assert_ended(screen: Screen, before: Modes, code: int) -> None:
    screen.send("echo code $?\r")
    screen.expect(f"code {code}")
    assert restored(screen, before) == ""
    assert unfit(screen.text()) == []


@pytest.mark.parametrize(("name", "how"), WAYS if LONG else [WAYS[0], WAYS[-1]])
def test_at_a_prompt(engine_host: str, tmp_path: Path, name: str, how: str) -> None:
    words, arrow, env = PROMPTS[name]
    program = Program(engine_host, tmp_path)
    with below_a_shell([*program.argv, *words], {**program.env, **env}, arrow) as (screen, before):
        screen.send("run --na")
        screen.expect(f"{arrow} run --na")
        inside = screen.modes()
        if how == "Ctrl-Z":
            screen.send("\x1a")
        else:
            stop(screen)
        assert_given_back(screen, before)
        start = screen.here()
        screen.send("fg\r")
        screen.expect(f"{arrow} run --na", start=start)
        assert screen.modes() == inside
        screen.send("\x15exit 3\r")
        screen.expect(re.compile(f"{SHELL}$"), start=start + 1)
        assert_ended(screen, before, 3)


def test_in_a_session_where_docker_stops(cast: Cast, engine_host: str, tmp_path: Path) -> None:
    """What docker does not do: the terminal is the shell's meanwhile, and raw again afterwards."""
    program = Program(engine_host, tmp_path)
    words = ["exec", "-it", cast.names["shell"], "sh"]
    for argv in (["docker", *words], [*program.argv, *words]):
        with below_a_shell(argv, program.env, INSIDE) as (screen, before):
            inside = screen.modes()
            stop(screen)
            screen.expect("Stopped")
            assert [state[0] for _, state in jobs(screen)] == ["T"]
            if argv[0] == "docker":
                continue
            assert screen.modes() == before
            screen.send("fg\r")
            screen.expect(re.compile("fg\n"))
            screen.send("echo it-$((40+2)); exit 3\r")
            screen.expect("it-42")
            screen.expect(re.compile(f"{SHELL}$"))
            assert_ended(screen, before, 3)
            assert inside != before


def test_in_a_session_where_docker_passes_it_on(engine_host: str, tmp_path: Path) -> None:
    program = Program(engine_host, tmp_path)
    words = ["run", "--rm", "-it", "alpine", *shlex.split(HEARD)]
    for argv in (["docker", *words], [*program.argv, *words]):
        with below_a_shell(argv, program.env, "it-42") as (screen, before):
            stop(screen)
            screen.expect("it-heard")
            assert [state[0] for _, state in jobs(screen)] != ["T"]
            screen.send("\x03")
            screen.expect(re.compile(f"{SHELL}$"))
            assert_ended(screen, before, 130)
