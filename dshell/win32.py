"""The Windows declarations that several files share. Thin: names, types, and errors as OSError; no decisions."""

from __future__ import annotations

import ctypes
import os
import sys
import winreg
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import wintypes
from typing import Final

assert sys.platform == "win32"  # noqa: S101

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)

# --- standard handles ---------------------------------------------------------------------------------------------

_kernel32.GetStdHandle.argtypes = [wintypes.DWORD]
_kernel32.GetStdHandle.restype = wintypes.HANDLE
_kernel32.SetStdHandle.argtypes = [wintypes.DWORD, wintypes.HANDLE]
_kernel32.GetFileType.argtypes = [wintypes.HANDLE]
_kernel32.GetFileInformationByHandleEx.argtypes = [wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD]

_STANDARD: Final = 0xFFFFFFF6  # -10 for standard input, then -11, -12
_FILE_TYPE_PIPE: Final = 3
_FILE_NAME_INFO: Final = 2


class _FileName(ctypes.Structure):
    _fields_ = (("length", wintypes.DWORD), ("name", wintypes.WCHAR * 1024))


def standard_handle(stream: int) -> int | None:
    """``stream``: 0, 1 or 2. None when the program has none."""
    handle: int | None = _kernel32.GetStdHandle(_STANDARD - stream)
    return handle


@contextmanager
def kept_handles() -> Iterator[None]:
    """Whatever the block makes of the three standard handles, afterwards they are those of before."""
    found = [standard_handle(stream) for stream in range(3)]
    try:
        yield
    finally:
        for stream, handle in enumerate(found):
            _kernel32.SetStdHandle(_STANDARD - stream, handle)


def pipe_name(stream: int) -> str:
    """Name of the pipe that a standard stream is, without ``\\\\.\\pipe``; "" when it is none."""
    handle = standard_handle(stream)
    name = _FileName()
    if _kernel32.GetFileType(handle) != _FILE_TYPE_PIPE:
        return ""
    if not _kernel32.GetFileInformationByHandleEx(handle, _FILE_NAME_INFO, ctypes.byref(name), ctypes.sizeof(name)):
        return ""
    return str(name.name)[: name.length // 2]


# --- console ------------------------------------------------------------------------------------------------------

ENABLE_PROCESSED_INPUT: Final = 0x0001
ENABLE_LINE_INPUT: Final = 0x0002
ENABLE_ECHO_INPUT: Final = 0x0004
ENABLE_WINDOW_INPUT: Final = 0x0008
ENABLE_MOUSE_INPUT: Final = 0x0010
ENABLE_VIRTUAL_TERMINAL_INPUT: Final = 0x0200
ENABLE_PROCESSED_OUTPUT: Final = 0x0001
ENABLE_VIRTUAL_TERMINAL_PROCESSING: Final = 0x0004
DISABLE_NEWLINE_AUTO_RETURN: Final = 0x0008

_KEY_EVENT: Final = 1
_VK_MENU: Final = 0x12
_OWN_KEYS: Final = frozenset(b"\b\t\r\x1b 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")  # numbered as their characters
_ERROR_OPERATION_ABORTED: Final = 995
_WAIT_TIMEOUT: Final = 258
_RECORDS: Final = 256
_LINE: Final = 8192  # UTF-16 units; longer reads fail on older consoles


class _KeyEvent(ctypes.Structure):
    _fields_ = (
        ("down", wintypes.BOOL),
        ("repeat", wintypes.WORD),
        ("key", wintypes.WORD),
        ("scan", wintypes.WORD),
        ("unit", wintypes.WORD),
        ("state", wintypes.DWORD),
    )


class _InputRecord(ctypes.Structure):
    _fields_ = (("kind", wintypes.WORD), ("key", _KeyEvent))


class _ScreenBuffer(ctypes.Structure):
    _fields_ = (
        ("size", wintypes._COORD),
        ("cursor", wintypes._COORD),
        ("attributes", wintypes.WORD),
        ("window", wintypes.SMALL_RECT),
        ("largest", wintypes._COORD),
    )


_kernel32.GetConsoleMode.argtypes = [wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD)]
_kernel32.SetConsoleMode.argtypes = [wintypes.HANDLE, wintypes.DWORD]
_kernel32.GetConsoleScreenBufferInfo.argtypes = [wintypes.HANDLE, ctypes.POINTER(_ScreenBuffer)]
_transfer = (wintypes.HANDLE, wintypes.LPVOID, wintypes.DWORD, ctypes.POINTER(wintypes.DWORD))
_kernel32.ReadConsoleOutputCharacterW.argtypes = [
    wintypes.HANDLE,
    wintypes.LPWSTR,
    wintypes.DWORD,
    wintypes._COORD,
    ctypes.POINTER(wintypes.DWORD),
]
_kernel32.ReadConsoleInputW.argtypes = _transfer
_kernel32.WriteConsoleInputW.argtypes = _transfer
_kernel32.GetNumberOfConsoleInputEvents.argtypes = [wintypes.HANDLE, ctypes.POINTER(wintypes.DWORD)]
_kernel32.ReadConsoleW.argtypes = (*_transfer, wintypes.LPVOID)
_kernel32.WriteConsoleW.argtypes = (*_transfer, wintypes.LPVOID)
_kernel32.CancelIoEx.argtypes = [wintypes.HANDLE, wintypes.LPVOID]
_kernel32.CreateEventW.argtypes = [wintypes.LPVOID, wintypes.BOOL, wintypes.BOOL, wintypes.LPCWSTR]
_kernel32.CreateEventW.restype = wintypes.HANDLE
_kernel32.SetEvent.argtypes = [wintypes.HANDLE]
_kernel32.WaitForMultipleObjects.argtypes = [
    wintypes.DWORD,
    ctypes.POINTER(wintypes.HANDLE),
    wintypes.BOOL,
    wintypes.DWORD,
]
_kernel32.WaitForMultipleObjects.restype = wintypes.DWORD  # WAIT_FAILED is the greatest, not -1


