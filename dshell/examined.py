"""How one container is doing, as ``why NAME`` finds it. Facts only: ``teach.examined`` makes sentences of them."""

from enum import Enum

from dshell.record import Record


class Listening(Enum):
    """Who answers behind a published port."""

    ANSWERS = "answers"  # all is well, up to the port of this machine
    SHUT = "shut"  # a program listens inside, and the port of this machine is shut all the same
    ALL = "all"  # a program listens on all addresses; the machine of the port is another one, and is not tried
    ITSELF = "itself"  # a program listens on 127.0.0.1, inside, where nobody else comes
    NOBODY = "nobody"  # no program listens there
    UNSEEN = "unseen"  # UDP, where nobody listens before something comes


class Door(Record):
    """A published port: ``outer`` of the daemon's machine (at ``address`` alone) leads to the container's ``inner``."""

    outer: str
    inner: str
    state: Listening
    address: str = ""


class Examined(Record):
    """How a container is doing. ``status``: the daemon's word; ``since``: seconds since the epoch, 0.0 for never.

    ``error``: the daemon's words for why it could not start. ``last``: the last that it printed, when it does not run.
    ``inside``: ports on which its programs listen; () also when that cannot be seen. ``exposed``: by its image.
    ``health``: starting, healthy, unhealthy, or "" without a check; ``probed``: what the check printed last.
    """

    name: str
    image: str
    command: tuple[str, ...]
    status: str
    exit_code: int = 0
    since: float = 0.0
    oom: bool = False
    error: str = ""
    last: str = ""
    doors: tuple[Door, ...] = ()
    inside: tuple[tuple[int, Listening], ...] = ()
    exposed: tuple[str, ...] = ()
    health: str = ""
    probed: str = ""
