"""The daemon as the rest of dshell sees it: plain records and two protocols.

``Engine`` is the session path: what run, exec, attach, start, stop, rm and pull need.
``Inventory`` is everything else: what exists, what changes.
Every method raises EngineError and nothing foreign.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Protocol

from dshell.events import Survey
from dshell.record import Record
from dshell.stream.base import Stream

Json = Mapping[str, object]


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
    ``ports``: ``host:container`` as published.
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
        return self.status in {"running", "paused", "restarting"}


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


class Printed(Protocol):
    """What a container has printed and goes on to print. ``close`` may be called from any thread and ends it."""

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        """(1 out | 2 err, data), each row begun by its time (RFC 3339, nanoseconds) and a space."""
        ...

    def close(self) -> None: ...


class Discards(Protocol):
    """Deletes one thing. EngineError when the daemon refuses: it is in use, or gone."""

    def image(self, reference: str) -> list[tuple[str, str]]:
        """What was done, each as the daemon calls it ("Untagged", "Deleted") with its name or id."""
        ...

    def image_names(self, identity: str) -> tuple[str, ...]:
        """Tags of the image that has this id now."""
        ...

    def volume(self, name: str) -> None: ...

    def volume_made(self, name: str) -> str:
        """When the volume of this name was made, in the daemon's words."""
        ...

    def network(self, identity: str) -> None: ...

    def cache(self, unused: float, *, every: bool) -> tuple[list[str], int]:
        """Of builds, what was not used for ``unused`` seconds: ids, bytes freed. ``every``: what images share too."""
        ...

    def changed(self, container: str) -> list[str]:
        """Paths of a container that differ from its image's."""
        ...


class Pending(Protocol):
    """A ``wait`` whose answer has begun: sent before start, so that no short container is missed."""

    def result(self) -> int:
        """The exit code; waits for the container. EngineError when the daemon reports one or goes away."""
        ...

    def close(self) -> None: ...


class Engine(Protocol):
    """The session path. Paths are ``/v<X>/…`` with X = min(1.50, the daemon's); one ping at first use."""

    @property
    def endpoint(self) -> Endpoint: ...

    def ping(self) -> Version: ...

    def create(self, body: Json, name: str, platform: str) -> NewContainer: ...

    def start(self, container: str, checkpoint: Checkpoint | None = None) -> bool:
        """False: it was running already."""
        ...

    def wait(self, container: str, condition: str) -> Pending:
        """Returns when the answer's *header* is there. ``condition``: "", "next-exit" or "removed"."""
        ...

    def attach(self, container: str, joining: Joining, pending: Pending) -> Stream:
        """The hijacked connection; its ``wait`` is ``pending.result``."""
        ...

    def inspect(self, container: str) -> ContainerFacts: ...

    def record(self, noun: Noun, name: str = "") -> Json:
        """All that the daemon says of one thing, as it says it."""
        ...

    def resize(self, container: str, columns: int, lines: int) -> None: ...

    def kill(self, container: str, signal: str) -> None: ...

    def stop(self, container: str, timeout: int | None, signal: str) -> bool:
        """False: it was not running."""
        ...

    def remove(self, container: str, *, force: bool, volumes: bool, link: bool) -> None: ...

    def exec_create(self, container: str, body: Json) -> str: ...

    def exec_start(self, exec_id: str, body: Json, joining: Joining) -> Stream:
        """The hijacked connection; its ``wait`` asks for the exec's exit code."""
        ...

    def exec_started(self, exec_id: str) -> bool:
        """Waits until the program runs, or has run; False when it could not be started.

        The daemon answers ``exec_start`` before it has tried: why it could not comes as output, then an exit code.
        """
        ...

    def exec_start_detached(self, exec_id: str, body: Json) -> None: ...

    def pull(self, image: str, tag: str, platform: str, *, lenient: bool = False) -> Iterator[PullStep]:
        """``image``: full name with registry, no tag (``docker.io/library/alpine``); ``tag``: tag, digest, or ""
        for all. Credentials are found and sent; ``lenient``: it does not matter if the program that keeps them fails.
        An error in the stream raises EngineError (Trouble.PULL)."""
        ...

    def logins(self) -> Mapping[str, Mapping[str, str]]:
        """All credentials that are known here, by registry, as config.json has them."""
        ...

    def put_archive(self, container: str, folder: str, archive: bytes) -> None:
        """Unpack a tar archive in ``folder`` of the container."""
        ...

    @property
    def dying(self) -> Sequence[Dying]:
        """Containers whose ``Pending`` knew the exit code before they were removed."""
        ...

    def settle(self) -> None:
        """Wait until none is dying."""
        ...

    def logs(self, container: str, rows: int, *, tty: bool) -> bytes:
        """The last ``rows`` that it printed, on both channels; ``tty``: it was made with -t."""
        ...

    def log(self, container: str, wanted: Wanted, *, tty: bool) -> Printed:
        """EngineError when it cannot be read: there is no such container, or its log driver keeps nothing."""
        ...

    def siblings(self, image: str) -> int:
        """How many containers made from ``image`` exist; those that are dying do not count."""
        ...

    def containers(self) -> list[ContainerName]:
        """All of them, the stopped ones too."""
        ...

    def images(self) -> list[ImageName]: ...

    def volumes(self) -> list[str]: ...

    def networks(self) -> list[str]: ...

    def image(self, image: str) -> ImageFacts:
        """Of an image that is here, by name or id."""
        ...

    def architecture(self) -> str:
        """Of the daemon's machine, as Go names it (``amd64``)."""
        ...

    def survey(self) -> Survey:
        """All that is here, and what belongs to what; docker's own networks only where something is in them."""
        ...

    def holdings(self) -> list[Holding]:
        """All that the daemon keeps, docker's own networks left out. It works out sizes, which may take seconds."""
        ...

    @property
    def discards(self) -> Discards: ...

    def close(self) -> None: ...


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


class Inventory(Protocol):
    """What exists and what changes."""

    def containers(self) -> list[ContainerName]: ...

    def images(self) -> list[ImageName]: ...

    def volumes(self) -> list[str]: ...

    def networks(self) -> list[str]: ...

    def changes(self) -> Iterator[Change]:
        """Endless; ends or raises EngineError when the daemon goes away or ``close`` is called."""
        ...

    def close(self) -> None: ...


class Inquiries(Protocol):
    """What completion asks of the daemon beyond names, one question at a time."""

    def folder(self, container: str, path: str) -> list[str]:
        """The entries of a folder of a running container, folders with a slash behind; "": where programs begin."""
        ...

    def search(self, term: str) -> list[tuple[str, str]]:
        """Names and descriptions of images on Docker Hub."""
        ...

    def image(self, name: str) -> ImageFacts: ...

    def names_of(self, noun: str) -> list[str]:
        """Names of nodes, services, stacks, secrets, configs, plug-ins, projects, runtimes, labels; none for others."""
        ...

    def close(self) -> None: ...
