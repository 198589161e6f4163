"""``why NAME``: what the kernel's tables say, what is told, and the ways to a port on a real engine."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import ContainerName, Endpoint, Names
from dshell.examined import Door, Examined, Listening
from dshell.run.examine import examine, read_tables, silent
from dshell.shell.departures import WATCHED, Departures
from dshell.shell.doors import Doors
from dshell.teach.layout import Scene
from dshell.teach.narrate import narrate
from dshell.teach.texts import NO_BREAK, Texts, languages
from tests.conftest import Docker, docker_at
from tests.desks import Work
from tests.fakes import FakeEngine, FakeStream, refused, with_facts
from tests.program import Program

HEAD = "  sl  local_address rem_address   st tx_queue rx_queue\n"


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["0: 00000000:0050 00000000:0000 0A 0:0"], {80: Listening.ALL}),
        (["0: 0100007F:1F90 00000000:0000 0A 0:0"], {8080: Listening.ITSELF}),
        (["0: 00000000000000000000000000000000:0BB8 0:0 0A"], {3000: Listening.ALL}),
        (["0: 00000000000000000000000001000000:0BB8 0:0 0A"], {3000: Listening.ITSELF}),
        (["0: 0100007F:0050 0:0 0A", "1: 00000000:0050 0:0 0A"], {80: Listening.ALL}),
        (["0: 00000000:0050 0:0 0A", "1: 0100007F:0050 0:0 0A"], {80: Listening.ALL}),
        (["0: 0200007F:0050 0100007F:AAAA 01 0:0"], {}),  # a connection
        ([], {}),
    ],
)
def test_the_kernels_tables(rows: list[str], found: dict[int, Listening]) -> None:
    assert read_tables(HEAD + "\n".join(rows)) == found


def test_what_is_no_table() -> None:
    assert read_tables('exec: "cat": executable file not found in $PATH') is None


def examined_with(engine: FakeEngine) -> Examined:
    found = examine("web", Work(engine).desk(told=True))
    assert found is not None
    return found


def test_a_container_that_cannot_be_looked_into() -> None:
    stream = FakeStream(says=[(1, b"no cat here")])
    found = examined_with(FakeEngine(with_facts(ports=("8080:80",)), stream))
    assert (found.doors, found.inside) == ((Door("8080", "80", Listening.UNSEEN),), ())


@pytest.mark.parametrize(
    ("port", "door"),
    [
        ("8080:80", Door("8080", "80", Listening.NOBODY)),
        ("8080:22", Door("8080", "22", Listening.ITSELF)),
        ("127.0.0.1:1:3000", Door("1", "3000", Listening.SHUT, "127.0.0.1")),
        ("[::1]:1:3000", Door("1", "3000", Listening.SHUT, "[::1]")),
        ("53:53/udp", Door("53", "53", Listening.UNSEEN)),
    ],
)
def test_the_ways_to_a_port(port: str, door: Door) -> None:
    rows = f"{HEAD}0: 0100007F:0016 0:0 0A\n1: 00000000:0BB8 0:0 0A\n"
    stream = FakeStream(says=[(1, rows.encode())])
    assert examined_with(FakeEngine(with_facts(ports=(port,)), stream)).doors == (door,)


def test_the_log_of_one_that_stopped() -> None:
    engine = FakeEngine(with_facts(status="exited", exit_code=3, finished=1.0), printed=b"\x1b[31mboom\x1b[0m\n")
    assert examined_with(engine).last == "boom"


def test_there_is_no_such_container() -> None:
    assert examine("x", Work(FakeEngine(raises={"inspect": [refused(404, "No such container: x")]})).desk()) is None


WEB = Examined("web", "nginx", ("nginx",), "running", since=time.time() - 60)
ENDED = WEB._replace(status="exited", exit_code=1)

TOLD = [
    (WEB, "web is running (for "),
    (WEB._replace(status="paused"), "unpause web"),
    (WEB._replace(health="healthy"), "its health check is content"),
    (WEB._replace(health="starting"), "has not answered yet"),
    (
        WEB._replace(health="unhealthy", probed="curl: (7)\x1b[2J"),
        "its health check fails, and says: curl: (7)\\x1b[2J",
    ),
    (WEB._replace(health="unhealthy"), "its health check fails, and says nothing"),
    (WEB._replace(doors=(Door("8080", "80", Listening.ANSWERS),)), "and that answers"),
    (WEB._replace(doors=(Door("8080", "80", Listening.ITSELF),)), "listen on 0.0.0.0"),
    (WEB._replace(doors=(Door("8080", "80", Listening.SHUT),)), "port 8080 of this machine does not answer"),
    (WEB._replace(doors=(Door("8080", "80", Listening.NOBODY),)), "no program in it listens on any port"),
    (
        WEB._replace(doors=(Door("8080", "80", Listening.NOBODY, "127.0.0.1"),), inside=((3000, Listening.ALL),)),
        "again web -p 127.0.0.1:8080:3000",
    ),
    (
        WEB._replace(doors=(Door("8080", "80", Listening.NOBODY),), inside=((22, Listening.ITSELF),)),
        "does so for itself alone",
    ),
    (WEB._replace(exposed=("80/tcp",)), "again web -p 8080:80"),
    (WEB._replace(inside=((3000, Listening.ALL),), exposed=("80/tcp",)), "again web -p 8080:3000"),
    (ENDED._replace(last="boom"), "The last that it printed: boom"),
    (ENDED._replace(last="exec /x.sh: exec format error"), "not made for this machine's processor"),
    (ENDED._replace(exit_code=137, oom=True), "there was not enough memory"),
    (ENDED._replace(exit_code=143), "143 is 128 + 15"),
    (ENDED._replace(exit_code=0), "A container lives as long as its command"),
    (
        WEB._replace(status="created", error='exec: "bash": executable file not found in $PATH'),
        "there is no bash in this image",
    ),
    (WEB._replace(status="restarting", exit_code=1), "restarting over and over"),
]


@pytest.mark.parametrize(("event", "expected"), TOLD)
def test_how_it_is_told(event: Examined, expected: str) -> None:
    told = narrate(event, Scene(Texts("en"), width=100)).replace(NO_BREAK, " ")
    assert expected in re.sub(r"\s+", " ", told)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("event", [event for event, _ in TOLD])
def test_nothing_is_left_unsaid(event: Examined, language: str) -> None:
    assert "examined." not in narrate(event, Scene(Texts(language)))


class TestDepartures:
    def names(self, *states: tuple[str, str]) -> None:
        self.known = Names(tuple(ContainerName(name, name, "alpine", state) for name, state in states))

    @pytest.fixture
    def departures(self) -> Departures:
        self.names()
        departures = Departures(lambda: self.known)
        departures.watch("web")
        return departures

    def test_it_ends_once(self, departures: Departures) -> None:
        self.names(("web", "running"), ("old", "exited"))
        assert departures.departed() == []
        self.names(("web", "exited"), ("old", "exited"))
        assert departures.departed() == ["web"]
        assert departures.departed() == []

    def test_it_may_not_be_known_yet_and_then_be_gone(self, departures: Departures) -> None:
        assert departures.departed() == []
        self.names(("web", "running"))
        assert departures.departed() == []
        self.names()
        assert departures.departed() == ["web"]

    @pytest.mark.parametrize("line", ["stop web", "rm -f old web"])
    def test_what_a_person_ends_is_no_surprise(self, departures: Departures, line: str) -> None:
        departures.forget(line)
        self.names(("web", "exited"))
        assert departures.departed() == []

    def test_the_next_one_of_a_name_is_another(self, departures: Departures) -> None:
        self.names(("web", "running"))
        assert departures.departed() == []
        departures.forget("rm -f web")
        departures.watch("web")
        self.names()
        assert departures.departed() == []

    def test_two_threads_that_ask_at_once_tell_it_once(
        self, departures: Departures, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.names(("web", "running"))
        assert departures.departed() == []
        self.names(("web", "exited"))
        told: list[str] = []
        other = threading.Thread(target=lambda: told.extend(departures.departed()))
        now = time.monotonic()

        def clock() -> float:
            """Asked in the midst of the first: the other comes as far as it can."""
            if other.ident is None:
                other.start()
                other.join(0.2)
            return now

        monkeypatch.setattr("time.monotonic", clock)
        told += departures.departed()
        other.join()
        assert told == ["web"]

    def test_what_has_worked_for_a_while_may_end(self, departures: Departures, monkeypatch: pytest.MonkeyPatch) -> None:
        later = time.monotonic() + WATCHED + 1
        monkeypatch.setattr("time.monotonic", lambda: later)
        self.names(("web", "exited"))
        assert departures.departed() == []


@pytest.fixture
def program(engine_host: str, tmp_path: Path) -> Program:
    return Program(engine_host, tmp_path)


@pytest.fixture
def run(engine_host: str) -> Iterator[Docker]:
    docker = docker_at(engine_host)
    yield docker
    docker("rm", "-f", "examined", check=False)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("address", ["", "127.0.0.2:"])
def test_a_real_server_behind_the_wrong_port(program: Program, run: Docker, address: str) -> None:
    port = f"{address}{free_port()}"
    run("run", "-d", "--name", "examined", "-p", f"{port}:80", "alpine", "httpd", "-f", "-p", "3000")
    told = program.once("why", "examined").stdout.decode()
    line = f"again examined -p {port}:3000"
    assert line in told
    assert program.once("-c", f"{line} --yes").returncode == 0
    assert "and that answers" in program.once("why", "examined").stdout.decode()


def test_a_container_dies_behind_the_prompt(program: Program, run: Docker) -> None:
    with program.repl() as repl:
        repl.screen.expect("engine up", timeout=60)
        start = repl.here()
        repl.screen.send("run -d --name examined alpine sh -c 'sleep 1; echo boom; exit 3'\r")
        repl.screen.expect("examined is not running", start=start)
        repl.screen.expect("boom", start=start)


@pytest.mark.parametrize("address", ["", "127.0.0.2:"])
def test_nobody_answers_at_a_port(engine_host: str, run: Docker, address: str) -> None:
    """Until a program listens inside, Docker's proxy takes connections and drops them."""
    engine = HttpEngine(Endpoint("default", engine_host, "-H"))
    port = f"{address}{free_port()}"
    run("run", "-d", "--init", "--name", "examined", "-p", f"{port}:80", "alpine", "sleep", "60")
    assert silent("examined", engine)
    run("exec", "-d", "examined", "httpd", "-f", "-p", "80")
    end = time.monotonic() + 20
    while silent("examined", engine):
        assert time.monotonic() < end
    run("stop", "-t", "1", "examined")
    assert not silent("examined", engine)
    assert not silent("no-such-container", engine)


def test_a_silent_port_is_told_behind_the_prompt(program: Program, run: Docker) -> None:
    port = free_port()
    with program.repl() as repl:
        repl.screen.expect("engine up", timeout=60)
        start = repl.here()
        repl.screen.send(f"run -d --name examined -p {port}:80 alpine httpd -f -p 3000\r")
        repl.screen.expect(re.compile(r"3000\s.*again examined", re.DOTALL), start=start, timeout=60)


def doors(*answers: bool) -> tuple[Doors, list[str]]:
    """``answers``: whether each look finds nobody."""
    left, told = list(answers), list[str]()
    watched = Doors(lambda name: left.pop(0))
    done = threading.Event()
    watched.on_change = done.set
    watched.watch("web")
    done.wait(1)
    told += watched.found()
    return watched, told


@pytest.mark.parametrize(("answers", "told"), [((True, True), ["web"]), ((True, False), []), ((False,), [])])
def test_two_looks_find_nobody(monkeypatch: pytest.MonkeyPatch, answers: tuple[bool, ...], told: list[str]) -> None:
    monkeypatch.setattr("dshell.shell.doors.LOOKS", (0.0, 0.0))
    watched, found = doors(*answers)
    assert found == told
    assert watched.found() == [], "each is told of once"
