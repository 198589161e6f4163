"""The contracts of terminals and streams, held by the kinds that only Windows has; run by the Windows Python.

``python -m tests.windows.contracts_here CONTAINER``: prints ``ok KIND CHECK`` for each that holds, else its traceback.
"""

from __future__ import annotations

import ctypes
import msvcrt
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from ctypes import wintypes
from functools import cache, partial

from dshell import win32
from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint
from dshell.terminal.base import STDOUT, Shown, Terminal
from dshell.terminal.mintty import MinttyTerminal
from dshell.terminal.plain import PlainTerminal
from tests import stream_contract
from tests.terminal_contract import BYTES, TEXT, Bench, Check

if sys.platform == "win32":
    from dshell.terminal.console import ConsoleTerminal
    from dshell.terminal.msys import StandardInput, ignore_interrupts

assert sys.platform == "win32"

INPUT = 0xFFFFFFF6  # -10; output and errors are one less each
READ_WRITE = 0xC0000000
SHARED = 3

kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
kernel32.CreateFileW.argtypes = [
    wintypes.LPCWSTR,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.LPVOID,
    wintypes.DWORD,
    wintypes.DWORD,
    wintypes.HANDLE,
]
kernel32.CreateFileW.restype = wintypes.HANDLE
kernel32.GetStdHandle.argtypes = [wintypes.DWORD]
kernel32.GetConsoleScreenBufferInfo.argtypes = [wintypes.HANDLE, wintypes.LPVOID]
kernel32.FlushConsoleInputBuffer.argtypes = [wintypes.HANDLE]
kernel32.GetStdHandle.restype = wintypes.HANDLE
kernel32.SetStdHandle.argtypes = [wintypes.DWORD, wintypes.HANDLE]
kernel32.WriteConsoleInputW.argtypes = [wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD, wintypes.LPVOID]
kernel32.ReadConsoleOutputCharacterW.argtypes = [
    wintypes.HANDLE,
    wintypes.LPWSTR,
    wintypes.DWORD,
    wintypes._COORD,
    wintypes.LPVOID,
]


def be_standard(stream: int, handle: int) -> None:
    kernel32.SetStdHandle(INPUT - stream, handle)


class PipeBench:
    """``kind``: makes a terminal on three descriptors."""

    def __init__(self, kind: Callable[[tuple[int, int, int]], Terminal]) -> None:
        (entry, self._typed), (self._shown, out), (self._told, err) = os.pipe(), os.pipe(), os.pipe()
        be_standard(0, msvcrt.get_osfhandle(entry))
        self.terminal = kind((entry, out, err))

    def type(self, data: bytes) -> None:
        os.write(self._typed, data)

    def seen(self, length: int, channel: int = STDOUT) -> bytes:
        data = b""
        while len(data) < length:
            data += os.read(self._shown if channel == STDOUT else self._told, length - len(data))
        return data

    def hang_up(self) -> None:
        for end in (self._typed, self._shown, self._told):
            os.close(end)


def mintty(streams: tuple[int, int, int]) -> Terminal:
    shown = Shown(stdin=True, stdout=True, stderr=True)
    return MinttyTerminal(shown, lambda *_words: "", StandardInput(), ignore_interrupts, streams)


@cache
def console() -> tuple[int, int, int]:
    """Handles of the one console of this program."""
    kernel32.FreeConsole()
    kernel32.AllocConsole()
    keys, screen = (kernel32.CreateFileW(name, READ_WRITE, SHARED, None, 3, 0, None) for name in ("CONIN$", "CONOUT$"))
    return keys, screen, screen


