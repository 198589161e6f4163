"""How far each lesson is, kept in a file between two dshells."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dshell.record import Record


class State(Record):
    """``step``: the one to do, from 1. ``bound``: ids by the names that steps gave. ``made``: noun and id, or name."""

    step: int = 1
    done: bool = False
    bound: Mapping[str, str] = {}
    made: tuple[tuple[str, str], ...] = ()

    @property
    def begun(self) -> bool:
        return self.step > 1 or bool(self.made)


class Kept:
    """``file``: need not exist. What cannot be read in it is a lesson that was never begun."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self, lesson: str) -> State:
        kept = self._everything().get(lesson, {})
        try:
            return State(int(kept["step"]), bool(kept["done"]), dict(kept["bound"]), tuple(map(_pair, kept["made"])))
        except (KeyError, TypeError, ValueError):
            return State()

    def write(self, lesson: str, state: State) -> None:
        everything = self._everything() | {lesson: state._asdict()}
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.write_text(json.dumps(everything, indent=1), encoding="utf-8")

    def _everything(self) -> dict[str, Any]:
        try:
            found = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}


def _pair(row: Any) -> tuple[str, str]:
    noun, name = row
    return str(noun), str(name)
