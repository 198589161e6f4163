"""The first chapter of a Docker course, worked through in dshell on a real engine, as a person sees it."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Docker, PracticeEngine
from tests.program import Program

TOLD: dict[str, dict[str, str]] = {
    "en": {
        "request": "asks",
        "missing": "is not on this machine: downloading it",
        "kept": "kept here",
        "made": r"made (?:a new )?container,? (\w+)",
        "ended": r"exit code 0",
        "so soon": r"So soon\?",
        "here": "already on this machine: nothing to download",
        "another": "each run makes another",
        "stand-in": "stand-in",
    },
    "fr": {
        "request": "demande",
        "missing": "n'est pas sur cette machine",
        "kept": "gardés? ici",
        "made": r"a créé (?:un nouveau |le )?conteneur,? (\w+)",
        "ended": "le code 0",
        "so soon": "Déjà fini",
        "here": "déjà sur cette machine",
        "another": "chaque run en crée un autre",
        "stand-in": "doublure",
    },
}


@pytest.fixture
def program(engine_host: str, tmp_path: Path) -> Program:
    return Program(engine_host, tmp_path)


@pytest.fixture
def name(docker: Docker) -> Iterator[str]:
    name = f"hour-{uuid.uuid4().hex[:8]}"
    yield name
    docker("rm", "-f", name, check=False)


def state(docker: Docker, name: str, field: str = "Status") -> str:
    return docker("inspect", "-f", f"{{{{.State.{field}}}}}", name).stdout.strip()


def until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + 20
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)


class TestRunAlpine:
    """``docker run alpine``, the image absent and then present, and why it stops at once."""

    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("columns", [80, 120])
    def test_every_step_is_told(self, empty_store: PracticeEngine, tmp_path: Path, language: str, columns: int) -> None:
        told = TOLD[language]
        with Program(empty_store.host, tmp_path, language).repl(columns) as repl:
            first = repl.run("docker run alpine")
            again = repl.run("docker run alpine")
        for key in ("request", "missing", "kept", "made", "ended", "so soon", "stand-in"):
            assert re.search(told[key], flat(first)), f"{key} is told in\n{first}"
        assert re.search(r"[0-9a-f]{12} .*━", first), f"progress is shown in\n{first}"
        for key in ("here", "another", "ended"):
            assert re.search(told[key], flat(again)), f"{key} is told in\n{again}"
        assert not re.search(told["missing"], flat(again))
        made = [re.search(told["made"], flat(text)) for text in (first, again)]
        names = {match[1] for match in made if match}
        assert len(names) == 2, "two runs, two containers"


def flat(text: str) -> str:
    """Rows joined: a sentence may be wrapped anywhere, and French sets no-break spaces."""
    return re.sub(r"\s+", " ", text)


class TestInside:
    """``docker run -it alpine``: a prompt, a size, a way out and back, and a file system of its own."""

    def test_a_shell_its_exit_code_and_its_prompt(self, program: Program, docker: Docker, name: str) -> None:
        with program.repl() as repl:
            start = repl.here()
            repl.screen.send(f"docker run -it --name {name} alpine\r")
            repl.screen.expect("/ # ", start=start)
            repl.screen.send("hostname\r")
            repl.screen.expect(re.compile(r"^[0-9a-f]{12}$", re.MULTILINE), start=start)
            repl.screen.send("exit 7\r")
            repl.screen.expect(re.compile(r"\b7\b[^#]*▸"), start=start)
        assert state(docker, name, "ExitCode") == "7"

    def test_one_line_ends_with_the_containers_code(self, program: Program, name: str) -> None:
        with program.screen("run", "-it", "--rm", "--name", name, "alpine") as screen:
            screen.expect("/ # ")
            modes = screen.modes()
            screen.send("exit 7\r")
            assert screen.wait() == 7
            assert screen.modes() != modes, "the terminal is no longer raw"

    def test_the_container_knows_the_size_and_every_change(self, program: Program, name: str) -> None:
        with program.screen("run", "-it", "--rm", "--name", name, "alpine", columns=97, lines=31) as screen:
            screen.expect("/ # ")
            screen.send("stty size\r")
            screen.expect("31 97")
            screen.resize(71, 23)
            screen.send("until stty size | grep '23 71'; do sleep 0.1; done\r")
            screen.expect(re.compile("^23 71", re.MULTILINE))
            screen.send("exit\r")
            screen.wait()

    def test_detach_attach_and_come_back_to_a_stopped_one(self, program: Program, docker: Docker, name: str) -> None:
        with program.repl() as repl:
            start = repl.here()
            repl.screen.send(f"run -it --name {name} alpine\r")
            repl.screen.expect("/ # ", start=start)
            repl.screen.send("echo kept > /root/mine\r")
            repl.screen.expect(re.compile("mine\n/ # "), start=start)
            repl.screen.send(b"\x10\x11")
            repl.next_prompt(start)
            assert state(docker, name) == "running"

            start = repl.here()
            repl.screen.send(f"attach {name}\r")
            repl.screen.expect("/ # ", start=start)
            repl.screen.send("exit\r")
            repl.next_prompt(start)
            assert state(docker, name) == "exited"

            start = repl.here()
            repl.screen.send(f"start -ai {name}\r")
            repl.screen.expect("/ # ", start=start)
            repl.screen.send("cat /root/mine\r")
            repl.screen.expect(re.compile("^kept", re.MULTILINE), start=start)
            repl.screen.send("exit\r")
            repl.next_prompt(start)
            assert "No such file" in repl.run("run --rm alpine cat /root/mine"), "a new container has no such file"
        assert not Path("/root/mine").exists(), "nor has the host"

    def test_ctrl_p_alone_reaches_the_container(self, program: Program, name: str) -> None:
        with program.screen("run", "-it", "--rm", "--name", name, "alpine") as screen:
            screen.expect("/ # ")
            screen.send("echo one\r")
            screen.expect(re.compile("^one", re.MULTILINE))
            screen.send(b"\x10")
            screen.expect(re.compile("/ # echo one$"))
            screen.send("\rexit\r")
            assert screen.wait() == 0


class TestBytesAndCodes:
    """What scripts rely on: bytes as they are, exit codes as docker's."""

    def test_output_is_byte_exact(self, program: Program) -> None:
        done = program.once("run", "--rm", "alpine", "printf", r"a\0b")
        assert (done.stdout, done.stderr, done.returncode) == (b"a\0b", b"", 0)

    def test_input_ends(self, program: Program) -> None:
        everything = bytes(range(256)) * 4096
        done = program.once("run", "-i", "--rm", "alpine", "cat", input=everything)
        assert (done.stdout == everything, done.stderr, done.returncode) == (True, b"", 0)

    def test_error_output_stays_apart(self, program: Program) -> None:
        done = program.once("run", "--rm", "alpine", "sh", "-c", "echo out; echo err >&2; exit 42")
        assert (done.stdout, done.stderr, done.returncode) == (b"out\n", b"err\n", 42)

    @pytest.mark.parametrize(
        "line",
        [
            "run --rm alpine no-such-program",
            "run --rm alpine /etc",
            "run --rm no-such-image-anywhere",
            "run --rm alpine sh -c 'kill -9 $$'",
            "run --no-such-flag alpine",
            "run",
            "exec no-such-container true",
            "start no-such-container",
            "rm no-such-container",
            "ps --no-such-flag",
        ],
    )
    def test_codes_and_words_are_dockers_when_nobody_watches(self, program: Program, docker: Docker, line: str) -> None:
        words = re.findall(r"'[^']*'|\S+", line)
        words = [word.strip("'") for word in words]
        done, real = program.once(*words), docker(*words, check=False)
        assert done.returncode == real.returncode
        assert done.stdout.decode() == real.stdout
        assert nameless(done.stderr.decode()) == nameless(real.stderr)

    @pytest.mark.parametrize(
        ("line", "code", "told"),
        [
            ("run --rm alpine no-such-program", 127, "no-such-program"),
            ("run --rm no-such-image-anywhere", 125, "no-such-image-anywhere"),
        ],
    )
    def test_a_person_is_told_why(self, program: Program, line: str, code: int, told: str) -> None:
        with program.screen(*line.split()) as screen:
            assert screen.wait() == code
            text = screen.text()
        assert "✘" in text
        assert "fix" in text
        assert told in text

    def test_no_first_byte_is_lost_in_300_sessions(self, program: Program, docker: Docker, name: str) -> None:
        docker("run", "-d", "--name", name, "alpine", "sleep", "600")
        script = "".join(f"exec {name} echo session {number}\n" for number in range(300))
        done = program.once(input=script.encode())
        expected = "".join(f"session {number}\n" for number in range(300))
        assert (done.stdout.decode(), done.stderr, done.returncode) == (expected, b"", 0)


