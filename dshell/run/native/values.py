"""What the flags of a call say, read as docker's flag parser (pflag) reads them.

Two steps, as in docker: ``read_values`` refuses a value that its flag can never take, in the order of the words; what
the values mean together is seen later, when a request is built from them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from dshell.errors import Declined
from dshell.grammar.model import Flag
from dshell.run.base import Call, Setting

Check = Callable[[str], object]
"""Reads one value; raises ValueError with docker's words when it cannot be."""

TRUTHS = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}

_INTEGER = re.compile(r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)")
_SIZE_END = re.compile(r".*[0-9. ]", re.DOTALL)
_UNITS = {unit: 1024**power for power, unit in enumerate("bkmgtp")}


class Values(NamedTuple):
    """The flags of one call by long name. A flag that was not given answers with its default."""

    settings: tuple[Setting, ...] = ()

    def given(self, name: str) -> bool:
        return any(setting.name == name for setting in self.settings)

    def every(self, name: str) -> tuple[str, ...]:
        """All values, in the order given."""
        return tuple(setting.value for setting in self.settings if setting.name == name)

    def text(self, name: str, default: str = "") -> str:
        """The last value: repeating a flag that has one value replaces it."""
        return next(reversed(self.every(name)), default)

    def on(self, name: str, default: bool = False) -> bool:
        value = next(reversed(self.every(name)), None)
        return default if value is None else TRUTHS[value or "true"]

    def number(self, name: str) -> int:
        """Of a flag that was given."""
        return parse_integer(self.text(name))


def read_values(call: Call, checks: Mapping[str, Check]) -> Values:
    """Raises Declined with docker's words for the first value that its flag does not take."""
    for setting in call.settings:
        flag = call.command.flags[setting.name]
        check = checks.get(setting.name) or BY_TYPE.get(flag.type)
        if check is None:
            continue
        try:
            check(setting.value)
        except ValueError as error:
            quoted = json.dumps(setting.value, ensure_ascii=False)
            words = f'invalid argument {quoted} for "{_spelled(flag)}" flag: {error}'
            raise Declined(words, usage=True) from error
    return Values(call.settings)


def _spelled(flag: Flag) -> str:
    return f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"


def parse_bool(value: str) -> bool:
    """A bare flag, whose value is "", is true."""
    if value and value not in TRUTHS:
        raise ValueError(f"strconv.ParseBool: parsing {json.dumps(value, ensure_ascii=False)}: invalid syntax")
    return TRUTHS[value or "true"]


def parse_integer(value: str) -> int:
    """A whole number as Go writes it: ``0x10``, ``010`` is eight, ``0b11``, ``1_000``."""
    if not _INTEGER.fullmatch(value):
        raise ValueError(f"strconv.ParseInt: parsing {json.dumps(value, ensure_ascii=False)}: invalid syntax")
    number = int(re.sub(r"^([+-]?)0_?(?=[0-7])", r"\g<1>0o", value), 0)
    if not -(2**63) <= number < 2**63:
        raise ValueError(f'strconv.ParseInt: parsing "{value}": value out of range')
    return number


def parse_size(value: str) -> int:
    """Bytes: a number and, if any, one of b k m g t p with ``b`` or ``ib`` behind it; powers of 1024."""
    match = _SIZE_END.match(value)
    wrong = ValueError(f"invalid size: '{value}'")
    if match is None:
        raise wrong
    number, unit = match[0], value[match.end() :].lower()
    factor = 1 if not unit else _UNITS.get(unit[0])
    if factor is None or unit[1:] not in {"", "b", "ib"} or (unit.startswith("b") and len(unit) > 1):
        raise wrong
    try:
        size = float(number.removesuffix(" "))
    except ValueError:
        raise wrong from None
    if size < 0 or (number != number.strip() and not number.endswith(" ")):
        raise wrong
    return int(size * factor)


BY_TYPE: Mapping[str, Check] = {"bool": parse_bool, "int": parse_integer}


def csv_fields(text: str) -> list[str]:
    """The fields of one CSV record, with the refusals of Go's encoding/csv, columns counted from 1."""
    if not text:
        raise ValueError("EOF")
    fields: list[str] = []
    at = 0
    while True:
        field, at = _quoted_field(text, at) if text.startswith('"', at) else _bare_field(text, at)
        fields.append(field)
        if at == len(text):
            return fields
        at += 1


def _bare_field(text: str, start: int) -> tuple[str, int]:
    end = text.find(",", start)
    end = len(text) if end < 0 else end
    quote = text.find('"', start, end)
    if quote >= 0:
        raise ValueError(f'parse error on line 1, column {quote + 1}: bare " in non-quoted-field')
    return text[start:end], end


def _quoted_field(text: str, start: int) -> tuple[str, int]:
    value, at = "", start + 1
    while True:
        quote = text.find('"', at)
        end = quote + 1
        if quote >= 0 and text[end : end + 1] == '"':
            value, at = value + text[at:end], end + 1
        elif quote >= 0 and (end == len(text) or text[end] == ","):
            return value + text[at:quote], end
        else:
            column = (len(text) if quote < 0 else quote) + 1
            raise ValueError(f'parse error on line 1, column {column}: extraneous or missing " in quoted-field')
