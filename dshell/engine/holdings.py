"""All that the daemon keeps and who uses it, from its two answers: ``/system/df`` and ``/networks``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from dshell.engine.facts import PROJECT, Record, own_name, text
from dshell.engine.records import ALIVE, Holding, Sort
from dshell.pattern import pattern

GIVEN = pattern(r"[0-9a-f]{64}")  # a name that docker gave to a volume
OWN_NETWORKS = {"bridge", "host", "none", "ingress", "docker_gwbridge", "nat"}

Names = Callable[[Record], Iterable[str]]
"""What a container uses of one sort, by name or id."""


def holdings(usage: Record, networks: Iterable[Record]) -> list[Holding]:
    """Containers first, then images, volumes, networks and the cache, each in the daemon's order."""
    containers: list[Record] = usage.get("Containers") or []
    return [
        *map(_container, containers),
        *(_image(record, containers) for record in usage.get("Images") or ()),
        *(_volume(record, containers) for record in usage.get("Volumes") or ()),
        *(_network(record, containers) for record in networks if record.get("Name") not in OWN_NETWORKS),
        *map(_cache, usage.get("BuildCache") or ()),
    ]


def _container(record: Record) -> Holding:
    name = own_name(record.get("Names") or ()) or text(record, "Id")[:12]
    runs = record.get("State") in ALIVE
    size, identity = _size(record, "SizeRw"), text(record, "Id")
    return Holding(Sort.CONTAINER, name, size, used=runs, project=_project(record), id=identity)


def _image(record: Record, containers: list[Record]) -> Holding:
    """Layers that other images share stay: they are not counted."""
    identity = text(record, "Id")
    names = [name for name in record.get("RepoTags") or () if name != "<none>:<none>"]
    size = _size(record, "Size") - _size(record, "SharedSize")
    pullable = bool(record.get("RepoDigests"))
    shown = ", ".join(names) or _short(identity)
    holding = Holding(Sort.IMAGE, shown, size, nameless=not names, id=identity, pullable=pullable)
    return _used(holding, identity, containers, lambda container: [container.get("ImageID", "")])


def _volume(record: Record, containers: list[Record]) -> Holding:
    name = text(record, "Name")
    size = _size(record.get("UsageData") or {}, "Size")
    made = str(record.get("CreatedAt", ""))
    holding = Holding(Sort.VOLUME, name, size, nameless=bool(GIVEN.fullmatch(name)), project=_project(record), id=made)
    return _used(holding, name, containers, _volumes)


def _network(record: Record, containers: list[Record]) -> Holding:
    holding = Holding(Sort.NETWORK, text(record, "Name"), project=_project(record), id=text(record, "Id"))
    return _used(holding, text(record, "Id"), containers, _networks)


def _cache(record: Record) -> Holding:
    own = not record.get("Shared") and record.get("Type") not in {"internal", "frontend"}
    used = bool(record.get("InUse"))
    return Holding(Sort.CACHE, record.get("ID", ""), _size(record, "Size"), used, nameless=own, id=record.get("ID", ""))


def _used(holding: Holding, key: str, containers: list[Record], uses: Names) -> Holding:
    users = [container for container in containers if key in uses(container)]
    stopped = tuple(_container(container).name for container in users if container.get("State") not in ALIVE)
    running = tuple(_container(container).name for container in users if container.get("State") in ALIVE)
    return holding._replace(used=bool(running), users=stopped, running=running)


def _volumes(container: Record) -> Iterator[str]:
    mounts: list[dict[str, Any]] = container.get("Mounts") or []
    return (mount.get("Name", "") for mount in mounts if mount.get("Type") == "volume")


def _networks(container: Record) -> Iterator[str]:
    networks: Record = (container.get("NetworkSettings") or {}).get("Networks") or {}
    return (network.get("NetworkID", "") for network in networks.values())


def _project(record: Record) -> str:
    return str((record.get("Labels") or {}).get(PROJECT, ""))


def _size(record: Record, key: str) -> int:
    """Bytes; 0 for the daemon's -1, which means that it did not work it out."""
    return max(int(record.get(key) or 0), 0)


def _short(identity: str) -> str:
    return identity.removeprefix("sha256:")[:12]
