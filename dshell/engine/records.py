"""What the daemon says and is told, as plain records: facts with names and units, no request and no connection."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from types import MappingProxyType

from dshell.record import Record

ALIVE = {"running", "paused", "restarting"}
"""Words of the daemon's for a container whose command has not ended for good."""

UP = ALIVE - {"restarting"}
"""For one whose command is there at this moment."""


class TLS(Record):
    """Files of a TLS endpoint; "" where there is none. ``verify``: check the server's certificate."""

    ca: str = ""
    cert: str = ""
    key: str = ""
    verify: bool = True


class Endpoint(Record):
    """Which daemon. ``name``: context name, or "default"; ``host``: address as docker writes it.

    ``source``: what chose it: "-H", "--context", "DOCKER_HOST", "DOCKER_CONTEXT", "currentContext" or "default".
    """

    name: str
    host: str
    source: str
    tls: TLS | None = None

    @property
    def local(self) -> bool:
        """The daemon is on this machine, and so are its disk and its ports."""
        return self.host.startswith(("unix://", "npipe://"))


class Exposure(Enum):
    """What lets others rule a daemon, or stand in its place."""

    PLAIN = "tcp"  # TCP without TLS, over a network
    PLAIN_HERE = "tcp-here"  # the same within this machine
    UNVERIFIED = "unverified"  # TLS, and nobody looks at the certificate
    OPEN = "open-socket"  # anybody on this machine may write to it
    FOREIGN = "foreign-socket"  # it belongs to somebody else, who is not root
    PIPE = "foreign-pipe"


class Starter(Record):
    """What starts a daemon. ``name``: "Docker Desktop", "OrbStack", "Colima", "systemd" or "practice".

    ``program``: ``argv`` goes on running by itself; otherwise it ends when the daemon is on its way, and may ask for a
    password first. ``environ``: variables for it alone. ``processes``: names of those that run when it was started.
    """

    name: str
    argv: tuple[str, ...]
    program: bool = False
    environ: Mapping[str, str] = MappingProxyType({})
    processes: tuple[str, ...] = ()


class Version(Record):
    """Answer of ``HEAD /_ping``: the API version to use, the OS type ("linux", "windows" or ""), its experiments."""

    api: str
    os: str
    experimental: bool = False

    @property
    def number(self) -> tuple[int, ...]:
        """``1.9`` is older than ``1.50``. () for what is no version."""
        return tuple(int(part) for part in self.api.split(".") if part.isdigit())


class NewContainer(Record):
    """Answer of create."""

    id: str
    warnings: tuple[str, ...] = ()


class ContainerFacts(Record):
    """What inspect says that dshell uses. ``status``: created, running, paused, restarting, exited, dead, removing.

    ``image``: reference it was made from. ``command``: path and arguments as run. ``exit_code``: last one.
    ``started``/``finished``: seconds since the epoch, 0.0 for never. ``mounts``: sources of bind mounts.
    ``ports``: ``[address:]host:container`` as published. ``health``: starting, healthy, unhealthy, or "" without a
    check; ``probed``: what the check printed last.
    """

    id: str
    name: str
    image: str
    command: tuple[str, ...]
    status: str
    tty: bool
    open_stdin: bool
    auto_remove: bool
    exit_code: int
    oom: bool
    started: float
    finished: float
    error: str = ""
    labels: Mapping[str, str] = MappingProxyType({})
    mounts: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    health: str = ""
    probed: str = ""

    @property
    def running(self) -> bool:
        return self.status in ALIVE

    @property
    def since(self) -> float:
        """When it was started, or stopped: seconds since the epoch, 0.0 when it never ran."""
        return self.started if self.running else self.finished


class ImageFacts(Record):
    """What inspect says of an image. ``architecture``: Go's name (``amd64``). ``command``: what it runs by itself.

    ``entrypoint``: the part of the command that words behind the image do not replace. ``ports``: as ``80/tcp``.
    ``folder``: the one that its command begins in. ``variables``: their names. ``names``: its tags; ``pullable``: a
    registry has it.
    """

    id: str
    os: str
    architecture: str
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    size: int = 0
    volumes: tuple[str, ...] = ()
    folder: str = ""
    variables: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    pullable: bool = True


class ExecFacts(Record):
    """``exit_code``: None until it has ended, or could not be started. ``pid``: 0 until it has started."""

    running: bool
    exit_code: int | None
    pid: int = 0


