"""What the system and the daemon say when something fails, as a Failure: the one place where that is decided."""

from __future__ import annotations

import errno
import json
import socket

from dshell.errors import Failure, Trouble
from dshell.stream.connection import TlsError, error_number

# errno, and Windows' numbers where they are others: a named pipe that is not there is 2, as a socket.
NUMBERS = {
    errno.ENOENT: Trouble.UNREACHABLE,
    3: Trouble.UNREACHABLE,  # Windows: no such path
    errno.ENOTDIR: Trouble.UNREACHABLE,
    errno.ECONNREFUSED: Trouble.UNREACHABLE,
    10061: Trouble.UNREACHABLE,  # Windows: refused
    errno.EHOSTUNREACH: Trouble.UNREACHABLE,
    errno.ENETUNREACH: Trouble.UNREACHABLE,
    errno.EHOSTDOWN: Trouble.UNREACHABLE,
    5: Trouble.DENIED,  # Windows: access denied
    errno.EACCES: Trouble.DENIED,
    errno.EPERM: Trouble.DENIED,
    231: Trouble.BUSY,  # Windows: every instance of the pipe is taken
    errno.EAFNOSUPPORT: Trouble.ADDRESS,
}


def trouble_of(number: int | None) -> Trouble:
    """What an errno or a Windows error number means of a connection."""
    return NUMBERS.get(number or 0, Trouble.LOST)


def failure_to_connect(error: OSError, endpoint: str) -> Failure:
    """Nothing has been sent yet."""
    return Failure(_trouble(error), str(error), number=error_number(error), endpoint=endpoint)


def _trouble(error: OSError) -> Trouble:
    if isinstance(error, TimeoutError):
        return Trouble.TIMEOUT
    if isinstance(error, TlsError):
        return Trouble.TLS
    if isinstance(error, socket.gaierror | ConnectionRefusedError):  # ssh's refusal has no number
        return Trouble.UNREACHABLE
    return trouble_of(error_number(error))


def failure_to_answer(error: OSError, endpoint: str, subject: str) -> Failure:
    """A request was being made on an open connection; ssh is known to be refused only now."""
    known = isinstance(error, TimeoutError | TlsError | ConnectionRefusedError)
    trouble = _trouble(error) if known else Trouble.LOST
    return Failure(trouble, str(error), number=error_number(error), endpoint=endpoint, subject=subject)


def refusal(status: int, reason: str, body: bytes) -> str:
    """The daemon's words in an HTTP error: ``{"message": "…"}``, or whatever a proxy in between wrote."""
    text = body.decode(errors="replace").strip()
    try:
        message = json.loads(text)["message"]
    except (ValueError, KeyError, TypeError):
        return text or f"{status} {reason}"
    return str(message)
