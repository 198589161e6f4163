"""scripts/install and the launcher that it makes, in a home and a clone of their own; Windows is imitated.

The environment is a stand-in that runs the Python of the tests, except in the one test that makes a real one.
"""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.faults.ending import restored
from tests.machine import Machine, write_python
from tests.program import ARROW, Repl
from tests.screen import Screen

ROOT = Path(__file__).parent.parent
TOOLS = "bash dirname grep mkdir chmod cat rm rmdir find tail stty env id uname"  # all that the scripts may count on
LINE = 'export PATH="$HOME/.local/bin:$PATH" # for dshell'


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path / "la maison d'été", tmp_path / "le dépôt de Zoé", tmp_path / "tools")
    machine.home.mkdir()
    shutil.copytree(ROOT / "scripts", machine.clone / "scripts")
    shutil.copytree(ROOT / "dshell", machine.clone / "dshell", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, machine.clone)
    machine.tools.mkdir()
    for tool in TOOLS.split():
        found = shutil.which(tool)
        assert found, tool
        (machine.tools / tool).symlink_to(found)
    return machine


@pytest.fixture
def ready(machine: Machine) -> Machine:
    """With an environment that need not be made."""
    machine.pretend("linux-gnu", f'exec "{sys.executable}" "$@"')
    return machine


def children(pid: int) -> list[int]:
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in done.stdout.split()]


