"""One request and its answer on a connection: writes and reads what ``engine.message`` understands.

OSError and ValueError pass through; an end in the middle is a ConnectionError. ``engine.client`` translates them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from dshell.engine.message import END_OF_HEAD, LONGEST_LINE, Body, Head, format_request, parse_head
from dshell.stream.connection import Connection

SWITCHED = 101
INTERIM = range(100, 200)
MOST_INTERIM = 100  # heads before the answer's own
LONGEST_BODY = 64 * 1024 * 1024  # bytes of an answer that is read as a whole: 30,000 containers in a list


class Exchange:
    """``connection``: open, and nobody else's."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._arrived = b""
        self._head = Head(0, "", {})
        self._body = Body("", self._head)

    def ask(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Head:
        """Send a request and wait for the head of its answer."""
        with suppress(ConnectionError):  # it may have been refused before it was read: look
            self.connection.send(format_request(method, target, headers, body))
        for _ in range(MOST_INTERIM):
            head = self._read_head()
            if head.status not in INTERIM or head.status == SWITCHED:
                break
        else:
            raise ValueError("heads without end, and no answer")
        self._head, self._body = head, Body(method, head)
        return head

    def pieces(self) -> Iterator[bytes]:
        """The body, as it comes."""
        data, self._arrived = self._arrived, b""
        while True:
            yield from self._body.feed(data)
            if self._body.done:
                return
            data = self.connection.receive()
            if not data:
                if self._body.delimited:
                    raise ConnectionError("unexpected EOF")
                return

    def body(self) -> bytes:
        pieces, length = [], 0
        for piece in self.pieces():
            pieces.append(piece)
            length += len(piece)
            if length > LONGEST_BODY:
                raise ValueError("an answer without end")
        return b"".join(pieces)

    def hijack(self) -> bytes:
        """The connection is the caller's from now on; returned: the bytes that arrived behind the headers."""
        arrived, self._arrived = self._arrived, b""
        return arrived

    @property
    def reusable(self) -> bool:
        """The answer has been read and another request may follow."""
        return not self._head.closes and self._body.delimited and self._body.done and not self._body.rest

    def _read_head(self) -> Head:
        while END_OF_HEAD not in self._arrived:
            data = self.connection.receive()
            if not data:
                raise ConnectionError("unexpected EOF")
            self._arrived += data
            if len(self._arrived) > LONGEST_LINE and END_OF_HEAD not in self._arrived:
                raise ValueError("an HTTP head without end")
        head, _, self._arrived = self._arrived.partition(END_OF_HEAD)
        return parse_head(head)
