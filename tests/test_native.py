"""Acts against an engine that answers as told: requests in docker's order, events, exit codes, docker's words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest

from dshell.engine.records import ContainerFacts, Joining, PullStep
from dshell.errors import EngineError, Failure, Trouble
from dshell.events import (
    Asked,
    Attached,
    Created,
    Detached,
    Ended,
    ExecEnded,
    ExecStarted,
    Failed,
    ImageHere,
    ImageMissing,
    ImagePulled,
    Inside,
    LayerProgress,
    Removed,
    Silent,
    Started,
    Stopped,
    Unchanged,
    Unheeded,
)
from dshell.run.native.keys import UNTYPED, DetachKeys
from dshell.run.native.programs import reads_keyboard
from dshell.run.native.seat import Manners, Seat, leave, silent, unheeded
from dshell.run.session import Ending, Outcome
from tests.desks import ID, FakeEngine, FakeStream, FakeTerminal, Work, call_for, perform, person, refused, with_facts

NO_IMAGE = refused(404, "No such image: alpine:latest")
LOST = EngineError(Failure(Trouble.LOST, "unexpected EOF"))
PULLS = (
    PullStep("latest", "Pulling from library/alpine"),
    PullStep("2d35ebdb57d9", "Pulling fs layer"),
    PullStep("2d35ebdb57d9", "Downloading", 100, 3600),
    PullStep("2d35ebdb57d9", "Download complete"),
    PullStep("", "Status: Downloaded newer image for alpine:latest"),
)
DETACH = b"\x10\x11"


@dataclass
class EndsAtOnce(FakeEngine):
    """Its container has ended when it is looked at after the start; ``gone``: and was deleted."""

    gone: bool = False

    def inspect(self, container: str) -> ContainerFacts:
        found = super().inspect(container)
        if "start" not in self.names:
            return found
        if self.gone:
            raise refused(404, "No such container: web")
        return found._replace(status="exited")


def do(work: Work, line: str, *, told: bool = False) -> int:
    call = call_for(*line.split())
    return perform(call, work.desk(told=told))


def kinds(work: Work) -> list[str]:
    return [type(event).__name__ for event in work.events]


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


def test_run_pulls_what_is_missing() -> None:
    work = Work(FakeEngine(raises={"create": [NO_IMAGE]}, pulls=PULLS))
    assert do(work, "run alpine") == 0
    assert work.engine.names[:3] == ["create", "pull", "create"]
    assert work.engine.asked[1] == ("pull", "docker.io/library/alpine", "latest", "")
    assert work.terminal.err == (
        "Unable to find image 'alpine:latest' locally\n"
        "latest: Pulling from library/alpine\n"
        "2d35ebdb57d9: Pulling fs layer\n"
        "2d35ebdb57d9: Download complete\n"
        "Status: Downloaded newer image for alpine:latest\n"
    )


def test_run_told_tells_of_the_download() -> None:
    work = Work(FakeEngine(raises={"create": [NO_IMAGE]}, pulls=PULLS))
    assert do(work, "run alpine", told=True) == 0
    assert repr(work.events[1:6]) == repr(
        [
            ImageMissing("alpine:latest", "docker.io"),
            LayerProgress("2d35ebdb57d9", "Pulling fs layer"),
            LayerProgress("2d35ebdb57d9", "Downloading", 100, 3600),
            LayerProgress("2d35ebdb57d9", "Download complete"),
            ImagePulled("alpine:latest", fresh=True, size=3600),
        ]
    )
    assert work.told(ImageHere) == []
    assert work.terminal.err == ""


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        ("--pull always", ["pull", "create"]),
        ("--pull never", ["create"]),
        ("-q", ["create", "pull", "create"]),
    ],
)
def test_pull_policies(flags: str, asked: list[str]) -> None:
    missing = [] if "always" in flags else [NO_IMAGE]
    work = Work(FakeEngine(raises={"create": missing}, pulls=PULLS))
    code = do(work, f"run -d {flags} alpine")
    assert work.engine.names[: len(asked)] == asked
    assert code == (125 if "never" in flags else 0)
    assert ("Pulling" in work.terminal.err) == ("always" in flags)


def test_an_image_id_is_never_pulled() -> None:
    work = Work(FakeEngine(raises={"create": [NO_IMAGE]}))
    assert do(work, "run " + "a" * 64) == 125
    assert work.engine.names == ["create"]


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


def test_exec_body_and_order(tmp_path: Path) -> None:
    (tmp_path / "vars").write_text("A=1\n")
    work = Work(FakeEngine(stream=FakeStream(4)))
    line = "exec -i --env-file vars -e A=2 -e A=3 -w /x -u me --privileged web cat -n"
    call = call_for(*line.split())
    assert perform(call, work.desk(told=True, folder=str(tmp_path))) == 4
    assert work.engine.names == ["inspect", "exec_create", "exec_start", "exec_started"]
    assert work.engine.asked[1] == (
        "exec_create",
        "web",
        {
            "User": "me",
            "Privileged": True,
            "Tty": False,
            "AttachStdin": True,
            "AttachStdout": True,
            "AttachStderr": True,
            "Detach": False,
            "DetachKeys": "",
            "Env": ["A=1", "A=2", "A=3"],
            "WorkingDir": "/x",
            "Cmd": ["cat", "-n"],
        },
    )
    assert work.engine.asked[2][2] == {"Detach": False, "Tty": False}
    assert work.told(ExecStarted) == [ExecStarted("web", ("cat", "-n"))]
    assert work.told(ExecEnded) == [ExecEnded("web", ("cat", "-n"), 4, stdin=True)]


NO_PROGRAM = 'OCI runtime exec failed: exec failed: exec: "bash": executable file not found in $PATH: unknown'


@pytest.mark.parametrize(("terminal", "out"), [(person(), ""), (FakeTerminal(), NO_PROGRAM + "\r\n")])
def test_an_exec_that_could_not_start_is_not_told_as_started(terminal: FakeTerminal, out: str) -> None:
    stream = FakeStream(127, [(1, NO_PROGRAM.encode()), (1, b"\r\n")])
    work = Work(FakeEngine(stream=stream, starts=False), terminal)
    assert do(work, "exec web bash", told=True) == 127
    assert kinds(work) == ["Asked", "Failed"]
    (failed,) = work.told(Failed)
    assert isinstance(failed, Failed)
    assert (failed.failure.words, failed.line, failed.exit_code) == (NO_PROGRAM, "exec web bash", 127)
    assert work.terminal.out == out


def test_nobody_told_the_words_of_the_daemon_are_output() -> None:
    work = Work(FakeEngine(stream=FakeStream(127, [(1, NO_PROGRAM.encode())]), starts=False))
    assert do(work, "exec web bash") == 127
    assert work.engine.names == ["inspect", "exec_create", "exec_start"]
    assert work.terminal.out == NO_PROGRAM


@pytest.mark.parametrize(("api", "size"), [("1.41", {}), ("1.42", {"ConsoleSize": [24, 80]})])
def test_exec_sends_the_size_to_engines_that_know_it(api: str, size: dict[str, object]) -> None:
    work = Work(FakeEngine(api=api), person())
    assert do(work, "exec -it web sh") == 0
    assert work.engine.asked[2][2] == {"Detach": False, "Tty": True} | size


def test_exec_detached_prints_nothing() -> None:
    work = Work()
    assert do(work, "exec -d web sleep 1") == 0
    assert work.engine.names == ["inspect", "exec_create", "exec_start_detached"]
    assert (work.terminal.out, work.terminal.err) == ("", "")


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


def test_pull_writes_dockers_lines() -> None:
    work = Work(FakeEngine(pulls=PULLS))
    assert do(work, "pull alpine") == 0
    assert work.terminal.out.startswith("Using default tag: latest\nlatest: Pulling from library/alpine\n")
    assert work.terminal.out.endswith("\ndocker.io/library/alpine:latest\n")


@pytest.mark.parametrize(
    ("line", "asked", "out"),
    [
        ("pull -q alpine:3", ("docker.io/library/alpine", "3", ""), "docker.io/library/alpine:3\n"),
        ("pull -aq alpine", ("docker.io/library/alpine", "", ""), "docker.io/library/alpine\n"),
        ("pull -q --platform x86_64 r.io/x", ("r.io/x", "latest", "x86_64"), "r.io/x:latest\n"),
    ],
)
def test_pull_asks_for(line: str, asked: tuple[str, ...], out: str) -> None:
    work = Work(FakeEngine(pulls=PULLS))
    assert do(work, line) == 0
    assert work.engine.asked == [("pull", *asked)]
    assert work.terminal.out == out


def test_pull_told_leaves_the_progress_to_the_events_on_a_terminal() -> None:
    work = Work(FakeEngine(pulls=PULLS), person())
    assert do(work, "pull alpine", told=True) == 0
    assert work.terminal.out == "docker.io/library/alpine:latest\n"
    assert work.told(ImagePulled) == [ImagePulled("alpine:latest", fresh=True, size=3600)]


def test_an_interrupted_pull_is_silent() -> None:
    class Interrupted(FakeEngine):
        def create(self, body: object, name: str, platform: str) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    work = Work(Interrupted())
    assert do(work, "run alpine") == 130
    assert work.terminal.err == ""


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
