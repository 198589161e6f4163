"""Whose a named pipe is: any program may be the first to make one of that name, and then it is the daemon.

Docker Desktop's pipes belong to the person who started it, to SYSTEM or to the administrators.
"""

from __future__ import annotations

import _winapi
import ctypes
import sys
from ctypes import wintypes
from typing import Final

assert sys.platform == "win32"  # noqa: S101

_READ_CONTROL: Final = 0x00020000
_SECURITY_ANONYMOUS: Final = 0x00100000  # with SECURITY_SQOS_PRESENT: who listens may not act as us
_SE_KERNEL_OBJECT: Final = 6
_OWNER: Final = 1  # OWNER_SECURITY_INFORMATION
_TOKEN_QUERY: Final = 8
_TOKEN_USER: Final = 1
_USER_ROOM: Final = 256  # bytes of a TOKEN_USER with its SID, which takes 68 at most

TRUSTED = ("S-1-5-18", "S-1-5-32-544")  # SYSTEM, the administrators

_advapi32 = ctypes.WinDLL("advapi32", use_last_error=True)
_kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
_kernel32.LocalFree.argtypes = [wintypes.HLOCAL]
_kernel32.GetCurrentProcess.restype = wintypes.HANDLE
_advapi32.OpenProcessToken.argtypes = [wintypes.HANDLE, wintypes.DWORD, ctypes.POINTER(wintypes.HANDLE)]
_advapi32.GetTokenInformation.argtypes = [
    *(wintypes.HANDLE, ctypes.c_int, wintypes.LPVOID, wintypes.DWORD),
    ctypes.POINTER(wintypes.DWORD),
]
_advapi32.ConvertSidToStringSidW.argtypes = [wintypes.LPVOID, ctypes.POINTER(wintypes.LPWSTR)]
_advapi32.GetSecurityInfo.argtypes = [
    *(wintypes.HANDLE, ctypes.c_int, wintypes.DWORD, ctypes.POINTER(wintypes.LPVOID)),
    *(wintypes.LPVOID, wintypes.LPVOID, wintypes.LPVOID, ctypes.POINTER(wintypes.LPVOID)),
]


def stranger(path: str) -> str:
    """The SID of whom the pipe belongs to, if that is neither this user nor the system's own; "" also when unknown.

    ``path``: as in ``npipe:////./pipe/docker_engine``, without the scheme.
    """
    try:
        owner = _owner(path.replace("/", "\\"))
        return "" if owner in {*TRUSTED, _myself()} else owner
    except OSError:
        return ""


def _owner(path: str) -> str:
    handle = _winapi.CreateFile(
        path, _READ_CONTROL, 0, _winapi.NULL, _winapi.OPEN_EXISTING, _SECURITY_ANONYMOUS, _winapi.NULL
    )
    owner, descriptor = wintypes.LPVOID(), wintypes.LPVOID()
    try:
        error = _advapi32.GetSecurityInfo(
            handle, _SE_KERNEL_OBJECT, _OWNER, ctypes.byref(owner), None, None, None, ctypes.byref(descriptor)
        )
        if error:
            raise ctypes.WinError(error)
        return _text(owner)
    finally:
        _kernel32.LocalFree(descriptor)
        _winapi.CloseHandle(handle)


def _myself() -> str:
    token, room, size = wintypes.HANDLE(), ctypes.create_string_buffer(_USER_ROOM), wintypes.DWORD()
    if not _advapi32.OpenProcessToken(_kernel32.GetCurrentProcess(), _TOKEN_QUERY, ctypes.byref(token)):
        raise ctypes.WinError(ctypes.get_last_error())
    try:
        if not _advapi32.GetTokenInformation(token, _TOKEN_USER, room, _USER_ROOM, ctypes.byref(size)):
            raise ctypes.WinError(ctypes.get_last_error())
        return _text(ctypes.cast(room, ctypes.POINTER(wintypes.LPVOID)).contents)
    finally:
        _winapi.CloseHandle(token.value or 0)


def _text(sid: wintypes.LPVOID) -> str:
    text = wintypes.LPWSTR()
    if not _advapi32.ConvertSidToStringSidW(sid, ctypes.byref(text)):
        raise ctypes.WinError(ctypes.get_last_error())
    try:
        return text.value or ""
    finally:
        _kernel32.LocalFree(text)
