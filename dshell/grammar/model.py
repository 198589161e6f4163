"""Docker's command line as data: commands, flags, arguments, and what each word of them stands for."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class Kind(Enum):
    """What a word stands for: decides completion, highlighting and which sentence explains it."""

    TEXT = "text"
    CONTAINER = "container"  # any container
    RUNNING = "running"  # a running container
    STOPPED = "stopped"  # a container that does not run
    IMAGE = "image"  # an image: local ones are offered, others are downloaded
    LOCAL_IMAGE = "local-image"  # an image that must be here
    VOLUME = "volume"
    NETWORK = "network"
    CONTEXT = "context"
    HOST_PATH = "host-path"  # file or folder of this machine
    HOST_FOLDER = "host-folder"
    CONTAINER_PATH = "container-path"  # never touched
    HOST_FIELDS = "host-fields"  # key=value,… where src, source and dest are host paths; or one host path
    COPY_PATH = "copy-path"  # docker cp: CONTAINER:path or a host path
    PORT_MAP = "port-map"  # 8080:80
    BIND = "bind"  # -v: host path or volume, container path, mode
    MOUNT = "mount"  # --mount type=bind,source=…
    ENV = "env"  # KEY=value
    KEY_VALUE = "key-value"
    SIZE = "size"
    DURATION = "duration"
    NUMBER = "number"
    USER = "user"
    SIGNAL = "signal"
    PLATFORM = "platform"
    DETACH_KEYS = "detach-keys"
    RESTART = "restart"
    CHOICE = "choice"  # one of Flag.choices
    PROGRAM = "program"  # command and arguments run inside the container
    FILTER = "filter"
    FORMAT = "format"  # Go template


class Flag(NamedTuple):
    """``name`` without dashes; ``short`` one letter or "". ``type`` as docker's help says it (bool, string, list …)."""

    name: str
    short: str = ""
    type: str = "string"
    default: str = ""
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()

    @property
    def takes_value(self) -> bool:
        return self.type != "bool"


class Argument(NamedTuple):
    """A positional word of a usage line: ``CONTAINER``, ``[COMMAND]``, ``[ARG...]``."""

    name: str
    kind: Kind = Kind.TEXT
    optional: bool = False
    repeat: bool = False


class Command(NamedTuple):
    """One command. ``path``: canonical words without "docker" (``("container", "run")``); () is docker itself.

    ``aliases``: every other path that means it (``("run",)``). ``interspersed``: flags may follow arguments;
    False for run, create, exec, top … where the first argument ends them. ``subcommands``: names of those below it.
    ``hidden``: spellings that docker takes but its help does not show, and the flag that each means (``net``).
    ``plugin``: it belongs to a docker plug-in (compose, buildx); its words are its own and cannot be judged.
    """

    path: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...] = ()
    flags: Mapping[str, Flag] = MappingProxyType({})
    arguments: tuple[Argument, ...] = ()
    interspersed: bool = True
    subcommands: tuple[str, ...] = ()
    hidden: Mapping[str, Flag] = MappingProxyType({})
    plugin: bool = False

    @property
    def name(self) -> str:
        """The shortest way to write it: ``run`` for ``container run``."""
        return min((" ".join(path) for path in (self.path, *self.aliases)), key=lambda words: words.count(" "))
