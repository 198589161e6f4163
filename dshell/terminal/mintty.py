"""A pseudo-terminal of MSYS or Cygwin that a native program sees as pipes: Git Bash without a pseudo-console.

Bytes go both ways unchanged, so mintty itself draws colours, mouse and accents. The line discipline of the terminal
belongs to the MSYS runtime and is changed through its ``stty``; the size comes from the terminal's answers, which are
taken out of what is typed. The module is portable: what Windows adds stands in ``msys``.
"""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from queue import Empty, SimpleQueue
from typing import Final, Protocol

from dshell.errors import TerminalError
from dshell.terminal.base import STDERR, STDOUT, Shown, ends_row
from dshell.terminal.plain import PlainTerminal
from dshell.wire import SIZE_QUESTION, Boundary, SizeReports, TypedRows

RAW: Final = ("raw", "-echo", "-iexten")  # as cfmakeraw(3)
EVERY: Final = 1.0  # seconds between two looks at the size
ANSWERED: Final = 3.0  # seconds in which the terminal may answer, far away as it may be
FAREWELL: Final = 0.3  # seconds that raw mode is kept up for an answer that is on its way
HOLD: Final = 0.05  # seconds that what may be the start of an answer is held back
SETTLED: Final = 0.005  # seconds until a read that did not hear that it is cancelled is told again
UNKNOWN: Final = os.terminal_size((0, 0))


class Keyboard(Protocol):
    """Standard input as a pipe, which tells that something is there only to those who read it."""

    def read(self) -> bytes | None:
        """Waits; b"": closed; None: cancelled, and nothing was taken."""
        ...

    def cancel(self) -> None:
        """Make a ``read`` that another thread waits in return. One that only begins may not hear it."""
        ...


