"""Docker's command line as data: commands, flags, arguments, and what each word of them stands for."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from dshell.record import Record


class Kind(Enum):
    """What a word stands for: decides completion, highlighting and which sentence explains it."""

    TEXT = "text"  # free text: a message, a password, a name that nothing knows
    CHOICE = "choice"  # one of Flag.choices
    NEW_NAME = "new-name"  # a name that what is made will have

    # What a daemon has
    CONTAINER = "container"  # any container
    RUNNING = "running"  # a running container
    STOPPED = "stopped"  # a container that does not run
    OBJECT = "object"  # docker inspect: a container, image, volume, network …
    IMAGE = "image"  # an image: local ones are offered, others are downloaded
    LOCAL_IMAGE = "local-image"  # an image that must be here
    REMOTE_IMAGE = "remote-image"  # an image or manifest list in a registry; what is here does not matter
    NEW_IMAGE = "new-image"  # the name that an image will get: build -t, tag, commit
    VOLUME = "volume"
    NETWORK = "network"
    NETWORK_MODE = "network-mode"  # run --network: a network, bridge, host, none, container:NAME; or name=…,alias=…
    CHECKPOINT = "checkpoint"  # a saved state of the container named before
    PLUGIN = "plugin"  # an engine plug-in: vieux/sshfs:latest
    LINK = "link"  # CONTAINER[:ALIAS]
    VOLUMES_FROM = "volumes-from"  # CONTAINER[:ro]

    # What a swarm has
    NODE = "node"
    STACK = "stack"
    SERVICE = "service"  # a service of the swarm
    TASK = "task"  # a service of the swarm or one of its tasks
    SCALE = "scale"  # SERVICE=REPLICAS, of the swarm or of a compose file
    SECRET = "secret"  # noqa: S105 - a kind, not a password
    CONFIG = "config"
    SECRET_SPEC = "secret-spec"  # noqa: S105 - SECRET, or source=SECRET,target=…
    CONFIG_SPEC = "config-spec"  # CONFIG, or source=CONFIG,target=…
    CONSTRAINT = "constraint"  # node.role==manager
    PREFERENCE = "preference"  # spread=node.labels.zone
    RESOURCE = "resource"  # gpu=2

    # What the client has
    CONTEXT = "context"
    CONTEXT_SPEC = "context-spec"  # host=tcp://…,ca=…: an endpoint of a context
    DAEMON = "daemon"  # an address of a daemon: unix:///…, ssh://me@host
    REGISTRY = "registry"  # a server that images come from: ghcr.io
    BUILDER = "builder"  # a builder of buildx
    BUILDER_NODE = "builder-node"  # a node of the builder in question
    BUILD = "build"  # a build in the history of a builder
    TARGET = "target"  # a stage of the Dockerfile
    BAKE_TARGET = "bake-target"  # a target or group of the bake file
    COMPOSE_SERVICE = "compose-service"  # a service of the compose file here
    COMPOSE_PROFILE = "compose-profile"  # a profile of the compose file here
    COMPOSE_PROJECT = "compose-project"  # a project: the containers of one compose file
    COMPOSE_ITEM = "compose-item"  # SERVICE:PATH or a host path: compose cp

    # Files and folders
    HOST_PATH = "host-path"  # file or folder of this machine
    HOST_FOLDER = "host-folder"
    COMPOSE_FILE = "compose-file"  # a file of this machine: a compose file
    BUILD_FOLDER = "build-folder"  # a folder of this machine, a URL, or -
    NAMED_PATH = "named-path"  # name=host path; what is a URL or a socket stays as it is: --build-context, --ssh
    HOST_FIELDS = "host-fields"  # key=value,… where src, source and dest are host paths; or one host path
    CONTAINER_PATH = "container-path"  # never touched
    COPY_PATH = "copy-path"  # docker cp: CONTAINER:path or a host path
    BIND = "bind"  # -v: host path or volume, container path, mode
    MOUNT = "mount"  # --mount type=bind,source=…
    TMPFS = "tmpfs"  # a container path, :options
    DEVICE = "device"  # /dev/fuse:/dev/fuse:rwm, of the machine of the daemon
    DEVICE_RATE = "device-rate"  # /dev/sda:1mb

    # Networks
    PORT_MAP = "port-map"  # 8080:80
    PORT = "port"  # 80/tcp, 7000-7010: a port of the container
    IP = "ip"
    SUBNET = "subnet"  # 172.20.0.0/16
    ADDRESS = "address"  # an address or interface, and a port: eth0:2377
    MAC = "mac"
    HOST_NAME = "host-name"  # a name that the container or a server has in a network
    HOST_MAP = "host-map"  # db:10.0.0.5, db:host-gateway

    # Pairs and plain values
    ENV = "env"  # KEY=value, or KEY alone: as it is here
    KEY_VALUE = "key-value"
    KEY = "key"  # of a label, a variable …: to take it away
    FIELDS = "fields"  # key=value,…: Flag.keys
    SIZE = "size"
    DURATION = "duration"
    MOMENT = "moment"  # a time, or how long ago: 2024-05-01T10:00:00, 10m
    NUMBER = "number"
    SET = "set"  # 0-2,5: of processors or memory nodes
    LIMIT = "limit"  # nofile=1024:2048
    USER = "user"
    SIGNAL = "signal"
    CAPABILITY = "capability"
    PLATFORM = "platform"
    NAMESPACE = "namespace"  # --ipc, --pid, --userns …: host, private, container:NAME
    SECURITY = "security"  # no-new-privileges, seccomp=…
    SYSCTL = "sysctl"  # net.core.somaxconn=1024
    RUNTIME = "runtime"  # runc, and what else the daemon has
    DETACH_KEYS = "detach-keys"
    RESTART = "restart"
    DRIVER = "driver"  # of a volume
    NETWORK_DRIVER = "network-driver"
    LOG_DRIVER = "log-driver"
    LOG_OPTION = "log-option"  # max-size=10m
    PROGRAM = "program"  # command and arguments run inside the container
    CHANGE = "change"  # an instruction of a Dockerfile: CMD ["sh"]
    FILTER = "filter"  # key=value: Flag.keys
    FORMAT = "format"  # a word of Flag.choices, or a Go template with Flag.fields
    PS_OPTIONS = "ps-options"  # what ps takes, not docker


class Key(NamedTuple):
    """What may stand before ``=`` in a value: of a filter, a mount … ``kind``: of what stands behind it.

    ``choices``: all that may where ``kind`` is CHOICE, else the usual ones.
    """

    name: str
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()


class Flag(NamedTuple):
    """``name`` without dashes; ``short`` one letter or "". ``type`` as docker's help says it (bool, string, list …).

    ``choices``: values it takes; all of them where ``kind`` is CHOICE, else the usual ones. ``keys``: see ``Key``.
    ``fields``: what a Go template may name, without the leading dot: ``Names``, ``State.Status``.
    """

    name: str
    short: str = ""
    type: str = "string"
    default: str = ""
    kind: Kind = Kind.TEXT
    choices: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def takes_value(self) -> bool:
        """As a word of its own; a value of the type "optional" stands behind "=" alone."""
        return self.type not in ("bool", "optional")

    @property
    def once(self) -> bool:
        """Given again, it replaces what was given; every other type (list, map, mount …) adds to it."""
        return self.type in _ONCE


_ONCE = {
    *("bool", "string", "int", "uint", "uint16", "uint32", "decimal", "float", "bytes", "duration", "command"),
    *("credential-spec", "node-addr", "pem-file"),
}


class Argument(NamedTuple):
    """A positional word of a usage line: ``CONTAINER``, ``[COMMAND]``, ``[ARG...]``."""

    name: str
    kind: Kind = Kind.TEXT
    optional: bool = False
    repeat: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """``(worker|manager)`` is one of these words."""
        return tuple(self.name[1:-1].split("|")) if self.name.startswith("(") else ()

    @property
    def spelled(self) -> str:
        """As docker writes it."""
        text = self.name + ("..." if self.repeat else "")
        return f"[{text}]" if self.optional else text


class Command(Record):
    """One command. ``path``: canonical words without "docker" (``("container", "run")``); () is docker itself.

    ``aliases``: every other path that means it (``("run",)``). ``interspersed``: flags may follow arguments;
    False for run, create, exec, top … where the first argument ends them, and where a subcommand does.
    ``subcommands``: names of those below it.
    ``hidden``: spellings that docker takes but its help does not show, and the flag that each means (``net``).
    ``plugin``: a docker plug-in of which nothing is known; its words are its own and cannot be judged.
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
    def leads(self) -> bool:
        """Its first word that is no flag is a subcommand and nothing else."""
        return bool(self.subcommands) and not self.arguments

    @property
    def name(self) -> str:
        """The shortest way to write it: ``run`` for ``container run``."""
        return min((" ".join(path) for path in (self.path, *self.aliases)), key=lambda words: words.count(" "))
