"""Signals and endings of the pump: what is forwarded, counted and noticed, and that nothing waits for ever."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue

import pytest

from dshell.errors import EngineError, Failure, Trouble
from dshell.run import session as session_module
from dshell.run.session import FORWARDED, Ending, Outcome, Session, join
from tests.pumped import END, LATE, FakeStream, FakeTerminal, Step, typing, wait_until

assert sys.platform != "win32"


def kill(name: str) -> Callable[[], object]:
    return lambda: os.kill(os.getpid(), getattr(signal, f"SIG{name}"))


def handlers() -> dict[str, object]:
    return {name: signal.getsignal(getattr(signal, f"SIG{name}")) for name in FORWARDED}


@pytest.mark.parametrize("tty", [False, True])
@pytest.mark.parametrize("name", FORWARDED)
def test_a_signal_is_forwarded_by_its_docker_name(name: str, tty: bool) -> None:
    told: SimpleQueue[str] = SimpleQueue()
    found = handlers()
    stream = FakeStream([kill(name), lambda: wait_until(lambda: not told.empty()), END], code=130)
    outcome = join(FakeTerminal(), stream, Session(tty=tty, stdin=True, on_signal=told.put))
    assert outcome == Outcome(Ending.ENDED, 130)
    assert told.get() == name
    assert told.empty()
    assert handlers() == found


def test_signals_stay_in_order_and_a_failing_request_is_nothing() -> None:
    told: list[str] = []

    def forward(name: str) -> None:
        told.append(name)
        raise EngineError(Failure(Trouble.REFUSED, status=409))

    names = ["USR1", "INT", "USR2"]
    steps: list[Step] = []
    for count, name in enumerate(names, 1):
        steps += [kill(name), until_there_are(told, count)]
    join(FakeTerminal(), FakeStream([*steps, END]), Session(tty=False, stdin=False, on_signal=forward))
    assert told == names


def until_there_are(told: list[str], count: int) -> Callable[[], object]:
    return lambda: wait_until(lambda: len(told) >= count)


@pytest.mark.parametrize("forwarded", [False, True])
@pytest.mark.parametrize("stdin", [False, True])
@pytest.mark.parametrize(
    ("names", "patience", "ending", "by"),
    [
        (["INT"], 1, Ending.INTERRUPTED, "INT"),
        (["TERM"], 1, Ending.INTERRUPTED, "TERM"),
        (["INT", "INT"], 3, Ending.ENDED, ""),
        (["INT", "TERM", "INT"], 3, Ending.INTERRUPTED, "INT"),
    ],
)
def test_interrupts_are_counted(
    names: list[str], patience: int, ending: Ending, by: str, stdin: bool, forwarded: bool
) -> None:
    told: list[str] = []
    steps: list[Step] = []
    most = max(patience - 1, 1)  # the last of several ends the session and is not passed on
    for count, name in enumerate(names, 1):
        # One is taken before the next is sent, or the system would make one of two.
        steps += [kill(name), until_there_are(told, min(count, most)) if forwarded else lambda: time.sleep(0.05)]
    stream = FakeStream([*steps, END] if ending is Ending.ENDED else steps)
    session = Session(tty=False, stdin=stdin, on_signal=told.append if forwarded else None, patience=patience)
    assert join(FakeTerminal(), stream, session) == Outcome(ending, signal=by)
    assert told == (names[:most] if forwarded else [])


@pytest.mark.parametrize("stdin", [False, True])
def test_a_program_that_goes_on_after_an_interrupt_is_noticed_once(
    monkeypatch: pytest.MonkeyPatch, stdin: bool
) -> None:
    monkeypatch.setattr(session_module, "HEED", 0.0)
    told: list[str] = []
    noticed: list[tuple[int, str]] = []

    def unheeded(more: int) -> None:
        noticed.append((more, threading.current_thread().name))

    def noticed_first() -> None:
        wait_until(lambda: noticed)

    steps: list[Step] = [kill("INT"), noticed_first, kill("INT"), until_there_are(told, 2), kill("INT")]
    session = Session(tty=False, stdin=stdin, on_signal=told.append, unheeded=unheeded)
    assert join(FakeTerminal(), FakeStream(steps), session).ending is Ending.INTERRUPTED
    assert noticed == [(2, "MainThread")]


@pytest.mark.parametrize(("name", "forwarded"), [("TERM", True), ("INT", False)])
def test_only_an_interrupt_that_was_passed_on_can_be_ignored(
    monkeypatch: pytest.MonkeyPatch, name: str, forwarded: bool
) -> None:
    monkeypatch.setattr(session_module, "HEED", 0.0)
    told, noticed = list[str](), list[int]()
    arrived = until_there_are(told, 1) if forwarded else lambda: time.sleep(0.05)
    session = Session(tty=False, stdin=False, on_signal=told.append if forwarded else None, unheeded=noticed.append)
    assert join(FakeTerminal(), FakeStream([kill(name), arrived, lambda: time.sleep(0.3), END]), session).exit_code == 0
    assert noticed == []


@pytest.mark.parametrize("stdin", [False, True])
@pytest.mark.parametrize("broken", [False, True])
def test_a_program_that_goes_on_after_its_output_is_looked_at_once(
    monkeypatch: pytest.MonkeyPatch, stdin: bool, broken: bool
) -> None:
    monkeypatch.setattr(session_module, "SILENCE", 0.0)
    looked: list[str] = []

    def silent() -> bool:
        looked.append(threading.current_thread().name)
        return broken

    stream = FakeStream([END])
    stream.wait = lambda: wait_until(lambda: looked) or 7  # type: ignore[method-assign,func-returns-value]
    outcome = join(FakeTerminal(), stream, Session(tty=False, stdin=stdin, silent=silent))
    assert looked == ["MainThread"]
    lost = Outcome(Ending.LOST, failure=Failure(Trouble.LOST))
    assert outcome in ([lost] if broken else [Outcome(Ending.ENDED, 7)])


@pytest.mark.parametrize("forwarded", [False, True])
def test_an_interrupt_ends_a_write_that_nobody_reads(forwarded: bool) -> None:
    stream = FakeStream(deaf=True)
    stream.steps += [lambda: wait_until(lambda: stream.named("write")), kill("TERM")]
    on_signal = (lambda _: None) if forwarded else None
    outcome = join(typing(b"y"), stream, Session(tty=False, stdin=True, on_signal=on_signal, patience=1))
    assert outcome == Outcome(Ending.INTERRUPTED, signal="TERM")
    assert stream.named("wait") == []


def test_the_handlers_found_are_put_back() -> None:
    def mine(_number: int, _frame: object) -> None:
        """Nothing."""

    found = signal.signal(signal.SIGUSR1, mine)
    try:
        join(FakeTerminal(), FakeStream([END]), Session(tty=False, stdin=False, on_signal=lambda _: None))
        assert signal.getsignal(signal.SIGUSR1) is mine
    finally:
        signal.signal(signal.SIGUSR1, found)


def test_a_closed_terminal_ends_a_write_that_nobody_reads() -> None:
    terminal, stream = typing(b"y"), FakeStream(deaf=True)
    terminal.closed = True
    stream.steps += [lambda: wait_until(lambda: stream.named("write")), (1, b"x")]
    assert join(terminal, stream, Session(tty=False, stdin=True)).ending is Ending.CLOSED


@pytest.mark.parametrize("name", ["HUP", "QUIT"])
def test_a_hang_up_that_nobody_forwards_ends_the_session(name: str) -> None:
    terminal = FakeTerminal()
    outcome = join(terminal, FakeStream([kill(name)]), Session(tty=True, stdin=True))
    assert outcome == Outcome(Ending.INTERRUPTED, signal=name)
    assert terminal.cooked.is_set()


def test_the_wait_for_the_exit_code_can_be_interrupted() -> None:
    terminal = FakeTerminal()
    stream = FakeStream([END])
    stream.before_code = lambda: (terminal.cooked.wait(LATE), kill("INT")(), stream.ended.wait(LATE))
    outcome = join(terminal, stream, Session(tty=True, stdin=True, patience=1))
    assert outcome == Outcome(Ending.INTERRUPTED, signal="INT")


def test_an_ignored_signal_stays_ignored() -> None:
    found = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert (
            join(
                FakeTerminal(), FakeStream([kill("HUP"), lambda: time.sleep(0.05), END]), Session(tty=True, stdin=True)
            ).ending
            is Ending.ENDED
        )
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, found)


def test_a_session_in_another_thread_leaves_signals_alone() -> None:
    found = handlers()
    seen: list[object] = []
    stream = FakeStream([lambda: seen.append(handlers()), END], code=3)
    outcomes: list[Outcome] = []
    session = Session(tty=True, stdin=True, on_signal=lambda _: None)
    thread = threading.Thread(target=lambda: outcomes.append(join(FakeTerminal(), stream, session)))
    thread.start()
    thread.join(LATE)
    assert outcomes == [Outcome(Ending.ENDED, 3)]
    assert seen == [found]
