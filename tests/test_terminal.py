"""One contract for every kind of terminal, then what only a real pseudo-terminal can show.

The kinds of Windows are held to it in Wine (``windows/test_contracts``).
"""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from dshell.errors import TerminalError
from dshell.terminal.base import STDERR, STDOUT, Shown, Terminal
from dshell.terminal.detect import World, is_msys_pty, open_terminal, windows_world, world
from dshell.terminal.mintty import MinttyTerminal
from dshell.terminal.plain import PlainTerminal
from tests.terminal_contract import BYTES, EVERY_BYTE, LATE, SOON, TEXT, Check

if sys.platform != "win32":
    from dshell.terminal.posix import PosixTerminal
    from tests.msys import PipeKeyboard
    from tests.screen import Screen

assert sys.platform != "win32"


@dataclass
class Bench:
    """A terminal and the other end of its streams. ``ends``: where its input comes from, its output and errors go."""

    terminal: Terminal
    ends: tuple[int, int, int]
    own: list[int] = field(default_factory=list)

    def type(self, data: bytes) -> None:
        os.write(self.ends[0], data)

    def seen(self, length: int, channel: int = STDOUT) -> bytes:
        data = b""
        while len(data) < length:
            data += os.read(self.ends[channel], length - len(data))
        return data

    def hang_up(self) -> None:
        for end in set(self.ends):
            os.close(end)
        self.ends = (-1, -1, -1)

    def close(self) -> None:
        for descriptor in {*self.ends, *self.own} - {-1}:
            os.close(descriptor)


def on_pty() -> Bench:
    master, slave = os.openpty()
    return Bench(PosixTerminal((slave, slave, slave)), (master, master, master), [slave])


def on_pipes(kind: Callable[[tuple[int, int, int]], Terminal]) -> Bench:
    (entry, typed), (shown, out), (told, err) = os.pipe(), os.pipe(), os.pipe()
    return Bench(kind((entry, out, err)), (typed, shown, told), [entry, out, err])


def mintty(streams: tuple[int, int, int]) -> Terminal:
    shown = Shown(stdin=True, stdout=True, stderr=True)
    return MinttyTerminal(shown, lambda *_words: "", PipeKeyboard(streams[0]), lambda _deaf: None, streams)


KINDS: dict[str, Callable[[], Bench]] = {
    "posix-pty": on_pty,
    "posix-pipes": lambda: on_pipes(PosixTerminal),
    "plain-pipes": lambda: on_pipes(PlainTerminal),
    "mintty-pipes": lambda: on_pipes(mintty),
}


@pytest.fixture(params=KINDS)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    bench = KINDS[request.param]()
    yield bench
    bench.close()


@pytest.fixture
def pty() -> Iterator[Bench]:
    bench = on_pty()
    yield bench
    bench.close()


# --- the contract -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", [*TEXT, *BYTES], ids=lambda check: check.__name__)
def test_every_kind_of_terminal(bench: Bench, check: Check) -> None:
    check(bench)


def test_wake_works_from_a_signal_handler_during_a_read(bench: Bench) -> None:
    found = signal.signal(signal.SIGUSR1, lambda *_: bench.terminal.wake())
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGUSR1))
    try:
        timer.start()
        assert bench.terminal.read(LATE) is None
    finally:
        timer.join()
        signal.signal(signal.SIGUSR1, found)


def test_what_nobody_asked_for_stays_for_the_next_program(bench: Bench) -> None:
    bench.type(b"mine\n")
    assert bench.terminal.read(LATE) == b"mine\n"
    bench.type(b"not mine\n")
    descriptor = bench.own[0]
    assert os.read(descriptor, 100) == b"not mine\n"


def test_a_file_is_read_to_its_end() -> None:
    for kind in (PosixTerminal, PlainTerminal):
        with open(__file__, "rb") as file:
            terminal = kind((file.fileno(), 1, 2))
            data = b""
            while piece := terminal.read(LATE):
                data += piece
            file.seek(0)
            assert data == file.read()


# --- a real terminal ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "terminals",
    [(True, True, True), (False, True, True), (True, False, True), (True, True, False), (False, False, False)],
)
def test_each_stream_is_decided_by_itself(terminals: tuple[bool, ...]) -> None:
    master, slave = os.openpty()
    termios.tcsetwinsize(slave, (33, 77))
    reading, writing = os.pipe()
    first, second, third = (slave if terminal else reading for terminal in terminals)
    terminal = PosixTerminal((first, second, third))
    assert terminal.shown == Shown(*terminals)
    assert terminal.size() == ((77, 33) if any(terminals) else (0, 0))
    for descriptor in (master, slave, reading, writing):
        os.close(descriptor)