def pid_of(screen: Screen) -> int:
    """Of the Python below the launcher."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        found = children(screen.process.pid)
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError("the launcher has started nothing")


class TestInstall:
    def test_from_nothing_to_nothing(self, machine: Machine) -> None:
        (machine.tools / "python3").symlink_to(Path(sys.base_prefix) / "bin" / "python3")
        env = machine.environ(machine.launcher.parent)
        done = machine.install(env=env)
        assert done.returncode == 0, done.stderr
        assert f"{machine.launcher} starts dshell" in done.stderr
        assert list((machine.clone / "dshell").glob("__pycache__/app.*.pyc"))
        ran = subprocess.run(
            ["dshell", "--lang", "fr", "explain", "run"], env=env, capture_output=True, text=True, check=True
        )
        assert "crée" in ran.stdout
        assert str(machine.clone) in subprocess.check_output(
            [machine.environment / "bin" / "python", "-P", "-c", "import dshell; print(dshell.__file__)"], text=True
        )
        with Screen(["dshell"], machine.exactly(env | {"DOCKER_HOST": f"unix://{machine.home}/none"})) as screen:
            screen.expect(ARROW)
            screen.send("cd ..\r\x04")
            assert screen.wait() == 0
        assert ".local/state/dshell/history" in machine.left()
        done = machine.install("--uninstall", env=env)
        assert done.returncode == 0, done.stderr
        assert machine.left() <= {".cache", ".local", ".local/state"}, "folders of everybody's"
        assert not (machine.clone / ".venv").exists()
        assert not list((machine.clone / "dshell").rglob("__pycache__"))

    def test_twice_is_the_same_as_once(self, ready: Machine) -> None:
        assert ready.install().returncode == 0
        once = ready.launcher.read_bytes()
        assert ready.install().returncode == 0
        assert ready.launcher.read_bytes() == once
        assert ready.left() == {".local", ".local/bin", ".local/bin/dshell"}

    @pytest.mark.parametrize(
        ("system", "on_path", "expected"),
        [
            ("linux-gnu", (), ".local/bin"),
            ("linux-gnu", (".local/bin",), ".local/bin"),
            ("linux-gnu", ("bin",), "bin"),
            ("linux-gnu", ("bin", ".local/bin"), ".local/bin"),
            ("darwin23", ("bin",), "bin"),
            ("msys", ("bin",), "bin"),
            ("msys", (), "bin"),
            ("msys", (".local/bin",), ".local/bin"),
        ],
    )
    def test_a_folder_on_the_path_is_preferred(
        self, machine: Machine, system: str, on_path: tuple[str, ...], expected: str
    ) -> None:
        machine.pretend(system, "exit 1")
        env = machine.environ(*(machine.home / folder for folder in on_path), OSTYPE=system)
        done = machine.install(env=env)
        assert done.returncode == 0, done.stderr
        assert (machine.home / expected / "dshell").is_file()
        assert ("is not on the PATH yet" in done.stderr) == (not on_path)

    def test_a_foreign_dshell_stays(self, ready: Machine) -> None:
        write_python(ready.launcher, "echo mine")
        done = ready.install()
        assert done.returncode == 1
        assert "is there already and is not from this script" in done.stderr
        assert "echo mine" in ready.launcher.read_text()
        ready.install("--uninstall")
        assert "echo mine" in ready.launcher.read_text()

    def test_the_launcher_of_another_clone_stays(self, ready: Machine, tmp_path: Path) -> None:
        ready.install()
        other = Machine(ready.home, tmp_path / "other", ready.tools)
        shutil.copytree(ready.clone / "scripts", other.clone / "scripts")
        done = other.install("--uninstall")
        assert "belongs to another copy of dshell" in done.stderr
        assert ready.launcher.exists()

    def test_it_tells_of_another_dshell_that_comes_first(self, ready: Machine, tmp_path: Path) -> None:
        write_python(tmp_path / "first" / "dshell", "echo first")
        done = ready.install(env=ready.environ(tmp_path / "first", ready.launcher.parent))
        assert f"another dshell before it: {tmp_path}/first/dshell" in done.stderr

    def test_no_python(self, machine: Machine) -> None:
        done = machine.install()
        assert done.returncode == 1
        assert "needs Python 3.11 or newer, and found none" in done.stderr
        assert machine.left() == set()

    @pytest.mark.parametrize(
        ("language", "said"), [("en_GB.UTF-8", "python.org/downloads"), ("fr_FR.UTF-8", "demande Python 3.11")]
    )
    def test_no_python_on_windows(self, machine: Machine, language: str, said: str) -> None:
        """The Microsoft Store's stub is a python that only opens the Store."""
        write_python(machine.tools / "python", "exit 49")
        env = machine.environ(OSTYPE="msys", LANG=language)
        del env["DSHELL_LANG"]
        done = machine.install(env=env)
        assert done.returncode == 1
        assert said in done.stderr
        assert "winget install Python.Python.3" in done.stderr

    @pytest.mark.parametrize(
        ("pythons", "taken", "warned"),
        [
            ({"python3": "store", "py": "python.org"}, "py -3", False),
            ({"python3": "store", "python": "python.org"}, "python", False),
            ({"python3": "store"}, "python3", True),
            ({"python": "python.org"}, "python", False),
        ],
    )
    def test_the_python_of_the_store_comes_last(
        self, machine: Machine, pythons: dict[str, str], taken: str, warned: bool
    ) -> None:
        for name, origin in pythons.items():
            write_python(machine.tools / name, store_or_not(name, origin))
        done = machine.install(env=machine.environ(OSTYPE="msys"))
        assert f"made with {taken}" in done.stderr
        assert ("from the Microsoft Store" in done.stderr) == warned

    @pytest.mark.parametrize("words", [("--purge",), ("--uninstall", "now"), ("--help",)])
    def test_other_words_do_nothing(self, ready: Machine, words: tuple[str, ...]) -> None:
        done = ready.install(*words)
        assert done.returncode == 1
        assert "usage: scripts/install [--uninstall]" in done.stderr
        assert ready.left() == set()


def store_or_not(name: str, origin: str) -> str:
    """A fake Python that fits, says where it is from, and instead of making an environment says who it is."""
    called = "py -3" if name == "py" else name
    return f"""case "$*" in
    *windowsapps*) [ {origin} = store ] ;;
    *"-m venv"*) echo "made with {called}" >&2; exit 1 ;;
    esac"""


