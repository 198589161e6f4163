"""What the compose files here say: services, profiles, and what lets a service out of its container.

Read for completion and for what a line gives away; compose itself reads them for a run. A file that is being written is
often wrong: it is read as far as it is YAML, and what it said before stays known.
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
from dshell.record import Record

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
FLAGS = {
    "cap_add": "cap-add",
    "network_mode": "network",
    "pid": "pid",
    "privileged": "privileged",
    "security_opt": "security-opt",
    "use_api_socket": "use-api-socket",
    "volumes": "volume",
}
"""Of ``run``, by the keys of a service that say the same."""
TRUE = {"true", "yes", "on", "y"}


class Service(Record):
    """``needs``: services that are started with it. ``given``: flags of ``run`` and their values, as far as FLAGS."""

    image: str = ""
    profiles: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()


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
    """What all of ``paths`` name; None when one of them cannot be read now. Never raises."""
    found = services(paths)
    if found is None:
        return None
    profiles = dict.fromkeys(profile for service in found.values() for profile in service.profiles)
    return Project(tuple(found), tuple(profiles), {name: service.image for name, service in found.items()})


def services(paths: Sequence[str]) -> dict[str, Service] | None:
    """What all of ``paths`` say together, as ``read``."""
    import yaml  # noqa: PLC0415 - 20 ms, which only who completes or runs a compose line pays

    found: dict[str, Service] = {}
    for path in paths:
        try:
            text = regular.read(path, LARGEST, whole=False)
            if _deep(text):
                return None
            document = yaml.compose(text, Loader=yaml.SafeLoader)
        except (OSError, ValueError, RecursionError, yaml.YAMLError):
            return None
        for name, node in _pairs(_at(document, "services")):
            before, service = found.get(name, Service()), _service(node)
            found[name] = Service(
                service.image or before.image,
                (*before.profiles, *service.profiles),
                (*before.needs, *service.needs),
                (*before.given, *service.given),
            )
    return found


def _service(node: Node) -> Service:
    needs = _at(node, "depends_on")
    given = ((flag, value) for key, flag in FLAGS.items() for value in _values(_own(node, key)))
    return Service(
        _text(_at(node, "image")),
        tuple(_texts(_at(node, "profiles"))),
        (*_texts(needs), *(name for name, _ in _pairs(needs))),
        tuple((flag, "true" if value.lower() in TRUE else value) for flag, value in given),
    )


def _own(node: Node, key: str) -> Node | None:
    """Its own, or that of the mapping that it merges (``<<: *base``). No further: a merge may merge itself."""
    return _at(node, key) or _at(_at(node, "<<"), key)


def _values(node: Node | None) -> Iterator[str]:
    """Of a key that has one or several; a volume that is a mapping as its short form."""
    for entry in node.value if node and _id(node) == "sequence" else [node]:
        source, target = _text(_at(entry, "source")), _text(_at(entry, "target"))
        if text := f"{source}:{target}" if source else _text(entry):
            yield text


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
