"""``docker logs`` of several containers at a terminal, which docker's own refuses; one container is left to docker.

First what they have printed so far, in the order of time, then what they go on to print. A container that is started
again is followed again.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, Full, Queue

from dshell.engine.base import Engine, Printed
from dshell.engine.records import UP, ContainerFacts, Wanted
from dshell.errors import Declined, EngineError
from dshell.line.numbers import NANOS, parse_duration
from dshell.run.base import Call, Desk, Row, Turn
from dshell.run.native.base import Native, require_words, settled
from dshell.run.native.values import read_values

HONOURS = frozenset({"details", "follow", "since", "tail", "timestamps", "until"})
ASTRAY = 100  # rows, as far as one may stand from its place by time
BEAT = 1.0  # seconds between two looks at a container that has ended
MOST = 1000  # rows that wait to be shown: who reads on waits for them, and the daemon for who reads
PART = 16_384  # bytes of a row that the daemon keeps together

News = Row | Turn


def takes(arguments: Sequence[str], watched: bool) -> bool:
    return watched and len(arguments) > 1


def follow(call: Call, desk: Desk) -> int:
    """Raises Declined for a time that is none, EngineError for a container that is not there."""
    values = read_values(call, {})
    require_words(call, 1)
    now = time.time()
    since, until = (moment(values.text(name), name, now) for name in ("since", "until"))
    wanted = Wanted(values.text("tail", "all"), since, until, values.on("follow"), values.on("details"))
    containers = [desk.engine.inspect(name) for name in dict.fromkeys(call.arguments)]
    logs = Logs(desk.engine, containers, wanted, times=values.on("timestamps"))
    try:
        return desk.show(logs)
    finally:
        logs.close()


def moment(text: str, flag: str, now: float) -> str:
    """``10m``, a date, or seconds since the epoch, as the daemon wants it: the last. A date without zone is local."""
    if not text or text.replace(".", "", 1).isdigit():
        return text
    try:
        return f"{now - parse_duration(text) / NANOS:.9f}"
    except ValueError:
        pass
    try:
        return f"{_seconds(text):.9f}"
    except ValueError as error:
        raise Declined(f'invalid value for "{flag}": failed to parse value as time or duration: "{text}"', 1) from error


class Logs:
    """``run.base.Following``. One thread for each container; all of them end with ``close``."""

    def __init__(self, engine: Engine, containers: Sequence[ContainerFacts], wanted: Wanted, *, times: bool) -> None:
        self.names: Sequence[str] = [facts.name for facts in containers]
        self.follow = wanted.follow
        self.times = times
        self._engine = engine
        self._containers = containers
        self._wanted = wanted
        self._news: Queue[News] = Queue(MOST)
        self._on_news: Callable[[], None] = lambda: None
        self._alive = set(range(len(containers)))  # those that may still print
        self._open: dict[int, Printed] = {}
        self._closed = threading.Event()

    def begin(self, on_news: Callable[[], None]) -> None:
        self._on_news = on_news
        threading.Thread(target=self._work, name="logs", daemon=True).start()

    def take(self, timeout: float) -> News | None:
        try:
            return self._news.get(timeout=timeout) if timeout else self._news.get_nowait()
        except Empty:
            return None

    @property
    def over(self) -> bool:
        return not self._alive and self._news.empty()

    def close(self) -> None:
        self._closed.set()
        for printed in list(self._open.values()):
            printed.close()

    def _work(self) -> None:
        """What there is, then a thread for each that goes on."""
        last = ["" for _ in self._containers]
        before = [self._past(number) for number in self._alive]
        for row in heapq.merge(*before, key=lambda row: row.time):
            last[row.source] = max(last[row.source], row.time)
            self._put(row)
        for number in sorted(self._alive):
            if not self.follow:
                self._end(number)
                continue
            args = (number, last[number])
            threading.Thread(target=self._go_on, args=args, name=f"logs-{number}", daemon=True).start()

    def _past(self, number: int) -> Iterator[Row]:
        """Read as they are wanted: a log may be longer than the memory."""
        try:
            yield from in_order(self._rows(number, self._wanted._replace(follow=False)))
        except EngineError as error:
            if not self.follow:
                self._put(Turn(number, "unread", words=error.failure.words))

    def _go_on(self, number: int, last: str) -> None:
        """Until it is gone, or none of them is left."""
        identity = self._containers[number].id
        try:
            while not self._closed.is_set():
                wanted = self._wanted._replace(tail="all", since=epoch(last)) if last else self._wanted
                for row in self._rows(number, wanted):
                    if row.time > last:
                        last = row.time
                        self._put(row)
                facts = self._engine.inspect(identity)
                if facts.status not in UP:
                    self._put(Turn(number, "ended", facts.exit_code))
                    if not self._await(number, identity):
                        return
        except EngineError as error:
            self._put(Turn(number, "gone" if error.failure.missing else "unread", words=error.failure.words))
        finally:
            self._end(number)

    def _await(self, number: int, identity: str) -> bool:
        """Wait for it to run again; False: nothing is left to wait for."""
        resting = False
        while not self._closed.wait(BEAT):
            status = self._engine.inspect(identity).status
            if status in UP:
                self._alive.add(number)
                self._put(Turn(number, "again"))
                return True
            if status != "restarting" and not resting:
                resting = True
                self._end(number)
            if resting and not self._alive:
                return False
        return False

    def _rows(self, number: int, wanted: Wanted) -> Iterator[Row]:
        facts = self._containers[number]
        printed = self._open[number] = self._engine.log(facts.id, wanted, tty=facts.tty)
        if self._closed.is_set():
            printed.close()
        yield from rows(number, printed.pieces())

    def _put(self, news: News) -> None:
        while not self._closed.is_set():
            with suppress(Full):
                self._news.put(news, timeout=BEAT)
                break
        self._on_news()

    def _end(self, number: int) -> None:
        self._alive.discard(number)
        self._on_news()


def rows(source: int, pieces: Iterable[tuple[int, bytes]]) -> Iterator[Row]:
    """What a container has printed, each row with the daemon's time before it, at any split."""
    rest = {1: b"", 2: b""}
    for channel, data in pieces:
        *whole, rest[channel] = (rest[channel] + data).split(b"\n")
        yield from (_row(source, channel, row) for row in whole)
    yield from (_row(source, channel, row) for channel, row in rest.items() if row)


