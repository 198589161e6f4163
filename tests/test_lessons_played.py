"""Lessons done on the real engine: each to its end, what goes wrong on the way, and what is there afterwards."""

from __future__ import annotations

import json
import re
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint
from dshell.teach.layout import Scene
from dshell.teach.lesson import Lesson
from dshell.teach.lesson_file import lessons
from dshell.teach.texts import languages, load
from dshell.teach.tutor import Tutor
from tests.conftest import Docker
from tests.program import ARROW, Program, Repl

INSIDE = re.compile(r"/ # $|^\s+\d daemon → dshell|^\s+\d .*(?:Ctrl-D|exit)", re.MULTILINE)
QUESTION = re.compile(r"^\s+(?:(?P<loss>[yo])|1)  .*\n(?:.*\n)*\s+(?:Enter|Entrée)\s", re.MULTILINE)
SHIM = """#!/bin/sh
[ "$1" != docker-cli-plugin-metadata ] || exec echo '{"SchemaVersion":"0.1.0","Vendor":"Debian","Version":"v1.29"}'
shift
exec docker-compose "$@"
"""
"""Debian's docker-compose as the plug-in that it is not yet in Debian 12."""


@pytest.fixture
def homes(tmp_path: Path) -> dict[str, Path]:
    """A home for each language, with compose in docker's reach."""
    found = {language: tmp_path / language for language in languages()}
    for home in found.values():
        plugin = home / "docker" / "cli-plugins" / "docker-compose"
        plugin.parent.mkdir(parents=True)
        if shutil.which("docker-compose"):
            plugin.write_text(SHIM)
            plugin.chmod(0o755)
    return found


def type_line(repl: Repl, line: str, *inside: str) -> str:
    """What a line, and what is typed in its program, left on the screen; what is proposed instead of it is taken."""
    start = at = repl.here()
    repl.screen.send(f"{line}\r")
    asked = False
    for more in inside:
        repl.screen.expect(INSIDE, start=at)
        time.sleep(0.3)  # a shell without a prompt says nothing when it listens
        repl.screen.send(f"{more}\r")
    while True:
        repl.screen.expect(re.compile(f"{QUESTION.pattern}|{NEXT.pattern}", re.MULTILINE), 60, start)
        text = repl.screen.text(start)
        question = QUESTION.search(text)
        if asked or question is None:
            break
        asked = True
        repl.screen.send(question["loss"] or "1")
    repl.next_prompt(start)
    return repl.screen.text(start)


NEXT = re.compile(f"{ARROW}.*\n(?:.*\n)*.*{ARROW}")


def praised(told: str, lesson: Lesson, number: int, language: str) -> bool:
    """The step's words stand behind a ✔, however they are wrapped."""
    words = Tutor(lesson, Scene(load(language))).words(f"{number}.done")
    return "✔ " + " ".join(words.split()) in " ".join(told.split())


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_to_its_end(engine_host: str, docker: Docker, homes: dict[str, Path], lesson: Lesson) -> None:
    """In both languages, by two dshells that see the same daemon: what is typed in one is done in the other too.

    No step counts before its line, and what the lesson made is gone after reset.
    """
    before = everything(docker)
    with ExitStack() as stack:
        shells = {
            language: stack.enter_context(Program(engine_host, home, language).repl(columns=120, lines=70))
            for language, home in homes.items()
        }
        typist = shells["en" if len(lesson.name) % 2 else "fr"]
        for repl in shells.values():
            repl.run(f"learn {lesson.name}")
        for number, step in enumerate(lesson.steps, 1):
            told = [type_line(typist, line) for line in step.look] + [repl.run("cd .") for repl in shells.values()]
            assert not any(praised(text, lesson, number, language) for text in told for language in homes), step.lines
            typed = type_line(typist, *step.lines)
            for language, repl in shells.items():
                text = typed if repl is typist else repl.run("cd .")
                assert praised(text, lesson, number, language), f"{step.lines}: {text}"
        for language, home in homes.items():
            kept = json.loads((home / "dshell" / "learn.json").read_text())
            assert kept[lesson.name]["done"]
            shells[language].run("reset")
            assert [entry.name for entry in home.iterdir() if entry.name.startswith("lesson-")] == []
    assert everything(docker) == before


def everything(docker: Docker) -> dict[str, list[str]]:
    lists = {"containers": ("ps", "-aq"), "volumes": ("volume", "ls", "-q"), "networks": ("network", "ls", "-q")}
    found = {name: sorted(docker(*words).stdout.split()) for name, words in lists.items()}
    return found | {"images": sorted(docker("images", "--format", "{{.Repository}}:{{.Tag}}").stdout.split())}


def test_help_on_the_way(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    with Program(engine_host, tmp_path).repl(lines=60) as repl:
        repl.run("learn 1")
        assert "as in the course" in repl.run("hint")
        assert "docker run hello-world" in repl.run("show me")
        assert "not yet" in repl.run("run --rm alpine true")
        assert "2 of" in repl.run("skip")
        assert "the lesson is closed" in repl.run("learn stop")
        assert "2 of" in repl.run("learn run"), "progress is kept"
        repl.run("reset")
    assert HttpEngine(Endpoint("default", engine_host, "-H")).ping()


def test_from_the_command_line(engine_host: str, tmp_path: Path) -> None:
    with Program(engine_host, tmp_path, "fr").screen("learn", "names") as screen:
        screen.expect("1 sur 7")
        screen.expect(ARROW)
        screen.send("learn na\t")
        screen.expect("learn names")
        screen.send("\x03\x04")
        assert screen.wait() is not None


def test_files_that_were_there_are_nobodys_to_remove(engine_host: str, tmp_path: Path) -> None:
    own = tmp_path / "lesson-env" / "settings.env"
    own.parent.mkdir()
    own.write_text("MINE=1\n")
    with Program(engine_host, tmp_path).repl(lines=60) as repl:
        assert "there was already settings.env" in repl.run("learn env")
        repl.run("learn reset env")
        assert "not quite: COLOUR" in told_after(repl, "learn env", "run --rm -e COLOR=1 alpine env")
        repl.run("reset")
    assert own.read_text() == "MINE=1\n"


def told_after(repl: Repl, *lines: str) -> str:
    return [repl.run(line) for line in lines][-1]


def test_what_others_do_at_the_same_time_stays(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    with Program(engine_host, tmp_path).repl(lines=60) as repl:
        repl.run("learn back")
        start = repl.here()
        repl.screen.send("run -it --name lesson-mine alpine\r")
        repl.screen.expect(INSIDE, start=start)
        docker("create", "--name", "lesson-others", "alpine")
        try:
            time.sleep(0.3)
            repl.screen.send("exit\r")
            repl.next_prompt(start)
            assert "lesson-mine" in repl.run("reset")
            assert docker("ps", "-aq", "--filter", "name=lesson-").stdout.count("\n") == 1
        finally:
            docker("rm", "-f", "lesson-others", "lesson-mine", check=False)
