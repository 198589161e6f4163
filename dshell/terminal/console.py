"""A Windows console: cmd, PowerShell, Windows Terminal, VS Code, and Git Bash with its hidden pseudo-console.

Text goes through the console's UTF-16 calls, so no code page is touched. Standard streams that are redirected are
served as ``plain`` serves them.
"""

from __future__ import annotations

import atexit
import codecs
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from os import terminal_size
from typing import Final

import colorama

from dshell import win32
from dshell.errors import TerminalError
from dshell.terminal.base import STDERR, STDOUT, Shown, ends_row
from dshell.terminal.plain import PlainTerminal

assert sys.platform == "win32"  # noqa: S101

STDIN: Final = 0
COOKED: Final = (
    win32.ENABLE_PROCESSED_INPUT
    | win32.ENABLE_LINE_INPUT
    | win32.ENABLE_ECHO_INPUT
    | win32.ENABLE_WINDOW_INPUT
    | win32.ENABLE_MOUSE_INPUT
)
SEQUENCES: Final = win32.ENABLE_PROCESSED_OUTPUT | win32.ENABLE_VIRTUAL_TERMINAL_PROCESSING


class ConsoleTerminal:
    """Escape sequences in the output are turned on at once and off again at exit."""

    kind: Final = "console"

    def __init__(self) -> None:
        self.shown: Final = Shown(*(win32.is_console(stream) for stream in (STDIN, STDOUT, STDERR)))
        self._plain = PlainTerminal()
        self._outputs = [
            stream for stream, shown in ((STDOUT, self.shown.stdout), (STDERR, self.shown.stderr)) if shown
        ]
        self._decoders = {stream: codecs.getincrementaldecoder("utf-8")("replace") for stream in self._outputs}
        self._keys = codecs.getincrementaldecoder("utf-16-le")("replace")
        self._raw = False
        self.fresh_line = True
        self._woken = win32.new_event()
        self._found = {stream: win32.console_mode(stream) for stream in self._outputs}
        atexit.register(self._restore_output)
        refused = [stream for stream in self._outputs if not self._interpret(stream)]
        self._old = bool(refused)
        if self._old:
            colorama.just_fix_windows_console()  # before Windows 10 1511 a console knows no sequences

    def size(self) -> terminal_size:
        for stream in self._outputs:
            with suppress(OSError):
                return win32.window_size(stream)
        return terminal_size((0, 0))

    @contextmanager
    def raw(self) -> Iterator[None]:
        """Raises TerminalError when the console is gone. Where it cannot make sequences of keys, arrows are lost."""
        if not self.shown.stdin:
            yield
            return
        try:
            found = win32.console_mode(STDIN)
            win32.set_console_mode(STDIN, found & ~COOKED)
            with suppress(OSError):
                win32.set_console_mode(STDIN, found & ~COOKED | win32.ENABLE_VIRTUAL_TERMINAL_INPUT)
        except OSError as error:
            raise TerminalError(str(error), error.winerror) from error
        self._raw = True
        for stream in self._outputs:  # again: a program that ran in between may have left anything
            self._interpret(stream, win32.DISABLE_NEWLINE_AUTO_RETURN)
        try:
            yield
        finally:
            self._raw = False
            with suppress(OSError):
                win32.set_console_mode(STDIN, found)
            for stream in self._outputs:
                self._interpret(stream)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """A program that was ended in its work leaves the keyboard without echo, or no escape sequences."""
        found = None
        if self.shown.stdin:
            with suppress(OSError):
                found = win32.console_mode(STDIN)
        try:
            yield
        finally:
            if found is not None:
                with suppress(OSError):
                    win32.set_console_mode(STDIN, found)
            for stream in self._outputs:
                self._interpret(stream)

    def read(self, timeout: float) -> bytes | None:
        """With line editing a started line keeps the caller until Enter or ``wake``, whatever ``timeout`` says."""
        if not self.shown.stdin:
            return self._plain.read(timeout)
        try:
            # The event stands first: of two that are signalled the first is told.
            if win32.wait_for((self._woken, win32.standard_handle(STDIN)), timeout) != 1:
                return None
            if self._raw:
                return self._keys.decode(win32.read_keys()).encode("utf-8", "replace") or None
            line = win32.read_line()
        except OSError:
            return b""
        if line is None:
            return None
        if line.startswith("\x1a"):
            return b""  # Ctrl-Z, Enter
        return line.replace("\r\n", "\n").encode("utf-8", "replace")

    def unread(self, data: bytes) -> None:
        """Back into the console, where a program that inherits it finds it, too."""
        if not self.shown.stdin:
            self._plain.unread(data)
            return
        with suppress(OSError):
            win32.type_again(data.decode("utf-8", "replace"))

    def given_back(self) -> bytes:
        return b"" if self.shown.stdin else self._plain.given_back()

    def rows(self, count: int, /) -> Sequence[str]:
        for stream in self._outputs:
            with suppress(OSError):
                return _joined(*win32.screen_rows(stream, count))
        return ()

    def wake(self) -> None:
        if self.shown.stdin:
            win32.set_event(self._woken)
            win32.cancel_read()
        else:
            self._plain.wake()

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        if channel not in self._decoders:
            self._plain.write(data, channel)
            return
        self.fresh_line = ends_row(data, self.fresh_line)
        text = self._decoders[channel].decode(data)
        try:
            if self._old:
                stream = sys.stderr if channel == STDERR else sys.stdout  # as colorama wrapped them
                stream.write(text)
                stream.flush()
            elif text:
                win32.write_console(channel, text)
        except OSError as error:
            raise TerminalError(str(error), error.winerror) from error

    def _interpret(self, stream: int, also: int = 0) -> bool:
        """Have the console interpret escape sequences; whether it really does, for old ones only pretend."""
        try:
            win32.set_console_mode(stream, self._found[stream] | SEQUENCES | also)
            return win32.console_mode(stream) & SEQUENCES == SEQUENCES
        except OSError:
            return False

    def _restore_output(self) -> None:
        for stream, mode in self._found.items():
            with suppress(OSError):
                win32.set_console_mode(stream, mode)


def _joined(rows: Sequence[str], columns: int) -> Sequence[str]:
    """``rows`` as they were written: a full one goes on in the next, and its last letter may have been a blank."""
    found = [""]
    for row in rows:
        found[-1] += row
        if len(row.rstrip()) < columns - 1:
            found.append("")
    return [row.rstrip() for row in found if row.strip()]
