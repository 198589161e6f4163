"""A program under a pseudo-console as pywinpty gives it: its defects, and what a person is asked by programs in it."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.errors import EngineError, Trouble
from dshell.stream.pseudo_console import STILL_ACTIVE, PseudoConsoleStream
from tests.splits import PLACES, cut
from tests.stream_contract import SIZE, finish, read_until

if sys.platform != "win32":
    from tests.winpty import GREETING, Pty, WinptyError

assert sys.platform != "win32"


def run(script: str) -> tuple[PseudoConsoleStream, Pty]:
    pty = Pty(["sh", "-c", script], SIZE)
    return PseudoConsoleStream(pty, WinptyError, SIZE), pty


def test_its_greeting_is_answered_and_not_shown() -> None:
    stream, pty = run("echo here")
    assert finish(stream) == ("here\n", 0)
    assert pty.heard == ["\x1b[?61c"]


def test_a_password_is_asked_without_echo() -> None:
    stream, _ = run("stty -echo; printf 'Password: '; read word; stty echo; echo; echo $word | wc -c")
    read_until(stream, b"Password: ")
    stream.write("secr\u00e9t\r".encode())
    assert finish(stream) == ("\n8\n", 0)


@pytest.mark.parametrize(("typed", "said"), [(b"y\r", "y\ngone\n"), (b"n\r", "n\nkept\n")])
def test_a_question_is_answered(typed: bytes, said: str) -> None:
    stream, _ = run("printf 'Are you sure? [y/N] '; read word; test $word = y && echo gone || echo kept")
    read_until(stream, b"[y/N] ")
    stream.write(typed)
    assert finish(stream) == (said, 0)


class Deaf(Pty):
    """Runs nothing, and keeps what is typed."""

    def __init__(self) -> None:
        self.typed = ""

    def write(self, to_write: str) -> int:
        self.typed += to_write
        return len(to_write)


@given(st.text(st.characters(codec="utf-8")), PLACES)
def test_letters_that_are_typed_are_whole_at_every_split(typed: str, places: list[int]) -> None:
    pty = Deaf()
    stream = PseudoConsoleStream(pty, WinptyError, SIZE)
    for piece in cut(typed.encode(), places):
        stream.write(piece)
    assert pty.typed == typed


def test_a_code_that_pywinpty_takes_for_a_running_program_s() -> None:
    stream, _ = run("exit 59")
    assert finish(stream) == ("", STILL_ACTIVE)


def test_what_comes_late_is_read() -> None:
    """The program has ended and the console still draws."""
    stream, pty = run("exit 0")
    read = pty.read
    late = iter(["", "", "one", "", "", "two"])
    pty.read = lambda blocking=False: read() or ("" if pty.isalive() else next(late, ""))  # type: ignore[method-assign]
    assert finish(stream) == ("onetwo", 0)


def test_a_letter_in_halves_of_a_pair_does_no_harm() -> None:
    stream, pty = run("exit 0")
    pty._pieces.append("\ud83d")
    assert finish(stream) == ("?", 0)


def test_an_exit_code_that_cannot_be_known_is_a_failure() -> None:
    stream, pty = run("exit 0")

    def broken() -> int | None:
        raise WinptyError("The handle is invalid.")

    pty.get_exitstatus = broken  # type: ignore[method-assign]
    with pytest.raises(EngineError) as caught:
        stream.wait()
    assert (caught.value.failure.trouble, caught.value.failure.words) == (Trouble.LOST, "The handle is invalid.")


def test_a_size_of_nothing_is_not_told() -> None:
    stream, pty = run("exit 0")
    sizes: list[tuple[int, int]] = []
    pty.set_size = lambda cols, rows: sizes.append((cols, rows))  # type: ignore[method-assign]
    for size in ((0, 0), (132, 50)):
        stream.resize(os.terminal_size(size))
    assert sizes == [(132, 50)]


def test_the_stand_in_holds_a_program_back_until_it_is_answered() -> None:
    pty = Pty(["sh", "-c", "echo here"], SIZE)
    assert pty.read() == GREETING
    assert pty.read() == ""
    pty.hang_up()
