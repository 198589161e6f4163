"""What every kind of stream does, whatever carries it: run by pytest here, and by the Windows Python in Wine.

Each check gets ``run``, which starts a script of ``sh`` behind a stream of one kind. ``tty``: it has a terminal of
SIZE; a program under a pseudo-terminal has one always.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial
from typing import NamedTuple, Protocol

from dshell.engine.http import HttpEngine
from dshell.engine.records import Joining
from dshell.stream.base import Stream

SIZE = os.terminal_size((100, 40))
LATE = 30.0
END = (1, b"")


class Run(Protocol):
    def __call__(self, script: str, *, tty: bool = True) -> Stream: ...


def by_exec(engine: HttpEngine, container: str, script: str, *, tty: bool = True) -> Stream:
    """A script in a running container: the streams that an engine makes."""
    size = {"ConsoleSize": [SIZE.lines, SIZE.columns]} if tty else {}
    attached = {"AttachStdin": True, "AttachStdout": True, "AttachStderr": True, "Tty": tty}
    created = engine.exec_create(container, {"Cmd": ["sh", "-c", script], **attached, **size})
    stream = engine.exec_start(created, {"Tty": tty, **size}, Joining(tty, stdin=True))
    if tty:
        stream.resize(SIZE)
    return stream


class Ended(NamedTuple):
    text: str
    code: int


def finish(stream: Stream) -> Ended:
    """All that comes, ends of rows as one character, and the exit code."""
    data = b""
    while piece := stream.read()[1]:
        data += piece
    assert stream.read() == END, "the end stays"
    code = stream.wait()
    stream.close()
    stream.close()
    return Ended(data.decode().replace("\r\n", "\n").replace("\r", ""), code)


def read_until(stream: Stream, wanted: bytes) -> None:
    data = b""
    while wanted not in data:
        _, piece = stream.read()
        assert piece, f"ended without {wanted!r}: {data!r}"
        data += piece


def all_output_comes_before_the_end(run: Run) -> None:
    ended = finish(run("seq 1 20000; exit 3"))
    assert ended.code == 3
    assert [line.rstrip() for line in ended.text.split()] == [str(number) for number in range(1, 20001)]


def a_silent_program_is_waited_for(run: Run) -> None:
    assert finish(run("sleep 0.6; exit 4")) == ("", 4)


def input_reaches_the_program_cut_anywhere(run: Run) -> None:
    stream = run("stty -echo; echo ready; read line; echo got-$line")
    read_until(stream, b"ready")
    for byte in "é🐳\n".encode():
        stream.write(bytes([byte]))
    assert finish(stream).text.endswith("got-é🐳\n")


def the_end_of_input_leaves_the_answer_to_come(run: Run) -> None:
    stream = run("test -t 0 && stty -echo; echo ready; cat; sleep 0.2; echo over", tty=False)
    read_until(stream, b"ready")
    stream.write(b"question\n")
    stream.end_input()
    assert finish(stream).text.endswith("question\nover\n")


def a_size_is_told(run: Run) -> None:
    stream = run("for size in '40 100' '50 132'; do while ! stty size | grep \"$size\"; do sleep 0.05; done; done")
    read_until(stream, b"40 100")
    stream.resize(os.terminal_size((132, 50)))
    assert finish(stream).text.endswith("50 132\n")


def an_interrupt_is_a_byte(run: Run) -> None:
    stream = run("trap 'exit 5' INT; echo ready; while :; do sleep 0.05; done")
    read_until(stream, b"ready")
    stream.write(b"\x03")
    assert finish(stream).code == 5


def closing_wakes_who_reads_and_makes_the_rest_nothing(run: Run) -> None:
    stream = run("echo ready; exec sleep 60")
    read_until(stream, b"ready")
    ends: list[tuple[int, bytes]] = []
    reader = threading.Thread(target=lambda: ends.append(stream.read()))
    reader.start()
    reader.join(0.05)
    stream.close()
    reader.join(LATE)
    assert ends == [END]
    for act in (partial(stream.write, b"late"), stream.end_input, partial(stream.resize, SIZE), stream.close):
        act()
    assert stream.read() == END


def nothing_happens_after_the_end(run: Run) -> None:
    stream = run("exit 6")
    while stream.read()[1]:
        pass
    stream.write(b"late" * 10_000)
    stream.resize(SIZE)
    stream.end_input()
    assert stream.wait() == 6
    stream.close()


CHECKS: tuple[Callable[[Run], None], ...] = (
    all_output_comes_before_the_end,
    a_silent_program_is_waited_for,
    input_reaches_the_program_cut_anywhere,
    the_end_of_input_leaves_the_answer_to_come,
    a_size_is_told,
    an_interrupt_is_a_byte,
    closing_wakes_who_reads_and_makes_the_rest_nothing,
    nothing_happens_after_the_end,
)
