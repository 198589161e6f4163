"""The pump with a terminal and a stream that play a script: output, input, detach keys, sizes."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

import pytest

from dshell.errors import EngineError, Failure
from dshell.run.session import HOLD, Ending, Outcome, Session, Tail, join
from dshell.terminal.base import STDOUT
from tests.pumped import END, KEYS, LATE, LOST, FakeStream, FakeTerminal, typing, wait_until

# --- output -------------------------------------------------------------------------------------------------------


def test_output_goes_to_its_channel_and_the_exit_code_is_the_outcome() -> None:
    terminal, stream = FakeTerminal(), FakeStream([(1, b"out"), (2, b"err\0\xff"), (1, b"more"), END], code=42)
    assert join(terminal, stream, Session(tty=False, stdin=False)) == Outcome(Ending.ENDED, 42)
    assert terminal.written == [(1, b"out"), (2, b"err\0\xff"), (1, b"more")]
    assert stream.log[-1] == ("close", b"")


def test_no_piece_is_read_before_the_last_one_is_written() -> None:
    stream = FakeStream([*((1, b"%d" % number) for number in range(100)), END])
    terminal = FakeTerminal()
    held: list[int] = []

    def write(data: bytes, channel: int = STDOUT) -> None:
        terminal.written.append((channel, data))
        held.append(len(stream.named("read")) - len(terminal.written))

    terminal.write = write  # type: ignore[method-assign]
    join(terminal, stream, Session(tty=False, stdin=False))
    assert held == [0] * 100


def test_the_tail_of_both_channels_is_kept() -> None:
    tail = Tail(10)
    stream = FakeStream([(1, b"a" * 100), (2, b"12345"), (1, b"678"), END])
    join(FakeTerminal(), stream, Session(tty=False, stdin=False, tail=tail))
    assert tail.text == "aa12345678"


@pytest.mark.parametrize(
    ("stream", "failure"),
    [
        (FakeStream([(1, b"x"), EngineError(LOST)]), LOST),
        (FakeStream([(1, b"x"), END], code=EngineError(LOST)), LOST),
    ],
    ids=["read", "wait"],
)
@pytest.mark.parametrize("tty", [False, True])
def test_a_lost_daemon_is_an_outcome(stream: FakeStream, failure: Failure, tty: bool) -> None:
    stream = FakeStream(list(stream.steps), stream.code)
    terminal = FakeTerminal()
    assert join(terminal, stream, Session(tty=tty, stdin=True)) == Outcome(Ending.LOST, failure=failure)
    assert terminal.cooked.is_set() == tty


def test_a_closed_terminal_ends_the_session() -> None:
    terminal, stream = FakeTerminal(closed=True), FakeStream([(1, b"x")])
    assert join(terminal, stream, Session(tty=True, stdin=True)).ending is Ending.CLOSED
    assert stream.named("wait") == []


def test_a_bug_in_a_stream_does_not_hang_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    outcome = join(FakeTerminal(), FakeStream([lambda: 1 / 0]), Session(tty=True, stdin=True))
    assert outcome.ending is Ending.LOST


# --- input --------------------------------------------------------------------------------------------------------


def test_input_goes_in_and_its_end_leaves_the_output_running() -> None:
    terminal = typing(b"one", b"", b"not this")
    stream = FakeStream()
    stream.steps += [lambda: wait_until(lambda: stream.named("end_input")), (1, b"after"), END]
    assert join(terminal, stream, Session(tty=False, stdin=True)).ending is Ending.ENDED
    assert stream.log[:2] == [("write", b"one"), ("end_input", b"")]
    assert terminal.written == [(1, b"after")]
    assert terminal.typed.get() == b"not this"


@pytest.mark.parametrize("tty", [False, True])
def test_input_that_is_not_attached_is_not_touched(tty: bool) -> None:
    terminal = typing(b"for the next prompt")
    stream = FakeStream([lambda: time.sleep(0.05), END])
    join(terminal, stream, Session(tty=tty, stdin=False))
    assert terminal.typed.get_nowait() == b"for the next prompt"
    assert terminal.typed.empty()
    assert stream.named("write") == []


def test_the_end_wakes_a_read_that_waits_and_no_byte_is_lost() -> None:
    """What is typed while the exit code is still awaited belongs to the next prompt."""
    terminal = FakeTerminal()
    stream = FakeStream([lambda: wait_until(lambda: terminal.timeouts), END])

    def type_ahead() -> None:
        terminal.cooked.wait(LATE)
        terminal.typed.put(b"ls\n")

    stream.before_code = type_ahead
    assert join(terminal, stream, Session(tty=True, stdin=True)).ending is Ending.ENDED
    assert stream.named("write") == []
    left = [terminal.typed.get() for _ in range(terminal.typed.qsize())]
    assert left == [b"ls\n"]
    assert terminal.wakes == 1


@pytest.mark.parametrize(
    ("tty", "stdin", "raw"), [(True, True, 1), (True, False, 0), (False, True, 0), (False, False, 0)]
)
def test_raw_only_for_a_keyboard_and_a_terminal(tty: bool, stdin: bool, raw: int) -> None:
    terminal = FakeTerminal()
    join(terminal, FakeStream([END]), Session(tty=tty, stdin=stdin))
    assert terminal.raws == raw


def test_the_terminal_is_itself_again_while_the_exit_code_is_awaited() -> None:
    terminal = FakeTerminal()
    stream = FakeStream([END], before_code=lambda: seen.append(terminal.cooked.wait(LATE)))
    seen: list[bool] = []
    join(terminal, stream, Session(tty=True, stdin=True))
    assert seen == [True]


# --- detach keys --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pieces",
    [
        (b"ab\x10\x11",),
        (b"ab\x10", b"\x11"),
        (b"ab", b"\x10\x11"),
        (b"a", b"b", b"\x10", b"\x11"),
        (b"ab\x10\x11cd",),
    ],
)
def test_detach_keys_are_found_at_every_split(pieces: tuple[bytes, ...]) -> None:
    stream = FakeStream()
    outcome = join(typing(*pieces), stream, Session(tty=True, stdin=True, detach_keys=KEYS))
    assert outcome == Outcome(Ending.DETACHED)
    assert b"".join(stream.named("write")) == b"ab"
    assert stream.named("end_input") == stream.named("wait") == []
    assert stream.named("close")


@pytest.mark.parametrize("tty", [True, False])
def test_no_detach_without_keys_or_terminal(tty: bool) -> None:
    stream = FakeStream()
    stream.steps.append(lambda: wait_until(lambda: stream.named("write")))
    stream.steps.append(END)
    outcome = join(typing(KEYS), stream, Session(tty=tty, stdin=True, detach_keys=b"" if tty else KEYS))
    assert outcome.ending is Ending.ENDED
    assert stream.named("write") == [KEYS]


def test_a_lone_first_key_is_held_for_a_while_and_then_passed_on() -> None:
    terminal = typing(b"\x10", None, b"\x11")
    stream = FakeStream()
    stream.steps += [lambda: wait_until(lambda: len(stream.named("write")) == 2), END]
    assert join(terminal, stream, Session(tty=True, stdin=True, detach_keys=KEYS)).ending is Ending.ENDED
    assert stream.named("write") == [b"\x10", b"\x11"]
    assert terminal.timeouts[1] == HOLD
    assert HOLD not in (terminal.timeouts[0], terminal.timeouts[2])


def test_a_held_key_is_passed_on_before_the_input_ends() -> None:
    stream = FakeStream()
    stream.steps += [lambda: wait_until(lambda: stream.named("end_input")), END]
    join(typing(b"x\x10", b""), stream, Session(tty=True, stdin=True, detach_keys=KEYS))
    assert [fact for fact in stream.log if fact[0] in ("write", "end_input")] == [
        ("write", b"x"),
        ("write", b"\x10"),
        ("end_input", b""),
    ]


# --- sizes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("redraw", "sizes"), [(False, [(80, 24)]), (True, [(81, 25), (80, 24)])])
def test_the_size_is_told_before_the_first_output(redraw: bool, sizes: list[tuple[int, int]]) -> None:
    stream = FakeStream([(1, b"x"), END])
    join(FakeTerminal(), stream, Session(tty=True, stdin=True, redraw=redraw))
    assert [fact for name, fact in stream.log[: len(sizes) + 1]] == [*sizes, b"x"]


def test_every_change_is_told_and_nothing_else() -> None:
    terminal, stream = FakeTerminal(), FakeStream()

    def change(size: tuple[int, int]) -> Callable[[], object]:
        def act() -> None:
            stream.sized.clear()
            terminal.columns_lines = size
            assert stream.sized.wait(LATE)

        return act

    stream.steps += [change((100, 30)), change((80, 24)), lambda: time.sleep(0.6), END]
    join(terminal, stream, Session(tty=True, stdin=False))
    assert stream.named("resize") == [(80, 24), (100, 30), (80, 24)]


def test_a_size_that_is_not_answered_holds_up_neither_keys_nor_output() -> None:
    class Held(FakeStream):
        def resize(self, size: os.terminal_size) -> None:
            assert self.ended.wait(LATE)

    terminal, stream = typing(b"hi", b"q"), Held([(1, b"out")])
    outcome = join(terminal, stream, Session(tty=True, stdin=True, detach_keys=b"q"))
    assert outcome.ending is Ending.DETACHED
    assert stream.named("write") == [b"hi"]
    assert terminal.written == [(1, b"out")]


def test_an_unknown_size_is_never_told() -> None:
    terminal, stream = FakeTerminal(columns_lines=(0, 0)), FakeStream([lambda: time.sleep(0.3), END])
    join(terminal, stream, Session(tty=True, stdin=True))
    assert stream.named("resize") == []


def test_a_program_without_a_terminal_hears_no_size() -> None:
    stream = FakeStream([END])
    join(FakeTerminal(), stream, Session(tty=False, stdin=True))
    assert stream.named("resize") == []
