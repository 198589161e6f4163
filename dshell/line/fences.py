"""What leads out of a container: the daemon's sockets, the heart of the machine's disk, mighty capabilities, and fences
that are taken away. Strings only.
"""

import posixpath
import re

from dshell.pattern import pattern

SOCKETS = {"docker.sock", "docker_engine", "docker_engine_linux", "dockerDesktopLinuxEngine", "containerd.sock"}
SOCKET_FOLDERS = {"/run", "/var/run"}
MIGHTY = {"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH"}
"""Capabilities that lead out: all of root's, mounting, kernel modules, bare memory, any file by its number."""

_SLASHES = pattern(r"[\\/]+")
_HEART = pattern(r"/|/(?:etc|root|boot|dev|proc|sys|var/lib/docker)|[A-Za-z]:/?")
_UNGUARDED = pattern(r"(?:seccomp|apparmor|systempaths)[=:]unconfined|label[=:]disable", re.IGNORECASE)


def single(path: str) -> str:
    """``path`` with single, forward slashes: courses write ``//var/run/docker.sock`` for Git Bash."""
    return posixpath.normpath(_SLASHES.sub("/", path))


def is_socket(path: str) -> bool:
    """Of a daemon, or the folder that it lies in. ``path``: absolute, in any spelling."""
    path = single(path)
    return posixpath.basename(path) in SOCKETS or path in SOCKET_FOLDERS


def is_heart(path: str) -> bool:
    """Of the machine's disk: who may write there is its master."""
    return _HEART.fullmatch(single(path)) is not None


def is_mighty(capability: str) -> bool:
    return capability.upper().removeprefix("CAP_") in MIGHTY


def is_unguarded(option: str) -> bool:
    """A ``--security-opt`` that switches a guard off."""
    return _UNGUARDED.fullmatch(option) is not None
