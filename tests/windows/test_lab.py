"""The imitated pseudo-terminal behaves as the MSYS runtime's: what the tests of dshell in it rely on."""

from __future__ import annotations

import pytest

from tests.windows.machine import Windows
from tests.windows.msys_pty import MsysPty

PROBE = """
import ctypes, os, subprocess, sys
name = ctypes.create_string_buffer(600)
k = ctypes.WinDLL("kernel32")
k.GetStdHandle.restype = ctypes.c_void_p
for number in (-10, -11, -12):
    k.GetFileInformationByHandleEx(ctypes.c_void_p(k.GetStdHandle(number)), 2, name, 600)
    length = int.from_bytes(name.raw[:4], "little")
    print(name.raw[4 : 4 + length].decode("utf-16-le"), sys.stdin.isatty())
def stty(*words):
    done = subprocess.run([sys.argv[1], *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return done.returncode, done.stdout.decode().strip()
print("SIZE", stty("size"), flush=True)
code, saved = stty("-g")
print("LINE", sys.stdin.buffer.raw.read(100), flush=True)
stty("raw", "-echo")
os.write(1, b"RAW?\\r\\n")
print("KEY", os.read(0, 100), end="\\r\\n", flush=True)
stty(saved)
print("DONE", stty("size"), stty("nonsense"))
"""


COUNT = """
import os, signal, subprocess, sys, time
raised = []
signal.signal(signal.SIGINT, lambda number, frame: raised.append(1))
subprocess.run([sys.argv[1], "raw", "-echo"])
os.write(1, b"READY")
byte = os.read(0, 1)
while len(raised) < int(sys.argv[2]):  # it comes in a thread of its own
    time.sleep(0.01)
os.write(1, b"GOT %r %d" % (byte, len(raised)))
"""


@pytest.mark.parametrize("suffix", ["", "-nat"])
def test_a_native_program_sees_pipes_and_reaches_the_modes_by_stty(bare_windows: Windows, suffix: str) -> None:
    stty = str(bare_windows.lab.stty)
    with MsysPty(bare_windows, ["-c", PROBE, f"Z:{stty}"], suffix=suffix) as pty:
        pty.expect("SIZE (0, '40 100')")
        assert f"{pty.name}-from-master{suffix} False" in pty.text()
        assert f"{pty.name}-to-master{suffix} False" in pty.text()
        cooked = pty.modes()
        pty.send("hex\x7fy\r")
        pty.expect(r"LINE b'hey\n'")
        pty.expect("RAW?")
        assert pty.modes() != cooked
        pty.resize(90, 30)
        pty.send("\x1b[A")
        pty.expect(r"KEY b'\x1b[A'")
        pty.expect("DONE (0, '30 90') (1, '')")
        assert pty.wait() == 0


def test_another_installation_s_stty_does_not_know_the_terminal(bare_windows: Windows) -> None:
    ask = "import subprocess, sys; sys.exit(subprocess.call([sys.argv[1], '-g']))"
    with MsysPty(bare_windows, ["-c", ask, f"Z:{bare_windows.lab.stranger}"]) as pty:
        assert pty.wait() == 1
        assert "Inappropriate ioctl" in pty.text()


@pytest.mark.parametrize(("suffix", "raised"), [("", 0), ("-nat", 1)])
def test_ctrl_c_in_raw_mode_is_a_byte_and_today_also_an_interrupt(
    bare_windows: Windows, suffix: str, raised: int
) -> None:
    with MsysPty(bare_windows, ["-c", COUNT, f"Z:{bare_windows.lab.stty}", str(raised)], suffix=suffix) as pty:
        pty.expect("READY")
        pty.send("\x03")
        pty.expect(f"GOT b'\\x03' {raised}")
