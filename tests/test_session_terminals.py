"""The pump between real pseudo-terminals, and how it leaves the one that it was started on."""

from __future__ import annotations

import os
import signal
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dshell.run.session import Ending, Outcome, Session, join
from dshell.stream.base import Stream
from dshell.stream.program import start
from tests.pumped import END, KEYS, LATE, FakeStream, wait_until

if sys.platform != "win32":
    from dshell.terminal.posix import PosixTerminal
    from tests.screen import Screen

assert sys.platform != "win32"


@pytest.fixture
def pty() -> Iterator[tuple[PosixTerminal, int, int]]:
    """A terminal, its master and its slave."""
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (24, 80))
    yield PosixTerminal((slave, slave, slave)), master, slave
    os.close(master)
    os.close(slave)


Pty = tuple[PosixTerminal, int, int]


def program(script: str) -> Stream:
    return start(["sh", "-c", script], os.environ, "/", os.terminal_size((80, 24)))


def read_from(master: int, length: int) -> bytes:
    data = b""
    while len(data) < length:
        data += os.read(master, length - len(data))
    return data


def test_what_is_typed_when_the_program_ends_is_there_for_the_next_read(pty: Pty) -> None:
    terminal, master, slave = pty
    stream = FakeStream([END])

    def type_ahead() -> None:
        wait_until(lambda: termios.tcgetattr(slave)[tty.LFLAG] & termios.ICANON)
        os.write(master, b"ls\n")

    stream.before_code = type_ahead
    assert join(terminal, stream, Session(tty=True, stdin=True)).ending is Ending.ENDED
    assert terminal.read(LATE) == b"ls\n"


def test_every_byte_passes_both_ways_through_two_terminals(pty: Pty) -> None:
    terminal, master, _ = pty
    every = bytes(range(256)) * 16
    outcomes: list[Outcome] = []
    stream = program("stty raw -echo; printf ready; exec cat")
    thread = threading.Thread(target=lambda: outcomes.append(join(terminal, stream, Session(tty=True, stdin=True))))
    thread.start()
    assert read_from(master, 5) == b"ready"
    os.write(master, every)
    assert read_from(master, len(every)) == every
    stream.close()
    thread.join(LATE)
    assert outcomes == [Outcome(Ending.ENDED, 129)]  # hung up


def test_nothing_is_left_after_many_sessions(pty: Pty) -> None:
    terminal, master, slave = pty
    found = termios.tcgetattr(slave)
    before = len(os.listdir("/dev/fd")), threading.active_count()
    for number in range(200):
        outcome = join(terminal, FakeStream([(1, b"x"), END], code=number), Session(tty=True, stdin=True))
        assert outcome == Outcome(Ending.ENDED, number)
    assert (len(os.listdir("/dev/fd")), threading.active_count()) == before
    assert termios.tcgetattr(slave) == found
    assert read_from(master, 200) == b"x" * 200


SESSION = """
import os, sys
from dshell.run.session import Session, join
from dshell.stream.program import start
from dshell.terminal.posix import PosixTerminal
terminal = PosixTerminal()
if sys.argv[1] == "forward":
    on_signal = lambda name: terminal.write(b"<" + name.encode() + b">")
else:
    on_signal = None
stream = start(["sh", "-c", sys.argv[2]], os.environ, "/", terminal.size())
if sys.argv[1] == "break":
    stream.write = None
outcome = join(terminal, stream, Session(tty=True, stdin=True, on_signal=on_signal, detach_keys=b"\\x10\\x11"))
print(outcome.ending.value, outcome.exit_code, outcome.signal or "-")
"""


@contextmanager
def session(script: str, how: str = "plain") -> Iterator[Screen]:
    with Screen([sys.executable, "-c", SESSION, how, script], cwd=Path(__file__).parent.parent) as screen:
        yield screen


def is_raw(screen: Screen) -> bool:
    flags = screen.modes()[tty.LFLAG]
    assert isinstance(flags, int)
    return not flags & (termios.ICANON | termios.ISIG | termios.ECHO)


def terminate(screen: Screen) -> None:
    for _ in range(3):
        os.kill(screen.process.pid, signal.SIGTERM)
        time.sleep(0.2)


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda screen: screen.send("exit 7\r"), "ended 7 -"),
        (lambda screen: screen.send(KEYS), "detached 0 -"),
        (lambda screen: os.kill(screen.process.pid, signal.SIGHUP), "interrupted 0 HUP"),
        (terminate, "interrupted 0 TERM"),
    ],
    ids=["exit", "detach", "HUP", "TERM"],
)
def test_the_terminal_is_left_as_it_was_found(end: Callable[[Screen], object], outcome: str) -> None:
    with session("PS1='in> ' exec sh -i") as screen:
        screen.expect("in> ")
        assert is_raw(screen)
        end(screen)
        screen.expect(outcome)
        assert screen.wait() == 0
        assert not is_raw(screen)


def test_the_terminal_is_left_as_it_was_found_after_a_bug() -> None:
    with session("printf ready; cat", "break") as screen:
        screen.expect("ready")
        assert is_raw(screen)
        screen.send("x")
        screen.expect("TypeError")
        assert screen.wait() == 1
        assert not is_raw(screen)


def test_control_c_is_a_byte_for_the_program_and_no_signal_here() -> None:
    with session("trap 'echo caught; exit 5' INT; printf ready; while :; do sleep 0.05; done", "forward") as screen:
        screen.expect("ready")
        screen.send("\x03")
        screen.expect("ended 5 -")
        assert "<INT>" not in screen.text()
        assert "caught" in screen.text()


def test_signals_to_dshell_are_forwarded_and_the_session_goes_on() -> None:
    with session("PS1='in> ' exec sh -i", "forward") as screen:
        screen.expect("in> ")
        os.kill(screen.process.pid, signal.SIGTERM)
        screen.expect("<TERM>")
        assert is_raw(screen)
        screen.send("exit\r")
        screen.expect("ended 0 -")


def test_a_resize_of_the_window_reaches_the_program() -> None:
    with session("trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done") as screen:
        screen.expect("40 100")
        screen.resize(70, 30)
        screen.expect("30 70")
