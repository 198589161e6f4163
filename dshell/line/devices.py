"""``--device``, ``--gpus`` and what limits a device: weights, rates and cgroup rules.

Rules and refusals are those of the docker CLI's opts package; names of devices that a vendor describes (CDI) are those
of tags.cncf.io/container-device-interface.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import Any

from dshell.line.numbers import parse_decimal, parse_plain_unsigned, parse_size
from dshell.line.record import csv_fields
from dshell.pattern import pattern

Request = dict[str, Any]
"""DeviceRequest of the API."""

_RULE = pattern(r"[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}")
# One sign too many before the last is not seen by the library either.
_VENDOR = r"[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?"
_QUALIFIED = pattern(rf"{_VENDOR}/{_VENDOR}=[A-Za-z0-9](?:[A-Za-z0-9_.:-]*[A-Za-z0-9])?")


def is_qualified(device: str) -> bool:
    """``vendor.com/class=name``."""
    return bool(_QUALIFIED.fullmatch(device))


def parse_device(text: str) -> dict[str, str]:
    """``src[:dst][:permissions]``. Raises ValueError with docker's words."""
    parts = text.split(":")
    if len(parts) > 3 or not parts[0]:
        raise ValueError(f"bad format for path: {text}")
    source, target, permissions = parts[0], parts[0], "rwm"
    if len(parts) == 1:
        source = clean(source)
    elif len(parts) == 2 and _is_mode(parts[1]):
        source, permissions = clean(source), parts[1]
    elif len(parts) == 2:
        target = parts[1]
    else:
        target, permissions = parts[1], parts[2]
        if not _is_mode(permissions):
            raise ValueError(f"bad mode specified: {permissions}")
    if not target.startswith("/"):
        raise ValueError(f"{target} is not an absolute path")
    if len(parts) == 2 and target == parts[1]:
        target = clean(target)
    return {
        "PathOnHost": source,
        "PathInContainer": target if len(parts) > 1 and permissions != parts[1] else source,
        "CgroupPermissions": permissions,
    }


def _is_mode(text: str) -> bool:
    return bool(text) and len(set(text)) == len(text) and set(text) <= set("rwm")


def clean(path: str) -> str:
    """Go's path.Clean; Python's keeps two slashes at the start."""
    plain = posixpath.normpath(path)
    return plain[1:] if plain.startswith("//") else plain


def check_rule(text: str) -> None:
    if not _RULE.fullmatch(text):
        raise ValueError(f"invalid device cgroup format '{text}'")


def _device_and(text: str) -> tuple[str, str]:
    device, colon, rest = text.partition(":")
    if not colon or not device:
        raise ValueError(f"bad format: {text}")
    if not device.startswith("/dev/"):
        raise ValueError(f"bad format for device path: {text}")
    return device, rest


def parse_weight(text: str) -> dict[str, object]:
    device, rest = _device_and(text)
    wrong = ValueError(f"invalid weight for device: {text}")
    try:
        weight = parse_plain_unsigned(rest, 16)
    except ValueError:
        raise wrong from None
    if weight and not 10 <= weight <= 1000:
        raise wrong
    return {"Path": device, "Weight": weight}


def _rate(read: Callable[[str], int], form: str, text: str) -> dict[str, object]:
    device, rest = _device_and(text)
    try:
        rate = read(rest)
    except ValueError:
        rate = -1
    if rate < 0:
        raise ValueError(f"invalid rate for device: {text}. The correct format is {form}")
    return {"Path": device, "Rate": rate}


def parse_byte_rate(text: str) -> dict[str, object]:
    unit = "Number must be a positive integer. Unit is optional and can be kb, mb, or gb"
    return _rate(parse_size, f"<device-path>:<number>[<unit>]. {unit}", text)


def parse_operation_rate(text: str) -> dict[str, object]:
    return _rate(parse_plain_unsigned, "<device-path>:<number>. Number must be a positive integer", text)


def _count(text: str) -> int:
    if text == "all":
        return -1
    try:
        return parse_decimal(text, "Atoi")
    except ValueError as error:
        why = str(error).rpartition(": ")[2]
        wanted = 'value must be either "all" or an integer'
        raise ValueError(f"invalid count ({text}): {wanted}: {why}") from None


def _options(text: str) -> dict[str, str]:
    try:
        fields = csv_fields(text)
    except ValueError as error:
        raise ValueError(f"failed to read gpu options: {error}") from None
    return {key: value for key, _, value in (field.partition("=") for field in fields)}


GPU_KEYS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "driver": ("Driver", str),
    "count": ("Count", _count),
    "device": ("DeviceIDs", lambda text: text.split(",")),
    "capabilities": ("Capabilities", lambda text: [[*text.split(","), "gpu"]]),
    "options": ("Options", _options),
}


def parse_gpus(text: str) -> Request:
    """``all``, a count, or ``device=0,capabilities=utility``. Raises ValueError with docker's words."""
    request: Request = {"Driver": "", "Count": 0, "DeviceIDs": None, "Capabilities": [["gpu"]], "Options": {}}
    seen = set()
    for field in csv_fields(text):
        key, equals, value = field.partition("=")
        if key in seen:
            raise ValueError(f"gpu request key '{key}' can be specified only once")
        seen.add(key)
        if not equals:
            seen.add("count")
            request["Count"] = _count(key)
        elif key in GPU_KEYS:
            place, read = GPU_KEYS[key]
            request[place] = read(value)
        else:
            raise ValueError(f"unexpected key '{key}' in '{field}'")
    if "count" not in seen and request["DeviceIDs"] is None:
        request["Count"] = 1
    return request


def named_devices(names: list[str]) -> Request:
    """The request for devices that a vendor describes."""
    return {"Driver": "cdi", "Count": 0, "DeviceIDs": names, "Capabilities": None, "Options": None}
