"""Events as they are told: given an event, expect rows; in every language, at every level and width."""

from __future__ import annotations

import re

import pytest

from dshell.disarm import visible
from dshell.errors import Failure, Trouble
from dshell.events import (
    Asked,
    Attached,
    Created,
    Detached,
    DownloadInterrupted,
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
    LeftBehind,
    LineEnded,
    Needless,
    NulsLeftOut,
    Removed,
    Restored,
    Routed,
    Silent,
    Started,
    Stopped,
    Unchanged,
    Unheeded,
    Way,
    Why,
)
from dshell.foreseen import MountNoticed, MountTrouble
from dshell.grammar.load import load as load_grammar
from dshell.line.parse import parse
from dshell.teach.layout import MARGIN, Level, Scene, Symbols, lines, remark, runnable, shortened
from dshell.teach.narrate import narrate, numbered
from dshell.teach.texts import NO_BREAK, Texts, languages

EN = Scene(Texts("en"), width=100)
GRAMMAR = load_grammar()
ENDED = Ended("web", "alpine:latest", ("/bin/sh",), 0, 0.2, shell=True)

EVENTS: tuple[Event, ...] = (
    Routed(Way.CLI, Why.FLAG, "run", "--gpus"),
    Routed(Way.CLI, Why.UNKNOWN, "", "frob"),
    Routed(Way.CLI, Why.VARIABLE, "run", "DOCKER_HOST"),
    Routed(Way.HOST, Why.SUDO, "run"),
    Needless("sudo"),
    NulsLeftOut(),
    Restored((("C:/Program Files/Git/app", "/app"), ("nul", "/dev/null"))),
    *(MountNoticed(trouble, "./x", "/app", "run -v ./y:/app alpine", "y") for trouble in MountTrouble),
    *(Asked(act, "alpine:latest") for act in ("run", "create", "start", "exec", "attach", "pull", "stop", "rm", "tag")),
    Asked("container run", "alpine:latest", "Docker Desktop"),
    Asked("run", "alpine:latest", "practice engine"),
    ImageHere("alpine:latest"),
    ImageMissing("alpine:latest", "docker.io"),
    ImageMissing("alpine:latest", "docker.io", always=True),
    ImageMissing("ghcr.io/a/b:1", "ghcr.io"),
    ImageMissing("ghcr.io/a/b:1", "ghcr.io", always=True),
    ImagePulled("alpine:latest", fresh=True, size=3_642_247),
    ImagePulled("alpine:latest", fresh=True),
    ImagePulled("alpine:latest", fresh=False),
    DownloadInterrupted("alpine:latest"),
    Created("3f2a91c07d1e55", "web", "alpine"),
    Created("3f2a91c07d1e55", "web", "alpine", siblings=2, stand_in=True),
    Created(
        "3f2a91c07d1e55", "web", "a", warnings=("slow",), shared=("/home/me",), published=("8080:80", ":90", "0:91")
    ),
    Started("web", ("/bin/sh",)),
    Started("web"),
    Started("web", again=True),
    Started("web", ("nginx",), again=True, first=True),
    Started("web", detached=True),
    LeftBehind("web", running=False),
    LeftBehind("web", running=True),
    LeftBehind("web", running=False, unsure=True),
    LeftBehind("", running=False, unsure=True),
    Attached("web"),
    Attached("web", keyboard=True),
    *(Attached("web", tty=True, act=act) for act in ("run", "start", "exec", "attach")),
    *(Inside("web", act, "ctrl-p,ctrl-q") for act in ("run", "exec", "attach", "start")),
    Inside("web", "run", "", shared=("/home/me", "/data")),
    Inside("web", "run", "ctrl-p,ctrl-q", removed=True),
    Detached("web", "run"),
    Detached("web", "exec"),
    ENDED,
    *(ENDED._replace(exit_code=code) for code in (1, 125, 126, 127, 130, 134, 137, 139, 143, 255)),
    ENDED._replace(stdin=True),
    ENDED._replace(tty=True),
    ENDED._replace(stdin=True, tty=True),
    ENDED._replace(stdin=True, tty=True, removed=True),
    ENDED._replace(removed=True),
    ENDED._replace(oom=True, exit_code=137),
    ENDED._replace(interrupted=True, exit_code=130),
    ENDED._replace(shell=False, command=("ls",)),
    ENDED._replace(shell=False, command=()),
    ENDED._replace(shell=False, command=(), removed=True),
    ENDED._replace(own_command=False, command=("sh", "-l")),
    ExecStarted("web", ("ls",)),
    ExecStarted("web", ("ls",), detached=True),
    ExecEnded("web", ("ls",), 0),
    ExecEnded("web", ("ls",), 127),
    Stopped("web", 0.4),
    Stopped("web", 10.2, 137),
    Unchanged("web", running=True),
    Unchanged("web", running=False),
    Unheeded("web", ("sleep", "600"), 2),
    Unheeded("web", (), 1),
    Silent("web"),
    Removed("web"),
    LineEnded(Way.CLI, "ps", 1),
    Failed(Failure(Trouble.REFUSED, "odd"), "run", 125),
)