class TestStartUpFile:
    def test_nothing_changes_when_nobody_can_be_asked(self, ready: Machine) -> None:
        (ready.home / ".bashrc").write_text("alias ll='ls -l'\n")
        done = ready.install()
        assert done.returncode == 0
        assert LINE in done.stderr
        assert "nothing was changed there, for nobody is here to ask" in done.stderr
        assert (ready.home / ".bashrc").read_text() == "alias ll='ls -l'\n"

    @pytest.mark.parametrize("answer", ["n", "", "what?"])
    def test_a_no_changes_nothing(self, ready: Machine, answer: str) -> None:
        with ready.asked() as screen:
            screen.expect("add it? [y/N]")
            screen.send(answer + "\r")
            assert screen.wait() == 0
        assert not (ready.home / ".bashrc").exists()
        assert ready.launcher.exists()

    @pytest.mark.parametrize("before", ["", "alias ll='ls -l'\n", "no end of line"])
    @pytest.mark.parametrize("answer", ["y", "oui"])
    def test_a_yes_adds_one_line_and_uninstall_takes_it_out(self, ready: Machine, before: str, answer: str) -> None:
        file = ready.home / ".bashrc"
        if before:
            file.write_text(before)
        with ready.asked() as screen:
            screen.expect("add it? [y/N]")
            screen.send(answer + "\r")
            screen.expect("open a new terminal")
            assert screen.wait() == 0
        begun = before + "\n" if before and not before.endswith("\n") else before
        assert file.read_text() == begun + LINE + "\n"
        with ready.asked() as screen:
            screen.expect("puts it there: open a new terminal")
            assert screen.wait() == 0
        assert file.read_text() == begun + LINE + "\n"
        assert ready.install("--uninstall").returncode == 0
        assert file.read_text() == begun if before else not file.exists()

    def test_the_line_works(self, ready: Machine) -> None:
        with ready.asked() as screen:
            screen.expect("add it? [y/N]")
            screen.send("y\r")
            assert screen.wait() == 0
        env = {**ready.environ(), "PATH": os.environ["PATH"]}
        found = subprocess.run(
            ["bash", "-ic", "command -v dshell"], env=env, capture_output=True, text=True, check=True
        )
        assert found.stdout.strip() == str(ready.launcher)

    @pytest.mark.parametrize(
        ("shell", "system", "there", "file"),
        [
            ("/bin/bash", "linux-gnu", "", ".bashrc"),
            ("/bin/zsh", "linux-gnu", "", ".zshrc"),
            ("/bin/zsh", "darwin23", "", ".zshrc"),
            ("/bin/bash", "darwin23", "", ".bash_profile"),
            ("/bin/bash", "darwin23", ".profile", ".profile"),
        ],
    )
    def test_which_file(self, machine: Machine, shell: str, system: str, there: str, file: str) -> None:
        machine.pretend(system, "exit 1")
        if there:
            (machine.home / there).touch()
        done = machine.install(env=machine.environ(SHELL=shell, OSTYPE=system))
        assert f"this line in {machine.home / file} puts it there" in done.stderr

    def test_a_shell_of_another_kind_is_told_the_line(self, ready: Machine) -> None:
        done = ready.install(env=ready.environ(SHELL="/usr/bin/fish"))
        assert 'fish_add_path "$HOME/.local/bin"' in done.stderr


