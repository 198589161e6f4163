"""What pyproject.toml claims: the Pythons that dshell is for, and both ends of each dependency's range."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
_PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_PYTHON: Final = "Programming Language :: Python :: "
_RANGE: Final = re.compile(r"([\w-]+)(>=([\d.]+),<[\d.]+)(?:; .+)?")

PYTHONS: Final = [one.removeprefix(_PYTHON) for one in _PROJECT["classifiers"] if re.match(rf"{_PYTHON}3\.", one)]
ENDS: Final = ("lowest", "highest")


class Dependency(NamedTuple):
    name: str
    range: str
    lowest: str


def dependencies() -> list[Dependency]:
    """All of them, also those of one system alone."""
    ranges = [(one, _RANGE.fullmatch(one)) for one in _PROJECT["dependencies"]]
    endless = [one for one, found in ranges if not found]
    assert not endless, f"each dependency has a lowest and an upper end: {endless}"
    return [Dependency(*found.groups()) for _, found in ranges if found]


def requirements(end: str) -> list[str]:
    """What pip takes for this end of the ranges; of a range it takes the highest by itself."""
    return [one.name + (f"=={one.lowest}" if end == "lowest" else one.range) for one in dependencies()]
