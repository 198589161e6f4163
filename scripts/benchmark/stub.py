"""Daemons that are hard to have: one with a thousand containers, one that is slow; and a proxy that counts requests."""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from benchmark.side import SCRATCH

UNIX: socket.AddressFamily = getattr(socket, "AF_UNIX", socket.AF_INET)  # Python on Windows has none
MANY = 1000
PIECE = 65536  # bytes


def containers(count: int) -> list[dict[str, object]]:
    return [
        {
            "Id": f"{number:064x}",
            "Names": [f"/service_{number}"],
            "Image": f"registry.example.com/team/app{number % 50}:1.{number}",
            "State": "running" if number % 2 else "exited",
            "Created": 1700000000 + number,
            "Ports": [],
        }
        for number in range(count)
    ]


class Stub:
    """An engine with ``count`` containers that thinks for ``delay`` seconds before each answer. ``asked``: paths."""

    def __init__(self, count: int = 0, delay: float = 0.0) -> None:
        self.asked: list[str] = []
        self._delay = delay
        self._answers = {"/containers/json": json.dumps(containers(count)), "/volumes": '{"Volumes": []}'}

    def serve(self, connection: socket.socket) -> None:
        arrived = b""
        with suppress(OSError):
            while data := connection.recv(PIECE):
                arrived += data
                while b"\r\n\r\n" in arrived:
                    head, _, arrived = arrived.partition(b"\r\n\r\n")
                    self._answer(connection, head.split(b" ")[1].decode())

    def _answer(self, connection: socket.socket, target: str) -> None:
        path = target.partition("?")[0]
        path = path if path == "/_ping" else "/" + path.split("/", 2)[-1]
        self.asked.append(path)
        time.sleep(self._delay)
        common = b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nOstype: linux\r\n"
        if path == "/events":
            connection.sendall(common + b"Transfer-Encoding: chunked\r\n\r\n")
            return
        body = b"" if path == "/_ping" else self._answers.get(path, "[]").encode()
        connection.sendall(common + b"Content-Length: %d\r\n\r\n" % len(body) + body)


class Counter:
    """Passes everything on to the engine at ``address``, a socket's path, and counts ``requests``."""

    def __init__(self, address: str) -> None:
        self.requests: list[str] = []
        self.connections = 0
        self._address = address

    def serve(self, near: socket.socket) -> None:
        self.connections += 1
        far = socket.socket(UNIX)
        far.connect(self._address)
        threading.Thread(target=self._copy, args=[far, near], daemon=True).start()
        self._copy(near, far, self._note)

    def _note(self, data: bytes) -> None:
        first = data.partition(b"\r\n")[0]
        if first.endswith(b" HTTP/1.1"):
            self.requests.append(first.decode())

    def _copy(self, one: socket.socket, other: socket.socket, note: Callable[[bytes], None] | None = None) -> None:
        with suppress(OSError):
            while data := one.recv(PIECE):
                if note is not None:
                    note(data)
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)


@contextmanager
def listening(engine: Stub | Counter, name: str) -> Iterator[str]:
    """DOCKER_HOST of ``engine`` while it listens."""
    path = os.path.join(SCRATCH.name, f"{name}.sock")
    listener = socket.socket(UNIX)
    listener.bind(path)
    listener.listen(64)

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=engine.serve, args=[listener.accept()[0]], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"unix://{path}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        os.unlink(path)
