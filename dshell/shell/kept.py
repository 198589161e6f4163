"""How far each lesson is, kept in a file between two dshells, which may be open at the same time."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from dshell import regular
from dshell.record import Record


class State(Record):
    """``step``: the one to do, from 1. ``bound``: ids by the names that steps gave.

    ``made``: noun and id, name or path, in the order of its making.
    """

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
            step = max(int(kept["step"]), 1)
            return State(step, bool(kept["done"]), dict(kept["bound"]), tuple(map(_pair, kept["made"])))
        except (KeyError, TypeError, ValueError):
            return State()

    def write(self, lesson: str, state: State) -> None:
        """Whole or not at all: the other dshell never reads half a file. On a disk that takes none, none is kept."""
        everything = self._everything() | {lesson: state._asdict()}
        new = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(everything, indent=1), encoding="utf-8")
            new.replace(self._file)

    def _everything(self) -> dict[str, Any]:
        try:
            found = json.loads(regular.read(self._file))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _pair(row: Any) -> tuple[str, str]:
    noun, name = row
    return str(noun), str(name)
