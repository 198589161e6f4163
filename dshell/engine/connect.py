"""From an endpoint to an open connection, whatever its kind: unix socket, named pipe, TCP, TLS, ssh.

ssl and subprocess are imported by the transports that need them, when one is needed: the usual socket or pipe starts
9 ms sooner without them.
"""

from dshell.engine.failure import failure_to_connect
from dshell.engine.records import TLS, Endpoint
from dshell.engine.url import split, unescape
from dshell.errors import EngineError
from dshell.record import Record
from dshell.stream.base import open_pipe
from dshell.stream.connection import Connection, SocketConnection, dial, open_unix

LOCAL_HOST_HEADER = "api.moby.localhost"  # for addresses that are no host, as Go's client (golang/go#60374)
SSH_HOST_HEADER = "docker.example.com"  # the docker CLI's


class Route(Record):
    """What a request to an endpoint looks like. ``prefix``: of every path, for a daemon behind a proxy."""

    host_header: str
    prefix: str = ""


def route_to(endpoint: Endpoint) -> Route:
    scheme = endpoint.host.partition("://")[0]
    if scheme == "tcp":
        parts = split(endpoint.host)
        return Route(parts.netloc, parts.path.rstrip("/"))
    return Route(SSH_HOST_HEADER if scheme == "ssh" else LOCAL_HOST_HEADER)


def connect(endpoint: Endpoint, timeout: float) -> Connection:
    """``endpoint``: as ``engine.endpoint.resolve`` makes it. ``timeout``: seconds for each step. EngineError."""
    try:
        return _connect(endpoint, timeout)
    except OSError as error:
        raise EngineError(failure_to_connect(error, endpoint.host)) from error


def _connect(endpoint: Endpoint, timeout: float) -> Connection:
    scheme, _, address = endpoint.host.partition("://")
    if scheme == "unix":
        return open_unix(address, timeout)
    if scheme == "npipe":
        return open_pipe(address, timeout)
    if scheme == "ssh":
        return _connect_ssh(endpoint.host)
    parts = split(endpoint.host)
    host, port = parts.hostname or "", parts.port or 0
    if endpoint.tls is not None:
        return _connect_tls(host, port, endpoint.tls, timeout)
    return SocketConnection(dial(host, port, timeout))


def _connect_tls(host: str, port: int, tls: TLS, timeout: float) -> Connection:
    from dshell.stream.tls import open_tls, tls_context  # noqa: PLC0415 - see the module's docstring

    return open_tls(host, port, tls_context(tls.ca, tls.cert, tls.key, verify=tls.verify), timeout)


def _connect_ssh(address: str) -> Connection:
    from dshell.stream.ssh import ChildConnection, ssh_command  # noqa: PLC0415 - see the module's docstring

    parts = split(address)
    return ChildConnection(ssh_command(parts.hostname or "", parts.port, unescape(parts.username or ""), parts.path))
