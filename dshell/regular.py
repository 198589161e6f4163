"""Reads files that somebody else may have put there: what is no file, or has no end, is refused, not waited for."""

import errno
import os
import stat

LARGEST = 1_000_000  # bytes of a file that a person writes
DOOR = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)  # a pipe in the file's place must not hold anybody up


def read(path: str | os.PathLike[str], most: int = LARGEST, *, whole: bool = True) -> bytes:
    """At most ``most`` bytes of a regular file; OSError for anything else, and for a larger one that is wanted whole.

    A pipe that nobody writes to would hold up who opens it, and a device such as /dev/zero who reads it.
    """
    flags = os.O_RDONLY | DOOR
    with open(path, "rb", opener=lambda name, _: os.open(name, flags)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), os.fspath(path))
        found = file.read(most + 1)
    if whole and len(found) > most:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), os.fspath(path))
    return found[:most]
