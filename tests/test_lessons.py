"""Lessons: when a step is done, what is said to somebody who did something else, and each lesson done to its end."""

from __future__ import annotations

import json
import re
import shutil
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint, Seen
from dshell.engine.witness import Witness
from dshell.line.parse import parse
from dshell.shell.catalogue import Catalogue
from dshell.shell.kept import Kept, State
from dshell.shell.learn import Learn, made_with
from dshell.shell.tell import Teller
from dshell.teach.layout import Scene
from dshell.teach.lesson import BadLesson, Lesson, judge
from dshell.teach.lesson_file import lessons, read
from dshell.teach.texts import languages, load
from dshell.teach.tutor import Tutor, bad_words, check_words, keys_of, unmet_words
from tests.conftest import Docker
from tests.desks import GRAMMAR, person
from tests.program import ARROW, Program, Repl

LESSON = """
[[step]]
lines = ["docker run -it alpine", "exit"]
see = [
  { container = "start", image = "alpine", tty = true, as = "mine" },
  { container = "die", is = "mine", code = 0 },
]
wrong = [{ key = "deaf", see = { container = "start", image = "alpine", tty = true, stdin = false } }]

[[step]]
lines = ["docker run --name web -p 8080:80 nginx"]
see = [{ container = "start", image = "nginx", other = "mine", port = "8080:80", mount = "*:/data" }]
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    path = tmp_path / "1-mine.toml"
    path.write_text(LESSON)
    return read(path)


def start(container: str, image: str, tty: str = "true", **facts: str) -> Seen:
    return Seen("container", "start", container, {"image": image, "tty": tty, "stdin": "true", **facts})


def die(container: str, code: str = "0") -> Seen:
    return Seen("container", "die", container, {"image": "alpine", "code": code})


@pytest.mark.parametrize(
    ("seen", "done", "unmet", "wrong"),
    [
        ([], False, "no container has been started from alpine", ""),
        ([start("a", "alpine"), die("a")], True, "", ""),
        ([start("a", "docker.io/library/alpine:latest"), die("a")], True, "", ""),
        ([start("a", "alpine"), die("b")], False, "that container has not ended", ""),
        ([start("a", "alpine"), die("a", "1")], False, "exit code 1", ""),
        ([start("a", "nginx"), die("a")], False, "no container has been started from alpine", ""),
        ([start("a", "alpine", "false")], False, "-t gives it one", ""),
        ([start("a", "alpine", stdin="false")], False, "that container has not ended", "deaf"),
        ([start("b", "alpine", "false"), start("a", "alpine"), die("a")], True, "", ""),
    ],
)
def test_a_step_is_done_by_what_was_seen(lesson: Lesson, seen: list[Seen], done: bool, unmet: str, wrong: str) -> None:
    verdict = judge(lesson.steps[0], seen, {})
    assert (verdict.done, verdict.wrong) == (done, wrong)
    assert unmet in (unmet_words(verdict.unmet, Scene(load("en"))) if verdict.unmet else "")
    assert verdict.bound == ({"mine": "a"} if done else {})


def test_what_was_remembered_can_be_excluded(lesson: Lesson) -> None:
    facts = {"port": "8081:81\n8080:80", "mount": "x:/data"}
    assert judge(lesson.steps[1], [start("b", "nginx", **facts)], {"mine": "a"}).done
    assert not judge(lesson.steps[1], [start("a", "nginx", **facts)], {"mine": "a"}).done
    verdict = judge(lesson.steps[1], [start("b", "nginx", port="80:80", mount="x:/data")], {})
    assert verdict.unmet
    assert (verdict.unmet.field, verdict.unmet.found) == ("port", "80:80")


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("step = ", "toml", None),
        ("", "no-steps", ""),
        ("[[step]]\nsee = [{ container = 'die' }]", "no-lines", ""),
        ("[[step]]\nlines = ['x']", "no-see", ""),
        ("[[step]]\nlines = ['x']\nsee = [{ image = 'pull', tty = true }]", "unknown-field", "tty"),
        ("[[step]]\nlines = ['x']\nsee = [{ tty = true }]", "no-noun", "tty"),
        ("[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]\ngoal = 1", "unknown-key", "goal"),
    ],
)
def test_what_is_wrong_with_a_lesson_is_said(tmp_path: Path, text: str, key: str, value: str | None) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text)
    with pytest.raises(BadLesson) as bad:
        read(path)
    assert bad.value.key == key
    if value is not None:
        assert bad.value.value == value
    for language in languages():
        assert "learn." not in bad_words(bad.value, Scene(load(language)))


OWN = """
[[step]]
lines = ["docker pull busybox"]
see = [{ image = "pull", name = "busybox" }]

