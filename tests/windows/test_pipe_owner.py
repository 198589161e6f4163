"""Whose a named pipe is, on Windows: one's own is trusted, another user's is not."""

from __future__ import annotations

from tests.windows.machine import PIPE, Windows, finish

ASK = "from dshell.stream.pipe_owner import stranger; print(stranger({path!r}))"

# A pipe that says that somebody else made it, held open while it is asked about.
MADE_BY = r"""
import _winapi, ctypes
from ctypes import wintypes
class Attributes(ctypes.Structure):
    _fields_ = [("length", wintypes.DWORD), ("descriptor", wintypes.LPVOID), ("inherit", wintypes.BOOL)]
advapi32, kernel32 = ctypes.WinDLL("advapi32"), ctypes.WinDLL("kernel32")
attributes = Attributes(ctypes.sizeof(Attributes), None, False)
sddl = "O:{owner}G:{owner}D:(A;;GA;;;WD)"
assert advapi32.ConvertStringSecurityDescriptorToSecurityDescriptorW(
    ctypes.c_wchar_p(sddl), 1, ctypes.byref(attributes, Attributes.descriptor.offset), None
)
kernel32.CreateNamedPipeW.restype = wintypes.HANDLE
pipe = kernel32.CreateNamedPipeW(
    ctypes.c_wchar_p(r"\\.\pipe\made_by"), 3, 0, 1, 512, 512, 0, ctypes.byref(attributes)
)
assert pipe not in (None, wintypes.HANDLE(-1).value), kernel32.GetLastError()
from dshell.stream.pipe_owner import stranger
print(stranger("//./pipe/made_by"))
"""


def said(windows: Windows, code: str) -> str:
    done = finish(windows.python("-c", code))
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def test_the_pipe_of_the_same_user_is_trusted(windows: Windows) -> None:
    assert said(windows, ASK.format(path=PIPE)) == ""


def test_no_pipe_is_nobody_s(bare_windows: Windows) -> None:
    assert said(bare_windows, ASK.format(path="//./pipe/nowhere")) == ""


def test_another_user_s_is_not(bare_windows: Windows) -> None:
    other = "S-1-5-21-1-2-3-1013"
    owners = {"S-1-5-18": "", "S-1-5-32-544": "", other: other}
    assert {owner: said(bare_windows, MADE_BY.replace("{owner}", owner)) for owner in owners} == owners