def said(event: Event, scene: Scene = EN) -> str:
    """All that is told, on one line and with ordinary spaces."""
    return " ".join(narrate(event, scene).replace(NO_BREAK, " ").split())


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_event_is_told_in_every_language(event: Event, language: str) -> None:
    told = narrate(event, Scene(Texts(language)))
    assert told
    assert "narration." not in told
    assert "diagnosis." not in told
    assert "{" not in told
    assert not re.search(r"[ \t]$", told, re.MULTILINE)
    assert not told.endswith("\n")


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_off_tells_nothing(event: Event) -> None:
    assert narrate(event, EN._replace(level=Level.OFF)) == ""


@pytest.mark.parametrize(
    "event",
    [
        Routed(Way.NATIVE, Why.KNOWN, "run"),
        Routed(Way.CLI, Why.COMMAND, "ps"),
        Routed(Way.CLI, Why.UNFINISHED, "run", "--name"),
        Routed(Way.HOST, Why.FOREIGN),
        Attached("web", keyboard=True, tty=True),  # Inside tells it
        LayerProgress("2d35ebdb57d9", "Pull complete"),
        LineEnded(Way.CLI, "ps", 0),
        Failed(Failure(Trouble.CLI, "odd"), "ps", 1),  # docker has said it
        LineEnded(Way.HOST, "", 1),
    ],
)
def test_what_goes_without_saying(event: Event) -> None:
    assert narrate(event, EN) == ""


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_rows_fit(event: Event, width: int, language: str) -> None:
    for row in narrate(event, Scene(Texts(language), width=width)).splitlines():
        assert len(row) < width or len(row.split()) == 1, row
        assert row.startswith(MARGIN) or not row


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_ascii_is_ascii_and_colour_only_colours(event: Event) -> None:
    assert narrate(event, EN._replace(symbols=Symbols.ASCII)).replace(NO_BREAK, " ").isascii()
    coloured = narrate(event, EN._replace(color=True))
    assert re.sub(r"\x1b\[\d*m", "", coloured) == narrate(event, EN)


def offered(event: Event, scene: Scene = EN) -> list[str]:
    """The lines to run: what stands in bold."""
    return re.findall(r"\x1b\[1m(.*?)\x1b\[0m", narrate(event, scene._replace(color=True)))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_every_line_offered_parses(event: Event) -> None:
    for line in offered(event):
        assert not parse(line, GRAMMAR).problems, line


def test_steps_have_their_place_and_number() -> None:
    told = narrate(Asked("run", "alpine:latest", "Docker Desktop"), EN._replace(step=3))
    assert told == "   3 dshell → daemon   asks Docker Desktop for a container made from alpine:latest"
    assert numbered(Asked("run", "x"))
    assert not numbered(ENDED)


def test_the_making_of_a_container_and_its_start_are_one_step() -> None:
    made, started = Created("3f2a91c07d1e55", "web", "alpine"), Started("web", ("/bin/sh",))
    assert (numbered(made), numbered(started)) == (True, False)
    rows = [narrate(made, EN._replace(step=3)), narrate(started, EN._replace(step=4))]
    assert rows == [
        "   3 daemon            made container web (3f2a91c07d1e)",
        "                       then started its command, /bin/sh",
    ]


def test_another_start_is_a_step_of_its_own() -> None:
    again = Started("web", ("/bin/sh",), again=True)
    assert numbered(again)
    assert narrate(again, EN).startswith("   1 daemon            started web again")


