"""The pump: joins the terminal to a container's stream, or to a program under a pseudo-terminal, until one ends.

There is one pump for ``run``, ``start``, ``exec``, ``attach`` and every forwarded command. It knows bytes, sizes and
signals; it asks the daemon nothing by itself and tells nobody anything: the act reads the ``Outcome``.

Three threads: the caller's carries the input, ``dshell-output`` the output, ``dshell-control`` sizes and signals. So
a key and its echo each cost one wake-up and one write, and a slow daemon never holds up either.
"""

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from enum import Enum
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Final

from dshell.errors import EngineError, Failure, TerminalError, Trouble
from dshell.record import Record
from dshell.stream.base import Stream
from dshell.terminal.base import Terminal
from dshell.wire import DetachRecogniser, strip_escapes

BEAT: Final = 0.25  # seconds between two looks at the size of the terminal; the docker CLI does the same on Windows
SIZING: Final = 1.0  # seconds in which the program should have its size before it hears and is heard
HOLD: Final = 0.6  # seconds that a started detach sequence is held back before it goes to the program after all
HEED: Final = 1.0  # seconds after which a program that goes on is taken to ignore the INT that was passed on to it
SILENCE: Final = 4.0  # seconds after its output in which a program that ends has ended, and the daemon has noticed
ROWS: Final = 20  # of a tail as text
GRACE: Final = 1.0  # seconds that a thread of a session gets to end after its stream was closed

COUNTED: Final = ("INT", "TERM")
FATAL: Final = ("HUP", "QUIT")  # end the session when nobody forwards them, and dshell with it
CAUGHT: Final = (*COUNTED, *FATAL, "WINCH")
# The docker CLI forwards every signal that it can catch except CHLD, PIPE and URG. TTIN and TTOU keep their meaning
# here (a read from the background would spin otherwise), and what a broken program gets (SEGV …) is left alone.
FORWARDED: Final = (*CAUGHT, "USR1", "USR2", "ALRM", "CONT", "TSTP")


class Ending(Enum):
    """How a session came to its end."""

    ENDED = "ended"  # the program did; ``exit_code`` is its
    DETACHED = "detached"  # the detach keys were typed
    LOST = "lost"  # the daemon went away or broke off; ``failure`` says how
    CLOSED = "closed"  # the terminal, or the pipe on our output, is gone
    INTERRUPTED = "interrupted"  # ``signal`` ended the session; the program may run on


class Outcome(Record):
    """``signal``: name without "SIG", as docker writes it. ``error``: of a terminal or a pipe that is closed."""

    ending: Ending
    exit_code: int = 0
    failure: Failure | None = None
    signal: str = ""
    error: TerminalError | None = None


class Tail:
    """The last bytes that passed on standard output and error together, for whoever wants to know why it failed."""

    def __init__(self, limit: int = 8192) -> None:
        self._limit = limit
        self._kept = b""

    def add(self, data: bytes) -> None:
        self._kept = (self._kept + data[-self._limit :])[-self._limit :]

    @property
    def text(self) -> str:
        """Its last rows, without what is for the terminal."""
        text = strip_escapes(self._kept.decode(errors="replace")).replace("\r\n", "\n")
        return "\n".join(text.strip().split("\n")[-ROWS:])


class Session(Record):
    """What is joined.

    ``tty``: the program has a terminal: raw mode here (when ``stdin``), and it hears of sizes.
    ``stdin``: our input goes to it; otherwise not a byte of it is touched. ``detach_keys``: b"" for none.
    ``on_signal``: gets the name of each signal that docker forwards, in their order, in a thread of its own.
    ``patience``: how many INT and TERM together end the session: docker run waits for the third, exec for the first.
    ``unheeded``: called once, in the thread of ``join``, when the program ignores INT, with the number of signals that
    ``patience`` still waits for.
    ``silent``: called once, there too, when the program seems to go on ``SILENCE`` seconds after its output has ended;
    True: the connection is broken, and the session is LOST.
    ``redraw``: send a size one larger first, which makes a running program redraw (docker attach). ``sized``: there is
    a terminal whose size the program is to have.
    """

    tty: bool
    stdin: bool
    detach_keys: bytes = b""
    on_signal: Callable[[str], None] | None = None
    patience: int = 3
    unheeded: Callable[[int], None] | None = None
    silent: Callable[[], bool] | None = None
    redraw: bool = False
    sized: bool = True
    tail: Tail | None = None


def join(terminal: Terminal, stream: Stream, session: Session) -> Outcome:
    """Pump until the program ends, or the session does; the stream is closed and the terminal as found afterwards.

    Signals are handled only when called from the main thread; KeyboardInterrupt does not come out of it then.
    """
    pump = _Pump(terminal, stream, session)
    with _signals(FORWARDED if session.on_signal else CAUGHT, pump.signalled):
        try:
            return pump.run()
        finally:
            pump.stop()


