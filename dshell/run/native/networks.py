"""``--network``: which networks the container joins, and as what.

Rules and refusals are those of docker 28.2, of which one surprises: the long form is lower-cased as a whole.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dshell.line.record import csv_fields
from dshell.pattern import pattern

Endpoint = dict[str, Any]
"""EndpointSettings of the API."""

DEFAULT = "default"
PREDEFINED = {DEFAULT, "bridge", "host", "none"}

_LONG_FORM = pattern(r"\w+=\w+(,\w+=\w+)*", re.ASCII)
_MAC = pattern(r"([0-9a-f]{2})([:-][0-9a-f]{2}){5}|[0-9a-f]{4}(\.[0-9a-f]{4}){2}")


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


class Network(NamedTuple):
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
    if not equals:
        raise ValueError("invalid key value pair format in driver options")
    endpoint["DriverOpts"] = {**(endpoint["DriverOpts"] or {}), key: content}


def _gateway_priority(endpoint: Endpoint, value: str) -> None:
    if not re.fullmatch("[+-]?[0-9]+", value):
        raise ValueError(f"invalid gw-priority ({value}): invalid syntax")
    endpoint["GwPriority"] = int(value)


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
        key, content = key.strip(), content.strip()
        if key == "name":
            name = content
        elif key in KEYS:
            KEYS[key](endpoint, content)
        else:
            raise ValueError(f"invalid field key {key}")
    if not name:
        raise ValueError("network name/id is not specified")
    return Network(name, endpoint)


def join_networks(networks: Sequence[Network]) -> dict[str, Endpoint]:
    """EndpointsConfig. Raises ValueError with docker's words.

    A single network without options is named in HostConfig.NetworkMode alone, as docker does for older engines.
    """
    if not networks:
        return {DEFAULT: new_endpoint()}
    endpoints: dict[str, Endpoint] = {}
    for network in networks:
        _check(network)
        if network.name in endpoints:
            raise ValueError(f'network "{network.name}" is specified multiple times')
        endpoints[network.name] = network.endpoint
    if len({network.user_defined for network in networks}) > 1:
        raise ValueError("conflicting options: cannot attach both user-defined and non-user-defined network-modes")
    return {} if len(networks) == 1 and networks[0].plain else endpoints


def _check(network: Network) -> None:
    if not network.name.strip():
        raise ValueError("no name set for network")
    if network.endpoint["Aliases"] and not network.user_defined:
        raise ValueError("network-scoped aliases are only supported for user-defined networks")
    mac = network.endpoint["MacAddress"]
    if mac and not _MAC.fullmatch(mac.lower()):
        raise ValueError(f"{mac} is not a valid mac address")
