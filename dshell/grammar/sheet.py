"""The file of a grammar: JSON in which a command is read when it is first asked for. A line needs one or two of them.

``scripts/grammar`` lays the files out so: a command begins a row, what belongs to it is indented, and its other names,
where it has some, come first.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict

_COMMANDS = '"commands": {\n'
_ALIASES = '{\n "aliases": '
_UNLISTED = '\n "unlisted": true'


class FlagRow(TypedDict, total=False):
    """A flag in a file. ``keys``: see ``Flag.keys``; a list holds the values of a key, a text is their kind."""

    type: str
    short: str
    default: str
    kind: str
    choices: list[str]
    keys: dict[str, str | list[str]]
    fields: list[str]


class Row(TypedDict, total=False):
    """A command in a file, by its canonical path; what says nothing is left out."""

    aliases: list[str]
    arguments: dict[str, str]
    stops: bool
    unlisted: bool
    hidden: dict[str, str | FlagRow]
    flags: dict[str, FlagRow]


Rows = Mapping[str, Row]


class Sheet(Rows):
    """``head``: what stands before the commands. ``aliases``: other names by path. ``unlisted``: help hides them."""

    def __init__(self, text: str) -> None:
        head, _, body = text.partition(_COMMANDS)
        self.head: dict[str, Any] = json.loads(head.rstrip().rstrip(",") + "}")
        entries = (entry.partition('": ') for entry in body[1:].rstrip().removesuffix("}}").split(',\n"'))
        self._texts = {path: row for path, _, row in entries}
        self._read: dict[str, Row] = {}
        self.aliases: dict[str, Sequence[str]] = {
            path: json.loads(row[len(_ALIASES) : row.index("]") + 1])
            for path, row in self._texts.items()
            if row.startswith(_ALIASES)
        }
        self.unlisted = {path for path, row in self._texts.items() if _UNLISTED in row}

    def __getitem__(self, path: str) -> Row:
        if path not in self._read:
            self._read[path] = json.loads(self._texts[path])
        return self._read[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, path: object) -> bool:
        return path in self._texts
