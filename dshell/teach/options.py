"""Words that docker and Linux have a meaning of their own for: users, signals, policies, variables, filters …"""

from __future__ import annotations

from contextlib import suppress

from dshell.line.addresses import GATEWAY, parse_host_entry
from dshell.line.devices import parse_device, parse_gpus
from dshell.line.fences import is_unguarded
from dshell.line.platforms import normalise_platform
from dshell.line.secrets import reveals_pair
from dshell.pattern import pattern
from dshell.teach.value import Value

_FIELD = pattern(r"\{\{[^}]*?\.(?P<name>[A-Za-z][\w.]*)")
_SHOWN = 4  # fields of a template that a sentence names


def variable(value: Value) -> str:
    """A secret's value is not shown once more; for ``KEY`` alone, only whether it is set here."""
    name, equals, content = value.text.partition("=")
    if not name or name.startswith("$"):
        return ""
    if equals:
        secret = reveals_pair(name, content)
        return value.say("env.secret" if secret else "env.set" if content else "env.empty", name=name, value=content)
    if value.hand.environ is None:
        return value.say("env.pass", name=name)
    return value.say("env.pass-set" if value.hand.set(name) else "env.pass-unset", name=name)


def restart(value: Value) -> str:
    policy, _, count = value.text.partition(":")
    key = f"restart.{policy}"
    if not value.known(key):
        return ""
    counted = count.isdigit() and count.strip("0")  # 0 is no limit
    return value.say("restart.times", text=value.say(key), times=count) if counted else value.say(key)


def user(value: Value) -> str:
    return _user(value, "user", "group")


def group(value: Value) -> str:
    return _who(value, value.text, "group") if value.literal and value.text else ""


def _user(value: Value, who: str, whose: str) -> str:
    if not value.literal or not value.text:
        return ""
    name, colon, members = value.text.partition(":")
    said = _who(value, name, who) if name else ""
    if colon and members:
        other = _who(value, members, whose)
        return value.say("user.both", user=said, group=other) if said else other
    return said


def _who(value: Value, name: str, key: str) -> str:
    if key == "user" and name in ("root", "0"):
        return value.say("user.root")
    return value.say(f"user.{key}-number" if name.isdigit() else f"user.{key}-name", name=name)


def signal(value: Value) -> str:
    name = value.text.upper().removeprefix("SIG")
    return value.say(f"signal.{name}") if value.known(f"signal.{name}") else ""


def capability(value: Value) -> str:
    name = value.text.upper().removeprefix("CAP_")
    return value.say(f"capability.{name}") if value.known(f"capability.{name}") else ""


def security(value: Value) -> str:
    return value.say("security.off") if is_unguarded(value.text) else ""


def platform(value: Value) -> str:
    if not value.literal:
        return ""
    parts = []
    for text in value.text.split(","):
        with suppress(ValueError):
            system, machine = normalise_platform(text).split("/", 1)
            on = f"platform.machine.{machine.replace('/', '-')}"
            os = f"platform.system.{system}"
            parts.append(
                value.say(
                    "platform.both",
                    system=value.say(os) if value.known(os) else system,
                    machine=value.say(on) if value.known(on) else machine,
                )
            )
    return ", ".join(parts)


def namespace(value: Value) -> str:
    """``--pid``, ``--ipc``, ``--uts``, ``--userns``."""
    kind, colon, name = value.text.partition(":")
    if kind == "container" and colon:
        return value.say("namespace.container", name=name)
    flag = value.flag.name if value.flag else ""
    key = f"namespace.{flag}-{kind}"
    return value.say(key) if value.known(key) else ""


def log_driver(value: Value) -> str:
    key = f"log.{value.text}"
    return value.say(key) if value.known(key) else ""


def device(value: Value) -> str:
    with suppress(ValueError):
        found = parse_device(value.text)
        said = value.say("device.whole", host=found["PathOnHost"], inside=found["PathInContainer"])
        rights = found["CgroupPermissions"]
        return said if set(rights) == set("rwm") else value.say("device.some", text=said, rights=_rights(value, rights))
    return ""


def _rights(value: Value, letters: str) -> str:
    return ", ".join(value.say(f"device.{letter}") for letter in letters)


def gpus(value: Value) -> str:
    with suppress(ValueError):
        request = parse_gpus(value.text)
        if devices := request["DeviceIDs"]:
            return value.say("gpus.devices", names=", ".join(devices))
        count = request["Count"]
        return value.say("gpus.all") if count == -1 else value.say("gpus.some", count=count)
    return ""


def host_entry(value: Value) -> str:
    with suppress(ValueError):
        name, address = parse_host_entry(value.text).split(":", 1)
        key = "host.gateway" if address == GATEWAY else "host.entry"
        return value.say(key, name=name, address=address)
    return ""


def filter_(value: Value) -> str:
    """``status=exited``: which of all are meant."""
    name, equals, content = value.text.partition("=")
    if not equals or not name:
        return ""
    key = f"filter.{name}"
    return value.say(key if value.known(key) else "filter.other", name=name, value=content)


def template(value: Value) -> str:
    text = value.text
    if text in ("json", "table", "pretty"):
        return value.say(f"template.{text}")
    fields = [*dict.fromkeys(match["name"] for match in _FIELD.finditer(text))]
    if not fields:
        return ""
    names = ", ".join(fields[:_SHOWN]) + (", …" if len(fields) > _SHOWN else "")
    key = "columns" if text.startswith("table ") else "json-of" if "json" in text else "fields"
    return value.say(f"template.{key}", names=names)
