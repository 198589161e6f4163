"""Requests to one daemon: connections kept alive and shared, the API version, what fails as EngineError.

``engine.http`` says what is asked; here is how. Any thread may call.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import Enum
from types import MappingProxyType
from typing import TypeVar

from dshell import __version__
from dshell.engine import facts
from dshell.engine.base import Json
from dshell.engine.connect import connect, route_to
from dshell.engine.exchange import Exchange
from dshell.engine.failure import failure_to_answer, refusal
from dshell.engine.message import Head
from dshell.engine.records import Endpoint, Version
from dshell.engine.shape import shaped
from dshell.engine.url import write_query
from dshell.errors import EngineError, Failure, Trouble
from dshell.pattern import pattern
from dshell.record import Record

DOUBTFUL = {None, 400}  # status of a failure after which the version is asked again: no answer, or a version refused
NEWEST = "1.50"  # the API version that dshell's requests are written for
NOT_MODIFIED = 304  # start and stop: it was so already
OLDEST = "1.24"  # what an engine speaks that does not say; docker's rule

# Bytes of a command line that are no text: Go's JSON has a replacement character for each.
_NO_TEXT = pattern(r"(?<!\\)((?:\\\\)*)\\udc[89a-f][0-9a-f]")

MISSHAPEN = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError)
"""What reading an answer raises that is JSON, and yet nothing that an engine says."""

MUTE = 3.0  # seconds after a request that was not answered in which no other is made
PATIENCE = 30.0  # seconds to connect, and for an answer that takes the daemon no work
WORK = 20  # times as long for an answer that does

T = TypeVar("T")


class Length(Enum):
    """How long an answer may be waited for."""

    SHORT = "short"  # it takes the daemon no work
    WORK = "work"  # create, start, stop, remove
    ENDLESS = "endless"


class Request(Record):
    """``path``: without the version. ``subject``: what it is about, for failures."""

    method: str
    path: str
    query: Mapping[str, str] = MappingProxyType({})
    body: Json | bytes | None = None
    headers: Mapping[str, str] = MappingProxyType({})
    subject: str = ""
    length: Length = Length.SHORT


class Client:
    """``headers``: for every request. ``version``: the API version to use whatever the daemon says, or "".

    ``patience``: seconds for each wait of a short request, so that a daemon that is dying holds nobody for ever.
    """

    def __init__(self, endpoint: Endpoint, headers: Mapping[str, str], version: str, patience: float) -> None:
        self.endpoint = endpoint
        self._route = route_to(endpoint)
        self._headers = {**headers, "Host": self._route.host_header, "User-Agent": f"dshell/{__version__}"}
        self._fixed = version.removeprefix("v")  # as docker
        self._connecting = patience
        self._patience = {Length.SHORT: patience, Length.WORK: patience * WORK, Length.ENDLESS: None}
        self._version: Version | None = None
        self._mute: Failure | None = None
        self._mute_until = 0.0
        self._first_ping = threading.Lock()
        self._idle: list[Exchange] = []

    def version(self) -> Version:
        """Asked of the daemon before anything else, and again when another may answer in its place."""
        with self._first_ping:
            if self._mute is not None and time.monotonic() < self._mute_until:
                raise EngineError(self._mute)
            with self._doubting():
                if self._drop_ended():
                    self._version = None
                version = self._version  # another thread may doubt it meanwhile
                if version is None:
                    version = self._version = self._ping()
                return version

    def ask(self, request: Request) -> bytes:
        """The body of the answer. EngineError, also for an HTTP error."""
        with self._doubting():
            return self._ask(request, self._versioned(request))[1]

    def read(self, request: Request, reader: Callable[[facts.Record], T]) -> T:
        """What ``reader`` makes of the object that is the answer."""
        body = self.ask(request)
        with self.translated(request.subject):
            return shaped(reader(facts.read_object(body)))

    def read_list(self, request: Request, reader: Callable[[list[facts.Record]], T]) -> T:
        """What ``reader`` makes of the list that is the answer."""
        body = self.ask(request)
        with self.translated(request.subject):
            return shaped(reader(facts.read_list(body)))

    def change(self, request: Request) -> bool:
        """False when the daemon answers that it was so already. EngineError, also for an HTTP error."""
        with self._doubting():
            return self._ask(request, self._versioned(request))[0].status != NOT_MODIFIED

    def begin(self, request: Request) -> tuple[Exchange, Head]:
        """An answer that has begun, on a connection of its own that the caller closes. Its body may take for ever."""
        with self._doubting():
            target = self._versioned(request)
            exchange = Exchange(connect(self.endpoint, self._connecting))
            try:
                head = self._send(exchange, request, target)
            except BaseException:
                exchange.connection.close()
                raise
            exchange.connection.set_timeout(None)
            return exchange, head

    def close(self) -> None:
        """Let the idle connections go. Another request opens a new one."""
        while exchange := self._pop():
            exchange.connection.close()

    @contextmanager
    def translated(self, subject: str) -> Iterator[None]:
        """The seam: what goes wrong while an answer is read leaves as EngineError."""
        host = self.endpoint.host
        try:
            yield
        except OSError as error:
            raise EngineError(failure_to_answer(error, host, subject)) from error
        except ValueError as error:
            raise EngineError(Failure(Trouble.PROTOCOL, str(error), endpoint=host, subject=subject)) from error
        except MISSHAPEN as error:
            words = f"not what an engine says: {error}"
            raise EngineError(Failure(Trouble.PROTOCOL, words, endpoint=host, subject=subject)) from error

    @contextmanager
    def _doubting(self) -> Iterator[None]:
        """After a failure another daemon may answer, of another version: it was restarted, updated, replaced.

        After one that let somebody wait for nothing, the rest of the line does not wait as long again.
        """
        try:
            yield
        except EngineError as error:
            if error.failure.status in DOUBTFUL:
                self._version = None
            if error.failure.trouble is Trouble.TIMEOUT:
                self._mute, self._mute_until = error.failure, time.monotonic() + MUTE
            raise

    def _drop_ended(self) -> bool:
        """Let go of idle connections that the daemon has ended; True when there was one."""
        kept, ended = [], False
        while exchange := self._pop():
            if exchange.connection.idle():
                kept.append(exchange)
            else:
                exchange.connection.close()
                ended = True
        self._idle.extend(kept)
        return ended

    def _ping(self) -> Version:
        """HEAD first, then GET, for what lies between and knows no HEAD; as docker."""
        target = self._route.prefix + "/_ping"
        try:
            head, _ = self._ask(Request("HEAD", "/_ping"), target)
        except EngineError as error:
            if error.failure.status in {None, 500}:
                raise
            head, _ = self._ask(Request("GET", "/_ping"), target)
        system = head.headers.get("ostype", "")
        experimental = head.headers.get("docker-experimental") == "true"
        if self._fixed:
            return Version(self._fixed, system, experimental)
        spoken = Version(head.headers.get("api-version") or OLDEST, system, experimental)
        return min(spoken, spoken._replace(api=NEWEST), key=lambda version: version.number)

    def _versioned(self, request: Request) -> str:
        return f"{self._route.prefix}/v{self.version().api}{request.path}{write_query(request.query)}"

    def _ask(self, request: Request, target: str) -> tuple[Head, bytes]:
        exchange = self._take()
        try:
            head = self._send(exchange, request, target)
            with self.translated(request.subject):
                body = exchange.body()
        except BaseException:
            exchange.connection.close()
            raise
        if exchange.reusable:
            self._idle.append(exchange)
        else:
            exchange.connection.close()
        return head, body

    def _take(self) -> Exchange:
        """An idle connection, or a new one."""
        while exchange := self._pop():
            if exchange.connection.idle():
                return exchange
            exchange.connection.close()
        return Exchange(connect(self.endpoint, self._connecting))

    def _pop(self) -> Exchange | None:
        """An idle connection, which is the caller's alone from now on."""
        with suppress(IndexError):
            return self._idle.pop()
        return None

    def _send(self, exchange: Exchange, request: Request, target: str) -> Head:
        """The head of the answer; an HTTP error is an EngineError."""
        headers = {**self._headers, **request.headers}
        body = b""
        if isinstance(request.body, bytes):
            body = request.body
        elif request.body is not None:
            headers["Content-Type"] = "application/json"
            body = _NO_TEXT.sub(r"\1\\ufffd", json.dumps(request.body)).encode()
        exchange.connection.set_timeout(self._patience[request.length])
        with self.translated(request.subject):
            head = exchange.ask(request.method, target, headers, body)
            if head.status < 300 or head.status == NOT_MODIFIED:
                return head
            words = refusal(head.status, head.reason, exchange.body())
        host, subject = self.endpoint.host, request.subject
        raise EngineError(Failure(Trouble.REFUSED, words, status=head.status, endpoint=host, subject=subject))
