"""``run`` and ``create`` against an engine that answers as told: requests in docker's order, events, codes, words."""

from __future__ import annotations

from threading import Event

import pytest

from dshell.engine.records import Joining
from dshell.errors import EngineError, Failure, Trouble
from dshell.events import (
    Asked,
    Attached,
    Created,
    Detached,
    Ended,
    Failed,
    ImageHere,
    Inside,
    Silent,
    Started,
    Unheeded,
)
from dshell.run.native.keys import UNTYPED, DetachKeys
from dshell.run.native.programs import reads_keyboard
from dshell.run.native.seat import Manners, Seat, leave, silent, unheeded
from dshell.run.session import Ending, Outcome
from tests.desks import FakeTerminal, Work, call_for, perform, person
from tests.doing import DETACH, LOST, do
from tests.fakes import ID, FakeEngine, FakeStream, refused, with_facts


def test_run_asks_in_dockers_order() -> None:
    work = Work(FakeEngine(stream=FakeStream(7, [(1, b"out"), (2, b"err")])))
    assert do(work, "run alpine false") == 7
    assert work.engine.names == ["create", "attach", "wait", "start"]
    assert work.engine.asked[1][2] == Joining(tty=False, stdin=False, detach_keys="")
    assert work.engine.asked[2] == ("wait", ID, "next-exit")
    assert (work.terminal.out, work.terminal.err) == ("out", "err")


def test_run_told_asks_for_facts_and_tells_each_step() -> None:
    facts = with_facts(name="calm_bell", command=("/bin/sh",), mounts=("/home/me",), ports=("8080:80",))
    work = Work(FakeEngine(facts=facts, warnings=("beware",)))
    assert do(work, "run --rm alpine", told=True) == 0
    assert work.engine.names == ["create", "inspect", "siblings", "attach", "wait", "start"]
    assert repr(work.events[:4]) == repr(
        [
            Asked("run", "alpine:latest"),
            ImageHere("alpine:latest"),
            Created(
                ID,
                "calm_bell",
                "alpine",
                ("/bin/sh",),
                siblings=1,
                warnings=("beware",),
                shared=("/home/me",),
                published=("8080:80",),
            ),
            Started("calm_bell", ("/bin/sh",)),
        ]
    )
    assert repr(work.events[4]) == repr(Attached("calm_bell"))
    (ended,) = work.told(Ended)
    assert isinstance(ended, Ended)
    assert (ended.exit_code, ended.shell, ended.own_command, ended.removed) == (0, True, True, True)
    assert work.terminal.err == ""


def test_run_detached_tells_the_start_before_it_prints_the_id() -> None:
    work = Work()
    printed: list[str] = []
    desk = work.desk(told=True)._replace(emit=lambda _: printed.append(work.terminal.out))
    call = call_for("run", "-d", "alpine")
    assert perform(call, desk) == 0
    assert set(printed) == {""}
    assert work.terminal.out == f"{ID}\n"


def test_run_detached_prints_the_id_even_when_the_start_fails() -> None:
    work = Work(FakeEngine(raises={"start": [refused(500, "port is already allocated")]}))
    assert do(work, "run -d --rm alpine") == 125
    assert work.engine.names == ["create", "wait", "start"]
    assert work.engine.asked[1][2] == "removed"
    assert work.terminal.out == f"{ID}\n"
    assert work.terminal.err == (
        "docker: Error response from daemon: port is already allocated\n\n"
        "Run 'docker run --help' for more information\n"
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ('exec: "x": executable file not found in $PATH: unknown', 127),
        ("stat /nosuch: no such file or directory: unknown", 127),
        ('exec: "/etc": permission denied: unknown', 126),
        ('exec: "/etc": is a directory: unknown', 126),
        ("Conflict. The container name is already in use", 125),
    ],
)
def test_a_failed_start_has_dockers_code_and_keeps_the_container(words: str, code: int) -> None:
    work = Work(FakeEngine(raises={"start": [refused(400, words)]}))
    assert do(work, "run --name web alpine x", told=True) == code
    (failed,) = work.told(Failed)
    assert isinstance(failed, Failed)
    assert (failed.act, failed.exit_code, failed.kept) == ("run", code, "web")
    assert failed.line == "run --name web alpine x"
    assert "close" in work.engine.stream.asked