class ConsoleBench:
    """A console that nobody sees: keys are put in as a window does, and what is painted is read off it."""

    def __init__(self) -> None:
        for stream, handle in enumerate(console()):
            be_standard(stream, handle)
        kernel32.FlushConsoleInputBuffer(kernel32.GetStdHandle(INPUT))
        self.terminal: Terminal = ConsoleTerminal()

    def type(self, data: bytes) -> None:
        units = data.decode().encode("utf-16-le")
        for at in range(0, len(units), 2):
            record = win32._InputRecord(kind=1)
            record.key.down = True
            record.key.repeat = 1
            record.key.unit = int.from_bytes(units[at : at + 2], "little")
            count = wintypes.DWORD()
            assert kernel32.WriteConsoleInputW(
                kernel32.GetStdHandle(INPUT), ctypes.byref(record), 1, ctypes.byref(count)
            )

    def seen(self, length: int, channel: int = STDOUT) -> bytes:
        """Behind the cursor."""
        screen = win32._ScreenBuffer()
        kernel32.GetConsoleScreenBufferInfo(kernel32.GetStdHandle(INPUT - channel), ctypes.byref(screen))
        screen.cursor.X -= length
        text, count = ctypes.create_unicode_buffer(length + 1), wintypes.DWORD()
        kernel32.ReadConsoleOutputCharacterW(
            kernel32.GetStdHandle(INPUT - channel), text, length, screen.cursor, ctypes.byref(count)
        )
        return text.value.encode()

    def hang_up(self) -> None:
        raise NotImplementedError


def size_is_the_window_s(bench: Bench) -> None:
    columns, lines = bench.terminal.size()
    assert columns >= 20
    assert lines >= 10


def modes_are_found_again(bench: Bench) -> None:
    """After raw mode, and after a program that took the echo away and the escape sequences."""
    before = [win32.console_mode(stream) for stream in range(3)]
    with bench.terminal.raw():
        assert win32.console_mode(0) & win32.ENABLE_LINE_INPUT == 0
    assert [win32.console_mode(stream) for stream in range(3)] == before
    with bench.terminal.lent():
        win32.set_console_mode(0, before[0] & ~win32.ENABLE_ECHO_INPUT)
        win32.set_console_mode(1, 0)
    assert [win32.console_mode(stream) for stream in range(3)] == before


def rows_are_read_off_the_screen(bench: Bench) -> None:
    """A row that is too long for the window is one all the same."""
    long = "docker: Error response from daemon: " * 8
    bench.terminal.write(f"\r\nabove\r\n\r\n{long}no such image\r\nlast \u00e9\r\n".encode())
    rows = bench.terminal.rows(20)
    assert list(rows[-3:]) == ["above", f"{long}no such image", "last \u00e9"], rows
    assert len(bench.terminal.rows(1)) == 0  # the cursor's, where nothing stands


def _on_pipes(check: Check, kind: Callable[[tuple[int, int, int]], Terminal]) -> None:
    check(PipeBench(kind))


def _on_a_console(check: Check) -> None:
    check(ConsoleBench())


def cases(container: str) -> Iterator[tuple[str, str, Callable[[], None]]]:
    """Kind, check and what holds it."""
    engine = HttpEngine(Endpoint("default", "npipe:////./pipe/docker_engine", "-H"))
    for run in stream_contract.CHECKS:
        yield "named-pipe", run.__name__, partial(run, partial(stream_contract.by_exec, engine, container))
    for kind, make in (("plain", PlainTerminal), ("mintty", mintty)):
        for check in (*TEXT, *BYTES):
            yield kind, check.__name__, partial(_on_pipes, check, make)
    for check in (*TEXT, size_is_the_window_s, modes_are_found_again, rows_are_read_off_the_screen):
        yield "console", check.__name__, partial(_on_a_console, check)


def main() -> None:
    out = os.dup(1)
    for kind, name, hold in cases(sys.argv[1]):
        try:
            hold()
            said = f"ok {kind} {name}"
        except Exception:  # noqa: BLE001 - whatever it is, it is told
            said = f"broken {kind} {name}\n{traceback.format_exc()}"
        os.write(out, said.encode(errors="replace") + b"\n")
    os._exit(0)  # threads still read


if __name__ == "__main__":
    main()
