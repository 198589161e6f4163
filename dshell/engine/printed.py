"""The log of one container as it comes, as ``engine.base.Printed``."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from dshell.engine.client import Client
from dshell.engine.exchange import Exchange
from dshell.errors import EngineError
from dshell.wire import Demultiplexer


class HttpPrinted:
    """``tty``: the container was made with -t: its log has no channels."""

    def __init__(self, client: Client, exchange: Exchange, container: str, *, tty: bool) -> None:
        self._client = client
        self._exchange = exchange
        self._container = container
        self._tty = tty
        self._closed = threading.Event()

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """Ends without a word when it was closed here."""
        frames = Demultiplexer()
        try:
            with self._client.translated(self._container):
                for data in self._exchange.pieces():
                    yield from [(1, data)] if self._tty else frames.feed(data)
        except EngineError:
            if not self._closed.is_set():
                raise
        finally:
            self.close()

    def close(self) -> None:
        self._closed.set()
        self._exchange.connection.close()
