"""The REPL for screen readers and for dumb terminals: what it writes, byte by byte, and that it can be worked with."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dshell.shell.plain import spelled
from tests.conftest import Docker
from tests.program import ARGV, Program
from tests.screen import Screen
from tests.watched import PATIENCE

UP, BACK, CTRL_C, CTRL_U, F1, F2 = "\x1b[A", "\x7f", "\x03", "\x15", "\x1bOP", "\x1bOQ"
SEQUENCE = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|.)", re.DOTALL)
# Cursor left and right, erasing behind it, colours off, modes of the terminal, the question where the cursor is.
WITHIN_A_ROW = re.compile(rb"\x1b\[(?:\d*[CDJK]|0?m|\?\d+[hl]|6n)")

PROMPT = re.compile(r"> $")
PLAIN, DUMB = "--plain", "dumb"


@pytest.fixture
def program(engine_host: str, tmp_path: Path) -> Program:
    return Program(engine_host, tmp_path)


@contextmanager
def session(program: Program, manner: str) -> Iterator[Screen]:
    argv, term = ([*ARGV, PLAIN], "xterm-256color") if manner == PLAIN else (ARGV, "dumb")
    with Screen(argv, {**program.env, "TERM": term}, columns=100, lines=40, cwd=program.home) as screen:
        screen.expect(PROMPT)
        yield screen


def newest(screen: Screen) -> int:
    """The row of the newest prompt, by what is painted: the cursor may be on its way."""
    return max(number for number, row in enumerate(screen.text().split("\n")) if " > " in row + " ")


def work(screen: Screen) -> None:
    """A bit of everything, each step waited for."""
    for keys, shown in (
        (f"!echo onx{BACK}e\r", "^one\n+ .* > $"),
        (f"{UP}\r", "^one\n+ .* > $"),
        ("run --na\t", "> run --name $"),
        (f"{CTRL_U}run --r\t", r" --rm +deletes .*\n(?: .*\n)+ .* > run --r$"),
        (f"{CTRL_U}run --name\r", "^ +--name needs a value after it *\n .* > run --name$"),
        (CTRL_C, "> run --name *\n .* > $"),
        (F2, "^explanations: off *\n .* > $"),
        (f"ps{F1}", r"^ +ps .*\n(?:.*\n)+ .* > ps$"),
    ):
        here = newest(screen)
        screen.send(keys)
        screen.expect(re.compile(shown, re.MULTILINE), start=here)
    screen.send(f"{CTRL_U}exit 3\r")
    assert screen.wait() == 3


def test_a_plain_session_touches_only_the_row_that_is_edited(program: Program) -> None:
    with session(program, PLAIN) as screen:
        work(screen)
        assert {found for found in SEQUENCE.findall(screen.raw) if not WITHIN_A_ROW.fullmatch(found)} == set()
        assert screen.raw.isascii()


def test_a_dumb_session_knows_no_escape(program: Program) -> None:
    with session(program, DUMB) as screen:
        work(screen)
        assert b"\x1b" not in screen.raw
        assert screen.raw.isascii()


@pytest.mark.parametrize("manner", [PLAIN, DUMB])
def test_an_input_may_have_two_rows(program: Program, manner: str) -> None:
    with session(program, manner) as screen:
        screen.send("!echo 'a\r")
        screen.expect(re.compile("> !echo 'a *\n> $"))
        screen.send("b'\r")
        screen.expect(re.compile("^a\nb\n+ .* > $", re.MULTILINE))
        assert manner == PLAIN or b"\x1b" not in screen.raw


@pytest.mark.parametrize("manner", [PLAIN, DUMB])
def test_many_candidates_are_cut_and_counted(program: Program, manner: str) -> None:
    with session(program, manner) as screen:
        screen.send("run -\t")
        screen.expect(
            re.compile(r"-i, --interactive .*\n +-t, --tty (?:.*\n){19,40} +and \d+ more: .*\n .* > run -$", re.M)
        )


def known(screen: Screen, name: str) -> None:
    """Type ``exec`` and most of ``name``, and Tab until the rest comes: the container is known by then."""
    screen.send(f"exec {name[:-1]}")
    end = time.monotonic() + PATIENCE
    while True:
        screen.send("\t")
        try:
            screen.expect(re.compile(f"> exec {name} $"), timeout=1)
        except AssertionError:
            assert time.monotonic() < end
        else:
            return


@pytest.mark.parametrize("manner", [PLAIN, DUMB])
def test_what_is_looked_up_first_comes_with_the_same_tab(program: Program, docker: Docker, manner: str) -> None:
    name = f"late-{manner.strip('-')}"
    docker("run", "-d", "--name", name, "alpine", "sh", "-c", "mkdir /only-one; sleep 600")
    try:
        with session(program, manner) as screen:
            known(screen, name)
            screen.send("ls /only\t")
            screen.expect(re.compile(f"> exec {name} ls /only-one/$"))
    finally:
        docker("rm", "-f", name)


@pytest.mark.parametrize("manner", [PLAIN, DUMB])
def test_nothing_is_drawn_around_the_input(program: Program, manner: str) -> None:
    with session(program, manner) as screen:
        screen.send("run -it alpine")
        screen.expect("> run -it alpine")
        screen.send("!")
        screen.expect("> run -it alpine!")
        assert screen.text().count("\n") == 0


@pytest.mark.parametrize(
    ("text", "shown"), [("ps", "ps"), ("a\nb", "a\r\n> b"), ("\x1b[31m", "\\x1b[31m"), ("é", "é"), ("a\tb", "a\\tb")]
)
def test_an_input_is_spelled_without_controls(text: str, shown: str) -> None:
    assert spelled(text) == shown
