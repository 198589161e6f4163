"""The word ``learn``: which lesson is open, and what is said after each line."""

from __future__ import annotations

from pathlib import Path

import pytest

from dshell.engine.records import Endpoint, Seen
from dshell.engine.witness import Witness
from dshell.errors import EngineError, Failure, Trouble
from dshell.shell.catalogue import Catalogue
from dshell.shell.kept import Kept, State
from dshell.shell.learn import Learn
from dshell.shell.tell import Teller
from dshell.teach.lesson_file import lessons
from dshell.teach.texts import load
from tests.desks import person
from tests.test_lessons import OWN


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
    assert "there is no lesson 0000000099" in rows_of(learn, "0000000099", written)
    assert "there is no lesson ~nosuchuser/x" in rows_of(learn, "~nosuchuser/x", written)
    assert "cannot be read" in rows_of(learn, "--check ~nosuchuser/x", written)
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
