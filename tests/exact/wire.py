"""HTTP/1.1 on the recorder's side: requests in, answers out, and a connection that becomes a stream."""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import json
import re
import select
import socket
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

REASONS = {101: "UPGRADED", 200: "OK", 201: "Created", 204: "No Content", 304: "Not Modified", 404: "Not Found"}


@dataclass(frozen=True)
class Request:
    """``version``: the API's, "" for none. ``path``: without it, as it came. ``query``: in the order of the names."""

    method: str
    version: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))

    def json(self) -> dict[str, object]:
        read = json.loads(self.body or b"{}")
        return read if isinstance(read, dict) else {}


class Refused(Exception):
    """An answer of the engine that is an error."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Connection:
    """One client's. ``headers``: of every answer."""

    def __init__(self, connection: socket.socket, headers: dict[str, str]) -> None:
        self.socket = connection
        self._headers = headers
        self._file = connection.makefile("rb")

    def next_request(self) -> Request | None:
        """None: the client is gone."""
        try:
            first = self._file.readline().decode("latin-1").split()
            if len(first) != 3:
                return None
            headers: dict[str, str] = {}
            while line := self._file.readline().strip():
                name, _, value = line.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            body = self._body(headers)
        except (OSError, ValueError):  # it was cut, by either side
            return None
        target = urlsplit(first[1])
        match = re.fullmatch(r"/v(\d+\.\d+)(/.*)", target.path)
        version, path = (match[1], match[2]) if match else ("", target.path)
        query = dict(sorted(parse_qsl(target.query, keep_blank_values=True)))
        return Request(first[0], version, path, query, headers, body)

    def _body(self, headers: dict[str, str]) -> bytes:
        if headers.get("transfer-encoding") != "chunked":
            return self._file.read(int(headers.get("content-length", "0")))
        body = b""
        while size := int(self._file.readline(), 16):
            body += self._file.read(size)
            self._file.readline()
        self._file.readline()
        return body

    def send(self, data: bytes) -> None:
        try:
            self.socket.sendall(data)
        except OSError:  # the client has left
            return

    def head(self, status: int, headers: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}"]
        lines += [f"{name}: {value}" for name, value in {**self._headers, **headers}.items()]
        self.send("\r\n".join([*lines, "", ""]).encode())

    def answer(self, status: int, content: object = None) -> None:
        if status in {204, 304}:
            self.head(status, {})
            return
        body = b"" if content is None else json.dumps(content).encode() + b"\n"
        self.head(status, {"Content-Type": "application/json", "Content-Length": str(len(body))})
        self.send(body)

    def begin(self) -> None:
        """An answer in pieces."""
        self.head(200, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"})

    def piece(self, content: object = None) -> None:
        """None: the last."""
        data = b"" if content is None else json.dumps(content).encode() + b"\r\n"
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def arrived(self) -> bytes:
        """Bytes of a stream; b"" when the client has closed its side."""
        try:
            return self._file.read1(65536)
        except OSError:
            return b""

    @property
    def gone(self) -> bool:
        """The client has closed the whole connection, and not only its own side."""
        if self.socket.fileno() < 0:
            return True
        poll = select.poll()
        poll.register(self.socket, 0)
        return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))

    def shut(self) -> None:
        """No more from this side."""
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def close(self) -> None:
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self._file.close()
        self.socket.close()
