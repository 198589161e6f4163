"""Official images that everybody meets, as data: read once, by whoever has the time for it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from dshell.line.world import Official


def load() -> Mapping[str, Official]:
    """By their names, in the order of the alphabet."""
    rows = tomllib.loads(Path(__file__).with_name("officials.toml").read_text(encoding="utf-8"))
    return {name: Official(**{part: tuple(words) for part, words in row.items()}) for name, row in rows.items()}
