r"""Docker Desktop's end of a named pipe, run by the Windows Python: ``pipe_relay.py \\.\pipe\NAME PORT``.

Each connection goes on to PORT of this machine. As go-winio does for Docker Desktop: the pipe is of message type, a
message of no bytes is a half-close, and the end is a plain close (the client reads what is left, then error 109).
Prints one line when it serves, and ends with its standard input, so that it does not outlive the tests.
"""

from __future__ import annotations

import _winapi
import os
import socket
import sys
import threading
from contextlib import suppress

assert sys.platform == "win32"

CHUNK = 65536
ERROR_MORE_DATA = 234


class Ended(Exception):
    """The client has closed its end."""


def serve(name: str, port: int) -> None:
    first = _winapi.FILE_FLAG_FIRST_PIPE_INSTANCE  # another relay of this name is an error
    while True:
        pipe = _winapi.CreateNamedPipe(
            name,
            _winapi.PIPE_ACCESS_DUPLEX | _winapi.FILE_FLAG_OVERLAPPED | first,
            _winapi.PIPE_TYPE_MESSAGE | _winapi.PIPE_READMODE_MESSAGE | _winapi.PIPE_WAIT,
            _winapi.PIPE_UNLIMITED_INSTANCES,
            CHUNK,
            CHUNK,
            0,
            _winapi.NULL,
        )
        if first:
            sys.stdout.write("serving\n")
            sys.stdout.flush()
            first = 0
        _winapi.ConnectNamedPipe(pipe, overlapped=True).GetOverlappedResult(True)
        threading.Thread(target=_relay, args=(pipe, port), daemon=True).start()


def _relay(pipe: int, port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as daemon:
        up = threading.Thread(target=_send_up, args=(pipe, daemon), daemon=True)
        up.start()
        with suppress(OSError):
            while data := daemon.recv(CHUNK):
                _winapi.WriteFile(pipe, data, overlapped=True)[0].GetOverlappedResult(True)
        with suppress(OSError):
            daemon.shutdown(socket.SHUT_RDWR)
    _winapi.CloseHandle(pipe)


def _send_up(pipe: int, daemon: socket.socket) -> None:
    with suppress(OSError):
        try:
            while True:
                data = _message_part(pipe)
                if data:
                    daemon.sendall(data)
                else:
                    daemon.shutdown(socket.SHUT_WR)
        except Ended:
            daemon.shutdown(socket.SHUT_RDWR)


def _message_part(pipe: int) -> bytes:
    """The next bytes; b"" for a message of none."""
    try:
        operation, _ = _winapi.ReadFile(pipe, CHUNK, overlapped=True)
        _, error = operation.GetOverlappedResult(True)
    except OSError as ended:
        raise Ended from ended
    if error not in (0, ERROR_MORE_DATA):
        raise Ended
    return operation.getbuffer() or b""


if __name__ == "__main__":
    threading.Thread(target=serve, args=(sys.argv[1], int(sys.argv[2])), daemon=True).start()
    sys.stdin.buffer.read()
    os._exit(0)  # the end of the interpreter would wait for the threads' reads
