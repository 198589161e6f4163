"""Exit codes by the event stream: given what the stream and ``wait`` say, and in which order, expect one code."""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dshell.engine.daemon import Daemon
from dshell.engine.exits import Exits, Removal
from dshell.engine.http import HttpEngine
from dshell.engine.records import Change, Dying, Endpoint
from dshell.errors import EngineError, Failure, Trouble
from dshell.line.parse import parse
from dshell.run.apart import stands_apart
from dshell.run.base import Desk
from dshell.run.line import Runner
from tests.desks import GRAMMAR, FakeTerminal, Work
from tests.scripted import Cut

ID = "1" * 64
DIED = Change("container", "die", ID, {"exitCode": "7", "name": "web"})
GONE = EngineError(Failure(Trouble.LOST))


class Answer:
    """A ``wait`` that answers when told to. Closed, it fails as a connection that was cut."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._says: int | EngineError = GONE

    def say(self, answer: int | EngineError) -> None:
        self._says = answer
        self._told.set()

    def __call__(self) -> int:
        self._told.wait(10)
        if isinstance(self._says, EngineError):
            raise self._says
        return self._says

    def close(self) -> None:
        self._told.set()


@pytest.fixture
def exits() -> Exits:
    exits = Exits()
    exits.follow()
    assert exits.expect(ID)
    return exits


@pytest.fixture
def answer() -> Answer:
    return Answer()


@pytest.fixture
def removal(exits: Exits, answer: Answer) -> Removal:
    return Removal(ID, exits, answer, answer.close)


def test_the_event_tells_first_and_the_container_is_dying_until_wait_answers(
    exits: Exits, answer: Answer, removal: Removal
) -> None:
    exits.note(DIED)
    assert removal.result() == removal.result() == 7
    assert exits.dying == (Dying(ID, "web"),)
    removal.close()
    assert exits.dying
    answer.say(7)
    exits.settle()
    assert not exits.dying


def test_the_event_comes_while_wait_is_awaited(exits: Exits, removal: Removal) -> None:
    threading.Timer(0.05, exits.note, [DIED]).start()
    assert removal.result() == 7


@pytest.mark.parametrize("stream", ["late", "lost", "of others"])
def test_without_the_event_wait_tells(stream: str, exits: Exits, answer: Answer, removal: Removal) -> None:
    if stream == "lost":
        exits.lose()
    if stream == "of others":
        exits.note(DIED._replace(id="2" * 64))
        exits.note(Change("container", "exec_die", ID, {"exitCode": "1"}))
    answer.say(3)
    assert removal.result() == 3
    exits.note(DIED)
    assert removal.result() == 3
    assert not exits.dying


def test_a_daemon_that_goes_away_before_is_told_and_after_is_not(exits: Exits, answer: Answer) -> None:
    lost = Removal(ID, exits, answer, answer.close)
    answer.say(GONE)
    with pytest.raises(EngineError):
        lost.result()
    other = Answer()
    assert exits.expect(ID)
    removal = Removal(ID, exits, other, other.close)
    exits.note(DIED)
    assert removal.result() == 7
    other.say(GONE)
    exits.settle()
    assert removal.result() == 7


def test_nobody_settles_for_what_another_program_started_again(exits: Exits, removal: Removal) -> None:
    exits.note(DIED)
    assert removal.result() == 7
    exits.note(Change("container", "start", ID))
    exits.settle()
    assert not exits.dying


def test_a_session_that_was_left_is_forgotten(exits: Exits, removal: Removal) -> None:
    removal.close()
    exits.note(DIED)
    assert not exits.dying


def test_nothing_is_expected_of_a_stream_that_is_not_there() -> None:
    exits = Exits()
    assert not exits.expect(ID)
    exits.follow()
    exits.lose()
    assert not exits.expect(ID)


@pytest.mark.parametrize(
    ("line", "apart"),
    [
        ("run --rm alpine true", True),
        ("docker run -it -e A=1 --name=other alpine sh", True),
        ("container create alpine", True),
        ("run --rm --name web alpine", False),
        ("run --rm --name=web alpine", False),
        ("run -p 80:80 nginx", False),
        ("run -v data:/data alpine", False),
        ("run --network container:web alpine", False),
        ("run --nosuch alpine", False),
        ("run --rm $IMAGE", False),
        (f"run --name {ID[:12]} alpine", False),
        ("--context far run alpine", False),
        ("run alpine | cat", False),
        ("start web", False),
        ("ps", False),
        ("make test", False),
        ("exit", False),
    ],
)
def test_who_need_not_wait_for_a_container_that_is_dying(line: str, apart: bool) -> None:
    assert stands_apart(parse(line, GRAMMAR).commands[0], [Dying(ID, "web")]) is apart


@pytest.mark.parametrize(("line", "asked"), [("run --rm alpine", "create"), ("rm web", "settle")])
def test_a_line_settles_first_where_it_could_tell_the_difference(line: str, asked: str) -> None:
    work = Work()
    work.engine.ending = (Dying(ID, "web"),)
    runner = Runner(GRAMMAR, work.desk, lambda *_: 0, lambda _: None, "/home/me")
    runner.run(parse(line, GRAMMAR))
    assert next(name for name, *_ in work.engine.asked if name != "ping") == asked


# On a real daemon


class Followed:
    """Lines done as in the REPL: an engine, and the event stream that tells it of exits."""

    def __init__(self, host: str, stream_host: str) -> None:
        self.engine = HttpEngine(Endpoint("default", host, "DOCKER_HOST"))
        self.daemon = Daemon(Endpoint("default", stream_host, "DOCKER_HOST"), exits=self.engine.exits)
        self.daemon.changes()
        self.name = f"exits-{uuid.uuid4().hex[:12]}"
        self.terminal = FakeTerminal()
        self._runner = Runner(GRAMMAR, self._desk, lambda *_: 0, lambda _: None, "/")

    def _desk(self) -> Desk:
        environ = {**os.environ, "DOCKER_CONFIG": "/nowhere", "DOCKER_HOST": self.engine.endpoint.host}
        return Desk(self.engine, self.terminal, lambda _: None, told=False, environ=environ, folder="/")

    def do(self, line: str) -> int:
        return self._runner.run(parse(line.replace("NAME", self.name), GRAMMAR))

    def close(self) -> None:
        self.daemon.close()
        self.engine.settle()
        self.engine.close()


Follow = Callable[..., Followed]


@pytest.fixture
def follow(engine_host: str) -> Iterator[Follow]:
    made: list[Followed] = []
    list(HttpEngine(Endpoint("default", engine_host, "DOCKER_HOST")).pull("docker.io/library/alpine", "latest", ""))

    def follow(host: str = engine_host, stream_host: str = engine_host) -> Followed:
        made.append(Followed(host, stream_host))
        return made[-1]

    yield follow
    for followed in made:
        followed.close()


def test_the_same_name_again_and_at_once(follow: Follow) -> None:
    here = follow()
    codes = [here.do(f"run --rm --name NAME alpine sh -c 'exit {code}'") for code in range(1, 6)]
    assert codes == [1, 2, 3, 4, 5]
    assert here.terminal.err == ""


@pytest.mark.parametrize("look", ["docker ps -aq --filter name=NAME", "docker ps -aq --filter name=NAME | cat"])
def test_a_look_at_the_list_sees_no_dying_container(
    look: str, follow: Follow, capfd: pytest.CaptureFixture[str]
) -> None:
    here = follow()
    assert here.do(f"run --rm --name NAME alpine true; {look}") == 0
    assert capfd.readouterr().out + here.terminal.out == ""
    assert here.do("run --rm --name NAME alpine true") == 0
    assert here.do("start NAME") == 1


def test_a_container_that_cannot_start_leaves_its_name_free(follow: Follow) -> None:
    here = follow()
    assert [here.do("run --rm --name NAME alpine nosuch") for _ in range(2)] == [127, 127]
    assert "Conflict" not in here.terminal.err


def test_the_stream_is_cut_in_between(follow: Follow, engine_host: str, tmp_path: Path) -> None:
    proxy = Cut(tmp_path / "docker.sock", engine_host)
    here = follow(stream_host=proxy.host)
    threading.Timer(0.3, proxy.cut).start()
    assert here.do("run --rm alpine sh -c 'sleep 0.6; exit 5'") == 5
    assert not here.engine.dying


def test_the_daemon_goes_away_in_between(follow: Follow, engine_host: str, tmp_path: Path) -> None:
    proxy = Cut(tmp_path / "docker.sock", engine_host)
    here = follow(proxy.host, proxy.host)
    threading.Timer(0.6, proxy.cut).start()
    assert here.do("run --rm alpine sleep 2") == 125
    assert not here.engine.dying
