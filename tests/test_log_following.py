"""Logs of several containers as they are read: in what order, through which lives, and no faster than shown."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from dshell.engine.base import Printed
from dshell.engine.records import ContainerFacts, Wanted
from dshell.run.base import Following, Row, Turn
from dshell.run.native.logs import ASTRAY, MOST, Logs, follow
from tests.desks import Work, call_for
from tests.fakes import RUNNING, FakeEngine, FakePrinted, FakeStream, refused

NAMES = ("web", "database")


def test_without_follow_they_come_in_the_order_of_time() -> None:
    rows = [
        (1, b"2026-01-01T00:00:02Z two\n2026-01-01T00:00:03Z th"),
        (1, b"ree\n"),
        (2, b"2026-01-01T00:00:01Z one\n"),
    ]
    work = Work(FakeEngine(stream=FakeStream(says=rows)))
    found: list[Row | Turn] = []

    def show(logs: Following) -> int:
        logs.begin(lambda: None)
        while not logs.over:
            if news := logs.take(1):
                found.append(news)
        return 5

    desk = work.desk()._replace(show=show)
    assert follow(call_for("logs", "--tail", "3", "--details", "web", "db"), desk) == 5
    rows_of_both = [(1, 2, "one"), (2, 1, "two"), (3, 1, "three")]
    assert found == [Row(n, c, t, f"2026-01-01T00:00:0{s}Z") for s, c, t in rows_of_both for n in (0, 1)]
    assert [what[2] for what in work.engine.asked if what[0] == "log"] == [Wanted(tail="3", details=True)] * 2


NO_SUCH, BROKEN = refused(404, "No such container: web"), refused(501, "no logs of this driver")


class Living(FakeEngine):
    """``statuses``: of one container, at each look; then it is gone."""

    def __init__(self, *statuses: str) -> None:
        super().__init__(stream=FakeStream(says=[(1, b"2026-01-01T00:00:01Z one\n")]))
        self.statuses = list(statuses)

    def inspect(self, container: str) -> ContainerFacts:
        if not self.statuses:
            raise NO_SUCH
        return RUNNING._replace(status=self.statuses.pop(0), exit_code=3)


def told(engine: FakeEngine, *, followed: bool = True) -> list[Row | Turn]:
    """All news of one container."""
    logs = Logs(engine, [RUNNING], Wanted(follow=followed), times=False)
    logs.begin(lambda: None)
    found: list[Row | Turn] = []
    while not logs.over:
        if news := logs.take(0.01):
            found.append(news)
    logs.close()
    return found


ONE = Row(0, 1, "one", "2026-01-01T00:00:01Z")
ENDED, AGAIN = Turn(0, "ended", 3), Turn(0, "again")


@pytest.mark.parametrize(
    ("statuses", "turns"),
    [
        (["exited", "exited"], [ENDED]),
        (["exited", "exited", "running"], [ENDED]),
        (["restarting", "restarting", "running", "exited", "exited"], [ENDED, AGAIN, ENDED]),
        (["restarting", "restarting", "exited"], [ENDED]),
        (["running", "paused"], [Turn(0, "gone", words="No such container: web")]),
    ],
)
def test_the_lives_of_a_container_that_is_followed(
    monkeypatch: pytest.MonkeyPatch, statuses: list[str], turns: list[Turn]
) -> None:
    monkeypatch.setattr("dshell.run.native.logs.BEAT", 0.001)
    assert told(Living(*statuses)) == [ONE, *turns]


@pytest.mark.parametrize("followed", [True, False])
def test_a_log_that_cannot_be_read_is_told_once(followed: bool) -> None:
    engine = FakeEngine(raises={"log": [BROKEN] * 2})
    assert told(engine, followed=followed) == [Turn(0, "unread", words="no logs of this driver")]


def test_a_log_that_is_opened_behind_the_end_is_closed() -> None:
    closed = threading.Event()

    class Endless(FakePrinted):
        def pieces(self) -> Iterator[tuple[int, bytes]]:
            closed.wait()
            yield from ()

        def close(self) -> None:
            closed.set()

    class Late(FakeEngine):
        def log(self, container: str, wanted: Wanted, *, tty: bool) -> Printed:
            logs.close()
            return Endless([])

    logs = Logs(Late(), [RUNNING], Wanted(), times=False)
    logs.begin(lambda: None)
    assert closed.wait(10)


def test_a_log_is_read_as_it_is_shown() -> None:
    """It may be longer than the memory."""
    read: list[int] = []

    class Long(FakeEngine):
        def log(self, container: str, wanted: Wanted, *, tty: bool) -> Printed:
            return Endless(read)

    def show(logs: Following) -> int:
        logs.begin(lambda: None)
        first = [logs.take(10) for _ in range(10)]
        assert [row.text for row in first if isinstance(row, Row)] == [str(n) for n in range(5) for _ in NAMES]
        return len(read)

    asked = follow(call_for("logs", "-f", "web", "db"), Work(Long()).desk()._replace(show=show))
    assert asked <= MOST + len(NAMES) * (ASTRAY + 1) + 20


class Endless:
    """A log of which each row that was read is counted. It is never at its end, but for a test that would not be."""

    def __init__(self, read: list[int]) -> None:
        self._read = read
        self._closed = False

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        for number in range(100_000):
            if self._closed:
                return
            self._read.append(number)
            yield 1, b"2026-01-01T00:00:00.%06dZ %d\n" % (number, number)

    def close(self) -> None:
        self._closed = True
