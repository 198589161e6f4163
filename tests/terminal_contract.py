"""What every kind of terminal does, whatever is behind it: run by pytest here, and by the Windows Python in Wine.

Each check gets a fresh ``Bench``: a terminal, and the other end of its streams.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from dshell.errors import TerminalError
from dshell.terminal.base import STDERR, STDOUT, Terminal

EVERY_BYTE = bytes(range(256))
SOON = 0.01
LATE = 30.0


class Bench(Protocol):
    terminal: Terminal

    def type(self, data: bytes) -> None: ...

    def seen(self, length: int, channel: int = STDOUT) -> bytes:
        """The next bytes that were written to ``channel``."""
        ...

    def hang_up(self) -> None: ...


def read(terminal: Terminal, length: int) -> bytes:
    data = b""
    while len(data) < length:
        data += terminal.read(LATE) or b""
    return data


def nothing_typed_is_none(bench: Bench) -> None:
    assert bench.terminal.read(SOON) is None
    assert bench.terminal.read(0) is None


def keys_come_as_they_are_in_raw_mode(bench: Bench) -> None:
    keys = "a\r\x03\x04\x1b[Aé🐳\x7f".encode()
    with bench.terminal.raw():
        bench.type(keys)
        assert read(bench.terminal, len(keys)) == keys


def raw_mode_can_be_entered_again(bench: Bench) -> None:
    for _ in range(3):
        with bench.terminal.raw():
            bench.type(b"\x03")
            assert bench.terminal.read(LATE) == b"\x03"


def what_is_given_back_comes_first(bench: Bench) -> None:
    with bench.terminal.raw():
        bench.type("é2\r3".encode())
        assert read(bench.terminal, 5) == "é2\r3".encode()
        bench.type(b"4")
        bench.terminal.unread(b"3")
        bench.terminal.unread("é2\r".encode())
        assert read(bench.terminal, 6) == "é2\r34".encode()


def it_works_after_it_was_lent(bench: Bench) -> None:
    with bench.terminal.lent():
        pass
    keys_come_as_they_are_in_raw_mode(bench)


def what_is_written_is_seen(bench: Bench) -> None:
    for channel in (STDOUT, STDERR):
        bench.terminal.write(b"seen", channel)
        assert bench.seen(4, channel) == b"seen"


def a_wake_ends_a_read_that_waits(bench: Bench) -> None:
    results: list[bytes | None] = [b"unset"]
    with bench.terminal.raw():
        reader = threading.Thread(target=lambda: results.append(bench.terminal.read(LATE)))
        reader.start()
        bench.terminal.wake()
        reader.join(LATE)
    assert results == [b"unset", None]


def a_wake_takes_no_byte(bench: Bench) -> None:
    with bench.terminal.raw():
        bench.type(b"x")
        bench.terminal.wake()
        assert bench.terminal.read(LATE) is None
        assert bench.terminal.read(LATE) == b"x"


def more_wakes_than_anybody_reads_do_no_harm(bench: Bench) -> None:
    for _ in range(100_000):
        bench.terminal.wake()
    with bench.terminal.raw():
        bench.type(b"x")
        while (data := bench.terminal.read(LATE)) is None:
            pass
    assert data == b"x"


def every_byte_comes_in_unchanged(bench: Bench) -> None:
    with bench.terminal.raw():
        bench.type(EVERY_BYTE)
        assert read(bench.terminal, len(EVERY_BYTE)) == EVERY_BYTE


def every_byte_goes_out_unchanged_however_slow_the_reader(bench: Bench) -> None:
    data = EVERY_BYTE * 4096
    for channel in (STDOUT, STDERR):
        with bench.terminal.raw():
            writer = threading.Thread(target=bench.terminal.write, args=(data, channel))
            writer.start()
            assert bench.seen(len(data), channel) == data
            writer.join()


def closed_input_is_empty_and_stays_so(bench: Bench) -> None:
    bench.hang_up()
    assert bench.terminal.read(LATE) == b""
    assert bench.terminal.read(LATE) == b""


def writing_to_what_is_closed_is_an_error(bench: Bench) -> None:
    bench.hang_up()
    numbers: list[int | None] = []
    try:
        bench.terminal.write(b"lost")
    except TerminalError as error:
        numbers.append(error.number)
    assert all(numbers)
    assert numbers


Check = Callable[[Bench], None]

TEXT: tuple[Check, ...] = (
    nothing_typed_is_none,
    keys_come_as_they_are_in_raw_mode,
    raw_mode_can_be_entered_again,
    what_is_given_back_comes_first,
    it_works_after_it_was_lent,
    what_is_written_is_seen,
    a_wake_ends_a_read_that_waits,
    a_wake_takes_no_byte,
    more_wakes_than_anybody_reads_do_no_harm,
)
"""Of every kind; a console deals in text, and cannot be taken from under a program."""

BYTES: tuple[Check, ...] = (
    every_byte_comes_in_unchanged,
    every_byte_goes_out_unchanged_however_slow_the_reader,
    closed_input_is_empty_and_stays_so,
    writing_to_what_is_closed_is_an_error,
)
"""Of every kind but a console."""
