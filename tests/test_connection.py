"""What TLS and ssh do of their own; that they carry a session as a plain socket does is in ``test_stream``."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dshell.engine.connect import connect
from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint
from dshell.errors import EngineError, Trouble
from dshell.stream.connection import Connection, SocketConnection
from dshell.stream.ssh import ssh_command
from tests.relays import TlsServer, client_tls, make_certificates
from tests.scripted import failure_of


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    make_certificates(folder)
    return folder


def echo(connection: ssl.SSLSocket) -> None:
    """Everything back, and after the half-close one word more."""
    while data := connection.recv(65536):
        connection.sendall(data)
    connection.sendall(b"over")


@pytest.fixture
def tls_server(certificates: Path) -> Iterator[TlsServer]:
    server = TlsServer(certificates, echo)
    yield server
    server.close()


def read_to_end(connection: Connection) -> bytes:
    received = b""
    while data := connection.receive():
        received += data
    return received


class BrokenOff(socket.socket):
    """As Windows tells of an end that did not wait: by one of two words."""

    error: type[OSError] = ConnectionResetError

    def recv(self, *_: int) -> bytes:
        raise self.error


@pytest.mark.parametrize("error", [ConnectionResetError, ConnectionAbortedError])
def test_a_connection_that_is_broken_off_has_ended(error: type[OSError]) -> None:
    with BrokenOff() as broken_off:
        broken_off.error = error
        assert SocketConnection(broken_off).receive() == b""


def test_tls_reads_and_writes_at_once_and_half_closes(certificates: Path, tls_server: TlsServer) -> None:
    connection = connect(Endpoint("default", tls_server.host, "-H", client_tls(certificates)), 10.0)
    connection.set_timeout(None)
    data = os.urandom(8 * 1024 * 1024)

    def send() -> None:
        connection.send(data)
        connection.end_output()

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    assert read_to_end(connection) == data + b"over"
    sender.join()
    connection.close()


def test_closing_tls_wakes_a_reader(certificates: Path, tls_server: TlsServer) -> None:
    connection = connect(Endpoint("default", tls_server.host, "-H", client_tls(certificates)), 10.0)
    connection.set_timeout(None)
    threading.Timer(0.05, connection.close).start()
    assert connection.receive() == b""


def test_tls_keeps_time(certificates: Path, tls_server: TlsServer) -> None:
    connection = connect(Endpoint("default", tls_server.host, "-H", client_tls(certificates)), 10.0)
    connection.set_timeout(0.05)
    with pytest.raises(TimeoutError):
        connection.receive()
    connection.close()


@pytest.mark.parametrize(
    ("ca", "cert", "words"),
    [
        ("stranger", "client", "CERTIFICATE_VERIFY_FAILED"),
        ("", "client", "CERTIFICATE_VERIFY_FAILED"),
        ("ca", "", "certificate required"),
        ("ca", "stranger", "unknown ca"),
        ("missing", "client", "No such file"),
    ],
)
def test_tls_that_is_refused(certificates: Path, tls_server: TlsServer, ca: str, cert: str, words: str) -> None:
    tls = client_tls(certificates, ca=ca, cert=cert)
    failure = failure_of(HttpEngine(Endpoint("default", tls_server.host, "-H", tls)).ping)
    assert failure.trouble is Trouble.TLS
    assert words in failure.words.replace("_", " ") or words in failure.words


def test_tls_without_verification(certificates: Path, tls_server: TlsServer) -> None:
    tls = client_tls(certificates, ca="stranger", verify=False)
    connect(Endpoint("default", tls_server.host, "-H", tls), 10.0).close()


def test_a_server_that_speaks_no_tls(certificates: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"tcp://127.0.0.1:{listener.getsockname()[1]}"

        def answer() -> None:
            connection = listener.accept()[0]
            connection.recv(100)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        with pytest.raises(EngineError) as caught:
            connect(Endpoint("default", host, "-H", client_tls(certificates)), 10.0)
    assert caught.value.failure.trouble is Trouble.TLS


# ssh: a program of that name which runs the command here


@pytest.mark.parametrize(
    ("where", "command"),
    [
        (("h", None, "", ""), "ssh -o ConnectTimeout=30 -T -- h docker system dial-stdio"),
        (("h", 22, "me", "/"), "ssh -l me -p 22 -o ConnectTimeout=30 -T -- h docker system dial-stdio"),
        (("h", None, "", "/d.sock"), "ssh -o ConnectTimeout=30 -T -- h docker --host=unix:///d.sock system dial-stdio"),
    ],
)
def test_the_command_is_dockers(where: tuple[str, int | None, str, str], command: str) -> None:
    assert " ".join(ssh_command(*where)) == command


@pytest.fixture
def fake_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def install(script: str) -> None:
        program = tmp_path / "ssh"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return install


def test_ssh_that_cannot_connect(fake_ssh: Callable[[str], None]) -> None:
    fake_ssh("echo 'ssh: Could not resolve hostname far' >&2; exit 255")
    failure = failure_of(HttpEngine(Endpoint("far", "ssh://far", "--context")).ping)
    assert failure.words == "ssh: Could not resolve hostname far"
    assert failure.trouble is Trouble.UNREACHABLE


def test_ssh_that_says_nothing(fake_ssh: Callable[[str], None]) -> None:
    fake_ssh("exec sleep 600")
    engine = HttpEngine(Endpoint("far", "ssh://far", "--context"), patience=0.2)
    assert failure_of(engine.ping).trouble is Trouble.TIMEOUT


def test_closing_ssh_wakes_a_reader(fake_ssh: Callable[[str], None]) -> None:
    fake_ssh("exec sleep 600")
    connection = connect(Endpoint("far", "ssh://far", "--context"), 10.0)
    threading.Timer(0.05, connection.close).start()
    assert connection.receive() == b""


def test_no_ssh_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("ssh") is None
    assert failure_of(HttpEngine(Endpoint("far", "ssh://far", "--context")).ping).trouble is Trouble.UNREACHABLE


def test_a_one_shot_run_imports_neither_ssl_nor_http_client() -> None:
    loaded = "import sys, dshell.engine.http, dshell.engine.endpoint; sys.stdout.write(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert not {"ssl", "http.client", "email", "asyncio", "docker"} & set(done.stdout.split())
