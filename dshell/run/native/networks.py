"""``--network``: which networks the container joins, and as what.

Rules and refusals are those of docker 28.2, of which one surprises: the long form is lower-cased as a whole.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dshell.line.addresses import SPACES, check_mac
from dshell.line.numbers import parse_decimal, quoted
from dshell.line.record import csv_fields
from dshell.pattern import pattern
from dshell.record import Record

Endpoint = dict[str, Any]
"""EndpointSettings of the API."""

DEFAULT = "default"
PREDEFINED = {DEFAULT, "bridge", "host", "none"}

_LONG_FORM = pattern(r"\w+=\w+(,\w+=\w+)*", re.ASCII)


def new_endpoint() -> Endpoint:
    """What docker sends when nothing is asked."""
    return {
        "IPAMConfig": None,
        "Links": None,
        "Aliases": None,
        "MacAddress": "",
        "DriverOpts": None,
        "GwPriority": 0,
        "NetworkID": "",
        "EndpointID": "",
        "Gateway": "",
        "IPAddress": "",
        "IPPrefixLen": 0,
        "IPv6Gateway": "",
        "GlobalIPv6Address": "",
        "GlobalIPv6PrefixLen": 0,
        "DNSNames": None,
    }


class Network(Record):
    """One ``--network``."""

    name: str
    endpoint: Endpoint

    @property
    def plain(self) -> bool:
        return self.endpoint == new_endpoint()

    @property
    def user_defined(self) -> bool:
        return self.name not in PREDEFINED and not self.name.startswith("container:")


def _alias(endpoint: Endpoint, value: str) -> None:
    endpoint["Aliases"] = [*(endpoint["Aliases"] or ()), value]


def _option(endpoint: Endpoint, value: str) -> None:
    key, equals, content = value.partition("=")
    if not equals or not key:
        raise ValueError("invalid key value pair format in driver options")
    endpoint["DriverOpts"] = {**(endpoint["DriverOpts"] or {}), key.strip(SPACES): content.strip(SPACES)}


def _gateway_priority(endpoint: Endpoint, value: str) -> None:
    try:
        endpoint["GwPriority"] = parse_decimal(value)
    except ValueError as error:
        why = str(error).rpartition(": ")[2]
        raise ValueError(f"invalid gw-priority ({value}): {why}") from None


def _mac(endpoint: Endpoint, value: str) -> None:
    endpoint["MacAddress"] = value


def _address(name: str) -> Callable[[Endpoint, str], None]:
    def put(endpoint: Endpoint, value: str) -> None:
        endpoint["IPAMConfig"] = {**(endpoint["IPAMConfig"] or {}), name: value}

    return put


def _link_local(endpoint: Endpoint, value: str) -> None:
    known = endpoint["IPAMConfig"] or {}
    endpoint["IPAMConfig"] = {**known, "LinkLocalIPs": [*known.get("LinkLocalIPs", ()), value]}


KEYS: Mapping[str, Callable[[Endpoint, str], None]] = {
    "alias": _alias,
    "driver-opt": _option,
    "gw-priority": _gateway_priority,
    "ip": _address("IPv4Address"),
    "ip6": _address("IPv6Address"),
    "link-local-ip": _link_local,
    "mac-address": _mac,
}


def parse_network(value: str) -> Network:
    """Raises ValueError with docker's words."""
    if not _LONG_FORM.search(value):
        return Network(value, new_endpoint())
    name, endpoint = "", new_endpoint()
    for part in csv_fields(value):
        key, equals, content = part.lower().partition("=")
        if not equals or not key:
            raise ValueError(f"invalid field {part}")
        key, content = key.strip(SPACES), content.strip(SPACES)
        if key == "name":
            name = content
        elif key in KEYS:
            KEYS[key](endpoint, content)
        else:
            raise ValueError(f"invalid field key {key}")
    if not name:
        raise ValueError("network name/id is not specified")
    return Network(name, endpoint)


class Flat(Record):
    """What flags of their own say of the first network: --network-alias, --link, --ip and their like."""

    aliases: Sequence[str] = ()
    links: Sequence[str] = ()
    ip: str = ""
    ip6: str = ""
    mac: str = ""
    link_local: Sequence[str] = ()


NOTHING = Flat()


def join_networks(networks: Sequence[Network], flat: Flat = NOTHING) -> dict[str, Endpoint]:
    """EndpointsConfig. Raises ValueError with docker's words.

    A single network without options is named in HostConfig.NetworkMode alone, as docker does for older engines.
    """
    endpoints: dict[str, Endpoint] = {}
    for number, network in enumerate(networks or [Network(DEFAULT, new_endpoint())]):
        if number == 0:
            _apply(flat, network)
        _check(network)
        if network.name in endpoints:
            raise ValueError(f"network {quoted(network.name)} is specified multiple times")
        if not (len(networks) == 1 and network.plain):
            endpoints[network.name] = network.endpoint
    if len({network.user_defined for network in networks}) > 1:
        raise ValueError("conflicting options: cannot attach both user-defined and non-user-defined network-modes")
    return endpoints


def _apply(flat: Flat, network: Network) -> None:
    endpoint = network.endpoint
    own = endpoint["IPAMConfig"] or {}
    twice = {
        "--network-alias and per-network alias": flat.aliases and endpoint["Aliases"],
        "--ip and per-network IPv4 address": flat.ip and own.get("IPv4Address"),
        "--ip6 and per-network IPv6 address": flat.ip6 and own.get("IPv6Address"),
        "--mac-address and per-network MAC address": flat.mac and endpoint["MacAddress"],
        "--link-local-ip and per-network link-local IP addresses": flat.link_local and own.get("LinkLocalIPs"),
    }
    for words, both in twice.items():
        if both:
            raise ValueError(f"conflicting options: cannot specify both {words}")
    if flat.aliases:
        endpoint["Aliases"] = list(flat.aliases)
    if flat.links and network.user_defined:  # on the default network a link is the host's affair
        endpoint["Links"] = list(flat.links)
    addresses = {"IPv4Address": flat.ip, "IPv6Address": flat.ip6, "LinkLocalIPs": list(flat.link_local)}
    own = {**own, **{place: content for place, content in addresses.items() if content}}
    endpoint["IPAMConfig"] = {place: content for place, content in own.items() if content} or None
    endpoint["MacAddress"] = flat.mac or endpoint["MacAddress"]


def _check(network: Network) -> None:
    if not network.name.strip(SPACES):
        raise ValueError("no name set for network")
    if network.endpoint["Aliases"] and not network.user_defined:
        raise ValueError("network-scoped aliases are only supported for user-defined networks")
    own = {place: content for place, content in (network.endpoint["IPAMConfig"] or {}).items() if content}
    network.endpoint["IPAMConfig"] = own or None
    if mac := network.endpoint["MacAddress"]:
        check_mac(mac)
