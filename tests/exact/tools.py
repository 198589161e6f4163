"""The two programs that are compared: the docker CLI, and dshell forked from a process that has imported it.

A fork is what makes hundreds of lines cost less than as many starts of Python; a line runs as in a process of its own.
"""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import array
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

LONGEST = 10.0  # seconds for a line


class Start(NamedTuple):
    """``files``: standard input, output and error. ``terminal``: the input is one, and the program's own."""

    words: Sequence[str]
    environ: Mapping[str, str]
    folder: str
    files: tuple[int, int, int]
    terminal: bool


class Running(Protocol):
    @property
    def pid(self) -> int: ...

    def wait(self) -> int:
        """The exit code; negative for a signal. TimeoutError after LONGEST, and the program is killed."""
        ...


class Tool(Protocol):
    def start(self, start: Start) -> Running: ...

    def close(self) -> None: ...


class Command:
    """A program as such: ``argv`` and the line's words."""

    def __init__(self, *argv: str) -> None:
        self._argv = argv

    def start(self, start: Start) -> Running:
        stdin, stdout, stderr = start.files
        take = ["setsid", "--ctty"] if start.terminal else ["setsid"]
        process = subprocess.Popen(
            [*take, *self._argv, *start.words],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=dict(start.environ),
            cwd=start.folder,
        )
        return _Child(process)

    def close(self) -> None:
        pass


class _Child:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self.pid = process.pid

    def wait(self) -> int:
        try:
            return self._process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise TimeoutError from None


class Forked:
    """dshell with ``options`` before the line's words."""

    def __init__(self, *options: str) -> None:
        self._options = options
        self._socket, theirs = socket.socketpair()
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.exact.tools", str(theirs.fileno())], pass_fds=[theirs.fileno()]
        )
        theirs.close()
        self._socket.settimeout(LONGEST)

    def start(self, start: Start) -> Running:
        order = {
            "words": [*self._options, *start.words],
            "environ": dict(start.environ),
            "folder": start.folder,
            "terminal": start.terminal,
        }
        data = json.dumps(order).encode(errors="surrogateescape")
        socket.send_fds(self._socket, [len(data).to_bytes(4, "big")], list(start.files))
        self._socket.sendall(data)
        return _Fork(self._socket)

    def close(self) -> None:
        self._socket.close()
        self._server.wait()


class _Fork:
    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self.pid = self._number()

    def _number(self) -> int:
        return array.array("i", self._server.recv(4, socket.MSG_WAITALL))[0]

    def wait(self) -> int:
        try:
            return self._number()
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
            self._number()
            raise


def serve(orders: socket.socket) -> int:
    """Fork for each order; the exit code of the child in the child, 0 in the server when nobody orders any more."""
    from dshell import app  # noqa: PLC0415, F401 - imported once, for all children

    while True:
        length, files, _, _ = socket.recv_fds(orders, 4, 3)
        if not length:
            return 0
        order = json.loads(orders.recv(int.from_bytes(length, "big"), socket.MSG_WAITALL))
        child = os.fork()
        if not child:
            orders.close()
            return _run(order, files)
        for file in files:
            os.close(file)
        orders.sendall(array.array("i", [child]).tobytes())
        _, status = os.waitpid(child, 0)
        orders.sendall(array.array("i", [os.waitstatus_to_exitcode(status)]).tobytes())


def _run(order: dict[str, object], files: Sequence[int]) -> int:
    from dshell import app  # noqa: PLC0415

    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    if order["terminal"]:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    os.chdir(str(order["folder"]))
    environ, words = order["environ"], order["words"]
    assert isinstance(environ, dict)
    assert isinstance(words, list)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["dshell", *words]
    return app.main()


if __name__ == "__main__":
    sys.exit(serve(socket.socket(fileno=int(sys.argv[1]))))
