"""The teller: which bytes reach standard error, in which look, and what pulls draw on a real screen model."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import pyte
import pytest

from dshell.errors import Failure, TerminalError, Trouble
from dshell.events import (
    Asked,
    Created,
    DownloadInterrupted,
    Ended,
    Event,
    Failed,
    ImageHere,
    ImageMissing,
    ImagePulled,
    LayerProgress,
    LineEnded,
    Way,
)
from dshell.shell.tell import WIDEST, Look, Teller, encoded, look
from dshell.teach.layout import Symbols
from dshell.teach.texts import Texts
from dshell.terminal.base import STDERR, STDOUT, Shown


class Paper:
    """A terminal that keeps what is written."""

    kind = "plain"
    shown = Shown(stdin=True, stdout=True, stderr=True)
    fresh_line = True

    def __init__(self, columns: int = 80, *, closed: bool = False) -> None:
        self.columns = columns
        self.closed = closed
        self.written = {STDOUT: b"", STDERR: b""}

    def size(self) -> os.terminal_size:
        return os.terminal_size((self.columns, 24))

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        if self.closed:
            raise TerminalError("closed")
        self.written[channel] += data

    @property
    def told(self) -> str:
        assert self.written[STDOUT] == b""
        return self.written[STDERR].decode()


def teller(paper: Paper, level: str = "full", language: str = "en", show: Look | None = None) -> Teller:
    return Teller(paper, Texts(language), level, show)  # type: ignore[arg-type]  # it reads nothing


def pull(*layers: str) -> list[Event]:
    """The messages of a pull, layer by layer interleaved as the daemon sends them."""
    stages = [("Pulling fs layer", 0, 0), ("Downloading", 1_000_000, 3_642_247), ("Downloading", 3_642_247, 3_642_247)]
    stages += [("Download complete", 0, 0), ("Extracting", 1, 0), ("Pull complete", 0, 0)]
    return [LayerProgress(layer, *stage) for stage in stages for layer in layers]


def screen(paper: Paper) -> list[str]:
    display = pyte.Screen(paper.columns, 24)
    pyte.ByteStream(display).feed(paper.written[STDERR].replace(b"\n", b"\r\n"))
    assert not display.cursor.hidden
    return [row.rstrip() for row in display.display if row.strip()]


def test_steps_are_counted_by_line() -> None:
    paper = Paper(100)
    tell = teller(paper)
    for event in (Asked("run", "alpine:latest"), ImageHere("alpine:latest")):
        tell(event)
    tell.begin_line()
    tell(ImageHere("alpine:latest"))
    assert [row[3] for row in paper.told.splitlines()] == ["1", "2", "1"]


def test_a_row_that_belongs_to_the_step_before_is_not_counted() -> None:
    paper = Paper(100)
    tell = teller(paper)
    for event in (ImageMissing("a", "docker.io"), ImagePulled("a", fresh=True), ImageHere("b")):
        tell(event)
    assert [row[3] for row in paper.told.splitlines()] == ["1", " ", "2"]


def test_a_stand_in_is_told_of_once() -> None:
    paper = Paper(100)
    tell = teller(paper)
    for image in ("alpine:latest", "alpine:latest", "nginx:latest"):
        tell(Created("3f2a", "web", image, stand_in=True))
    assert paper.told.count("stand-in made by dshell") == 2


def test_no_row_is_wider_than_can_be_read() -> None:
    wide, wider = Paper(WIDEST), Paper(300)
    for paper in (wide, wider):
        teller(paper)(ImageMissing("registry.example.com/a/rather/long/name/of/an/image:latest", "docker.io"))
    assert wider.told == wide.told
    assert max(map(len, wider.told.splitlines())) < WIDEST


def test_level_and_language_change_while_running() -> None:
    paper = Paper()
    tell = teller(paper, "off")
    tell(ImageHere("a"))
    tell.level, tell.texts = "brief", Texts("fr")
    tell(ImageHere("b"))
    assert paper.told.count("\n") == 1
    assert "b est déjà sur cette machine" in paper.told


def test_off_is_silent_and_still_knows_why() -> None:
    paper = Paper()
    tell = teller(paper, "off")
    assert tell.why() == []
    for event in (*pull("2d35ebdb57d9"), Failed(Failure(Trouble.REFUSED, "No such container: web"), "start", 1)):
        tell(event)
    assert paper.told == ""
    tell.level = "full"
    assert tell.why()[0] == "   ✘ there is no container web"
    assert tell.why()[-1] == "     No such container: web"


def test_why_names_the_line() -> None:
    tell = teller(Paper(), "off")
    tell(Failed(Failure(Trouble.REFUSED, "No such container: web"), "start", 1, "start web"))
    assert tell.why()[:2] == ["   the last line that failed: start web", "   ✘ there is no container web"]


@pytest.mark.parametrize(
    ("words", "code_told"), [("unknown flag: --frob", False), ("something that no rule knows", True)]
)
def test_an_exit_code_is_told_where_nothing_says_more(words: str, code_told: bool) -> None:
    paper = Paper()
    tell = teller(paper)
    tell(Failed(Failure(Trouble.CLI, words), "run", 125, "run --frob alpine"))
    tell(LineEnded(Way.CLI, "run", 125))
    assert ("exit code 125" in paper.told) is code_told


def test_a_closed_terminal_stops_the_telling_only() -> None:
    tell = teller(Paper(closed=True))
    tell(ImageHere("a"))
    tell(ImageHere("b"))
    assert tell.level == "off"


def ended(code: int, *, tty: bool = False) -> Ended:
    return Ended("web", "alpine", ("cat",), code, 1.0, tty=tty, removed=True, interrupted=code == 130)


@pytest.mark.parametrize(
    ("fresh", "event", "rows"),
    [
        (True, ended(0), 0),
        (False, ended(0), 1),
        (True, ended(130), 1),  # ^C was echoed
        (True, ended(130, tty=True), 0),
        (True, DownloadInterrupted("alpine"), 1),
    ],
)
def test_telling_begins_in_a_row_of_its_own(fresh: bool, event: Ended, rows: int) -> None:
    paper = Paper()
    paper.fresh_line = fresh
    teller(paper, "brief")(event)
    assert len(paper.told) - len(paper.told.lstrip("\n")) == rows


def test_bars_are_drawn_in_place() -> None:
    paper = Paper()
    tell = teller(paper, show=Look(live=True, color=True))
    events = [ImageMissing("alpine:latest", "docker.io"), *pull("2d35ebdb57d9", "aaaaebdb57d9")]
    for event in [*events, LayerProgress("bbbbebdb57d9", "Already exists"), ImagePulled("alpine:latest", fresh=True)]:
        tell(event)
    bar = "━" * 20
    indent = " " * 23
    assert screen(paper) == [
        "   1 daemon → Hub      alpine:latest is not on this machine: downloading it",
        f"{indent}2d35ebdb57d9 {bar} 3.6\xa0MB",
        f"{indent}aaaaebdb57d9 {bar} 3.6\xa0MB",
        f"{indent}bbbbebdb57d9 {bar} already here",
        f"{indent}kept here: the next run will not download it again",
    ]


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_bars_fit(columns: int) -> None:
    paper = Paper(columns)
    tell = teller(paper, show=Look(live=True))
    for event in pull("2d35ebdb57d9"):
        tell(event)
    tell.close()
    (row,) = screen(paper)
    assert "2d35ebdb57d9" in row
    assert b"\x1b[3" not in paper.written[STDERR]


def test_an_interrupted_pull_leaves_the_screen_clean() -> None:
    paper = Paper(100)
    tell = teller(paper, show=Look(live=True))
    for event in pull("2d35ebdb57d9")[:2]:
        tell(event)
    tell.begin_line()
    tell(ImageHere("alpine:latest"))
    rows = screen(paper)
    assert len(rows) == 2
    assert rows[1].startswith("   1 daemon")


def test_without_a_terminal_each_layer_has_one_row() -> None:
    paper = Paper()
    tell = teller(paper, language="fr", show=Look(Symbols.ASCII))
    for event in [*pull("2d35ebdb57d9", "aaaaebdb57d9"), LayerProgress("bbbbebdb57d9", "Already exists")]:
        tell(event)
    assert [row.split() for row in paper.told.splitlines()] == [
        ["2d35ebdb57d9", "3,6", "Mo"],
        ["aaaaebdb57d9", "3,6", "Mo"],
        ["bbbbebdb57d9", "déjà", "ici"],
    ]
    assert "\x1b" not in paper.told
    assert "\r" not in paper.told


@pytest.mark.parametrize(
    ("environ", "options", "expected"),
    [
        ({}, {}, Look(Symbols.UNICODE, color=True, live=True)),
        ({"NO_COLOR": "1"}, {}, Look(Symbols.UNICODE, color=False, live=True)),
        ({"NO_COLOR": ""}, {}, Look(Symbols.UNICODE, color=True, live=True)),
        ({"TERM": "dumb"}, {}, Look(Symbols.ASCII)),
        ({}, {"plain": True}, Look(Symbols.ASCII)),
        ({}, {"shown": False}, Look(Symbols.UNICODE)),
        ({}, {"encoding": "cp850"}, Look(Symbols.ASCII, color=True, live=True, encoding="cp850")),
        ({}, {"encoding": "nonsense"}, Look(Symbols.ASCII, color=True, live=True, encoding="nonsense")),
    ],
)
def test_look(environ: dict[str, str], options: dict[str, object], expected: Look) -> None:
    assert look(environ, **{"shown": True, **options}) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("été → x", "utf-8", "été → x".encode()),
        ("été\xa0: x", "cp850", "été\xa0: x".encode("cp850")),
        ("été\xa0: ✔", "ascii", b"ete : ?"),
        ("été", "nonsense", b"ete"),
        ("\udc80", "utf-8", b"?"),
    ],
)
def test_encoded(text: str, encoding: str, expected: bytes) -> None:
    assert encoded(text, encoding) == expected


@pytest.mark.parametrize("heavy", ["rich", "prompt_toolkit", "docker"])
def test_telling_costs_no_heavy_import(heavy: str) -> None:
    words: Sequence[str] = ("-c", f"import dshell.shell.tell, sys; sys.exit({heavy!r} in sys.modules)")
    assert subprocess.run([sys.executable, *words], check=False).returncode == 0
