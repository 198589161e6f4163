"""A disk that is full and a memory that is: each line says so in a sentence, and the prompt lives."""

from __future__ import annotations

import os
import re
import uuid
from pathlib import Path

import pytest

from tests.conftest import Docker
from tests.faults.ending import restored, unfit
from tests.faults.places import until_it_ends
from tests.program import Program, Repl
from tests.screen import Screen

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
NO_FILE = "ulimit -f 0"  # the system refuses every byte of a file, as where a disk is full

WORDS = {
    "notes notes.md": "cannot be written",
    "config set tips no": "cannot be written",
    "create --cidfile id --name {name} alpine": "the container ID to the file: write id: file too large",
    "notes --html notes.html": "cannot be written",
    "map --svg map.svg": "cannot be written",
    "flow --html flow.html": "cannot be written",
    "fav add web 'run -d nginx'": "cannot be written",
    "doctor --report report.txt": "cannot be written",
    "as-compose -o compose.yaml {name}": "cannot be written",
    "!true": "",
}


LIMITS = range(11, 120, 3 if LONG else 60)
"""Megabytes of address space: from what hardly starts Python to what is enough."""
FRAME = re.compile(r'File "[^"]*/dshell/(?!__init__|__main__)')


def limited(limit: str, program: Program, *words: str) -> Screen:
    argv = ["bash", "-c", f'{limit}; exec "$@"', "-", *program.argv, *words]
    return Screen(argv, program.env, cwd=program.home)


def test_a_disk_that_is_full(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    name = f"full-{uuid.uuid4().hex[:8]}"
    with limited(NO_FILE, Program(engine_host, tmp_path)) as screen:
        before = screen.modes()
        screen.expect("engine up")
        repl = Repl(screen)
        assert "it-ran\n" in repl.run("run --rm alpine echo it-ran")
        for word, said in [*WORDS.items()][: None if LONG else 3]:
            assert said.format(name=name) in re.sub(r"\s+", " ", repl.run(word.format(name=name))), word
        screen.send("exit 0\r")
        assert screen.wait() == 0
        assert restored(screen, before) == ""
        assert unfit(screen.text()) == []
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.stat().st_size] == []
    docker("rm", name)


def memory(megabytes: int) -> str:
    return f"ulimit -v {megabytes * 1000}"


def assert_said(screen: Screen, code: int) -> None:
    """Python may fail before a line of dshell has run, and says so as it likes."""
    text = screen.text()
    assert not FRAME.search(text), text
    assert code == 0 or text.strip(), code


@pytest.mark.parametrize("megabytes", LIMITS)
def test_one_line_without_memory(engine_host: str, tmp_path: Path, megabytes: int) -> None:
    with limited(memory(megabytes), Program(engine_host, tmp_path), "run", "--rm", "alpine", "true") as screen:
        before = screen.modes()
        assert_said(screen, screen.wait())
        assert restored(screen, before) == ""


@pytest.mark.parametrize("megabytes", LIMITS)
def test_the_prompt_without_memory(engine_host: str, tmp_path: Path, megabytes: int) -> None:
    with limited(memory(megabytes), Program(engine_host, tmp_path)) as screen:
        before = screen.modes()
        code = until_it_ends(screen, lambda screen: screen.send("\x03run --rm alpine true\r\x04"))
        screen.wait()
        assert_said(screen, code)
        assert restored(screen, before) == ""
