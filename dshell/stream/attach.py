"""A container's attached connection, or an exec's, as a ``stream.base.Stream``.

The connection has been upgraded already: from here on it carries the session's bytes. Resizing and asking for the
exit code are requests of their own, on other connections, so the engine hands them in.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

from dshell.errors import EngineError, Failure, Trouble
from dshell.record import Record
from dshell.stream.connection import Connection, error_number
from dshell.wire import DAEMON_ERROR, Demultiplexer

END = (1, b"")
MOST = 65536  # bytes of an error text that is waited for: a frame may say that it has 4 GB
RETRIES = [number / 100 for number in range(1, 11)]  # seconds before each new try of the first resize; docker's


class Controls(Record):
    """What the engine does for an attached stream. Both raise EngineError. ``endpoint``: for failures."""

    resize: Callable[[os.terminal_size], None]
    exit_code: Callable[[], int]
    endpoint: str = ""


class AttachedStream:
    """``first``: bytes that arrived behind the headers of the upgrade. ``tty``: one raw stream, else frames."""

    def __init__(self, connection: Connection, first: bytes, controls: Controls, *, tty: bool) -> None:
        self._connection = connection
        self._first = first
        self._controls = controls
        self._demultiplexer = None if tty else Demultiplexer()
        self._pieces: Iterator[tuple[int, bytes]] = iter(())
        self._complaint = b""  # the daemon's error text, as far as it has come
        self._size: os.terminal_size | None = None
        self._closed = threading.Event()

    def read(self) -> tuple[int, bytes]:
        while True:
            for channel, data in self._pieces:
                if channel != DAEMON_ERROR:
                    return channel, data
                self._complaint += data[: MOST - len(self._complaint)]
            if self._complaint and (self._between_frames or len(self._complaint) == MOST):
                raise self._failure(Trouble.LOST, self._complaint.decode(errors="replace"))
            data = self._receive()
            if not data:
                return self._end()
            self._pieces = self._split(data)

    def write(self, data: bytes) -> None:
        with suppress(OSError):  # the program has ended, or the connection is lost: the reader learns which
            self._connection.send(data)

    def end_input(self) -> None:
        with suppress(OSError):
            self._connection.end_output()

    def resize(self, size: os.terminal_size) -> None:
        """One request. When the very first fails, the process is not there yet: it is tried again in the background."""
        if not (size.columns and size.lines):
            return
        first, self._size = self._size is None, size
        try:
            self._controls.resize(size)
        except EngineError:
            if first:
                threading.Thread(target=self._retry_resize, name="resize", daemon=True).start()

    def wait(self) -> int:
        return self._controls.exit_code()

    def close(self) -> None:
        self._closed.set()
        self._connection.close()

    @property
    def _between_frames(self) -> bool:
        return self._demultiplexer is None or self._demultiplexer.between_frames

    def _receive(self) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        try:
            return self._connection.receive()
        except OSError as error:
            raise self._failure(Trouble.LOST, str(error), error_number(error)) from error

    def _split(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        if self._demultiplexer is None:
            yield 1, data
            return
        try:
            yield from self._demultiplexer.feed(data)
        except ValueError as error:
            raise self._failure(Trouble.PROTOCOL, str(error)) from error

    def _end(self) -> tuple[int, bytes]:
        if self._closed.is_set() or self._between_frames:
            return END
        raise self._failure(Trouble.LOST, self._complaint.decode(errors="replace") or "unexpected EOF")

    def _retry_resize(self) -> None:
        for delay in RETRIES:
            if self._closed.wait(delay) or self._size is None:
                return
            try:
                self._controls.resize(self._size)
            except EngineError:
                continue
            return

    def _failure(self, trouble: Trouble, words: str, number: int | None = None) -> EngineError:
        return EngineError(Failure(trouble, words, number=number, endpoint=self._controls.endpoint))