def _check(done: int) -> None:
    if not done:
        raise ctypes.WinError(ctypes.get_last_error())


def is_console(stream: int) -> bool:
    mode = wintypes.DWORD()
    return bool(_kernel32.GetConsoleMode(standard_handle(stream), ctypes.byref(mode)))


def console_mode(stream: int) -> int:
    mode = wintypes.DWORD()
    _check(_kernel32.GetConsoleMode(standard_handle(stream), ctypes.byref(mode)))
    return mode.value


def set_console_mode(stream: int, mode: int) -> None:
    _check(_kernel32.SetConsoleMode(standard_handle(stream), mode))


def window_size(stream: int) -> os.terminal_size:
    """Of the window, not of the buffer behind it, which may be thousands of lines. ``stream``: 1 or 2."""
    screen = _ScreenBuffer()
    _check(_kernel32.GetConsoleScreenBufferInfo(standard_handle(stream), ctypes.byref(screen)))
    window = screen.window
    return os.terminal_size((window.Right - window.Left + 1, window.Bottom - window.Top + 1))


def screen_rows(stream: int, count: int) -> tuple[list[str], int]:
    """What stands in the last rows down to that of the cursor, each with its blanks, and how many columns they have."""
    screen, length = _ScreenBuffer(), wintypes.DWORD()
    _check(_kernel32.GetConsoleScreenBufferInfo(standard_handle(stream), ctypes.byref(screen)))
    columns = screen.size.X
    text = ctypes.create_unicode_buffer(columns + 1)
    rows = []
    for row in range(max(screen.cursor.Y - count + 1, 0), screen.cursor.Y + 1):
        place = wintypes._COORD(0, row)
        _check(
            _kernel32.ReadConsoleOutputCharacterW(standard_handle(stream), text, columns, place, ctypes.byref(length))
        )
        rows.append("".join(text[: length.value]))
    return rows, columns


def read_keys() -> bytes:
    """UTF-16 of the keys that are there; b"" when what is there are other events (key releases, focus, mouse).

    With virtual-terminal input, arrows and function keys come as the characters of their sequences. A character typed
    with Alt and the numeric pad comes with the release of Alt.
    """
    records = (_InputRecord * _RECORDS)()
    count = wintypes.DWORD()
    _check(_kernel32.ReadConsoleInputW(standard_handle(0), records, _RECORDS, ctypes.byref(count)))
    units = bytearray()
    for record in records[: count.value]:
        event = record.key
        if record.kind == _KEY_EVENT and event.unit and (event.down or event.key == _VK_MENU):
            units += int(event.unit).to_bytes(2, "little") * max(event.repeat, 1)
    return bytes(units)


