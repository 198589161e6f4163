"""What help says of commands and what notes.toml says of them, made one.

Done where the files of the grammar are made (``scripts/grammar``) and where commands are learnt from a docker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dshell.grammar.sheet import FlagRow, Row, Rows

Notes = Mapping[str, Any]
"""notes.toml, as it is read: its own head says what it holds."""

_KEYED = {
    *("filter", "mount", "fields", "host-fields", "context-spec", "secret-spec", "config-spec", "network-mode"),
    *("log-option", "preference", "key-value"),
}
"""Kinds whose value has keys: notes by the name of a flag hold for these alone."""


def merge(commands: Rows, notes: Notes) -> dict[str, Row]:
    """The commands with what the notes say; what they said before is dropped."""
    return {path: _merged(path, row, notes) for path, row in commands.items()}


def bare(word: str) -> str:
    """``[CONTAINER...]`` → ``CONTAINER``."""
    word = word[1:-1] if word.startswith("[") else word
    return word.removesuffix("...")


def wrong_notes(commands: Rows, notes: Notes) -> list[str]:
    """What the notes tell of and is not there."""
    told = [path for path in [*notes["stops"], *notes["commands"]] if path not in commands]
    for path, own in notes["commands"].items():
        row: Row = commands.get(path, {})
        names = {name for key in ("flags", "choices", "keys", "fields") for name in own.get(key, {})}
        told += [f"{path} --{name}" for name in sorted(names) if name not in row.get("flags", {})]
        words = {bare(word) for word in row.get("arguments", {})}
        told += [f"{path} {word}" for word in own.get("arguments", {}) if word not in words]
    return told


def _merged(path: str, row: Row, notes: Notes) -> Row:
    own = notes["commands"].get(path, {})
    plugin = notes["plugin"].get(path.partition(" ")[0], {})
    kinds = notes["arguments"] | plugin.get("arguments", {}) | own.get("arguments", {})
    given = own.get("words", row.get("arguments", ()))
    layers = [own, plugin, notes]
    flags = {name: _flag(name, flag, layers) for name, flag in sorted(row.get("flags", {}).items())}
    hidden = own.get("hidden", {})
    merged: Row = {
        "aliases": row.get("aliases", []),
        "arguments": {word: kinds.get(bare(word), "text") for word in given},
        "stops": path in notes["stops"],
        "unlisted": row.get("unlisted", False),
        "hidden": {
            name: meant if isinstance(meant, str) and meant in flags else _hidden(name, meant, layers)
            for name, meant in hidden.items()
        },
        "flags": flags,
    }
    return merged


def _flag(name: str, row: FlagRow, layers: list[Notes]) -> FlagRow:
    """``layers``: the notes from the narrowest to the widest."""
    flag: FlagRow = {"type": row["type"]}
    if "short" in row:
        flag["short"] = row["short"]
    if "default" in row:
        flag["default"] = row["default"]
    if row["type"] in ("bool", "optional"):
        return flag
    by_type = layers[-1]["types"].get(row["type"], "")
    if kind := row.get("kind") or next(_said("flags", name, layers), by_type):
        flag["kind"] = kind
    if choices := row.get("choices") or next(_said("choices", name, layers), []):
        flag["choices"] = choices
    if kind in _KEYED and (keys := next(_said("keys", name, layers), None)):
        flag["keys"] = keys
    if kind == "format" and (fields := next(_said("fields", name, layers), None)):
        flag["fields"] = fields
    return flag


def _hidden(name: str, meant: str | FlagRow, layers: list[Notes]) -> FlagRow:
    """``meant``: the type or the whole of a flag of its own."""
    return _flag(name, {"type": meant} if isinstance(meant, str) else meant, layers)


def _said(what: str, name: str, layers: list[Notes]) -> Iterator[Any]:
    return (layer[what][name] for layer in layers if name in layer.get(what, {}))
