"""What the program imports, and when: nobody waits for an import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from dshell import __version__
from dshell.teach.texts import load
from tests.conftest import Docker
from tests.desks import GRAMMAR
from tests.program import ARGV, ARROW, Program
from tests.screen import Screen

HEAVY = {"dataclasses", "prompt_toolkit", "docker", "rich", "requests", "asyncio"}
UNTOLD = (
    *("dshell.shell", "dshell.teach", "dshell.run.ahead", "dshell.run.forward", "dshell.run.inquiry"),
    *("datetime", "pathlib", "platformdirs", "shutil", "tempfile", "tomllib"),
)
"""What a line that nobody listens to has no use for."""

ONCE = """
import sys
from dshell.app import main
code = main()
sys.stderr.write(" ".join(sys.modules))
sys.exit(code)
"""

# The modules are noted when the first prompt has been painted, before what is slow begins.
SHELL = """
import json, os, sys
from dshell.engine.live import Live
begin = Live.start
def noted(live):
    with open(os.environ["NOTED"], "w") as file:
        json.dump(sorted({name.partition(".")[0] for name in sys.modules}), file)
    begin(live)
Live.start = noted
from dshell.app import main
sys.exit(main())
"""


def test_one_line_imports_nothing_heavy(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    docker("pull", "alpine")  # a line that downloads looks for credentials, too
    env = {**os.environ, **{key: value for key, value in Program(engine_host, tmp_path).env.items() if value}}
    env.pop("COVERAGE_PROCESS_CONFIG", None)  # who measures brings modules of its own
    argv = [sys.executable, "-c", ONCE, "run", "--rm", "alpine", "true"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "dshell.run.native.run" in loaded
    assert not HEAVY & loaded
    assert not {name for name in loaded if name.startswith(UNTOLD)}


def test_the_first_prompt_waits_for_prompt_toolkit_alone(tmp_path: Path) -> None:
    """Also for no daemon: there is none behind this socket."""
    noted = tmp_path / "modules.json"
    env = {**Program(f"unix://{tmp_path}/none.sock", tmp_path).env, "NOTED": str(noted)}
    with Screen([sys.executable, "-c", SHELL], env) as screen:
        screen.expect(ARROW)
        screen.expect("engine not reached")
        screen.send(b"\x04")
        assert screen.wait() == 0
    modules = set(json.loads(noted.read_text()))
    assert "prompt_toolkit" in modules
    assert not {"docker", "rich", "requests"} & modules


def run_program(program: Program, *argv: str | bytes, typed: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, **{key: value for key, value in program.env.items() if value}}
    words = [sys.executable, "-m", "dshell", *argv]
    return subprocess.run(words, env=env, input=typed, capture_output=True, check=False)


def test_a_script_is_run_line_by_line_and_a_line_may_have_several_rows(tmp_path: Path) -> None:
    """What follows a line is its commands' input; NUL is dropped, as bash does."""
    script = b"echo one \\\n  two\necho 'a\nb'\r\ntrue &&\necho \0c\ncat\nfor cat"
    done = run_program(Program("unix:///none.sock", tmp_path), typed=script)
    assert done.stdout == b"one two\na\nb\nc\nfor cat"
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("argv", "code", "said"),
    [
        ([b"--lang", b"\xff"], 125, b"\\udcff"),
        ([b"--quiet", b"run", b"--env-file", b"/none/\xff", b"alpine"], 125, b"docker: open /none/\xff: no such file"),
        ([b"--quiet", b"-H", b"unix:///\xff", b"run", b"alpine"], 125, b"daemon at unix:///\xff. Is"),
    ],
)
def test_words_that_are_no_text_are_said_as_they_came(
    tmp_path: Path, argv: list[bytes], code: int, said: bytes
) -> None:
    done = run_program(Program("unix:///none.sock", tmp_path), *argv)
    assert (done.returncode, said in done.stderr, b"Traceback" in done.stderr) == (code, True, False)


def test_an_ignored_hang_up_stays_ignored(tmp_path: Path) -> None:
    """``nohup dshell …``"""
    script = "trap '' HUP; exec \"$0\" -m dshell -c 'sh -c \"kill -HUP \\$PPID; sleep 0.1; echo on\"'"
    env = {**os.environ, **{key: value for key, value in Program("unix:///none.sock", tmp_path).env.items() if value}}
    done = subprocess.run(["/bin/sh", "-c", script, sys.executable], env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"on\n")


@pytest.mark.parametrize(("language", "said"), [("en", "asks a container to end"), ("fr", "demande à un conteneur")])
def test_help_of_a_command_is_for_the_person_or_for_the_script(tmp_path: Path, language: str, said: str) -> None:
    """No daemon is needed for it. On a pipe docker's own page comes, byte for byte."""
    program = Program("tcp://127.0.0.1:1", tmp_path, language)
    with program.screen("stop", "--help") as screen:
        screen.expect(said)
        screen.expect("!docker stop --help")
        assert screen.wait() == 0
    docker = subprocess.run(["docker", "stop", "--help"], capture_output=True, check=True)
    assert program.once("stop", "--help").stdout == docker.stdout


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_dshell_says_of_itself(tmp_path: Path, language: str) -> None:
    program, say = Program("unix:///none.sock", tmp_path, language), load(language).say
    version = say("app.version", version=__version__, docker=GRAMMAR.version)
    told = {"--version": version, "--help": say("app.help", config=tmp_path / "dshell" / "config.toml")}
    for word, said in told.items():
        done = program.once(word)
        assert (done.returncode, done.stdout.decode(), done.stderr) == (0, said + "\n", b"")


def test_words_that_git_bash_rewrote_are_put_back_and_told_of(tmp_path: Path) -> None:
    """The words came as Git Bash would pass them: only it can be started from there."""
    git = {"MSYSTEM": "MINGW64", "EXEPATH": "C:\\Program Files\\Git\\bin", "SHELL": None}
    env = {**Program("unix:///none.sock", tmp_path).env, **git}
    with Screen([*ARGV, "run", "alpine", "C:/Program Files/Git/usr/bin/env"], env) as screen:
        assert screen.wait() == 125
        assert "Git Bash had rewritten /usr/bin/env" in screen.text()
        assert "C:/Program" not in screen.text()