def type_again(text: str) -> None:
    """Make ``text`` the first that is read of the console, as keys; what waits there already comes behind it."""
    handle, waiting = standard_handle(0), wintypes.DWORD()
    _check(_kernel32.GetNumberOfConsoleInputEvents(handle, ctypes.byref(waiting)))
    units = text.encode("utf-16-le", "replace")
    typed = len(units) // 2
    records = (_InputRecord * (typed + waiting.value))()
    for at in range(typed):
        unit = int.from_bytes(units[2 * at : 2 * at + 2], "little")
        records[at] = _InputRecord(_KEY_EVENT, _KeyEvent(True, 1, unit if unit in _OWN_KEYS else 0, 0, unit, 0))
    count = wintypes.DWORD()
    if waiting.value:
        _check(_kernel32.ReadConsoleInputW(handle, ctypes.byref(records[typed]), waiting, ctypes.byref(count)))
    _check(_kernel32.WriteConsoleInputW(handle, records, typed + count.value, ctypes.byref(count)))


def read_line() -> str | None:
    """A line as the console edited it; None when Ctrl-C or ``cancel_read`` ended the wait."""
    buffer = ctypes.create_unicode_buffer(_LINE)
    count = wintypes.DWORD()
    done = _kernel32.ReadConsoleW(standard_handle(0), buffer, _LINE, ctypes.byref(count), None)
    if not count.value and ctypes.get_last_error() == _ERROR_OPERATION_ABORTED:
        return None
    _check(done)
    return "".join(buffer[: count.value])


def cancel_read() -> None:
    """End a ``read_line`` of another thread, if there is one. Closing the handle instead could block (moby#28267)."""
    _kernel32.CancelIoEx(standard_handle(0), None)


def write_console(stream: int, text: str) -> None:
    for start in range(0, len(text), _LINE // 2):
        units = text[start : start + _LINE // 2].encode("utf-16-le", "replace")
        count = wintypes.DWORD()
        _check(_kernel32.WriteConsoleW(standard_handle(stream), units, len(units) // 2, ctypes.byref(count), None))


def new_event() -> int:
    """An event that resets itself when somebody was woken by it."""
    event: int | None = _kernel32.CreateEventW(None, False, False, None)
    if event is None:
        raise ctypes.WinError(ctypes.get_last_error())
    return event


def set_event(event: int) -> None:
    _kernel32.SetEvent(event)


def wait_for(handles: tuple[int | None, ...], timeout: float) -> int | None:
    """Index of the first handle that is signalled; None after ``timeout`` seconds."""
    array = (wintypes.HANDLE * len(handles))(*handles)
    signalled: int = _kernel32.WaitForMultipleObjects(len(handles), array, False, int(timeout * 1000))
    if signalled == _WAIT_TIMEOUT:
        return None
    _check(signalled < len(handles))
    return signalled


# --- what the system keeps ----------------------------------------------------------------------------------------

_ENVIRONMENTS: Final = (
    (winreg.HKEY_CURRENT_USER, "Environment"),
    (winreg.HKEY_LOCAL_MACHINE, r"SYSTEM\CurrentControlSet\Control\Session Manager\Environment"),
)


def code_pages() -> tuple[int, int]:
    """Of the console's input and output; (0, 0) without a console, also a hidden one."""
    return _kernel32.GetConsoleCP(), _kernel32.GetConsoleOutputCP()


def set_code_pages(pages: tuple[int, int]) -> None:
    _kernel32.SetConsoleCP(pages[0])
    _kernel32.SetConsoleOutputCP(pages[1])


def legacy_console() -> bool:
    """The console of before Windows 10 was chosen, which has no pseudo-consoles."""
    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, "Console") as key:
            return bool(winreg.QueryValueEx(key, "ForceV2")[0] == 0)
    except OSError:
        return False


def kept_variables(*, machine: bool) -> frozenset[str]:
    """Names of the variables that every program of this user, or of everybody, begins with."""
    root, path = _ENVIRONMENTS[machine]
    try:
        with winreg.OpenKey(root, path) as key:
            return frozenset(winreg.EnumValue(key, index)[0] for index in range(winreg.QueryInfoKey(key)[1]))
    except OSError:
        return frozenset()
