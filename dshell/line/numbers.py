"""Numbers, sizes, durations and quoted words as Go reads and writes them; docker's refusals are Go's own words.

Every reader raises ValueError with those words. A number that is too large for its place becomes what Go makes of it.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from dshell.pattern import pattern

if TYPE_CHECKING:
    from fractions import Fraction

NANOS = 10**9
HIGHEST_POWER = 10**6

_INTEGER = pattern(r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)")
_DECIMAL = pattern(r"[+-]?[0-9]+")
_DIGITS = r"[0-9](?:_?[0-9])*"
_HEX = r"[0-9a-fA-F](?:_?[0-9a-fA-F])*"
_FLOAT = pattern(
    rf"[+-]?(?:(?:{_DIGITS}\.?(?:{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?"
    rf"|0[xX]_?(?:{_HEX}\.?(?:{_HEX})?|\.{_HEX})[pP][+-]?{_DIGITS})"
)
_SIZE_END = pattern(r".*[0-9. ]", re.DOTALL)
_UNITS: dict[str, int] = {unit: 1024**power for power, unit in enumerate("kmgtp", 1)}
_STEPS = {"ns": 1, "us": 1000, "µs": 1000, "μs": 1000, "ms": 10**6, "s": NANOS, "m": 60 * NANOS, "h": 3600 * NANOS}
_STEP = pattern(r"(?P<number>[0-9]*(?:\.[0-9]*)?)(?P<unit>[^0-9.]*)")
_RATIONAL = pattern(
    r"(?P<sign>[+-]?)(?:(?P<top>[^/]+)/(?P<bottom>[^/]+)"
    rf"|(?P<prefix>0[bBoOxX]_?)(?P<based>(?:{_HEX})?)(?:\.(?P<based_part>(?:{_HEX})?))?(?:[pP](?P<twos>[+-]?{_DIGITS}))?"
    rf"|(?P<whole>(?:{_DIGITS})?)(?:\.(?P<part>(?:{_DIGITS})?))?(?:(?P<mark>[eEpP])(?P<power>[+-]?{_DIGITS}))?)"
)
_ESCAPES = {"\a": r"\a", "\b": r"\b", "\f": r"\f", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\v": r"\v"}
_SURROGATES = range(0xDC80, 0xDD00)  # bytes of a command line that are no text


def quoted(text: str) -> str:
    """Go's ``%q``."""
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    if code in _SURROGATES:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x20 or code == 0x7F:
        return _ESCAPES.get(character, f"\\x{code:02x}")
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _refused(function: str, text: str, why: str = "invalid syntax") -> ValueError:
    return ValueError(f"strconv.{function}: parsing {quoted(text)}: {why}")


def _literal(text: str) -> int:
    return int(re.sub(r"^([+-]?)0_?(?=[0-7])", r"\g<1>0o", text), 0)


def parse_integer(text: str) -> int:
    """64 bits, as in Go's source: ``0x10``, ``010`` is eight, ``0b11``, ``1_000``."""
    if not _INTEGER.fullmatch(text):
        raise _refused("ParseInt", text)
    return _in_bounds("ParseInt", text, _literal(text), -(2**63), 2**63)


def parse_unsigned(text: str, bits: int = 64) -> int:
    """As in Go's source, without a sign."""
    if not _INTEGER.fullmatch(text) or text[0] in "+-":
        raise _refused("ParseUint", text)
    return _in_bounds("ParseUint", text, _literal(text), 0, 2**bits)


def parse_decimal(text: str, function: str = "ParseInt") -> int:
    """64 bits of plain digits. ``function``: Go's, for the refusal."""
    if not _DECIMAL.fullmatch(text):
        raise _refused(function, text)
    return _in_bounds(function, text, int(text), -(2**63), 2**63)


def parse_plain_unsigned(text: str, bits: int = 64, base: int = 10) -> int:
    """Plain digits, no sign and no prefix."""
    if not text or not all("0" <= digit < chr(ord("0") + base) for digit in text):
        raise _refused("ParseUint", text)
    return _in_bounds("ParseUint", text, int(text, base), 0, 2**bits)


def _in_bounds(function: str, text: str, number: int, low: int, high: int) -> int:
    if not low <= number < high:
        raise _refused(function, text, "value out of range")
    return number


def parse_bool(text: str) -> bool:
    if text not in TRUTHS:
        raise _refused("ParseBool", text)
    return TRUTHS[text]


TRUTHS = {
    **dict.fromkeys(("1", "t", "T", "true", "TRUE", "True"), True),
    **dict.fromkeys(("0", "f", "F", "false", "FALSE", "False"), False),
}


def parse_float(text: str) -> float:
    if text.lower().lstrip("+-") in {"inf", "infinity", "nan"} and not text.startswith(("++", "--", "+-", "-+")):
        return float(text)
    if not _FLOAT.fullmatch(text):
        raise _refused("ParseFloat", text)
    plain = text.replace("_", "")
    number = float.fromhex(plain) if "x" in plain.lower() else float(plain)
    if math.isinf(number):
        raise _refused("ParseFloat", text, "value out of range")
    return number