def nameless(text: str) -> str:
    """Docker's words without what differs from run to run: container ids."""
    return re.sub(r"[0-9a-f]{64}", "ID", text)


class TestTrouble:
    def test_a_daemon_killed_in_a_session(self, mortal_engine: PracticeEngine, tmp_path: Path) -> None:
        program = Program(mortal_engine.host, tmp_path)
        with program.repl() as repl:
            modes = repl.screen.modes()
            start = repl.here()
            repl.screen.send("run -it alpine\r")
            repl.screen.expect("/ # ", start=start)
            mortal_engine.kill()
            repl.screen.expect("✘", start=start)
            repl.next_prompt(start)
            assert repl.screen.modes() == modes, "the prompt has its terminal back"
            start = repl.here()
            repl.screen.send("ps\r")
            repl.screen.expect("can be started from here", start=start)
            repl.screen.send(b"\x1b")
            repl.next_prompt(start)
            assert "✘" in repl.run("ps"), "a dead daemon is told, the prompt lives, and nobody is asked twice"
            repl.screen.send(b"\x04")
            repl.screen.wait()

    def test_a_daemon_killed_under_one_line(self, mortal_engine: PracticeEngine, tmp_path: Path) -> None:
        program = Program(mortal_engine.host, tmp_path)
        with program.screen("run", "-it", "alpine") as screen:
            screen.expect("/ # ")
            raw = screen.modes()
            mortal_engine.kill()
            assert screen.wait() not in {0, None}
            assert screen.modes() != raw
            assert "✘" in screen.text()


