"""Rules for values that are made of parts: mounts, networks, filters, templates. Each answers None or what is Wrong."""

from __future__ import annotations

import re

from dshell.grammar.model import Flag, Kind
from dshell.line.addresses import check_mac
from dshell.line.mounts import KEYS, is_drive, parse_bind, parse_mount
from dshell.line.near import nearest
from dshell.line.numbers import TRUTHS, parse_integer
from dshell.line.record import csv_fields
from dshell.line.rule import Wrong, reads
from dshell.line.vocabulary import BIND_MODES, MOUNT_TYPES
from dshell.pattern import pattern

ABSOLUTE = pattern(r"/|\\\\|[A-Za-z]:[\\/]")
_TEMPLATE_FIELD = pattern(r"\{\{\s*(?:(?:json|upper|lower|title)\s+)?\.(?P<name>[A-Z]\w*)")


def bind(text: str) -> Wrong | None:
    try:
        bind = parse_bind(text)
    except ValueError:
        return Wrong("bind")
    parts = [*_drive_apart(bind.rest)]
    target = parts[0] if bind.source else text
    if not ABSOLUTE.match(target) and not (not bind.source and is_drive(text[:2])):
        return Wrong("bind-target")
    if len(parts) < 2:
        return None
    bad = next((word for word in parts[1].split(",") if word not in BIND_MODES), None)
    return Wrong("bind-mode", nearest(bad, BIND_MODES)) if bad is not None else None


def _drive_apart(rest: str) -> tuple[str, ...]:
    start = 2 if is_drive(rest[:2]) else 0
    target, colon, modes = rest[start:].partition(":")
    return (rest[:start] + target, modes) if colon else (rest,)


def mount(text: str) -> Wrong | None:
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
    return None if ABSOLUTE.match(parsed["Target"]) else Wrong("mount-path")


def network(flag: Flag, text: str) -> Wrong | None:
    """A name, or ``name=…`` with what it is there."""
    if not text:
        return Wrong("network")
    if not re.search(r"\w=\w", text):
        return None
    try:
        fields = [field.partition("=") for field in csv_fields(text)]
    except ValueError:
        return Wrong("network")
    keys = {key.name: key for key in flag.keys}
    for name, equals, value in fields:
        key = keys.get(name.strip().lower())
        if not equals or (keys and key is None):
            near = nearest(name.strip().lower(), keys)
            return Wrong("network", text.replace(f"{name}=", f"{near}=", 1) if near and equals else "")
        wrong = reads(check_mac, "mac")(value) if key and key.kind is Kind.MAC else None
        if wrong or (key and key.kind is Kind.NUMBER and reads(parse_integer, "number")(value)):
            return wrong or Wrong("number")
        if key and key.kind is Kind.KEY_VALUE and "=" not in value:
            return Wrong("network")
    return None if not keys or any(name.strip() == "name" for name, _, _ in fields) else Wrong("network")


def filter_(flag: Flag, text: str) -> Wrong | None:
    name, equals, value = text.partition("=")
    if not name or not equals:
        return Wrong("filter")
    keys = {key.name: key for key in flag.keys}
    key = keys.get(name)  # label! is a key of its own, of those that delete
    if keys and key is None:
        near = nearest(name, keys)
        return Wrong("filter-key", f"{near}={value}" if near else "")
    if key and key.kind is Kind.CHOICE and value not in key.choices and not (value in TRUTHS and "true" in key.choices):
        near = nearest(value, key.choices)
        return Wrong("filter-value", f"{name}={near}" if near else "")
    return None


def template(flag: Flag, text: str) -> Wrong | None:
    """Fields are judged where they are those of a row of a list; what an object has depends on the object."""
    if text.count("{{") != text.count("}}"):
        return Wrong("template")
    rows = bool(flag.fields) and not any("." in field for field in flag.fields)
    if not rows or re.search(r"\{\{-?\s*(?:range|with)\b", text):
        return None
    for match in _TEMPLATE_FIELD.finditer(text):
        if match["name"] not in (*flag.fields, "Label"):
            near = nearest(match["name"], flag.fields)
            return Wrong("template-field", text.replace(f".{match['name']}", f".{near}", 1) if near else "")
    return None
