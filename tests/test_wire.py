"""Bytes in, meaning out, at every split."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.wire import DAEMON_ERROR, Demultiplexer, DetachRecogniser, parse_detach_keys, strip_escapes

CTRL_P_CTRL_Q = b"\x10\x11"


def frame(channel: int, payload: bytes) -> bytes:
    return bytes([channel, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """``data`` in pieces, cut at each of ``places`` that lies inside."""
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(edges)]


def joined(pieces: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Neighbouring pieces of one channel put together: how they were split tells nothing."""
    whole: list[tuple[int, bytes]] = []
    for channel, payload in pieces:
        if whole and whole[-1][0] == channel:
            whole[-1] = (channel, whole[-1][1] + payload)
        else:
            whole.append((channel, payload))
    return whole


FRAMES = st.lists(st.tuples(st.integers(1, 3), st.binary(max_size=20)), max_size=6)
PLACES = st.lists(st.integers(0, 400), max_size=12)


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
    demultiplexer.feed(b"".join(frame(*one) for one in frames) + last[: 1 + cut_at % (len(last) - 1)])
    assert not demultiplexer.between_frames


def test_payload_is_passed_on_before_its_frame_is_whole() -> None:
    demultiplexer = Demultiplexer()
    assert demultiplexer.feed(bytes([1, 0, 0, 0]) + (2**30).to_bytes(4, "big") + b"first") == [(1, b"first")]
    assert demultiplexer.feed(b"next") == [(1, b"next")]
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
    assert Demultiplexer().feed(data) == pieces


@pytest.mark.parametrize("data", [b"\x04\0\0\0\0\0\0\x01x", b"hello, world", b"\x01\0\x07\0\0\0\0\x01x"])
def test_other_bytes_are_no_frames(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a frame header"):
        Demultiplexer().feed(data)


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
