"""Stand-ins for an engine: one that says what a test wants, and a proxy before a real one that can be cut."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from dshell.errors import EngineError, Failure
from dshell.stream.base import Stream

UNIX: socket.AddressFamily = getattr(socket, "AF_UNIX", socket.AF_INET)  # Python on Windows has none
PONG = b"HTTP/1.1 200 OK\r\nApi-Version: 1.47\r\nOstype: linux\r\nContent-Length: 2\r\n\r\n"
NO_CONTENT = b"HTTP/1.1 204 No Content\r\n\r\n"


def ok(body: object, status: str = "200 OK") -> bytes:
    data = json.dumps(body).encode()
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(data), data)


class Scripted:
    """An engine that gives ``answers``, one a request, whatever is asked, and remembers the requests.

    The connection is closed after an answer that says so or is of HTTP/1.0, and instead of one of b"". None says
    nothing and keeps it open.
    """

    def __init__(self, path: Path, *answers: bytes | None) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._answers = list(answers)
        self._listener = socket.socket(UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self.open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()
        for connection in self.open:
            connection.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection = self._listener.accept()[0]
                self.open.append(connection)
                self.connections += 1
                threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        arrived = b""
        with suppress(OSError):
            while data := connection.recv(65536):
                arrived += data
                if b"\r\n\r\n" not in arrived:
                    continue
                self.requests.append(arrived.decode())
                arrived = b""
                answer = self._answers.pop(0)
                connection.sendall(answer or b"")
                if answer == b"" or (answer and (b"Connection: close" in answer or b"HTTP/1.0" in answer)):
                    connection.shutdown(socket.SHUT_RDWR)


class Cut:
    """A proxy in front of a real engine that can be cut, as when the daemon dies."""

    def __init__(self, path: Path, engine_host: str) -> None:
        self.host = f"unix://{path}"
        self._target = engine_host.removeprefix("unix://")
        self._listener = socket.socket(UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        for one in [self._listener, *self._sockets]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, far = self._listener.accept()[0], socket.socket(UNIX)
                far.connect(self._target)
                self._sockets += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._copy, args=[one, other], daemon=True).start()

    def _copy(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


def failure_of(act: Callable[[], object]) -> Failure:
    with pytest.raises(EngineError) as caught:
        act()
    return caught.value.failure


def read_all(stream: Stream) -> dict[int, bytes]:
    channels = {1: b"", 2: b""}
    while True:
        channel, data = stream.read()
        if not data:
            return channels
        channels[channel] += data
