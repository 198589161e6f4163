r"""An imitated MSYS pseudo-terminal, run by the Windows Python: ``pty_host.py NAME SUFFIX COLUMNS LINES PROGRAM…``.

As the MSYS runtime without a pseudo-console: PROGRAM gets two named pipes as its standard streams,
``\\.\pipe\NAME-from-master SUFFIX`` and ``…-to-master SUFFIX``, and a hidden console. The line discipline stands here,
in the master; ``stty.exe`` (stty.c) reads and changes it through ``\\.\pipe\NAME-master-ctl``. Left out are job
control and flow control.

Frames on standard input and output carry what mintty would do and see: a letter, four bytes of length, the data.
In: k keys, z size ("COLUMNS LINES"), m ask for the modes, x kill PROGRAM. Out: o output, m modes, x exit code, modes.
"""

from __future__ import annotations

import _winapi
import ctypes
import msvcrt
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

assert sys.platform == "win32"

CHUNK = 65536
FLAGS = ("echo", "icanon", "isig", "icrnl", "iexten", "opost")
SANE = frozenset(FLAGS)
RAW = frozenset({"echo", "iexten"})  # what `stty raw` leaves
INTERRUPT = 3
PIPE_ACCESS_INBOUND = 1
BYTES = 0  # type, read mode and waiting of a pipe
MESSAGES = _winapi.PIPE_TYPE_MESSAGE | _winapi.PIPE_READMODE_MESSAGE

kernel32 = ctypes.WinDLL("kernel32")


class Discipline:
    """The terminal's modes and what they do to bytes."""

    def __init__(self, columns: int, lines: int) -> None:
        self.flags = SANE
        self.size = (columns, lines)
        self._line = b""

    def typed(self, key: int) -> tuple[bytes, bytes]:
        """What a key sends to the program, and what it shows."""
        byte = bytes([key])
        if "icrnl" in self.flags and byte == b"\r":
            byte = b"\n"
        shown = byte if "echo" in self.flags else b""
        if "icanon" not in self.flags:
            return byte, shown
        if byte in (b"\x7f", b"\x08"):
            self._line, had = self._line[:-1], bool(self._line)
            return b"", b"\b \b" if shown and had else b""
        self._line += byte  # Ctrl-D, too, is data for a native program
        if byte != b"\n":
            return b"", shown
        line, self._line = self._line, b""
        return line, shown

    def interrupt(self) -> bool:
        """Ctrl-C was typed. Whether it is not a byte as well."""
        if "isig" not in self.flags:
            return False
        self._line = b""
        return True

    def written(self, data: bytes) -> bytes:
        return data.replace(b"\n", b"\r\n") if "opost" in self.flags else data

    def save(self) -> str:
        return ":".join("1" if flag in self.flags else "0" for flag in FLAGS) + ":5a"

    def stty(self, words: Sequence[str]) -> str:
        """What ``stty WORDS`` prints. ValueError: no such word."""
        said = ""
        for word in words:
            name = word.removeprefix("-")
            if word == "-g":
                said = self.save() + "\n"
            elif word == "size":
                said = "{1} {0}\n".format(*self.size)
            elif word in ("raw", "sane"):
                self.flags = RAW & self.flags if word == "raw" else SANE
            elif name in FLAGS:
                self.flags = self.flags - {name} if word.startswith("-") else self.flags | {name}
            elif word.endswith(":5a"):
                self.flags = frozenset(flag for flag, on in zip(FLAGS, word.split(":"), strict=False) if on == "1")
            else:
                raise ValueError(word)
        return said


