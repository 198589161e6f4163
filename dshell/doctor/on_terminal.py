"""Judges where the person sits: which world and why, Git, sizes, letters. Pure; ways of mintty and MSYS as rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dshell.doctor.facts import Facts, Program, System
from dshell.doctor.findings import Finding, Level
from dshell.terminal.detect import World

PSEUDO_CONSOLES = (2, 47)  # the Git for Windows that gives Windows programs in mintty a console, always
SYMBOLS = "▸✔é"
NARROW = 60  # columns below which what is told gets hard to read


def examine_terminal(facts: Facts) -> Iterator[Finding]:
    yield from _world(facts)
    yield from _msys(facts)
    yield from _size(facts)
    yield from _letters(facts)


def _world(facts: Facts) -> Iterator[Finding]:
    program, seat = _program(facts), facts.seat
    if not seat.shown.stdin:
        yield Finding("world-redirected", Level.NOTE)
        return
    match seat.world:
        case World.POSIX:
            key = "world-wsl" if facts.system is System.WSL else "world-posix"
            yield Finding(key, slots={"program": program})
        case World.CONSOLE:
            yield Finding("world-console", slots={"program": program})
        case World.MINTTY:
            yield Finding("world-mintty")
        case World.MSYS_PTY:
            yield Finding("world-msys-pty", Level.NOTE)
            yield _why_pipes(facts)
        case _:
            yield Finding("world-winpty", Level.WARNING, fix="winpty")


def _program(facts: Facts) -> str:
    """The programs between dshell and the person that leave their mark in the environment."""
    environ = facts.environ
    marks = {
        "Windows Terminal": "WT_SESSION",
        "tmux": "TMUX",
        "screen": "STY",
        "ssh": "SSH_CONNECTION",
    }
    found = [environ["TERM_PROGRAM"]] if environ.get("TERM_PROGRAM") else []
    found += [name for name, variable in marks.items() if environ.get(variable) and name not in found]
    return ", ".join(found) or environ.get("TERM", "") or "?"


def _why_pipes(facts: Facts) -> Finding:
    """Why mintty gives Windows programs pipes, the surest reason first."""
    environ, windows, git = facts.environ, facts.seat.windows, facts.tools.git
    words = environ.get("MSYS", "")
    term = environ.get("TERM", "")
    if "disable_pcon" in words.split():
        return Finding("pipes-disabled", Level.NOTE, {"value": words}, fix="enable-consoles")
    if windows is not None and windows.legacy:
        return Finding("pipes-legacy", Level.NOTE, fix="new-console")
    if term in {"", "dumb"}:
        return Finding("pipes-term", Level.NOTE, {"term": term or "-"}, fix="term")
    if git is not None and release(git) and release(git) < PSEUDO_CONSOLES:
        return Finding(
            "pipes-git", Level.NOTE, {"version": git.version}, fix="update-git", line="git update-git-for-windows"
        )
    return Finding("pipes-unknown", Level.NOTE)


def release(program: Program) -> tuple[int, ...]:
    """``2.46.0.windows.1`` is (2, 46, 0); () unknown."""
    numbers = re.match(r"\d+(?:\.\d+)*", program.version)
    return tuple(int(number) for number in numbers[0].split(".")) if numbers else ()


def _msys(facts: Facts) -> Iterator[Finding]:
    git, runtime, words = facts.tools.git, facts.tools.msys, facts.environ.get("MSYS", "")
    if git is not None:
        slots = {"version": git.version or "?", "path": git.path, "runtime": runtime}
        yield Finding("git-msys" if runtime else "git", slots=slots)
    elif facts.system is System.WINDOWS:
        yield Finding("git-missing", Level.NOTE)
    if re.search("[,;]", words):
        yield Finding("msys-separators", Level.WARNING, {"value": words}, fix="msys-spaces")
    elif words:
        yield Finding("msys", slots={"value": words})


def _size(facts: Facts) -> Iterator[Finding]:
    size, term = facts.seat.size, facts.environ.get("TERM", "") or "-"
    slots = {"term": term, "columns": str(size.columns), "rows": str(size.lines)}
    if not size.columns:
        yield Finding("size-unknown", Level.NOTE, slots)
    elif size.columns < NARROW:
        yield Finding("size-narrow", Level.NOTE, slots, fix="wider")
    else:
        yield Finding("size", slots=slots)
    if term == "dumb":
        yield Finding("term-dumb", Level.NOTE)


def _letters(facts: Facts) -> Iterator[Finding]:
    seat = facts.seat
    slots = {"encoding": seat.encoding, "locale": seat.locale or "-"}
    try:
        SYMBOLS.encode(seat.encoding)
    except (UnicodeEncodeError, LookupError):
        fix = "encoding-windows" if facts.system is System.WINDOWS else "encoding"
        yield Finding("encoding-poor", Level.NOTE, slots, fix=fix)
    else:
        yield Finding("encoding", slots=slots)
    if seat.windows is not None and any(seat.windows.pages):
        yield Finding("code-pages", slots=dict(zip(("input", "output"), map(str, seat.windows.pages), strict=True)))
