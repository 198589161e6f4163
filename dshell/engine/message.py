"""HTTP/1.1 as bytes, without any input or output: requests out, heads and bodies of answers in (RFC 9112).

``http.client`` would do, but it costs 17 ms of import, mostly for e-mail and ssl, and hides the bytes that follow an
upgrade.
"""

from collections.abc import Iterator, Mapping

from dshell.pattern import pattern
from dshell.record import Record

END_OF_HEAD = b"\r\n\r\n"
LONGEST_LINE = 65536  # bytes; nothing that an engine says in a head or a chunk's size is nearly as long
MOST_TRAILERS = 100

CONTROL = pattern(r"[\r\n\0]")
_CHUNK_SIZE = pattern(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;.*)?")


class Head(Record):
    """Status line and headers of an answer. ``headers``: by lower-case name."""

    status: int
    reason: str
    headers: Mapping[str, str]

    @property
    def closes(self) -> bool:
        """The other end closes the connection after this answer."""
        return "close" in self.headers.get("connection", "").lower()


def format_request(method: str, target: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """ValueError for what would be more than one line: config.json may say anything of its headers."""
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    if broken := next((line for line in lines if CONTROL.search(line)), None):
        raise ValueError(f"not a header: {broken[:80]!r}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def parse_head(data: bytes) -> Head:
    """``data``: everything before the empty line. ValueError when an engine would not say that."""
    first, *lines = data.decode("latin-1").split("\r\n")
    protocol, _, rest = first.partition(" ")
    status, _, reason = rest.partition(" ")
    if not protocol.startswith("HTTP/1.") or not status.isdigit():
        raise ValueError(f"not an HTTP answer: {first[:80]!r}")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    if protocol == "HTTP/1.0":  # where a connection ends unless both sides wish otherwise
        headers.setdefault("connection", "close")
    return Head(int(status), reason, headers)


class Body:
    """The body of an answer, of which bytes are fed as they arrive.

    ``done``: it is complete. ``rest``: bytes that arrived behind it. ``delimited``: its end is known without the
    connection's end, so that another answer can follow.
    """

    def __init__(self, method: str, head: Head) -> None:
        self.done = False
        self.rest = b""
        self.delimited = True
        self._chunks = Chunks() if "chunked" in head.headers.get("transfer-encoding", "").lower() else None
        self._left = 0
        length = head.headers.get("content-length")
        if method == "HEAD" or head.status in {204, 304}:
            self._chunks, self.done = None, True
        elif self._chunks is not None or length is None:
            self.delimited = self._chunks is not None
        else:
            if not length.isdecimal():
                raise ValueError(f"not a length: {length[:80]!r}")
            self._left = int(length)
            self.done = not self._left

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The pieces of ``data`` that are body, none of them empty. ValueError: what follows is not well formed."""
        if self.done:
            self.rest += data
        elif self._chunks is not None:
            yield from self._chunks.feed(data)
            self.done, self.rest = self._chunks.done, self._chunks.rest
        elif self.delimited:
            piece, self.rest = data[: self._left], data[self._left :]
            self._left -= len(piece)
            self.done = not self._left
            if piece:
                yield piece
        elif data:
            yield data


class Chunks:
    """Chunked transfer coding (RFC 9112 7.1). ``rest``: what follows it, once ``done``."""

    def __init__(self) -> None:
        self.done = False
        self.rest = b""
        self._left = 0  # bytes of the open chunk still to come
        self._trailers = -1  # how many have come: they follow the chunk of size 0
        self._gap = False  # a chunk has ended: its line end follows

    def feed(self, data: bytes) -> Iterator[bytes]:
        data, start = self.rest + data, 0
        while start < len(data) and not self.done:
            if self._left:
                piece = data[start : start + self._left]
                start += len(piece)
                self._left -= len(piece)
                self._gap = not self._left
                yield piece
                continue
            end = data.find(b"\r\n", start)
            if end < 0:
                if len(data) - start > LONGEST_LINE:
                    raise ValueError("a chunk without a size")
                break
            self._take_line(data[start:end])
            start = end + 2
        self.rest = data[start:]

    def _take_line(self, line: bytes) -> None:
        if self._trailers >= 0:
            self.done = not line
            self._trailers += 1
            if self._trailers > MOST_TRAILERS:
                raise ValueError("trailers without end")
        elif self._gap:
            if line:
                raise ValueError("a chunk that is longer than its size")
            self._gap = False
        else:
            size = _CHUNK_SIZE.fullmatch(line)
            if size is None:
                raise ValueError(f"not the size of a chunk: {line[:80]!r}")
            self._left = int(size[1], 16)
            self._trailers = -1 if self._left else 0
