"""Other ways to the test engine than its unix socket: a TCP port, TLS with certificates, and an ssh that stays here."""

from __future__ import annotations

import select
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dshell.engine.records import TLS
from tests.scripted import UNIX

TLS_ERRORS = (OSError, ssl.SSLError)
SSH_HERE = """#!/bin/sh
while [ "$1" != -- ]; do shift; done; shift 2; exec "$@"
"""
"""A program for the name ``ssh``: runs the command on this machine, whatever the host."""


@contextmanager
def port_to(socket_path: str, address: str = "127.0.0.1") -> Iterator[int]:
    """A port of this machine that leads to the unix socket, half-closes included."""
    with socket.create_server((address, 0)) as server:
        threading.Thread(target=_accept, args=(server, socket_path), name="port", daemon=True).start()
        yield server.getsockname()[1]


def _accept(server: socket.socket, socket_path: str) -> None:
    with suppress(OSError):
        while True:
            client, _ = server.accept()
            daemon = socket.socket(UNIX)
            daemon.connect(socket_path)
            for one, other in ((client, daemon), (daemon, client)):
                threading.Thread(target=_copy, args=(one, other), name="port-copy", daemon=True).start()


def _copy(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


def make_certificate(folder: Path, name: str, authority: str = "") -> None:
    """NAME.pem and NAME-key.pem, for 127.0.0.1; its own authority unless one is named."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", f"/CN={name}", "-days", "2", "-out", f"{name}.pem", "-keyout", f"{name}-key.pem"]
    if authority:
        command += ["-CA", f"{authority}.pem", "-CAkey", f"{authority}-key.pem"]
        command += ["-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=CA:FALSE"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def make_certificates(folder: Path) -> None:
    """Of an authority, a daemon and a client that it knows, and a stranger."""
    for name, authority in (("ca", ""), ("daemon", "ca"), ("client", "ca"), ("stranger", "")):
        make_certificate(folder, name, authority)


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


def to_engine(engine_host: str) -> Serve:
    """Carries a TLS connection to the engine, both ways in one thread: an SSLSocket is not for two."""

    def relay(near: ssl.SSLSocket) -> None:
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

    return relay


def client_tls(certificates: Path, *, ca: str = "ca", cert: str = "client", verify: bool = True) -> TLS:
    pem = [str(certificates / f"{name}.pem") if name else "" for name in (ca, cert)]
    return TLS(pem[0], pem[1], str(certificates / f"{cert}-key.pem") if cert else "", verify)


class Cable:
    """A unix socket at ``path`` that leads to another one until it is cut, and again once it is mended."""

    def __init__(self, path: Path, socket_path: str) -> None:
        self.host = f"unix://{path}"
        self._path = path
        self._far = socket_path
        self._ends: list[socket.socket] = []
        self.mend()

    def mend(self) -> None:
        self._listener = socket.socket(UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen()
        threading.Thread(target=self._accept, args=[self._listener], name="cable", daemon=True).start()

    def cut(self) -> None:
        self._path.unlink()
        for end in (self._listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._ends.clear()

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                daemon = socket.socket(UNIX)
                daemon.connect(self._far)
                self._ends += [client, daemon]
                for one, other in ((client, daemon), (daemon, client)):
                    threading.Thread(target=_copy, args=(one, other), name="cable-copy", daemon=True).start()
