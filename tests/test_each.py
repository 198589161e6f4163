"""One request for several containers: all at once, told in the order of the words, and an interrupt waits for none."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from dshell.errors import EngineError, Failure, Trouble
from dshell.events import Removed
from dshell.run.native.each import for_each
from tests.desks import Work, call_for

LATE = 30.0


def test_they_run_at_once_and_are_told_in_order() -> None:
    work, last = Work(), threading.Event()

    def ask(name: str) -> Removed:
        if name == "c":
            last.set()
        assert last.wait(LATE), "c was never asked for"
        return Removed(name)

    assert for_each(call_for("rm", "a", "b", "c"), work.desk(), ask) == 0
    assert work.terminal.out == "a\nb\nc\n"
    assert repr(work.events) == repr([Removed("a"), Removed("b"), Removed("c")])


def test_more_names_than_threads() -> None:
    names = [f"web{number}" for number in range(120)]
    work = Work()
    assert for_each(call_for("rm", *names), work.desk(), Removed) == 0
    assert work.terminal.out.split() == names


def test_a_request_that_breaks_is_a_failure_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    work = Work()

    def ask(name: str) -> Removed:
        if name == "a":
            raise EngineError(Failure(Trouble.REFUSED, "no", 404))
        if name == "b":
            raise ZeroDivisionError
        return Removed(name)

    assert for_each(call_for("rm", "a", "b", "c"), work.desk(), ask) == 1
    assert work.terminal.out == "c\n"


def test_an_interrupt_waits_for_no_request() -> None:
    answered = threading.Event()

    def ask(name: str) -> Removed:
        os.kill(os.getpid(), signal.SIGINT)
        answered.wait(LATE)
        return Removed(name)

    with pytest.raises(KeyboardInterrupt):
        for_each(call_for("stop", "web"), Work().desk(), ask)
    answered.set()
