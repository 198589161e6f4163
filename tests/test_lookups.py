"""What completion looks up: asked in the background, kept, never waited for, and read from files that may be wrong."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dshell.engine.endpoint import resolve
from dshell.engine.inquiries import DaemonInquiries
from dshell.engine.records import ImageFacts
from dshell.errors import EngineError, Failure, Trouble
from dshell.line import officials
from dshell.line.world import Entry, Project
from dshell.run import compose_file
from dshell.shell.background import MOST_WAITING, Background
from dshell.shell.lookups import Lookups
from dshell.teach.texts import Texts, languages
from tests.conftest import Docker


def soon(true: Callable[[], object]) -> object:
    end = time.monotonic() + 10
    while not (found := true()):
        assert time.monotonic() < end, "it never came"
        time.sleep(0.005)
    return found


class Daemon:
    """Inquiries that note what they are asked."""

    def __init__(self, *, hub: bool = True) -> None:
        self.asked: list[str] = []
        self._hub = hub

    def folder(self, container: str, path: str) -> list[str]:
        self.asked.append(f"{container}:{path}")
        return ["etc/", "hello"]

    def search(self, term: str) -> list[tuple[str, str]]:
        self.asked.append(term)
        if not self._hub:
            raise EngineError(Failure(Trouble.REFUSED, "no such host"))
        return [(f"{term}/found", "words")]

    def image(self, name: str) -> ImageFacts:
        return ImageFacts("id", "linux", "amd64", command=("sh",), ports=("80/tcp",))

    def names_of(self, noun: str) -> list[str]:
        return [f"a {noun}"]

    def close(self) -> None:
        self.asked.append("closed")


@pytest.fixture
def daemon() -> Daemon:
    return Daemon()


@pytest.fixture
def lookups(daemon: Daemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lookups:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("dshell.shell.lookups.SOON", 3600.0)  # no answer grows old while a busy machine dawdles
    return Lookups(daemon, {"DOCKER_CONFIG": str(tmp_path / "docker")})


def test_an_answer_is_not_there_at_once_and_then_is_kept(lookups: Lookups, daemon: Daemon) -> None:
    assert (lookups.inside("web", "/"), lookups.pending) == ((), True)
    assert soon(lambda: lookups.inside("web", "/")) == [Entry("etc", True), Entry("hello")]
    assert not lookups.pending
    lookups.inside("web", "/")
    assert daemon.asked == ["web:/"]


def test_what_has_been_found_is_told_once(lookups: Lookups) -> None:
    told: list[int] = []
    lookups.on_change = lambda: told.append(1)
    lookups.inside("web", "/")
    assert soon(lambda: told)
    lookups.inside("web", "/")
    assert told == [1]


def test_of_another_daemon_it_is_told_too(lookups: Lookups) -> None:
    told: list[int] = []
    lookups.on_change = lambda: told.append(1)
    lookups.follow(Daemon())
    lookups.inside("web", "/")
    assert soon(lambda: told)


@pytest.mark.skipif(os.name == "nt", reason="a folder that somebody is in cannot be deleted there")
def test_in_a_folder_that_was_deleted_nothing_is_found(lookups: Lookups, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    assert (lookups.listed("bake-target"), lookups.stages("Dockerfile"), lookups.project([])) == ((), (), Project())


def test_docker_hub_is_far_and_a_shorter_term_serves_meanwhile(lookups: Lookups) -> None:
    assert lookups.search("red") == ()
    soon(lambda: lookups.search("red"))
    assert [found.name for found in lookups.search("redi")] == ["red/found"]
    assert not lookups.pending


def test_a_hub_that_cannot_be_reached_is_asked_once(tmp_path: Path) -> None:
    daemon = Daemon(hub=False)
    lookups = Lookups(daemon, {})
    lookups.search("red")
    soon(lambda: daemon.asked)
    time.sleep(0.05)
    assert (lookups.search("redi"), lookups.search("redis")) == ((), ())
    assert daemon.asked == ["red"]


def test_an_image_and_names(lookups: Lookups) -> None:
    shape = soon(lambda: lookups.shape("nginx"))
    assert getattr(shape, "ports", None) == ("80/tcp",)
    assert soon(lambda: lookups.listed("node")) == ["a node"]


def test_only_the_newest_questions_wait() -> None:
    let, asked = threading.Event(), []

    def find(question: int) -> int:
        let.wait(5)
        asked.append(question)
        return question

    background: Background[int, int] = Background("test", find)
    for question in range(10):
        background.ask(question, 60)
    let.set()
    soon(lambda: not background.busy)
    assert len(asked) <= MOST_WAITING + 1
    assert 9 in asked
    background.close()


@pytest.mark.parametrize("_again", range(10))
def test_an_answer_that_comes_while_it_is_looked_for_is_not_asked_for_again(_again: int) -> None:
    asked = []

    def find(question: int) -> int:
        asked.append(question)
        return question

    background: Background[int, int] = Background("test", find)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns within a line
    try:
        while not background.ask(1, 3600):
            pass
        soon(lambda: not background.busy)
    finally:
        sys.setswitchinterval(before)
    background.close()
    assert asked == [1]


def test_what_is_old_serves_until_it_is_found_anew() -> None:
    answers = iter(["old", "new"])
    background: Background[str, str] = Background("test", lambda _: next(answers))
    background.ask("file", 60, stamp=1)
    soon(lambda: background.ask("file", 60, stamp=1) == "old")
    assert background.ask("file", 60, stamp=2) == "old"
    soon(lambda: background.ask("file", 60, stamp=2) == "new")


# Files

COMPOSE = b"""
x-all: &all {profiles: [debug, tools]}
services:
  web:
    <<: *all
    image: nginx
  db:
    image: postgres:17
    profiles: [debug]
  odd: !reset null
