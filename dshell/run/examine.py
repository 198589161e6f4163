"""How a container is doing, for ``why NAME``: does it run, why not, and does anybody answer at its ports?

The doors of a port are tried from the inside out: a program that listens in the container, on all its addresses and
not only for itself; then the port of this machine.
"""

import socket
from contextlib import closing, suppress

from dshell.engine.base import Engine
from dshell.engine.records import ContainerFacts, ImageFacts, Joining
from dshell.errors import EngineError
from dshell.examined import Door, Examined, Listening
from dshell.run.base import Desk
from dshell.run.session import Tail

LAST = 10  # rows of its log
PATIENCE = 1.0  # seconds for a port of this machine
GLANCE = 0.5  # seconds in which a proxy with nobody behind it drops a connection
TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
LISTENS = "0A"  # state TCP_LISTEN in the kernel's tables
OWN = {"0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"}
"""127.0.0.1, ::1 and the first as an IPv6 address, as the kernel of a little-endian machine spells them."""

COMMAND = {"Cmd": ["cat", *TABLES], "AttachStdout": True, "AttachStderr": True}


def examine(name: str, desk: Desk) -> Examined | None:
    """None when there is no such container. EngineError when the daemon cannot be asked."""
    try:
        facts = desk.engine.inspect(name)
    except EngineError as error:
        if error.failure.missing:
            return None
        raise
    image = _image(facts, desk.engine)
    inside = listening(facts.id, desk.engine) if facts.status == "running" else None
    return Examined(
        name=facts.name,
        image=facts.image,
        command=facts.command,
        status=facts.status,
        exit_code=facts.exit_code,
        since=facts.since,
        oom=facts.oom,
        error=facts.error,
        last="" if facts.running and facts.status != "restarting" else _log(facts, desk.engine),
        doors=tuple(_door(port, inside, desk) for port in facts.ports),
        inside=tuple(sorted((inside or {}).items())),
        exposed=image.ports if image else (),
        health=facts.health,
        probed=facts.probed,
    )


def silent(name: str, engine: Engine) -> bool:
    """Nobody answers at a port of this machine that leads into the container. False when it cannot be told.

    Docker's proxy takes every connection and drops it at once when nobody listens inside; a program that listens
    keeps it and waits to be asked, or speaks.
    """
    try:
        facts = engine.inspect(name)
    except EngineError:
        return False
    if facts.status != "running" or not engine.endpoint.local:
        return False
    ports = [port.rpartition(":") for port in facts.ports if not port.endswith("/udp")]
    outer = {host.rpartition(":") for host, _, _ in ports}
    return any(number.isdigit() and number != "0" and not _kept(address, int(number)) for address, _, number in outer)


def _kept(address: str, port: int) -> bool:
    """A connection is not dropped as soon as it is made."""
    try:
        with _connected(address, port) as connection:
            connection.settimeout(GLANCE)
            return connection.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def listening(container: str, engine: Engine) -> dict[int, Listening] | None:
    """TCP ports that programs in the container listen on; None when the image has no ``cat`` to look with."""
    with suppress(EngineError):
        exec_id = engine.exec_create(container, COMMAND)
        with closing(engine.exec_start(exec_id, {"Detach": False, "Tty": False}, Joining(False, False))) as stream:
            printed = b"".join(data for channel, data in iter(stream.read, (1, b"")) if channel == 1)
        return read_tables(printed.decode(errors="replace"))
    return None


def read_tables(text: str) -> dict[int, Listening] | None:
    """Of the kernel's tables of TCP connections; None when ``text`` is none."""
    found: dict[int, Listening] = {}
    rows = [row.split() for row in text.splitlines()]
    if not any("local_address" in row for row in rows):
        return None
    for row in rows:
        if len(row) < 4 or row[3] != LISTENS:
            continue
        address, _, port = row[1].partition(":")
        known = Listening.ITSELF if address in OWN else Listening.ALL
        number = int(port, 16)
        found[number] = Listening.ALL if found.get(number) is Listening.ALL else known
    return found


def _door(port: str, inside: dict[int, Listening] | None, desk: Desk) -> Door:
    """``port``: ``[address:]host:container[/protocol]``."""
    host, _, behind = port.rpartition(":")
    number, _, protocol = behind.partition("/")
    address, _, outer = host.rpartition(":")
    if protocol == "udp" or inside is None:
        return Door(outer, number, Listening.UNSEEN, address)
    state = inside.get(int(number), Listening.NOBODY)
    if state is Listening.ALL and outer.isdigit() and desk.engine.endpoint.local:
        state = Listening.ANSWERS if _answers(address, int(outer)) else Listening.SHUT
    return Door(outer, number, state, address)


def _answers(address: str, port: int) -> bool:
    try:
        with _connected(address, port):
            return True
    except OSError:
        return False


def _connected(address: str, port: int) -> socket.socket:
    """``address``: of this machine, IPv6 in brackets; "" for all of them."""
    return socket.create_connection((address.strip("[]") or "127.0.0.1", port), PATIENCE)


def _image(facts: ContainerFacts, engine: Engine) -> ImageFacts | None:
    with suppress(EngineError):
        return engine.image(facts.image)
    return None


def _log(facts: ContainerFacts, engine: Engine) -> str:
    tail = Tail()
    with suppress(EngineError):
        tail.add(engine.logs(facts.id, LAST, tty=facts.tty))
    return tail.text