def test_size_follows_the_window_and_is_zero_when_unknown(pty: Bench) -> None:
    assert pty.terminal.size() == (0, 0)
    termios.tcsetwinsize(pty.ends[0], (50, 132))
    assert pty.terminal.size() == (132, 50)


@pytest.mark.parametrize(
    ("pieces", "fresh"),
    [
        ([], True),
        ([b"abc"], False),
        ([b"abc\n"], True),
        ([b"abc\r\n"], True),
        ([b"half\r"], False),
        ([b"abc", b"\n"], True),
        ([b"abc\n", b""], True),
        ([b"\x1b[31mabc\n\x1b[0m"], True),
        ([b"\x1b[31mabc\x1b[0m"], False),
        ([b"abc\n", b"\x1b[?25h\x1b[0K"], True),
        ([b"x" * 100 + b"\n"], True),
    ],
)
@pytest.mark.parametrize("channel", [STDOUT, STDERR])
def test_it_knows_whether_what_it_wrote_ended_its_row(
    pty: Bench, pieces: list[bytes], fresh: bool, channel: int
) -> None:
    for piece in pieces:
        pty.terminal.write(piece, channel)
    assert pty.terminal.fresh_line == fresh


def test_what_goes_to_a_pipe_begins_no_row_here(pty: Bench) -> None:
    reading, writing = os.pipe()
    slave = pty.own[0]
    terminal = PosixTerminal((slave, writing, slave))
    terminal.write(b"abc", STDOUT)
    assert terminal.fresh_line
    terminal.write(b"abc", STDERR)
    assert not terminal.fresh_line
    os.close(reading)
    os.close(writing)


def modes_during_raw(pty: Bench) -> tuple[int, int]:
    modes = termios.tcgetattr(pty.own[0])
    return modes[tty.LFLAG] & (termios.ICANON | termios.ECHO | termios.ISIG), modes[tty.OFLAG] & termios.OPOST


def test_raw_mode_is_left_as_it_was_found(pty: Bench) -> None:
    odd = termios.tcgetattr(pty.own[0])
    odd[tty.IFLAG] |= termios.INLCR | termios.IGNCR | termios.PARMRK
    odd[tty.CC][termios.VINTR] = b"\x07"
    termios.tcsetattr(pty.own[0], termios.TCSANOW, odd)
    found = termios.tcgetattr(pty.own[0])
    with pty.terminal.raw():
        assert modes_during_raw(pty) == (0, 0)
        pty.type(b"\r\n\xff\x03")
        assert pty.terminal.read(LATE) == b"\r\n\xff\x03"
    assert termios.tcgetattr(pty.own[0]) == found
    with pytest.raises(KeyboardInterrupt), pty.terminal.raw():
        raise KeyboardInterrupt
    assert termios.tcgetattr(pty.own[0]) == found


def test_nothing_typed_ahead_is_thrown_away(pty: Bench) -> None:
    pty.type(b"before")
    with pty.terminal.raw():
        assert pty.terminal.read(LATE) == b"before"
        pty.type(b"within\n")
        select.select([pty.own[0]], [], [])  # it has arrived, so it could be thrown away
    pty.type(b"after\n")
    data = b""
    while data.count(b"\n") < 2:
        data += pty.terminal.read(LATE) or b""
    assert data == b"within\nafter\n"


def test_raw_of_a_terminal_that_is_gone_is_an_error(pty: Bench) -> None:
    pty.hang_up()
    with pytest.raises(TerminalError), pty.terminal.raw():
        pass


def test_a_terminal_that_goes_during_raw_is_left_quietly(pty: Bench) -> None:
    with pty.terminal.raw():
        pty.hang_up()
    assert pty.terminal.read(LATE) == b""


def test_streams_that_somebody_made_non_blocking_still_work(pty: Bench) -> None:
    os.set_blocking(pty.own[0], False)
    data = EVERY_BYTE * 1024
    with pty.terminal.raw():
        writer = threading.Thread(target=pty.terminal.write, args=(data,))
        writer.start()
        assert pty.seen(len(data)) == data
        writer.join()
        assert pty.terminal.read(SOON) is None


LEFT_IN_A_THREAD = """
import sys, threading
from dshell.terminal.posix import PosixTerminal
terminal, entered = PosixTerminal(), threading.Event()
def session():
    with terminal.raw():
        entered.set()
        threading.Event().wait()
threading.Thread(target=session, daemon=True).start()
entered.wait()
terminal.write(b"raw")
terminal.read(30)
sys.exit(3)
"""

