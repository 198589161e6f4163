"""An attached stream over a connection that is fed by hand, and over real sockets."""

from __future__ import annotations

import itertools
import os
import socket
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.errors import EngineError, Failure, Trouble
from dshell.stream.attach import MOST, RETRIES, AttachedStream, Controls
from dshell.stream.base import Stream
from dshell.stream.connection import SocketConnection, open_unix
from tests.splits import PLACES, Fed, cut, frame, joined

SIZE = os.terminal_size((132, 43))


def ignore(size: os.terminal_size) -> None:
    """Resizes that matter to nobody."""


def stream(
    connection: Fed | SocketConnection,
    first: bytes = b"",
    *,
    tty: bool = False,
    resize: Callable[[os.terminal_size], None] = ignore,
) -> AttachedStream:
    return AttachedStream(connection, first, Controls(resize, lambda: 7, "unix:///d.sock"), tty=tty)


def read_all(stream: Stream) -> list[tuple[int, bytes]]:
    """Every piece up to the end; neighbours of one channel put together."""
    pieces = list[tuple[int, bytes]]()
    while (piece := stream.read())[1]:
        pieces.append(piece)
    return joined(pieces)


def test_bytes_behind_the_headers_come_first() -> None:
    assert read_all(stream(Fed([b"lo"]), b"hel", tty=True)) == [(1, b"hello")]
    assert read_all(stream(Fed([frame(1, b"out")[3:]]), frame(1, b"out")[:3])) == [(1, b"out")]


def test_a_terminal_is_one_raw_stream() -> None:
    looks_like_a_frame = frame(2, b"\0\xff")
    assert read_all(stream(Fed([looks_like_a_frame]), tty=True)) == [(1, looks_like_a_frame)]


@given(st.integers(0, 40), PLACES)
def test_frames_are_told_apart_at_any_split(first: int, places: list[int]) -> None:
    data = frame(1, b"out") + frame(2, b"err") + frame(1, b"more")
    attached = stream(Fed(cut(data[first:], places)), data[:first])
    assert read_all(attached) == [(1, b"out"), (2, b"err"), (1, b"more")]


@pytest.mark.parametrize(
    ("arriving", "error", "trouble", "words"),
    [
        ([frame(1, b"whole")[:-1]], None, Trouble.LOST, "unexpected EOF"),
        ([frame(1, b"whole")[:5]], None, Trouble.LOST, "unexpected EOF"),
        ([b"HTTP/1.1 "], None, Trouble.PROTOCOL, "not a frame header"),
        ([frame(3, b"no space left")], None, Trouble.LOST, "no space left"),
        ([frame(3, b"no space left")[:12], frame(3, b"no space left")[12:]], None, Trouble.LOST, "no space left"),
        ([frame(3, b"no space left")[:12]], None, Trouble.LOST, "no s"),
        ([frame(3, b"no space") + frame(1, b"x")], None, Trouble.LOST, "no space"),
        ([], OSError(110, "Connection timed out"), Trouble.LOST, "Connection timed out"),
    ],
)
def test_a_broken_stream_is_a_failure(
    arriving: list[bytes], error: OSError | None, trouble: Trouble, words: str
) -> None:
    with pytest.raises(EngineError) as caught:
        read_all(stream(Fed(arriving, error)))
    failure = caught.value.failure
    assert (failure.trouble, failure.endpoint) == (trouble, "unix:///d.sock")
    assert words in failure.words
    assert failure.number == (error.errno if error else None)


def test_an_error_without_end_is_not_waited_for() -> None:
    head = frame(3, b"")[:4] + b"\xff" * 4
    with pytest.raises(EngineError, match="x" * MOST):
        read_all(stream(Fed(itertools.chain([head], itertools.repeat(b"x" * 5000)))))


@pytest.mark.parametrize("behind", [frame(3, b"why"), b"no frame"])
def test_output_before_a_failure_is_not_lost(behind: bytes) -> None:
    broken = stream(Fed([frame(1, b"out") + behind]))
    assert broken.read() == (1, b"out")
    with pytest.raises(EngineError):
        broken.read()


