"""What a compose file takes from outside: ``${X:-…}`` in its values, and the variables of ``.env`` beside it."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping

from dshell import regular
from dshell.pattern import pattern

LONGEST = 10_000  # letters of a value; each may hold the one before twice
VARIABLE = pattern(  # compose-spec, "Interpolation"; a word may hold others
    r"\$(?:(?P<dollar>\$)|(?P<name>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)"
    r"(?:(?P<empty>:?)(?P<way>[-+?])(?P<word>(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*))?\})",
    re.ASCII,
)
ROW = pattern(
    r"""^[^\S\n]*(?:export\s+)?(?P<name>[A-Za-z_][\w.]*)[^\S\n]*[=:][^\S\n]*
    (?: '(?P<raw>[^']*)' | "(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<bare>[^\n]*?)(?:\s\#[^\n]*)?$ )""",
    re.MULTILINE | re.VERBOSE,
)


def put_in(text: str, environ: Mapping[str, str]) -> str:
    """``text`` with its variables put in, as compose does."""

    def value(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        name = found["name"] or found["braced"]
        there = bool(environ.get(name)) if found["empty"] else name in environ
        if found["way"] and (found["way"] == "+") is there:
            return put_in(found["word"], environ)
        return "" if found["way"] == "+" else environ.get(name, "")

    return VARIABLE.sub(value, text)[:LONGEST]


def text_of(path: str, most: int = regular.LARGEST) -> str:
    """Of a file of variables; "" for one that cannot be read."""
    try:
        return regular.read(path, most, whole=False).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return ""


def with_rows(environ: Mapping[str, str], texts: Iterable[str]) -> dict[str, str]:
    """``environ`` and what files of variables with these ``texts`` set beside it."""
    given: dict[str, str] = {}
    known = ChainMap(dict(environ), given)
    for text in texts:
        for row in ROW.finditer(text.replace("\r\n", "\n")):
            raw = row["raw"]
            given[row["name"]] = put_in(row["quoted"] or row["bare"] or "", known) if raw is None else raw
    return dict(known)
