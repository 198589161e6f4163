"""What pyproject.toml claims: the Pythons that dshell is for, and both ends of each dependency's range."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
_PROJECT: Final = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_PYTHON: Final = "Programming Language :: Python :: "
_RANGE: Final = re.compile(r"(?P<name>[\w-]+)>=(?P<lowest>[\d.]+),<[\d.]+(?:; .+)?")

PYTHONS: Final = [one.removeprefix(_PYTHON) for one in _PROJECT["classifiers"] if re.match(rf"{_PYTHON}3\.", one)]
ENDS: Final = ("lowest", "highest")


def lowest() -> dict[str, str]:
    """The lowest version that is allowed of each dependency, by its name."""
    ranges = {one: _RANGE.fullmatch(one) for one in _PROJECT["dependencies"]}
    assert all(ranges.values()), f"each dependency has a lowest and an upper end: {ranges}"
    return {found["name"]: found["lowest"] for found in ranges.values() if found}


def constraints(end: str) -> str:
    """A file for pip's ``--constraint`` that keeps it to this end; pip itself takes the highest."""
    return "".join(f"{name}=={version}\n" for name, version in lowest().items()) if end == "lowest" else ""
