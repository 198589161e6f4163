"""Hosts, addresses and links: ``--add-host``, ``--dns``, ``--dns-search``, ``--link``, ``--mac-address``.

Rules and refusals are those of the docker CLI's opts package.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dshell.line.numbers import quoted
from dshell.pattern import pattern

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

GATEWAY = "host-gateway"
LONGEST_DOMAIN = 255
SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029"
    "\u202f\u205f\u3000"
)
"""Go's unicode.IsSpace."""

_LABEL = r":{0,2}[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = pattern(rf"({_LABEL}(?::?\.{_LABEL})*)\.?[\t\n\f\r ]*")
_MAC = pattern(
    r"[0-9a-f]{2}(?P<mark>[:-])(?:[0-9a-f]{2}(?P=mark)){4}(?:(?:[0-9a-f]{2}(?P=mark)){2}|(?:[0-9a-f]{2}(?P=mark)){14})?"
    r"[0-9a-f]{2}|[0-9a-f]{4}(?:\.[0-9a-f]{4}){2}(?:\.[0-9a-f]{4})?|[0-9a-f]{4}(?:\.[0-9a-f]{4}){9}",
    re.IGNORECASE,
)


def parse_ip(text: str) -> IPv4Address | IPv6Address | None:
    """None for what is no address. A zone makes it none; an IPv4 address in IPv6's dress is an IPv4 address."""
    import ipaddress  # noqa: PLC0415 - 1 ms that most lines need not wait

    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        return None if address.scope_id is not None else address.ipv4_mapped or address
    return address


def parse_subnet(text: str) -> None:
    """``--subnet``: a network; bits of its host do no harm."""
    import ipaddress  # noqa: PLC0415 - as above

    ipaddress.ip_network(text, strict=False)


def parse_server(text: str) -> str:
    """``--dns``: the address in its normal form."""
    address = parse_ip(text.strip(SPACES))
    if address is None:
        raise ValueError(f"IP address is not correctly formatted: {text}")
    return str(address)


def parse_search_domain(text: str) -> str:
    domain = text.strip(" ")
    if domain == ".":
        return domain
    match = _DOMAIN.fullmatch(domain)
    if match is None or not re.search("[a-zA-Z]", domain) or len(match[1]) >= LONGEST_DOMAIN:
        raise ValueError(f"{domain} is not a valid domain")
    return match[1]


def parse_host_entry(text: str) -> str:
    """``--add-host name=address`` or ``name:address``, as ``name:address`` without brackets."""
    name, mark, address = text.partition("=")
    if not mark:
        name, mark, address = text.partition(":")
    if not mark or not name or ":" in name:
        raise ValueError(f"bad format for add-host: {quoted(text)}")
    if address != GATEWAY:
        if len(address) > 2 and address.startswith("[") and address.endswith("]"):
            address = address[1:-1]
        if parse_ip(address.strip(SPACES)) is None:
            raise ValueError(f"invalid IP address in add-host: {quoted(address)}")
    return f"{name}:{address}"


def check_link(text: str) -> None:
    if not text:
        raise ValueError("empty string specified for links")
    if text.count(":") > 1:
        raise ValueError(f"bad format for links: {text}")


def check_mac(text: str) -> None:
    if not _MAC.fullmatch(text.strip(SPACES)):
        raise ValueError(f"{text} is not a valid mac address")
