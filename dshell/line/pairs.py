"""Candidates for words of several parts: ``8080:80``, ``./src:/app:ro``, ``type=bind,source=…``, ``status=exited``.

Only the part at the cursor is replaced.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from dshell.grammar.model import Key, Kind
from dshell.line.candidate import Ranked, Sort
from dshell.line.mounts import KEYS as MOUNT_KEYS
from dshell.line.mounts import OPTIONS
from dshell.line.offers import SEPARATOR, Offers
from dshell.line.paths import is_local, split_bind
from dshell.line.pictures import SOURCES as PICTURES
from dshell.line.pictures import container_folders, exposed, image_of
from dshell.line.sources import SOURCES as NAMES
from dshell.line.sources import Source

MODES = ("ro", "rw")
FIRST_PORT = 8080  # what a first course publishes
_TMPFS = ("size=", "mode=", "ro", "rw", "noexec", "exec", "nosuid", "nodev", "uid=", "gid=")
_MOUNTED = {"bind": Kind.HOST_PATH, "image": Kind.LOCAL_IMAGE}
_BARE = {name for name, key in MOUNT_KEYS.items() if key.bare}
_SAME_KEY = {"source": ("src",), "target": ("dst", "destination"), "readonly": ("ro",)}


def bind(offers: Offers) -> list[Ranked]:
    """``-v``: a path or a volume of this machine, then a path in the container, then a mode."""
    typed = offers.typed
    parts = split_bind(typed)
    if not parts.source and typed.rpartition(":")[0] == "":
        volumes = [] if SEPARATOR.search(typed) else offers.plain(offers.register.volumes, Sort.VOLUME, end=":")
        return volumes + _going_on(offers.files())
    last = parts.mode or (parts.target if typed.endswith(parts.target) else "")
    part = offers.part(last)
    if part is None:
        return []
    if typed.count(":") > (parts.source + ":" + parts.target).count(":"):
        return part.plain(MODES, Sort.VALUE)
    return part.plain(container_folders(offers), Sort.INSIDE)


def copy(offers: Offers) -> list[Ranked]:
    """``docker cp``: CONTAINER:PATH, with the paths of a running container, or a path of this machine."""
    typed = offers.typed
    if ":" in typed and not is_local(typed):
        name, _, path = typed.partition(":")
        part, container = offers.part(path), offers.container(name)
        if part is None or container is None or container.status != "running":
            return []
        inside = offers.world.lookups.inside
        return part.entries(lambda folder: inside(container.name, f"/{folder}" if folder[:1] != "/" else folder))
    containers = [] if SEPARATOR.search(typed) else offers.containers(offers.register.containers, end=":")
    return containers + offers.files()


def ports(offers: Offers) -> list[Ranked]:
    """``-p``: the ports that the image listens on, behind one of this machine that is free as far as is known."""
    typed, inner = offers.typed, exposed(offers)
    _, colon, last = typed.rpartition(":")
    if colon:
        part = offers.part(last)
        return part.plain(inner, Sort.VALUE) if part else []
    return offers.plain([_published(port, offers.register.ports) for port in inner or ["80"]], Sort.VALUE)


def _published(port: str, taken: Collection[str]) -> str:
    number, slash, protocol = port.partition("/")
    outer = FIRST_PORT if number == "80" else int(number)
    while str(outer) in taken:
        outer += 1
    return f"{outer}:{number}{slash}{protocol}"


def environment(offers: Offers) -> list[Ranked]:
    """``-e``: variables that the image reads, then those of this machine, whose values then go along."""
    if "=" in offers.typed:
        return []
    official, shape = image_of(offers)
    own = dict.fromkeys((*official.variables, *shape.variables))
    found = offers.plain(list(own), Sort.VARIABLE, end="=")
    return found + offers.plain([name for name in offers.world.variables if name not in own], Sort.VARIABLE)


# key=value


def filters(offers: Offers) -> list[Ranked]:
    """``--filter status=exited``."""
    key, equals, value = offers.typed.partition("=")
    keys = offers.flag.keys if offers.flag else ()
    if not equals:
        return _keys(offers, keys)
    found = next((each for each in keys if each.name == key), None)
    part = offers.part(value)
    return _key_values(part, found) if part and found else []


def fields(offers: Offers) -> list[Ranked]:
    """``type=bind,source=…``: the key or the value at the cursor; what stands before the last comma stays."""
    done, _, last = offers.typed.rpartition(",")
    key, equals, value = last.partition("=")
    part = offers.part(value if equals else last)
    if part is None:
        return []
    given = dict(pair.partition("=")[::2] for pair in done.split(",") if pair)
    keys = _fitting(offers.flag.keys if offers.flag else (), given)
    if equals:
        found = next((each for each in keys if key in (each.name, *_SAME_KEY.get(each.name, ()))), None)
        return _going_on(_mount_values(part, found, given)) if found else []
    free = [each for each in keys if not given.keys() & {each.name, *_SAME_KEY.get(each.name, ())}]
    return _keys(part, free)


def _going_on(found: list[Ranked]) -> list[Ranked]:
    """A comma or a colon may follow."""
    return [(rank, each._replace(more=True)) for rank, each in found]


def _ending(found: list[Ranked], end: str) -> list[Ranked]:
    """With ``end`` behind each, after which the word goes on."""
    return [(rank, each._replace(text=each.text + end, more=True)) for rank, each in found if each.text]


def _fitting(keys: Sequence[Key], given: dict[str, str]) -> list[Key]:
    """Those that a mount of the type that is given takes."""
    kind = given.get("type")
    if kind is None:
        return list(keys)
    others = tuple(f"{name}-" for name in OPTIONS if name != kind)
    return [key for key in keys if not key.name.startswith(others) and not (kind == "tmpfs" and key.name == "source")]


def _mount_values(part: Offers, key: Key, given: dict[str, str]) -> list[Ranked]:
    kind = given.get("type", "volume")
    if part.flag and part.flag.kind is Kind.MOUNT:
        if key.name == "source":
            return SOURCES[_MOUNTED.get(kind, Kind.VOLUME)](part)
        if key.name == "target":
            return part.plain(container_folders(part), Sort.INSIDE)
    return _key_values(part, key)


def _keys(part: Offers, keys: Sequence[Key]) -> list[Ranked]:
    """A key that may stand alone is offered without ``=``."""
    return part.plain([key.name if key.name in _BARE else f"{key.name}=" for key in keys], Sort.KEY, more=True)


def _key_values(part: Offers, key: Key) -> list[Ranked]:
    chosen = part.plain(key.choices, Sort.VALUE)
    if key.kind is Kind.KEY_VALUE and key.name.removesuffix("!") == "label":
        return part.plain(part.world.lookups.listed("label"), Sort.VALUE)
    source = SOURCES.get(key.kind)
    return chosen + (source(part) if source else [])


def key_value(offers: Offers) -> list[Ranked]:
    """``--opt key=value``, where the keys are known."""
    return filters(offers) if offers.flag and offers.flag.keys else []


def spec(kind: Kind, offers: Offers) -> list[Ranked]:
    """A name alone, or a list of fields."""
    typed = offers.typed
    return ([] if "=" in typed else NAMES[kind](offers)) + fields(offers)


def scale(offers: Offers) -> list[Ranked]:
    """``SERVICE=REPLICAS``, of the compose file or of the swarm."""
    if "=" in offers.typed:
        return []
    simple = offers.place.simple
    compose = bool(simple and simple.command and simple.command.path[:1] == ("compose",))
    found = NAMES[Kind.COMPOSE_SERVICE if compose else Kind.SERVICE](offers)
    return _ending(found, "=")


# A container in a value


def network_mode(offers: Offers) -> list[Ranked]:
    """``--network``: a network, or ``container:NAME``; the long form ``name=…,alias=…``."""
    typed = offers.typed
    if typed.startswith("container:"):
        return namespace(offers)
    if "=" in typed:
        return fields(offers)
    special = [name for name in ("container:",) if name not in (offers.flag.choices if offers.flag else ())]
    return NAMES[Kind.NETWORK](offers) + offers.plain(special, Sort.VALUE, more=True)


def namespace(offers: Offers) -> list[Ranked]:
    """``container:NAME``; the words that may stand for it are the flag's choices."""
    head, colon, name = offers.typed.partition(":")
    if not colon:
        return offers.plain(("container:",), Sort.VALUE, more=True)
    part = offers.part(name) if head == "container" else None
    return part.containers(offers.register.running) if part else []


