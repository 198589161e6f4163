"""A daemon behind ssh: the ssh client runs ``docker system dial-stdio`` there, and its pipes are the connection.

As the docker CLI does it (docker/cli, cli/connhelper), so the person's keys, agent and ssh configuration count.
"""

from __future__ import annotations

import errno
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

from dshell.programs import need_program
from dshell.stream.connection import CHUNK

CONNECT_TIMEOUT = "ConnectTimeout=30"  # seconds, the docker CLI's


def ssh_command(host: str, port: int | None, user: str, path: str) -> list[str]:
    """The docker CLI's command for ``ssh://user@host:port/path``; ``path``: the socket over there, or ""."""
    whom = (["-l", user] if user else []) + (["-p", str(port)] if port else [])
    docker = ["docker", f"--host=unix://{path}"] if path.strip("/") else ["docker"]
    return ["ssh", *whom, "-o", CONNECT_TIMEOUT, "-T", "--", host, *docker, "system", "dial-stdio"]


class ChildConnection:
    """A child's standard input and output as a ``stream.connection.Connection``.

    Pipes have no time-outs on Windows: a timer ends the child instead. A connection that has timed out is of no more
    use anyhow.
    """

    def __init__(self, command: list[str]) -> None:
        """Starts ``command``. OSError when there is no such program."""
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the connection
        try:
            self._child = subprocess.Popen(
                [need_program(command[0], os.environ), *command[1:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                bufsize=0,
                start_new_session=True,  # Ctrl-C is the container's; Windows says the same in its own way:
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        except OSError:
            self._errors.close()
            raise
        self._input = cast("IO[bytes]", self._child.stdin)
        self._output = cast("IO[bytes]", self._child.stdout)
        self._timeout: float | None = None
        self._heard = False
        self._closed = False

    def set_timeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def receive(self) -> bytes:
        with self._timed():
            data = self._output.read(CHUNK)
        if not (data or self._heard or self._closed):
            raise ConnectionRefusedError(self._complaint())
        self._heard = True
        return data

    def send(self, data: bytes) -> None:
        with self._timed():
            while data:
                try:
                    data = data[self._input.write(data) :]
                except ValueError as error:  # the file is closed, perhaps by another thread just now
                    raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from error

    def end_output(self) -> None:
        self._input.close()

    def idle(self) -> bool:
        return self._child.poll() is None

    def close(self) -> None:
        """The output stays open until nobody holds this object: a thread may be reading it, and now sees its end."""
        self._closed = True
        self._child.kill()
        self._child.wait()
        self._input.close()

    @contextmanager
    def _timed(self) -> Iterator[None]:
        if self._timeout is None:
            yield
            return
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self._child.kill()

        timer = threading.Timer(self._timeout, expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
        if expired.is_set():
            raise TimeoutError("timed out")

    def _complaint(self) -> str:
        """What ssh said before it ended without having connected."""
        status = self._child.wait()
        self._errors.seek(0)
        words = self._errors.read().decode(errors="replace").strip()
        return words or f"ssh has exited with exit status {status}"