def in_order(rows: Iterable[Row]) -> Iterator[Row]:
    """By time. The daemon writes the two channels of a container one beside the other: none is far from its place."""
    waiting: list[tuple[str, int, Row]] = []
    for number, row in enumerate(rows):
        heapq.heappush(waiting, (row.time, number, row))
        if len(waiting) > ASTRAY:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def _row(source: int, channel: int, data: bytes) -> Row:
    """Of a long row each part has the time before it: of the first it is the row's, of the others nobody printed it."""
    moment, space, printed = data.partition(b" ")
    if len(printed) > PART:
        printed = printed.replace(moment + space, b"")
    return Row(source, channel, printed.decode("utf-8", "replace").rstrip("\r"), moment.decode("ascii", "replace"))


def epoch(moment: str) -> str:
    """The daemon's time as seconds since the epoch, its nanoseconds kept: ``2026-01-01T00:00:00.123456789Z``."""
    whole, _, rest = moment.rstrip("Z").partition(".")
    return f"{int(_seconds(f'{whole}+00:00'))}.{rest.ljust(9, '0')}"


def _seconds(moment: str) -> float:
    """Since the epoch. ValueError for what is no time in ISO 8601."""
    from datetime import datetime  # noqa: PLC0415 - 2 ms, which no run would have a use for

    return datetime.fromisoformat(moment).timestamp()


NATIVE = Native(settled(follow), HONOURS, takes)