def link(offers: Offers) -> list[Ranked]:
    return [] if ":" in offers.typed else offers.containers(offers.register.running, end=":")


def volumes_from(offers: Offers) -> list[Ranked]:
    head, colon, mode = offers.typed.partition(":")
    if not colon:
        return offers.containers(offers.register.containers)
    part = offers.part(mode)
    return part.plain(MODES, Sort.VALUE) if part and head else []


def compose_item(offers: Offers) -> list[Ranked]:
    """``compose cp``: SERVICE:PATH, or a path of this machine."""
    found = [] if SEPARATOR.search(offers.typed) else NAMES[Kind.COMPOSE_SERVICE](offers)
    return _ending(found, ":") + offers.files()


def host_map(offers: Offers) -> list[Ranked]:
    """``--add-host NAME:ADDRESS``: this machine has a word of its own."""
    name, colon, address = offers.typed.partition(":")
    if not colon:
        return offers.plain(("host.docker.internal:",), Sort.VALUE, more=True)
    part = offers.part(address)
    return part.plain(("host-gateway",), Sort.VALUE) if part and name else []


def tmpfs(offers: Offers) -> list[Ranked]:
    path, colon, options = offers.typed.partition(":")
    part = offers.part(options.rpartition(",")[2] if colon else path)
    if part is None:
        return []
    return part.plain(_TMPFS, Sort.VALUE, more=True) if colon else part.plain(("/tmp", "/run"), Sort.INSIDE)  # noqa: S108


