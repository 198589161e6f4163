"""Bytes in, meaning out, at every split."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.wire import (
    DAEMON_ERROR,
    Boundary,
    Demultiplexer,
    DetachRecogniser,
    SizeReports,
    TypedRows,
    parse_detach_keys,
    strip_escapes,
)
from tests.splits import PLACES, cut, frame, joined

CTRL_P_CTRL_Q = b"\x10\x11"


FRAMES = st.lists(st.tuples(st.integers(1, 3), st.binary(max_size=20)), max_size=6)


@given(FRAMES, PLACES)
def test_frames_come_out_the_same_at_every_split(frames: list[tuple[int, bytes]], places: list[int]) -> None:
    data = b"".join(frame(channel, payload) for channel, payload in frames)
    demultiplexer = Demultiplexer()
    pieces = [piece for part in cut(data, places) for piece in demultiplexer.feed(part)]
    assert all(payload for _, payload in pieces)
    assert joined(pieces) == joined([(channel, payload) for channel, payload in frames if payload])
    assert demultiplexer.between_frames


@given(FRAMES, st.binary(max_size=20), st.integers(0, 26))
def test_a_cut_off_frame_is_noticed(frames: list[tuple[int, bytes]], payload: bytes, cut_at: int) -> None:
    last = frame(1, payload)
    demultiplexer = Demultiplexer()
    list(demultiplexer.feed(b"".join(frame(*one) for one in frames) + last[: 1 + cut_at % (len(last) - 1)]))
    assert not demultiplexer.between_frames


def test_payload_is_passed_on_before_its_frame_is_whole() -> None:
    demultiplexer = Demultiplexer()
    assert list(demultiplexer.feed(bytes([1, 0, 0, 0]) + (2**30).to_bytes(4, "big") + b"first")) == [(1, b"first")]
    assert list(demultiplexer.feed(b"next")) == [(1, b"next")]
    assert not demultiplexer.between_frames


@pytest.mark.parametrize(
    ("data", "pieces"),
    [
        (b"", []),
        (frame(1, b""), []),
        (frame(0, b"echo"), [(1, b"echo")]),
        (frame(2, b"oops"), [(2, b"oops")]),
        (frame(3, b"why"), [(DAEMON_ERROR, b"why")]),
        (frame(1, b"a") + frame(2, b"b") + frame(1, b"c"), [(1, b"a"), (2, b"b"), (1, b"c")]),
    ],
)
def test_channels(data: bytes, pieces: list[tuple[int, bytes]]) -> None:
    assert list(Demultiplexer().feed(data)) == pieces


@pytest.mark.parametrize("data", [b"\x04\0\0\0\0\0\0\x01x", b"hello, world", b"\x01\0\x07\0\0\0\0\x01x"])
def test_other_bytes_are_no_frames(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a frame header"):
        list(Demultiplexer().feed(data))


def demultiplexed(pieces: list[bytes]) -> tuple[list[tuple[int, bytes]], bool]:
    """What came out, and whether all of it were frames."""
    demultiplexer, found = Demultiplexer(), list[tuple[int, bytes]]()
    try:
        for piece in pieces:
            found.extend(demultiplexer.feed(piece))
    except ValueError:
        return joined(found), False
    return joined(found), demultiplexer.between_frames


@given(FRAMES, st.binary(max_size=30), PLACES)
def test_frames_before_what_is_none_come_out_at_every_split(
    frames: list[tuple[int, bytes]], behind: bytes, places: list[int]
) -> None:
    data = b"".join(frame(*one) for one in frames) + behind
    whole = demultiplexed([data])
    assert demultiplexed(cut(data, places)) == whole
    for channel in {channel for channel, _ in frames}:
        assert only(channel, whole[0]).startswith(only(channel, frames))


def only(channel: int, pieces: list[tuple[int, bytes]]) -> bytes:
    return b"".join(payload for one, payload in pieces if one == channel)


KEYS = st.sampled_from([b"", b"\x10", CTRL_P_CTRL_Q, b"aab", b"aaa", b"abab"])
TYPED = st.lists(st.sampled_from([b"a", b"b", b"\x10", b"\x11", b"x"]), max_size=24).map(b"".join)


@given(KEYS, TYPED, PLACES)
def test_detaching_is_the_same_at_every_split(keys: bytes, typed: bytes, places: list[int]) -> None:
    recogniser = DetachRecogniser(keys)
    passed, detached = b"", False
    for part in cut(typed, places):
        more, detached = recogniser.feed(part)
        passed += more
        if detached:
            break
    expected = typed.split(keys)[0] if keys else typed
    assert detached == (bool(keys) and keys in typed)
    assert passed + recogniser.release() == expected


@pytest.mark.parametrize(
    ("typed", "passed", "holding"),
    [
        (b"ls\r", b"ls\r", False),
        (b"\x10", b"", True),
        (b"a\x10", b"a", True),
        (b"\x10x", b"\x10x", False),
        (b"\x10\x10", b"\x10", True),
        (b"\x11", b"\x11", False),
    ],
)
def test_a_started_sequence_is_held_back(typed: bytes, passed: bytes, holding: bool) -> None:
    recogniser = DetachRecogniser(CTRL_P_CTRL_Q)
    assert recogniser.feed(typed) == (passed, False)
    assert recogniser.holding == holding
    assert passed + recogniser.release() == typed
    assert not recogniser.holding


def test_what_follows_the_detach_keys_is_dropped() -> None:
    assert DetachRecogniser(CTRL_P_CTRL_Q).feed(b"a\x10\x11b") == (b"a", True)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("ctrl-p,ctrl-q", CTRL_P_CTRL_Q),
        ("a", b"a"),
        ("ctrl-@,ctrl-[,ctrl-\\,ctrl-],ctrl-^,ctrl-_", b"\0\x1b\x1c\x1d\x1e\x1f"),
        ("ctrl-a,ctrl-z,DEL", b"\x01\x1a\x7f"),
        ("A, ,~", b"A ~"),
    ],
)
def test_detach_keys_in_dockers_spelling(text: str, keys: bytes) -> None:
    assert parse_detach_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "word"),
    [("", ""), ("ctrl-p,", ""), ("ctrl-P", "ctrl-P"), ("shift-a", "shift-a"), ("é", "é"), ("ctrl-1", "ctrl-1")],
)
def test_detach_keys_that_docker_refuses(text: str, word: str) -> None:
    with pytest.raises(ValueError, match="Unknown character") as caught:
        parse_detach_keys(text)
    assert str(caught.value) == f"Unknown character: '{word}'"


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("plain é\n", "plain é\n"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b[?25lhidden\x1b[2K\r", "hidden\r"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1bP1$r\x1b\\after", "after"),
        ("\x1b(Bascii\x1b=\x1b7", "ascii"),
        ("cut off \x1b", "cut off "),
        ("cut off \x1b[3", "cut off "),
        ("cut off \x1b]0;tit", "cut off "),
    ],
)
def test_escape_sequences_are_stripped(text: str, plain: str) -> None:
    assert strip_escapes(text) == plain


# --- reports of the terminal's size -------------------------------------------------------------------------------

REPORT = b"\x1b[8;50;132t"
SIZE = os.terminal_size((132, 50))
TYPED = st.text(alphabet="\x1b[8;0123t~AxR", max_size=12).map(str.encode)


def read_reports(pieces: list[bytes], expected: bool = True) -> tuple[bytes, list[os.terminal_size]]:
    """All that is passed on in the end, and the sizes found; ``expected``: one question was asked."""
    reports, passed, sizes = SizeReports(), b"", list[os.terminal_size]()
    if expected:
        reports.expect(10.0)
    for piece in pieces:
        more, size = reports.feed(piece, 5.0)
        passed += more
        sizes += [size] if size else []
    return passed + reports.release(), sizes


@given(TYPED, TYPED, PLACES)
def test_the_answer_is_found_at_every_split_and_the_rest_passes(
    before: bytes, behind: bytes, places: list[int]
) -> None:
    whole = read_reports([before + REPORT + behind])
    assert read_reports(cut(before + REPORT + behind, places)) == whole
    if b"t" not in before:
        assert whole == (before + behind, [SIZE])


@given(TYPED, PLACES)
def test_without_a_question_everything_passes_at_once(typed: bytes, places: list[int]) -> None:
    reports = SizeReports()
    pieces = cut(typed + REPORT, places)
    assert [reports.feed(piece, 5.0) for piece in pieces] == [(piece, None) for piece in pieces]


def test_each_question_takes_one_answer() -> None:
    assert read_reports([REPORT + REPORT]) == (REPORT, [SIZE])
    assert read_reports([REPORT, REPORT]) == (REPORT, [SIZE])


def test_what_comes_too_late_is_somebody_else_s() -> None:
    reports = SizeReports()
    reports.expect(10.0)
    assert reports.feed(REPORT[:4], 9.0) == (b"", None)
    assert reports.holding
    assert reports.feed(REPORT[4:], 10.0) == (REPORT, None)
    assert not reports.holding
    assert not reports.expects(10.0)


@pytest.mark.parametrize(
    "typed",
    [
        b"\x1b",
        b"\x1b\x1b",
        b"\x1b[A",
        b"\x1b[8~",
        b"\x1b[8;5u",
        b"\x1b[8;50;132;1t",
        b"\x1b[8;50t",
        b"\x1b[8;;t",
        b"\x1b[8;50;13200t",
        b"\x1b[9;50;132t",
        b"\x1b[48;50;132;0;0t",
        b"\x1b[50;132R",
        b"\x1b[200~[8;50;132t\x1b[201~",
        b"[8;50;132t",
        b"\xc3\xa9",
    ],
)
def test_no_other_sequence_is_touched(typed: bytes) -> None:
    for place in range(len(typed) + 1):
        assert read_reports([typed[:place], typed[place:]]) == (typed, [])


def test_only_what_may_be_the_answer_is_held_back() -> None:
    reports = SizeReports()
    reports.expect(10.0)
    for place in range(1, len(REPORT)):
        assert reports.feed(b"x" + REPORT[:place], 5.0) == (b"x", None)
        assert reports.release() == REPORT[:place]


# --- rows that nobody makes ---------------------------------------------------------------------------------------

ROWS = st.lists(st.sampled_from([b"a", b"\r", b"\n", b"\x04", "é".encode()]), max_size=12).map(b"".join)


def typed_rows(pieces: list[bytes]) -> list[bytes]:
    """What is read; between two ends of input, which are b"", put together."""
    rows, read = TypedRows(), [b""]
    for piece in pieces:
        while piece:
            found, piece = rows.feed(piece)  # noqa: PLW2901 - what is left of it
            if found == b"":
                read += [b""]
            read[-1] += found or b""
    return read


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (b"one\rtwo\r\nthree\n", [b"one\ntwo\nthree\n"]),
        (b"\r\r\n\n\r", [b"\n\n\n\n"]),
        (b"half\x04rest\r", [b"half", b"rest\n"]),
        (b"\x04\n\x04\r\x04\r\n\x04", [b"", b"", b"", b"", b""]),
        (b"\x04\r\n\n", [b"", b"\n"]),
    ],
)
def test_rows_and_ends_of_input(typed: bytes, read: list[bytes]) -> None:
    assert typed_rows([typed]) == read


@given(ROWS, PLACES)
def test_rows_are_the_same_at_every_split(typed: bytes, places: list[int]) -> None:
    assert typed_rows(cut(typed, places)) == typed_rows([typed])


# --- where something may be put into the output -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        (b"", True),
        (b"text\r\n", True),
        (b"\x1b[31m", True),
        (b"\x1b[38;5;102mred", True),
        (b"\x1b[38;5;10", False),
        (b"\x1b", False),
        (b"done\x1b[0m \x1b", False),
        (b"\x1b7", True),
        (b"\x1bM", True),
        (b"\x1b(B", True),
        (b"\x1b(", False),
        (b"\x1b]0;title", False),
        (b"\x1b]0;title\x07", True),
        (b"\x1b]0;title\x07text", True),
        (b"\x1b]0;title\x1b\\", True),
        (b"\x1bPq#0;2;0;0", False),
        (b"\x1bPq#0;2;0;0\x07", False),
        (b"\x1bPq#0;2;0;0\x1b\\", True),
        ("é".encode(), True),
        ("é".encode()[:1], False),
        ("€".encode()[:2], False),
        ("🐳".encode(), True),
        ("🐳".encode()[:3], False),
        (b"\xa9\xa9\xa9\xa9", True),
    ],
)
def test_between_sequences_and_letters(written: bytes, clean: bool) -> None:
    boundary = Boundary()
    boundary.feed(written)
    assert boundary.clean is clean
    boundary.feed(b"\x1b\\")
    assert boundary.clean


WRITTEN = st.lists(
    st.sampled_from(
        [b"\x1b", b"[", b"]0;", b"P", b"\x07", b"\\", b"31", b"m", b" ", b"x", "é".encode(), b"\xe2", b"\x82"]
    ),
    max_size=12,
).map(b"".join)


@given(WRITTEN, PLACES)
def test_boundaries_are_the_same_at_every_split(written: bytes, places: list[int]) -> None:
    whole, parts = Boundary(), Boundary()
    whole.feed(written)
    for piece in cut(written, places):
        parts.feed(piece)
    assert parts.clean is whole.clean


def test_a_long_string_is_not_kept() -> None:
    boundary = Boundary()
    boundary.feed(b"\x1bP" + b"x" * 1_000_000)
    boundary.feed(b"x" * 1_000_000)
    assert not boundary.clean
    assert len(boundary._open) < 100