def test_a_narrow_terminal_has_the_place_before_the_text() -> None:
    told = narrate(ImageHere("alpine:latest"), Scene(Texts("fr"), width=44)).replace(NO_BREAK, " ")
    assert told.splitlines() == [
        "   1 daemon : alpine:latest est déjà sur",
        "     cette machine : rien à télécharger",
    ]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (ImageHere("alpine:latest"), "1 daemon alpine:latest is already on this machine: nothing to download"),
        (
            Created("3f2a91c07d1e55", "bell", "alpine:latest", siblings=2),
            "1 daemon made a new container, bell: each run makes another one (2 from alpine now)",
        ),
        (
            Inside("bell", "run", "ctrl-p,ctrl-q"),
            "1 you are inside bell. Its files are its own; your disk is not visible in it (a -v would share a folder) "
            "leave: exit or Ctrl-D, it stops · Ctrl-P Ctrl-Q, it goes on running",
        ),
        (Inside("bell", "exec", "ctrl-@,x"), "exit or Ctrl-D ends only this program · Ctrl-@ x leaves it running"),
        (Inside("bell", "run", "", shared=("/a", "/b")), "of your disk it sees only /a, /b leave: exit or Ctrl-D"),
        (
            Created("1", "bell", "alpine", stand_in=True),
            "this alpine is a stand-in made by dshell, not the one of Docker",
        ),
        (Started("web", ("nginx",), again=True, first=True), "started web for the first time, with its command nginx"),
        (Unchanged("web", running=True), "web was running already"),
        (Unchanged("web", running=False), "web was not running"),
        (Attached("web", tty=True, act="run"), "your keys do not reach it leave: Ctrl-C three times"),
        (Attached("web", tty=True, act="start"), "your keys do not reach it leave: Ctrl-C, it goes on running"),
        (Attached("web", tty=True, act="exec"), "leave: Ctrl-C, the program goes on running"),
        (
            Unheeded("web", ("sleep", "9"), 2),
            "sleep 9 ignores it, or takes its time. Ctrl-C 2 more times: you leave, web",
        ),
        (Unheeded("web", ("sleep", "9"), 1), "Ctrl-C once more: you leave, web goes on running"),
        (ENDED, "So soon? /bin/sh reads from a keyboard; without -i there is none"),
        (ENDED._replace(stdin=True), "No prompt?"),
        (ENDED._replace(tty=True), "without -i your keys did not reach it"),
        (ENDED._replace(exit_code=137), "137 is 128 + 9"),
        (ENDED._replace(exit_code=134), "134 is 128 + 6: signal 6 ended it"),
        (ENDED._replace(exit_code=137, oom=True), "there was not enough memory"),
        (ENDED._replace(stdin=True, tty=True, exit_code=7), "✔ web stopped, exit code 7"),
        (ENDED._replace(stdin=True, tty=True), "✔ web stopped, exit code 0 start -ai web"),
        (
            ENDED._replace(shell=False, command=("sh", "-c", "exit 1"), exit_code=1),
            "✘ sh -c 'exit 1' ended after 0.2 s",
        ),
        (Stopped("web", 10.2, 137), "It did not end when asked to"),
        (ExecEnded("web", ("sh", "-c", "nosuch"), 127), "127 is how a shell says: there is no such command here."),
        (ExecEnded("web", ("ls",), 2), "✘ ls ended with exit code 2"),
        (ExecEnded("web", ("sh",), 3, stdin=True, tty=True), "✔ sh ended with exit code 3"),
        (ExecEnded("web", ("ls",), 0), "✔ ls ended with exit code 0; web goes on running"),
        (ExecEnded("web", ("sh",), 137), "✘ sh ended with exit code 137; ps shows whether web still runs"),
        (ENDED._replace(exit_code=137, gone=True), "web was deleted meanwhile"),
    ],
)
def test_what_is_said(event: Event, expected: str) -> None:
    assert expected in said(event)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (ENDED, ["run -it alpine", "start -a web", "rm web"]),
        (ENDED._replace(own_command=False, command=("sh", "-l")), ["run -it alpine sh -l", "start -a web", "rm web"]),
        (ENDED._replace(stdin=True, tty=True), ["start -ai web", "rm web"]),
        (ENDED._replace(shell=False, command=("ls",), exit_code=1), ["start -a web", "logs web", "rm web"]),
        (ENDED._replace(removed=True), ["run -it alpine"]),
        (ENDED._replace(removed=True, shell=False), []),
        (Detached("web", "run"), ["attach web", "stop web"]),
        (Started("web", detached=True), ["ps", "logs web", "exec -it web sh", "stop web", "why web"]),
        (Started("web"), []),
        (Unchanged("web", running=True), ["exec -it web sh", "attach web"]),
        (Unchanged("web", running=False), ["start web", "rm web"]),
        (LeftBehind("web", running=False), ["start -a web", "rm web"]),
        (LeftBehind("web", running=False, talks=True), ["start -ai web", "rm web"]),
        (LeftBehind("web", running=True), ["attach web", "stop web"]),
        (LeftBehind("web", running=False, unsure=True), ["ps -a -n 1"]),
    ],
)
def test_what_to_do_next(event: Event, expected: list[str]) -> None:
    assert offered(event) == expected


