"""``pull``, and what run and create download, against an engine that answers as told."""

from __future__ import annotations

import pytest

from dshell.events import (
    ImageHere,
    ImageMissing,
    ImagePulled,
    LayerProgress,
)
from tests.desks import Work, person
from tests.doing import NO_IMAGE, PULLS, do
from tests.fakes import FakeEngine


def test_run_pulls_what_is_missing() -> None:
    work = Work(FakeEngine(raises={"create": [NO_IMAGE]}, pulls=PULLS))
    assert do(work, "run alpine") == 0
    assert work.engine.names[:3] == ["create", "pull", "create"]
    assert work.engine.asked[1] == ("pull", "docker.io/library/alpine", "latest", "")
    assert work.terminal.err == (
        "Unable to find image 'alpine:latest' locally\n"
        "latest: Pulling from library/alpine\n"
        "2d35ebdb57d9: Pulling fs layer\n"
        "2d35ebdb57d9: Download complete\n"
        "Status: Downloaded newer image for alpine:latest\n"
    )


def test_run_told_tells_of_the_download() -> None:
    work = Work(FakeEngine(raises={"create": [NO_IMAGE]}, pulls=PULLS))
    assert do(work, "run alpine", told=True) == 0
    assert repr(work.events[1:6]) == repr(
        [
            ImageMissing("alpine:latest", "docker.io"),
            LayerProgress("2d35ebdb57d9", "Pulling fs layer"),
            LayerProgress("2d35ebdb57d9", "Downloading", 100, 3600),
            LayerProgress("2d35ebdb57d9", "Download complete"),
            ImagePulled("alpine:latest", fresh=True, size=3600),
        ]
    )
    assert work.told(ImageHere) == []
    assert work.terminal.err == ""


@pytest.mark.parametrize(
    ("flags", "asked"),
    [
        ("--pull always", ["pull", "create"]),
        ("--pull never", ["create"]),
        ("-q", ["create", "pull", "create"]),
    ],
)
def test_pull_policies(flags: str, asked: list[str]) -> None:
    missing = [] if "always" in flags else [NO_IMAGE]
    work = Work(FakeEngine(raises={"create": missing}, pulls=PULLS))
    code = do(work, f"run -d {flags} alpine")
    assert work.engine.names[: len(asked)] == asked
    assert code == (125 if "never" in flags else 0)
    assert ("Pulling" in work.terminal.err) == ("always" in flags)


def test_an_image_id_is_never_pulled() -> None:
    work = Work(FakeEngine(raises={"create": [NO_IMAGE]}))
    assert do(work, "run " + "a" * 64) == 125
    assert work.engine.names == ["create"]


def test_pull_writes_dockers_lines() -> None:
    work = Work(FakeEngine(pulls=PULLS))
    assert do(work, "pull alpine") == 0
    assert work.terminal.out.startswith("Using default tag: latest\nlatest: Pulling from library/alpine\n")
    assert work.terminal.out.endswith("\ndocker.io/library/alpine:latest\n")


@pytest.mark.parametrize(
    ("line", "asked", "out"),
    [
        ("pull -q alpine:3", ("docker.io/library/alpine", "3", ""), "docker.io/library/alpine:3\n"),
        ("pull -aq alpine", ("docker.io/library/alpine", "", ""), "docker.io/library/alpine\n"),
        ("pull -q --platform x86_64 r.io/x", ("r.io/x", "latest", "x86_64"), "r.io/x:latest\n"),
    ],
)
def test_pull_asks_for(line: str, asked: tuple[str, ...], out: str) -> None:
    work = Work(FakeEngine(pulls=PULLS))
    assert do(work, line) == 0
    assert work.engine.asked == [("pull", *asked)]
    assert work.terminal.out == out


def test_pull_told_leaves_the_progress_to_the_events_on_a_terminal() -> None:
    work = Work(FakeEngine(pulls=PULLS), person())
    assert do(work, "pull alpine", told=True) == 0
    assert work.terminal.out == "docker.io/library/alpine:latest\n"
    assert work.told(ImagePulled) == [ImagePulled("alpine:latest", fresh=True, size=3600)]


def test_an_interrupted_pull_is_silent() -> None:
    class Interrupted(FakeEngine):
        def create(self, body: object, name: str, platform: str) -> object:  # type: ignore[override]
            raise KeyboardInterrupt

    work = Work(Interrupted())
    assert do(work, "run alpine") == 130
    assert work.terminal.err == ""
