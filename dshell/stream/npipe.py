"""A Windows named pipe as a ``stream.connection.Connection``: overlapped, so that two threads can use it at once.

``_winapi`` is what CPython's own ``multiprocessing`` uses pipes with, so no foreign package and no declarations are
needed. Errors are told apart by number: Windows translates their texts.
"""

from __future__ import annotations

import _winapi
import sys
import threading
import time

from dshell.stream.connection import CHUNK

assert sys.platform == "win32"  # noqa: S101

NOT_CONNECTED = 233  # ERROR_PIPE_NOT_CONNECTED; the others have names in _winapi
ENDED = {_winapi.ERROR_BROKEN_PIPE, _winapi.ERROR_NO_DATA, NOT_CONNECTED}
BUSY_PAUSE = 0.01  # seconds between tries while every instance of the pipe is taken, as go-winio
SLICE = 100  # milliseconds: Python sees Ctrl-C only between waits
ANONYMOUS = 0x00100000  # SECURITY_SQOS_PRESENT, SECURITY_ANONYMOUS: the server may not act under our identity


class PipeConnection:
    """``handle``: of a pipe opened with FILE_FLAG_OVERLAPPED."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._timeout: float | None = None
        self._lock = threading.Lock()  # nothing is begun on a closed handle: Windows uses its number again
        self._running: list[_winapi.Overlapped] = []
        self._closed = False

    def set_timeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def receive(self) -> bytes:
        """A message of no bytes is the other end's half-close (go-winio): it reads as the end, like any end."""
        try:
            with self._lock:
                if self._closed:
                    return b""
                operation, _ = _winapi.ReadFile(self._handle, CHUNK, overlapped=True)
                self._running.append(operation)
            self._finish(operation)
        except OSError as error:
            if self._closed or error.winerror in ENDED:
                return b""
            raise
        return operation.getbuffer() or b""

    def send(self, data: bytes) -> None:
        with self._lock:
            if self._closed:
                raise BrokenPipeError("closed")
            operation, _ = _winapi.WriteFile(self._handle, data, overlapped=True)
            self._running.append(operation)
        self._finish(operation)

    def end_output(self) -> None:
        """A message of no bytes, as go-winio's ``CloseWrite``; on a pipe of byte type it does nothing, as there."""
        self.send(b"")

    def idle(self) -> bool:
        try:
            return _winapi.PeekNamedPipe(self._handle)[0] == 0
        except OSError:
            return False

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            for operation in [*self._running]:  # who waits for one takes it out
                operation.cancel()
            _winapi.CloseHandle(self._handle)

    def _finish(self, operation: _winapi.Overlapped) -> None:
        """Wait until it is done. TimeoutError; OSError, of which what a cancelled operation says is one."""
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        try:
            while _winapi.WaitForSingleObject(operation.event, SLICE) == _winapi.WAIT_TIMEOUT:
                if deadline is not None and time.monotonic() >= deadline:
                    operation.cancel()
                    raise TimeoutError("timed out")
            _, error = operation.GetOverlappedResult(True)
        finally:
            self._running.remove(operation)
        if error == _winapi.ERROR_OPERATION_ABORTED:
            raise OSError(None, "cancelled", None, error)


def open_pipe(path: str, timeout: float) -> PipeConnection:
    """``path``: as in ``npipe:////./pipe/docker_engine``, without the scheme. OSError 231 when busy for too long."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            return PipeConnection(
                _winapi.CreateFile(
                    path.replace("/", "\\"),
                    _winapi.GENERIC_READ | _winapi.GENERIC_WRITE,
                    0,
                    _winapi.NULL,
                    _winapi.OPEN_EXISTING,
                    _winapi.FILE_FLAG_OVERLAPPED | ANONYMOUS,
                    _winapi.NULL,
                )
            )
        except OSError as error:
            if error.winerror != _winapi.ERROR_PIPE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(BUSY_PAUSE)