def test_input_is_raw_and_ends_by_a_half_close() -> None:
    connection = Fed([])
    attached = stream(connection)
    attached.write(b"\x10\0\r\n")
    attached.end_input()
    assert connection.sent == [b"\x10\0\r\n", b"<end>"]


def test_input_after_the_end_is_dropped() -> None:
    stream(Fed([], BrokenPipeError(32, "Broken pipe"))).write(b"too late")


def test_wait_is_the_engines() -> None:
    assert stream(Fed([])).wait() == 7


class Window:
    """An engine that refuses the first ``refused`` sizes."""

    def __init__(self, refused: int) -> None:
        self.refused = refused
        self.asked: list[os.terminal_size] = []
        self.accepted = threading.Event()

    def resize(self, size: os.terminal_size) -> None:
        self.asked.append(size)
        if len(self.asked) <= self.refused:
            raise EngineError(Failure(Trouble.REFUSED, "process not found", status=404))
        self.accepted.set()


def test_the_first_size_is_tried_again() -> None:
    window = Window(refused=2)
    stream(Fed([]), resize=window.resize).resize(SIZE)
    assert window.accepted.wait(10)
    assert window.asked == [SIZE] * 3


def test_a_closed_stream_tries_no_more() -> None:
    window = Window(refused=100)
    attached = stream(Fed([]), resize=window.resize)
    attached.resize(SIZE)
    (retrying,) = [thread for thread in threading.enumerate() if thread.name == "resize"]
    attached.close()
    retrying.join(10)
    assert not retrying.is_alive()
    assert len(window.asked) < len(RETRIES)


def test_a_later_size_is_not_tried_again() -> None:
    window = Window(refused=0)
    attached = stream(Fed([]), resize=window.resize)
    attached.resize(SIZE)
    window.refused = 2
    attached.resize(SIZE)
    assert not [thread for thread in threading.enumerate() if thread.name == "resize"]
    assert len(window.asked) == 2


@pytest.mark.parametrize("size", [(0, 0), (80, 0), (0, 24)])
def test_a_size_of_nothing_is_not_sent(size: tuple[int, int]) -> None:
    window = Window(refused=0)
    stream(Fed([]), resize=window.resize).resize(os.terminal_size(size))
    assert window.asked == []


def test_closing_wakes_a_reader_and_is_the_end() -> None:
    ours, theirs = socket.socketpair()
    attached = stream(SocketConnection(ours))
    theirs.sendall(frame(1, b"cut off")[:-1])
    assert attached.read() == (1, b"cut of")
    threading.Timer(0.05, attached.close).start()
    assert attached.read() == (1, b"")
    assert attached.read() == (1, b"")
    attached.close()
    theirs.close()


def test_a_half_close_leaves_the_answer_to_come() -> None:
    ours, theirs = socket.socketpair()
    attached = stream(SocketConnection(ours), tty=True)
    attached.write(b"question")
    attached.end_input()
    assert theirs.recv(100) == b"question"
    assert theirs.recv(100) == b""
    theirs.sendall(b"answer")
    theirs.close()
    assert read_all(attached) == [(1, b"answer")]


def test_an_end_with_unread_input_is_an_end() -> None:
    """``yes | docker run -i alpine true``: the daemon closes with input unread, and the kernel says "reset"."""
    ours, theirs = socket.socketpair()
    attached = stream(SocketConnection(ours), tty=True)
    attached.write(b"y\n" * 100)
    theirs.sendall(b"bye")
    theirs.close()
    assert read_all(attached) == [(1, b"bye")]


def test_a_socket_that_is_not_there_is_an_oserror(tmp_path: os.PathLike[str]) -> None:
    with pytest.raises(FileNotFoundError):
        open_unix(os.path.join(tmp_path, "docker.sock"), 1.0)
