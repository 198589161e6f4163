"""The networks of a container, and what it is called there: flags of ``run``, or of ``network connect``."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dshell.run.base import Setting
from dshell.run.native.networks import DEFAULT, PREDEFINED
from dshell.run.remake import spelling
from dshell.run.remake.origin import Origin

NAMES_BRIDGE = (1, 44)
"""Since this version of the API a daemon may say "bridge" of a container for which nobody chose a network."""


def mode(origin: Origin) -> str:
    return origin.at("HostConfig.NetworkMode") or DEFAULT


def endpoint(origin: Origin, network: str) -> Mapping[str, Any]:
    return origin.networks.get("bridge" if network == DEFAULT else network) or {}


def network(origin: Origin) -> Iterator[str]:
    first = mode(origin)
    if first != DEFAULT and (first != "bridge" or (origin.api and origin.api < NAMES_BRIDGE)):
        yield first


def alias(origin: Origin) -> Iterator[str]:
    """Older daemons put the container's short id among them."""
    if mode(origin) not in PREDEFINED:
        yield from (name for name in endpoint(origin, mode(origin)).get("Aliases") or () if name != origin.id[:12])


def address(key: str) -> Callable[[Origin], Iterator[str]]:
    def back(origin: Origin) -> Iterator[str]:
        content = (endpoint(origin, mode(origin)).get("IPAMConfig") or {}).get(key) or ()
        yield from [content] if isinstance(content, str) else content

    return back


def mac(origin: Origin) -> Iterator[str]:
    if given := origin.at("MacAddress"):
        yield given


def links(origin: Origin) -> Iterator[str]:
    """The daemon says ``/db:/web/alias``."""
    for link in origin.at("HostConfig.Links") or endpoint(origin, mode(origin)).get("Links") or ():
        name, _, other = link.removeprefix("/").partition(":")
        yield f"{name}:{other.rpartition('/')[2]}" if other else name


def joined(origin: Origin) -> Iterator[tuple[str, tuple[Setting, ...]]]:
    """The other networks, and what the container is called there."""
    first = "bridge" if mode(origin) == DEFAULT else mode(origin)
    for name, part in origin.networks.items():
        if name == first:
            continue
        own = part.get("IPAMConfig") or {}
        flags = [Setting("alias", alias) for alias in part.get("Aliases") or () if alias != origin.id[:12]]
        addresses = {"ip": own.get("IPv4Address"), "ip6": own.get("IPv6Address")}
        flags += [Setting(flag, address) for flag, address in addresses.items() if address]
        flags += [Setting("link-local-ip", address) for address in own.get("LinkLocalIPs") or ()]
        flags += [Setting("driver-opt", pair) for pair in spelling.pairs(part.get("DriverOpts") or {})]
        yield name, tuple(flags)
