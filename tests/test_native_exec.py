"""``exec`` against an engine that answers as told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dshell.events import (
    ExecEnded,
    ExecStarted,
    Failed,
)
from tests.desks import FakeTerminal, Work, call_for, perform, person
from tests.doing import do, kinds
from tests.fakes import FakeEngine, FakeStream


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
