"""A way to the daemon as bytes both ways: what a socket, a named pipe, TLS and ssh have in common.

One thread receives and another may send at the same time; ``close`` comes from any thread. Only OSError is raised:
what it means is decided where the connection is used.
"""

from __future__ import annotations

import errno
import os
import select
import socket
from contextlib import suppress
from typing import Protocol

CHUNK = 65536  # bytes that one receive may bring


class TlsError(OSError):
    """Certificates are missing, unreadable or refused, or the other end does not speak TLS."""


class Connection(Protocol):
    """Bytes both ways to the daemon."""

    def set_timeout(self, seconds: float | None) -> None:
        """The longest that one ``receive`` or ``send`` may take from now on; None: for ever."""
        ...

    def receive(self) -> bytes:
        """Wait for bytes; b"" when no more will come: the other end closed or vanished, or ``close`` was called.

        TimeoutError, OSError.
        """
        ...

    def send(self, data: bytes) -> None:
        """All of ``data``. TimeoutError, OSError."""
        ...

    def end_output(self) -> None:
        """Half-close: the other end sees the end of what is sent and can still answer. OSError."""
        ...

    def idle(self) -> bool:
        """The connection is open and nothing has arrived: another request may be sent on it."""
        ...

    def close(self) -> None:
        """A ``receive`` that waits returns b"". Closing twice is allowed."""
        ...


class SocketConnection:
    """A connected stream socket: unix or TCP."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._closed = False

    def set_timeout(self, seconds: float | None) -> None:
        self._socket.settimeout(seconds)

    def receive(self) -> bytes:
        try:
            return self._socket.recv(CHUNK)
        except (ConnectionResetError, ConnectionAbortedError):  # Windows has a word for each end that broke it off
            return b""  # also how a close looks when the other end had not read all of our bytes (RFC 1122 4.2.2.13)
        except OSError:
            if self._closed:
                return b""
            raise

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def end_output(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def idle(self) -> bool:
        return not select.select([self._socket], [], [], 0)[0]

    def close(self) -> None:
        self._closed = True
        with suppress(OSError):  # the other end was first
            self._socket.shutdown(socket.SHUT_RDWR)  # closing alone does not wake a thread that receives
        self._socket.close()


def open_unix(path: str, timeout: float) -> SocketConnection:
    """A unix socket. OSError; on Windows Python has none (``EAFNOSUPPORT``)."""
    family = getattr(socket, "AF_UNIX", None)
    if family is None:
        raise unsupported()
    sock = socket.socket(family)
    try:
        sock.settimeout(timeout)
        sock.connect(path)
    except OSError:
        sock.close()
        raise
    return SocketConnection(sock)


def no_pipe(path: str, timeout: float) -> Connection:  # noqa: ARG001 - ``stream.npipe.open_pipe`` where there are pipes
    """Named pipes are Windows'. OSError ``EAFNOSUPPORT``."""
    raise unsupported()


def no_stranger(path: str) -> str:  # noqa: ARG001 - ``stream.pipe_owner.stranger`` where there are pipes
    return ""


def unsupported() -> OSError:
    return OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))


def dial(host: str, port: int, timeout: float) -> socket.socket:
    """A TCP socket that sends each key at once and notices a peer that has vanished. OSError."""
    try:
        sock = socket.create_connection((host, port), timeout)
    except UnicodeError as error:  # Python encodes a name (IDNA) before anybody is asked for it
        raise socket.gaierror(socket.EAI_NONAME, f"lookup {host}: no such host") from error
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return sock


def error_number(error: OSError) -> int | None:
    """Windows' number where there is one, else errno: texts are localised, numbers are not."""
    return getattr(error, "winerror", None) or error.errno
