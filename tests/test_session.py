"""The pump: with a terminal and a stream that play a script, and with real pseudo-terminals on both sides."""

from __future__ import annotations

import os
import signal
import sys
import termios
import threading
import time
import tty
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from dshell.errors import EngineError, Failure, TerminalError, Trouble
from dshell.run import session as session_module
from dshell.run.session import FORWARDED, HOLD, Ending, Outcome, Session, Tail, join
from dshell.stream.base import Stream
from dshell.stream.program import start
from dshell.terminal.base import STDOUT, Shown, Terminal

if sys.platform != "win32":
    from dshell.terminal.posix import PosixTerminal
    from tests.screen import Screen

assert sys.platform != "win32"

LATE = 30.0
KEYS = b"\x10\x11"
LOST = Failure(Trouble.LOST, "connection reset by peer")


@dataclass
class FakeTerminal:
    """Plays what is typed; None in ``typed`` is a while in which nothing is."""

    typed: SimpleQueue[bytes | None] = field(default_factory=SimpleQueue)
    columns_lines: tuple[int, int] = (80, 24)
    kind: str = "fake"
    fresh_line: bool = True
    shown: Shown = field(default_factory=lambda: Shown(stdin=True, stdout=True, stderr=True))
    closed: bool = False
    written: list[tuple[int, bytes]] = field(default_factory=list)
    timeouts: list[float] = field(default_factory=list)
    raws: int = 0
    wakes: int = 0
    cooked: threading.Event = field(default_factory=threading.Event)

    def size(self) -> os.terminal_size:
        return os.terminal_size(self.columns_lines)

    @contextmanager
    def raw(self) -> Iterator[None]:
        self.raws += 1
        try:
            yield
        finally:
            self.cooked.set()

    def lent(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read(self, timeout: float) -> bytes | None:
        self.timeouts.append(timeout)
        try:
            return self.typed.get(timeout=timeout)
        except Empty:
            return None

    def unread(self, data: bytes) -> None:
        raise NotImplementedError

    def given_back(self) -> bytes:
        return b""

    def rows(self, _count: int, /) -> Sequence[str]:
        return ()

    def wake(self) -> None:
        self.wakes += 1
        self.typed.put(None)

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        if self.closed:
            raise TerminalError("Broken pipe", 32)
        self.written.append((channel, data))


Step = tuple[int, bytes] | EngineError | Callable[[], object]


@dataclass
class FakeStream:
    """Plays ``steps``: output, an error, or something to do first. Then it is open until it is closed or ``end``.

    ``deaf``: it reads no input, so a write waits for ever.
    """

    steps: list[Step] = field(default_factory=list)
    code: int | EngineError = 0
    before_code: Callable[[], object] = lambda: None
    deaf: bool = False
    log: list[tuple[str, object]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    sized: threading.Event = field(default_factory=threading.Event)

    def read(self) -> tuple[int, bytes]:
        while self.steps:
            step = self.steps.pop(0)
            if isinstance(step, EngineError):
                raise step
            if isinstance(step, tuple):
                self.log.append(("read", step[1]))
                return step
            step()
        assert self.ended.wait(LATE)
        return (1, b"")

    def write(self, data: bytes) -> None:
        self.log.append(("write", data))
        if self.deaf:
            assert self.ended.wait(LATE)

    def end_input(self) -> None:
        self.log.append(("end_input", b""))

    def resize(self, size: os.terminal_size) -> None:
        self.log.append(("resize", tuple(size)))
        self.sized.set()

    def wait(self) -> int:
        self.log.append(("wait", b""))
        self.before_code()
        if isinstance(self.code, EngineError):
            raise self.code
        return self.code

    def close(self) -> None:
        self.log.append(("close", b""))
        self.ended.set()

    def named(self, name: str) -> list[Any]:
        return [fact for known, fact in self.log if known == name]


END = (1, b"")


def typing(*pieces: bytes | None) -> FakeTerminal:
    terminal = FakeTerminal()
    for piece in pieces:
        terminal.typed.put(piece)
    return terminal


def fakes_are_what_they_stand_for() -> tuple[Terminal, Stream]:
    """Checked by mypy."""
    return FakeTerminal(), FakeStream()


# --- output -------------------------------------------------------------------------------------------------------


def test_output_goes_to_its_channel_and_the_exit_code_is_the_outcome() -> None:
    terminal, stream = FakeTerminal(), FakeStream([(1, b"out"), (2, b"err\0\xff"), (1, b"more"), END], code=42)
    assert join(terminal, stream, Session(tty=False, stdin=False)) == Outcome(Ending.ENDED, 42)
    assert terminal.written == [(1, b"out"), (2, b"err\0\xff"), (1, b"more")]
    assert stream.log[-1] == ("close", b"")


def test_no_piece_is_read_before_the_last_one_is_written() -> None:
    stream = FakeStream([*((1, b"%d" % number) for number in range(100)), END])
    terminal = FakeTerminal()
    held: list[int] = []

    def write(data: bytes, channel: int = STDOUT) -> None:
        terminal.written.append((channel, data))
        held.append(len(stream.named("read")) - len(terminal.written))

    terminal.write = write  # type: ignore[method-assign]
    join(terminal, stream, Session(tty=False, stdin=False))
    assert held == [0] * 100


def test_the_tail_of_both_channels_is_kept() -> None:
    tail = Tail(10)
    stream = FakeStream([(1, b"a" * 100), (2, b"12345"), (1, b"678"), END])
    join(FakeTerminal(), stream, Session(tty=False, stdin=False, tail=tail))
    assert tail.text == "aa12345678"


@pytest.mark.parametrize(
    ("stream", "failure"),
    [
        (FakeStream([(1, b"x"), EngineError(LOST)]), LOST),
        (FakeStream([(1, b"x"), END], code=EngineError(LOST)), LOST),
    ],
    ids=["read", "wait"],
)
@pytest.mark.parametrize("tty", [False, True])
def test_a_lost_daemon_is_an_outcome(stream: FakeStream, failure: Failure, tty: bool) -> None:
    stream = FakeStream(list(stream.steps), stream.code)
    terminal = FakeTerminal()
    assert join(terminal, stream, Session(tty=tty, stdin=True)) == Outcome(Ending.LOST, failure=failure)
    assert terminal.cooked.is_set() == tty


def test_a_closed_terminal_ends_the_session() -> None:
    terminal, stream = FakeTerminal(closed=True), FakeStream([(1, b"x")])
    assert join(terminal, stream, Session(tty=True, stdin=True)).ending is Ending.CLOSED
    assert stream.named("wait") == []


def test_a_bug_in_a_stream_does_not_hang_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    outcome = join(FakeTerminal(), FakeStream([lambda: 1 / 0]), Session(tty=True, stdin=True))
    assert outcome.ending is Ending.LOST


# --- input --------------------------------------------------------------------------------------------------------


def test_input_goes_in_and_its_end_leaves_the_output_running() -> None:
    terminal = typing(b"one", b"", b"not this")
    stream = FakeStream()
    stream.steps += [lambda: wait_until(lambda: stream.named("end_input")), (1, b"after"), END]
    assert join(terminal, stream, Session(tty=False, stdin=True)).ending is Ending.ENDED
    assert stream.log[:2] == [("write", b"one"), ("end_input", b"")]
    assert terminal.written == [(1, b"after")]
    assert terminal.typed.get() == b"not this"


@pytest.mark.parametrize("tty", [False, True])
def test_input_that_is_not_attached_is_not_touched(tty: bool) -> None:
    terminal = typing(b"for the next prompt")
    stream = FakeStream([lambda: time.sleep(0.05), END])
    join(terminal, stream, Session(tty=tty, stdin=False))
    assert terminal.typed.get_nowait() == b"for the next prompt"
    assert terminal.typed.empty()
    assert stream.named("write") == []


def test_the_end_wakes_a_read_that_waits_and_no_byte_is_lost() -> None:
    """What is typed while the exit code is still awaited belongs to the next prompt."""
    terminal = FakeTerminal()
    stream = FakeStream([lambda: wait_until(lambda: terminal.timeouts), END])

    def type_ahead() -> None:
        terminal.cooked.wait(LATE)
        terminal.typed.put(b"ls\n")

    stream.before_code = type_ahead
    assert join(terminal, stream, Session(tty=True, stdin=True)).ending is Ending.ENDED
    assert stream.named("write") == []
    left = [terminal.typed.get() for _ in range(terminal.typed.qsize())]
    assert left == [b"ls\n"]
    assert terminal.wakes == 1


@pytest.mark.parametrize(
    ("tty", "stdin", "raw"), [(True, True, 1), (True, False, 0), (False, True, 0), (False, False, 0)]
)
def test_raw_only_for_a_keyboard_and_a_terminal(tty: bool, stdin: bool, raw: int) -> None:
    terminal = FakeTerminal()
    join(terminal, FakeStream([END]), Session(tty=tty, stdin=stdin))
    assert terminal.raws == raw


def test_the_terminal_is_itself_again_while_the_exit_code_is_awaited() -> None:
    terminal = FakeTerminal()
    stream = FakeStream([END], before_code=lambda: seen.append(terminal.cooked.wait(LATE)))
    seen: list[bool] = []
    join(terminal, stream, Session(tty=True, stdin=True))
    assert seen == [True]


# --- detach keys --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "pieces",
    [
        (b"ab\x10\x11",),
        (b"ab\x10", b"\x11"),
        (b"ab", b"\x10\x11"),
        (b"a", b"b", b"\x10", b"\x11"),
        (b"ab\x10\x11cd",),
    ],
)
def test_detach_keys_are_found_at_every_split(pieces: tuple[bytes, ...]) -> None:
    stream = FakeStream()
    outcome = join(typing(*pieces), stream, Session(tty=True, stdin=True, detach_keys=KEYS))
    assert outcome == Outcome(Ending.DETACHED)
    assert b"".join(stream.named("write")) == b"ab"
    assert stream.named("end_input") == stream.named("wait") == []
    assert stream.named("close")


@pytest.mark.parametrize("tty", [True, False])
def test_no_detach_without_keys_or_terminal(tty: bool) -> None:
    stream = FakeStream()
    stream.steps.append(lambda: wait_until(lambda: stream.named("write")))
    stream.steps.append(END)
    outcome = join(typing(KEYS), stream, Session(tty=tty, stdin=True, detach_keys=b"" if tty else KEYS))
    assert outcome.ending is Ending.ENDED
    assert stream.named("write") == [KEYS]


def test_a_lone_first_key_is_held_for_a_while_and_then_passed_on() -> None:
    terminal = typing(b"\x10", None, b"\x11")
    stream = FakeStream()
    stream.steps += [lambda: wait_until(lambda: len(stream.named("write")) == 2), END]
    assert join(terminal, stream, Session(tty=True, stdin=True, detach_keys=KEYS)).ending is Ending.ENDED
    assert stream.named("write") == [b"\x10", b"\x11"]
    assert terminal.timeouts[1] == HOLD
    assert HOLD not in (terminal.timeouts[0], terminal.timeouts[2])


def test_a_held_key_is_passed_on_before_the_input_ends() -> None:
    stream = FakeStream()
    stream.steps += [lambda: wait_until(lambda: stream.named("end_input")), END]
    join(typing(b"x\x10", b""), stream, Session(tty=True, stdin=True, detach_keys=KEYS))
    assert [fact for fact in stream.log if fact[0] in ("write", "end_input")] == [
        ("write", b"x"),
        ("write", b"\x10"),
        ("end_input", b""),
    ]


# --- sizes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("redraw", "sizes"), [(False, [(80, 24)]), (True, [(81, 25), (80, 24)])])
def test_the_size_is_told_before_the_first_output(redraw: bool, sizes: list[tuple[int, int]]) -> None:
    stream = FakeStream([(1, b"x"), END])
    join(FakeTerminal(), stream, Session(tty=True, stdin=True, redraw=redraw))
    assert [fact for name, fact in stream.log[: len(sizes) + 1]] == [*sizes, b"x"]


def test_every_change_is_told_and_nothing_else() -> None:
    terminal, stream = FakeTerminal(), FakeStream()

    def change(size: tuple[int, int]) -> Callable[[], object]:
        def act() -> None:
            stream.sized.clear()
            terminal.columns_lines = size
            assert stream.sized.wait(LATE)

        return act

    stream.steps += [change((100, 30)), change((80, 24)), lambda: time.sleep(0.6), END]
    join(terminal, stream, Session(tty=True, stdin=False))
    assert stream.named("resize") == [(80, 24), (100, 30), (80, 24)]


def test_an_unknown_size_is_never_told() -> None:
    terminal, stream = FakeTerminal(columns_lines=(0, 0)), FakeStream([lambda: time.sleep(0.3), END])
    join(terminal, stream, Session(tty=True, stdin=True))
    assert stream.named("resize") == []


def test_a_program_without_a_terminal_hears_no_size() -> None:
    stream = FakeStream([END])
    join(FakeTerminal(), stream, Session(tty=False, stdin=True))
    assert stream.named("resize") == []


# --- signals ------------------------------------------------------------------------------------------------------


def kill(name: str) -> Callable[[], object]:
    return lambda: os.kill(os.getpid(), getattr(signal, f"SIG{name}"))


def handlers() -> dict[str, object]:
    return {name: signal.getsignal(getattr(signal, f"SIG{name}")) for name in FORWARDED}


@pytest.mark.parametrize("tty", [False, True])
@pytest.mark.parametrize("name", FORWARDED)
def test_a_signal_is_forwarded_by_its_docker_name(name: str, tty: bool) -> None:
    told: SimpleQueue[str] = SimpleQueue()
    found = handlers()
    stream = FakeStream([kill(name), lambda: wait_until(lambda: not told.empty()), END], code=130)
    outcome = join(FakeTerminal(), stream, Session(tty=tty, stdin=True, on_signal=told.put))
    assert outcome == Outcome(Ending.ENDED, 130)
    assert told.get() == name
    assert told.empty()
    assert handlers() == found


def test_signals_stay_in_order_and_a_failing_request_is_nothing() -> None:
    told: list[str] = []

    def forward(name: str) -> None:
        told.append(name)
        raise EngineError(Failure(Trouble.REFUSED, status=409))

    names = ["USR1", "INT", "USR2"]
    steps: list[Step] = []
    for count, name in enumerate(names, 1):
        steps += [kill(name), until_there_are(told, count)]
    join(FakeTerminal(), FakeStream([*steps, END]), Session(tty=False, stdin=False, on_signal=forward))
    assert told == names


def until_there_are(told: list[str], count: int) -> Callable[[], object]:
    return lambda: wait_until(lambda: len(told) >= count)


@pytest.mark.parametrize("forwarded", [False, True])
@pytest.mark.parametrize("stdin", [False, True])
@pytest.mark.parametrize(
    ("names", "patience", "ending", "by"),
    [
        (["INT"], 1, Ending.INTERRUPTED, "INT"),
        (["TERM"], 1, Ending.INTERRUPTED, "TERM"),
        (["INT", "INT"], 3, Ending.ENDED, ""),
        (["INT", "TERM", "INT"], 3, Ending.INTERRUPTED, "INT"),
    ],
)
def test_interrupts_are_counted(
    names: list[str], patience: int, ending: Ending, by: str, stdin: bool, forwarded: bool
) -> None:
    told: list[str] = []
    steps: list[Step] = []
    most = max(patience - 1, 1)  # the last of several ends the session and is not passed on
    for count, name in enumerate(names, 1):
        # One is taken before the next is sent, or the system would make one of two.
        steps += [kill(name), until_there_are(told, min(count, most)) if forwarded else lambda: time.sleep(0.05)]
    stream = FakeStream([*steps, END] if ending is Ending.ENDED else steps)
    session = Session(tty=False, stdin=stdin, on_signal=told.append if forwarded else None, patience=patience)
    assert join(FakeTerminal(), stream, session) == Outcome(ending, signal=by)
    assert told == (names[:most] if forwarded else [])


@pytest.mark.parametrize("stdin", [False, True])
def test_a_program_that_goes_on_after_an_interrupt_is_noticed_once(
    monkeypatch: pytest.MonkeyPatch, stdin: bool
) -> None:
    monkeypatch.setattr(session_module, "HEED", 0.0)
    told: list[str] = []
    noticed: list[tuple[int, str]] = []

    def unheeded(more: int) -> None:
        noticed.append((more, threading.current_thread().name))

    def noticed_first() -> None:
        wait_until(lambda: noticed)

    steps: list[Step] = [kill("INT"), noticed_first, kill("INT"), until_there_are(told, 2), kill("INT")]
    session = Session(tty=False, stdin=stdin, on_signal=told.append, unheeded=unheeded)
    assert join(FakeTerminal(), FakeStream(steps), session).ending is Ending.INTERRUPTED
    assert noticed == [(2, "MainThread")]


@pytest.mark.parametrize(("name", "forwarded"), [("TERM", True), ("INT", False)])
def test_only_an_interrupt_that_was_passed_on_can_be_ignored(
    monkeypatch: pytest.MonkeyPatch, name: str, forwarded: bool
) -> None:
    monkeypatch.setattr(session_module, "HEED", 0.0)
    told, noticed = list[str](), list[int]()
    arrived = until_there_are(told, 1) if forwarded else lambda: time.sleep(0.05)
    session = Session(tty=False, stdin=False, on_signal=told.append if forwarded else None, unheeded=noticed.append)
    assert join(FakeTerminal(), FakeStream([kill(name), arrived, lambda: time.sleep(0.3), END]), session).exit_code == 0
    assert noticed == []


@pytest.mark.parametrize("stdin", [False, True])
@pytest.mark.parametrize("broken", [False, True])
def test_a_program_that_goes_on_after_its_output_is_looked_at_once(
    monkeypatch: pytest.MonkeyPatch, stdin: bool, broken: bool
) -> None:
    monkeypatch.setattr(session_module, "SILENCE", 0.0)
    looked: list[str] = []

    def silent() -> bool:
        looked.append(threading.current_thread().name)
        return broken

    stream = FakeStream([END])
    stream.wait = lambda: wait_until(lambda: looked) or 7  # type: ignore[method-assign,func-returns-value]
    outcome = join(FakeTerminal(), stream, Session(tty=False, stdin=stdin, silent=silent))
    assert looked == ["MainThread"]
    lost = Outcome(Ending.LOST, failure=Failure(Trouble.LOST))
    assert outcome in ([lost] if broken else [Outcome(Ending.ENDED, 7)])


@pytest.mark.parametrize("forwarded", [False, True])
def test_an_interrupt_ends_a_write_that_nobody_reads(forwarded: bool) -> None:
    stream = FakeStream(deaf=True)
    stream.steps += [lambda: wait_until(lambda: stream.named("write")), kill("TERM")]
    on_signal = (lambda _: None) if forwarded else None
    outcome = join(typing(b"y"), stream, Session(tty=False, stdin=True, on_signal=on_signal, patience=1))
    assert outcome == Outcome(Ending.INTERRUPTED, signal="TERM")
    assert stream.named("wait") == []


def test_the_handlers_found_are_put_back() -> None:
    def mine(_number: int, _frame: object) -> None:
        """Nothing."""

    found = signal.signal(signal.SIGUSR1, mine)
    try:
        join(FakeTerminal(), FakeStream([END]), Session(tty=False, stdin=False, on_signal=lambda _: None))
        assert signal.getsignal(signal.SIGUSR1) is mine
    finally:
        signal.signal(signal.SIGUSR1, found)


def test_a_closed_terminal_ends_a_write_that_nobody_reads() -> None:
    terminal, stream = typing(b"y"), FakeStream(deaf=True)
    terminal.closed = True
    stream.steps += [lambda: wait_until(lambda: stream.named("write")), (1, b"x")]
    assert join(terminal, stream, Session(tty=False, stdin=True)).ending is Ending.CLOSED


@pytest.mark.parametrize("name", ["HUP", "QUIT"])
def test_a_hang_up_that_nobody_forwards_ends_the_session(name: str) -> None:
    terminal = FakeTerminal()
    outcome = join(terminal, FakeStream([kill(name)]), Session(tty=True, stdin=True))
    assert outcome == Outcome(Ending.INTERRUPTED, signal=name)
    assert terminal.cooked.is_set()


def test_the_wait_for_the_exit_code_can_be_interrupted() -> None:
    terminal = FakeTerminal()
    stream = FakeStream([END])
    stream.before_code = lambda: (terminal.cooked.wait(LATE), kill("INT")(), stream.ended.wait(LATE))
    outcome = join(terminal, stream, Session(tty=True, stdin=True, patience=1))
    assert outcome == Outcome(Ending.INTERRUPTED, signal="INT")


def test_an_ignored_signal_stays_ignored() -> None:
    found = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert (
            join(
                FakeTerminal(), FakeStream([kill("HUP"), lambda: time.sleep(0.05), END]), Session(tty=True, stdin=True)
            ).ending
            is Ending.ENDED
        )
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, found)


def test_a_session_in_another_thread_leaves_signals_alone() -> None:
    found = handlers()
    seen: list[object] = []
    stream = FakeStream([lambda: seen.append(handlers()), END], code=3)
    outcomes: list[Outcome] = []
    session = Session(tty=True, stdin=True, on_signal=lambda _: None)
    thread = threading.Thread(target=lambda: outcomes.append(join(FakeTerminal(), stream, session)))
    thread.start()
    thread.join(LATE)
    assert outcomes == [Outcome(Ending.ENDED, 3)]
    assert seen == [found]


# --- real pseudo-terminals ----------------------------------------------------------------------------------------


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


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + LATE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
