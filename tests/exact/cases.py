"""The corpus: lines as typed behind ``docker``, in paragraphs. A paragraph may open with a JSON object that holds for
its lines: how the engine behaves, files, variables, a terminal, what is typed and when."""

from __future__ import annotations

import json
import shlex
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.exact.program import Scenario

CORPUS = Path(__file__).with_name("corpus")

Step = Mapping[str, Any]
"""One of: {"await": "POST /start"}, {"expect": text on the screen}, {"send": keys}, {"signal": "INT"},
{"size": [lines, columns]}, {"end": true} of the input, {"pause": seconds}."""


@dataclass(frozen=True)
class Case:
    """``terminal``: "" for pipes, "all", "in", or "out" for standard output and error. ``config``: of config.json.

    ``settings``: its paragraph's, as written. ``files``: name to content; a name that ends in "/" is a folder, one that
    ends in "*" a program.
    """

    group: str
    line: str
    settings: str = ""
    engine: Scenario = field(default_factory=Scenario)
    terminal: str = ""
    size: Sequence[int] = (24, 80)
    environ: Mapping[str, str] = field(default_factory=dict)
    config: Any = None
    files: Mapping[str, str] = field(default_factory=dict)
    input: str = ""
    script: Sequence[Step] = ()

    @property
    def key(self) -> str:
        """One of its kind in the corpus: the line may come again with other settings."""
        mark = f"{zlib.crc32(self.settings.encode()):08x}" if self.settings else ""
        return " ".join(filter(None, (f"{self.group}: {self.line}", mark)))

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line)


def read_corpus() -> list[Case]:
    return [case for file in sorted(CORPUS.glob("*.txt")) for case in read_cases(file.stem, file.read_text())]


def read_cases(group: str, text: str) -> Iterator[Case]:
    settings: dict[str, Any] = {}
    for row in text.split("\n"):
        if not row.strip():
            settings = {}
        elif row.startswith("{"):
            settings = json.loads(row) | {"settings": row}
            settings["engine"] = Scenario(**settings.get("engine", {}))
        elif not row.startswith("#"):
            yield Case(group, row, **settings)
