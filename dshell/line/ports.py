"""``-p`` and ``--expose``: which ports of this machine lead to which of the container.

The rules and the words of the refusals are those of github.com/docker/go-connections/nat.
"""

from collections.abc import Iterable, Iterator

from dshell.line.addresses import parse_ip
from dshell.line.numbers import parse_plain_unsigned
from dshell.record import Record

PROTOCOLS = {"tcp", "udp", "sctp"}
PORT_BITS = 16


class Published(Record):
    """One port of the container (``80/tcp``) and where it appears: ``host_port`` "" lets the daemon choose, and
    ``8000-8010`` lets it choose among these."""

    port: str
    host_ip: str
    host_port: str


def parse_publish(values: Iterable[str]) -> Iterator[Published]:
    """Raises ValueError with docker's words, for a value before its first port."""
    for value in values:
        yield from _parse_mapping(_in_colons(value))


def _in_colons(value: str) -> str:
    """``target=80,published=8080`` as ``8080:80/tcp``."""
    if "=" not in value:
        return value
    named = {"protocol": "tcp"}
    for part in value.split(","):
        key, equals, content = part.partition("=")
        if not equals or not key:
            raise ValueError(f"invalid publish opts format (should be name=value but got '{part}')")
        named[key] = content
    return f"{named.get('published', '')}:{named.get('target', '')}/{named['protocol']}"


def _parse_mapping(text: str) -> Iterator[Published]:
    head, _, container = text.rpartition(":")
    host_ip, _, host = head.rpartition(":")
    protocol, container = split_protocol(container)
    host_ip = _parse_ip(host_ip)
    if not container:
        raise ValueError(f"no port specified: {text}<empty>")
    first, last = _parse_range(container, "containerPort")
    host_first, host_last = _parse_range(host, "hostPort") if host else (0, 0)
    if host and last != first and last - first != host_last - host_first:
        raise ValueError(f"invalid ranges specified for container and host Ports: {container} and {host}")
    if protocol.lower() not in PROTOCOLS:
        raise ValueError(f"invalid proto: {protocol}")
    for offset in range(last - first + 1):
        host_port = str(host_first + offset) if host else ""
        if first == last and host_first != host_last:
            host_port = f"{host_first}-{host_last}"
        yield Published(f"{first + offset}/{protocol.lower()}", host_ip, host_port)


def _parse_ip(text: str) -> str:
    address = text
    if text.startswith("["):
        if "]" not in text:
            raise ValueError(f"invalid IP address {text}: address {text}:: missing ']' in address")
        if not text.endswith("]"):
            raise ValueError(f"invalid IP address {text}: address {text}:: missing port in address")
        address = text[1:-1]
    if address and parse_ip(address) is None:
        raise ValueError(f"invalid IP address: {address}")
    return address


def _parse_range(text: str, what: str) -> tuple[int, int]:
    """``what``: docker's word for the place, for the refusal."""
    try:
        return port_range(text)
    except ValueError:
        raise ValueError(f"invalid {what}: {text}") from None


def port_range(text: str) -> tuple[int, int]:
    """``80`` or ``8000-8010``; what follows a second dash is not looked at. Raises ValueError with docker's words."""
    if not text:
        raise ValueError("empty string specified for ports")
    parts = text.split("-")
    first = parse_plain_unsigned(parts[0], PORT_BITS)
    last = parse_plain_unsigned(parts[1], PORT_BITS) if len(parts) > 1 else first
    if last < first:
        raise ValueError(f"invalid range specified for port: {text}")
    return first, last


def split_protocol(text: str) -> tuple[str, str]:
    """``53/udp`` as ("udp", "53"); tcp unless said; ("", "") without a port."""
    port, _, rest = text.partition("/")
    if not port:
        return "", ""
    return rest.split("/")[0] or "tcp", port


def parse_expose(value: str) -> Iterator[str]:
    """The ports of one ``--expose``, as ``80/tcp``; its protocol is not checked, as in docker."""
    if ":" in value:
        raise ValueError(f"invalid port format for --expose: {value}")
    protocol, ports = split_protocol(value)
    try:
        first, last = port_range(ports)
    except ValueError as error:
        raise ValueError(f"invalid range format for --expose: {value}, error: {error}") from None
    for port in range(first, last + 1):
        yield f"{port}/{protocol}"
