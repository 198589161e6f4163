"""Programs under a real pseudo-terminal."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dshell.stream.base import Stream
from dshell.stream.program import Program, start

assert sys.platform != "win32"

SIZE = os.terminal_size((81, 25))
LATE = 30.0


def run(script: str, *, size: os.terminal_size = SIZE, folder: str = "/") -> Program:
    return start(["sh", "-c", script], os.environ, folder, size)


def read_until(stream: Stream, wanted: bytes) -> bytes:
    data = b""
    while wanted not in data:
        channel, piece = stream.read()
        assert channel == 1
        assert piece, f"ended without {wanted!r}: {data!r}"
        data += piece
    return data


def finish(stream: Stream) -> tuple[bytes, int]:
    """All further output, and the exit code."""
    data = b""
    while piece := stream.read()[1]:
        data += piece
    code = stream.wait()
    stream.close()
    return data, code


@pytest.mark.parametrize(
    ("script", "output", "code"),
    [
        ("stty size", b"25 81\r\n", 0),
        ("test -t 0 && test -t 1 && test -t 2 && echo all", b"all\r\n", 0),
        ("echo here >/dev/tty", b"here\r\n", 0),
        ("echo out; echo err >&2; exit 3", b"out\r\nerr\r\n", 3),
        ("pwd", b"/\r\n", 0),
        ("kill -TERM $$", b"", 143),
        ("kill -KILL $$", b"", 137),
    ],
)
def test_a_program_has_a_terminal_of_its_own(script: str, output: bytes, code: int) -> None:
    assert finish(run(script)) == (output, code)


def test_it_is_in_the_foreground_of_its_terminal() -> None:
    output, _ = finish(run("ps -o tpgid=,pgid=,sid= -p $$"))
    assert len(set(output.split())) == 1


def test_arguments_arrive_as_they_are(tmp_path: Path) -> None:
    words = ["", "a b", "$HOME", "'\"", "-x", "*", "é\n", "\\"]
    program = f"import sys; open({str(tmp_path / 'words')!r}, 'w').write(repr(sys.argv[1:]))"
    assert finish(start([sys.executable, "-c", program, *words], os.environ, "/", SIZE))[1] == 0
    assert (tmp_path / "words").read_text() == repr(words)


def test_environment_and_folder_are_the_given_ones(tmp_path: Path) -> None:
    stream = start(
        ["sh", "-c", "pwd; echo $GIVEN; echo ${HOME-none}"],
        {"PATH": "/bin:/usr/bin", "GIVEN": "x"},
        str(tmp_path),
        SIZE,
    )
    assert finish(stream) == (f"{tmp_path}\r\nx\r\nnone\r\n".encode(), 0)


@pytest.mark.parametrize("argv", [["no-such-program"], ["/no/such/program"]])
def test_a_program_that_does_not_exist_is_an_error(argv: list[str]) -> None:
    with pytest.raises(FileNotFoundError):
        start(argv, os.environ, "/", SIZE)


def test_a_folder_that_does_not_exist_is_an_error() -> None:
    before = open_descriptors()
    with pytest.raises(FileNotFoundError):
        run("true", folder="/no/such/folder")
    assert open_descriptors() == before


def test_all_output_is_read_before_the_end() -> None:
    output, _ = finish(run("seq 1 200000"))
    assert output == b"".join(b"%d\r\n" % number for number in range(1, 200001))


def test_a_silent_program_is_waited_for() -> None:
    assert finish(run("sleep 0.6; echo late; exit 4")) == (b"late\r\n", 4)


def test_output_waits_for_a_slow_reader() -> None:
    stream = run("seq 1 50000")
    time.sleep(0.3)
    assert finish(stream)[0].endswith(b"\r\n50000\r\n")


def test_what_a_program_leaves_behind_does_not_hold_the_end_up() -> None:
    stream = run("(trap '' HUP; exec sleep 60) & echo $!")
    output, code = finish(stream)
    assert code == 0
    os.kill(int(output), 9)


def test_every_byte_passes_both_ways() -> None:
    every = bytes(range(256)) * 64
    stream = run("stty raw -echo; printf ready; cat")
    read_until(stream, b"ready")
    writer = threading.Thread(target=stream.write, args=(every,))
    writer.start()
    data = b""
    while len(data) < len(every):
        data += stream.read()[1]
    writer.join()
    assert data == every
    stream.close()
    stream.wait()


@pytest.mark.parametrize("typed", [b"", b"line\n", b"no line", b"line\nno line"])
def test_end_of_input_is_seen_wherever_the_line_stands(typed: bytes) -> None:
    stream = run("stty -echo; printf ready; cat; echo done")
    read_until(stream, b"ready")
    stream.write(typed)
    stream.end_input()
    assert finish(stream) == (typed.replace(b"\n", b"\r\n") + b"done\r\n", 0)


def test_end_of_input_is_the_character_that_the_program_set() -> None:
    stream = run("stty -echo eof ^X; printf ready; cat; echo done")
    read_until(stream, b"ready")
    stream.end_input()
    assert finish(stream)[0] == b"done\r\n"


@pytest.mark.parametrize(
    ("typed", "unread"),
    [
        (b"one\rtwo\rthree", b"two\nthree"),
        (b"one\r", b""),
        ("one\r\u00e9\x1b[A\r".encode(), "\u00e9\x1b[A\n".encode()),
        (b"one\r\x04two\r", b"two\n"),
    ],
)
def test_what_the_program_did_not_read_is_known_at_the_end(typed: bytes, unread: bytes) -> None:
    stream = run("printf ready; read line; sleep 0.1; echo $line")
    read_until(stream, b"ready")
    stream.write(typed)
    assert finish(stream)[0].endswith(b"one\r\n")
    stream.write(b"late")
    assert stream.unread == unread + b"late"


def test_what_was_written_and_found_no_room_is_not_lost() -> None:
    stream = run("stty raw -echo; printf ready; sleep 0.2")
    read_until(stream, b"ready")
    data = b"x" * 200_000
    writer = threading.Thread(target=stream.write, args=(data,))
    writer.start()
    finish(stream)
    writer.join(LATE)
    assert stream.unread == data


def test_interrupt_is_a_byte() -> None:
    stream = run("printf ready; exec sleep 60")
    read_until(stream, b"ready")
    stream.write(b"\x03")
    assert finish(stream)[1] == 130


def test_a_new_size_is_told() -> None:
    stream = run("trap 'stty size; exit' WINCH; printf ready; while :; do sleep 0.05; done")
    read_until(stream, b"ready")
    stream.resize(os.terminal_size((132, 50)))
    assert finish(stream)[0] == b"50 132\r\n"


@pytest.mark.parametrize(
    "act",
    [
        lambda stream: stream.write(b"late" * 100_000),
        lambda stream: stream.end_input(),
        lambda stream: stream.resize(SIZE),
        lambda stream: stream.close(),
    ],
    ids=["write", "end_input", "resize", "close"],
)
@pytest.mark.parametrize("closed", [False, True])
def test_nothing_happens_after_the_end(act: Callable[[Stream], None], closed: bool) -> None:
    stream = run("exit 5")
    while stream.read()[1]:
        pass
    assert stream.wait() == 5
    if closed:
        stream.close()
    act(stream)
    stream.close()
    assert stream.read() == (1, b"")


def test_close_ends_a_read_and_a_write_that_wait() -> None:
    stream = run("stty raw -echo; printf ready; exec sleep 60")
    read_until(stream, b"ready")
    ends: list[object] = []
    threads = [
        threading.Thread(target=lambda: ends.append(stream.read())),
        threading.Thread(target=lambda: ends.append(stream.write(b"x" * 1_000_000))),  # type: ignore[func-returns-value]
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.1)
    stream.close()
    for thread in threads:
        thread.join(LATE)
    assert sorted(ends, key=str) == [(1, b""), None]
    assert stream.wait() == 129


def test_many_may_start_at_once_from_threads() -> None:
    codes: list[int] = []
    threads = [threading.Thread(target=lambda: codes.append(finish(run("exit 7"))[1])) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LATE)
    assert codes == [7] * 20


def test_nothing_is_left_open() -> None:
    before = open_descriptors()
    for _ in range(30):
        finish(run("true"))
    assert open_descriptors() == before


def open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))
