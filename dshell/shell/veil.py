"""What a line let out of its variables and nobody else should read: out of all that is told until the session ends.

A secret that stands in a line tells what it is by its name or its shape (``line.secrets``). What ``$PW`` stood for, or
``$(pass web)`` printed, does not, once it is a word of a container's own command.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from dshell.line.expand import Learnt, Settled
from dshell.line.model import Simple
from dshell.line.secrets import MASK, expanded


class Veil:
    def __init__(self) -> None:
        self._hidden: list[str] = []  # the longest first: one may be a part of another

    def draw(self, simple: Simple, settled: Settled, learnt: Learnt) -> None:
        """Over what this command turned out to hold."""
        self.hide(expanded(simple, settled, learnt))

    def hide(self, values: Iterable[str]) -> None:
        self._hidden = sorted({*self._hidden, *values}, key=len, reverse=True)

    def over(self, told: Any) -> Any:
        """``told``, a text or a record of texts, with masks in it."""
        if not self._hidden:
            return told
        if isinstance(told, str):
            for value in self._hidden:
                told = told.replace(value, MASK)
            return told
        if isinstance(told, tuple):
            within = [self.over(each) for each in told]
            return type(told)(*within) if hasattr(told, "_fields") else tuple(within)
        if isinstance(told, Mapping):
            return {name: self.over(value) for name, value in told.items()}
        return told
