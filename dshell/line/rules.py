"""What a value may be, by its flag or by what it stands for: tables of rules.

The rules are docker's (28.2), where it or its daemon refuses; what the readers of
``ports``, ``mounts``, ``numbers`` … refuse is asked of them. Nothing here knows a sentence: ``Wrong.about`` is its key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from ipaddress import ip_network

from dshell.grammar.model import Flag, Kind
from dshell.line.addresses import check_link, check_mac, parse_host_entry, parse_ip, parse_server
from dshell.line.devices import (
    check_rule,
    parse_byte_rate,
    parse_device,
    parse_gpus,
    parse_operation_rate,
    parse_weight,
)
from dshell.line.limits import LIMITS, check_sysctl, parse_limit
from dshell.line.mounts import KEYS, is_drive, parse_bind, parse_mount
from dshell.line.near import nearest
from dshell.line.numbers import parse_cpus, parse_duration, parse_float, parse_integer, parse_size, parse_unsigned
from dshell.line.platforms import normalise_platform
from dshell.line.ports import parse_expose, parse_publish
from dshell.line.record import csv_fields
from dshell.line.reference import is_image_id, parse_reference
from dshell.line.rule import Rule, Wrong, between, each, mode, one_of, reads

LEAST_MEMORY = 6 * 1024**2  # bytes; the daemon refuses less
SIGNALS = {
    "ABRT", "ALRM", "BUS", "CHLD", "CLD", "CONT", "FPE", "HUP", "ILL", "INT", "IO", "IOT", "KILL", "PIPE",
    "POLL", "PROF", "PWR", "QUIT", "SEGV", "STKFLT", "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU",
    "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ", "RTMIN", "RTMAX",
}  # fmt: skip
CAPABILITIES = {
    "ALL", "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE",
    "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE",
    "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE", "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST",
    "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYSLOG", "SYS_ADMIN", "SYS_BOOT",
    "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE",
    "SYS_TIME", "SYS_TTY_CONFIG", "WAKE_ALARM",
}  # fmt: skip
BIND_MODES = {
    "ro", "rw", "z", "Z", "nocopy", "shared", "slave", "private", "rshared", "rslave", "rprivate",
    "consistent", "cached", "delegated",
}  # fmt: skip
MOUNT_TYPES = ("bind", "volume", "tmpfs", "image", "npipe", "cluster")
STREAMS = ("stdin", "stdout", "stderr")

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
_NOT_IN_NAME = re.compile(r"[^a-zA-Z0-9_.-]+")
_ABSOLUTE = re.compile(r"/|\\\\|[A-Za-z]:[\\/]")
_REAL_TIME = re.compile(r"RT(?:MIN\+|MAX-)\d+")
_CPU_SET = re.compile(r"\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*")
_DETACH_KEYS = re.compile(r"(?:ctrl-[a-z@\[\\\]^_]|[^,])(?:,(?:ctrl-[a-z@\[\\\]^_]|[^,]))*", re.IGNORECASE)
_RETRIES = re.compile(r"\d+")


def rule_of(path: tuple[str, ...], flag: Flag) -> Rule | None:
    """The rule for a value of ``flag`` of the command at ``path``."""
    own = OF_COMMAND.get(" ".join(path), {}).get(flag.name)
    return own or BY_FLAG.get(flag.name) or BY_KIND.get(flag.kind) or BY_TYPE.get(flag.type)


def _published(value: str) -> Iterable[object]:
    return parse_publish([value])


def _expanded(value: str) -> list[str]:
    return list(parse_expose(value))


def _memory(text: str) -> Wrong | None:
    try:
        size = parse_size(text)
    except ValueError:
        return Wrong("size")
    return Wrong("memory-small") if 0 < size < LEAST_MEMORY else None


def _size(text: str) -> Wrong | None:
    """-1 stands for "no limit" where there may be one, and docker's reader takes it there."""
    return None if text == "-1" else reads(parse_size, "size")(text)


def _name(text: str) -> Wrong | None:
    if _NAME.fullmatch(text) or not text:
        return None
    mended = _NOT_IN_NAME.sub("-", text).strip("-._")
    return Wrong("name", mended if _NAME.fullmatch(mended) else "")


def _bind(text: str) -> Wrong | None:
    try:
        bind = parse_bind(text)
    except ValueError:
        return Wrong("bind")
    parts = [*_drive_apart(bind.rest)]
    target = parts[0] if bind.source else text
    if not _ABSOLUTE.match(target) and not (not bind.source and is_drive(text[:2])):
        return Wrong("bind-target")
    if len(parts) < 2:
        return None
    bad = next((word for word in parts[1].split(",") if word not in BIND_MODES), None)
    return Wrong("bind-mode", nearest(bad, BIND_MODES)) if bad is not None else None


def _drive_apart(rest: str) -> tuple[str, ...]:
    start = 2 if is_drive(rest[:2]) else 0
    target, colon, modes = rest[start:].partition(":")
    return (rest[:start] + target, modes) if colon else (rest,)


def _mount(text: str) -> Wrong | None:
    try:
        fields = csv_fields(text)
    except ValueError:
        return Wrong("mount")
    for field in fields:
        name, equals, value = field.partition("=")
        if name.lower() not in KEYS:
            near = nearest(name.lower(), KEYS)
            return Wrong("mount-key", text.replace(name, near, 1) if near else "")
        if name.lower() == "type" and equals and value.lower() not in MOUNT_TYPES:
            near = nearest(value.lower(), MOUNT_TYPES)
            return Wrong("mount-type", text.replace(f"={value}", f"={near}", 1) if near else "")
    try:
        parsed = parse_mount(text)
    except ValueError as error:
        return Wrong("mount-target" if "target" in str(error) else "mount")
    return None if _ABSOLUTE.match(parsed["Target"]) else Wrong("mount-path")


