"""The daemon as the rest of dshell sees it: protocols that speak in the records of ``engine.records``.

``Engine`` is the session path: what run, exec, attach, start, stop, rm and pull need.
``Inventory`` is everything else: what exists, what changes.
Every method raises EngineError and nothing foreign.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from dshell.engine.records import (
    Change,
    Checkpoint,
    ContainerFacts,
    ContainerName,
    Dying,
    Endpoint,
    Exposure,
    Holding,
    ImageFacts,
    ImageName,
    Joining,
    NewContainer,
    Noun,
    PullStep,
    Version,
    Wanted,
)
from dshell.stream.base import Stream

if TYPE_CHECKING:
    from dshell.survey import Survey

Json = Mapping[str, object]


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
    """The session path. Paths are ``/v<X>/…`` with X = min(1.50, the daemon's): one ping at first use, and after a
    failure or a restart."""

    @property
    def endpoint(self) -> Endpoint: ...

    @property
    def exposure(self) -> Exposure | None:
        """Who else may rule the daemon; it is not asked."""
        ...

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

    def survey(self) -> "Survey":
        """All that is here, and what belongs to what; docker's own networks only where something is in them."""
        ...

    def holdings(self) -> list[Holding]:
        """All that the daemon keeps, docker's own networks left out. It works out sizes, which may take seconds."""
        ...

    @property
    def discards(self) -> Discards: ...

    def close(self) -> None: ...


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
