"""Values as docker's flag parser reads them: truths, whole numbers, sizes, and fields of one row of CSV.

Every function raises ValueError with docker's words for what cannot be.
"""

from __future__ import annotations

import json
import re

TRUTHS = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}

_INTEGER = re.compile(r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)")
_SIZE_END = re.compile(r".*[0-9. ]", re.DOTALL)
_UNITS = {unit: 1024**power for power, unit in enumerate("bkmgtp")}


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