def _container_path(text: str) -> Wrong | None:
    return None if not text or _ABSOLUTE.match(text) else Wrong("container-path", f"/{text.removeprefix('./')}")


def _signal(text: str) -> Wrong | None:
    word = text.upper().removeprefix("SIG")
    if word in SIGNALS or word.isdigit() or _REAL_TIME.fullmatch(word):
        return None
    near = nearest(word, SIGNALS)
    return Wrong("signal", near and ("SIG" + near if text.upper().startswith("SIG") else near))


def _capability(text: str) -> str:
    return text.upper().removeprefix("CAP_")


def _retries(text: str) -> Wrong | None:
    """The name of the policy is one of the choices that the grammar knows."""
    policy, colon, count = text.partition(":")
    known = policy in ("no", "always", "unless-stopped", "on-failure")
    if not colon or not known or (policy == "on-failure" and _RETRIES.fullmatch(count)):
        return None
    return Wrong("restart-count", policy)


def _named(about: str) -> Rule:
    """``=value`` has no name."""
    return lambda text: None if text.partition("=")[0] else Wrong(about)


def _pair(text: str) -> Wrong | None:
    key, equals, _ = text.partition("=")
    return None if key and equals else Wrong("filter")


def _template(text: str) -> Wrong | None:
    return None if text.count("{{") == text.count("}}") else Wrong("template")


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


BY_TYPE: Mapping[str, Rule] = {
    "bytes": _size,
    "decimal": reads(parse_cpus, "cpus"),
    "duration": reads(parse_duration, "duration"),
    "float": reads(parse_float, "number"),
    "int": reads(parse_integer, "number"),
    "uint": reads(parse_unsigned, "number"),
    "uint16": reads(partial(parse_unsigned, bits=16), "number"),
    "uint32": reads(partial(parse_unsigned, bits=32), "number"),
}

BY_KIND: Mapping[Kind, Rule] = {
    Kind.BIND: _bind,
    Kind.CONTAINER_PATH: _container_path,
    Kind.DETACH_KEYS: lambda text: None if not text or _DETACH_KEYS.fullmatch(text) else Wrong("detach-keys"),
    Kind.ENV: _named("env"),
    Kind.FILTER: _pair,
    Kind.FORMAT: _template,
    Kind.MOUNT: _mount,
    Kind.PLATFORM: each(reads(normalise_platform, "platform")),
    Kind.PORT_MAP: reads(_published, "port"),
    Kind.RESTART: _retries,
    Kind.SIGNAL: _signal,
}

BY_FLAG: Mapping[str, Rule] = {
    "add-host": reads(parse_host_entry, "add-host"),
    "cap-add": one_of(CAPABILITIES, "capability", _capability),
    "cap-drop": one_of(CAPABILITIES, "capability", _capability),
    "device": reads(parse_device, "device"),
    "device-cgroup-rule": reads(check_rule, "device-rule"),
    "device-read-bps": reads(parse_byte_rate, "device-rate"),
    "device-read-iops": reads(parse_operation_rate, "device-rate"),
    "device-write-bps": reads(parse_byte_rate, "device-rate"),
    "device-write-iops": reads(parse_operation_rate, "device-rate"),
    "dns": reads(parse_server, "ip"),
    "expose": reads(_expanded, "expose"),
    "gpus": reads(parse_gpus, "gpus"),
    "ip": _ip(4),
    "ip6": _ip(6),
    "label": _named("label"),
    "link": reads(check_link, "link"),
    "mac-address": reads(check_mac, "mac"),
    "subnet": reads(partial(ip_network, strict=False), "subnet"),
    "sysctl": reads(check_sysctl, "sysctl"),
    "ulimit": _limit,
}
"""By name alone: what these are is the same wherever they are."""

_OF_CONTAINERS: Mapping[str, Rule] = {
    "attach": one_of(STREAMS, "stream", str.lower),
    "blkio-weight": between(10, 1000, "blkio"),
    "blkio-weight-device": reads(parse_weight, "device-rate"),
    "cpuset-cpus": lambda text: None if not text or _CPU_SET.fullmatch(text) else Wrong("cpu-set"),
    "cpuset-mems": lambda text: None if not text or _CPU_SET.fullmatch(text) else Wrong("cpu-set"),
    "ipc": mode(("none", "private", "shareable", "host"), "ipc"),
    "memory": _memory,
    "memory-swappiness": between(0, 100, "swappiness"),
    "name": _name,
    "oom-score-adj": between(-1000, 1000, "oom"),
    "pid": mode(("host",), "pid"),
    "security-opt": _security,
    "tmpfs": lambda text: _container_path(text.partition(":")[0]),
    "userns": mode(("host",), "host-mode"),
    "uts": mode(("host",), "host-mode"),
}

OF_COMMAND: Mapping[str, Mapping[str, Rule]] = {
    "container create": _OF_CONTAINERS,
    "container run": _OF_CONTAINERS,
    "container update": {
        name: _OF_CONTAINERS[name] for name in ("blkio-weight", "cpuset-cpus", "cpuset-mems", "memory")
    },
    "image build": {"tag": _reference},
}

ARGUMENTS: Mapping[Kind, Rule] = dict.fromkeys(
    (Kind.IMAGE, Kind.LOCAL_IMAGE, Kind.REMOTE_IMAGE, Kind.NEW_IMAGE), _reference
)
NEW_NAMES: Mapping[str, Rule] = {"container rename": _name, "volume create": _name}
"""Rules for the last argument, the name that something gets."""
