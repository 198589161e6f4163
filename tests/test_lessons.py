"""Lessons: when a step is done, what is said to somebody who did something else, and each lesson done to its end."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from pathlib import Path

import pytest

from dshell.engine.records import Endpoint, Seen
from dshell.engine.witness import Witness
from dshell.errors import EngineError, Failure, Trouble
from dshell.line.parse import parse
from dshell.shell.catalogue import Catalogue
from dshell.shell.kept import Kept, State
from dshell.shell.learn import Learn
from dshell.shell.made import Typed, made_with
from dshell.shell.tell import Teller
from dshell.teach.layout import Scene
from dshell.teach.lesson import BadLesson, Lesson, See, Unmet, judge
from dshell.teach.lesson_file import lessons, read
from dshell.teach.texts import languages, load
from dshell.teach.tutor import Tutor, bad_words, check_words, keys_of, unmet_words
from tests import scripted
from tests.conftest import Docker
from tests.desks import GRAMMAR, person
from tests.relays import Cable
from tests.watched import PATIENCE

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


C1, C2 = (
    Seen("container", "create", "c1", {"name": "x", "image": "alpine"}),
    Seen("container", "create", "c2", {"name": "y"}),
)
WEB = {"name": "shop_web_1", "image": "nginx", "label": "com.docker.compose.project=shop", "mount": "anon:/data"}


@pytest.mark.parametrize(
    ("line", "own", "seen", "made"),
    [
        ("run alpine", {"c1"}, [C1, C2], "container c0, container c1"),
        ("run alpine", {"c1"}, [C1, Seen("container", "destroy", "c1", {})], "container c0"),
        ("stop x", set(), [C2, Seen("container", "destroy", "c0", {})], ""),
        ("create --gpus all alpine", set(), [C1, C2], "container c0, container c1"),
        ("create --name=y z", set(), [C1, C2], "container c0, container c2"),
        (
            "pull alpine",
            set(),
            [Seen("image", "pull", "alpine:latest", {"name": "alpine"})],
            "container c0, image alpine:latest",
        ),
        ("pull alpine", set(), [Seen("image", "pull", "mysql:8", {"name": "mysql"})], "container c0"),
        ("pull nginx", set(), [Seen("image", "pull", "nginx:latest", {"name": "nginx"})], "container c0"),
        ("tag a mine:1", set(), [Seen("image", "tag", "sha256:1", {"name": "mine:1"})], "container c0, image mine:1"),
        ("volume create v", set(), [Seen("volume", "create", n, {"name": n}) for n in "vw"], "container c0, volume v"),
        ("run -v v:/x alpine", {"c1"}, [Seen("volume", "create", "v", {"name": "v"})], "container c0, volume v"),
        (
            "compose up -d",
            set(),
            [
                Seen("network", "create", "n1", {"name": "shop_default"}),
                Seen("network", "create", "n2", {"name": "other_default"}),
                Seen("volume", "create", "anon", {"name": "anon"}),
                Seen("container", "create", "c3", WEB),
                C1,
            ],
            "container c0, network n1, volume anon, container c3",
        ),
        ("ps", set(), [Seen("container", "create", "c3", WEB)], "container c0"),
    ],
)
def test_what_a_line_made(line: str, own: set[str], seen: list[Seen], made: str) -> None:
    """Others may make something at the same time: that is never removed."""
    typed = Typed(line, frozenset(own), {"nginx:latest"})
    assert ", ".join(f"{noun} {name}" for noun, name in made_with([("container", "c0")], seen, typed)) == made


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
            container = next(each.id for each in seen if each.verb == "start" and each.facts["name"] == "seen-exec")
            assert witness.names()[container] == "seen-exec"
            witness.remove("container", container)
            witness.remove("container", container)
            assert "destroy" in [each.verb for each in witness.seen()]
            assert witness.changed() == ()
        finally:
            docker("rm", "-f", "seen-exec", check=False)
            witness.close()


def test_what_was_before_is_not_waited_for(engine_host: str, docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dshell.engine.witness.LATE", 10 * PATIENCE)
    docker("volume", "create", "seen-already")
    witness = Witness(Endpoint("default", engine_host, "-H"))
    witness.begin()
    seen: list[tuple[Seen, ...]] = []
    look = threading.Thread(target=lambda: seen.append(witness.seen()), daemon=True)
    look.start()
    look.join(PATIENCE)
    docker("volume", "rm", "seen-already")
    witness.close()
    assert seen == [()]


def test_an_event_may_come_behind_a_later_one(tmp_path: Path) -> None:
    """As of containers that compose removes at once: the daemon stamps them, then tells them."""
    stamped = {"later": 2_000_000_000, "earlier": 1_999_999_999}
    record = '{"Type": "volume", "Action": "create", "Actor": {"ID": "%s"}, "timeNano": %d}\n'
    told = "".join(record % row for row in stamped.items()).encode()
    stream = b"HTTP/1.1 200 OK\r\n\r\n" + told
    nothing, past = (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body) for body in (b"", told))
    engine = scripted.Scripted(tmp_path / "s", scripted.PONG, nothing, stream, past)
    witness = Witness(Endpoint("default", f"unix://{tmp_path / 's'}", "-H"))
    witness.begin()
    assert [each.id for each in witness.seen()] == [*stamped]
    witness.close()
    engine.close()


def test_the_daemon_goes_and_comes_back(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    """What happened while it could not be asked is seen, and nothing twice."""
    cable = Cable(tmp_path / "cable.sock", engine_host.removeprefix("unix://"))
    witness = Witness(Endpoint("default", cable.host, "-H"))
    witness.begin()
    try:
        docker("volume", "create", "seen-before")
        assert "seen-before" in names_of(witness.seen())
        cable.cut()
        with pytest.raises(EngineError):
            witness.seen()
        docker("volume", "create", "seen-meanwhile")
        cable.mend()
        assert [name for name in names_of(witness.seen()) if name.startswith("seen-")] == [
            "seen-before",
            "seen-meanwhile",
        ]
    finally:
        docker("volume", "rm", "seen-before", "seen-meanwhile", check=False)
        witness.close()
        cable.cut()


def names_of(seen: Iterable[Seen]) -> list[str]:
    return [each.facts.get("name", "") for each in seen if each.verb == "create"]


def rows_of(learn: Learn, words: str, written: list[str]) -> str:
    written.clear()
    learn.do(words.split())
    return " ".join("\n".join(written).split())


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
    assert "which file is it" in rows_of(learn, "--check", written)
    assert learn.short("hint") is None
    (tmp_path / "own.toml").write_text(OWN)
    assert "1 step" in rows_of(learn, f"--check {tmp_path}/own.toml", written)
    assert "cannot be read" in rows_of(learn, f"--check {tmp_path}/none.toml", written)


class Scripted:
    """A witness that shows what a test puts into ``events``, or is interrupted."""

    def __init__(self) -> None:
        self.events: list[Seen] = []
        self.interrupted = False
        self.away = False
        self.removed: list[str] = []

    def begin(self) -> None: ...

    def seen(self) -> tuple[Seen, ...]:
        if self.interrupted:
            raise KeyboardInterrupt
        return tuple(self.events)

    def changed(self) -> tuple[Seen, ...]:
        return ()

    def images(self) -> frozenset[str]:
        return frozenset()

    def names(self) -> dict[str, str]:
        if self.away:
            raise EngineError(Failure(Trouble.UNREACHABLE, ""))
        return {each.id: each.facts.get("name", "") for each in self.events}

    def remove(self, noun: str, name: str) -> None:
        self.removed.append(name)

    def close(self) -> None: ...


@pytest.fixture
def school(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> School:
    monkeypatch.chdir(tmp_path)
    return School(tmp_path)


class School:
    """The word learn with a scripted witness."""

    def __init__(self, folder: Path) -> None:
        self.witness, self.written, self.folder = Scripted(), list[str](), folder
        self.learn = self.opened()

    def opened(self) -> Learn:
        """Another dshell beside, or after, the first."""
        teller, catalogue = Teller(person(), load("en")), Catalogue(self.folder / "lessons", bool)
        return Learn(teller, self.written.extend, lambda: self.witness, self.folder / "learn.json", catalogue)

    def line(self, text: str, *events: Seen, failed: bool = False, interrupted: bool = False) -> str:
        """What is said after a line."""
        self.written.clear()
        self.learn.before()
        self.witness.events += events
        self.witness.interrupted = interrupted
        self.learn.after(text, failed=failed)
        self.witness.interrupted = False
        return " ".join("\n".join(self.written).split())

    def word(self, text: str) -> str:
        return rows_of(self.learn, text, self.written)


def test_an_interrupted_look_is_made_again(school: School) -> None:
    school.word("learn 3".removeprefix("learn "))
    pulled = Seen("image", "pull", "alpine:latest", {"name": "alpine:latest"})
    assert school.line("pull alpine", pulled, interrupted=True) == ""
    assert "2 of 6" in school.line("ps")


def test_a_line_that_fails(school: School) -> None:
    school.word("3")
    assert "still open" in school.line("pull alpin", failed=True)
    assert school.line("ls") == ""


def test_a_slip_is_answered_once(school: School) -> None:
    school.word("3")
    school.word("skip")
    latest = Seen("image", "pull", "alpine:latest", {"name": "alpine:latest"})
    assert "that was latest again" in school.line("pull alpine", latest)
    assert "that was latest" not in school.line("rm x", Seen("container", "destroy", "x", {}))


def test_the_end_waits_for_reset(school: School) -> None:
    school.word("4")
    for _ in range(7):
        school.word("skip")
    assert school.learn.short("reset")
    assert "no lesson is open" in school.word("hint")
    assert "nothing" in school.word("reset")
    assert school.learn.short("reset") is None


def test_progress_across_sessions_and_beside_each_other(school: School) -> None:
    school.word("3")
    other = school.opened()
    rows_of(other, "4", school.written)
    rows_of(other, "skip", school.written)
    school.word("skip")
    third = rows_of(school.opened(), "", school.written)
    assert "Images and tags (step 2 of 6)" in third
    assert "Names and cleaning up (step 2 of 7)" in third
    assert sorted(path.name for path in school.folder.iterdir()) == ["learn.json"], "and no half-written file"


def test_what_went_between_two_lines_is_not_removed(school: School) -> None:
    school.word("9")
    create = Seen("container", "create", "c1", {"name": "shop", "image": "nginx"})
    school.line("run --rm nginx", create)
    school.witness.events.append(Seen("container", "destroy", "c1", {"name": "shop"}))
    school.word("reset")
    assert school.witness.removed == []


def test_a_lesson_that_has_grown_shorter(school: School) -> None:
    Kept(school.folder / "learn.json").write("images", State(40))
    assert "1 of 6" in school.word("3")


def test_what_a_session_before_has_made_is_named(school: School) -> None:
    school.word("9")
    school.line("run --name shop nginx", Seen("container", "create", "c1", {"name": "shop", "image": "nginx"}))
    school.line("run --name gone nginx", Seen("container", "create", "c2", {"name": "gone", "image": "nginx"}))
    school.witness.events.pop()
    school.learn = school.opened()
    school.word("9")
    assert "removed: container shop that" in school.word("reset")
    assert school.witness.removed == ["c1"], "what others have removed meanwhile is no more the lesson's"


def test_a_reset_without_the_daemon_waits_for_it(school: School) -> None:
    school.word("9")
    school.line("run --name shop nginx", Seen("container", "create", "c1", {"name": "shop", "image": "nginx"}))
    school.witness.away = True
    assert "nothing was removed" in school.word("reset")
    school.witness.away = False
    assert "removed: container shop" in school.word("reset"), "the lesson is still open"


@pytest.mark.parametrize(
    ("wanted", "said"),
    [("1.20", "here it is 1.20"), ("[!0]*", "here it is to fail"), ("[12]*", "here it is 1…")],
)
def test_a_pattern_is_said_as_people_write_it(wanted: str, said: str) -> None:
    unmet = Unmet(See("container", "die", {"code": wanted}, {}), "code", "0")
    assert said in unmet_words(unmet, Scene(load("en")))


def test_files_of_a_lesson(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "folder lesson-build here" in school.word("8")
    folder = school.folder / "lesson-build"
    monkeypatch.chdir(folder)
    (folder / "index.html").write_text("changed")
    assert str(folder) in school.word("8"), "opened again it finds them"
    (folder / "own.txt").write_text("mine")
    assert "there is more in it" in school.word("reset")
    assert [path.name for path in folder.iterdir()] == ["own.txt"], "what is not the lesson's stays"
    assert Path.cwd() == school.folder
    (folder / "own.txt").unlink()
    assert "folder" in school.word("reset 8")
    assert not folder.exists()


@pytest.mark.parametrize("where", ["file", "name", "number"])
def test_a_bad_lesson_in_the_folder(school: School, where: str) -> None:
    bad = school.folder / "lessons" / "bad.toml"
    bad.parent.mkdir()
    bad.write_text("\x1b]0;x")
    name = {"file": str(bad), "name": "bad", "number": str(len(lessons()) + 1)}[where]
    said = school.word(name)
    assert "is no TOML" in said
    assert "\x1b" not in said
    assert "is no TOML" in school.word("")


def test_what_never_ends_is_no_lesson(school: School) -> None:
    assert "cannot be read" in school.word("--check /dev/zero")
