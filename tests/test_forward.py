"""Other programs run for the person, and whole lines: the real shell, and a docker that is a script."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from pathlib import Path

import pytest

from dshell.engine.records import Endpoint, Version
from dshell.errors import EngineError, Failure, Trouble
from dshell.events import Failed, LineEnded, Needless, NulsLeftOut, Routed, Way
from dshell.line.model import Problem, Simple
from dshell.line.mounts import parse_bind
from dshell.line.parse import parse
from dshell.run.base import Desk, current_folder
from dshell.run.forward import child_environ, run_docker, shell_argv
from dshell.run.line import Runner
from dshell.teach.diagnose import diagnose
from tests.desks import GRAMMAR, Work, call_for, person
from tests.fakes import FakeEngine


@pytest.fixture
def path(tmp_path: Path) -> str:
    """PATH with a docker that says how it was called and ends as FAKE_CODE says."""
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text('#!/bin/sh\necho "$@" >> "$LOG"\necho "told: $1"\necho bad >&2\nexit ${FAKE_CODE:-0}\n')
    docker.chmod(0o755)
    return f"{docker.parent}{os.pathsep}{os.environ['PATH']}"


class ClosedEngine(FakeEngine):
    """One whose socket belongs to root."""

    def ping(self) -> Version:
        raise EngineError(Failure(Trouble.DENIED))


class Lines:
    """Lines run in ``folder``; ``log`` and ``out`` are what docker was given and what came of it."""

    def __init__(self, folder: Path, path: str) -> None:
        self.work = Work()
        self.folder = folder
        self.own: list[list[str]] = []
        self.refused: list[str] = []
        log = folder / "log"
        log.touch()
        self.log = log
        environ = {"PATH": path, "LOG": str(log), "SHELL": "/bin/sh", "HOME": "/home/me", "WORDS": "a b"}
        self.desk: Desk = self.work.desk(environ=environ, folder=str(folder))

    def run(self, text: str, **environ: str) -> int:
        desk = self.desk._replace(environ={**self.desk.environ, **environ})
        return Runner(GRAMMAR, lambda: desk, self._own, self._refuse, "/home/me").run(parse(text, GRAMMAR))

    def _own(self, _simple: Simple, words: Sequence[str]) -> int:
        self.own.append(list(words))
        return 3

    def _refuse(self, problem: Problem) -> None:
        self.refused.append(problem.word)

    def calls(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def lines(tmp_path: Path, path: str) -> Lines:
    return Lines(tmp_path, path)


@pytest.mark.parametrize(
    ("text", "code", "calls"),
    [
        ("ps -a", 0, ["ps -a"]),
        ("ps && images", 0, ["ps", "images"]),
        ("false && ps", 1, []),
        ("false || ps", 0, ["ps"]),
        ("true || ps; images", 0, ["images"]),
        ("false; ps", 0, ["ps"]),
        ("false && ps || images", 0, ["images"]),
        ("sh -c 'exit 9'", 9, []),
        ("sh -c 'kill -9 $$'", 137, []),
        ("!docker ps", 0, ["ps"]),
        ("ps -q | cat > out", 0, ["ps -q"]),
        ("X=$(docker images) docker ps -q | cat > out", 0, ["images", "ps -q"]),
        ("images $(echo one two) x", 0, ["images one two x"]),
        ("images $WORDS '$WORDS'", 0, ["images a b $WORDS"]),
        ("run --help alpine ls -l", 0, ["run --help alpine ls -l"]),
    ],
)
def test_a_line_is_run(lines: Lines, text: str, code: int, calls: list[str]) -> None:
    assert lines.run(text) == code
    assert lines.calls() == calls


def test_the_cli_keeps_its_exit_code(lines: Lines) -> None:
    assert lines.run("ps", FAKE_CODE="17") == 17
    (ended,) = lines.work.told(LineEnded)
    assert ended == LineEnded(Way.CLI, "ps", 17)


def test_what_docker_says_inside_a_substitution_is_taken(lines: Lines) -> None:
    assert lines.run("inspect $(ps -q)") == 0
    assert lines.calls() == ["ps -q", "inspect told: ps"]


def test_a_nul_ends_no_word(lines: Lines) -> None:
    """Bash leaves it out where it comes from a program, and takes no line that has one."""
    assert lines.run("images $(printf 'a\\0b')") == 0
    assert lines.calls() == ["images ab"]
    assert lines.work.terminal.err.endswith("ignored null byte in input\n")
    assert lines.work.told(NulsLeftOut) == [NulsLeftOut()]
    assert lines.run("images 'a\0b' && ps") == 2
    assert lines.refused == ["\0"]
    assert lines.calls() == ["images ab"]


def test_own_words_are_expanded_and_called(lines: Lines) -> None:
    assert lines.run('cd "$WORDS"') == 3
    assert lines.own == [["cd", "a b"]]


def test_native_acts_need_no_docker(tmp_path: Path) -> None:
    lines = Lines(tmp_path, "/nowhere")
    assert lines.run("run alpine") == 0
    assert lines.run("ps") == 127
    assert lines.work.terminal.err == "docker: command not found\n"
    ways = [event.way for event in lines.work.events if isinstance(event, Routed)]
    assert ways == [Way.NATIVE, Way.CLI]


@pytest.mark.parametrize(
    ("host", "key"),
    [("npipe:////./pipe/docker_engine", "cli-missing-windows"), ("unix:///var/run/docker.sock", "cli-missing")],
)
def test_a_docker_that_is_not_there_is_explained(host: str, key: str) -> None:
    work = Work(FakeEngine(endpoint=Endpoint("default", host, "default")))
    assert run_docker(call_for("ps"), work.desk(told=True, environ={"PATH": "/nowhere"})) == 127
    (failed,) = work.told(Failed)
    assert isinstance(failed, Failed)
    diagnosis = diagnose(failed)
    assert diagnosis is not None
    assert diagnosis.key == key


def test_a_person_sees_the_cli_in_a_terminal_and_its_last_words_are_kept(tmp_path: Path, path: str) -> None:
    work = Work(terminal=person())
    environ = {"PATH": path, "LOG": os.devnull, "FAKE_CODE": "5"}
    desk = work.desk(told=True, environ=environ, folder=str(tmp_path))
    assert run_docker(call_for("compose", "up"), desk) == 5
    assert work.terminal.out == "told: compose\r\nbad\r\n"
    (failed,) = work.told(Failed)
    assert isinstance(failed, Failed)
    assert (failed.failure.words, failed.exit_code, failed.line) == ("told: compose\nbad", 5, "compose up")


def test_a_windows_console_is_inherited_by_the_cli(
    tmp_path: Path, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    console = person()
    console.kind = "console"
    work = Work(terminal=console)
    environ = {"PATH": path, "LOG": os.devnull, "FAKE_CODE": "5"}
    assert run_docker(call_for("login"), work.desk(told=True, environ=environ, folder=str(tmp_path))) == 5
    assert (console.out, console.loans, capfd.readouterr()) == ("", 1, ("told: login\n", "bad\n"))


@pytest.mark.parametrize(
    ("above", "after", "words"),
    [
        (["old: error", "> login"], ["old: error", "> login", "told: login", "bad"], "told: login\nbad"),
        (["bad", "> login"], ["much", "said", "bad"], "much\nsaid\nbad"),  # it scrolled off
        ([], [], ""),
    ],
)
def test_what_failed_on_a_windows_console_is_read_off_the_screen(
    tmp_path: Path, path: str, above: list[str], after: list[str], words: str
) -> None:
    console = person()
    console.kind = "console"
    screens = iter([above, after])
    console.rows = lambda _count, /: next(screens)  # type: ignore[method-assign]
    work = Work(terminal=console)
    environ = {"PATH": path, "LOG": os.devnull, "FAKE_CODE": "5"}
    assert run_docker(call_for("login"), work.desk(told=True, environ=environ, folder=str(tmp_path))) == 5
    (failed,) = work.told(Failed)
    assert isinstance(failed, Failed)
    assert failed.failure.words == words


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("-H", {"DOCKER_HOST": "tcp://there:1", "X": "1"}),
        ("--context", {"DOCKER_CONTEXT": "far", "X": "1"}),
        ("DOCKER_HOST", {"DOCKER_HOST": "unix:///mine", "DOCKER_CONTEXT": "mine", "X": "1"}),
    ],
)
def test_children_speak_to_the_same_daemon(source: str, expected: dict[str, str]) -> None:
    environ = {"DOCKER_HOST": "unix:///mine", "DOCKER_CONTEXT": "mine", "X": "1"}
    assert child_environ(environ, Endpoint("far", "tcp://there:1", source)) == expected


def test_shells(tmp_path: Path) -> None:
    for name in ("bash", "fish"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    environ = {"PATH": str(tmp_path), "SHELL": "/usr/bin/not/here/fish", "COMSPEC": r"C:\cmd.exe"}
    assert shell_argv("ls", environ, posix=False) == (str(tmp_path / "fish"), "-c", "ls")
    assert shell_argv("ls", environ, posix=True) == (str(tmp_path / "bash"), "-c", "ls")
    bare = {"PATH": "/nowhere", "COMSPEC": r"C:\cmd.exe"}
    assert shell_argv('dir "a b"', bare, posix=False) == r'C:\cmd.exe /d /s /c "dir "a b""'


def test_the_bash_that_starts_linux_on_windows_is_not_the_persons(tmp_path: Path) -> None:
    """``where bash`` names it twice, and mostly before Git's."""
    folders = [tmp_path / name for name in ("system32", "WindowsApps", "Git")]
    for folder in folders:
        folder.mkdir()
        (folder / "bash").write_text("#!/bin/sh\n")
        (folder / "bash").chmod(0o755)
    environ = {"PATH": os.pathsep.join(map(str, folders)), "COMSPEC": r"C:\cmd.exe"}
    assert shell_argv("ls", environ, posix=True)[0] == str(folders[-1] / "bash")
    environ["PATH"] = os.pathsep.join(map(str, folders[:2]))
    assert shell_argv("ls", environ, posix=True) == r'C:\cmd.exe /d /s /c "ls"'


