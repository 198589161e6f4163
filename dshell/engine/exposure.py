"""Who else may rule a daemon, or stand in its place: seen from its address and its socket, without asking it anything.

Whoever may write to a daemon's socket does there what its owner may: root's daemon makes them root (docker's "Protect
the Docker daemon socket").
"""

import os
import stat
from contextlib import suppress

from dshell.engine.records import Endpoint, Exposure
from dshell.pattern import pattern
from dshell.stream.base import pipe_stranger

ROOT = 0
LOOPBACK = pattern(r"(?:localhost|127(?:\.\d+){3}|\[::1\]|host\.docker\.internal)(?::\d+)?(?:/.*)?")


def exposure(endpoint: Endpoint) -> Exposure | None:
    """None for what is as it should be, and for what cannot be seen."""
    scheme, _, address = endpoint.host.partition("://")
    if scheme == "tcp":
        if endpoint.tls is not None:
            return None if endpoint.tls.verify else Exposure.UNVERIFIED
        return Exposure.PLAIN_HERE if LOOPBACK.fullmatch(address) else Exposure.PLAIN
    if scheme == "npipe":
        return Exposure.PIPE if pipe_stranger(address) else None
    if scheme == "unix":
        with suppress(OSError):
            return _of_socket(os.path.realpath(address))
    return None


def _of_socket(path: str) -> Exposure | None:
    found = os.stat(path)
    if not stat.S_ISSOCK(found.st_mode):
        return None
    if found.st_mode & stat.S_IWOTH and _open_to_all(os.path.dirname(path)):
        return Exposure.OPEN
    return None if found.st_uid in {ROOT, _own_number()} else Exposure.FOREIGN


def _open_to_all(folder: str) -> bool:
    """Anybody may go through it, and through those that it is in."""
    above = os.path.dirname(folder)
    return bool(os.stat(folder).st_mode & stat.S_IXOTH) and (above == folder or _open_to_all(above))


def _own_number() -> int:
    """The user's; Windows has none, nor such sockets."""
    number: int = getattr(os, "getuid", lambda: ROOT)()
    return number
