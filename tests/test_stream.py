"""One contract for every kind of stream. The named pipe's is held in Wine (``windows/test_contracts``)."""

from __future__ import annotations

import os
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import TLS, Endpoint
from dshell.stream.base import Stream
from dshell.stream.program import start
from tests import winpty
from tests.conftest import docker_at
from tests.relays import SSH_HERE, TlsServer, client_tls, make_certificates, port_to, to_engine
from tests.stream_contract import CHECKS, SIZE, Run, by_exec

assert sys.platform != "win32"


class Ways:
    """The engine by every way to it, and programs of this machine. ``runs``: by the name of a kind."""

    def __init__(self, engine_host: str, folder: Path, opened: ExitStack) -> None:
        self._opened = opened
        self._container = f"ways-{uuid.uuid4().hex[:8]}"
        docker = docker_at(engine_host)
        docker("run", "-d", "--name", self._container, "alpine", "sleep", "600")
        opened.callback(docker, "rm", "-f", self._container)
        make_certificates(folder)
        server = TlsServer(folder, to_engine(engine_host))
        opened.callback(server.close)
        port = opened.enter_context(port_to(engine_host.removeprefix("unix://")))
        self.runs: dict[str, Run] = {
            "unix": self._by(engine_host),
            "tcp": self._by(f"tcp://127.0.0.1:{port}"),
            "tls": self._by(server.host, client_tls(folder)),
            "ssh": self._by(f"ssh://me@far{engine_host.removeprefix('unix://')}"),
            "pty": _under_a_terminal,
            "pseudo-console": _under_a_console,
        }

    def _by(self, host: str, tls: TLS | None = None) -> Run:
        engine = HttpEngine(Endpoint("default", host, "-H", tls))
        self._opened.callback(engine.close)
        return partial(by_exec, engine, self._container)


def _under_a_terminal(script: str, *, tty: bool = True) -> Stream:
    return start(["sh", "-c", script], os.environ, "/", SIZE)


def _under_a_console(script: str, *, tty: bool = True) -> Stream:
    return winpty.start(["sh", "-c", script], SIZE)


@pytest.fixture(scope="module")
def ways(engine_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ways]:
    folder = tmp_path_factory.mktemp("ways")
    ssh = folder / "ssh"
    ssh.write_text(SSH_HERE)
    ssh.chmod(0o755)
    with ExitStack() as opened, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        yield Ways(engine_host, folder, opened)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("kind", ["unix", "tcp", "tls", "ssh", "pty", "pseudo-console"])
def test_every_kind_of_stream(ways: Ways, kind: str, check: Callable[[Run], None]) -> None:
    check(ways.runs[kind])
