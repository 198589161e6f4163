"""What an examination finds: a key of a sentence, how bad it is, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from dshell.errors import Failure


class Level(IntEnum):
    """How bad; the greater the worse."""

    OK = 0
    NOTE = 1  # worth knowing; nothing has to be done
    WARNING = 2  # something will not work, or not here
    PROBLEM = 3  # docker lines cannot work


@dataclass(frozen=True)
class Finding:
    """``key`` and ``fix``: of sentences under ``doctor.found`` and ``doctor.fix``; ``fix`` "": nothing is to mend.

    ``line``: mends it and runs as it stands; ``fix`` then says what it does. ``failure``: why a daemon does not answer;
    it is diagnosed where it is told.
    """

    key: str
    level: Level = Level.OK
    slots: Mapping[str, str] = field(default_factory=dict)
    fix: str = ""
    line: str = ""
    failure: Failure | None = None


@dataclass(frozen=True)
class Chapter:
    """Findings about one thing. ``key``: of the title, under ``doctor.chapter``."""

    key: str
    findings: tuple[Finding, ...]