class Checkpoint(Record):
    """Where a container goes on from when it starts; ``folder`` "": the daemon's own."""

    name: str
    folder: str = ""


class Purse(Record):
    """The person's credentials. ``find``: registry ("docker.io", or a host), and whether failures are forgiven, to what
    X-Registry-Auth says of it. ``logins``: all of them, by registry, as config.json has them."""

    find: Callable[[str, bool], Mapping[str, str]] = lambda _registry, _lenient: {}
    logins: Callable[[], Mapping[str, Mapping[str, str]]] = dict


NO_PURSE = Purse()


class PullStep(Record):
    """One message of a pull. ``layer``: "" for messages about the whole image. Sizes are bytes, 0 unknown.

    ``detailed``: it belongs to a row that is kept up to date.
    """

    layer: str
    status: str
    current: int = 0
    total: int = 0
    detailed: bool = False


class Joining(Record):
    """What an attach asks for. ``detach_keys``: docker's spelling; "" leaves the daemon's default."""

    tty: bool
    stdin: bool
    stdout: bool = True
    stderr: bool = True
    detach_keys: str = ""


class Dying(Record):
    """A container of --rm that has ended and is not yet removed: its name and what it held are not yet free."""

    id: str
    name: str


class ContainerName(Record):
    """One container of a list.

    ``since``: seconds since the epoch of its last change of state, 0.0 unknown. ``ports``: published on the daemon's
    machine now, as ``8080/tcp``, ``image_id``, ``project`` (of compose) and ``networks``: not filled in by the events
    that keep a list.
    """

    name: str
    id: str
    image: str
    status: str
    since: float = 0.0
    ports: tuple[str, ...] = ()
    image_id: str = ""
    project: str = ""
    networks: tuple[str, ...] = ()

    @property
    def running(self) -> bool:
        return self.status in ALIVE


class ImageName(Record):
    """One reference of an image (``alpine:latest``). ``size`` in bytes."""

    name: str
    id: str
    size: int = 0


class Sort(Enum):
    """What takes room on the daemon's disk."""

    CONTAINER = "container"
    IMAGE = "image"
    VOLUME = "volume"
    NETWORK = "network"
    CACHE = "cache"  # of builds


class Noun(Enum):
    """What the daemon keeps a record of; MACHINE is the daemon's own."""

    CONTAINER = "container"
    IMAGE = "image"
    MACHINE = "machine"


class Holding(Record):
    """One thing that the daemon keeps. ``name``: an id where it has none; ``size``: bytes that its removal frees.

    ``used``: by a running container; a container: it runs; the cache: by a build. ``users``: names of the stopped
    containers that use it; ``running``: of the others. ``nameless``: an image without a tag, a volume that docker
    named, a cache that no image shares. ``project``: of compose. ``id``: the daemon's; of a volume, which has none,
    when it was made: no other of its name has that. ``pullable``: an image that a registry has.
    """

    sort: Sort
    name: str
    size: int = 0
    used: bool = False
    users: tuple[str, ...] = ()
    nameless: bool = False
    project: str = ""
    id: str = ""
    pullable: bool = False
    running: tuple[str, ...] = ()


class Wanted(Record):
    """Which rows of a log. ``tail``: how many, or "all"; ``since``, ``until``: seconds since the epoch, or "".

    ``details``: with what the log driver adds.
    """

    tail: str = "all"
    since: str = ""
    until: str = ""
    follow: bool = False
    details: bool = False


class Names(Record):
    """What exists on the daemon now, as far as is known."""

    containers: Sequence[ContainerName] = ()
    images: Sequence[ImageName] = ()
    volumes: Sequence[str] = ()
    networks: Sequence[str] = ()
    contexts: Sequence[str] = ()


class Change(Record):
    """One message of /events. ``noun``: container, image, volume, network; ``verb``: create, die, tag …"""

    noun: str
    verb: str
    id: str
    attributes: Mapping[str, str] = MappingProxyType({})


class Seen(Record):
    """One thing that the daemon showed: an event of it, or how a container's files differ from its image's ("change").

    ``facts``: as ``teach.lesson.FIELDS`` names them; several values stand on rows.
    """

    noun: str
    verb: str
    id: str
    facts: Mapping[str, str]
