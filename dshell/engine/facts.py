"""The daemon's JSON as records. ValueError when it is not what an engine says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from time import time
from typing import Any

from dshell.engine.records import (
    Change,
    ContainerFacts,
    ContainerName,
    ExecFacts,
    ImageFacts,
    ImageName,
    NewContainer,
    PullStep,
)
from dshell.engine.shape import shaped
from dshell.pattern import pattern

Record = dict[str, Any]

# The CLI's units.HumanDuration, which the daemon uses too.
_AGE = pattern(r"(?P<count>\d+|Less than a|About an?) (?P<unit>second|minute|hour|day|week|month|year)s?(?: |$)")
_SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
    "year": 365 * 86_400,
}

LONGEST_ROW = 16 * 1024 * 1024
"""Bytes of one message of a stream; an event carries all labels of what it is about."""

EVERYWHERE = {"", "0.0.0.0", "::"}  # noqa: S104 - read, not bound

PROJECT = "com.docker.compose.project"
"""The label by which compose knows what is its own."""


def read_object(body: bytes) -> Record:
    answer = json.loads(body)
    if not isinstance(answer, dict):
        raise ValueError(f"not a JSON object: {body[:80]!r}")
    return answer


def read_list(body: bytes) -> list[Record]:
    answer = json.loads(body)
    if not isinstance(answer, list):
        raise ValueError(f"not a JSON array: {body[:80]!r}")
    return answer


def text(record: Record, key: str) -> str:
    """``record[key]``, which must be there."""
    value = record.get(key)
    if not isinstance(value, str):
        raise ValueError(f"no {key} in the answer")
    return value


def new_container(record: Record) -> NewContainer:
    return NewContainer(text(record, "Id"), tuple(record.get("Warnings") or ()))


def container_facts(record: Record) -> ContainerFacts:
    state: Record = record.get("State") or {}
    health: Record = state.get("Health") or {}
    config: Record = record.get("Config") or {}
    host: Record = record.get("HostConfig") or {}
    network: Record = record.get("NetworkSettings") or {}
    return ContainerFacts(
        id=text(record, "Id"),
        name=text(record, "Name").removeprefix("/"),
        image=config.get("Image", ""),
        command=(record.get("Path", ""), *(record.get("Args") or ())),
        status=state.get("Status", ""),
        tty=bool(config.get("Tty")),
        open_stdin=bool(config.get("OpenStdin")),
        auto_remove=bool(host.get("AutoRemove")),
        exit_code=state.get("ExitCode", 0),
        oom=bool(state.get("OOMKilled")),
        started=seconds(state.get("StartedAt", "")),
        finished=seconds(state.get("FinishedAt", "")),
        error=state.get("Error", ""),
        labels=config.get("Labels") or {},
        mounts=tuple(mount.get("Source", "") for mount in record.get("Mounts") or () if mount.get("Type") == "bind"),
        ports=tuple(published(network.get("Ports") or {}) or published(host.get("PortBindings") or {})),
        health=health.get("Status", "").replace("none", ""),
        probed=next((entry.get("Output", "") for entry in reversed(health.get("Log") or ())), "").strip(),
    )


def _image_name(image: str) -> str:
    """Docker shows the start of an id for one that has no name (``docker ps``)."""
    return image.removeprefix("sha256:")[:12] if image.startswith("sha256:") else image


def container_names(records: Iterable[Record]) -> list[ContainerName]:
    return [
        ContainerName(
            name=own_name(record.get("Names") or ()),
            id=text(record, "Id"),
            image=_image_name(record.get("Image", "")),
            status=record.get("State", ""),
            since=_since(record),
            ports=tuple(open_ports(record.get("Ports") or ())),
            image_id=record.get("ImageID", ""),
            project=(record.get("Labels") or {}).get(PROJECT, ""),
            networks=tuple((record.get("NetworkSettings") or {}).get("Networks") or ()),
        )
        for record in records
    ]


def _since(record: Record) -> float:
    """Of a row of a list, which says it in words alone and rounded: ``Up 2 hours``, ``Exited (0) 3 days ago``."""
    match = _AGE.search(record.get("Status", ""))
    if match is None:
        return float(record.get("Created", 0))
    count = int(match["count"]) if match["count"].isdigit() else 0 if match["count"] == "Less than a" else 1
    return time() - count * _SECONDS[match["unit"]]


def volume_names(record: Record) -> list[str]:
    return [text(volume, "Name") for volume in record.get("Volumes") or ()]


def network_names(records: Iterable[Record]) -> list[str]:
    return [text(record, "Name") for record in records]


def open_ports(ports: Iterable[Record]) -> list[str]:
    """``8080/tcp`` for each port that is published, once for IPv4 and IPv6."""
    pairs = [f"{port['PublicPort']}/{port.get('Type', 'tcp')}" for port in ports if "PublicPort" in port]
    return list(dict.fromkeys(pairs))


def own_name(names: Sequence[str]) -> str:
    """A container's own name: links add ``/other/alias``, its own has one slash."""
    own = [name for name in names if name.count("/") == 1]
    return (own or list(names) or [""])[0].removeprefix("/")