def parse_size(text: str) -> int:
    """Bytes: a number and, if any, one of b k m g t p with ``b`` or ``ib`` behind it; powers of 1024."""
    match = _SIZE_END.match(text)
    if match is None:
        raise ValueError(f"invalid size: '{text}'")
    size = parse_float(match[0].removesuffix(" "))
    if size < 0:
        raise ValueError(f"invalid size: '{text}'")
    unit = text[match.end() :]
    return _truncated(size * _factor(unit) if unit else size)


def _factor(unit: str) -> int:
    short = len(unit.encode(errors="surrogateescape")) <= 3
    lower = unit.lower() if short else unit
    if short and lower == "b":
        return 1
    if not short or lower[0] not in _UNITS or lower[1:] not in {"", "b", "ib"}:
        raise ValueError(f"invalid suffix: '{lower}'")
    return _UNITS[lower[0]]


def _truncated(number: float) -> int:
    """What 64 bits hold of it on amd64."""
    return int(number) if -(2.0**63) <= number < 2.0**63 else -(2**63)


def parse_duration(text: str) -> int:
    """Nanoseconds: ``1h30m``, ``1.5s``; a unit is required, but for 0."""
    wrong = ValueError(f"time: invalid duration {_time_quoted(text)}")
    negative, rest = text.startswith("-"), text[1:] if text[:1] in {"+", "-"} else text
    if rest == "0":
        return 0
    if not rest:
        raise wrong
    total = 0
    while rest:
        match = _STEP.match(rest)
        if match is None or match["number"] in {"", "."}:
            raise wrong
        if not match["unit"]:
            raise ValueError(f"time: missing unit in duration {_time_quoted(text)}")
        if match["unit"] not in _STEPS:
            unit, whole = _time_quoted(match["unit"]), _time_quoted(text)
            raise ValueError(f"time: unknown unit {unit} in duration {whole}")
        total += _step(match["number"], _STEPS[match["unit"]], wrong)
        if total > 2**63:
            raise wrong
        rest = rest[match.end() :]
    if total == 2**63 and not negative:
        raise wrong
    return -total if negative else total


def _step(number: str, unit: int, wrong: ValueError) -> int:
    whole, _, part = number.partition(".")
    if int(whole or "0") > 2**63 // unit:
        raise wrong
    # Go leaves out the digits of a fraction that 63 bits cannot hold, and multiplies as a float.
    kept = part
    while kept and int(kept) >= 2**63:
        kept = kept[:-1]
    scale = math.pow(10.0, len(kept))
    return int(whole or "0") * unit + (int(float(int(kept)) * (float(unit) / scale)) if kept else 0)


def _time_quoted(text: str) -> str:
    """Go's package time quotes in a way of its own: every byte that is not plain ASCII is escaped."""
    out = []
    for character in text:
        if character in '"\\':
            out.append("\\" + character)
        elif " " <= character < "\x7f":
            out.append(character)
        else:
            out += [f"\\x{byte:02x}" for byte in character.encode(errors="surrogateescape")]
    return f'"{"".join(out)}"'


def parse_cpus(text: str) -> int:
    """Billionths of a CPU: ``1.5``, ``3/2``, ``1e-1``."""
    rational = _rational(text)
    if rational is None:
        raise ValueError(f"failed to parse {text} as a rational number")
    nanos = rational * NANOS
    if nanos.denominator != 1:
        raise ValueError("value is too precise")
    low = abs(nanos.numerator) % 2**64
    low = low - 2**64 if low >= 2**63 else low
    low = -low if nanos < 0 else low
    return low if low < 2**63 else -(2**63)


def _rational(text: str) -> Fraction | None:
    from fractions import Fraction  # noqa: PLC0415 - 3 ms with decimal, for one flag

    match = _RATIONAL.fullmatch(text)
    if match is None:
        return None
    sign = -1 if match["sign"] == "-" else 1
    if match["top"]:
        halves = (match["top"], match["bottom"])
        if not all(_INTEGER.fullmatch(half) and half[0] not in "+-" for half in halves):
            return None
        top, bottom = map(_literal, halves)
        return Fraction(sign * top, bottom) if bottom else None
    base = {"0b": 2, "0o": 8, "0x": 16}.get((match["prefix"] or "").lower().removesuffix("_"), 10)
    whole, part = (match["based"], match["based_part"]) if match["prefix"] else (match["whole"], match["part"])
    whole, part = (whole or "").replace("_", ""), (part or "").replace("_", "")
    power = int((match["twos"] or match["power"] or "0").replace("_", ""))
    twos = bool(match["twos"]) or (match["mark"] or "").lower() == "p"
    if not whole + part or abs(power) > HIGHEST_POWER:
        return None
    try:
        mantissa = Fraction(int(whole + part, base), base ** len(part))
    except ValueError:
        return None
    # Of billionths that 64 bits hold, a higher power leaves nothing but zeros, and a lower one no whole number.
    enough = 4 * len(whole + part) + 100
    power = max(-enough, min(power, enough))
    return sign * mantissa * Fraction(Fraction(2 if twos else 10) ** power)
