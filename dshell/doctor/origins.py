"""Where a variable is set again in each new terminal: a shell's start-up file, or Windows itself. Reads only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator

from dshell import regular
from dshell.doctor.facts import Keeper, Origin
from dshell.terminal.detect import WindowsFacts

START_UP = (
    *(".bashrc", ".bash_profile", ".bash_login", ".profile", ".bash_aliases"),
    *(".zshenv", ".zprofile", ".zshrc", os.path.join(".config", "fish", "config.fish")),
)
_ALIAS = re.compile(r"\s*(?:alias\s[^#]*\bwinpty\b|exec\s+winpty\b)")


def start_up_rows(home: str) -> list[tuple[Origin, str]]:
    """Every row of every start-up file that can be read, with its place. No comments."""
    return [found for name in START_UP for found in _rows(os.path.join(home, name))]


def _rows(file: str) -> Iterator[tuple[Origin, str]]:
    try:
        text = regular.read(file).decode(errors="replace")
    except OSError:
        return
    for number, row in enumerate(text.splitlines(), 1):
        if not row.lstrip().startswith("#"):
            yield Origin(Keeper.FILE, file, number), row


def origins(
    names: Iterable[str], rows: Iterable[tuple[Origin, str]], windows: WindowsFacts | None
) -> dict[str, Origin]:
    """For each name whose keeper is known. A start-up file comes last, so it wins over Windows."""
    found: dict[str, Origin] = {}
    rows = list(rows)
    for name in names:
        sets = re.compile(rf"\s*(?:(?:export|declare|typeset|set)\s+(?:-\w+\s+)*)?{re.escape(name)}[= ]\S")
        places = [origin for origin, row in rows if sets.match(row)]
        if places:
            found[name] = places[-1]
        elif windows is not None and name in windows.user | windows.machine:
            found[name] = Origin(Keeper.USER if name in windows.user else Keeper.MACHINE)
    return found


def winpty_aliases(rows: Iterable[tuple[Origin, str]]) -> tuple[Origin, ...]:
    return tuple(origin for origin, row in rows if _ALIAS.match(row))
