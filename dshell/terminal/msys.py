"""What Windows adds to ``mintty``: its pipes, its Ctrl-C, its code pages, and where the ``stty`` lies."""

from __future__ import annotations

import atexit
import ctypes
import os
import sys
import threading
from collections.abc import Mapping
from ctypes import wintypes
from typing import Final

from dshell import win32
from dshell.terminal.base import Shown
from dshell.terminal.mintty import MinttyTerminal
from dshell.terminal.stty import Stty, stty_paths

assert sys.platform == "win32"  # noqa: S101

_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)

UTF_8: Final = 65001


def open_mintty(shown: Shown, environ: Mapping[str, str]) -> MinttyTerminal:
    """Without any ``stty`` it serves whoever needs neither raw mode nor a size."""
    _speak_utf8()
    streams = (shown.stdin, shown.stdout, shown.stderr)
    programs = [path for path in stty_paths(environ, ancestors()) if os.path.isfile(path)]
    return MinttyTerminal(shown, Stty(programs, streams.index(True)), StandardInput(), ignore_interrupts)


def _speak_utf8() -> None:
    """The runtime converts between mintty and native programs as the code pages of their hidden console say."""
    found = win32.code_pages()
    win32.set_code_pages((UTF_8, UTF_8))
    atexit.register(win32.set_code_pages, found)


# --- input --------------------------------------------------------------------------------------------------------

CHUNK: Final = 65536
_ERROR_OPERATION_ABORTED: Final = 995
_THREAD_TERMINATE: Final = 0x0001

_kernel32.ReadFile.argtypes = [
    wintypes.HANDLE,
    wintypes.LPVOID,
    wintypes.DWORD,
    ctypes.POINTER(wintypes.DWORD),
    wintypes.LPVOID,
]
_kernel32.OpenThread.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
_kernel32.OpenThread.restype = wintypes.HANDLE
_kernel32.CancelSynchronousIo.argtypes = [wintypes.HANDLE]
_kernel32.CloseHandle.argtypes = [wintypes.HANDLE]


class StandardInput:
    """A ``Keyboard`` on the pipe that the MSYS runtime made. A read that is cancelled leaves it as it was."""

    def __init__(self) -> None:
        self._thread = 0

    def read(self) -> bytes | None:
        self._thread = threading.get_native_id()
        buffer = ctypes.create_string_buffer(CHUNK)
        count = wintypes.DWORD()
        if _kernel32.ReadFile(win32.standard_handle(0), buffer, CHUNK, ctypes.byref(count), None):
            return buffer.raw[: count.value]
        # Any other error means that the terminal is gone: 109, a broken pipe, as a rule.
        return None if ctypes.get_last_error() == _ERROR_OPERATION_ABORTED else b""

    def cancel(self) -> None:
        thread = _kernel32.OpenThread(_THREAD_TERMINATE, False, self._thread)
        if thread:
            _kernel32.CancelSynchronousIo(thread)
            _kernel32.CloseHandle(thread)


# --- interrupts ---------------------------------------------------------------------------------------------------

_CTRL_C_EVENT: Final = 0
_CTRL_BREAK_EVENT: Final = 1  # in its stead for a program that leads a process group

_Handler = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)
_kernel32.SetConsoleCtrlHandler.argtypes = [_Handler, wintypes.BOOL]
_deaf = _Handler(lambda event: event in (_CTRL_C_EVENT, _CTRL_BREAK_EVENT))


def ignore_interrupts(ignored: bool) -> None:
    """Keep Ctrl-C from Python's own handler. Unlike the system's flag for it, this is not inherited by children."""
    _kernel32.SetConsoleCtrlHandler(_deaf, ignored)


# --- the shell that started this ----------------------------------------------------------------------------------

_TH32CS_SNAPPROCESS: Final = 2
_PROCESS_QUERY_LIMITED_INFORMATION: Final = 0x1000
_INVALID_HANDLE: Final = wintypes.HANDLE(-1).value
_LONGEST_PATH: Final = 32768


class _Process(ctypes.Structure):
    _fields_ = (
        ("size", wintypes.DWORD),
        ("usage", wintypes.DWORD),
        ("pid", wintypes.DWORD),
        ("heap", ctypes.c_size_t),
        ("module", wintypes.DWORD),
        ("threads", wintypes.DWORD),
        ("parent", wintypes.DWORD),
        ("priority", wintypes.LONG),
        ("flags", wintypes.DWORD),
        ("name", wintypes.WCHAR * 260),
    )


_kernel32.CreateToolhelp32Snapshot.argtypes = [wintypes.DWORD, wintypes.DWORD]
_kernel32.CreateToolhelp32Snapshot.restype = wintypes.HANDLE
_kernel32.Process32FirstW.argtypes = [wintypes.HANDLE, ctypes.POINTER(_Process)]
_kernel32.Process32NextW.argtypes = [wintypes.HANDLE, ctypes.POINTER(_Process)]
_kernel32.OpenProcess.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
_kernel32.OpenProcess.restype = wintypes.HANDLE
_kernel32.QueryFullProcessImageNameW.argtypes = [
    wintypes.HANDLE,
    wintypes.DWORD,
    wintypes.LPWSTR,
    ctypes.POINTER(wintypes.DWORD),
]


def ancestors() -> list[str]:
    """Program files of the parent of this process, of its parent and so on, as far as they live and may be asked."""
    parents = _parents()
    found = []
    pid = parents.pop(os.getpid(), 0)
    while pid in parents:
        found.append(_program(pid))
        pid = parents.pop(pid)  # each once: the ids of processes that ended are given again, which may make a ring
    return [path for path in found if path]


def _parents() -> dict[int, int]:
    """Process id to that of its parent, for all that run."""
    snapshot = _kernel32.CreateToolhelp32Snapshot(_TH32CS_SNAPPROCESS, 0)
    if snapshot == _INVALID_HANDLE:
        return {}
    parents = {}
    process = _Process(size=ctypes.sizeof(_Process))
    more = _kernel32.Process32FirstW(snapshot, ctypes.byref(process))
    while more:
        parents[process.pid] = process.parent
        more = _kernel32.Process32NextW(snapshot, ctypes.byref(process))
    _kernel32.CloseHandle(snapshot)
    return parents


def _program(pid: int) -> str:
    process = _kernel32.OpenProcess(_PROCESS_QUERY_LIMITED_INFORMATION, False, pid)
    if not process:
        return ""
    path = ctypes.create_unicode_buffer(_LONGEST_PATH)
    length = wintypes.DWORD(_LONGEST_PATH)
    done = _kernel32.QueryFullProcessImageNameW(process, 0, path, ctypes.byref(length))
    _kernel32.CloseHandle(process)
    return path.value if done else ""