def named_port(offers: Offers) -> list[Ranked]:
    return offers.plain(exposed(offers), Sort.VALUE)


def named_path(offers: Offers) -> list[Ranked]:
    """``name=PATH``, or ``src=PATH`` in a list of fields."""
    _, equals, path = offers.typed.rpartition("=")
    part = offers.part(path) if equals else offers
    return part.files() if part else []


def host_fields(offers: Offers) -> list[Ranked]:
    found = fields(offers) if offers.flag and offers.flag.keys else []
    return found or named_path(offers)


SOURCES: dict[Kind, Source] = {
    **NAMES,
    **PICTURES,
    Kind.BIND: bind,
    Kind.MOUNT: fields,
    Kind.FIELDS: fields,
    Kind.COPY_PATH: copy,
    Kind.PORT_MAP: ports,
    Kind.PORT: named_port,
    Kind.ENV: environment,
    Kind.FILTER: filters,
    Kind.NETWORK_MODE: network_mode,
    Kind.NAMESPACE: namespace,
    Kind.LINK: link,
    Kind.VOLUMES_FROM: volumes_from,
    Kind.LOG_OPTION: filters,
    Kind.NAMED_PATH: named_path,
    Kind.HOST_FIELDS: host_fields,
    Kind.KEY_VALUE: key_value,
    Kind.PREFERENCE: key_value,
    Kind.CONTEXT_SPEC: fields,
    Kind.SECRET_SPEC: partial(spec, Kind.SECRET),
    Kind.CONFIG_SPEC: partial(spec, Kind.CONFIG),
    Kind.SCALE: scale,
    Kind.COMPOSE_ITEM: compose_item,
    Kind.HOST_MAP: host_map,
    Kind.TMPFS: tmpfs,
}
