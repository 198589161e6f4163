"""Acts on a real daemon: bytes, exit codes, detaching and coming back, signals, the step of a download."""

from __future__ import annotations

import os
import signal
import socket
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import Checkpoint, ContainerFacts, Endpoint
from dshell.events import (
    Created,
    Detached,
    Ended,
    Event,
    ExecEnded,
    ExecStarted,
    Failed,
    ImageHere,
    ImageMissing,
    Inside,
    Left,
    LeftBehind,
    Started,
    Stopped,
    Unchanged,
)
from dshell.run.base import Desk
from dshell.teach.diagnose import diagnose
from dshell.terminal.base import STDOUT
from tests.desks import FakeTerminal, call_for, perform, person


@dataclass
class Listening(FakeTerminal):
    """Calls ``hears`` once with itself when ``awaits`` has been written."""

    awaits: bytes = b""
    hears: Callable[[Listening], None] | None = None

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        super().write(data, channel)
        if self.hears and self.awaits in self.written[STDOUT]:
            hears, self.hears = self.hears, None
            hears(self)


@dataclass
class Bench:
    """Lines done at a real daemon. ``name``: for a container of this test alone."""

    engine: HttpEngine
    name: str
    terminal: FakeTerminal = field(default_factory=FakeTerminal)
    events: list[Event] = field(default_factory=list)

    def do(self, *argv: str, told: bool = False) -> int:
        call = call_for(*argv)
        desk = Desk(self.engine, self.terminal, self.events.append, told, {"DOCKER_CONFIG": "/nowhere"}, "/")
        return perform(call, desk)

    def told(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def bench(engine_host: str) -> Iterator[Bench]:
    engine = HttpEngine(Endpoint("default", engine_host, "DOCKER_HOST"))
    bench = Bench(engine, f"acts-{uuid.uuid4().hex[:12]}")
    bench.do("pull", "-q", "alpine")
    bench.terminal, bench.events = FakeTerminal(), []
    yield bench
    bench.terminal = FakeTerminal()
    bench.do("rm", "-f", "-v", bench.name)
    engine.close()


def test_output_is_byte_for_byte_and_the_exit_code_the_programs(bench: Bench) -> None:
    assert bench.do("run", "--rm", "alpine", "sh", "-c", r"printf 'a\0b\r\n'; echo no >&2; exit 42") == 42
    assert bench.terminal.written == {1: b"a\0b\r\n", 2: b"no\n"}


def test_piped_input_ends(bench: Bench) -> None:
    bench.terminal = FakeTerminal(typed=[b"one\n", b"two\n"])
    assert bench.do("run", "-i", "--rm", "alpine", "cat") == 0
    assert bench.terminal.written[1] == b"one\ntwo\n"


def test_a_program_that_is_not_there(bench: Bench) -> None:
    assert bench.do("run", "--name", bench.name, "alpine", "nosuch", told=True) == 127
    (failed,) = bench.told(Failed)
    assert isinstance(failed, Failed)
    assert failed.kept == bench.name


def test_every_step_is_told(bench: Bench) -> None:
    assert bench.do("run", "--name", bench.name, "-v", "/tmp:/there", "alpine", "true", told=True) == 0
    assert [type(event).__name__ for event in bench.events] == [
        "Asked",
        "ImageHere",
        "Created",
        "Started",
        "Attached",
        "Ended",
    ]
    (created,) = bench.told(Created)
    assert isinstance(created, Created)
    assert (created.name, created.command, created.shared) == (bench.name, ("true",), ("/tmp",))
    assert created.siblings >= 1
    assert not created.own_command
    assert bench.told(ImageHere) == [ImageHere("alpine:latest")]


def test_another_pull_finds_nothing_new(bench: Bench) -> None:
    assert bench.do("pull", "alpine", told=True) == 0
    assert bench.told(ImageMissing) == [ImageMissing("alpine:latest", "docker.io", always=True)]
    assert "Status: Image is up to date for alpine:latest\n" in bench.terminal.out


def test_detached_exec_stop_rm(bench: Bench) -> None:
    assert bench.do("run", "-d", "--name", bench.name, "alpine", "sleep", "600") == 0
    assert len(bench.terminal.out.strip()) == 64
    assert bench.do("exec", "-e", "A=x y", bench.name, "sh", "-c", 'echo "$A"; exit 3', told=True) == 3
    assert bench.terminal.out.endswith("\nx y\n")
    [ended] = bench.told(ExecEnded)
    assert isinstance(ended, ExecEnded)
    assert (ended.name, ended.command, ended.exit_code) == (bench.name, ("sh", "-c", 'echo "$A"; exit 3'), 3)
    assert bench.do("stop", "-t", "0", bench.name, told=True) == 0
    (stopped,) = bench.told(Stopped)
    assert isinstance(stopped, Stopped)
    assert stopped.exit_code == 137
    assert bench.do("rm", bench.name) == 0
    assert bench.do("rm", bench.name) == 1
    assert (
        bench.terminal.err == f"Error: No such container: {bench.name}\n" or "No such container" in bench.terminal.err
    )


def test_a_command_without_a_keyboard_has_ended_before_its_start_is_told(bench: Bench) -> None:
    """It races with the daemon's answer to start: of some that end at once, one has ended by then."""
    for _ in range(50):
        assert bench.do("run", "-d", "--rm", "alpine", "sh", "-c", "exit 4", told=True) == 0
        if bench.told(Ended):
            break
    ended = bench.told(Ended)[0]
    assert isinstance(ended, Ended)
    assert (ended.exit_code, ended.removed) == (4, True)


def test_what_start_and_stop_find(bench: Bench) -> None:
    bench.do("create", "--name", bench.name, "alpine", "sleep", "600")
    for line in ("stop", "start", "start", "stop -t 0", "stop", "start"):
        assert bench.do(*line.split(), bench.name, told=True) == 0
    command = ("sleep", "600")
    first, *_, again = bench.told(Started)
    assert first == Started(bench.name, command, again=True, first=True, detached=True)
    assert again == Started(bench.name, command, again=True, detached=True)
    assert bench.told(Unchanged) == [Unchanged(bench.name, running=found) for found in (False, True, False)]


def test_leave_come_back_and_go_back_to_a_stopped_one(bench: Bench) -> None:
    shell = person()
    shell.typed = [b"x=kept\n", b"\x10", b"\x11"]
    bench.terminal = shell
    assert bench.do("run", "-it", "--name", bench.name, "alpine", "sh", told=True) == 0
    assert bench.told(Detached) == [Detached(bench.name, "run")]
    assert bench.told(Inside) == [Inside(bench.name, "run", "ctrl-p,ctrl-q")]

    bench.terminal = person()
    bench.terminal.typed = [b"echo $x; exit 7\n"]
    assert bench.do("attach", bench.name) == 7
    assert b"kept\r\n" in bench.terminal.written[1]

    bench.terminal = person()
    bench.terminal.typed = [b"exit 8\n"]
    assert bench.do("start", "-ai", bench.name, told=True) == 8
    ended = bench.events[-1]
    assert isinstance(ended, Ended)
    assert (ended.act, ended.shell, ended.exit_code) == ("start", True, 8)


def test_signals_are_passed_on(bench: Bench) -> None:
    def interrupt(_: Listening) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    bench.terminal = Listening(awaits=b"ready", hears=interrupt)
    script = "trap 'exit 9' INT; echo ready; while :; do sleep 0.1; done"
    assert bench.do("run", "--rm", "--name", bench.name, "alpine", "sh", "-c", script, told=True) == 9
    (ended,) = bench.told(Ended)
    assert isinstance(ended, Ended)
    assert ended.interrupted


def test_an_exec_of_what_is_not_there(bench: Bench) -> None:
    bench.do("run", "-d", "--name", bench.name, "alpine", "sleep", "600")
    bench.terminal = person()
    assert bench.do("exec", "-it", bench.name, "bash", told=True) in {126, 127}
    assert bench.told(ExecStarted) == []
    (failed,) = bench.told(Failed)
    assert isinstance(failed, Failed)
    diagnosis = diagnose(failed)
    assert diagnosis is not None
    assert (diagnosis.key, diagnosis.fixes[0][1]) == ("no-bash", f"exec -it {bench.name} sh")
    assert bench.terminal.out == ""


@pytest.fixture
def other(bench: Bench) -> Iterator[str]:
    """Name of a second container of the test's own."""
    name = bench.name + "-other"
    yield name
    bench.terminal = FakeTerminal()
    bench.do("rm", "-f", "-v", name)


def failure(bench: Bench, *argv: str) -> Failed:
    """How the line fails."""
    bench.events = []
    assert bench.do(*argv, told=True) != 0
    (failed,) = bench.told(Failed)
    assert isinstance(failed, Failed)
    return failed


def test_a_name_that_is_nearly_right(bench: Bench) -> None:
    bench.do("create", "--name", bench.name, "alpine")
    wrong = bench.name[:-1]
    for line in (("start", "-ai", wrong), ("exec", wrong, "ls"), ("attach", wrong), ("stop", wrong), ("rm", wrong)):
        failed = failure(bench, *line)
        assert failed.known[0] == bench.name
        diagnosis = diagnose(failed)
        assert diagnosis is not None
        assert diagnosis.fixes[0][1] == " ".join(bench.name if word == wrong else word for word in line)


def test_an_image_that_is_nearly_right(bench: Bench) -> None:
    failed = failure(bench, "run", "--pull", "never", "alpin")
    assert failed.known == ("alpine",)
    diagnosis = diagnose(failed)
    assert diagnosis is not None
    assert diagnosis.fixes[0] == ("nearest", "run --pull never alpine")


def test_a_port_that_a_container_has(bench: Bench, other: str) -> None:
    bench.do("run", "-d", "--name", bench.name, "-p", "80", "alpine", "sleep", "600")
    (port,) = (row.ports[0].removesuffix("/tcp") for row in bench.engine.containers() if row.name == bench.name)
    failed = failure(bench, "run", "-d", "--name", other, "-p", f"{port}:80", "alpine", "sleep", "600")
    assert failed.owner is not None
    assert (failed.owner.name, failed.owner.status, failed.kept) == (bench.name, "running", other)
    assert 0 < failed.owner.seconds < 600
    diagnosis = diagnose(failed)
    assert diagnosis is not None
    mended = diagnosis.fixes[0][1]
    assert mended == f"rm {other} && run -d --name {other} -p {failed.free}:80 alpine sleep 600"
    bench.do("rm", other)
    assert bench.do(*mended.partition(" && ")[2].split()) == 0
    assert bench.engine.inspect(other).status == "running"


def test_a_port_that_a_program_has(bench: Bench, other: str) -> None:
    with socket.create_server(("0.0.0.0", 0)) as program:
        port = program.getsockname()[1]
        failed = failure(bench, "run", "-d", "--name", other, "-p", f"{port}:80", "alpine", "sleep", "600")
    diagnosis = diagnose(failed)
    assert diagnosis is not None
    assert (diagnosis.key, failed.owner) == ("port-program", None)
    assert int(failed.free) > port


@pytest.mark.parametrize(
    ("make", "key", "fix"),
    [
        ("run --name {} alpine true", "name-stopped", "start -a {}"),
        ("create -it --name {} alpine", "name-made", "start -ai {}"),
        ("run -d --name {} alpine sleep 600", "name-running", "exec -it {} sh"),
    ],
)
def test_a_name_that_another_has(bench: Bench, make: str, key: str, fix: str) -> None:
    bench.do(*make.format(bench.name).split())
    failed = failure(bench, "run", "--name", bench.name, "alpine", "true")
    diagnosis = diagnose(failed)
    assert diagnosis is not None
    assert (diagnosis.key, diagnosis.fixes[0][1]) == (key, fix.format(bench.name))
    assert ("other", f"run --name {bench.name}2 alpine true") in diagnosis.fixes


class Interrupted(HttpEngine):
    """Ctrl-C comes when ``at`` is asked for the first time, before it is done or ``after``."""

    def __init__(self, engine: HttpEngine, at: str, *, after: bool = False) -> None:
        super().__init__(engine.endpoint)
        self.at = at
        self.after = after

    def _interrupt(self, here: str, *, after: bool) -> None:
        if (here, after) == (self.at, self.after):
            self.at = ""
            raise KeyboardInterrupt

    def start(self, container: str, checkpoint: Checkpoint | None = None) -> bool:
        self._interrupt("start", after=False)
        changed = super().start(container)
        self._interrupt("start", after=True)
        return changed

    def inspect(self, container: str) -> ContainerFacts:
        self._interrupt("inspect", after=False)
        return super().inspect(container)


@pytest.mark.parametrize(
    ("at", "after", "line", "left"),
    [
        ("inspect", False, "run --name {} alpine", LeftBehind("", running=False)),
        ("inspect", False, "create --name {} alpine", LeftBehind("", running=False)),
        ("start", False, "run -d --name {} alpine", LeftBehind("", running=False)),
        ("start", False, "run -it --name {} alpine", LeftBehind("", running=False, talks=True)),
        ("start", True, "run --name {} alpine sleep 600", LeftBehind("", running=True)),
    ],
)
def test_an_interrupt_between_making_and_session(
    bench: Bench, at: str, after: bool, line: str, left: LeftBehind
) -> None:
    bench.terminal, real = person(), bench.engine
    bench.engine = Interrupted(real, at, after=after)
    assert bench.do(*line.format(bench.name).split(), told=True) == 130
    bench.engine = real
    assert bench.told(LeftBehind) == [left._replace(name=bench.name)]


class InterruptedLook(Interrupted):
    """Ctrl-C comes at the first look behind the start."""

    def start(self, container: str, checkpoint: Checkpoint | None = None) -> bool:
        try:
            return super().start(container, checkpoint)
        finally:
            self.at = "inspect"


def test_a_failure_is_told_though_an_interrupt_ends_the_look_at_what_it_left(bench: Bench) -> None:
    bench.terminal, bench.engine = person(), InterruptedLook(bench.engine, "")
    with pytest.raises(KeyboardInterrupt):
        bench.do("run", "--name", bench.name, "alpine", "nosuch", told=True)
    (failed,) = bench.told(Failed)
    assert isinstance(failed, Failed)
    assert (failed.exit_code, failed.kept, failed.left) == (127, bench.name, Left.PERHAPS)


@pytest.mark.parametrize("told", [True, False])
def test_an_interrupt_leaves_nothing_that_rm_would_have_deleted(bench: Bench, told: bool) -> None:
    real = bench.engine
    bench.engine = Interrupted(real, "start")
    assert bench.do("run", "--rm", "--name", bench.name, "alpine", told=told) == 130
    assert bench.told(LeftBehind) == []
    assert bench.name not in {row.name for row in real.containers()}
    bench.engine = real


def test_an_interrupt_leaves_an_exec_alone(bench: Bench) -> None:
    bench.do("run", "-d", "--name", bench.name, "alpine", "sleep", "600")

    def interrupt(_: Listening) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    bench.terminal = Listening(awaits=b"ready", hears=interrupt)
    assert bench.do("exec", bench.name, "sh", "-c", "echo ready; sleep 600") == 0
    assert bench.engine.inspect(bench.name).status == "running"
