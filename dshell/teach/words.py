"""The sentence of a command and of a flag, and what more there is to say of the ones that matter most.

``commands.toml`` holds docker's own commands and ``flags.toml`` what a flag means wherever it stands, with a table for
each command where it means something else. Flags of a whole group, and all that belongs to a plug-in, have a file of
their own (``FILES``), so that a line reads only the words it needs. ``notes.toml`` and ``examples.toml``: the rest.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from dshell.grammar.model import Command, Flag
from dshell.record import Record
from dshell.teach.texts import Texts

FILES = {
    "buildx": "buildx",
    "compose": "compose",
    **dict.fromkeys(("builder", "image", "manifest", "search", "trust"), "images"),
    **dict.fromkeys(("checkpoint", "context", "inspect", "login", "network"), "objects"),
    **dict.fromkeys(("plugin", "system", "version", "volume"), "objects"),
    **dict.fromkeys(("config", "node", "secret", "service", "stack", "swarm"), "swarm"),
}
"""Which file holds the flags of a command, by its first word; flags.toml for docker itself and for containers."""

PLUGINS = frozenset({"buildx", "compose"})
"""Their file holds the sentences of their commands too."""

LIKE = {
    "buildx build": "image build",  # flags of the builder before it, which it takes and does not heed
    "compose alpha publish": "compose publish",
    "compose create": "compose up",
    "container create": "container run",
    "image build": "buildx build",
    "service update": "service create",
}
"""A command whose flags mean what those of another mean, save where it has words of its own."""

EXAMPLES = Path(__file__).with_name("examples.toml")


class Note(Record):
    """``text``: two to five sentences. ``examples``: lines that run as they stand."""

    text: str
    examples: tuple[str, ...]


def command_text(command: Command, texts: Texts) -> str:
    """What ``command`` does."""
    path = " ".join(command.path)
    first = path.partition(" ")[0]
    key = f"{first}.commands.{path}" if first in PLUGINS else f"commands.{path}"
    return texts.say(key if texts.has(key) else "explain.plug-in")


def flag_text(command: Command, flag: Flag, texts: Texts) -> str:
    """What ``flag`` does for ``command``; its type where no sentence was written for it."""
    key = next((key for key in flag_keys(" ".join(command.path), flag.name) if texts.has(key)), "")
    if key:
        return texts.say(key)
    if not flag.takes_value:
        return texts.say("explain.flag.switch", command=command.name or "docker")
    if flag.choices:
        return texts.say("explain.flag.choices", choices=", ".join(flag.choices))
    return texts.say("explain.flag.value", kind=flag.type)


def flag_keys(path: str, name: str) -> Iterator[str]:
    """Where the sentence of a flag may stand, the narrowest place first. ``path``: of its command, words joined."""
    paths = [path, LIKE[path]] if path in LIKE else [path]
    files = [FILES.get(one.partition(" ")[0], "flags") for one in paths]
    for one, file in zip(paths, files, strict=True):
        yield f"{file}.{one}.{name}"
    yield from (f"{file}.all.{name}" for file in dict.fromkeys((*files, "flags")))


def note(command: Command, flag: Flag | None, texts: Texts) -> Note | None:
    """What more there is to say of ``command``, or of a ``flag`` of it; None where a sentence is enough."""
    path = " ".join(command.path)
    for one in (path, LIKE.get(path, "")):
        table, name = (one, flag.name) if flag else ("commands", one)
        if texts.has(f"notes.{table}.{name}"):
            return Note(texts.say(f"notes.{table}.{name}"), examples().get(table, {}).get(name, ()))
    return None


@cache
def examples() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The lines of examples.toml, by table and name."""
    tables = tomllib.loads(EXAMPLES.read_text(encoding="utf-8"))
    return {table: {name: tuple(lines) for name, lines in rows.items()} for table, rows in tables.items()}