class TestAhead:
    """What would fail, or could not be undone, is said before it is done."""

    @pytest.mark.parametrize(("language", "taken"), [("en", "already here"), ("fr", "existe déjà")])
    def test_a_taken_name_is_not_asked_of_the_daemon(
        self, engine_host: str, tmp_path: Path, docker: Docker, name: str, language: str, taken: str
    ) -> None:
        docker("run", "-dit", "--name", name, "alpine")
        with Program(engine_host, tmp_path, language).repl() as repl:
            start = repl.here()
            repl.screen.send(f"run --rm --name {name} alpine echo second\r")
            repl.screen.expect(taken, start=start)
            repl.screen.expect(f"1  attach {name}", start=start)
            repl.screen.send("2")
            repl.screen.expect(
                re.compile(f"^ *→ run --rm --name {name}2 alpine echo second$", re.MULTILINE), start=start
            )
            repl.screen.expect(re.compile("^second", re.MULTILINE), start=start)
            repl.next_prompt(start)

    def test_a_volume_stays_until_somebody_says_yes(self, program: Program, docker: Docker, name: str) -> None:
        docker("volume", "create", name)
        with program.screen("volume", "rm", name) as screen:
            screen.expect("for good")
            screen.expect("y ")
            screen.send("\r")
            assert screen.wait() == 1
            assert "nothing was done" in screen.text()
        assert docker("volume", "inspect", name).returncode == 0
        with program.screen("volume", "rm", name) as screen:
            screen.expect("for good")
            screen.send("y")
            assert screen.wait() == 0
        assert docker("volume", "inspect", name, check=False).returncode == 1

    def test_a_script_is_asked_nothing(self, program: Program, docker: Docker, name: str) -> None:
        docker("volume", "create", name)
        done = program.once("volume", "rm", name)
        assert (done.stdout.decode(), done.stderr, done.returncode) == (f"{name}\n", b"", 0)

    def test_ctrl_c_answers_no_and_the_prompt_has_its_terminal(
        self, program: Program, docker: Docker, name: str
    ) -> None:
        docker("volume", "create", name)
        with program.repl() as repl:
            modes, start = repl.screen.modes(), repl.here()
            repl.screen.send(f"volume rm {name} && echo gone\r")
            repl.screen.expect("for good", start=start)
            repl.screen.send(b"\x03")
            repl.next_prompt(start)
            assert repl.screen.modes() == modes
            assert "\ngone" not in repl.screen.text(start)
        assert docker("volume", "rm", name).returncode == 0
