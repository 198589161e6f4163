"""The daemon is another than it was a moment ago: restarted, updated, taken back, exchanged for a second one."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PracticeEngine, docker_at
from tests.faults.ending import restored, unfit
from tests.faults.lines import LANGUAGES, mishaps
from tests.faults.proxy import Answer, Fault, Proxy, Spoil, answer, cut_after
from tests.program import Program, Repl

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
LINE = "run --rm alpine echo it-ran"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
START = b'{"Type":"container","Action":"start","Actor":%s}\n'

EVENTS = {
    "gone at once": Fault("/events", cut_after(0)),
    "gone behind the head": Fault("/events", instead=HEAD, then_cut=True),
    "garbage": Fault("/events", instead=HEAD + b"\x00\xff\x1b[2J\n" * 50),
    "no objects": Fault("/events", instead=HEAD + b"[7]\n5\nnull\n"),
    "attributes that are a list": Fault("/events", instead=HEAD + START % b'{"ID":"x","Attributes":[7]}'),
    "a name that is a number": Fault("/events", instead=HEAD + START % b'{"ID":"x","Attributes":{"name":7}}'),
    "an id that is an object": Fault("/events", instead=HEAD + START % b'{"ID":{},"Attributes":{"name":"x"}}'),
    "a noun that is a list": Fault("/events", instead=HEAD + b'{"Type":[],"Action":"start","Actor":{}}\n'),
    "a row without end": Fault("/events", instead=(HEAD, *[b"x" * 1_000_000] * 20)),
    "an error": Fault("/events", instead=answer(b'{"message":"no"}', "500 Internal Server Error")),
}

SHORT = ("garbage", "attributes that are a list", "a row without end")


@pytest.fixture
def proxy(engine_host: str, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(tmp_path / "s", engine_host) as proxy:
        yield proxy


def ran(said: str) -> bool:
    return re.search("^it-ran$", said, re.MULTILINE) is not None


def end(repl: Repl, home: Path) -> None:
    """The REPL is sound, and ends."""
    screen = repl.screen
    screen.send("exit 0\r")
    assert screen.wait() == 0
    assert unfit(screen.text()) == []
    assert restored(screen, screen.modes()) == ""
    assert mishaps(home) == []


def test_the_event_stream_is_gone_or_says_what_no_engine_does(proxy: Proxy, tmp_path: Path) -> None:
    with Program(proxy.host, tmp_path).repl() as repl:
        for name in EVENTS if LONG else SHORT:
            with proxy.spoilt(EVENTS[name]):
                proxy.restart()
                assert ran(repl.run(LINE))
        repl.screen.expect(re.compile("engine up"), start=repl.here())
        end(repl, tmp_path)


@pytest.mark.parametrize("language", LANGUAGES if LONG else ["fr"])
def test_the_version_changes_between_two_lines(proxy: Proxy, tmp_path: Path, language: str) -> None:
    """The engine refuses a version that is too new for it, and takes an older one."""
    with Program(proxy.host, tmp_path, language).repl() as repl:
        for number, runs in ((b"1.50", False), (b"1.25", True)):
            with proxy.spoilt(Fault("_ping", another_version(number))):
                proxy.restart()
                said = repl.run(LINE)
                assert (ran(said), "✘" in said) == (runs, not runs)
            assert ran(repl.run(LINE))  # also where no connection was cut
        end(repl, tmp_path)


def another_version(number: bytes) -> Spoil:
    return lambda _, data: re.sub(rb"(Api-Version: )[\d.]+", rb"\g<1>" + number, data)


long = pytest.mark.skipif(not LONG, reason="starts and stops real daemons: DSHELL_TEST_ALL=1")


@long
@pytest.mark.parametrize("language", LANGUAGES)
def test_two_daemons_are_exchanged(
    proxy: Proxy, engine_host: str, mortal_engine: PracticeEngine, tmp_path: Path, language: str
) -> None:
    """Between two lines, with connections that are cut or left to the first; and behind each answer of a line."""
    hosts = (engine_host, mortal_engine.host)
    with Program(proxy.host, tmp_path, language).repl() as repl:
        for cut in (True, False, True):
            proxy.target = hosts[proxy.target == hosts[0]]
            if cut:
                proxy.restart()
            said = repl.run(LINE)
            assert ran(said) or ("✘" in said and not cut)
        proxy.answers.clear()
        assert ran(repl.run(LINE))
        for kind in {each.again: each for each in proxy.answers}:
            proxy.target = hosts[0]
            proxy.restart()
            repl.run(LINE)

            def exchange(_answer: Answer, data: bytes) -> bytes:
                proxy.target = hosts[1]
                return data

            with proxy.spoilt(Fault(kind, exchange)):
                said = repl.run("run --label dshell-exchanged alpine echo it-ran")
            assert ran(said) or "✘" in said
            for name in left_behind(hosts):
                assert name in said
        end(repl, tmp_path)


def left_behind(hosts: tuple[str, str]) -> list[str]:
    """Names of the containers that lines have left on any of two daemons; they are gone then."""
    found = []
    for docker in map(docker_at, hosts):
        names = docker("ps", "-a", "--filter", "label=dshell-exchanged", "--format", "{{.Names}}").stdout.split()
        if names:
            docker("rm", "-f", *names)
        found += names
    return found


RESTARTED_IN = {
    "pull alpine": "^   1 ",
    "exec -it box sh": "# $",
    "": "",
    "run -it alpine sh": "# $",
    "run alpine sh -c 'echo it-began; sleep 100'": "^it-began",
    "run --rm -it alpine sh": "# $",
}
"""Lines, and what stands on the screen when the daemon is stopped."""


def each_piece_late(_answer: Answer, data: bytes) -> bytes:
    time.sleep(0.5)
    return data


@long
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_real_daemon_is_restarted(mortal_engine: PracticeEngine, tmp_path: Path, language: str) -> None:
    """At the prompt, in a session with and without a terminal, in a pull, and in the start of a container."""
    docker = docker_at(mortal_engine.host)
    printing = "while :; do echo it-prints; sleep 1; done"
    slow = Fault("/images/create|/start", each_piece_late)
    with Proxy(tmp_path / "s", mortal_engine.host) as proxy, Program(proxy.host, tmp_path, language).repl() as repl:
        for line, sign in RESTARTED_IN.items():
            if "box" in line:
                docker("rm", "-f", "box", check=False)
                docker("run", "-d", "--name", "box", "alpine", "sh", "-c", printing)
            start = repl.here()
            with proxy.spoilt(slow):
                repl.screen.send(f"{line}\r")
                repl.screen.expect(re.compile(sign, re.MULTILINE), start=start)
                mortal_engine.script("stop")
                repl.next_prompt(start, 90)
            assert not line or re.search("✘|137", repl.screen.text(start))  # 137: it ends its containers first
            mortal_engine.start()
            for name in docker("ps", "-a", "--format", "{{.Names}}").stdout.split():
                assert name in repl.screen.text()
            assert ran(repl.run(LINE))
        end(repl, tmp_path)
