"""No terminal that dshell can drive: pipes and files on Windows, where nothing can be waited for but threads.

It is portable, so its tests run everywhere; Linux and macOS use ``posix``, which needs no thread. It shows no prompt
and knows no raw mode and no size.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from queue import Empty, SimpleQueue
from typing import Final

from dshell.terminal.base import STDOUT, Shown, unwritten

CHUNK: Final = 65536


class PlainTerminal:
    """``streams``: file descriptors of standard input, output and error."""

    kind: Final = "plain"
    fresh_line: Final = True
    shown: Final = Shown(stdin=False, stdout=False, stderr=False)

    def __init__(self, streams: tuple[int, int, int] = (0, 1, 2)) -> None:
        self._streams = streams
        # None is a wake-up. Both may be used in a signal handler, unlike queue.Queue.
        self._arrived: SimpleQueue[bytes | None] = SimpleQueue()
        self._wanted: SimpleQueue[None] = SimpleQueue()
        self._reading = False
        self._given_back = b""
        self._reader = threading.Thread(target=self._read_input, name="dshell-input", daemon=True)

    def size(self) -> os.terminal_size:
        return os.terminal_size((0, 0))

    def raw(self) -> AbstractContextManager[None]:
        return nullcontext()

    def lent(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read(self, timeout: float) -> bytes | None:
        """Asks for one piece of input at a time: what nobody wants stays in the pipe, for the next program."""
        if self._given_back:
            return self.given_back()
        if not self._reading:
            self._reading = True
            self._wanted.put(None)
            if self._reader.ident is None:
                self._reader.start()
        try:
            data = self._arrived.get(timeout=timeout)
        except Empty:
            return None
        if data is not None:
            self._reading = False
        return data

    def unread(self, data: bytes) -> None:
        self._given_back = data + self._given_back

    def given_back(self) -> bytes:
        data, self._given_back = self._given_back, b""
        return data

    def rows(self, _count: int, /) -> Sequence[str]:
        return ()

    def wake(self) -> None:
        self._arrived.put(None)

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._streams[channel], rest) :]
            except OSError as error:
                raise unwritten(error, channel) from error

    def _read_input(self) -> None:
        while True:
            self._wanted.get()
            try:
                data = os.read(self._streams[0], CHUNK)
            except OSError:
                data = b""
            self._arrived.put(data)
