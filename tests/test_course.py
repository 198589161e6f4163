"""``flow``: given what happened, who spoke to whom, in order, with times."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from dshell.errors import Failure, Trouble
from dshell.events import (
    Asked,
    Attached,
    Course,
    Created,
    Detached,
    Ended,
    Event,
    ExecEnded,
    ExecStarted,
    Failed,
    ImageHere,
    ImageMissing,
    ImagePulled,
    Inside,
    LayerProgress,
    LineEnded,
    Moment,
    Removed,
    Routed,
    Started,
    Stopped,
    Unchanged,
    Way,
    Why,
)
from dshell.shell.diary import Diary
from dshell.teach.drawing.cells import width
from dshell.teach.drawing.course import TELLERS, drawn, in_words, steps
from dshell.teach.drawing.course_svg import picture
from dshell.teach.layout import Scene, Symbols
from dshell.teach.texts import languages, load

ID = "3f2a91c07d1e" + "0" * 52
RUN = (
    Routed(Way.NATIVE, Why.KNOWN, "run"),
    Asked("run", "alpine:latest"),
    ImageMissing("alpine:latest", "docker.io"),
    ImagePulled("alpine:latest", True, 3_600_000),
    Created(ID, "brave_noether", "alpine:latest", ("/bin/sh",)),
    Attached("brave_noether"),
    Started("brave_noether", ("/bin/sh",)),
    Ended("brave_noether", "alpine:latest", ("/bin/sh",), 0, 0.2),
)
NO_HUB = Failed(Failure(Trouble.REFUSED, "dial tcp: no such host", 500), "run", 125)
AWAY = Failed(Failure(Trouble.UNREACHABLE, "no such file"), "run", 125)
TAKEN = Failed(Failure(Trouble.REFUSED, "Conflict. The name is in use", 409), "run", 125)


def record(*events: Event, line: str = "docker run alpine") -> Course:
    return Course(line, 100.0, tuple(Moment(100.0 + number / 10, event) for number, event in enumerate(events)))


def scene(columns: int = 80, language: str = "en", symbols: Symbols = Symbols.UNICODE) -> Scene:
    return Scene(load(language), symbols=symbols, width=columns)


def ways(*events: Event) -> list[str]:
    found = steps(record(*events), scene())
    return [f"{step.source.value} {step.target.value} {step.mood.value}" for step in found[1:]]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        (
            RUN,
            [
                *("dshell daemon plain", "daemon registry plain", "registry daemon plain", "daemon container plain"),
                *("container dshell plain", "daemon container plain", "container dshell good"),
            ],
        ),
        (
            [Asked("run", "a"), ImageHere("a"), TAKEN],
            ["dshell daemon plain", "daemon daemon plain", "daemon dshell bad"],
        ),
        (
            [Asked("run", "a"), ImageMissing("a", ""), NO_HUB],
            ["dshell daemon plain", "daemon registry plain", "registry daemon bad"],
        ),
        ([Asked("run", "a"), AWAY], ["dshell daemon plain", "dshell daemon bad"]),
        ([ExecStarted("w", ("sh",)), Inside("w", "exec", "")], ["daemon container plain", "you container plain"]),
        ([ExecEnded("w", ("sh",), 2)], ["container dshell bad"]),
        ([Attached("w", keyboard=True)], ["container dshell plain", "you container plain"]),
        ([Asked("stop", "w"), Stopped("w", 0.1)], ["dshell daemon plain", "daemon container good"]),
        ([Unchanged("w", True)], ["daemon dshell plain"]),
        ([Asked("rm", "w"), Removed("w")], ["dshell daemon plain", "daemon daemon plain"]),
        ([Detached("w", "run")], ["you dshell plain"]),
        (
            [Routed(Way.CLI, Why.COMMAND, "ps"), LineEnded(Way.CLI, "ps", 1)],
            ["dshell docker plain", "docker dshell bad"],
        ),
        ([Routed(Way.HOST, Why.FOREIGN), LineEnded(Way.HOST, "", 0)], ["dshell shell plain", "shell dshell good"]),
    ],
)
def test_who_speaks_to_whom(events: list[Event], expected: list[str]) -> None:
    assert ways(*events) == expected


@pytest.mark.parametrize("symbols", Symbols)
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("columns", [40, 80, 96, 110])
def test_it_fits(columns: int, language: str, symbols: Symbols) -> None:
    rows = drawn(record(*RUN, NO_HUB), scene(columns, language, symbols))
    assert all(width(row) < columns for row in rows), "\n".join(rows)
    if symbols is Symbols.ASCII and language == "en":
        assert "".join(rows).replace("\N{NO-BREAK SPACE}", " ").isascii()


def test_lanes_stand_below_their_names() -> None:
    head, *rows = drawn(record(*RUN), scene(110))
    lanes = [head.index(name) for name in ("you", "dshell", "daemon", "registry", "container")]
    for row in rows:
        assert all(row.ljust(110)[lane] in "│├┤●─" for lane in lanes), row


def test_times_are_since_enter_and_the_last_row_says_how_it_ended() -> None:
    rows = in_words(record(*RUN), scene())
    assert rows[0].endswith("docker run alpine")
    assert rows[1].startswith("0.10\N{NO-BREAK SPACE}s, dshell → daemon: ")
    assert rows[-1].startswith("0.70\N{NO-BREAK SPACE}s, container → dshell: /bin/sh ended after")


def test_every_event_of_a_line_has_words() -> None:
    for language in languages():
        for step in steps(record(*RUN, NO_HUB, AWAY), scene(language=language)):
            assert not step.text.startswith("flow."), step.text
    assert LayerProgress not in TELLERS


def test_words_from_outside_are_disarmed() -> None:
    bad = '\x1b]0;x\x07<b>&"'
    events = (Created(ID, bad, bad), Ended(bad, bad, (bad,), 1, 0.1), Failed(Failure(Trouble.REFUSED, bad), "run", 1))
    entered = record(*events, line=bad)
    assert "\x1b" not in "".join(drawn(entered, scene(110)) + drawn(entered, scene(60)))
    root = ET.fromstring(picture(entered, scene()))
    assert "b" not in {each.tag.rpartition("}")[2] for each in root.iter()}
    assert "\\x1b]0;x" in "".join(root.itertext())


def test_the_diary_keeps_the_last_line_that_did_something() -> None:
    clock = iter(range(100))
    diary = Diary(lambda: float(next(clock)))
    assert diary.last is None
    diary.begin("docker run alpine")
    diary.note(RUN[0])
    diary.note(LayerProgress("l", "Downloading"))
    diary.note(RUN[1])
    for word in ("help", "flow"):
        diary.begin(word)
        diary.note(Routed(Way.OWN, Why.KNOWN))
    assert diary.last == Course("docker run alpine", 0.0, (Moment(1.0, RUN[0]), Moment(2.0, RUN[1])))
