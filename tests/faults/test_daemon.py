"""The daemon misbehaves: whatever becomes of its answers, a line ends with a sentence and nothing is left untold."""

from __future__ import annotations

import itertools
import json
import os
import re
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest

from tests.conftest import Docker
from tests.faults.ending import restored, unfit
from tests.faults.proxy import Fault, Proxy, answer, cut_after, in_crumbs, replaced, slowly
from tests.program import Program

T = TypeVar("T")
LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
SAID = "here-it-is"
LABEL = "dshell-faults"
MAYBE = "may have made it"
ATTEMPTS = 3  # at once
ANSWERS = ("_ping", "/containers/create", "/attach", "/wait", "/start")


HTML = b"""<html><title>500</title>\x1b[2J\x1b]0;owned\x07<h1>request returned 500 Internal Server Error for API route
and version http://%2F%2F.%2Fpipe%2FdockerDesktopLinuxEngine/v1.51/containers/create, check if the server supports the
requested API version</h1></html>"""
ILL = "500 Internal Server Error"
UPGRADED = b"HTTP/1.1 101 UPGRADED\r\n\r\n"
CREATE, INSPECT = "/containers/create", "GET /containers/"


def created(body: bytes) -> Fault:
    return Fault(CREATE, instead=answer(body, "201 Created"))


MISBEHAVIOURS = {
    "500 from Docker Desktop's proxy": Fault(CREATE, instead=answer(HTML, ILL, "text/html")),
    "500 at the first question": Fault("_ping", instead=answer(HTML, ILL, "text/html")),
    "500 for everything but that": Fault("v1|GET|POST", instead=answer(b"", ILL)),
    "a page in place of an answer": Fault(CREATE, instead=answer(HTML, content_type="text/html")),
    "half a JSON": created(b'{"Id":"abc", '),
    "half a JSON, and the end": Fault(CREATE, instead=answer(b'{"Id":', "201 Created", length=99), then_cut=True),
    "another JSON": created(b"[]"),
    "an id that is none": created(b'{"Id":null,"Warnings":5}'),
    "warnings that are none": created(b'{"Id":"abc","Warnings":5}'),
    "JSON without end": created(b"[" * 200_000),
    "JSON that is no text": created(b'{"Id":"\xff\xfe"}'),
    "garbage": Fault(CREATE, instead=b"\x00\xff\x1b[2J\x1b[?1049h\r\n\r\n", then_cut=True),
    "a length that is none": Fault(CREATE, instead=b"HTTP/1.1 201 Created\r\nContent-Length: banana\r\n\r\n{}"),
    "a length below zero": Fault(
        CREATE, instead=b"HTTP/1.1 201 Created\r\nContent-Length: -5\r\n\r\n{}", then_cut=True
    ),
    "a chunk of no size": Fault(
        CREATE, instead=b"HTTP/1.1 201 C\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", then_cut=True
    ),
    "a head without end": Fault(CREATE, instead=b"HTTP/1.1 201 Created\r\nX: " + b"x" * 100_000, then_cut=True),
    "no version": Fault("_ping", replaced(b"Api-Version: 1.", b"Api-Version: x.")),
    "a version of long ago": Fault("_ping", replaced(b"Api-Version: 1.4", b"Api-Version: 1.1")),
    "a version to come": Fault("_ping", replaced(b"Api-Version: 1.4", b"Api-Version: 9.9")),
    "a wait that says nothing": Fault("/wait", instead=answer(b'{"StatusCode":"x"}')),
    "a wait that says a page": Fault("/wait", instead=answer(HTML, content_type="text/html")),
    "a page in place of a session": Fault("/attach", instead=answer(HTML, content_type="text/html"), then_cut=True),
    "no frames": Fault("/attach", instead=UPGRADED + b"not a frame at all\x1b[2J", then_cut=True),
    "half a frame": Fault("/attach", instead=UPGRADED + b"\x01\0\0\0\0\0\0\x63half", then_cut=True),
    "the daemon's own complaint": Fault(
        "/attach", instead=UPGRADED + b"\x03\0\0\0\0\0\0\x08\x1b[2Jbad!", then_cut=True
    ),
    "facts that are none": Fault(INSPECT, instead=answer(b'{"State":[],"Name":7}')),
    "facts of another shape": Fault(INSPECT, instead=answer(b'{"Id":"a","Name":"/a","State":"x","Config":7}')),
    "an image of another shape": Fault("GET /images/", instead=answer(b'{"Config":[],"Size":"x"}')),
    "byte by byte": Fault("", in_crumbs),
    "slow": Fault("", slowly(5 if LONG else 0.2)),
}

SHORT = (
    "500 from Docker Desktop's proxy",
    "500 at the first question",
    "half a JSON, and the end",
    "JSON without end",
    "garbage",
    "a version to come",
    "a wait that says a page",
    "no frames",
    "facts of another shape",
    "byte by byte",
)
"""One of each kind; the long form takes all."""


