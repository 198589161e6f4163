"""The words map, as-run, as-compose, again and shell on a real engine, as a person or a script gives them."""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import os
import stat
import subprocess
import sys
import termios
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from dshell.teach.texts import load
from tests.conftest import Docker
from tests.screen import Screen

assert sys.platform != "win32"

ROOT = Path(__file__).parent.parent
SAY = load("en").say


class Bench:
    """dshell against the engine; containers whose names begin with ``tag`` go away afterwards."""

    def __init__(self, host: str, docker: Docker, folder: Path) -> None:
        self.docker = docker
        self.folder = folder
        self.tag = f"re{uuid.uuid4().hex[:6]}"
        homes = {f"XDG_{kind}_HOME": str(folder) for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
        self.env = {**homes, "DOCKER_HOST": host, "DSHELL_LANG": "en", "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}

    def name(self, name: str) -> str:
        return f"{self.tag}-{name}"

    def dshell(self, *words: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "dshell", *words],
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=self.folder,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def screen(self, *words: str, columns: int = 100) -> Screen:
        argv = [sys.executable, "-m", "dshell", *words]
        return Screen(argv, env={**self.env, "DOCKER_CONTEXT": None}, columns=columns, lines=50, cwd=self.folder)

    def told(self, name: str, template: str) -> str:
        return self.docker("inspect", "-f", template, self.name(name)).stdout.strip()


@pytest.fixture
def bench(engine_host: str, docker: Docker, tmp_path: Path) -> Iterator[Bench]:
    docker("pull", "-q", "alpine")
    made = Bench(engine_host, docker, tmp_path)
    yield made
    ids = docker("ps", "-aq", "--filter", f"name={made.tag}").stdout.split()
    if ids:
        docker("rm", "-fv", *ids)


def test_a_script_gets_the_line_alone(bench: Bench) -> None:
    bench.docker("run", "-d", "--name", bench.name("web"), "-e", "A=two words", "alpine", "sleep", "60")
    line = f"docker run -d --name {bench.name('web')} -e 'A=two words' alpine sleep 60\n"
    assert bench.dshell("as-run", bench.name("web")) == (0, line, "")
    bench.docker("create", "--name", bench.name("bad"), "-e", "A=\x1b[2J", "alpine")
    assert "\x1b[2J" in bench.dshell("as-run", bench.name("bad"))[1]
    with bench.screen("as-run", bench.name("bad"), columns=200) as screen:
        assert screen.wait() == 0
        assert "'A=\\x1b[2J'" in screen.text(), "disarmed for a person"


def test_what_is_not_there_is_told_in_docker_s_words(bench: Bench) -> None:
    words = "Error response from daemon: No such container: nosuch\n"
    assert bench.dshell("as-run", "nosuch") == (1, "", words)
    code, out, err = bench.dshell("-c", "as-compose nosuch; shell nosuch; again nosuch -e A=1")
    assert (code, out, err) == (1, "", 3 * words)


def test_a_compose_file_is_written(bench: Bench) -> None:
    bench.docker("create", "--name", bench.name("web"), "alpine")
    code, out, _ = bench.dshell("as-compose", bench.name("web"), "-o", "compose.yaml")
    assert (code, out) == (0, "")
    assert "image: alpine" in (bench.folder / "compose.yaml").read_text()


@pytest.mark.parametrize(("made", "secret"), [(("-e", "A_KEY=x", "alpine"), True), (("-e", "A=x", "alpine"), False)])
def test_a_compose_file_with_a_secret_is_its_owner_s_alone(bench: Bench, made: tuple[str, ...], secret: bool) -> None:
    bench.docker("create", "--name", bench.name("web"), *made)
    there = bench.folder / "there.yaml"
    there.touch()
    usual = there.stat().st_mode
    for file in ("new.yaml", there.name):
        assert bench.dshell("as-compose", bench.name("web"), "-o", file)[0] == 0
        assert (bench.folder / file).stat().st_mode == (stat.S_IFREG | 0o600 if secret else usual)


def test_what_is_no_file_is_written_to_and_left_as_it_is(bench: Bench) -> None:
    bench.docker("create", "--name", bench.name("web"), "-e", "A_KEY=x", "alpine")
    master, slave = os.openpty()
    os.fchmod(slave, 0o622)
    assert bench.dshell("as-compose", bench.name("web"), "-o", os.ttyname(slave))[0] == 0
    assert os.fstat(slave).st_mode & 0o777 == 0o622
    assert b"A_KEY" in os.read(master, 4096)
    os.close(master)
    os.close(slave)


def test_map_follows_and_gives_the_terminal_back(bench: Bench) -> None:
    with bench.screen("map", "-f") as screen:
        screen.expect("q or Ctrl-C ends")
        bench.docker("create", "--name", bench.name("new"), "alpine")
        screen.expect(bench.name("new"))
        screen.send("q")
        assert screen.wait() == 0
        assert int(str(screen.modes()[3])) & termios.ECHO, "cooked again"
        assert screen.raw.rindex(b"\x1b[?1049l") > screen.raw.rindex(b"\x1b[?1049h")


def test_a_picture_is_kept(bench: Bench) -> None:
    code, out, err = bench.dshell("-c", "map --html no/such/folder.html; map --frob; map --svg map.svg")
    assert (code, out) == (0, "")
    assert "no/such/folder.html cannot be written" in err
    assert "map draws what is here" in err
    assert (bench.folder / "map.svg").read_text().startswith("<svg ")


def test_again_makes_anew_what_was_asked_and_the_old_one_goes(bench: Bench) -> None:
    name = bench.name("web")
    bench.docker(
        "run", "-d", "--stop-signal", "KILL", "--name", name, "-e", "A=1", "-v", "/kept", "alpine", "sleep", "60"
    )
    volume = bench.told("web", "{{(index .Mounts 0).Name}}")
    with bench.screen("again", name, "-e", "A=2") as screen:
        screen.expect("makes it anew")
        screen.send("y")
        assert screen.wait() == 0
    assert bench.told("web", "{{.State.Running}} {{index .Config.Env 0}}") == "true A=2"
    assert bench.told("web", "{{(index .Mounts 0).Name}}") == volume
    assert bench.docker("ps", "-aq", "--filter", f"name={bench.tag}").stdout.count("\n") == 1


def test_again_refuses_what_run_would(bench: Bench) -> None:
    bench.docker("create", "--name", bench.name("web"), "alpine")
    with bench.screen("again", bench.name("web"), "-m", "1x") as screen:
        assert screen.wait() == 125
        assert "help run -m" in screen.text()


@pytest.mark.parametrize(
    "flags",
    [("nosuchimage:1",), ("alpine", "sh", "-c", "exit 3"), ("--rm", "alpine", "sh", "-c", "exit 3")],
    ids=["not made", "ends", "ends and goes"],
)
def test_again_puts_the_old_one_back(bench: Bench, flags: tuple[str, ...]) -> None:
    name = bench.name("web")
    bench.docker("run", "-d", "--stop-signal", "KILL", "--name", name, "alpine", "sleep", "60")
    old = bench.told("web", "{{.Id}}")
    code, _, err = bench.dshell("again", name, "--yes", *flags)
    assert code != 0
    assert "is put back as it was" in err
    assert bench.told("web", "{{.Id}} {{.State.Running}}") == f"{old} true"
    assert bench.docker("ps", "-aq", "--filter", f"name={bench.tag}").stdout.count("\n") == 1


def test_again_leaves_another_container_of_the_new_name_alone(bench: Bench) -> None:
    for name in ("web", "other"):
        bench.docker("create", "--name", bench.name(name), "alpine")
    ids = bench.told("web", "{{.Id}}"), bench.told("other", "{{.Id}}")
    code, _, err = bench.dshell("again", bench.name("web"), "--yes", "--name", bench.name("other"))
    assert code == 1
    assert "is already in use by container" in err
    assert (bench.told("web", "{{.Id}}"), bench.told("other", "{{.Id}}")) == ids


@pytest.mark.parametrize(
    ("command", "code", "running"),
    [(("sh", "-c", "sleep 60", "-y"), 0, "[sh -c sleep 60 -y]"), (("false",), 1, "[sleep 60]")],
    ids=["runs", "ends"],
)
def test_again_of_one_that_goes_when_it_is_stopped(
    bench: Bench, command: tuple[str, ...], code: int, running: str
) -> None:
    name = bench.name("web")
    flags = ("--rm", "--stop-signal", "KILL", "-v", "/kept", "--name", name)
    bench.docker("run", "-d", *flags, "alpine", "sleep", "60")
    bench.docker("exec", name, "touch", "/kept/file")
    old = bench.told("web", "{{.Id}}")
    assert bench.dshell("again", "-y", name, "alpine", *command)[0] == code
    assert bench.docker("exec", name, "ls", "/kept").stdout == "file\n"
    assert bench.docker("ps", "-aq", "--filter", f"name={bench.tag}").stdout.count("\n") == 1
    assert bench.told("web", "{{.State.Running}} {{.Config.Cmd}}") == f"true {running}"
    assert bench.told("web", "{{.Id}}") != old
    bench.docker("rm", "-f", name)


def test_words_that_make_no_line_are_refused(bench: Bench) -> None:
    bench.docker("create", "--name", bench.name("web"), "alpine")
    web = bench.name("web")
    lines = {
        "as-run": ["as-run", "as-run --rm web"],
        "as-compose": ["as-compose", "as-compose web -o", "as-compose --frob web"],
        "again": ["again", "again --yes", "again -p 80 web", f"again {web} --yes"],
        "shell": ["shell", "shell -x", "shell a b"],
    }
    for word, those in lines.items():
        code, out, err = bench.dshell("-c", "; ".join(those))
        usage = " ".join(SAY(f"remake.usage.{word}").split())
        assert (code, out, " ".join(err.split()).count(usage)) == (2, "", len(those)), (word, err)
    code, out, err = bench.dshell("again", web, "--yes", "--frob")
    assert (code, out, "--frob" in err) == (2, "", True)


def test_what_a_file_or_a_line_cannot_hold_is_told(bench: Bench) -> None:
    profile = bench.folder / "profile.json"
    profile.write_text('{"defaultAction": "SCMP_ACT_ALLOW"}')
    flags = ("--rm", "-e", "DB_PASSWORD=hunter2", "--security-opt", f"seccomp={profile}")
    bench.docker("create", "--name", bench.name("web"), *flags, "alpine")
    code, out, err = bench.dshell("as-compose", bench.name("web"))
    assert (code, "DB_PASSWORD: hunter2" in out) == (0, True)
    assert SAY("remake.left", flag="--rm true") in " ".join(err.split())
    with bench.screen("as-run", bench.name("web"), columns=200) as screen:
        assert screen.wait() == 0
        said = " ".join(screen.text().split())
    assert " ".join(SAY("remake.secret", names="DB_PASSWORD").split()) in said
    assert "seccomp" in said


def test_again_asks_and_does_nothing_without_a_yes(bench: Bench) -> None:
    bench.docker("create", "--name", bench.name("web"), "alpine")
    old = bench.told("web", "{{.Id}}")
    assert bench.dshell("again", bench.name("web"), "-e", "A=1")[0] == 1
    with bench.screen("again", bench.name("web"), "-e", "A=1") as screen:
        screen.expect("makes it anew")
        screen.send("n")
        assert screen.wait() == 1
    assert bench.told("web", "{{.Id}}") == old


def test_a_shell_opens_where_there_is_one(bench: Bench) -> None:
    bench.docker("run", "-d", "--name", bench.name("web"), "alpine", "sleep", "60")
    with bench.screen("shell", bench.name("web")) as screen:
        screen.expect("# ")
        screen.send("echo in$((40+2))\r")
        screen.expect("in42")
        screen.send("exit\r")
        assert screen.wait() == 0


def test_a_paused_container_has_a_way_too(bench: Bench) -> None:
    bench.docker("run", "-d", "--name", bench.name("web"), "alpine", "sleep", "60")
    bench.docker("pause", bench.name("web"))
    code, _, err = bench.dshell("shell", bench.name("web"))
    assert (code, f"unpause {bench.name('web')} && shell {bench.name('web')}" in err) == (1, True)


@pytest.mark.parametrize(("start", "said"), [(False, "is not running"), (True, "there is no shell in")])
def test_where_there_is_no_shell_a_way_is_told(bench: Bench, start: bool, said: str) -> None:
    """Of a busybox without its shells."""
    name = bench.name("bare")
    bench.docker("run" if start else "create", *(["-d"] if start else []), "--name", name, "alpine", "sleep", "60")
    if start:
        bench.docker("exec", name, "rm", "-f", "/bin/sh", "/bin/ash", "/bin/bash")
    code, _, err = bench.dshell("shell", name)
    assert code == 1
    assert said in " ".join(err.split())
