"""prompt_toolkit's keyboard and paper on a terminal that it cannot drive itself.

A thread reads the terminal while a prompt is attached and hands the bytes to the event loop, for no event loop can
watch such a terminal on every system. What was read and not used is given back, so that a program which runs between
two prompts gets what was typed for it.
"""

from __future__ import annotations

import codecs
import threading
from asyncio import AbstractEventLoop, get_running_loop
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TextIO, cast

from prompt_toolkit.application import get_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import Input
from prompt_toolkit.input.typeahead import get_typeahead
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.output.vt100 import Vt100_Output

from dshell.errors import TerminalError
from dshell.shell.prompt import Device, Manner
from dshell.shell.typeahead import ByDescriptor, UpToEnter, bytes_of
from dshell.terminal.base import STDERR, STDOUT, Terminal

BEAT = 1.0  # seconds a read waits; ``wake`` ends it sooner
FALLBACK = Size(rows=24, columns=80)


def device(terminal: Terminal, term: str | None, *, colour: bool, plain: bool = False) -> Device:
    """Where the prompt is shown, and how. ``term``: the terminal's name for itself (TERM)."""
    manner = Manner.DUMB if term == "dumb" else Manner.PLAIN if plain else Manner.FULL
    if terminal.kind == "mintty":
        return Device(TerminalInput(terminal), terminal_output(terminal, term), colour, manner)
    keyboard = get_app_session().input
    if isinstance(keyboard, ByDescriptor):
        keyboard.stdin_reader = UpToEnter(keyboard.fileno())
    return Device(keyboard, None, colour, manner, terminal)


class TerminalInput(Input):
    """Keys from the bytes of ``terminal``, as a VT100 sends them."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._keys: list[KeyPress] = []
        self._parser = Vt100Parser(self._keys.append)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._arrived: deque[bytes] = deque()
        self._closed = False
        self._mode = ExitStack()
        self._depth = 0
        self._listener: _Listener | None = None

    def fileno(self) -> int:
        """There is none that could be watched."""
        raise NotImplementedError

    def typeahead_hash(self) -> str:
        return f"dshell-{id(self)}"

    @property
    def closed(self) -> bool:
        return self._closed

    def read_keys(self) -> list[KeyPress]:
        """Of one piece: what the loop was to do before the next one came, as loading the history, it does before."""
        if self._arrived:
            data = self._arrived.popleft()
            self._closed = self._closed or not data
            self._parser.feed(self._decoder.decode(data))
        return self._take_keys()

    def flush_keys(self) -> list[KeyPress]:
        """What may have been the start of a sequence, and is a lone Esc since nothing followed it."""
        self._parser.flush()
        return self._take_keys()

    def _take_keys(self) -> list[KeyPress]:
        keys = self._keys[:]
        self._keys.clear()
        return keys

    @contextmanager
    def raw_mode(self) -> Iterator[None]:
        """One may stand in another. What is left over is given back at the end of the outermost."""
        self._depth += 1
        try:
            if self._depth == 1:
                self._mode.enter_context(self._terminal.raw())
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._give_back()
                self._mode.close()

    @contextmanager
    def cooked_mode(self) -> Iterator[None]:
        """Inside ``raw_mode``: the terminal's own modes for a while."""
        self._mode.close()
        try:
            yield
        finally:
            self._mode.enter_context(self._terminal.raw())

    def _give_back(self) -> None:
        keys = [*get_typeahead(self), *self.flush_keys()]
        unfinished, _ = self._decoder.getstate()
        self._decoder.reset()
        rest = bytes_of(keys) + unfinished + b"".join(self._arrived)
        self._arrived.clear()
        if rest:
            self._terminal.unread(rest)

    @contextmanager
    def attach(self, input_ready_callback: Callable[[], None]) -> Iterator[None]:
        with self._listening(_Listener(self._terminal, self._arrived, get_running_loop(), input_ready_callback)):
            yield

    @contextmanager
    def detach(self) -> Iterator[None]:
        with self._listening(None):
            yield

    @contextmanager
    def _listening(self, listener: _Listener | None) -> Iterator[None]:
        """With ``listener`` in place of the one before, for a while."""
        before = self._listener
        self._change(listener)
        try:
            yield
        finally:
            self._change(before)

    def _change(self, listener: _Listener | None) -> None:
        if self._listener is not None:
            self._listener.stop()
        self._listener = listener
        if listener is not None:
            listener.start()


class _Listener:
    """Reads in a thread, and calls ``ready`` in ``loop`` for each piece that was put into ``arrived``."""

    def __init__(
        self, terminal: Terminal, arrived: deque[bytes], loop: AbstractEventLoop, ready: Callable[[], None]
    ) -> None:
        self._terminal = terminal
        self._arrived = arrived
        self._loop = loop
        self._ready = ready
        self._listening = False
        self._thread = threading.Thread()

    def start(self) -> None:
        self._listening = True
        for _ in self._arrived:
            self._loop.call_soon(self._tell)
        self._thread = threading.Thread(target=self._listen, name="dshell-keys", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """When it returns, nobody reads any more."""
        self._listening = False
        self._terminal.wake()
        self._thread.join()

    def _listen(self) -> None:
        data: bytes | None = None
        while self._listening and data != b"":
            data = self._terminal.read(BEAT)
            if data is not None:
                self._arrived.append(data)
                self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        if self._listening:
            self._ready()


class _Paper:
    """The text file that prompt_toolkit writes to. A terminal that is gone is told by its input."""

    encoding = "utf-8"

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._channel = STDOUT if terminal.shown.stdout else STDERR

    def write(self, text: str) -> int:
        with suppress(TerminalError):
            self._terminal.write(text.encode(self.encoding, "replace"), self._channel)
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def isatty(self) -> bool:
        return True


def terminal_output(terminal: Terminal, term: str | None) -> Vt100_Output:
    def size() -> Size:
        columns, lines = terminal.size()
        return Size(rows=lines, columns=columns) if columns and lines else FALLBACK

    return Vt100_Output(cast(TextIO, _Paper(terminal)), size, term=term)