class MinttyTerminal:
    """``shown``: which of the ``streams`` are the terminal. ``stty``: returns what ``stty WORDS`` prints.

    ``deafen``: called with True while Ctrl-C is a byte, for the runtime raises an interrupt as well; with False after.

    While nobody is in ``read``, no read is pending: it would take the first key from the next program, and Windows
    has every other use of a pipe wait for it, even that of ``stty``.
    """

    kind: Final = "mintty"

    def __init__(
        self,
        shown: Shown,
        stty: Callable[..., str],
        keyboard: Keyboard,
        deafen: Callable[[bool], None],
        streams: tuple[int, int, int] = (0, 1, 2),
    ) -> None:
        self.shown: Final = shown
        self._stty = stty
        self._keyboard = keyboard
        self._deafen = deafen
        self._plain = PlainTerminal(streams)
        self._asked_on = next((channel for channel in (STDOUT, STDERR) if self._is_shown(channel)), None)
        self._writing = threading.Lock()
        self._boundary = Boundary()
        self._fresh = True
        self._saved = ""
        self._raw = False
        self._changed = False
        self._size: os.terminal_size | None = None
        self._looked = 0.0
        self._reports = SizeReports()
        self._held_at = 0.0
        self._answers: bool | None = None
        self._measuring = threading.Lock()
        self._given_back = b""
        self._rows = TypedRows()
        # None is a wake-up. It may be used in a signal handler, unlike queue.Queue.
        self._arrived: SimpleQueue[bytes | None] = SimpleQueue()
        self._woken = False
        self._wanted = threading.Event()
        self._in_use = threading.Lock()  # held by whoever uses standard input: the reader, or a program
        self._waiting = False
        self._reader = threading.Thread(target=self._read_input, name="dshell-input", daemon=True)

    @property
    def fresh_line(self) -> bool:
        return self._fresh

    # --- modes ----------------------------------------------------------------------------------------------------

    @contextmanager
    def raw(self) -> Iterator[None]:
        """Raises TerminalError when no ``stty`` knows the terminal.

        What is restored is what the first call found: a program that ran in between may have left anything.
        """
        if not self.shown.stdin:
            yield
            return
        self._saved = self._saved or self._run_stty("-g")
        atexit.register(self._restore)  # a session in a thread ends with the program, without its ``finally``
        try:
            self._changed = True
            self._deafen(True)
            self._raw = True
            self._run_stty(*RAW)
            yield
        finally:
            self._restore()
            atexit.unregister(self._restore)

    def lent(self) -> AbstractContextManager[None]:
        """The first modes found come back with the end of the next ``raw``."""
        return nullcontext()

    def _restore(self) -> None:
        """May be called again after it was interrupted itself."""
        if not self._changed:
            return
        with self._writing:  # from here on nobody asks a question
            self._raw = False
        self._await_answer()
        with suppress(TerminalError):  # the terminal is gone, and its modes with it
            self._run_stty(self._saved)
        self._deafen(False)
        self._changed = False

    def _await_answer(self) -> None:
        """An answer that comes after raw mode would be echoed, and be the next program's input."""
        end = time.monotonic() + FAREWELL
        while (now := time.monotonic()) < end and self._reports.expects(now):
            try:
                data = self._next(end - now)
            except Empty:
                break
            if data == b"":
                break
            self._given_back += self._without_reports(data or b"")
        self._given_back += self._reports.release()

    def _run_stty(self, *words: str) -> str:
        """``stty`` with standard input to itself."""
        with self._own_input():
            return self._stty(*words)

    # --- size -----------------------------------------------------------------------------------------------------

    def size(self) -> os.terminal_size:
        """As known: the answer to what is asked here comes with what is typed, or in a thread, a moment later."""
        now = time.monotonic()
        if self._size is None:
            self._looked = now
            self._size = UNKNOWN
            self._measure()
        elif now - self._looked >= EVERY:
            self._looked = now
            if not self._ask(now):
                threading.Thread(target=self._measure, name="dshell-size", daemon=True).start()
        return self._size

    def _ask(self, now: float) -> bool:
        """Whether the terminal was asked, or still is; it is not where the question would show or meet no answer."""
        if self._reports.expects(now):
            return True
        if self._asked_on is None or self._answers is False or not self._writing.acquire(blocking=False):
            return False
        try:
            if not self._raw or not self._boundary.clean:
                return False
            self._answers = bool(self._answers)  # until it has answered once, it is taken for one that does not
            self._reports.expect(now + ANSWERED)
            self._plain.write(SIZE_QUESTION, self._asked_on)
        except TerminalError:
            return False
        finally:
            self._writing.release()
        return True

    def _measure(self) -> None:
        if not self._measuring.acquire(blocking=False):
            return
        try:
            lines, columns = self._run_stty("size").split()
            self._size = os.terminal_size((int(columns), int(lines)))
        except (TerminalError, ValueError):
            pass  # what was known stands
        finally:
            self._measuring.release()

    def _without_reports(self, data: bytes) -> bytes:
        self._held_at = time.monotonic()
        passed, size = self._reports.feed(data, self._held_at)
        if size is not None:
            self._answers = True
            self._size = size
        return passed

    # --- input ----------------------------------------------------------------------------------------------------

    def read(self, timeout: float) -> bytes | None:
        """Outside raw mode an end of row is ``\\n`` and Ctrl-D, Enter the end, for the runtime makes neither."""
        end = time.monotonic() + timeout
        while True:
            if self._given_back and (data := self._taken()) is not None:
                return data
            held_to = self._held_at + HOLD if self._reports.holding else end
            try:
                data = self._next(min(end, held_to) - time.monotonic())
            except Empty:
                return self._reports.release() or None if time.monotonic() >= held_to else None
            if data is None:
                return None
            if not data:
                return self._reports.release()
            self._given_back = self._without_reports(data) if self._raw else data

    def unread(self, data: bytes) -> None:
        self._given_back = data + self._given_back

    def given_back(self) -> bytes:
        data, self._given_back = self._given_back, b""
        return data

    def rows(self, _count: int, /) -> Sequence[str]:
        return ()

    def wake(self) -> None:
        if not self._woken:
            self._woken = True
            self._arrived.put(None)

    def _taken(self) -> bytes | None:
        """Of what was typed, as much as one read has; None: nothing yet."""
        data = self.given_back()
        if self._raw or not self.shown.stdin:
            return data
        row, self._given_back = self._rows.feed(data)
        return row

    def _next(self, timeout: float) -> bytes | None:
        """The next piece of input; None: woken. Raises Empty after ``timeout`` seconds."""
        if self._arrived.empty():
            self._waiting = True
            self._wanted.set()
            if self._reader.ident is None:
                self._reader.start()
        try:
            data = self._arrived.get(timeout=max(timeout, 0))
        finally:
            self._waiting = False
            with self._own_input():
                pass  # the reader has let go of it
        if data is None:
            self._woken = False
        return data

    @contextmanager
    def _own_input(self) -> Iterator[None]:
        """Have the reader let go of standard input, taking no byte; it goes on afterwards if somebody waits for it."""
        self._wanted.clear()
        patience = 0.0
        while not self._in_use.acquire(timeout=patience):
            self._keyboard.cancel()
            patience = SETTLED
        try:
            yield
        finally:
            self._in_use.release()
            if self._waiting:
                self._wanted.set()

    def _read_input(self) -> None:
        while True:
            self._wanted.wait()
            with self._in_use:
                data = self._keyboard.read() if self._wanted.is_set() else None
                if data is not None:
                    self._wanted.clear()
                    self._arrived.put(data)

    # --- output ---------------------------------------------------------------------------------------------------

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        if not self._is_shown(channel):
            self._plain.write(data, channel)
            return
        with self._writing:
            self._fresh = ends_row(data, self._fresh)
            self._boundary.feed(data)
            self._plain.write(data, channel)

    def _is_shown(self, channel: int) -> bool:
        return self.shown.stdout if channel == STDOUT else self.shown.stderr
