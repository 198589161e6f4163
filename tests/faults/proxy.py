"""A proxy between dshell and a real engine that spoils the answers it is told to, and passes all others on.

It relays bytes, and reads of each request only its first line: enough to know which answer comes next.
"""

from __future__ import annotations

import itertools
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.scripted import UNIX

FIRST_LINE = re.compile(rb"(?P<asked>(?:GET|HEAD|POST|PUT|DELETE) \S+) HTTP/1\.1\r\n")
VERSION = re.compile(rb"/v1\.\d+(?=/)")
ENDS_OF_LIFE = (OSError, ValueError)


class Cut(Exception):
    """The connection ends here."""


Spoil = Callable[["Answer", bytes], bytes]
"""What becomes of a piece of an answer; raises Cut to end the connection there."""


@dataclass
class Answer:
    """One answer that is on its way. ``asked``: ``POST /containers/create``. ``said``: what has gone by.

    ``spoilt``: a fault was for it. ``ends``: the daemon ended the connection behind it, and not who had asked.
    """

    asked: str
    said: bytes = b""
    spoilt: bool = False
    ends: bool = False

    @property
    def passed(self) -> int:
        """Bytes that have gone by."""
        return len(self.said)

    @property
    def head(self) -> int:
        """Bytes of the head."""
        return self.said.find(b"\r\n\r\n") + 4

    @property
    def kind(self) -> str:
        """``POST /containers/create`` of ``POST /containers/create?name=x``; an id becomes ``ID``."""
        return re.sub(r"/[0-9a-f]{64}", "/ID", self.asked).partition("?")[0]

    @property
    def again(self) -> str:
        """The pattern of whoever asks this again."""
        return "^" + re.escape(self.kind).replace("/ID", "/[0-9a-f]{64}") + r"(\?|$)"


@dataclass(frozen=True)
class Fault:
    """``asked``: pattern of the requests whose answers are spoilt. ``instead``: the engine is not asked at all, this is
    sent. ``then_cut``: and nothing more comes on that connection. ``turn``: of those requests only this one, from 0.
    ``deadly``: the daemon dies with a connection that is cut."""

    asked: str = ""
    spoil: Spoil | None = None
    instead: bytes | Iterable[bytes] | None = None
    then_cut: bool = False
    turn: int | None = None
    deadly: bool = False

    def meets(self, asked: str) -> bool:
        return re.search(self.asked, asked) is not None


NONE = Fault("(?!)")


def cut_after(count: int) -> Spoil:
    """As when the daemon dies with ``count`` bytes of its answer sent."""

    def spoil(answer: Answer, data: bytes) -> bytes:
        if answer.passed + len(data) < count:
            return data
        raise Cut(data[: count - answer.passed])

    return spoil


def slowly(seconds: float) -> Spoil:
    """Before the first byte, once."""

    def spoil(answer: Answer, data: bytes) -> bytes:
        if not answer.passed:
            time.sleep(seconds)
        return data

    return spoil


def in_crumbs(answer: Answer, data: bytes) -> bytes:
    """Byte by byte, which ``Proxy`` does for what is marked so."""
    return data


def replaced(old: bytes, new: bytes) -> Spoil:
    return lambda _, data: data.replace(old, new)


def preceded(words: bytes) -> Spoil:
    """By what comes before the answer's own head."""
    return lambda answer, data: data if answer.passed else words + data


