"""The connection of a session ends within a frame, or within what a terminal shows, and the daemon is gone with it.

The terminal is as it was, a sentence says it, and the code is docker's; in the prompt, the prompt is there again.
"""

from __future__ import annotations

import os
import shlex
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from dshell.teach import texts
from tests.conftest import Docker, docker_at
from tests.faults.ending import restored, unfit
from tests.faults.lines import SENTENCE, mishaps
from tests.faults.places import SHELL
from tests.faults.proxy import Answer, Cut, Fault, Proxy
from tests.program import Program
from tests.screen import Screen
from tests.watched import PATIENCE

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
ASKED = "echo it-$((4000+242))\r"
SAID = b"it-4242"
BEGINS = "daemon → dshell"
HEADER = 8  # bytes before the payload of a frame
STREAM = "/attach|/exec/[0-9a-f]+/start"


@dataclass(frozen=True)
class Session:
    """``tty``: it has a terminal, and so no frames. TTY and PIPE run a shell already, NEW does not."""

    words: str
    tty: bool


SESSIONS = {
    "run -it": Session("run -it --name NEW alpine", tty=True),
    "exec -it": Session("exec -it TTY sh", tty=True),
    "attach": Session("attach TTY", tty=True),
    "run -i": Session("run -i --name NEW alpine", tty=False),
    "exec -i": Session("exec -i TTY sh", tty=False),
    "attach without -t": Session("attach PIPE", tty=False),
}
PLACES = {"payload": 3, "header": 3 - HEADER}
"""Bytes behind the beginning of what is said."""

WAYS = [
    (name, place) for name, session in SESSIONS.items() for place in PLACES if place == "payload" or not session.tty
]
SHORT = [("run -it", "payload"), ("exec -i", "header")]


@dataclass(frozen=True)
class Boxes:
    """The containers of ``SESSIONS``."""

    docker: Docker
    mark: str

    def words(self, session: Session) -> Sequence[str]:
        return [
            f"{self.mark}-{word}" if word in ("TTY", "PIPE", "NEW") else word for word in shlex.split(session.words)
        ]

    def remove(self, *roles: str) -> None:
        self.docker("rm", "-f", *(f"{self.mark}-{role}" for role in roles), check=False)


@pytest.fixture(scope="module")
def boxes(engine_host: str) -> Iterator[Boxes]:
    boxes = Boxes(docker_at(engine_host), f"cut-{uuid.uuid4().hex[:8]}")
    for role, flags in (("TTY", "-dit"), ("PIPE", "-di")):
        boxes.docker("run", flags, "--name", f"{boxes.mark}-{role}", "alpine", "sh")
    yield boxes
    boxes.remove("TTY", "PIPE", "NEW")


@pytest.fixture
def proxy(engine_host: str, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(tmp_path / "s", engine_host) as proxy:
        yield proxy


class Knife:
    """Cuts a connection within what it carries, once."""

    def __init__(self, place: str) -> None:
        self._place = place
        self.done = threading.Event()

    def __call__(self, _: Answer, data: bytes) -> bytes:
        at = data.find(SAID)
        if at < 0 or self.done.is_set():
            return data
        self.done.set()
        raise Cut(data[: at + PLACES[self._place]])


def cut_off(screen: Screen, proxy: Proxy, session: Session, place: str, *, told: bool = True) -> None:
    """Its connection, in the middle of the answer to ``ASKED``. ``told``: a session says it begins."""
    knife = Knife(place)
    with proxy.spoilt(Fault(STREAM, knife, deadly=True)):
        if session.tty and session.words.startswith("attach"):
            screen.send("\r")  # its shell shows no prompt by itself
        if session.tty:
            screen.expect(SHELL)
        elif told:
            screen.expect(BEGINS)
        screen.send(ASKED)
        assert knife.done.wait(PATIENCE), screen.drawing()


def once(argv: Sequence[str], session: Session, place: str, proxy: Proxy, program: Program) -> tuple[int, str]:
    """The exit code and the screen of one line."""
    proxy.restart()
    with Screen(argv, program.env, cwd=program.home) as screen:
        before = screen.modes()
        cut_off(screen, proxy, session, place, told=argv[0] != "docker")
        code = screen.wait()
        assert argv[0] == "docker" or restored(screen, before) == ""
        return code, screen.text()


@pytest.mark.parametrize(("name", "place"), WAYS if LONG else SHORT)
def test_one_line(boxes: Boxes, proxy: Proxy, tmp_path: Path, name: str, place: str) -> None:
    session, language = SESSIONS[name], "fr" if len(name) % 2 else "en"
    program = Program(proxy.host, tmp_path, language)
    words = boxes.words(session)
    code, text = once([*program.argv, *words], session, place, proxy, program)
    boxes.remove("NEW")
    assert SENTENCE in text
    assert texts.load(language).say("diagnosis.told.why") in text
    assert unfit(text) + mishaps(tmp_path) == []
    assert code == once(["docker", *words], session, place, proxy, program)[0]
    boxes.remove("NEW")


@pytest.mark.parametrize(("name", "place"), WAYS if LONG else SHORT[:1])
def test_the_prompt_is_there_again(boxes: Boxes, proxy: Proxy, tmp_path: Path, name: str, place: str) -> None:
    session = SESSIONS[name]
    with Program(proxy.host, tmp_path).repl() as repl:
        screen = repl.screen
        screen.expect("engine up")
        start = repl.here()
        screen.send(f"{shlex.join(boxes.words(session))}\r")
        cut_off(screen, proxy, session, place)
        repl.next_prompt(start)
        assert SENTENCE in screen.text(start)
        screen.send("\x15exit 0\r")
        assert screen.wait() == 0
        assert restored(screen, screen.modes()) == ""
        assert unfit(screen.text()) + mishaps(tmp_path) == []
    boxes.remove("NEW")
