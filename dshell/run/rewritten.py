"""What Git Bash rewrote of a one-line call on its way here, put back, or refused where that cannot be done.

Inside the REPL nothing is ever rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dshell.errors import Declined
from dshell.grammar.load import Grammar
from dshell.grammar.model import Kind
from dshell.line.model import FlagUse, Role, Word
from dshell.line.msys import HOST, Msys, guess, restore
from dshell.line.parse import parse
from dshell.line.split import join
from dshell.pattern import pattern
from dshell.programs import find_program

Pairs = tuple[tuple[str, str], ...]
"""Each word as it came and as it had been typed."""

_PROGRAMS = pattern(r"[\\/](?:usr[\\/])?bin(?:[\\/][^\\/]+)?\Z", re.IGNORECASE)
_DRIVE = pattern(r"[A-Za-z]:[\\/]")


def installation(environ: Mapping[str, str]) -> Msys | None:
    """The Git Bash or MSYS2 that this program was started from; None when there is none, or it converts nothing."""
    excluded = environ.get("MSYS2_ARG_CONV_EXCL", "").split(";")
    if not environ.get("MSYSTEM") or "MSYS_NO_PATHCONV" in environ or "*" in excluded:
        return None
    known = (environ.get("SHELL"), find_program("cygpath", environ), environ.get("EXEPATH"))
    root = next((place for place in known if place and _DRIVE.match(place)), None)
    if root is None:
        return None
    return Msys(_PROGRAMS.sub("", root).replace("\\", "/").rstrip("/"), environ.get("TEMP", ""))


def put_back(words: Sequence[str], grammar: Grammar, msys: Msys) -> tuple[tuple[str, ...], Pairs]:
    """``words`` as they were typed, and those of them that had been rewritten."""
    line = parse(join(words), grammar)
    read = [(word, (*simple.before, *simple.flags)) for simple in line.commands for word in simple.words]
    if [word.text for word, _ in read] != list(words):
        return tuple(words), ()
    typed = tuple(_typed(word, flags, msys) for word, flags in read)
    return typed, tuple((came, was) for came, was in zip(words, typed, strict=True) if came != was)


def _typed(word: Word, flags: Sequence[FlagUse], msys: Msys) -> str:
    if word.role is not Role.FLAG:
        return restore(word.text, word.kind, msys) or word.text
    kind = Kind.TEXT
    for use in flags:
        inside = use.value_range and word.range.start < use.value_range.start < word.range.end
        if inside and use.flag and use.text:
            kind = use.flag.kind
            if value := restore(use.text, kind, msys):
                return word.text.removesuffix(use.text) + value
    # Git Bash knows no flags: -itv/c/x:/app is not to it what -v/c/x:/app is.
    return word.text if kind in HOST else restore(word.text, Kind.TEXT, msys) or word.text


def refused_list(value: str) -> Declined:
    """For a -v that Git Bash has made a Windows list of (``C:\\src;C:\\Program Files\\Git\\app``).

    Docker would take it, and no one wants the folder ``src;C``.
    """
    git = guess(value)
    typed = restore(value, Kind.BIND, git) if git else None
    hint = f" (rewritten by Git Bash from '{typed}')" if typed else ""
    return Declined(f"invalid volume specification: '{value}'{hint}")