def image_names(records: Iterable[Record]) -> list[ImageName]:
    return [
        ImageName(name=tag, id=text(record, "Id"), size=int(record.get("Size", 0)))
        for record in records
        for tag in record.get("RepoTags") or ()
        if tag != "<none>:<none>"
    ]


def image_facts(record: Record) -> ImageFacts:
    config: Record = record.get("Config") or {}
    return ImageFacts(
        id=text(record, "Id"),
        os=record.get("Os", ""),
        architecture=record.get("Architecture", ""),
        entrypoint=tuple(config.get("Entrypoint") or ()),
        command=tuple(config.get("Cmd") or ()),
        ports=tuple(config.get("ExposedPorts") or ()),
        size=int(record.get("Size", 0)),
        volumes=tuple(config.get("Volumes") or ()),
        folder=config.get("WorkingDir") or "",
        variables=tuple(entry.partition("=")[0] for entry in config.get("Env") or ()),
        names=tuple(record.get("RepoTags") or ()),
        pullable=bool(record.get("RepoDigests")),
    )


def published(bindings: Record) -> list[str]:
    """``[address:]host:container`` of each published port, once for IPv4 and IPv6; ``/udp`` is said, ``/tcp`` not."""
    pairs = [
        f"{at(binding.get('HostIp', ''))}{binding.get('HostPort', '')}:{port.removesuffix('/tcp')}"
        for port, places in bindings.items()
        for binding in places or ()
    ]
    return list(dict.fromkeys(pairs))


def at(address: str) -> str:
    """What stands before a port that one address alone has: ``127.0.0.1:``, ``[::1]:``; "" for all of the machine's."""
    if address in EVERYWHERE:
        return ""
    return f"[{address}]:" if ":" in address else f"{address}:"


def seconds(moment: str) -> float:
    """Seconds since the epoch of the daemon's RFC 3339 time; 0.0 for its "never", year 1, and for none."""
    if not moment or moment.startswith("0001"):
        return 0.0
    from datetime import datetime  # noqa: PLC0415 - 2 ms; a line that nobody listens to asks for no time

    return datetime.fromisoformat(moment).timestamp()


def exec_facts(record: Record) -> ExecFacts:
    return ExecFacts(bool(record.get("Running")), record.get("ExitCode"), record.get("Pid", 0))


def exec_started(now: ExecFacts) -> bool | None:
    """None: not yet decided. The daemon says "running" before it has tried; only a process id is a start."""
    return now.pid > 0 if now.pid or now.exit_code is not None else None


def exec_exit_code(now: ExecFacts) -> int | None:
    """None: not ended. The program may have closed its output before, or its end not yet be noted."""
    return None if now.running else now.exit_code


def exit_status(record: Record) -> tuple[int, str]:
    """Answer of wait: the exit code, and the daemon's error or ""."""
    code = record.get("StatusCode")
    if not isinstance(code, int):
        raise ValueError("no StatusCode in the answer")
    return code, str((record.get("Error") or {}).get("Message", ""))


def messages(pieces: Iterable[bytes]) -> Iterator[Record]:
    """The objects of a stream of JSON, one a line, at any split."""
    kept = bytearray()  # of the last line, as far as it has come
    for piece in pieces:
        first, *lines = piece.split(b"\n")
        kept += first
        if len(kept) > LONGEST_ROW:
            raise ValueError("a row without end")
        for line in lines:
            if kept.strip():
                yield read_object(bytes(kept))
            kept[:] = line
    if kept.strip():
        yield read_object(bytes(kept))


def change(record: Record) -> Change:
    actor: Record = record.get("Actor") or {}
    return shaped(
        Change(
            noun=record.get("Type", ""),
            verb=record.get("Action", ""),
            id=actor.get("ID", ""),
            attributes=actor.get("Attributes") or {},
        )
    )


def pull_step(record: Record) -> PullStep:
    progress: Record = record.get("progressDetail") or {}
    return shaped(
        PullStep(
            layer=record.get("id", ""),
            status=record.get("status", ""),
            current=progress.get("current", 0),
            total=progress.get("total", 0),
            detailed="progressDetail" in record,
        )
    )


def pull_error(record: Record) -> str:
    """The daemon's words for why a pull failed, or ""."""
    detail: Record = record.get("errorDetail") or {}
    return str(detail.get("message") or record.get("error") or "")
