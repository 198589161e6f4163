"""What a value may be, by its flag or by what it stands for: tables of rules.

The rules are docker's (28.2), where it or its daemon refuses; what the readers of
``ports``, ``mounts``, ``numbers`` … refuse is asked of them. Nothing here knows a sentence: ``Wrong.about`` is its key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from dshell.grammar.model import Flag, Kind
from dshell.line import specs
from dshell.line.addresses import check_link, check_mac, parse_host_entry, parse_ip, parse_server, parse_subnet
from dshell.line.devices import (
    check_rule,
    parse_byte_rate,
    parse_device,
    parse_gpus,
    parse_operation_rate,
    parse_weight,
)
from dshell.line.limits import LIMITS, check_sysctl, parse_limit
from dshell.line.near import nearest
from dshell.line.numbers import (
    parse_cpus,
    parse_duration,
    parse_float,
    parse_integer,
    parse_size,
    parse_unsigned,
)
from dshell.line.platforms import normalise_platform
from dshell.line.ports import parse_expose, parse_publish
from dshell.line.reference import is_image_id, parse_reference
from dshell.line.rule import Rule, Wrong, between, each, mode, one_of, reads
from dshell.line.vocabulary import CAPABILITIES, SIGNALS, STREAMS
from dshell.pattern import pattern

LEAST_MEMORY = 6 * 1024**2  # bytes; the daemon refuses less
_NAME = pattern(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_NOT_IN_NAME = pattern(r"[^a-zA-Z0-9_.-]+")
_REAL_TIME = pattern(r"RT(?:MIN\+|MAX-)\d+")
_CPU_SET = pattern(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*")
_DETACH_KEYS = pattern(r"(?:ctrl-[a-z@\[\\\]^_]|[^,])(?:,(?:ctrl-[a-z@\[\\\]^_]|[^,]))*", re.IGNORECASE)
_RETRIES = pattern(r"\+?\d+")


def rule_of(path: tuple[str, ...], flag: Flag) -> Rule | None:
    """The rule for a value of ``flag`` of the command at ``path``."""
    own = OF_COMMAND.get(" ".join(path), {}).get(flag.name)
    keyed = BY_KEYS.get(flag.kind)
    return (
        own
        or BY_FLAG.get(flag.name)
        or (keyed and partial(keyed, flag))
        or BY_KIND.get(flag.kind)
        or BY_TYPE.get(flag.type)
    )


def _published(value: str) -> object:
    """The first port of a range tells of all: those of ``1-65535`` are not made at every key."""
    return next(parse_publish([value]))


def _exposed(value: str) -> object:
    return next(parse_expose(value))


def _memory(text: str) -> Wrong | None:
    try:
        size = parse_size(text)
    except ValueError:
        return Wrong("size")
    return Wrong("memory-small") if 0 < size < LEAST_MEMORY else None


def _swap(text: str) -> Wrong | None:
    """-1 stands for "no limit", here alone."""
    return None if text == "-1" else reads(parse_size, "size")(text)


def _name(text: str) -> Wrong | None:
    if _NAME.fullmatch(text) or not text:
        return None
    mended = _NOT_IN_NAME.sub("-", text).strip("-._")
    return Wrong("name", mended if _NAME.fullmatch(mended) else "")


def _container_path(text: str) -> Wrong | None:
    return None if not text or specs.ABSOLUTE.match(text) else Wrong("container-path", f"/{text.removeprefix('./')}")


def _signal(text: str) -> Wrong | None:
    word = text.upper().removeprefix("SIG")
    if not word or word in SIGNALS or word.isdigit() or _REAL_TIME.fullmatch(word):
        return None
    near = nearest(word, SIGNALS)
    return Wrong("signal", near and ("SIG" + near if text.upper().startswith("SIG") else near))


def _capability(text: str) -> str:
    return text.upper().removeprefix("CAP_")


def _retries(text: str) -> Wrong | None:
    """The name of the policy is one of the choices that the grammar knows."""
    policy, _, count = text.partition(":")
    known = policy in ("", "no", "always", "unless-stopped", "on-failure")
    if not count or not known or (policy == "on-failure" and _RETRIES.fullmatch(count)):
        return None
    return Wrong("restart-count", policy)


def _named(about: str) -> Rule:
    """``=value`` has no name."""
    return lambda text: None if text.partition("=")[0] else Wrong(about)


def _limit(text: str) -> Wrong | None:
    name, equals, rest = text.partition("=")
    if equals and name not in LIMITS:
        near = nearest(name, LIMITS)
        return Wrong("limit-name", f"{near}={rest}" if near else "")
    return reads(parse_limit, "limit")(text)


def _reference(text: str) -> Wrong | None:
    if is_image_id(text):
        return None
    try:
        parse_reference(text)
    except ValueError:
        lower = text.lower()
        if lower != text and _reference(lower) is None:
            return Wrong("reference-case", lower)
        return Wrong("reference")
    return None


def _security(text: str) -> Wrong | None:
    return None if text == "no-new-privileges" or re.match("[^=:]+[=:].", text) else Wrong("security")


def _ip(version: int) -> Rule:
    def rule(text: str) -> Wrong | None:
        address = parse_ip(text)
        return None if not text or (address and address.version == version) else Wrong(f"ip{version}")

    return rule


_PLATFORM = reads(normalise_platform, "platform")

BY_TYPE: Mapping[str, Rule] = {
    "bytes": reads(parse_size, "size"),
    "decimal": reads(parse_cpus, "cpus"),
    "duration": reads(parse_duration, "duration"),
    "float": reads(parse_float, "number"),
    "int": reads(parse_integer, "number"),
    "uint": reads(parse_unsigned, "number"),
    "uint16": reads(partial(parse_unsigned, bits=16), "number"),
    "uint32": reads(partial(parse_unsigned, bits=32), "number"),
}

BY_KIND: Mapping[Kind, Rule] = {
    Kind.BIND: specs.bind,
    Kind.CAPABILITY: one_of(CAPABILITIES, "capability", _capability),
    Kind.CONTAINER_PATH: _container_path,
    Kind.DETACH_KEYS: lambda text: None if not text or _DETACH_KEYS.fullmatch(text) else Wrong("detach-keys"),
    Kind.DEVICE: reads(parse_device, "device"),
    Kind.ENV: _named("env"),
    Kind.HOST_MAP: reads(parse_host_entry, "add-host"),
    Kind.LIMIT: _limit,
    Kind.LINK: reads(check_link, "link"),
    Kind.MAC: reads(check_mac, "mac"),
    Kind.IMAGE: _reference,
    Kind.NEW_IMAGE: _reference,
    Kind.MOUNT: specs.mount,
    Kind.PLATFORM: lambda text: each(_PLATFORM)(text) if text else None,
    Kind.PORT: reads(_exposed, "expose"),
    Kind.PORT_MAP: reads(_published, "port"),
    Kind.RESTART: _retries,
    Kind.SECURITY: _security,
    Kind.SET: lambda text: None if not text or _CPU_SET.fullmatch(text) else Wrong("cpu-set"),
    Kind.SIGNAL: _signal,
    Kind.SUBNET: each(reads(parse_subnet, "subnet")),
    Kind.SYSCTL: reads(check_sysctl, "sysctl"),
    Kind.TMPFS: lambda text: _container_path(text.partition(":")[0]),
}

BY_FLAG: Mapping[str, Rule] = {
    "blkio-weight-device": reads(parse_weight, "device-rate"),
    "device-cgroup-rule": reads(check_rule, "device-rule"),
    "device-read-bps": reads(parse_byte_rate, "device-rate"),
    "device-read-iops": reads(parse_operation_rate, "device-rate"),
    "device-write-bps": reads(parse_byte_rate, "device-rate"),
    "device-write-iops": reads(parse_operation_rate, "device-rate"),
    "dns": reads(parse_server, "ip"),
    "gpus": reads(parse_gpus, "gpus"),
    "ip": _ip(4),
    "ip6": _ip(6),
    "label": _named("label"),
    "memory-swap": _swap,
}
"""By name alone: what these are is the same wherever they are."""

_OF_CONTAINERS: Mapping[str, Rule] = {
    "attach": one_of(STREAMS, "stream", str.lower),
    "blkio-weight": between(10, 1000, "blkio"),
    "ipc": mode(("none", "private", "shareable", "host"), "ipc"),
    "memory": _memory,
    "memory-swappiness": between(0, 100, "swappiness"),
    "name": _name,
    "oom-score-adj": between(-1000, 1000, "oom"),
    "pid": mode(("host",), "pid"),
    "platform": lambda text: _PLATFORM(text) if text else None,
    "userns": mode(("host",), "host-mode"),
    "uts": mode(("host",), "host-mode"),
}

BY_KEYS: Mapping[Kind, Callable[[Flag, str], Wrong | None]] = {
    Kind.FILTER: specs.filter_,
    Kind.FORMAT: specs.template,
    Kind.NETWORK_MODE: specs.network,
}
"""Rules that read what the grammar knows of the flag."""

OF_COMMAND: Mapping[str, Mapping[str, Rule]] = {
    "container create": _OF_CONTAINERS,
    "container run": _OF_CONTAINERS,
    "container update": _OF_CONTAINERS,
}

ARGUMENTS: Mapping[Kind, Rule] = dict.fromkeys(
    (Kind.IMAGE, Kind.LOCAL_IMAGE, Kind.REMOTE_IMAGE, Kind.NEW_IMAGE), _reference
)
NEW_NAMES: Mapping[str, Rule] = {"container rename": _name, "volume create": _name}
"""Rules for the last argument, the name that something gets."""
