"""What a completion is made from: what exists on the daemon, on this machine and in this folder, as far as is known.

All of it answers at once. What takes time is looked up by others when it is first wanted, and is there the next time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Protocol

from dshell.line.usage import Usage
from dshell.record import Record


class Entry(Record):
    """One name in a folder of the host, or of a container."""

    name: str
    folder: bool = False


Files = Callable[[str], Iterable[Entry]]
"""The entries of a folder as it is typed, expansions unmade: "", "~/", "../src/", "$PWD/", "C:\\Users\\".

No entries when there is no such folder; never raises."""


class KnownContainer(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def image(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def running(self) -> bool: ...
    @property
    def ports(self) -> Sequence[str]:
        """Published ports of the daemon's machine, as ``8080/tcp``."""
        ...


class KnownImage(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def id(self) -> str: ...


class Known(Protocol):
    """What exists on the daemon, as far as is known."""

    @property
    def containers(self) -> Sequence[KnownContainer]: ...
    @property
    def images(self) -> Sequence[KnownImage]: ...
    @property
    def volumes(self) -> Sequence[str]: ...
    @property
    def networks(self) -> Sequence[str]: ...
    @property
    def contexts(self) -> Sequence[str]: ...


class Shape(Record):
    """What an image says of itself. ``ports``: ``80/tcp``; ``variables``: names.

    ``entrypoint``: what runs before the words of its command, or of those typed behind it.
    """

    command: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    folder: str = ""
    variables: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()


class Official(Record):
    """What is known of an official image wherever docker is. ``commands``: as they are typed behind its name."""

    commands: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


class Found(Record):
    """One answer of Docker Hub's search, with its owner's words."""

    name: str
    words: str = ""


class Project(Record):
    """What the compose file here names."""

    services: tuple[str, ...] = ()
    profiles: tuple[str, ...] = ()
    images: Mapping[str, str] = MappingProxyType({})


class Lookups(Protocol):
    """What is looked up when it is first wanted. Nothing here is waited for: what is not known yet is not there."""

    on_change: Callable[[], None]

    @property
    def pending(self) -> bool:
        """Something that was asked for will be there in a moment."""
        ...

    def inside(self, container: str, folder: str) -> Sequence[Entry]:
        """The entries of a folder of a running container; "": the one that its programs begin in."""
        ...

    def search(self, term: str) -> Sequence[Found]: ...

    def shape(self, image: str) -> Shape | None:
        """None also when the image is not here."""
        ...

    def listed(self, noun: str) -> Sequence[str]:
        """Names of what has no place in ``Known``: "node", "service", "stack", "plugin", "label" …"""
        ...

    def stages(self, file: str) -> Sequence[str]:
        """The names of the stages of a Dockerfile, as typed."""
        ...

    def project(self, files: Sequence[str]) -> Project:
        """``files``: those of ``-f``, as typed; none: the one that compose would take here."""
        ...


class Nothing:
    """Lookups where nothing is ever found."""

    pending = False

    def __init__(self) -> None:
        self.on_change: Callable[[], None] = lambda: None

    def inside(self, container: str, folder: str) -> Sequence[Entry]:  # noqa: ARG002
        return ()

    def search(self, term: str) -> Sequence[Found]:  # noqa: ARG002
        return ()

    def shape(self, image: str) -> Shape | None:  # noqa: ARG002
        return None

    def listed(self, noun: str) -> Sequence[str]:  # noqa: ARG002
        return ()

    def stages(self, file: str) -> Sequence[str]:  # noqa: ARG002
        return ()

    def project(self, files: Sequence[str]) -> Project:  # noqa: ARG002
        return Project()


class World(Record):
    """``variables``: names of the environment. ``officials``: images that everybody knows.

    ``lessons``: numbers and names of what can be learnt.
    """

    known: Known
    files: Files
    usage: Usage
    lookups: Lookups = Nothing()
    variables: Sequence[str] = ()
    officials: Mapping[str, Official] = MappingProxyType({})
    lessons: Callable[[], Sequence[str]] = tuple
    aliases: Mapping[str, str] = MappingProxyType({})
    favourites: Mapping[str, str] = MappingProxyType({})
