"""What the compose files here name: services, profiles. Read for completion only; compose itself reads them for a run.

A file that is being written is often wrong: it is read as far as it is YAML, and what it said before stays known.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dshell import regular
from dshell.line.world import Project
from dshell.pattern import pattern

if TYPE_CHECKING:
    from yaml import Node

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
OVERRIDES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
)
LARGEST = 200_000  # bytes of a file that is read
DEEPEST = 50  # brackets in brackets; PyYAML takes seconds to find a thousand too deep
BRACKET = pattern(rb"[\[{]|[\]}]")


def files_here(folder: str, named: Sequence[str], environ_files: str = "") -> tuple[str, ...]:
    """The files that compose would read: those of ``-f``, of COMPOSE_FILE, or the first of its names upwards."""
    if named:
        return tuple(os.path.join(folder, name) for name in named)
    if environ_files:
        return tuple(os.path.join(folder, name) for name in environ_files.split(os.pathsep))
    for place in (Path(folder), *Path(folder).parents):
        main = next((place / name for name in NAMES if (place / name).is_file()), None)
        if main:
            beside = next((place / name for name in OVERRIDES if (place / name).is_file()), None)
            return tuple(map(str, filter(None, (main, beside))))
    return ()


def read(paths: Sequence[str]) -> Project | None:
    """What all of ``paths`` say together; None when one of them cannot be read now. Never raises."""
    import yaml  # noqa: PLC0415 - 20 ms, which only who completes a compose line pays, in the background

    services: dict[str, str] = {}
    profiles: dict[str, None] = {}
    for path in paths:
        try:
            text = regular.read(path, LARGEST, whole=False)
            if _deep(text):
                return None
            document = yaml.compose(text, Loader=yaml.SafeLoader)
        except (OSError, ValueError, RecursionError, yaml.YAMLError):
            return None
        for name, service in _pairs(_at(document, "services")):
            services[name] = _text(_at(service, "image")) or services.get(name, "")
            profiles |= dict.fromkeys(_texts(_at(service, "profiles")))
    return Project(tuple(services), tuple(profiles), services)


def _deep(text: bytes) -> bool:
    steps = (1 if found[0] in b"[{" else -1 for found in BRACKET.finditer(text))
    return max(accumulate(steps, lambda depth, step: max(depth + step, 0)), default=0) > DEEPEST


# Only nodes of the text are looked at: a tag makes nothing, and an alias is followed, never copied.


def _id(node: Node) -> str:
    """ "mapping", "sequence" or "scalar": PyYAML's word for its kind."""
    return str(getattr(node, "id", ""))


def _pairs(node: Node | None) -> Iterator[tuple[str, Node]]:
    for key, value in node.value if node and _id(node) == "mapping" else ():
        yield _text(key), value


def _at(node: Node | None, wanted: str) -> Node | None:
    return next((value for name, value in _pairs(node) if name == wanted), None)


def _text(node: Node | None) -> str:
    return str(node.value) if node and _id(node) == "scalar" else ""


def _texts(node: Node | None) -> list[str]:
    return [_text(entry) for entry in node.value] if node and _id(node) == "sequence" else []


def written(content: Mapping[str, Any]) -> str:
    """A compose file of ``content``, in its order; what YAML would take for a number or a truth is in quotes."""
    import yaml  # noqa: PLC0415 - as above

    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, default_flow_style=False, width=120)