"""


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (COMPOSE, Project(("web", "db", "odd"), ("debug", "tools"), {"web": "nginx", "db": "postgres:17", "odd": ""})),
        (b"", Project()),
        (b"services: [a, b]", Project()),
        (b"services:\n  web:\n", Project(("web",), (), {"web": ""})),
        (b"just a text", Project()),
        (b"services:\n  web: {image: [\n", None),  # being written
        (b"\xff\xfe\x00", None),
        (b"a: &a [*a, *a]\nservices: *a", Project()),
        (b"[" * 1500, None),
        (b"[" * 60 + b"]" * 60, None),
        (b"services: {a: {image: x}, b: {image: y}}" + b" # [" * 40, Project(("a", "b"), (), {"a": "x", "b": "y"})),
    ],
)
def test_a_compose_file_is_read_as_far_as_it_goes(data: bytes, expected: Project | None, tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_bytes(data)
    assert compose_file.read([str(tmp_path / "compose.yaml")], {}) == expected


@pytest.mark.parametrize(
    ("there", "named", "environ", "expected"),
    [
        (["compose.yaml", "docker-compose.yml"], [], "", ["compose.yaml"]),
        (["docker-compose.yml", "docker-compose.override.yml"], [], "", None),
        (["../compose.yml"], [], "", ["../compose.yml"]),
        ([], ["a.yml", "b.yml"], "", ["a.yml", "b.yml"]),
        (["compose.yaml"], [], "c.yml", ["c.yml"]),
        ([], [], "", []),
    ],
)
def test_the_files_that_compose_would_read(
    there: list[str], named: list[str], environ: str, expected: list[str] | None, tmp_path: Path
) -> None:
    here = tmp_path / "project"
    here.mkdir()
    for name in there:
        (here / name).touch()
    found = compose_file.files_here(str(here), named, environ)
    assert [os.path.relpath(path, here) for path in found] == (there if expected is None else expected)


def test_services_follow_the_file(lookups: Lookups, tmp_path: Path) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text("services:\n  web:\n")
    assert soon(lambda: lookups.project([]).services) == ("web",)
    file.write_text("services:\n  web:\n  db: [")
    os.utime(file, (1, 1))
    lookups.project([])
    soon(lambda: not lookups.pending)
    assert lookups.project([]).services == ("web",), "what is being written changes nothing"
    file.write_text("services:\n  web:\n  db:\n")
    os.utime(file, (2, 2))
    assert soon(lambda: "db" in lookups.project([]).services)


def test_stages_builders_and_bake_targets(lookups: Lookups, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM a AS build\nRUN x\nfrom --platform=x b as final\nFROM c\n")
    (tmp_path / "docker-bake.hcl").write_text('group "default" {}\ntarget "app" {}\n')
    (tmp_path / "docker" / "buildx" / "instances").mkdir(parents=True)
    (tmp_path / "docker" / "buildx" / "instances" / "fast").touch()
    (tmp_path / "docker" / "config.json").write_text('{"auths": {"ghcr.io": {}}, "credHelpers": [1]}')
    assert soon(lambda: lookups.stages("Dockerfile")) == ["build", "final"]
    assert soon(lambda: lookups.listed("bake-target")) == ["app", "default"]
    assert soon(lambda: lookups.listed("builder")) == ["default", "fast"]
    assert soon(lambda: lookups.listed("registry")) == ["ghcr.io"]
    assert lookups.stages("none") == ()


@pytest.mark.parametrize("language", languages())
def test_every_official_image_and_its_commands_have_a_sentence(language: str) -> None:
    texts = Texts(language)
    rows = officials.load()
    wanted = {f"officials.image.{name}" for name in rows}
    wanted |= {f"officials.command.{command}" for row in rows.values() for command in row.commands}
    assert {key for key in wanted if not texts.has(key)} == set()


# The real daemon


def test_folders_of_a_running_container(docker: Docker, engine_host: str) -> None:
    name = "looked-into"
    docker("run", "-d", "--name", name, "alpine", "sh", "-c", "mkdir '/a b' /été '/w?y'; touch /a\\ b/x; sleep 600")
    try:
        inquiries = DaemonInquiries(resolve({}, host=engine_host))
        soon(lambda: inquiries.folder(name, "/a b/") == ["x"])
        assert {"a b/", "etc/", "été/"} <= {*inquiries.folder(name, "/")}
        assert not any("?" in row for row in inquiries.folder(name, "/"))
        assert inquiries.folder(name, "") == inquiries.folder(name, "/")
        assert inquiries.folder(name, "/nosuch/") == []
        assert inquiries.image("alpine").command == ("/bin/sh",)
        assert "runc" in inquiries.names_of("runtime")
        assert inquiries.names_of("nonsense") == []
        with pytest.raises(EngineError):
            inquiries.folder("nosuch", "/")
        with pytest.raises(EngineError):
            inquiries.names_of("node")
    finally:
        docker("rm", "-f", name)
