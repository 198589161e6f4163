"""Amounts: sizes, times, processors and limits, as a person says them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from dshell.line.limits import UNLIMITED, parse_limit
from dshell.line.numbers import NANOS, parse_cpus, parse_duration, parse_integer, parse_size
from dshell.teach.texts import NO_BREAK, UNITS
from dshell.teach.value import Value

STEP = 1024

ZERO = {
    **dict.fromkeys(("memory", "memory-reservation", "kernel-memory", "io-maxbandwidth"), "none"),
    **dict.fromkeys(("limit-memory", "limit-bytes"), "none"),
    **dict.fromkeys(("memory-swap", "shm-size"), "default"),
}
"""What 0 means to the flags to which it is no size."""


def size(value: Value) -> str:
    """In the units that docker counts in, powers of 1024, with the names that people use: ``512m`` is 512 MB."""
    if value.text == "-1":
        return value.say("size.none")
    if value.text == "0":
        key = ZERO.get(value.flag.name if value.flag else "")
        return value.say(f"size.{key}") if key else ""
    count = float(_number(parse_size, value) or 0)
    if count <= 0:  # more than 64 bits hold
        return ""
    unit = 0
    while count >= STEP and unit < len(UNITS) - 1:
        count /= STEP
        unit += 1
    number = value.texts.number(count, 0 if count == round(count) else 1)
    return value.say("size.amount", size=number + NO_BREAK + value.texts.say(f"language.size.{UNITS[unit]}"))


def duration(value: Value) -> str:
    nanos = _number(parse_duration, value)
    return "" if nanos is None else value.say("time.length", time=value.texts.duration(nanos / NANOS))


def seconds(value: Value) -> str:
    count = _number(parse_integer, value)
    if count is None:
        return ""
    return value.say("time.forever") if count < 0 else value.say("time.length", time=value.texts.duration(count))


def moment(value: Value) -> str:
    """Of logs and events: a length of time means as long ago."""
    nanos = _number(parse_duration, value)
    key = "until" if value.flag and value.flag.name == "until" else "ago"
    return value.say(f"time.{key}", time=value.texts.duration(nanos / NANOS)) if nanos else ""


def cpus(value: Value) -> str:
    nanos = _number(parse_cpus, value)
    if nanos is None or nanos <= 0:
        return ""
    count = nanos / NANOS
    number = value.texts.number(count, 0 if count == round(count) else 2).rstrip("0" if count != round(count) else "")
    return value.say("cpus.part" if count < 1 else "cpus.whole", cpus=number, count=number, percent=round(count * 100))


def cpu_set(value: Value) -> str:
    return value.say("cpus.set", cpus=value.text) if value.literal and value.text else ""


def ulimit(value: Value) -> str:
    if not value.literal:
        return ""
    with suppress(ValueError):
        limit = parse_limit(value.text)
        name = str(limit["Name"])
        what = value.say(f"limit.{name}") if value.known(f"limit.{name}") else name
        soft, hard = (value.say("limit.none") if n == UNLIMITED else n for n in (limit["Soft"], limit["Hard"]))
        return value.say("limit.one" if soft == hard else "limit.two", what=what, soft=soft, hard=hard)
    return ""


def _number(read: Callable[[str], int], value: Value) -> int | None:
    if value.literal:
        with suppress(ValueError):
            return read(value.text)
    return None
