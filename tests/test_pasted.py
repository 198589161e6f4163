"""Errors from elsewhere: given what was copied, expect the line, the words and the diagnosis."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dshell.grammar.load import load
from dshell.line.parse import parse
from dshell.run.pasted import split
from dshell.shell.reasons import advise, decoded
from dshell.teach.diagnose import diagnose
from tests.program import Program
from tests.shell_parts import Paper, own_words

GRAMMAR = load()

NO_BASH = 'exec: "bash": executable file not found in $PATH: unknown'

PASTES = [
    (
        f"$ docker run -it alpine bash\ndocker: Error response from daemon: {NO_BASH}.\n",
        "run -it alpine bash",
        "no-bash",
    ),
    (f"me@PC MINGW64 ~/cours (main)\n$ winpty docker run -it alpine bash\n{NO_BASH}", "run -it alpine bash", "no-bash"),
    (f"PS C:\\Users\\me> docker exec -it web bash\n{NO_BASH}", "exec -it web bash", "no-bash"),
    (f"C:\\cours>docker exec -it web bash\n{NO_BASH}", "exec -it web bash", "no-bash"),
    (f"(.venv) me@host:~/x$ sudo docker run alpine bash\n\x1b[31m{NO_BASH}\x1b[0m", "run alpine bash", "no-bash"),
    (f"root@host:/# DOCKER_BUILDKIT=0 docker run alpine bash\r\n{NO_BASH}\r\n", "run alpine bash", "no-bash"),
    (f" practice ~/cours ▸ run -it alpine bash\n{NO_BASH}", "run -it alpine bash", "no-bash"),
    (NO_BASH, "", "no-bash"),
    ("% docker-compose up\nno configuration file provided: not found", "compose up", "compose-file-missing"),
    (
        "docker : docker: invalid reference format: repository name (library/Alpine) must be lowercase.\n"
        "At line:1 char:1\n+ docker run Alpine\n+ ~~~~~~~~~~~~~~~~~\n    + CategoryInfo : NotSpecified",
        "",
        "reference-uppercase",
    ),
    (
        "error during connect: this error may indicate that the docker daemon is not running: open\n"
        "//./pipe/docker_engine: Das System kann die angegebene Datei nicht finden.",
        "",
        "daemon-off-desktop",
    ),
    ("open //./pipe/docker_engine: Accès refusé.", "", "daemon-denied-desktop"),
    (
        "Ports are not available: exposing port TCP 0.0.0.0:80 -> 0.0.0.0:0: listen tcp 0.0.0.0:80: bind: Une "
        "tentative d'accès à un socket de manière interdite par ses autorisations d'accès a été tentée.",
        "",
        "port-reserved",
    ),
    ("Bind for 0.0.0.0:8080 fai\nled: port is already allocated", "", "port-container"),
    ("Step 2/2 : COPY app /app\nCOPY failed: forbidden path outside the build context: ../x ()", "", "copy-outside"),
]


@pytest.mark.parametrize(("text", "line", "key"), PASTES)
def test_what_was_copied(text: str, line: str, key: str) -> None:
    advice = advise(text, GRAMMAR, lambda failed, call: failed)
    assert advice.known
    diagnosis = diagnose(advice.failed)
    assert diagnosis is not None
    assert (advice.failed.line, diagnosis.key) == (line, key)


def test_what_a_shell_wrote_around_it_goes() -> None:
    text = "$ docker run x\n\ndocker: odd\n\nSee 'docker run --help'.\nUsage:  docker run [OPTIONS]\n"
    assert split(text, GRAMMAR) == (["odd"], "docker run x")


def test_a_row_that_only_speaks_of_docker_is_no_line() -> None:
    assert split("docker could not be found", GRAMMAR) == (["docker could not be found"], "")


def test_words_that_no_rule_knows_stay_as_they_are() -> None:
    advice = advise("all is well", GRAMMAR, lambda failed, call: failed)
    assert (advice.known, advice.failed.failure.words) == (False, "all is well")


@pytest.mark.parametrize(
    "data", ["café".encode(), "café".encode("utf-8-sig"), "café".encode("utf-16"), "﻿café".encode("utf-16-le")]
)
def test_encodings(data: bytes) -> None:
    assert decoded(data) == "café"


@pytest.mark.parametrize("rest", ["it's not \"closed", "a && b | c > d\nsecond $(row", "x; why\ny"])
def test_what_follows_why_is_no_line(rest: str) -> None:
    line = parse(f"why {rest}", GRAMMAR)
    assert not line.problems
    assert [word.text for word in line.commands[0].words] == ["why", rest]


def test_why_with_an_error_behind_it() -> None:
    paper = Paper()
    own = own_words(paper)
    assert own.why("no space left on device") == 0
    assert "disk is full" in paper.text()
    assert own.why("all is well") == 1
    assert "does not know this error" in paper.text()


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program("unix:///nobody/here.sock", tmp_path)


def piped(program: Program, text: str, *words: str) -> subprocess.CompletedProcess[bytes]:
    return program.once(*words, "why", input=text.encode())


def test_why_reads_what_is_piped_in(program: Program) -> None:
    done = piped(program, f"$ docker run -it alpine bash\n{NO_BASH}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert "run -it alpine sh" in done.stdout.decode()
    assert [piped(program, text).returncode for text in ("all is well", "")] == [1, 1]


def test_of_a_long_log_the_end_is_read(program: Program) -> None:
    """A row that looks like the prompt of bash and is none, and more than anybody keeps."""
    log = f"me@{'x' * 20_000}\n" + "all is well, said é\n" * 10_000
    done = piped(program, f"{log}docker: Error response from daemon: {NO_BASH}\n")
    assert (done.returncode, done.stderr) == (0, b"")
    assert piped(program, f"docker: Error response from daemon: {NO_BASH}\n{log}").returncode == 1
    assert piped(program, f"{NO_BASH}\n{log[:20_001]}").returncode == 0


def test_a_context_that_is_not_there_is_no_hindrance(program: Program) -> None:
    assert piped(program, NO_BASH, "--context", "nosuch").returncode == 0


def test_several_rows_are_pasted_at_the_prompt(program: Program) -> None:
    with program.repl() as repl:
        start = repl.here()
        paste = f"why $ docker run -it alpine bash\ndocker: Error response from daemon: {NO_BASH} it's"
        repl.screen.send(f"\x1b[200~{paste}\x1b[201~\r")
        repl.screen.expect("run -it alpine sh", start=start)