def test_an_unreachable_daemon_is_never_taken_for_a_missing_program() -> None:
    failure = Failure(Trouble.UNREACHABLE, "No such file or directory", number=2, endpoint="unix:///x.sock")
    work = Work(FakeEngine(raises={"create": [EngineError(failure)]}))
    assert do(work, "run alpine") == 125
    assert work.terminal.err.startswith(
        "docker: Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?\n"
    )


def test_run_it_is_inside() -> None:
    work = Work(FakeEngine(stream=FakeStream(0, [(1, b"/ # ")])), person())
    assert do(work, "run -it alpine", told=True) == 0
    assert work.told(Inside) == [Inside("web", "run", "ctrl-p,ctrl-q")]
    joining = next(asked[2] for asked in work.engine.asked if asked[0] == "attach")
    assert joining == Joining(tty=True, stdin=True, detach_keys=UNTYPED)
    assert "resize 80x24" in work.engine.stream.asked


class Endless(FakeStream):
    """Says nothing until it is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = Event()

    def read(self) -> tuple[int, bytes]:
        self.closed.wait()
        return 1, b""

    def close(self) -> None:
        self.closed.set()


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("run -it alpine", 0, ""),
        ("start -ai web", 0, ""),
        ("attach web", 1, "read escape sequence\n"),
        ("exec -it web sh", 1, "read escape sequence\n"),
    ],
)
def test_detaching_leaves_it_running(line: str, code: int, words: str) -> None:
    for told in (False, True):
        terminal = person()
        terminal.typed = [b"ls\r" + DETACH[:1], DETACH[1:]]
        work = Work(FakeEngine(facts=with_facts(tty=True, open_stdin=True), stream=Endless()), terminal)
        assert do(work, line, told=told) == code
        assert work.engine.stream.heard == b"ls\r"
        assert work.terminal.err == ("" if told else words)
        assert isinstance(work.events[-1], Detached)


def seat(act: str, *, tty: bool) -> Seat:
    return Seat(act, ID, "web", "alpine", ("sleep", "9"), DetachKeys("", b"", ""), tty=tty, keyboard=False)


@pytest.mark.parametrize(
    ("act", "tty", "status", "goes_on"),
    [
        ("run", False, "running", True),
        ("start", True, "running", True),
        ("start", False, "running", False),  # the signal was passed on: it may be about to end
        ("exec", False, "running", True),
        ("run", False, "exited", False),
    ],
)
def test_who_is_told_of_what_they_left_by_a_signal(act: str, tty: bool, status: str, goes_on: bool) -> None:
    work = Work(FakeEngine(facts=with_facts(status=status)))
    manners = Manners(0, 1, 125, interrupted_words="got 3\n")
    assert leave(Outcome(Ending.INTERRUPTED, signal="INT"), seat(act, tty=tty), manners, work.desk(told=True)) == 1
    assert repr(work.events) == repr([Detached("web", act)] if goes_on else [])
    assert work.terminal.err == ""


@pytest.mark.parametrize(
    ("told", "tty", "keyboard", "tells"),
    [
        (True, False, False, True),
        (True, False, True, True),
        (True, True, False, True),
        (True, True, True, False),  # raw mode: Ctrl-C is a byte for the program
        (False, False, False, False),
    ],
)
def test_an_ignored_interrupt_is_told_outside_raw_mode(told: bool, tty: bool, keyboard: bool, tells: bool) -> None:
    work = Work()
    seat = Seat("run", ID, "web", "alpine", ("sleep", "9"), DetachKeys("", b"", ""), tty=tty, keyboard=keyboard)
    tell = unheeded(seat, work.desk(told=told))
    if tell is not None:
        tell(2)
    assert repr(work.events) == repr([Unheeded("web", ("sleep", "9"), 2)] if tells else [])


@pytest.mark.parametrize(
    ("status", "tty", "keyboard", "broken", "tells"),
    [
        ("running", True, True, True, False),
        ("running", True, False, False, True),
        ("running", False, True, False, True),
        ("exited", True, True, False, False),
        ("exited", False, False, False, False),
    ],
)
def test_a_connection_is_broken_when_who_sits_at_a_terminal_sees_no_more_of_what_runs(
    status: str, tty: bool, keyboard: bool, broken: bool, tells: bool
) -> None:
    work = Work(FakeEngine(facts=with_facts(status=status)))
    seat = Seat("run", ID, "web", "alpine", ("sleep", "9"), DetachKeys("", b"", ""), tty=tty, keyboard=keyboard)
    look = silent(seat, work.desk(told=True))
    assert look is not None
    assert look() is broken
    assert repr(work.events) == repr([Silent("web")] if tells else [])
    assert silent(seat, work.desk(told=False)) is None


def test_chosen_detach_keys_are_recognised_and_the_daemon_never_told() -> None:
    terminal = person()
    terminal.typed = [DETACH, b"\x01x"]
    work = Work(FakeEngine(stream=Endless()), terminal)
    call = call_for("run", "-it", "alpine")
    assert perform(call, work.desk()._replace(detach_keys="ctrl-a,x")) == 0
    assert work.engine.stream.heard == DETACH


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("run alpine", 125, 'level=error msg="error waiting for container: unexpected EOF"\n'),
        ("start -a web", 125, 'level=error msg="error waiting for container: unexpected EOF"\n'),
        ("attach web", 1, "unexpected EOF\n"),
        ("exec web ls", 255, ""),
    ],
)
def test_a_daemon_that_dies_has_dockers_code(line: str, code: int, words: str) -> None:
    work = Work(FakeEngine(stream=FakeStream(breaks=LOST)))
    assert do(work, line) == code
    assert work.terminal.err.endswith(words)
    told = Work(FakeEngine(stream=FakeStream(breaks=LOST)))
    assert do(told, line, told=True) == code
    (failed,) = told.told(Failed)
    assert isinstance(failed, Failed)
    assert failed.failure.trouble is Trouble.LOST


def test_create_prints_the_id_and_fails_with_one() -> None:
    work = Work(FakeEngine(warnings=("old",)))
    assert do(work, "create alpine") == 0
    assert (work.terminal.out, work.terminal.err) == (f"{ID}\n", "WARNING: old\n")
    broken = Work(FakeEngine(raises={"create": [refused(409, "Conflict.")]}))
    assert do(broken, "create alpine") == 1
    assert broken.terminal.err == "Error response from daemon: Conflict.\n"


@pytest.mark.parametrize("line", ["run -it alpine", "exec -it web sh"])
def test_a_keyboard_is_needed_for_it(line: str) -> None:
    work = Work(terminal=FakeTerminal())
    assert do(work, line) == 1
    assert work.terminal.err == "the input device is not a TTY\n"
    assert "create" not in work.engine.names


def test_a_missing_container_beats_the_check_for_a_terminal() -> None:
    work = Work(FakeEngine(raises={"inspect": [refused(404, "No such container: x")]}))
    assert do(work, "exec -it x sh") == 1
    assert work.terminal.err == "Error response from daemon: No such container: x\n"


@pytest.mark.parametrize(
    ("command", "reads"),
    [
        ("/bin/sh", True),
        ("bash -l", True),
        ("busybox sh", True),
        ("python3", True),
        ("sh -c ls", False),
        ("sleep 10", False),
        ("python3 app.py", False),
        ("nginx", False),
    ],
)
def test_shells_are_known_by_name(command: str, reads: bool) -> None:
    assert reads_keyboard(command.split()) is reads
