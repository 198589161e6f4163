"""Lessons: when a step is done, what is said to somebody who did something else, and what is wrong with a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dshell.engine.records import Seen
from dshell.line.parse import parse
from dshell.teach.layout import Scene
from dshell.teach.lesson import BadLesson, Lesson, See, Unmet, judge
from dshell.teach.lesson_file import lessons, read
from dshell.teach.texts import languages, load
from dshell.teach.tutor import Tutor, bad_words, check_words, keys_of, unmet_words
from tests.desks import GRAMMAR

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
        ("[[step]]\nlines = ['x']\nsee = [{ containr = 'die', image = 'x' }]", "unknown-field", "containr"),
        ("[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]\ngoal = 1", "unknown-key", "goal"),
        ("[[step]]\nlines = ['x']\nsee = [{ exec = 'strat' }]", "no-verb", "exec = strat"),
        ("[[step]]\nlines = ['x']\nsee = [{ exec = 'start', is = 'it' }]", "no-name", "it"),
        ("[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]\nwrong = 1", "no-see", ""),
        ("[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]\nlook = 'ps'", "no-lines", ""),
        ("needs = 1\n[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]", "no-text", "needs"),
        ("words = 1\n[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]", "no-text", "words"),
        ("step = [1]", "no-steps", ""),
        ("[[step]]\nlines = [1]\nsee = [{ exec = 'start' }]", "no-lines", ""),
        ("[[step]]\nlines = ['x']\nsee = [1]", "no-see", ""),
        ("[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]\n" * 61, "too-large", "60"),
        ("files = 1\n[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]", "no-text", "files"),
        ("[files]\nx = 1\n[[step]]\nlines = ['x']\nsee = [{ exec = 'start' }]", "no-text", "x"),
        ("goal = 1", "unknown-part", "goal"),
        *(
            (f"[files]\n'{name}' = ''\n[[step]]\nlines = ['x']\nsee = [{{ exec = 'start' }}]", "file-name", name)
            for name in ("../x", "/x", "a/b", "a\\b", "C:x", "..", ".bashrc", "nul.txt", "x.")
        ),
        ("a = " + "[" * 50_000, "toml", None),
        *(
            (f"[[step]]\nlines = ['x']\nsee = [{{ exec = 'start' }}]\n[{table}]\nkey{'.a' * 20_000} = 1", "toml", None)
            for table in ("words.en", "[step.wrong]")
        ),
        ("#" * 70_000, "too-large", "64 kB"),
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
        for text in (step.lines[0], *step.look):
            assert parse(text, GRAMMAR).problems == (), text


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_the_lines_that_a_step_shows_are_its_own(lesson: Lesson, language: str) -> None:
    tutor = Tutor(lesson, Scene(load(language)))
    for number, step in enumerate(lesson.steps, 1):
        shown = tutor.words(f"{number}.say").split("`")[1::2]
        assert [line for line in shown if line not in (step.lines[0], *step.look)] == []


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


@pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)
def test_every_slip_has_its_answer(lesson: Lesson) -> None:
    """Whoever does what a ``wrong`` describes, and nothing else, gets its words."""
    named = {name: name for step in lesson.steps for see in step.sees for name in see.naming.values()}
    for number, step in enumerate(lesson.steps, 1):
        for wrong in step.wrongs:
            wanted = wrong.see.wanted.items()
            facts = {field: re.sub(r"\[[^]]*\]", "/", each).replace("*", "1") for field, each in wanted}
            seen = Seen(wrong.see.noun, wrong.see.verb, wrong.see.naming.get("is", "another"), facts)
            verdict = judge(step, [seen], named)
            assert verdict.wrong == wrong.key, (number, wrong)
            for language in languages():
                tutor = Tutor(lesson, Scene(load(language)))
                said = " ".join(" ".join(tutor.answer(number, verdict)).split())
                assert " ".join(tutor.words(f"{number}.wrong.{wrong.key}").split()) in said


@pytest.mark.parametrize(
    ("wanted", "said"),
    [("1.20", "here it is 1.20"), ("[!0]*", "here it is to fail"), ("[12]*", "here it is 1…")],
)
def test_a_pattern_is_said_as_people_write_it(wanted: str, said: str) -> None:
    unmet = Unmet(See("container", "die", {"code": wanted}, {}), "code", "0")
    assert said in unmet_words(unmet, Scene(load("en")))
