"""TLS over TCP as a ``stream.connection.Connection``.

``ssl.SSLSocket`` may not be read and written by two threads at once, and cannot half-close. Here TLS is a machine
between two buffers, guarded by a lock that is never held while the network is waited for. The half-close is a
``close_notify`` (RFC 8446 6.1), which Go's ``CloseWrite`` sends and the daemon understands.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections import deque
from contextlib import suppress

from dshell.stream.connection import CHUNK, SocketConnection, TlsError, dial


class TlsConnection:
    """``host``: the name that the server's certificate must have. Shakes hands at once: TlsError, OSError."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, host: str) -> None:
        self._connection = SocketConnection(sock)
        self._arriving, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._arriving, self._leaving, server_hostname=host)
        self._machine = threading.Lock()
        self._sending = threading.Lock()
        self._early: deque[bytes] = deque()  # decrypted while the half-close was made
        self._shake_hands()

    def set_timeout(self, seconds: float | None) -> None:
        self._connection.set_timeout(seconds)

    def receive(self) -> bytes:
        """What TLS itself has to answer, if anything, leaves before the next bytes that are sent."""
        while True:
            with self._machine:
                data = self._early.popleft() if self._early else self._decrypt()
            if data is not None:
                return data
            self._feed()

    def send(self, data: bytes) -> None:
        with self._sending:  # records leave in the order in which they were made
            with self._machine:
                self._tls.write(data)
                records = self._leaving.read()
            self._connection.send(records)

    def end_output(self) -> None:
        with self._machine:
            while early := self._decrypt():  # OpenSSL refuses application data while it shuts down
                self._early.append(early)
            with suppress(ssl.SSLError):  # the other end's close_notify is still to come: it may answer first
                self._tls.unwrap()
        self._flush()

    def idle(self) -> bool:
        return self._connection.idle()

    def close(self) -> None:
        self._connection.close()

    def _shake_hands(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._flush()
                self._feed()
            except ssl.SSLError as error:
                self._flush()  # the alert that tells the other end why
                raise TlsError(str(error)) from error
            else:
                return self._flush()

    def _decrypt(self) -> bytes | None:
        """Application data that has arrived; None: more must arrive first; b"": the end."""
        try:
            return self._tls.read(CHUNK)
        except ssl.SSLWantReadError:
            return None
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except ssl.SSLError as error:  # a TLS 1.3 server refuses a client's certificate only after the handshake
            raise TlsError(str(error)) from error

    def _feed(self) -> None:
        data = self._connection.receive()
        with self._machine:
            if data:
                self._arriving.write(data)
            else:
                self._arriving.write_eof()

    def _flush(self) -> None:
        with self._sending:
            with self._machine:
                records = self._leaving.read()
            if records:
                self._connection.send(records)


def open_tls(host: str, port: int, context: ssl.SSLContext, timeout: float) -> TlsConnection:
    """``timeout``: seconds for each step of connecting and of the handshake. TlsError, OSError."""
    sock = dial(host, port, timeout)
    try:
        return TlsConnection(sock, context, host)
    except OSError:
        sock.close()
        raise


def tls_context(ca: str, cert: str, key: str, *, verify: bool) -> ssl.SSLContext:
    """Files in PEM, "" where there is none: without ``ca`` the system's authorities count. TlsError."""
    try:
        context = ssl.create_default_context(cafile=ca or None)
        # Since Python 3.13 an authority without key usage is refused, such as Docker's own page makes. Go takes it.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        if cert:
            context.load_cert_chain(cert, key or None)
    except OSError as error:
        raise TlsError(str(error)) from error
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
