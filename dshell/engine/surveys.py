"""All that is here and what belongs to what, from the daemon's lists: no container is asked about by itself."""

from collections.abc import Iterable, Iterator

from dshell.engine import facts
from dshell.engine.records import ContainerName
from dshell.pattern import pattern
from dshell.survey import Resident, Stock, Survey, Use

OWN = ("bridge", "host", "none")
"""Networks that docker itself has made."""

_DIGITS = pattern(r"(\d+)")
_CODE = pattern(r"\((-?\d+)\)")  # Exited (137) 2 hours ago


def survey(
    images: Iterable[Stock], containers: Iterable[Resident], volumes: Iterable[str], networks: Iterable[str]
) -> Survey:
    return Survey(
        tuple(images),
        tuple(sorted(containers, key=lambda each: _counted(each.name))),
        tuple(sorted(volumes)),
        tuple(sorted(name for name in networks if name not in OWN)),
    )


def _counted(name: str) -> list[str]:
    """A key to sort by: web-2 before web-10."""
    return [part.zfill(20) if number % 2 else part for number, part in enumerate(_DIGITS.split(name))]


def stock(records: Iterable[facts.Record]) -> list[Stock]:
    return [Stock(facts.text(record, "Id"), tuple(_tags(record)), int(record.get("Size", 0))) for record in records]


def _tags(record: facts.Record) -> Iterator[str]:
    yield from sorted(tag for tag in record.get("RepoTags") or () if tag != "<none>:<none>")


def residents(records: Iterable[facts.Record]) -> list[Resident]:
    rows = list(records)
    return [_resident(record, name) for record, name in zip(rows, facts.container_names(rows), strict=True)]


def _resident(record: facts.Record, named: ContainerName) -> Resident:
    mounts = record.get("Mounts") or ()
    code = None if named.running else _CODE.search(record.get("Status", ""))
    return Resident(
        name=named.name,
        image=named.image,
        image_id=named.image_id,
        command=record.get("Command", ""),
        status=named.status,
        since=named.since,
        exit_code=int(code[1]) if code else None,
        ports=tuple(dict.fromkeys(_ports(record.get("Ports") or ()))),
        volumes=tuple(Use(mount["Name"], mount["Destination"]) for mount in mounts if mount.get("Type") == "volume"),
        folders=tuple(Use(mount["Source"], mount["Destination"]) for mount in mounts if mount.get("Type") == "bind"),
        networks=tuple(sorted(named.networks)),
    )


def _ports(ports: Iterable[facts.Record]) -> Iterator[Use]:
    """Published ones, once for IPv4 and IPv6; ``/udp`` is said, ``/tcp`` is not, an address where it is one alone."""
    for port in sorted(ports, key=lambda each: (each["PrivatePort"], each.get("PublicPort", 0))):
        if "PublicPort" in port:
            inner = f"{port['PrivatePort']}/{port.get('Type', 'tcp')}"
            yield Use(f"{facts.at(port.get('IP', ''))}{port['PublicPort']}", inner.removesuffix("/tcp"))
