"""TLS and ssh carry a session as a plain socket does."""

from __future__ import annotations

import os
import select
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dshell.engine.base import TLS, Endpoint, Joining
from dshell.engine.connect import connect
from dshell.engine.http import HttpEngine
from dshell.errors import EngineError, Trouble
from dshell.stream.connection import Connection
from dshell.stream.ssh import ssh_command
from tests.scripted import UNIX, failure_of, read_all

TLS_ERRORS = (OSError, ssl.SSLError)


def make_certificate(folder: Path, name: str, authority: str = "") -> None:
    """NAME.pem and NAME-key.pem, for 127.0.0.1; its own authority unless one is named."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", f"/CN={name}", "-days", "2", "-out", f"{name}.pem", "-keyout", f"{name}-key.pem"]
    if authority:
        command += ["-CA", f"{authority}.pem", "-CAkey", f"{authority}-key.pem"]
        command += ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("certificates")
    for name, authority in (("ca", ""), ("daemon", "ca"), ("client", "ca"), ("stranger", "")):
        make_certificate(folder, name, authority)
    return folder


Serve = Callable[[ssl.SSLSocket], None]


class TlsServer:
    """Serves each connection by ``serve``, in a thread; asks for a client's certificate."""

    def __init__(self, certificates: Path, serve: Serve) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificates / "daemon.pem", certificates / "daemon-key.pem")
        self._context.load_verify_locations(certificates / "ca.pem")
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._serve = serve
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.host = f"tcp://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._shake, args=[self._listener.accept()[0]], daemon=True).start()

    def _shake(self, sock: socket.socket) -> None:
        with suppress(*TLS_ERRORS), self._context.wrap_socket(sock, server_side=True) as connection:
            self._serve(connection)


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


def client_tls(certificates: Path, *, ca: str = "ca", cert: str = "client", verify: bool = True) -> TLS:
    pem = [str(certificates / f"{name}.pem") if name else "" for name in (ca, cert)]
    return TLS(pem[0], pem[1], str(certificates / f"{cert}-key.pem") if cert else "", verify)


def read_to_end(connection: Connection) -> bytes:
    received = b""
    while data := connection.receive():
        received += data
    return received


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


def test_a_session_over_tls(certificates: Path, engine_host: str) -> None:
    def relay(near: ssl.SSLSocket) -> None:
        """Both ways in one thread: an SSLSocket is not for two."""
        with socket.socket(UNIX) as far:
            far.connect(engine_host.removeprefix("unix://"))
            open_ends: list[socket.socket] = [near, far]
            while far in open_ends:
                ready = [near] if near in open_ends and near.pending() else select.select(open_ends, [], [])[0]
                for one, other in ((near, far), (far, near)):
                    if one in ready:
                        if data := one.recv(65536):
                            other.sendall(data)
                            continue
                        open_ends.remove(one)
                        if one is near:
                            far.shutdown(socket.SHUT_WR)

    server = TlsServer(certificates, relay)
    engine = HttpEngine(Endpoint("default", server.host, "-H", client_tls(certificates)))
    list(engine.pull("docker.io/library/alpine", "latest", ""))
    body = {"Image": "alpine", "Cmd": ["cat"], "AttachStdin": True, "OpenStdin": True, "StdinOnce": True}
    container = engine.create(body, "", "").id
    pending = engine.wait(container, "next-exit")
    stream = engine.attach(container, Joining(tty=False, stdin=True), pending)
    engine.start(container)
    stream.write(b"over TLS")
    stream.end_input()
    assert read_all(stream)[1] == b"over TLS"
    assert stream.wait() == 0
    engine.remove(container, force=True, volumes=True, link=False)
    server.close()


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


RUN_HERE = 'while [ "$1" != -- ]; do shift; done; shift 2; exec "$@"'


def test_a_session_over_ssh(fake_ssh: Callable[[str], None], engine_host: str) -> None:
    fake_ssh(RUN_HERE)
    engine = HttpEngine(Endpoint("far", f"ssh://me@far{engine_host.removeprefix('unix://')}", "--context"))
    list(engine.pull("docker.io/library/alpine", "latest", ""))
    body = {"Image": "alpine", "Cmd": ["cat"], "AttachStdin": True, "OpenStdin": True, "StdinOnce": True}
    container = engine.create(body, "", "").id
    pending = engine.wait(container, "next-exit")
    stream = engine.attach(container, Joining(tty=False, stdin=True), pending)
    engine.start(container)
    stream.write(b"over ssh" * 100_000)
    stream.end_input()
    assert read_all(stream)[1] == b"over ssh" * 100_000
    assert stream.wait() == 0
    stream.close()
    engine.remove(container, force=True, volumes=True, link=False)
    engine.close()


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
