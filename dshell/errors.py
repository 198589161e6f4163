"""What can go wrong, as facts. No sentence for people is made here: ``teach.diagnose`` does that.

The daemon's and docker's own words are facts too and are carried verbatim.
"""

import errno
from enum import Enum

from dshell.record import Record


class Trouble(Enum):
    """Where a request to the daemon, or a command of docker's, came to grief."""

    UNREACHABLE = "unreachable"  # nothing listens at the endpoint: ENOENT, ECONNREFUSED, Windows error 2
    DENIED = "denied"  # the socket or pipe may not be opened: EACCES, Windows error 5
    BUSY = "busy"  # every instance of the pipe is taken: Windows error 231
    TIMEOUT = "timeout"  # no answer in the time allowed
    LOST = "lost"  # the connection ended in the middle of an answer or a session
    REFUSED = "refused"  # the daemon answered with an HTTP error; ``status`` says which
    PROTOCOL = "protocol"  # the answer is not what an engine says
    CONTEXT = "context"  # the docker context does not exist or cannot be read
    ADDRESS = "address"  # DOCKER_HOST, -H or a context names an address of no known form
    TLS = "tls"  # certificates missing, unreadable or refused
    PULL = "pull"  # an ``error`` inside the 200 stream of a pull
    DECLINED = "declined"  # refused before any request, as the docker CLI would; ``words`` are docker's
    PROGRAM = "program"  # a container's program ended with an error; ``words`` are its last output
    CLI = "cli"  # the docker CLI ended with an error; ``words`` are its last output, escapes stripped


class Failure(Record):
    """One failure with all that is known about it.

    ``words``: the daemon's, the system's or docker's own text, verbatim.
    ``status``: HTTP status of the answer, or None when there was none.
    ``number``: errno or Windows error number, or None.
    ``endpoint``: the daemon's address as docker writes it (``unix:///var/run/docker.sock``).
    ``subject``: what the request was about (image reference, container name, context name), or "".
    ``client``: what the docker CLI says of it where it does not pass ``words`` on, or "".
    """

    trouble: Trouble
    words: str = ""
    status: int | None = None
    number: int | None = None
    endpoint: str = ""
    subject: str = ""
    client: str = ""

    @property
    def missing(self) -> bool:
        """The daemon says that there is no such thing."""
        return self.status == 404


class EngineError(Exception):
    """The daemon could not be reached, or refused, or went away."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.words)
        self.failure = failure


class Declined(Exception):
    """A docker line that is refused before anything is sent, with the words and code of the docker CLI.

    ``words`` is docker's text without the ``docker: `` prefix; ``usage`` tells that docker appends its usage
    lines. ``exit_code`` is docker's: 125 for flags and values, 1 for a missing word or "not a TTY".
    """

    def __init__(self, words: str, exit_code: int = 125, *, usage: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.exit_code = exit_code
        self.usage = usage


INTERRUPTED = 130  # 128 + SIGINT: the exit code of what Ctrl-C has ended

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
"""A file takes no more: unlike a pipe that is closed this is news to whoever wrote."""


class TerminalError(Exception):
    """The terminal cannot do what is asked of it: no raw mode, closed, no ``stty``. ``number``: errno or None."""

    def __init__(self, words: str, number: int | None = None) -> None:
        super().__init__(words)
        self.words = words
        self.number = number
