"""Ports of this machine: which are free, and which program has one that is not.

A port is bound and let go, never listened on: a firewall would ask the person about it.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Collection
from enum import Enum

RESERVED = 1024  # ports below are for root; people write 8080 for 80
HIGHER = 8000
NEAR = 50  # ports that are tried
_FORBIDDEN = {errno.EACCES, 10013}  # WSAEACCES: Windows keeps the port for Hyper-V
_WINDOWS = hasattr(socket, "SO_EXCLUSIVEADDRUSE")


class State(Enum):
    FREE = "free"
    TAKEN = "taken"
    RESERVED = "reserved"  # by Windows itself


def state(port: int, protocol: str, address: str = "") -> State:
    """``protocol``: "tcp" or "udp"; ``address``: of this machine, "" for all."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM) as probe:
        if not _WINDOWS:  # as the daemon does: a port whose last connection is still fading is free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return State.TAKEN
            # Elsewhere than on Windows this only says that the person, unlike the daemon, may not have low ports.
            return State.RESERVED if _WINDOWS and error.errno in _FORBIDDEN else State.FREE
    return State.FREE


def free_port(port: int, protocol: str, taken: Collection[int]) -> str:
    """A port near ``port`` that nobody has, or ""."""
    first = port + (1 if port >= RESERVED else HIGHER)
    near = range(first, min(first + NEAR, 65536))
    return next((str(other) for other in near if other not in taken and state(other, protocol) is State.FREE), "")


def program_at(port: int, protocol: str) -> str:
    """Name of the program of this machine that has the port; "" when the system does not tell this person."""
    import psutil  # noqa: PLC0415 - only a port that is taken needs it

    try:
        connections = psutil.net_connections("udp" if protocol == "udp" else "tcp")
        listening = {psutil.CONN_LISTEN, psutil.CONN_NONE}
        for connection in connections:
            if connection.laddr and connection.laddr.port == port and connection.status in listening and connection.pid:
                return str(psutil.Process(connection.pid).name())
    except (psutil.Error, OSError):
        return ""
    return ""
