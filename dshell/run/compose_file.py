"""What the compose files here say: services, profiles, and what lets a service out of its container.

Read for completion and for what a line gives away; compose itself reads them for a run. A file that is being written is
often wrong: it is read as far as it is YAML, and what it said before stays known.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from dshell import regular
from dshell.line.world import Project
from dshell.pattern import pattern
from dshell.record import Record
from dshell.run.compose_values import put_in, text_of, with_rows

if TYPE_CHECKING:
    from yaml import Node

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
OVERRIDES = (
    "compose.override.yaml",
    "compose.override.yml",
    "docker-compose.override.yaml",
    "docker-compose.override.yml",
)
LARGEST = 200_000  # bytes of all files that are read
FURTHEST = 10  # from a service to the one that it extends, and so on
MOST = 100  # entries of a list; files that are included
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
ONE = {"network", "pid", "privileged", "use-api-socket"}  # of these a service has one, which the last file says
TRUE = {"true", "yes", "on", "y"}

VARIABLES = ".env"
UNREADABLE = (OSError, ValueError)

Value: TypeAlias = "str | list[Value] | dict[str, Value]"
"""Of YAML, in which everything is text here."""


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


def read(paths: Sequence[str], environ: Mapping[str, str]) -> Project | None:
    """What all of ``paths`` name; None when one of them cannot be read now. Never raises."""
    found = services(paths, environ)
    if found is None:
        return None
    profiles = dict.fromkeys(profile for service in found.values() for profile in service.profiles)
    return Project(tuple(found), tuple(profiles), {name: service.image for name, service in found.items()})


def services(
    paths: Sequence[str], environ: Mapping[str, str], folder: str = "", variables: Sequence[str] = ()
) -> dict[str, Service] | None:
    """What all of ``paths`` say together, as ``read``. ``folder``: the project's, of the first where none is named.
    ``variables``: files of them, which are read in the place of ``.env``.
    """
    folder = folder or os.path.dirname(paths[0])
    try:
        return _Files().project(paths, environ, folder, variables or [os.path.join(folder, VARIABLES)])
    except UNREADABLE:
        return None


class _Document(Record):
    """One file, its variables put in. ``folder``: what its relative paths start from."""

    folder: str
    environ: Mapping[str, str]
    root: Value

    @property
    def services(self) -> dict[str, Value]:
        return _mapping(_at(self.root, "services"))


class _Files:
    """Follows ``include`` and ``extends``, in no circle and not without end. One that cannot be read adds nothing."""

    def __init__(self) -> None:
        self._left = LARGEST
        self._documents: dict[tuple[str, str], _Document] = {}
        self._included: set[tuple[str, ...]] = set()

    def project(
        self, paths: Iterable[str], environ: Mapping[str, str], folder: str, variables: Iterable[str]
    ) -> dict[str, Service]:
        """Raises one of UNREADABLE."""
        environ = with_rows(environ, map(self._variables, variables))
        found: dict[str, Service] = {}
        for path in dict.fromkeys(map(os.path.normpath, paths)):
            document = self._document(path, folder, environ)
            for entry in _entries(_at(document.root, "include")):
                _lay(found, self._include(entry, document))
            _lay(found, {name: self._service(value, document) for name, value in document.services.items()})
        return found

    def _read(self, path: str) -> bytes:
        data = regular.read(path, self._left, whole=False)
        self._left -= len(data)
        return data

    def _variables(self, path: str) -> str:
        text = text_of(path, self._left)
        self._left -= len(text)
        return text

    def _document(self, path: str, folder: str, environ: Mapping[str, str]) -> _Document:
        if (path, folder) not in self._documents:
            self._documents[path, folder] = _Document(folder, environ, _parsed(self._read(path), environ))
        return self._documents[path, folder]

    def _include(self, entry: Value, document: _Document) -> dict[str, Service]:
        """compose-spec, "Include": a project of its own, whose variables are those of the one around it and its own."""

        def named(value: Value) -> list[str]:
            return [os.path.join(document.folder, text) for each in _entries(value) if (text := _text(each))]

        paths = named(_at(entry, "path") or entry)
        folder = next(iter(named(_at(entry, "project_directory"))), os.path.dirname(paths[0]) if paths else "")
        if not paths or (folder, *paths) in self._included or len(self._included) >= MOST:
            return {}
        self._included.add((folder, *paths))
        variables = named(_at(entry, "env_file")) or [os.path.join(folder, VARIABLES)]
        try:
            return self.project(paths, document.environ, folder, variables)
        except UNREADABLE:
            return {}

    def _service(self, value: Value, document: _Document) -> Service:
        """With those that it extends beneath it."""
        found = _own_service(value, document.folder)
        for _ in range(FURTHEST):
            base = _own(value, "extends")
            if file := _text(_at(base, "file")):
                path = os.path.normpath(os.path.join(document.folder, file))
                try:
                    document = self._document(path, os.path.dirname(path), document.environ)
                except UNREADABLE:
                    break
            name = _text(base) or _text(_at(base, "service"))
            if name not in document.services:
                break
            value = document.services[name]
            found = _over(_own_service(value, document.folder), found)
        return found


def _lay(found: dict[str, Service], more: Mapping[str, Service]) -> None:
    found |= {name: _over(found.get(name, Service()), service) for name, service in more.items()}


def _over(before: Service, service: Service) -> Service:
    """``service`` on top of what another file, or one that it extends, says of it."""
    named = ONE.intersection(flag for flag, _ in service.given)
    return Service(
        service.image or before.image,
        (*before.profiles, *service.profiles),
        (*before.needs, *service.needs),
        (*(pair for pair in before.given if pair[0] not in named), *service.given),
    )


def _own_service(value: Value, folder: str) -> Service:
    needs = _own(value, "depends_on")
    given = ((flag, text) for key, flag in FLAGS.items() for text in _values(_own(value, key), folder))
    return Service(
        _text(_own(value, "image")),
        tuple(_texts(_own(value, "profiles"))),
        (*_texts(needs), *_mapping(needs)),
        tuple((flag, "true" if text.lower() in TRUE else text) for flag, text in given),
    )


def _own(value: Value, key: str) -> Value:
    """Its own, or that of the mappings that it merges (``<<: *base``), which may merge others, or themselves."""
    values = [value]
    for each in values:
        if found := _at(each, key):
            return found
        values += _entries(_at(each, "<<"))[: max(0, FURTHEST - len(values))]
    return ""


def _values(value: Value, folder: str) -> Iterator[str]:
    """Of a key that has one or several; a volume that is a mapping as its short form, a path from here in full."""
    for entry in _entries(value):
        source, target = _text(_at(entry, "source")), _text(_at(entry, "target"))
        if text := f"{source}:{target}" if source else _text(entry):
            yield os.path.join(folder, text) if text.startswith(".") else text


def _parsed(data: bytes, environ: Mapping[str, str]) -> Value:
    import yaml  # noqa: PLC0415 - 20 ms, which only who completes or runs a compose line pays

    try:
        if _deep(data):
            raise ValueError
        return _plain(yaml.compose(data, Loader=yaml.SafeLoader), environ, {})
    except (RecursionError, yaml.YAMLError) as error:
        raise ValueError from error


def _deep(data: bytes) -> bool:
    steps = (1 if found[0] in b"[{" else -1 for found in BRACKET.finditer(data))
    return max(accumulate(steps, lambda depth, step: max(depth + step, 0)), default=0) > DEEPEST


def _plain(node: Node | None, environ: Mapping[str, str], known: dict[int, Value]) -> Value:
    """What a node of the text says: a tag makes nothing, and an alias is followed, never copied."""
    kind = getattr(node, "id", "")  # PyYAML's word for it
    if node is None or id(node) in known:
        return known.get(id(node), "")
    if kind == "mapping":
        pairs: dict[str, Value] = {}
        known[id(node)] = pairs
        pairs |= {str(key.value): _plain(value, environ, known) for key, value in node.value if key.id == "scalar"}
    elif kind == "sequence":
        entries: list[Value] = []
        known[id(node)] = entries
        entries += [_plain(value, environ, known) for value in node.value]
    else:
        known[id(node)] = put_in(node.value, environ)
    return known[id(node)]


def _at(value: Value, wanted: str) -> Value:
    return _mapping(value).get(wanted, "")


def _mapping(value: Value) -> dict[str, Value]:
    return value if isinstance(value, dict) else {}


def _entries(value: Value) -> list[Value]:
    """Of a list; what stands alone is its only one."""
    return value[:MOST] if isinstance(value, list) else [value] if value else []


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> list[str]:
    return [_text(entry) for entry in value[:MOST]] if isinstance(value, list) else []


def written(content: Mapping[str, Any]) -> str:
    """A compose file of ``content``, in its order; what YAML would take for a number or a truth is in quotes."""
    import yaml  # noqa: PLC0415 - as above

    return yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, default_flow_style=False, width=120)