class TestLauncher:
    @pytest.fixture
    def installed(self, ready: Machine) -> Machine:
        assert ready.install().returncode == 0
        return ready

    def test_words_input_output_and_exit_code_pass(self, installed: Machine, engine_host: str) -> None:
        env = {**os.environ, **installed.environ(), "PATH": os.environ["PATH"], "DOCKER_HOST": engine_host}
        argv = [
            str(installed.launcher),
            "run",
            "-i",
            "--rm",
            "alpine",
            "sh",
            "-c",
            'cat; echo "$1"; exit 7',
            "sh",
            "a  'b' /c",
        ]
        done = subprocess.run(argv, env=env, input=b"typed\n", capture_output=True, check=False)
        assert (done.stdout, done.returncode) == (b"typed\na  'b' /c\n", 7)

    def test_a_session_in_a_terminal(self, installed: Machine, engine_host: str) -> None:
        with installed.launched("run", "-it", "--rm", "alpine", host=engine_host) as screen:
            before = screen.modes()
            screen.expect("/ # ")
            assert screen.modes() != before, "the session has the terminal in raw mode"
            screen.send("stty size; exit 5\r")
            screen.expect("40 100")
            assert screen.wait() == 5
            assert screen.modes() == before

    def test_ctrl_c_and_ctrl_d_are_dshells(self, installed: Machine, engine_host: str) -> None:
        with installed.launched(host=engine_host) as screen:
            screen.expect(ARROW)
            start = screen.here()
            screen.send("!echo begun; sleep 60\r")
            screen.expect(re.compile("^begun", re.MULTILINE))
            screen.send("\x03")
            repl = Repl(screen)
            repl.next_prompt(start)
            assert re.search("^still here", repl.run("!echo still here"), re.MULTILINE)
            screen.send("\x04")
            assert screen.wait() == 0

    def test_what_dshell_starts_hears_the_keyboard(self, installed: Machine, engine_host: str) -> None:
        """Bash lets a background command ignore two signals, and a child would inherit that."""
        with installed.launched(host=engine_host) as screen:
            screen.expect(ARROW)
            screen.send("!grep SigIgn /proc/self/status\r")
            ignored = int(screen.expect(re.compile(r"SigIgn:\s+(\w+)"))[1], 16)
        assert not ignored & (1 << signal.SIGINT - 1 | 1 << signal.SIGQUIT - 1)

    @pytest.mark.parametrize(
        ("words", "there"),
        [
            ((), ARROW),
            (("run", "-it", "--rm", "alpine"), "/ # "),
            (("map", "-f"), "follows what changes"),
        ],
    )
    def test_kill_9_leaves_the_terminal_as_it_was(
        self, installed: Machine, engine_host: str, words: tuple[str, ...], there: str
    ) -> None:
        with installed.launched(*words, host=engine_host) as screen:
            before = screen.modes()
            screen.expect(there)
            assert screen.modes() != before
            os.kill(pid_of(screen), signal.SIGKILL)
            assert screen.wait() == 128 + signal.SIGKILL
            assert restored(screen, before) == ""
            assert "Killed" not in screen.text()
            assert screen.raw.replace(b"\r", b"").endswith(b"\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[m\n\x1b[J")

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_to_the_launcher_reaches_dshell(
        self, installed: Machine, engine_host: str, number: signal.Signals
    ) -> None:
        with installed.launched(host=engine_host) as screen:
            before = screen.modes()
            screen.expect(ARROW)
            os.kill(screen.process.pid, number)
            assert screen.wait() == 128 + number
            assert screen.modes() == before

    def test_modes_that_the_person_had_changed_come_back(self, installed: Machine, engine_host: str) -> None:
        env = installed.exactly({**installed.environ(), "PATH": os.environ["PATH"], "DOCKER_HOST": engine_host})
        with Screen(["sh", "-c", f'stty -ixon -echo; "{installed.launcher}"; echo over; sleep 60'], env) as screen:
            screen.expect(ARROW)
            (launcher,) = children(screen.process.pid)
            os.kill(children(launcher)[0], signal.SIGKILL)
            screen.expect("over")
            flags = screen.modes()
            assert isinstance(flags[0], int)
            assert isinstance(flags[3], int)
            assert not flags[0] & termios.IXON
            assert not flags[3] & termios.ECHO
            assert flags[3] & termios.ICANON

    @pytest.mark.parametrize(
        ("own", "seen"),
        [
            ({}, ""),
            ({"MSYS_NO_PATHCONV": "1"}, "MSYS_NO_PATHCONV=1"),
            ({"MSYS2_ARG_CONV_EXCL": ""}, "MSYS2_ARG_CONV_EXCL="),
        ],
    )
    def test_conversion_is_off_for_dshell_and_as_it_was_for_its_children(
        self, machine: Machine, own: dict[str, str], seen: str
    ) -> None:
        """On an imitated MSYS: bash believes its OSTYPE, and a shim notes what Python is given."""
        machine.pretend("msys", f'env >"{machine.home}/given"; exec "{sys.executable}" "$@"')
        env = {**machine.environ(OSTYPE="msys", DOCKER_HOST=f"unix://{machine.home}/none"), **own}
        assert machine.install(env=env).returncode == 0
        argv = [str(machine.home / "bin" / "dshell"), "--quiet", "-c", "!env"]
        done = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True)
        given = (machine.home / "given").read_text().splitlines()
        assert {"MSYS_NO_PATHCONV=1", "MSYS2_ARG_CONV_EXCL=*"} <= set(given)
        assert [row for row in done.stdout.splitlines() if "CONV" in row] == ([seen] if seen else [])
        assert "DSHELL_LAUNCHED" not in done.stdout
