"""What exists on the daemon and what changes, as ``engine.base.Inventory``: lists, and its event stream.

The stream is read in a thread of its own, so that ``Exits`` hears of a container's end at once, whatever the reader of
``changes`` is doing.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from queue import SimpleQueue

from dshell.engine import facts
from dshell.engine.client import Client, Request
from dshell.engine.exchange import Exchange
from dshell.engine.exits import Exits
from dshell.engine.records import Change, ContainerName, Endpoint, ImageName
from dshell.errors import EngineError, Failure, Trouble
from dshell.stream.connection import Connection

SHORT = 10.0  # seconds that one answer may take; lists of a busy daemon take two or three
NOUNS = ["container", "image", "volume", "network"]

Heard = SimpleQueue[Change | EngineError]


class Daemon:
    """The daemon at ``endpoint``. Connects at the first question, not before.

    ``headers``: HttpHeaders of config.json. ``version``: DOCKER_API_VERSION. ``exits``: is told what the stream says.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        headers: Mapping[str, str] | None = None,
        version: str = "",
        exits: Exits | None = None,
    ) -> None:
        self._client = Client(endpoint, headers or {}, version, SHORT)
        self._exits = exits or Exits()
        self._stream: Connection | None = None

    def containers(self) -> list[ContainerName]:
        return self._client.read_list(Request("GET", "/containers/json", {"all": "1"}), facts.container_names)

    def images(self) -> list[ImageName]:
        return self._client.read_list(Request("GET", "/images/json"), facts.image_names)

    def volumes(self) -> list[str]:
        return self._client.read(Request("GET", "/volumes"), facts.volume_names)

    def networks(self) -> list[str]:
        return self._client.read_list(Request("GET", "/networks"), facts.network_names)

    def changes(self) -> Iterator[Change]:
        """Subscribes when called, so that nothing is missed between this call and the first ``next``."""
        query = {"filters": json.dumps({"type": NOUNS})}
        exchange, _ = self._client.begin(Request("GET", "/events", query))
        self._stream = exchange.connection
        self._exits.follow()
        heard: Heard = SimpleQueue()
        threading.Thread(target=self._hear, args=[exchange, heard], name="dshell-events", daemon=True).start()
        return _told(heard)

    def close(self) -> None:
        """End ``changes`` and let the connections go. The next question connects again."""
        stream, self._stream = self._stream, None
        if stream is not None:
            stream.close()
        self._client.close()

    def _hear(self, exchange: Exchange, heard: Heard) -> None:
        ended = EngineError(Failure(Trouble.LOST, endpoint=self._client.endpoint.host))
        try:
            with self._client.translated(""):
                for record in facts.messages(exchange.pieces()):
                    change = facts.change(record)
                    self._exits.note(change)
                    heard.put(change)
        except EngineError as error:
            ended = error
        finally:
            self._exits.lose()
            exchange.connection.close()
            heard.put(ended)


def _told(heard: Heard) -> Iterator[Change]:
    while True:
        change = heard.get()
        if isinstance(change, EngineError):
            raise change
        yield change
