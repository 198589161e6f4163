"""A port that is to be opened: somebody may have it already."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dshell.engine.records import ContainerName
from dshell.foreseen import Ahead, Foreseen
from dshell.line.ports import Published, parse_publish
from dshell.line.split import join
from dshell.run.ahead.base import Sight, ago, and_then, chosen, put
from dshell.run.host_ports import State, free_port, program_at, state


def port_taken(sight: Sight) -> Iterator[Foreseen]:
    """Of several, the first: the others show when the line is run again."""
    values = sight.values("publish")
    if not values:
        return
    try:
        wanted = [port for port in parse_publish(values) if port.host_port.isdigit()]
    except ValueError:
        return  # docker refuses it
    containers = sight.desk.engine.containers() if wanted else []
    taken = {port for container in containers for port in container.ports}
    own = {int(number) for value in values for number in re.findall(r"\d+", value)}
    for published in wanted:
        found = _look(published, containers, sight, own | {int(port.partition("/")[0]) for port in taken})
        if found is not None:
            yield found
            return


def _look(published: Published, containers: list[ContainerName], sight: Sight, avoid: set[int]) -> Foreseen | None:
    protocol = published.port.partition("/")[2]
    port, local = int(published.host_port), sight.desk.engine.endpoint.local
    owner = next((container for container in containers if f"{port}/{protocol}" in container.ports), None)
    if owner is None and (not local or protocol not in {"tcp", "udp"}):
        return None
    free = free_port(port, protocol, avoid) if local else ""
    other = _other(port, free, sight) if free else ""
    slots = {"port": str(port), "free": free}
    if owner is not None:
        stop = and_then(join(("stop", owner.name)), sight.call.line)
        choices = chosen(("other", other), ("stop", stop))
        since = ago(sight.desk.engine.inspect(owner.name))
        return Foreseen(Ahead.PORT, str(port), slots | {"name": owner.name}, since, choices)
    match state(port, protocol, published.host_ip):
        case State.TAKEN:
            slots["program"] = program_at(port, protocol)
            return Foreseen(Ahead.PORT_PROGRAM, str(port), slots, choices=chosen(("other", other)))
        case State.RESERVED:
            return Foreseen(Ahead.PORT_RESERVED, str(port), slots, choices=chosen(("other", other)))
        case State.FREE:
            return None


def _other(port: int, free: str, sight: Sight) -> str:
    """The line with another port of this machine; "" for one port of a range."""
    for value in sight.values("publish"):
        new = re.sub(rf"(?<!\d){port}(?=:)|(?<=published=){port}(?!\d)", free, value, count=1)
        if new != value:
            return put(sight.call, value, new)
    return ""