class Host:
    """Runs one program. ``suffix``: "-nat" is today's runtime, which also raises Ctrl-C in the program's console."""

    def __init__(self, name: str, suffix: str, discipline: Discipline) -> None:
        self._discipline = discipline
        self._raises = bool(suffix)
        self._sending = threading.Lock()
        path = rf"\\.\pipe\{name}"
        self._control = f"{path}-master-ctl"
        self._input, self._keys = _pipe(f"{path}-from-master{suffix}")
        self._shown, self._output = _pipe(f"{path}-to-master{suffix}")

    def run(self, argv: Sequence[str]) -> None:
        """Until the program has ended and all that it wrote is sent."""
        _hide_a_console()
        threading.Thread(target=self._answer_stty, daemon=True).start()
        streams = [msvcrt.open_osfhandle(handle, os.O_BINARY) for handle in (self._input, self._output)]
        program = subprocess.Popen(argv, stdin=streams[0], stdout=streams[1], stderr=streams[1])
        for stream in streams:
            os.close(stream)
        threading.Thread(target=self._obey, args=(program,), daemon=True).start()
        showing = threading.Thread(target=self._show, daemon=True)
        showing.start()
        code = program.wait()
        showing.join(5)
        self._send(b"x", f"{code} {self._discipline.save()}".encode())

    def _obey(self, program: subprocess.Popen[bytes]) -> None:
        while kind := _read(1):
            data = _read(int.from_bytes(_read(4), "big"))
            if kind == b"k":
                self._type(data)
            elif kind == b"z":
                columns, lines = data.split()
                self._discipline.size = (int(columns), int(lines))
            elif kind == b"m":
                self._send(b"m", self._discipline.save().encode())
            elif kind == b"x":
                program.kill()
        program.kill()

    def _type(self, data: bytes) -> None:
        """A burst of keys arrives as one."""
        passed = shown = b""
        for key in data:
            if key == INTERRUPT:
                only = self._discipline.interrupt()
                if only or self._raises:
                    kernel32.GenerateConsoleCtrlEvent(0, 0)
                if only:
                    continue
            one, echo = self._discipline.typed(key)
            passed, shown = passed + one, shown + echo
        if shown:
            self._send(b"o", self._discipline.written(shown))
        if passed:
            _winapi.WriteFile(self._keys, passed)

    def _show(self) -> None:
        with suppress(OSError):  # the program, and whoever it gave its streams to, has closed them
            while True:
                data, _ = _winapi.ReadFile(self._shown, CHUNK)
                self._send(b"o", self._discipline.written(data))

    def _answer_stty(self) -> None:
        while True:
            pipe = _winapi.CreateNamedPipe(
                self._control, _winapi.PIPE_ACCESS_DUPLEX, MESSAGES, 1, CHUNK, CHUNK, 0, _winapi.NULL
            )
            with suppress(OSError):
                _winapi.ConnectNamedPipe(pipe)
                words, _ = _winapi.ReadFile(pipe, CHUNK)
                try:
                    answer = "0" + self._discipline.stty(words.rstrip(b"\0").decode().split())
                except ValueError:
                    answer = "1"
                _winapi.WriteFile(pipe, answer.encode())
                _winapi.ReadFile(pipe, CHUNK)  # until it has gone with the answer
            _winapi.CloseHandle(pipe)

    def _send(self, kind: bytes, data: bytes) -> None:
        with self._sending:
            sys.stdout.buffer.write(kind + len(data).to_bytes(4, "big") + data)
            sys.stdout.buffer.flush()


def _pipe(name: str) -> tuple[int, int]:
    """The end that reads and the end that writes."""
    reader = _winapi.CreateNamedPipe(name, PIPE_ACCESS_INBOUND, BYTES, 1, CHUNK, CHUNK, 0, _winapi.NULL)
    writer = _winapi.CreateFile(name, _winapi.GENERIC_WRITE, 0, _winapi.NULL, _winapi.OPEN_EXISTING, 0, _winapi.NULL)
    return reader, writer


def _hide_a_console() -> None:
    """Programs without one could not be interrupted; this one is not to end by it."""
    kernel32.FreeConsole()  # the one of Wine's own, which raises nothing
    kernel32.AllocConsole()
    signal.signal(signal.SIGINT, lambda number, frame: None)


def _read(size: int) -> bytes:
    data = b""
    while len(data) < size and (more := os.read(0, size - len(data))):
        data += more
    return data


if __name__ == "__main__":
    columns, lines = map(int, sys.argv[3:5])
    Host(sys.argv[1], sys.argv[2], Discipline(columns, lines)).run(sys.argv[5:])
    os._exit(0)  # a thread still reads standard input, and the end of the interpreter would wait for it