class Attempt:
    """One ``dshell run`` through a proxy of its own, in a terminal, and what it came to."""

    def __init__(self, folder: Path, engine_host: str, docker: Docker) -> None:
        self.folder = folder
        self.folder.mkdir()
        self.mark = uuid.uuid4().hex[:12]
        self.docker = docker
        self.proxy = Proxy(folder / "s", engine_host)

    def wrong(self, fault: Fault, *flags: str) -> list[str]:
        """What must not be; empty when all is well."""
        words = ("run", "--label", f"{LABEL}={self.mark}", *flags, "alpine", "echo", SAID)
        with self.proxy, self.proxy.spoilt(fault), Program(self.proxy.host, self.folder).screen(*words) as screen:
            before = screen.modes()
            code = screen.wait(60)
            text = screen.text()
            found = [restored(screen, before), *unfit(text)]
        if code and "✘" not in text:
            found.append(f"no sentence for exit code {code}")
        if not code and SAID not in re.sub("echo " + SAID, "", text):
            found.append("exit code 0 without the output")
        if any(sent in screen.raw for sent in (b"\x1b[2J", b"\x1b[?1049h", b"\x1b]0;")):
            found.append("what the daemon sent reached the terminal")
        found += [
            f"{name} is left, untold"
            for name, number in self._left()
            if name not in text and number not in text and MAYBE not in text
        ]
        return [f"{each}\n{text}" for each in found if each]

    def _left(self) -> list[list[str]]:
        """Name and id of each container that is still there."""
        listed = self.docker("ps", "-a", "--filter", f"label={LABEL}={self.mark}", "--format", "{{.Names}} {{.ID}}")
        rows = [row.split() for row in listed.stdout.splitlines()]
        if rows:
            self.docker("rm", "-f", *(number for _, number in rows), check=False)
        return rows


@pytest.fixture
def lengths(tmp_path: Path, engine_host: str, docker: Docker) -> dict[str, int]:
    """Bytes of each answer of a run."""
    attempt = Attempt(tmp_path / "whole", engine_host, docker)
    assert attempt.wrong(Fault("(?!)"), "--rm") == []
    return attempt.proxy.lengths


def places(lengths: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Where answers are cut: behind each byte in the long form; in the head, and at the very end, in the short one."""
    for asked in ANSWERS:
        whole = max(length for kind, length in lengths.items() if kind.endswith(asked))
        yield from ((asked, count) for count in (range(whole) if LONG else (40, whole - 1)))


@pytest.mark.parametrize("flag", ["--rm", "--pull=missing"] if LONG else ["--rm"])
def test_an_answer_that_is_cut(
    lengths: dict[str, int], tmp_path: Path, engine_host: str, docker: Docker, flag: str
) -> None:
    def attempt(place: tuple[str, int]) -> list[str]:
        asked, count = place
        made = Attempt(tmp_path / f"{asked.rpartition('/')[2]}{count}", engine_host, docker)
        return [f"{asked} cut after {count}: {each}" for each in made.wrong(Fault(asked, cut_after(count)), flag)]

    assert_none(attempt, places(lengths))


@pytest.mark.parametrize("flag", ["--rm", "--pull=missing"] if LONG else ["--rm"])
def test_answers_that_no_daemon_gives(tmp_path: Path, engine_host: str, docker: Docker, flag: str) -> None:
    def attempt(name: str) -> list[str]:
        made = Attempt(tmp_path / str([*MISBEHAVIOURS].index(name)), engine_host, docker)
        return [f"{name}: {each}" for each in made.wrong(MISBEHAVIOURS[name], flag)]

    assert_none(attempt, MISBEHAVIOURS if LONG else SHORT)


def assert_none(attempt: Callable[[T], list[str]], things: Iterable[T]) -> None:
    with ThreadPoolExecutor(ATTEMPTS) as pool:
        wrong = [each for found in pool.map(attempt, things) for each in found]
    assert not wrong, "\n\n".join(wrong)


def downloading() -> Iterator[bytes]:
    """A pull without end."""
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    for count in itertools.count():
        detail = {"current": count, "total": 10**9}
        said = (
            json.dumps({"status": "Downloading", "progressDetail": detail, "id": f"{count % 5:012x}"}).encode()
            + b"\r\n"
        )
        yield b"%x\r\n%s\r\n" % (len(said), said)
        time.sleep(0.01)


@pytest.fixture
def proxy(engine_host: str, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(tmp_path / "s", engine_host) as proxy:
        yield proxy


def test_a_pull_without_end_can_be_interrupted(proxy: Proxy, tmp_path: Path) -> None:
    proxy.fault = Fault("/images/create", instead=downloading())
    with Program(proxy.host, tmp_path).screen("pull", "alpine:never") as screen:
        before = screen.modes()
        screen.expect("000000000004")
        screen.send("\x03")
        assert screen.wait() == 130
        assert restored(screen, before) == ""
        assert "interrupted" in screen.text()


EVENTS_GONE = Fault("/events", cut_after(0))
NO_NAMES = Fault("GET /(containers|images|volumes|networks)", instead=answer(b'{"a":[[{"b":7}]]}'))
STRANGE_NAMES = Fault("GET /(containers|images|networks)", instead=answer(b'[7,{"Id":5,"Names":{},"RepoTags":9}]'))


def test_the_prompt_lives_whatever_the_daemon_does(proxy: Proxy, tmp_path: Path) -> None:
    with Program(proxy.host, tmp_path).repl() as repl:
        repl.screen.expect("engine up")
        for fault in (
            EVENTS_GONE,
            NO_NAMES,
            STRANGE_NAMES,
            *(MISBEHAVIOURS[name] for name in ("garbage", "JSON without end")),
        ):
            with proxy.spoilt(fault):
                proxy.die()
                repl.screen.expect("engine not reached")
                proxy.rise()
                said = repl.run("run --rm alpine echo it-ran")
                assert "it-ran\n" in said or "✘" in said
                start = repl.here()
                repl.screen.send("run --network \t\x03")
                repl.next_prompt(start)
        proxy.die()
        assert "✘" in repl.run("run --rm alpine true")
        proxy.rise()
        repl.screen.expect(re.compile("engine up"), start=repl.here())
        assert "it-is-back" in repl.run("run --rm alpine echo it-is-back")
        repl.screen.send("exit 0\r")
        assert repl.screen.wait() == 0
        assert unfit(repl.screen.text()) == []
        assert restored(repl.screen, repl.screen.modes()) == ""