SESSION = """
import os, signal, sys
from dshell.terminal.posix import PosixTerminal
go, said = int(sys.argv[1]), int(sys.argv[2])
signal.signal(signal.SIGTTOU, signal.SIG_DFL)
os.read(go, 1)
with PosixTerminal().raw():
    os.write(said, b"raw")
    os.read(go, 1)
"""

# Does what a shell with job control does to SESSION: foreground, then background.
JOB_CONTROL = """
import os, signal, subprocess, sys
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
(go, hold), (hear, said) = os.pipe(), os.pipe()
child = subprocess.Popen(
    [sys.executable, "-c", sys.argv[1], str(go), str(said)], process_group=0, pass_fds=(go, said)
)
os.tcsetpgrp(0, child.pid)
os.write(hold, b"x")
os.read(hear, 3)
os.tcsetpgrp(0, os.getpgrp())
os.write(hold, b"x")
_, status = os.waitpid(child.pid, os.WUNTRACED)
if os.WIFSTOPPED(status):
    os.kill(child.pid, signal.SIGKILL)
print("stopped" if os.WIFSTOPPED(status) else f"ended with {os.waitstatus_to_exitcode(status)}")
"""


def test_raw_mode_in_a_thread_is_left_when_the_program_ends() -> None:
    with Screen([sys.executable, "-c", LEFT_IN_A_THREAD]) as screen:
        found = screen.modes()
        screen.expect("raw")
        assert screen.modes() != found
        screen.send("x")
        assert screen.wait() == 3
        assert screen.modes() == found


def test_raw_mode_is_left_in_the_background_too() -> None:
    with Screen([sys.executable, "-c", JOB_CONTROL, SESSION]) as screen:
        found = screen.modes()
        screen.expect("ended with 0")
        assert screen.modes() == found


# --- which terminal -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (r"\msys-dd50a72ab4668b33-pty0-from-master", True),
        (r"\msys-dd50a72ab4668b33-pty0-to-master", True),
        (r"\msys-dd50a72ab4668b33-pty12-from-master-nat", True),
        (r"\cygwin-e022582115c10879-pty3-to-master-nat", True),
        (r"\msys-dd50a72ab4668b33-1234-pipe-nt-0x5", False),
        (r"\msys-dd50a72ab4668b33-pty0-echoloop", False),
        (r"\msys-dd50a72ab4668b33-pty0-master-ctl", False),
        (r"\msys--pty0-from-master", False),
        (r"\Win32Pipes.00001234.00000001", False),
        (r"\docker_engine", False),
        ("", False),
    ],
)
def test_a_pseudo_terminal_of_msys_is_known_by_its_pipe(name: str, expected: bool) -> None:
    assert is_msys_pty(name) is expected


MSYS_PIPE = r"\msys-dd50a72ab4668b33-pty0-from-master-nat"


@pytest.mark.parametrize(
    ("console", "pipe", "environ", "expected"),
    [
        (True, "", {}, World.CONSOLE),
        (True, "", {"WT_SESSION": "1", "MSYSTEM": "MINGW64", "TERM": "xterm-256color"}, World.CONSOLE),
        (True, "", {"TERM_PROGRAM": "vscode", "MSYSTEM": "MINGW64", "TERM": "xterm-256color"}, World.CONSOLE),
        (True, "", {"TERM_PROGRAM": "mintty", "MSYSTEM": "MINGW64", "TERM": "xterm-256color"}, World.MINTTY),
        (True, "", {"TERM_PROGRAM": "mintty", "MSYSTEM": "MINGW64"}, World.WINPTY),
        (False, MSYS_PIPE, {"TERM_PROGRAM": "mintty", "MSYSTEM": "MINGW64", "TERM": "xterm"}, World.MSYS_PTY),
        (False, MSYS_PIPE, {}, World.MSYS_PTY),
        (False, r"\Win32Pipes.00001234.00000001", {"TERM_PROGRAM": "mintty", "TERM": "xterm"}, World.REDIRECTED),
        (False, "", {"TERM": "xterm-256color"}, World.REDIRECTED),
    ],
)
def test_the_world_is_told_by_handles(console: bool, pipe: str, environ: dict[str, str], expected: World) -> None:
    assert windows_world(console, pipe, environ) is expected


def test_here_it_is_posix() -> None:
    assert open_terminal({}).kind == "posix"
    assert world({"TERM_PROGRAM": "mintty", "MSYSTEM": "MINGW64"}) is World.POSIX