@dataclass
class Proxy:
    """``fault`` may be changed at any time; it holds for answers that begin afterwards. ``target``: of new connections.

    ``answers``: all that have begun, until somebody empties it.
    """

    path: Path
    target: str
    fault: Fault = NONE
    answers: list[Answer] = field(default_factory=list)
    _turns: Iterator[int] = field(default_factory=itertools.count)
    _sockets: list[socket.socket] = field(default_factory=list)
    _listener: socket.socket | None = None

    @property
    def host(self) -> str:
        return f"unix://{self.path}"

    def __enter__(self) -> Proxy:
        self.rise()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def rise(self) -> None:
        self.path.unlink(missing_ok=True)
        self._listener = socket.socket(UNIX)
        self._listener.bind(str(self.path))
        self._listener.listen()
        threading.Thread(target=self._accept, args=[self._listener], name="proxy", daemon=True).start()

    def die(self) -> None:
        """Every connection is cut and nobody listens, as when the daemon is killed."""
        sockets, self._sockets = self._sockets, []
        for one in [*([self._listener] if self._listener else []), *sockets]:
            end(one)
        self.path.unlink(missing_ok=True)

    def restart(self) -> None:
        self.die()
        self.rise()

    @contextmanager
    def spoilt(self, fault: Fault) -> Iterator[None]:
        self._turns = itertools.count()
        self.fault = fault
        try:
            yield
        finally:
            self.fault = NONE

    def fault_for(self, answer: Answer) -> Fault:
        """What is done to an answer that begins now."""
        self.answers.append(answer)
        fault = self.fault
        if not fault.meets(answer.asked) or (fault.turn is not None and next(self._turns) != fault.turn):
            return NONE
        answer.spoilt = True
        return fault

    def _accept(self, listener: socket.socket) -> None:
        with suppress(*ENDS_OF_LIFE):
            while True:
                near, far = listener.accept()[0], socket.socket(UNIX)
                self._sockets += [near, far]
                try:
                    far.connect(self.target.removeprefix("unix://"))
                except OSError:  # there is no engine now
                    end(near)
                    continue
                Relay(self, near, far).start()


class Relay:
    """One connection."""

    def __init__(self, proxy: Proxy, near: socket.socket, far: socket.socket) -> None:
        self._proxy = proxy
        self._near = near
        self._far = far
        self._answer = Answer("")
        self._fault = NONE
        self._asked_all = False

    def start(self) -> None:
        for work in (self._carry_requests, self._carry_answers):
            threading.Thread(target=self._guarded, args=[work], name="proxy-relay", daemon=True).start()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Cut as cut:
            with suppress(OSError):
                self._near.sendall(b"".join(cut.args))
            if self._fault.deadly:
                self._proxy.die()
            self._end()
        except ENDS_OF_LIFE:
            self._end()

    def _end(self) -> None:
        end(self._near)
        end(self._far)

    def _carry_requests(self) -> None:
        while data := self._near.recv(65536):
            if found := FIRST_LINE.match(data):
                self._answer = Answer(VERSION.sub(b"", found["asked"]).decode("latin-1"))
                self._fault = self._proxy.fault_for(self._answer)
            if self._fault.instead is not None:
                self._answer_instead(self._fault.instead)
            else:
                self._far.sendall(data)
        self._asked_all = True
        self._far.shutdown(socket.SHUT_WR)

    def _answer_instead(self, said: bytes | Iterable[bytes]) -> None:
        for piece in [said] if isinstance(said, bytes) else said:
            self._near.sendall(piece)
        if self._fault.then_cut:
            raise Cut

    def _carry_answers(self) -> None:
        while data := self._far.recv(65536):
            answer = self._answer
            piece = self._fault.spoil(answer, data) if self._fault.spoil else data
            self._send(piece)
            answer.said += data
        self._answer.ends = not self._asked_all
        self._near.shutdown(socket.SHUT_WR)

    def _send(self, piece: bytes) -> None:
        if self._fault.spoil is not in_crumbs:
            self._near.sendall(piece)
            return
        for index in range(len(piece)):
            self._near.sendall(piece[index : index + 1])


def end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def answer(body: bytes, status: str = "200 OK", content_type: str = "application/json", length: int = -1) -> bytes:
    """``length``: what the head says of ``body`` where it lies."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body) if length < 0 else length}"
    return f"{head}\r\nApi-Version: 1.47\r\nOstype: linux\r\n\r\n".encode() + body
