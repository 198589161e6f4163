"""Answers of an engine, fed at every split."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.engine.exchange import Exchange
from dshell.engine.message import Body, Chunks, Head, format_request, parse_head
from tests.splits import PLACES, Fed, cut


def head(status: int = 200, **headers: str) -> Head:
    return Head(status, "", {name.replace("_", "-"): value for name, value in headers.items()})


def chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"


def test_a_request() -> None:
    assert format_request("GET", "/v1.50/x?a=1", {"Host": "d"}, b"") == b"GET /v1.50/x?a=1 HTTP/1.1\r\nHost: d\r\n\r\n"
    assert format_request("POST", "/x", {}, b"{}") == b"POST /x HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"
    assert format_request("POST", "/x", {}, b"") == b"POST /x HTTP/1.1\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("value", ["a\r\nX: b", "a\nb", "\0"])
def test_a_header_has_one_line(value: str) -> None:
    with pytest.raises(ValueError, match="not a header"):
        format_request("GET", "/x", {"X": value}, b"")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade", Head(101, "UPGRADED", {"connection": "Upgrade"})),
        (b"HTTP/1.1 204 No Content\r\nOstype:linux ", Head(204, "No Content", {"ostype": "linux"})),
        (b"HTTP/1.0 400 ", Head(400, "", {"connection": "close"})),
        (b"HTTP/1.0 200 OK\r\nConnection: keep-alive", Head(200, "OK", {"connection": "keep-alive"})),
        (b"HTTP/1.1 200", Head(200, "", {})),
        (b"HTTP/1.1 200 OK\r\nLocation: http://x:1/", Head(200, "OK", {"location": "http://x:1/"})),
    ],
)
def test_heads(data: bytes, expected: Head) -> None:
    assert parse_head(data) == expected


@pytest.mark.parametrize("data", [b"", b"SSH-2.0-OpenSSH", b"\x15\x03\x01\0\x02", b"HTTP/2 200", b"HTTP/1.1 abc"])
def test_what_is_no_head(data: bytes) -> None:
    with pytest.raises(ValueError, match="not an HTTP answer"):
        parse_head(data)


def feed(body: Body, data: bytes, places: list[int]) -> bytes:
    return b"".join(part for piece in cut(data, places) for part in body.feed(piece))


BYTES = st.lists(st.sampled_from([b"a", b"\r\n", b"0", b"\0"]), max_size=8).map(b"".join)


@given(st.lists(BYTES.filter(bool), max_size=4), BYTES, PLACES)
def test_chunks_at_every_split(chunks: list[bytes], behind: bytes, places: list[int]) -> None:
    body = Body("GET", head(transfer_encoding="chunked"))
    assert feed(body, chunked(*chunks) + behind, places) == b"".join(chunks)
    assert (body.done, body.rest) == (True, behind)


@given(BYTES, BYTES, PLACES)
def test_a_length_at_every_split(data: bytes, behind: bytes, places: list[int]) -> None:
    body = Body("GET", head(content_length=str(len(data))))
    assert feed(body, data + behind, places) == data
    assert (body.done, body.rest) == (True, behind)


@pytest.mark.parametrize(
    ("method", "answer", "done", "delimited"),
    [
        ("HEAD", head(content_length="2"), True, True),
        ("HEAD", head(transfer_encoding="chunked"), True, True),
        ("POST", head(204), True, True),
        ("POST", head(304), True, True),
        ("GET", head(content_length="0"), True, True),
        ("GET", head(content_length="2"), False, True),
        ("GET", head(transfer_encoding="Chunked"), False, True),
        ("GET", head(), False, False),
    ],
)
def test_where_a_body_ends(method: str, answer: Head, done: bool, delimited: bool) -> None:
    body = Body(method, answer)
    assert (body.done, body.delimited) == (done, delimited)


@pytest.mark.parametrize("length", ["-5", "+5", "banana", "1_0", "1, 1", ""])
def test_what_is_no_length(length: str) -> None:
    with pytest.raises(ValueError, match="not a length"):
        Body("GET", head(content_length=length))


def test_chunks_with_extensions_and_trailers() -> None:
    chunks = Chunks()
    assert [*chunks.feed(b"3;x=y\r\nabc\r\n0\r\nTrailer: 1\r\n")] == [b"abc"]
    assert not chunks.done
    assert [*chunks.feed(b"\r\nHTTP")] == []
    assert (chunks.done, chunks.rest) == (True, b"HTTP")


NO_CHUNKS = [
    b"x\r\n",
    b"-1\r\n",
    b"+1\r\n",
    b"0x1\r\n",
    b"1_0\r\n",
    b"\r\n",
    b"1" * 70000,
    b"1" * 17 + b"\r\n",
    b"1\r\nab\r\n",
    b"0\r\n" + b"Trailer: x\r\n" * 200,
]


@pytest.mark.parametrize("data", NO_CHUNKS)
def test_what_is_no_chunk(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - which words does not matter
        list(Chunks().feed(data))


@given(st.lists(BYTES.filter(bool), max_size=4), st.sampled_from(NO_CHUNKS[:6]), PLACES)
def test_what_comes_before_it_is_passed_on(chunks: list[bytes], behind: bytes, places: list[int]) -> None:
    """Also when both arrive in one piece."""
    coded = chunked(*chunks).removesuffix(b"0\r\n\r\n")
    exchange, _, _ = asked(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + coded + behind, places)
    passed: list[bytes] = []
    with pytest.raises(ValueError, match="not the size of a chunk"):
        passed.extend(exchange.pieces())
    assert b"".join(passed) == b"".join(chunks)


def test_a_chunk_is_passed_on_before_it_is_whole() -> None:
    assert [*Chunks().feed(b"ffff\r\nfirst")] == [b"first"]


@pytest.mark.parametrize(("value", "closes"), [("close", True), ("Close", True), ("keep-alive", False), ("", False)])
def test_whether_a_connection_stays(value: str, closes: bool) -> None:
    assert head(connection=value).closes == closes


# --- a head and what follows it -----------------------------------------------------------------------------------

INTERIM = st.lists(
    st.sampled_from([b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early\r\nA: b\r\n\r\n"]), max_size=2
)


def asked(data: bytes, places: list[int]) -> tuple[Exchange, Head, Fed]:
    """An exchange that has read the head of what arrives in pieces."""
    connection = Fed(cut(data, places))
    exchange = Exchange(connection)
    return exchange, exchange.ask("POST", "/attach", {}, b""), connection


@given(INTERIM.map(b"".join), st.binary(max_size=40), PLACES)
def test_what_follows_an_upgrade_belongs_to_the_stream(before: bytes, behind: bytes, places: list[int]) -> None:
    upgraded = b"HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n"
    exchange, answer, connection = asked(before + upgraded + behind, places)
    assert answer == Head(101, "UPGRADED", {"upgrade": "tcp"})
    assert exchange.hijack() + b"".join(iter(connection.receive, b"")) == behind


@given(INTERIM.map(b"".join), st.lists(BYTES.filter(bool), max_size=4), st.booleans(), PLACES)
def test_an_answer_is_whole_and_nothing_of_the_next_is_taken_for_it(
    before: bytes, chunks: list[bytes], by_length: bool, places: list[int]
) -> None:
    body = b"".join(chunks)
    headers, coded = (
        (b"Content-Length: %d" % len(body), body) if by_length else (b"Transfer-Encoding: chunked", chunked(*chunks))
    )
    exchange, answer, _ = asked(before + b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n\r\n" + coded, places)
    assert (answer.status, exchange.body(), exchange.reusable) == (200, body, True)


@given(st.binary(max_size=40), PLACES)
def test_without_a_length_the_end_of_the_connection_is_the_end(body: bytes, places: list[int]) -> None:
    exchange, _, _ = asked(b"HTTP/1.0 200 OK\r\n\r\n" + body, places)
    assert (exchange.body(), exchange.reusable) == (body, False)
