"""A daemon that does not answer: what could start it, what is offered, and how the line goes on."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from dshell.engine.in_use import InUse
from dshell.engine.records import Endpoint, Starter
from dshell.engine.starter import SCRIPT, ThisMachine, begin, starter, starting
from dshell.errors import EngineError, Failure, Trouble
from dshell.events import Failed
from dshell.shell.revive import Reviver, Ways
from dshell.shell.tell import Look, Teller
from dshell.teach.texts import languages, load
from tests.conftest import PracticeEngine
from tests.desks import FakeTerminal, person
from tests.program import Program

PROGRAM_FILES = {"ProgramFiles": r"C:\Program Files", "LOCALAPPDATA": r"C:\Users\me\AppData\Local", "USERPROFILE": "x"}
PIPE = "npipe:////./pipe/dockerDesktopLinuxEngine"
SYSTEMD = {"/run/systemd/system", "/usr/lib/systemd/system/docker.service"}


@dataclass(frozen=True)
class FakeMachine:
    paths: set[str] = field(default_factory=set)
    programs: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: {"DOCKER_CONFIG": "/home/me/.docker"})
    root: bool = False

    def which(self, program: str) -> str:
        return self.programs.get(program, "")

    def exists(self, path: str) -> bool:
        return path in self.paths


DOCKER = {"docker": "/usr/bin/docker"}
SYSTEMCTL = {"systemctl": "/usr/bin/systemctl", "sudo": "/usr/bin/sudo"}


@pytest.mark.parametrize(
    ("host", "machine", "expected"),
    [
        (PIPE, FakeMachine(environ=PROGRAM_FILES), None),
        (
            PIPE,
            FakeMachine({r"C:\Program Files\Docker\Docker\Docker Desktop.exe"}, environ=PROGRAM_FILES),
            (r"C:\Program Files\Docker\Docker\Docker Desktop.exe",),
        ),
        (
            PIPE,
            FakeMachine(
                {r"C:\Users\me\AppData\Local\Programs\DockerDesktop\Docker Desktop.exe"}, environ=PROGRAM_FILES
            ),
            (r"C:\Users\me\AppData\Local\Programs\DockerDesktop\Docker Desktop.exe",),
        ),
        (
            PIPE,
            FakeMachine(
                {r"D:\Docker\Docker Desktop.exe"}, {"docker": r"D:\Docker\resources\bin\docker.exe"}, PROGRAM_FILES
            ),
            (r"D:\Docker\Docker Desktop.exe",),
        ),
        (
            PIPE,
            FakeMachine(
                {r"C:\Program Files\Docker\Docker\resources\cli-plugins\docker-desktop.exe"},
                {"docker": "docker.exe"},
                PROGRAM_FILES,
            ),
            ("docker", "desktop", "start", "--detach"),
        ),
        ("unix:///run/dshell-practice/docker.sock", FakeMachine({str(SCRIPT)}), ("bash", str(SCRIPT), "start")),
        ("unix:///run/dshell-practice/docker.sock", FakeMachine(), None),
        ("unix:///Users/me/.orbstack/run/docker.sock", FakeMachine(programs={"orbctl": "x"}), ("orbctl", "start")),
        (
            "unix:///Users/me/.colima/work/docker.sock",
            FakeMachine(programs={"colima": "x"}),
            ("colima", "start", "--profile", "work"),
        ),
        (
            "unix:///Users/me/.docker/run/docker.sock",
            FakeMachine({"/Applications/Docker.app"}),
            ("open", "-a", "Docker"),
        ),
        ("unix:///var/run/docker.sock", FakeMachine({"/Applications/Docker.app"}), ("open", "-a", "Docker")),
        (
            "unix:///home/me/.docker/desktop/docker.sock",
            FakeMachine({"/usr/lib/docker/cli-plugins/docker-desktop"}, DOCKER),
            ("docker", "desktop", "start", "--detach"),
        ),
        (
            "unix:///home/me/.docker/desktop/docker.sock",
            FakeMachine({*SYSTEMD}, SYSTEMCTL),
            ("systemctl", "--user", "start", "docker-desktop"),
        ),
        (
            "unix:///run/user/1000/docker.sock",
            FakeMachine({*SYSTEMD}, SYSTEMCTL),
            ("systemctl", "--user", "start", "docker"),
        ),
        ("unix:///var/run/docker.sock", FakeMachine(SYSTEMD, SYSTEMCTL), ("sudo", "systemctl", "start", "docker")),
        ("unix:///var/run/docker.sock", FakeMachine(SYSTEMD, SYSTEMCTL, root=True), ("systemctl", "start", "docker")),
        ("unix:///var/run/docker.sock", FakeMachine(SYSTEMD, {"systemctl": "x"}), None),
        ("unix:///var/run/docker.sock", FakeMachine({"/run/systemd/system"}, SYSTEMCTL), None),
        ("tcp://192.0.2.1:2375", FakeMachine(SYSTEMD, SYSTEMCTL), None),
        ("ssh://me@far", FakeMachine(SYSTEMD, SYSTEMCTL), None),
    ],
)
def test_what_starts_a_daemon(host: str, machine: FakeMachine, expected: tuple[str, ...] | None) -> None:
    found = starter(Endpoint("x", host, "default"), machine)
    assert (found.argv if found else None) == expected


def test_this_machine(tmp_path: Path) -> None:
    machine = ThisMachine({"PATH": str(tmp_path)})
    assert machine.which("docker") == ""
    assert machine.exists(str(tmp_path))
    noted = tmp_path / "noted"
    assert begin(Starter("x", ("sh", "-c", f'echo "$A" >{noted}; exit 3'), environ={"A": "b"}), {"PATH": "/bin"}) == 3
    assert noted.read_text() == "b\n"
    with pytest.raises(FileNotFoundError):
        begin(Starter("x", ("no-such-program",), program=True), {})


def test_a_program_that_runs_already() -> None:
    with subprocess.Popen(["sleep", "60"]) as child:
        assert starting(Starter("x", (), processes=("sleep",)))
        child.kill()
    assert not starting(Starter("x", (), processes=("no-such-program",)))
    assert not starting(Starter("x", ()))


DESKTOP = Starter("Docker Desktop", ("x",))


@dataclass
class Daemon:
    """``up``: looks until it answers. ``code``: of what starts it."""

    found: Starter | None = DESKTOP
    on_its_way: bool = False
    code: int = 0
    refuses: bool = False
    up: int = 1
    other: str = ""
    done: list[str] = field(default_factory=list)

    def begin(self, _: Starter) -> int:
        self.done.append("begin")
        if self.refuses:
            raise PermissionError(13, "Permission denied")
        return self.code

    def answers(self) -> bool:
        self.up -= 1
        return self.up < 0

    @property
    def ways(self) -> Ways:
        return Ways(
            lambda: self.found,
            lambda _: self.on_its_way,
            self.begin,
            self.answers,
            lambda: self.other,
            lambda: self.done.append("left"),
        )


class Typing(FakeTerminal):
    """Keys that come after the question."""

    keys: tuple[bytes, ...] = ()

    def read(self, timeout: float) -> bytes | None:
        if timeout == 0 or not self.keys:
            return None
        key, *rest = self.keys
        self.keys = tuple(rest)
        return key


OFF = Failed(Failure(Trouble.UNREACHABLE, "no", number=2, endpoint=PIPE), "run", 125, "run alpine")
REMOTE = Failed(Failure(Trouble.UNREACHABLE, "no", endpoint="tcp://192.0.2.1:2375"), "run", 125, "run alpine")


def revived(daemon: Daemon, *keys: bytes, failed: Failed = OFF, language: str = "en") -> tuple[bool, str]:
    terminal = Typing(person().shown, 80, 24)
    terminal.keys = keys
    teller = Teller(terminal, load(language), look=Look())
    teller.failed = failed
    again = Reviver(teller, terminal, daemon.ways)()
    return again, terminal.err


@pytest.mark.parametrize(
    ("daemon", "keys", "again", "done", "said"),
    [
        (Daemon(), b"\r", True, ["begin"], "Docker Desktop answers after"),
        (Daemon(), b"\x1b", False, [], "leaves it as it is"),
        (Daemon(), b"x\r", True, ["begin"], "then runs run alpine"),
        (Daemon(on_its_way=True), b"\r", True, [], "Docker Desktop is on its way"),
        (Daemon(code=4), b"\r", False, ["begin"], "exit code 4"),
        (Daemon(refuses=True), b"\r", False, ["begin"], "Permission denied"),
        (Daemon(up=9999), b"\r\x03", False, ["begin"], "no longer waiting for Docker Desktop"),
        (Daemon(None, other="desktop-linux"), b"\r", True, ["left"], "the context desktop-linux would answer"),
        (Daemon(None), b"\r", False, [], ""),
    ],
)
def test_what_is_offered(daemon: Daemon, keys: bytes, again: bool, done: list[str], said: str) -> None:
    found, told = revived(daemon, *(keys[at : at + 1] for at in range(len(keys))))
    assert (found, daemon.done) == (again, done)
    assert said in " ".join(told.split())


@pytest.mark.parametrize("language", languages())
def test_both_languages_say_all_of_it(language: str) -> None:
    for daemon in (Daemon(), Daemon(on_its_way=True), Daemon(code=4), Daemon(refuses=True), Daemon(None, other="x")):
        for name in ("practice", "systemd", "Docker Desktop"):
            found = daemon.found and daemon.found._replace(name=name)
            _, told = revived(Daemon(**{**vars(daemon), "found": found, "done": []}), b"\r", language=language)
            assert "revive." not in told
            assert "{" not in told


def test_an_address_of_another_machine_is_never_started_here() -> None:
    assert revived(Daemon(), b"\r", failed=REMOTE) == (False, "")
    daemon = Daemon(other="default")
    assert revived(daemon, b"\r", failed=REMOTE)[0]
    assert daemon.done == ["left"]


@pytest.mark.parametrize(
    "failure",
    [
        Failure(Trouble.LOST, endpoint=PIPE),  # the container went with it: nothing to do again
        Failure(Trouble.REFUSED, "No such image", 404, endpoint=PIPE),
        Failure(Trouble.DENIED, "no", number=5, endpoint=PIPE),
    ],
)
def test_what_no_start_would_mend(failure: Failure) -> None:
    assert revived(Daemon(), b"\r", failed=Failed(failure, "run", 125, "run alpine")) == (False, "")


def test_who_said_no_is_not_asked_again() -> None:
    terminal = Typing(person().shown, 80, 24)
    teller = Teller(terminal, load("en"))
    daemon = Daemon()
    reviver = Reviver(teller, terminal, daemon.ways)
    for _ in range(2):
        teller.failed = OFF._replace(exit_code=1)
        terminal.keys = (b"\x1b",)
        assert not reviver()
    assert terminal.err.count("can be started") == 1
    assert not reviver(), "nothing failed since"


def context(config: Path, name: str, host: str) -> None:
    folder = config / "contexts" / "meta" / sha256(name.encode()).hexdigest()
    folder.mkdir(parents=True)
    (folder / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))


class TestInUse:
    def test_another_context_is_followed(self, engine_host: str, tmp_path: Path) -> None:
        context(tmp_path, "far", "tcp://192.0.2.1:2375")
        context(tmp_path, "near", engine_host)
        environ = {"DOCKER_CONFIG": str(tmp_path)}
        (tmp_path / "config.json").write_text('{"currentContext": "near"}')
        used = InUse(environ, host="", context="")
        assert used.answers()
        assert not used.follow()
        assert not used.follow()
        engine = used.engine
        (tmp_path / "config.json").write_text('{"currentContext": "far"}')
        assert used.follow()
        assert used.engine is not engine
        assert used.endpoint.name == "far"
        (tmp_path / "config.json").write_text('{"currentContext": "gone"}')
        with pytest.raises(EngineError):
            used.follow()
        used.close()

    def test_a_leftover_address(self, engine_host: str, tmp_path: Path) -> None:
        context(tmp_path, "near", engine_host)
        (tmp_path / "config.json").write_text('{"currentContext": "near"}')
        environ = {"DOCKER_CONFIG": str(tmp_path), "DOCKER_HOST": "tcp://127.0.0.1:9"}
        assert InUse(environ, host="", context="").without_host() == "near"
        assert not InUse(environ, host="", context="").answers()
        assert InUse({**environ, "DOCKER_CONFIG": "/none"}, host="", context="").without_host() == ""
        assert InUse({**environ, "DOCKER_HOST": engine_host}, host="", context="").without_host() == ""
        assert InUse(environ, host="tcp://127.0.0.1:9", context="").without_host() == ""


class TestProgram:
    def test_a_context_used_in_the_shell_is_used_by_the_next_line(self, engine_host: str, tmp_path: Path) -> None:
        context(tmp_path / "docker", "near", engine_host)
        context(tmp_path / "docker", "far", "unix:///none.sock")
        (tmp_path / "docker" / "config.json").write_text('{"currentContext": "far"}')
        with Program("", tmp_path).repl() as repl:
            assert "✘" in repl.run("run --rm alpine echo first")
            shown = repl.run("context use near && run --rm alpine echo second")
            assert "\nsecond" in shown
            assert re.search("^ near ", shown, re.MULTILINE), "the prompt names it"

    def test_the_practice_engine_is_started_and_the_line_goes_on(
        self, mortal_engine: PracticeEngine, tmp_path: Path
    ) -> None:
        done = mortal_engine.script("stop")
        assert done.returncode == 0
        with Program(mortal_engine.host, tmp_path).repl() as repl:
            start = repl.here()
            repl.screen.send("run --rm alpine echo it-runs\r")
            repl.screen.expect("can be started from here", start=start)
            repl.screen.send("\r")
            repl.screen.expect("answers after", start=start, timeout=120)
            repl.screen.expect("\nit-runs", start=start)
            repl.next_prompt(start)