def test_a_folder_that_is_gone_is_said(tmp_path: Path, path: str) -> None:
    lines = Lines(tmp_path, path)
    lines.desk = lines.desk._replace(folder=str(tmp_path / "gone"))
    assert lines.run("ps") == 127
    assert lines.work.terminal.err.endswith("No such file or directory\n")
    lines.work.terminal.written[2] = b""
    assert lines.run("run alpine $(ps -q)") == 0
    assert lines.work.terminal.err.endswith("No such file or directory\n")


@pytest.mark.parametrize("text", ["ps", "!true", "run alpine $(echo x)", "run -v ./data:/x alpine"])
def test_a_line_runs_where_the_folder_was_deleted(
    text: str, lines: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    lines.desk = lines.desk._replace(folder=current_folder())
    assert lines.run(text) == 0
    assert "No such file" not in lines.work.terminal.err.replace("getcwd() failed: No such file or directory", "")


def test_a_path_below_a_deleted_folder_is_no_name_of_a_volume() -> None:
    assert parse_bind("./data:/x").spec("") == "./data:/x"


@pytest.mark.parametrize("name", ["TERM", "HUP"])
def test_a_signal_that_came_to_dshell_alone_is_passed_on(lines: Lines, name: str) -> None:
    """Or else it would wait for a program that was never told to end."""
    number = getattr(signal, f"SIG{name}")
    found = signal.signal(number, lambda *_: None)
    try:
        assert lines.run(f"sh -c 'kill -{name} {os.getpid()}; exec sleep 30'") == 128 + number
    finally:
        signal.signal(number, found)


def test_ctrl_c_is_the_affair_of_the_program_that_runs(lines: Lines) -> None:
    assert lines.run(f"sh -c 'kill -INT {os.getpid()}; exit 7'") == 7


def test_an_engine_for_another_daemon_leads_docker_there(tmp_path: Path, path: str) -> None:
    work = Work(FakeEngine(endpoint=Endpoint("default", "unix:///other.sock", "-H")))
    log = tmp_path / "log"
    docker = tmp_path / "bin" / "docker"
    docker.write_text('#!/bin/sh\necho "$DOCKER_HOST" > "$LOG"\n')
    run_docker(call_for("ps"), work.desk(environ={"PATH": path, "LOG": str(log)}, folder=str(tmp_path)))
    assert log.read_text() == "unix:///other.sock\n"


def test_a_variable_before_docker_is_that_line_s(lines: Lines) -> None:
    assert lines.run("WORDS=c docker run -e WORDS alpine; docker run -e WORDS alpine") == 0
    bodies = [asked[1] for asked in lines.work.engine.asked if asked[0] == "create"]
    assert [body["Env"] for body in bodies if isinstance(body, dict)] == [["WORDS=c"], ["WORDS=a b"]]


def test_a_variable_of_docker_s_client_is_left_to_docker(lines: Lines) -> None:
    assert lines.run("DOCKER_HOST=tcp://far docker run alpine") == 0
    assert lines.calls() == ["run alpine"]
    assert lines.work.engine.names == []


def test_sudo_is_left_out_where_the_daemon_answers(lines: Lines) -> None:
    assert lines.run("sudo docker ps -a") == 0
    assert lines.calls() == ["ps -a"]
    assert lines.work.told(Needless) == [Needless("sudo")]


def test_sudo_is_kept_where_it_does_not(lines: Lines) -> None:
    lines.work.engine = ClosedEngine()
    lines.desk = lines.desk._replace(engine=lines.work.engine)
    sudo = lines.folder / "sudo"
    sudo.write_text('#!/bin/sh\necho sudo >>"$LOG"\nexec "$@"\n')
    sudo.chmod(0o755)
    path = f"{lines.folder}{os.pathsep}{lines.desk.environ['PATH']}"
    assert lines.run("sudo docker ps -a", PATH=path) == 0
    assert lines.calls() == ["sudo", "ps -a"]
    assert lines.work.told(Needless) == []


@pytest.mark.parametrize(
    ("text", "code", "calls", "refused"),
    [
        ("ps\nps && && ps\nimages", 0, ["ps", "images"], ["&&"]),
        ("ps\n&& images", 2, ["ps"], ["&&"]),
        ("ps ||\nls || ||\nimages", 0, ["images"], ["||"]),
        ("ps\n| wc\nimages", 0, ["ps", "images"], ["|"]),
        ("ps\nimages 'x", 2, ["ps"], ["'x"]),
        ("false\nps &&\nimages", 0, ["ps", "images"], []),
        ("run --name\nimages", 0, ["run --name", "images"], []),  # docker says what is missing
    ],
)
def test_a_row_that_cannot_run_holds_up_no_other(
    lines: Lines, text: str, code: int, calls: list[str], refused: list[str]
) -> None:
    assert lines.run(text) == code
    assert lines.calls() == calls
    assert lines.refused == refused