def test_brief_keeps_the_steps_and_the_last_lines() -> None:
    brief = EN._replace(level=Level.BRIEF)
    assert "So soon" not in said(ENDED, brief)
    assert offered(ENDED, brief) == offered(ENDED)
    assert "disk" not in said(Inside("web", "run", "ctrl-p,ctrl-q"), brief)
    assert "leave: exit" in said(Inside("web", "run", "ctrl-p,ctrl-q"), brief)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("web", "web"),
        ("\x1b[2Jweb\r\n", r"\x1b[2Jweb\r\n"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202eb\u200b", r"a\u202eb\u200b"),
        ("\udc80", r"\udc80"),
        ("café ✔", "café ✔"),
    ],
)
def test_words_from_outside_are_disarmed(words: str, expected: str) -> None:
    assert visible(words) == expected
    assert expected in said(Removed(words))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("rm", "web"), "rm web"),
        (("sh", "-c", "exit 1"), "sh -c 'exit 1'"),
        (("echo", ""), "echo ''"),
        (("x", "$HOME;ls"), "x '$HOME;ls'"),
    ],
)
def test_runnable_lines_are_quoted(words: tuple[str, ...], expected: str) -> None:
    assert runnable(*words) == expected


def test_long_commands_are_cut() -> None:
    assert shortened(("sh", "-c", "x" * 100)) == "sh -c " + "x" * 33 + "…"


FAILING = Ended("web", "alpine", ("touch", "/x"), 1, 0.2, last="touch: /x: Read-only file system", line="run alpine")


@pytest.mark.parametrize(
    ("event", "told", "untold"),
    [
        (FAILING, ["/x, which may only be read", "inspect web"], ["1 is what the program answered"]),
        (FAILING._replace(removed=True), ["/x, which may only be read"], ["inspect web"]),
        (FAILING._replace(stdin=True, tty=True), [], ["may only be read"]),  # a person saw it, and left
        (FAILING._replace(interrupted=True), [], ["may only be read"]),
        (FAILING._replace(last="boom"), ["1 is what the program answered"], ["boom"]),
        (FAILING._replace(last="boom", seen=False), ["The last that it printed: boom"], []),
        (ExecEnded("web", ("x",), 1, last="ping: bad address 'db'"), ["does not find db"], []),
        (LineEnded(Way.CLI, "run", 137), ["docker ended with exit code 137", "137 is 128 + 9"], []),
        (LineEnded(Way.CLI, "build", 137), ["docker ended with exit code 137"], ["128 + 9"]),
    ],
)
def test_last_words(event: Event, told: list[str], untold: list[str]) -> None:
    text = said(event)
    assert [words for words in told if words not in text] == []
    assert [words for words in untold if words in text] == []


def test_a_remark_stands_under_itself() -> None:
    assert remark(EN._replace(width=24), "one two three four five") == ["   · one two three four", "     five"]


def test_a_meaning_stands_with_the_others_then_right_behind_its_line_then_below() -> None:
    entries = [("a line as long as this", "one"), ("x", "a meaning of its own"), ("y", "a meaning " * 4)]
    assert lines(EN._replace(width=42), entries) == [
        "     a line as long as this   one",
        "     x   a meaning of its own",
        "     y",
        "       a meaning a meaning a meaning a",
        "       meaning",
    ]
