"""Whether what was read from a daemon's JSON has the types that it promises: a reader takes over what it is given.

Who uses a record far from the connection need not expect a number in the place of a name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin

T = TypeVar("T")
Check = Callable[[object], bool]


def shaped(value: T) -> T:
    """``value``, or ValueError when it is a Record, or holds one, with a field of another type than its own."""
    if isinstance(value, list):
        for each in value:
            shaped(each)
    elif isinstance(value, tuple) and hasattr(value, "_fields") and not _fits(value):
        raise ValueError(f"not what an engine says: {value!r:.200}")
    return value


def _fits(record: Any) -> bool:
    kind: Any = type(record)
    return all(check(value) for check, value in zip(_checks(kind), record, strict=True))


@cache
def _checks(kind: Any) -> tuple[Check, ...]:
    """One for each field; Records are written without ``from __future__ import annotations``."""
    return tuple(_check(annotation) for annotation in kind.__annotations__.values())


def _check(annotation: Any) -> Check:
    origin, inner = get_origin(annotation), [each for each in get_args(annotation) if each is not Ellipsis]
    if origin is UnionType:
        either = [_check(each) for each in inner]
        return lambda value: any(check(value) for check in either)
    if origin is tuple:
        element = _check(inner[0])
        return lambda value: isinstance(value, tuple) and all(map(element, value))
    if origin is Mapping:
        key, held = map(_check, inner)
        return lambda value: isinstance(value, Mapping) and all(key(k) and held(v) for k, v in value.items())
    if annotation is float:
        return lambda value: type(value) in (float, int)
    if hasattr(annotation, "_fields"):
        return lambda value: isinstance(value, annotation) and _fits(value)
    if issubclass(annotation, Enum):
        return lambda value: isinstance(value, annotation)
    return lambda value: type(value) is annotation
