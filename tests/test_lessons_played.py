"""Lessons done on the real engine: each to its end, what goes wrong on the way, and what is there afterwards."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint
from dshell.teach.layout import Scene
from dshell.teach.lesson import Lesson, Unmet
from dshell.teach.lesson_file import lessons
from dshell.teach.texts import languages, load
from dshell.teach.tutor import Tutor, unmet_words
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


SLIPS: Mapping[str, tuple[int, tuple[str, ...], str]] = {
    "run": (3, ("docker run -i alpine", "exit"), "flags"),
    "back": (1, ("docker run -it alpine", "exit"), "elsewhere"),
    "images": (2, ("docker pull alpine",), "latest"),
    "names": (1, ("docker run -d nginx",), "unnamed"),
    "ports": (2, ("docker run -d nginx",), "closed"),
    "volumes": (3, ("docker run --rm -v course-data:/data alpine cat /data/other",), "empty"),
    "env": (1, ("docker run --rm -e COLOR=blue alpine env",), "env"),
    "build": (1, ("docker build -t pages:1 .",), "name"),
    "networks": (3, ("docker run --rm alpine true",), "outside"),
    "compose": (4, ("docker compose stop",), "stopped"),
    "errors": (1, ("docker run --rm alpine false",), "code"),
}
"""By lesson: before which step what else is typed, and the slip that it is, or the field that is not as it must be."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With compose in docker's reach."""
    plugin = tmp_path / "docker" / "cli-plugins" / "docker-compose"
    plugin.parent.mkdir(parents=True)
    if shutil.which("docker-compose"):
        plugin.write_text(SHIM)
        plugin.chmod(0o755)
    return tmp_path


def type_line(repl: Repl, line: str, *inside: str) -> str:
    """What a line, and what is typed in its program, left on the screen; what is proposed instead of it is taken."""
    start = repl.here()
    repl.screen.send(f"{line}\r")
    asked = False
    for more in inside:
        repl.screen.expect(INSIDE, start=start)
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


def says(told: str, mark: str, words: str) -> bool:
    """``words`` stand behind ``mark``, however they are wrapped."""
    return f"{mark} {' '.join(words.split())}" in " ".join(told.split())


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_a_lesson_to_its_end(engine_host: str, docker: Docker, home: Path, lesson: Lesson) -> None:
    """In each language: no step counts before its line, and what the lesson made is gone after reset."""
    before = everything(docker)
    slips = languages()[len(lesson.name) % 2]
    with Program(engine_host, home).repl(columns=120, lines=70) as repl:
        for language in languages():
            repl.run(f"lang {language}")
            repl.run(f"learn {lesson.name}")
            tutor = Tutor(lesson, Scene(load(language)))
            for number in range(1, len(lesson.steps) + 1):
                play(repl, tutor, number, slips=language == slips)
            assert json.loads((home / "dshell" / "learn.json").read_text())[lesson.name]["done"]
            repl.run("reset")
            assert [entry.name for entry in home.iterdir() if entry.name.startswith("lesson-")] == []
            assert everything(docker) == before


def play(repl: Repl, tutor: Tutor, number: int, *, slips: bool) -> None:
    """Do a step. ``slips``: something else first, where the lesson has that in SLIPS."""
    step, done = tutor.lesson.steps[number - 1], tutor.words(f"{number}.done")
    at, slip, key = SLIPS[tutor.lesson.name]
    told = [type_line(repl, line) for line in step.look]
    if slips and number == at:
        told.append(type_line(repl, *slip))
        assert says(told[-1], "·", answer(tutor, number, key)), told[-1]
    told = told or [repl.run("cd .")]
    assert not [text for text in told if says(text, "✔", done)], step.lines
    typed = type_line(repl, *step.lines)
    assert says(typed, "✔", done), f"{step.lines}: {typed}"


def answer(tutor: Tutor, number: int, key: str) -> str:
    """As far as it does not depend on what was found."""
    if words := tutor.words(f"{number}.wrong.{key}"):
        return words
    see = tutor.lesson.steps[number - 1].sees[0]
    return unmet_words(Unmet(see, key, "…"), tutor.scene).partition("…")[0]


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
