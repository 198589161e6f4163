"""The daemon misbehaves: whatever becomes of its answers, a line ends with a sentence and nothing is left untold."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.ending import restored, unfit
from tests.faults.lines import ACTS, LANGUAGES, Place, in_each_language
from tests.faults.proxy import Fault, Proxy, answer, cut_after, in_crumbs, preceded, replaced, slowly
from tests.program import Program

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))


HTML = b"""<html><title>500</title>\x1b[2J\x1b]0;owned\x07<h1>request returned 500 Internal Server Error for API route
and version http://%2F%2F.%2Fpipe%2FdockerDesktopLinuxEngine/v1.51/containers/create, check if the server supports the
requested API version</h1></html>"""
ILL = "500 Internal Server Error"
CHUNKED = b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
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
    "moved": Fault(CREATE, instead=answer(HTML, "302 Found\r\nLocation: http://portal.example/", "text/html")),
    "a proxy that wants a password": Fault(CREATE, instead=answer(HTML, "407 Proxy Authentication Required")),
    "a proxy that forbids it": Fault(CREATE, instead=answer(HTML, "403 Forbidden", "text/html")),
    "a page at the first question": Fault("_ping", instead=answer(HTML, content_type="text/html")),
    "a bad gateway": Fault(CREATE, instead=answer(HTML, "502 Bad Gateway", "text/html")),
    "no service, and no word": Fault(CREATE, instead=answer(b"", "503 Service Unavailable")),
    "a gateway that waited": Fault(CREATE, instead=answer(b"upstream request timeout", "504 Gateway Timeout")),
    "a status of its own": Fault(CREATE, instead=answer(b"", "599 What")),
    "a chunk longer than its size": Fault(CREATE, instead=CHUNKED + b"1\r\n" + b"x" * 99 + b"\r\n", then_cut=True),
    "a chunk of no end": Fault(CREATE, instead=CHUNKED + b"ffffffff\r\n{}", then_cut=True),
    "trailers without end": Fault(CREATE, instead=CHUNKED + b"0\r\n" + b"X: y\r\n" * 9999),
    "a giant answer": Fault(CREATE, instead=(CHUNKED, *[b"100000\r\n" + b"[" * 0x100000 + b"\r\n"] * 70)),
    "interim answers without end": Fault(CREATE, instead=b"HTTP/1.1 102 Processing\r\n\r\n" * 9999),
    "byte by byte": Fault("", in_crumbs),
    "slow": Fault("", slowly(5 if LONG else 0.2)),
}

UNUSUAL = {
    "interim answers": Fault("", preceded(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 3)),
    "another content type": Fault("", replaced(b"application/json", b"text/plain")),
    "HTTP/1.0": Fault("", replaced(b"HTTP/1.1", b"HTTP/1.0")),
    "connections that close": Fault("", replaced(b"Server: ", b"Connection: close\r\nServer: ")),
    "a long head": Fault("", replaced(b"Server: ", b"X-Long: " + b"x" * 60_000 + b"\r\nServer: ")),
}
"""What is no fault, and seldom seen."""

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


@pytest.mark.parametrize("act", ["run --rm", "run"] if LONG else ["run --rm"])
def test_answers_that_no_daemon_gives(tmp_path: Path, engine_host: str, act: str) -> None:
    names = [*(MISBEHAVIOURS if LONG else SHORT)]

    def spoil(at: int) -> list[str]:
        """Every second misbehaviour, in one language."""
        wrong = []
        with Place(tmp_path / LANGUAGES[at], engine_host) as place:
            for name in names[at :: len(LANGUAGES)]:
                with place.proxy.spoilt(MISBEHAVIOURS[name]):
                    said = place.once(ACTS[act], LANGUAGES[at])
                found = place.wrong(said, ACTS[act], LANGUAGES[at])
                if any(sent in said.raw for sent in (b"\x1b[2J", b"\x1b[?1049h", b"\x1b]0;")):
                    found.append("what the daemon sent reached the terminal")
                wrong += [f"{name}: {each}" for each in found]
        return wrong

    in_each_language(spoil)


@pytest.mark.parametrize("name", UNUSUAL if LONG else ["interim answers", "HTTP/1.0"])
def test_answers_that_are_unusual_and_right(tmp_path: Path, engine_host: str, name: str) -> None:
    with Place(tmp_path / "place", engine_host) as place, place.proxy.spoilt(UNUSUAL[name]):
        for act in (ACTS["run --rm"], ACTS["exec -it"], ACTS["pull"]) if LONG else [ACTS["run --rm"]]:
            said = place.once(act, "fr")
            assert (said.code, place.wrong(said, act, "fr")) == (0, [])


@pytest.fixture
def proxy(engine_host: str, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(tmp_path / "s", engine_host) as proxy:
        yield proxy


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
                assert re.search("^it-ran$|✘", said, re.MULTILINE)
                start = repl.here()
                repl.screen.send("run --network \t\x03")
                repl.next_prompt(start)
        proxy.die()
        assert "✘" in repl.run("run --rm alpine true")
        proxy.rise()
        repl.screen.expect(re.compile("engine up"), start=repl.here())
        assert re.search("^it-is-back$", repl.run("run --rm alpine echo it-is-back"), re.MULTILINE)
        repl.screen.send("exit 0\r")
        assert repl.screen.wait() == 0
        assert unfit(repl.screen.text()) == []
        assert restored(repl.screen, repl.screen.modes()) == ""