[words.en]
title = "Mine \\u001b[31m"
intro = "i"
1.say = "s"
1.hint = "h"
1.done = "d"
"""


def test_a_lesson_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(OWN)
    lesson = read(path)
    check_words(lesson, "mine.toml")
    assert Tutor(lesson, Scene(load("fr"))).title == r"Mine \x1b[31m", "its words command no terminal"
    path.write_text(OWN.replace("1.hint", "1.note"))
    with pytest.raises(BadLesson, match=r"en\.1\.hint"):
        check_words(read(path), "mine.toml")


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
@pytest.mark.parametrize("language", languages())
def test_every_lesson_has_all_its_words(lesson: Lesson, language: str) -> None:
    tutor = Tutor(lesson, Scene(load(language)))
    assert [key for key in keys_of(lesson) if not tutor.words(key)] == []


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_every_line_of_a_lesson_is_understood(lesson: Lesson) -> None:
    for step in lesson.steps:
        line = parse(step.lines[0], GRAMMAR)
        assert line.problems == (), step.lines[0]


@pytest.mark.parametrize("language", languages())
def test_all_that_a_step_may_wait_for_is_said(language: str) -> None:
    scene = Scene(load(language))
    for lesson in lessons():
        for step in lesson.steps:
            unmet = judge(step, [], {}).unmet
            assert unmet
            said = unmet_words(unmet, scene)
            assert "learn." not in said
            assert said != scene.say("learn.unmet.none"), step.lines


def test_what_a_lesson_made() -> None:
    seen = [
        Seen("container", "create", "c1", {"name": "x"}),
        Seen("container", "create", "c2", {"name": "y"}),
        Seen("image", "pull", "alpine:latest", {"name": "alpine"}),
        Seen("image", "pull", "nginx:latest", {"name": "nginx"}),
        Seen("image", "tag", "sha256:1", {"name": "mine:latest"}),
        Seen("volume", "create", "v", {"name": "v"}),
        Seen("container", "destroy", "c1", {"name": "x"}),
        Seen("network", "create", "n1", {"name": "net"}),
    ]
    made = made_with([("container", "c0")], seen, {"nginx:latest"})
    expected = "container c0, container c2, image alpine:latest, image mine:latest, volume v, network n1"
    assert ", ".join(f"{noun} {name}" for noun, name in made) == expected


@pytest.mark.parametrize("text", ["", "[]", "{", '{"run": 3}', '{"run": {"step": "x"}}', '{"run": {"step": 2}}'])
def test_a_file_of_progress_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "learn.json"
    file.write_text(text)
    kept = Kept(file)
    assert kept.read("run") == State()
    kept.write("run", State(3, False, {"a": "b"}, (("container", "c"),)))
    assert kept.read("run") == State(3, False, {"a": "b"}, (("container", "c"),))
    assert Kept(tmp_path / "new" / "learn.json").read("run") == State()


class TestWitness:
    def test_containers_of_rm_are_seen_as_they_were(self, engine_host: str, docker: Docker) -> None:
        witness = Witness(Endpoint("default", engine_host, "-H"))
        witness.begin()
        docker(
            "run",
            "--rm",
            "-i",
            "-e",
            "A=b",
            "-v",
            "/tmp:/x",
            "--name",
            "seen-rm",
            "alpine",
            "sh",
            "-c",
            "touch /mine; exit 3",
            check=False,
        )
        seen = [each for each in witness.seen() if each.facts.get("name") == "seen-rm"]
        ended = next(each for each in seen if each.verb == "die")
        assert {key: ended.facts[key] for key in ("image", "tty", "stdin", "removed", "code", "mount")} == {
            "image": "alpine",
            "tty": "false",
            "stdin": "true",
            "removed": "true",
            "code": "3",
            "mount": "/tmp:/x",
        }
        assert "A=b" in ended.facts["env"].split("\n")
        witness.close()

    def test_programs_and_changed_files(self, engine_host: str, docker: Docker) -> None:
        witness = Witness(Endpoint("default", engine_host, "-H"))
        witness.begin()
        docker("run", "-d", "--init", "--name", "seen-exec", "alpine", "sleep", "60")
        try:
            docker("exec", "seen-exec", "touch", "/mine")
            seen = witness.seen()
            assert any(
                (each.noun, each.verb, each.facts.get("command")) == ("exec", "start", "touch /mine") for each in seen
            )
            changed = witness.changed()[0].facts
            assert "/mine" in changed["changed"].split("\n")
            assert (changed["image"], changed["tty"]) == ("alpine", "false")
            container = next(each.id for each in seen if each.verb == "start")
            witness.remove("container", container)
            witness.remove("container", container)
            assert "destroy" in [each.verb for each in witness.seen()]
            assert witness.changed() == ()
        finally:
            docker("rm", "-f", "seen-exec", check=False)
            witness.close()


def rows_of(learn: Learn, words: str, written: list[str]) -> str:
    written.clear()
    learn.do(words.split())
    return "\n".join(written)


def test_the_word_without_a_lesson(tmp_path: Path) -> None:
    written: list[str] = []
    teller = Teller(person(), load("en"))

    def nobody() -> Witness:
        return Witness(Endpoint("default", "unix:///none.sock", "-H"))

    learn = Learn(teller, written.extend, nobody, tmp_path / "learn.json", Catalogue(tmp_path / "lessons", bool))
    assert "learn 1" in rows_of(learn, "", written)
    assert "no lesson is open" in rows_of(learn, "hint", written)
    assert "there is no lesson nosuch" in rows_of(learn, "nosuch", written)
    assert "there is no lesson 99" in rows_of(learn, "99", written)
    assert "the daemon does not answer" in rows_of(learn, "1", written)
    assert learn.short("hint") is None
    (tmp_path / "own.toml").write_text(OWN)
    assert "1 steps" in rows_of(learn, f"--check {tmp_path}/own.toml", written)
    assert "cannot be read" in rows_of(learn, f"--check {tmp_path}/none.toml", written)


# --- on the real engine ---------------------------------------------------------------------------------------------

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
