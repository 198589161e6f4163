"""``start``, ``attach``, ``stop`` and ``rm`` against an engine that answers as told."""

from __future__ import annotations

import pytest

from dshell.events import (
    Ended,
    Inside,
    Removed,
    Started,
    Stopped,
    Unchanged,
)
from tests.desks import Work, person
from tests.doing import EndsAtOnce, do, kinds
from tests.fakes import ID, FakeEngine, FakeStream, refused, with_facts


def test_start_names_those_that_failed() -> None:
    work = Work(FakeEngine(raises={"start": [refused(404, "No such container: a")]}))
    assert do(work, "start a web") == 1
    assert work.terminal.out == "web\n"
    assert work.terminal.err == (
        "Error response from daemon: No such container: a\nError: failed to start containers: a\n"
    )


@pytest.mark.parametrize(
    ("facts", "changes", "expected"),
    [
        ({}, True, [Started("web", ("sh",), again=True, detached=True)]),
        ({"started": 0.0}, True, [Started("web", ("sh",), again=True, first=True, detached=True)]),
        ({}, False, [Unchanged("web", running=True)]),
    ],
)
def test_start_told_by_what_the_container_was(facts: dict[str, object], changes: bool, expected: list[object]) -> None:
    work = Work(FakeEngine(facts=with_facts(**facts), changes=changes))
    assert do(work, "start web", told=True) == 0
    assert repr(work.events[1:]) == repr(expected)
    assert work.terminal.out == "web\n"


@pytest.mark.parametrize("line", ["run -d --rm alpine", "start web"])
@pytest.mark.parametrize("gone", [False, True])
def test_what_ended_before_it_was_told_of_is_told_as_ended(line: str, gone: bool) -> None:
    engine = EndsAtOnce(stream=FakeStream(3), gone=gone)
    work = Work(engine)
    assert do(work, line, told=True) == 0
    started, ended = work.events[-2:]
    assert isinstance(started, Started)
    assert not started.detached
    assert isinstance(ended, Ended)
    assert (ended.exit_code, ended.shell, ended.stdin) == (3, True, False)


@pytest.mark.parametrize(
    ("line", "code", "gone", "told"),
    [
        ("run alpine", 137, True, True),
        ("run alpine", 137, False, False),
        ("run --rm alpine", 137, True, False),  # as was asked for
        ("run alpine", 3, True, False),
    ],
)
def test_who_was_killed_may_have_been_deleted_by_somebody_else(line: str, code: int, gone: bool, told: bool) -> None:
    work = Work(EndsAtOnce(stream=FakeStream(code), gone=gone))
    assert do(work, line, told=True) == code
    (ended,) = work.told(Ended)
    assert isinstance(ended, Ended)
    assert ended.gone is told


def test_nobody_told_a_start_is_one_request() -> None:
    work = Work()
    assert do(work, "start web") == 0
    assert work.engine.names == ["start"]


def test_a_start_that_finds_it_running_brings_a_person_to_its_prompt() -> None:
    work = Work(FakeEngine(facts=with_facts(tty=True, open_stdin=True), changes=False), person())
    do(work, "start -ai web", told=True)
    assert work.told(Started) == []
    (inside,) = work.told(Inside)
    assert isinstance(inside, Inside)
    assert inside.act == "attach"


def test_start_attached() -> None:
    work = Work(FakeEngine(facts=with_facts(auto_remove=True), stream=FakeStream(3)))
    assert do(work, "start -a web", told=True) == 3
    assert work.engine.names == ["inspect", "attach", "wait", "start"]
    assert work.engine.asked[2] == ("wait", ID, "removed")
    assert kinds(work) == ["Asked", "Started", "Attached", "Ended"]


def test_start_attaches_to_one() -> None:
    work = Work()
    assert do(work, "start -a web other") == 1
    assert work.terminal.err == "you cannot start and attach multiple containers at once\n"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("exited", "You cannot attach to a stopped container, start it first\n"),
        ("paused", "You cannot attach to a paused container, unpause it first\n"),
        ("restarting", "You cannot attach to a restarting container, wait until it is running\n"),
    ],
)
def test_attach_needs_a_running_container(status: str, words: str) -> None:
    work = Work(FakeEngine(facts=with_facts(status=status)))
    assert do(work, "attach web") == 1
    assert work.terminal.err == words


def test_attach_waits_first_and_makes_the_program_redraw() -> None:
    facts = with_facts(tty=True, open_stdin=True)
    work = Work(FakeEngine(facts=facts, stream=FakeStream(5)), person())
    assert do(work, "attach web") == 5
    assert work.engine.names == ["wait", "inspect", "attach", "inspect"]
    assert work.engine.asked[0] == ("wait", "web", "")
    assert work.engine.stream.asked[:2] == ["resize 81x25", "resize 80x24"]


def test_stop_and_rm_print_names_in_order_and_failures_last() -> None:
    work = Work(FakeEngine())
    assert do(work, "stop -t 3 -s INT a b c", told=True) == 0
    assert work.terminal.out == "a\nb\nc\n"
    assert {asked[1:] for asked in work.engine.asked if asked[0] == "stop"} == {(name, 3, "INT") for name in "abc"}
    assert [event.name for event in work.events if isinstance(event, Stopped)] == ["a", "b", "c"]
    failing = Work(FakeEngine(raises={"remove": [refused(404, "No such container: x")]}))
    assert do(failing, "rm x") == 1
    assert failing.terminal.err == "Error response from daemon: No such container: x\n"


def test_a_stop_of_what_does_not_run_is_told_so() -> None:
    work = Work(FakeEngine(changes=False))
    assert do(work, "stop web", told=True) == 0
    assert work.terminal.out == "web\n"
    assert work.events[1:] == [Unchanged("web", running=False)]


def test_rm_force_forgives_what_is_not_there() -> None:
    work = Work(FakeEngine(raises={"remove": [refused(404, "No such container: x")]}))
    assert do(work, "rm -f x") == 0
    assert work.terminal.err == "Error response from daemon: No such container: x\n"
    fine = Work()
    assert do(fine, "rm -vl /web", told=True) == 0
    assert fine.engine.asked == [("remove", "web", False, True, True)]
    assert fine.told(Removed) == [Removed("/web")]