class _Pump:
    def __init__(self, terminal: Terminal, stream: Stream, session: Session) -> None:
        self._terminal = terminal
        self._stream = stream
        self._session = session
        self._detach = DetachRecogniser(session.detach_keys if session.tty and session.stdin else b"")
        self._size = os.terminal_size((0, 0))
        self._interrupts = 0
        self._passed_on = math.inf  # when the program got the first INT
        self._unheeded = session.unheeded
        self._silence = math.inf  # when the output ended
        self._sized = threading.Event()  # the first size was sent
        self._reading = False
        self._stopping = False
        self._closing = threading.Lock()
        # None: all output is written, the exit code is still awaited. SimpleQueue may be used in a signal handler.
        self._outcomes: SimpleQueue[Outcome | None] = SimpleQueue()
        self._controls: SimpleQueue[str | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._control, name="dshell-control", daemon=True),
            threading.Thread(target=self._carry_output, name="dshell-output", daemon=True),
        ]

    def run(self) -> Outcome:
        session = self._session
        try:
            with self._terminal.raw() if session.tty and session.stdin else nullcontext():
                control, output = self._threads
                control.start()
                self._sized.wait(SIZING)  # a daemon that does not answer holds up nobody longer
                output.start()
                if session.stdin:
                    self._carry_input()
                outcome = self._next_outcome()
        except TerminalError as error:
            return Outcome(Ending.CLOSED, error=error)
        self._unheeded = None  # all output is there: the program has ended, or is about to
        self._silence = time.monotonic()
        while outcome is None:  # the terminal is itself again; the exit code may take its time
            outcome = self._next_outcome()
        return outcome

    def stop(self) -> None:
        """Let go of the stream and see the threads out."""
        self._stopping = True
        self._let_go()
        self._controls.put(None)
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(GRACE)

    def signalled(self, name: str) -> None:
        """Called in a signal handler: only reentrant things are done.

        Two Ctrl-C within the same millisecond are one: the kernel keeps a signal that waits only once. No key repeats
        so fast, so nothing counts them apart.
        """
        if name in COUNTED:
            self._interrupts += 1
        fatal = name in FATAL and self._session.on_signal is None
        last = name in COUNTED and self._interrupts >= self._session.patience
        if not last or self._session.patience == 1:  # docker passes the one on that ends it, but for the last of many
            self._controls.put(name)
        if fatal or last:
            self._stopping = True
            self._end(Outcome(Ending.INTERRUPTED, signal=name))
            self._controls.put(None)

    def _let_go(self) -> None:
        """Also frees the caller from a write that nobody reads: a program may leave its input alone for ever."""
        with self._closing:
            self._stream.close()

    def _end(self, outcome: Outcome | None) -> None:
        self._outcomes.put(outcome)
        if self._reading:
            self._terminal.wake()

    def _next_outcome(self) -> Outcome | None:
        while True:
            try:
                # A wait without end could not be interrupted by Ctrl-C on Windows.
                return self._outcomes.get(timeout=BEAT)
            except Empty:
                self._watch_heed()
                self._watch_silence()

    def _watch_heed(self) -> None:
        """The program's chance to end is over HEED seconds after it got the first INT."""
        unheeded = self._unheeded
        if unheeded is not None and time.monotonic() - self._passed_on > HEED:
            self._unheeded = None
            unheeded(self._session.patience - self._interrupts)

    def _watch_silence(self) -> None:
        if self._session.silent is None or time.monotonic() - self._silence <= SILENCE:
            return
        self._silence = math.inf
        if self._session.silent():
            self._stopping = True
            self._outcomes.put(Outcome(Ending.LOST, failure=Failure(Trouble.LOST)))

    def _carry_input(self) -> None:
        """Until the session or the input ends."""
        self._reading = True
        while self._outcomes.empty():
            self._watch_heed()
            data = self._terminal.read(HOLD if self._detach.holding else BEAT)
            passed, detached = self._detach.feed(data) if data else (self._detach.release(), False)
            if passed:
                self._stream.write(passed)
            if data == b"":
                self._stream.end_input()
                break
            if detached:
                self._outcomes.put(Outcome(Ending.DETACHED))
        self._reading = False

    def _carry_output(self) -> None:
        outcome = Outcome(Ending.LOST, failure=Failure(Trouble.LOST))  # stands if this thread itself breaks
        try:
            while True:
                channel, data = self._stream.read()
                if not data:
                    break
                self._terminal.write(data, channel)
                if self._session.tail is not None:
                    self._session.tail.add(data)
            self._end(None)
            if not self._stopping:
                outcome = Outcome(Ending.ENDED, self._stream.wait())
        except EngineError as error:
            outcome = Outcome(Ending.LOST, failure=error.failure)
        except TerminalError as error:
            outcome = Outcome(Ending.CLOSED, error=error)
        finally:
            self._end(outcome)
            self._let_go()

    def _control(self) -> None:
        """Sizes and signals, one after the other: each may be a request to the daemon. None: the session is over."""
        if self._session.tty:
            self._send_size(redraw=self._session.redraw)
        self._sized.set()
        while True:
            try:
                name = self._controls.get(timeout=BEAT)
            except Empty:
                name = ""
            if name is None:
                self._let_go()
                return
            if self._session.tty:
                self._send_size()
            if name and self._session.on_signal is not None:
                with suppress(EngineError):  # as docker: the container may just have ended
                    self._session.on_signal(name)
                if name == "INT":
                    self._passed_on = min(self._passed_on, time.monotonic())
            if name == "HUP" and self._terminal_is_gone:
                self._end(Outcome(Ending.CLOSED))

    @property
    def _terminal_is_gone(self) -> bool:
        """One that was hung up has no size. Output that goes elsewhere is worth staying for, as docker does."""
        return all(self._terminal.shown) and not any(self._terminal.size())

    def _send_size(self, *, redraw: bool = False) -> None:
        """Only a size that is known and new."""
        if not self._session.sized:
            return
        size = self._terminal.size()
        if size == self._size or not (size.columns and size.lines):
            return
        self._size = size
        if redraw:
            self._stream.resize(os.terminal_size((size.columns + 1, size.lines + 1)))
        self._stream.resize(size)


@contextmanager
def _signals(names: tuple[str, ...], caught: Callable[[str], None]) -> Iterator[None]:
    """Have signals told by their docker names; the handlers found are put back. A signal that is ignored stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        caught(signal.Signals(number).name.removeprefix("SIG"))

    found = {}
    for name in names:
        number = getattr(signal, f"SIG{name}", None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            found[number] = signal.signal(number, handle)
    try:
        yield
    finally:
        for number, handler in found.items():
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
