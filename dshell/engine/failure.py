"""What the system and the daemon say when something fails, as a Failure: the one place where that is decided."""

from __future__ import annotations

import errno
import json
import socket

from dshell.errors import Failure, Trouble
from dshell.stream.connection import TlsError, error_number

PIPE_BUSY = 231  # Windows: every instance of the pipe is taken
NOT_THERE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN}


def failure_to_connect(error: OSError, endpoint: str) -> Failure:
    """Nothing has been sent yet. Python finds the class of an error by its number, on Windows too."""
    return Failure(_trouble(error), str(error), number=error_number(error), endpoint=endpoint)


def _trouble(error: OSError) -> Trouble:
    if isinstance(error, TimeoutError):
        return Trouble.TIMEOUT
    if isinstance(error, TlsError):
        return Trouble.TLS
    if isinstance(error, PermissionError):
        return Trouble.DENIED
    if error_number(error) == PIPE_BUSY:
        return Trouble.BUSY
    if error.errno == errno.EAFNOSUPPORT:
        return Trouble.ADDRESS
    nobody = (FileNotFoundError, NotADirectoryError, ConnectionRefusedError, socket.gaierror)
    return Trouble.UNREACHABLE if isinstance(error, nobody) or error.errno in NOT_THERE else Trouble.LOST


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
