"""A daemon's JSON as records: whatever stands in a place of it, what comes out is what it says, or nothing."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from dshell.engine import facts, surveys
from dshell.engine.client import MISSHAPEN
from dshell.engine.holdings import holdings
from dshell.engine.shape import shaped

CONTAINER = {
    "Id": "c" * 64,
    "Names": ["/web", "/db/web"],
    "Image": "nginx:latest",
    "ImageID": "sha256:1",
    "State": "running",
    "Status": "Up 2 hours",
    "Created": 1,
    "Command": "sh",
    "Labels": {"com.docker.compose.project": "shop"},
    "Ports": [{"PrivatePort": 80, "PublicPort": 8080, "Type": "tcp"}],
    "NetworkSettings": {"Networks": {"bridge": {"NetworkID": "n"}}},
    "Mounts": [{"Type": "volume", "Name": "data", "Source": "/v", "Destination": "/data"}],
    "SizeRw": 5,
}
IMAGE = {"Id": "sha256:1", "RepoTags": ["nginx:latest"], "RepoDigests": ["x"], "Size": 9, "SharedSize": 1}
INSPECTED = {
    "Id": "c" * 64,
    "Name": "/web",
    "Path": "sh",
    "Args": ["-c", "true"],
    "State": {
        "Status": "exited",
        "ExitCode": 0,
        "OOMKilled": False,
        "Error": "",
        "StartedAt": "2024-01-01T00:00:00Z",
        "FinishedAt": "0001-01-01T00:00:00Z",
        "Health": {"Status": "healthy", "Log": [{"Output": "ok"}]},
    },
    "Config": {"Image": "nginx", "Tty": True, "OpenStdin": True, "Labels": {"a": "b"}},
    "HostConfig": {"AutoRemove": True, "PortBindings": {"80/tcp": [{"HostPort": "8080"}]}},
    "NetworkSettings": {"Ports": {"80/tcp": [{"HostPort": "8080"}]}},
    "Mounts": [{"Type": "bind", "Source": "/src"}],
}
IMAGE_INSPECTED = {
    **IMAGE,
    "Os": "linux",
    "Architecture": "amd64",
    "Config": {
        "Cmd": ["sh"],
        "Env": ["A=b"],
        "Volumes": {"/v": {}},
        "WorkingDir": "/w",
        "ExposedPorts": {"80/tcp": {}},
    },
}
USAGE = {
    "Containers": [CONTAINER],
    "Images": [IMAGE],
    "Volumes": [{"Name": "data", "UsageData": {"Size": 1}, "CreatedAt": "2024", "Labels": {}}],
    "BuildCache": [{"ID": "k", "Size": 1, "InUse": False, "Shared": False, "Type": "regular"}],
}
EVENT = {"Type": "container", "Action": "die", "Actor": {"ID": "c", "Attributes": {"name": "web", "exitCode": "0"}}}
STEP = {"status": "Downloading", "id": "a" * 12, "progressDetail": {"current": 1, "total": 2}}

Reader = Callable[[Any], Any]
READERS: dict[str, tuple[Any, Reader]] = {
    "containers": ([CONTAINER], facts.container_names),
    "residents": ([CONTAINER], surveys.residents),
    "images": ([IMAGE], facts.image_names),
    "stock": ([IMAGE], surveys.stock),
    "container": (INSPECTED, facts.container_facts),
    "image": (IMAGE_INSPECTED, facts.image_facts),
    "holdings": (USAGE, lambda usage: holdings(usage, [{"Name": "net", "Id": "n", "Labels": {}}])),
    "new container": ({"Id": "c", "Warnings": ["w"]}, facts.new_container),
    "exec": ({"Running": False, "ExitCode": 0, "Pid": 7}, facts.exec_facts),
    "event": (EVENT, facts.change),
    "step": (STEP, facts.pull_step),
    "volumes": ({"Volumes": [{"Name": "data"}]}, facts.volume_names),
    "networks": ([{"Name": "net"}], facts.network_names),
}
STRANGE: tuple[Any, ...] = (
    None,
    True,
    7,
    -1,
    1.5,
    float("inf"),
    "x",
    "Up " + "9" * 400 + " weeks",
    [],
    {},
    [7],
    {"b": 7},
    [{"c": []}],
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each part of ``value``, itself first."""
    yield path
    inner: Iterable[Any] = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, each in inner:
        yield from places(each, (*path, key))


def put(value: Any, path: tuple[Any, ...], strange: Any) -> Any:
    """A copy of ``value`` with ``strange`` at ``path``."""
    if not path:
        return strange
    changed = copy.deepcopy(value)
    inner = changed
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = strange
    return changed


def alike(expected: Any, found: Any) -> bool:
    """Of the same types all through, as far as ``expected`` has parts."""
    if isinstance(expected, tuple | list):
        named = hasattr(expected, "_fields")
        each = zip(expected, found, strict=True) if named else itertools.product(expected[:1], found)
        return type(expected) is type(found) and all(alike(one, other) for one, other in each)
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        return found is None or type(found) in (int, float)
    return found is None or isinstance(found, type(expected)) or isinstance(expected, type(None))


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_answer_of_an_engine_is_refused_or_read_as_what_it_should_be(name: str) -> None:
    sound, reader = READERS[name]
    expected = shaped(reader(sound))
    refused = 0
    for path, strange in itertools.product(places(sound), STRANGE):
        try:
            found = shaped(reader(put(sound, path, strange)))
        except (ValueError, *MISSHAPEN):
            refused += 1
            continue
        assert alike(expected, found), (path, strange, found)
    assert refused > len(STRANGE)


def test_a_row_without_end_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "LONGEST_ROW", 1000)
    fed = itertools.count()
    with pytest.raises(ValueError, match="a row without end"):
        next(facts.messages(b'{"status": "' + b"x" * 100 for _ in fed))
    assert next(fed) < 12
