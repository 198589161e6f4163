"""The flags that a container was made with, from what the daemon says of it: ``native.body`` the other way round.

Beside each table of fields there stands one here. What docker, the daemon or the image put in by themselves is left
out: ``run`` with these flags makes the same container, and with no flag but them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from dshell.line.split import join
from dshell.run.base import Setting
from dshell.run.native import kinds
from dshell.run.native.health import DURATIONS
from dshell.run.native.security import NO_SYSTEM_PATHS
from dshell.run.remake import networks, spelling
from dshell.run.remake.origin import Origin
from dshell.run.remake.usual import USUAL, chosen, relaxed

Back = Callable[[Origin], Iterable[str]]
"""The values of a flag, each as it is given to it; "true" of a switch."""


class Row(NamedTuple):
    """One flag, the places of a create request that it is read from, and its values."""

    flag: str
    places: tuple[str, ...]
    back: Back


class Recipe(NamedTuple):
    """How to make a container again.

    ``words``: behind the image. ``joined``: networks that no flag of ``run`` can name, each with the flags of
    ``network connect``. ``files``: that the flags name, by name, and what they have to hold.
    """

    name: str
    settings: tuple[Setting, ...]
    image: str
    words: tuple[str, ...] = ()
    joined: tuple[tuple[str, tuple[Setting, ...]], ...] = ()
    files: Mapping[str, str] = {}

    @property
    def detached(self) -> bool:
        return any(setting.name == "detach" for setting in self.settings)


# The tables of native.kinds, read the other way round


def _plain(place: str, spelled: Callable[[Any], str]) -> Back:
    def back(origin: Origin) -> Iterator[str]:
        content = chosen(origin, place)
        if content is not None:
            yield spelled(content)

    return back


def _each(place: str, spelled: Callable[[Any], str]) -> Back:
    return lambda origin: (spelled(content) for content in origin.at(place) or ())


def _pairs(place: str) -> Back:
    return lambda origin: spelling.pairs(origin.at(place) or {})


def _switch(content: Any) -> str:
    return "true" if content else "false"


def _rate(spelled: Callable[[int], str]) -> Callable[[Any], str]:
    return lambda part: f"{part['Path']}:{spelled(part['Rate'])}"


SPELLED: Mapping[str, Callable[[Any], str]] = {
    "blkio-weight-device": lambda part: f"{part['Path']}:{part['Weight']}",
    "device-read-bps": _rate(spelling.size),
    "device-read-iops": _rate(str),
    "device-write-bps": _rate(spelling.size),
    "device-write-iops": _rate(str),
}

ONCE = {"cidfile", "link", "security-opt"}
"""Flags of the plain tables that are no choice any more, or have a row of their own below."""

PLAIN: tuple[Row, ...] = (
    *(Row(flag, (place,), _plain(place, str)) for flag, place in kinds.TEXTS.items() if flag not in ONCE),
    *(Row(flag, (place,), _plain(place, _switch)) for flag, place in kinds.SWITCHES.items()),
    *(Row(flag, (place,), _plain(place, str)) for flag, place in kinds.NUMBERS.items()),
    *(Row(flag, (place,), _plain(place, spelling.size)) for flag, place in kinds.SIZES.items()),
    *(Row(flag, (place,), _each(place, str)) for flag, place in kinds.LISTS.items() if flag not in ONCE),
    *(Row(flag, (place,), _each(place, SPELLED.get(flag, str))) for flag, (place, _) in kinds.READ_LISTS.items()),
    *(Row(flag, (place,), _pairs(place)) for flag, place in kinds.MAPS.items()),
    *(Row(flag, (place,), _each(place, str)) for flag, place in kinds.CAPABILITIES.items()),
    *(Row(flag, (place,), _plain(place, str)) for flag, (place, _, _) in kinds.MODES.items()),
)


# The fields of native.body

STREAMS = ("stdin", "stdout", "stderr")
PLACES = tuple(f"Attach{stream.capitalize()}" for stream in STREAMS)


def _streams(origin: Origin) -> tuple[bool, ...]:
    return tuple(bool(origin.at(place)) for place in PLACES)


def _attached(origin: Origin) -> Iterator[str]:
    """-i alone attaches the input."""
    streams = _streams(origin)
    if any(streams) and streams != (bool(origin.at("OpenStdin")), True, True):
        yield from (name for name, attached in zip(STREAMS, streams, strict=True) if attached)


def _detached(origin: Origin) -> Iterator[str]:
    if not any(_streams(origin)):
        yield "true"


def _variables(origin: Origin) -> Iterator[str]:
    """Of the same name the last counts."""
    own = set(origin.own("Env") or ())
    given = [entry for entry in origin.at("Env") or () if entry not in own]
    yield from {entry.partition("=")[0]: entry for entry in given}.values()


def _labels(origin: Origin) -> Iterator[str]:
    own = origin.own("Labels") or {}
    given = {key: value for key, value in (origin.at("Labels") or {}).items() if own.get(key) != value}
    yield from spelling.pairs(given)


def _volumes(origin: Origin) -> Iterator[str]:
    yield from origin.at("HostConfig.Binds") or ()
    yield from (path for path in origin.at("Volumes") or () if path not in (origin.own("Volumes") or {}))


def _tmpfs(origin: Origin) -> Iterator[str]:
    for path, options in (origin.at("HostConfig.Tmpfs") or {}).items():
        yield f"{path}:{options}" if options else path


def _ports(origin: Origin) -> Iterator[str]:
    anywhere: list[dict[str, str]] = [{}]
    for port, bindings in (origin.at("HostConfig.PortBindings") or {}).items():
        yield from (spelling.published(port, binding) for binding in bindings or anywhere)


def _exposed(origin: Origin) -> Iterator[str]:
    known = {*(origin.own("ExposedPorts") or ()), *(origin.at("HostConfig.PortBindings") or ())}
    yield from (port.removesuffix("/tcp") for port in origin.at("ExposedPorts") or () if port not in known)


def _devices(origin: Origin) -> Iterator[str]:
    yield from map(spelling.device, origin.at("HostConfig.Devices") or ())
    for request in origin.at("HostConfig.DeviceRequests") or ():
        yield from (request.get("DeviceIDs") or ()) if request.get("Driver") == "cdi" else ()


def _gpus(origin: Origin) -> Iterator[str]:
    requests = origin.at("HostConfig.DeviceRequests") or ()
    yield from (spelling.gpus(request) for request in requests if request.get("Driver") != "cdi")


def _restart(origin: Origin) -> Iterator[str]:
    policy = origin.at("HostConfig.RestartPolicy") or {}
    name, count = policy.get("Name") or "no", policy.get("MaximumRetryCount")
    if name != "no":
        yield f"{name}:{count}" if count else name


def _log_driver(origin: Origin) -> Iterator[str]:
    driver = (origin.at("HostConfig.LogConfig") or {}).get("Type")
    if driver and driver not in USUAL["HostConfig.LogConfig.Type"](origin):
        yield driver


def _log_options(origin: Origin) -> Iterator[str]:
    yield from spelling.pairs((origin.at("HostConfig.LogConfig") or {}).get("Config") or {})


def profile(origin: Origin) -> tuple[str, str] | None:
    """The seccomp profile that was read from a file: a name for one, and what it has to hold."""
    start = "seccomp={"
    found = next((each for each in origin.at("HostConfig.SecurityOpt") or () if each.startswith(start)), "")
    return (f"seccomp-{origin.name}.json", found.partition("=")[2]) if found else None


def _security(origin: Origin) -> Iterator[str]:
    """A profile is in a file, for docker; what it was called nobody knows any more."""
    read = profile(origin)
    for option in origin.at("HostConfig.SecurityOpt") or ():
        if option not in relaxed(origin):
            yield f"seccomp={read[0]}" if read and option == f"seccomp={read[1]}" else option
    if origin.at("HostConfig.MaskedPaths") == [] and not origin.at("HostConfig.Privileged"):
        yield NO_SYSTEM_PATHS


def _health(key: str, spelled: Callable[[Any], str]) -> Back:
    def back(origin: Origin) -> Iterator[str]:
        given, own = origin.at("Healthcheck") or {}, origin.own("Healthcheck") or {}
        if given.get(key) and given[key] != own.get(key) and given.get("Test") != ["NONE"]:
            yield spelled(given[key])

    return back


def _health_command(test: list[str]) -> str:
    """A flag is for a shell; what was given to none (CMD, in a Dockerfile) is spelled for it."""
    return test[-1] if test[0] == "CMD-SHELL" else join(test[1:])


def _no_health(origin: Origin) -> Iterator[str]:
    if (origin.at("Healthcheck") or {}).get("Test") == ["NONE"] != (origin.own("Healthcheck") or {}).get("Test"):
        yield "true"


def _entrypoint(origin: Origin) -> Iterator[str]:
    given, own = origin.at("Entrypoint") or [], origin.own("Entrypoint") or []
    emptied = not origin.at("Cmd") and bool(origin.own("Cmd"))  # the same again takes the image's command away
    if given != own or (given and emptied):
        yield given[0] if given else ""


def _platform(origin: Origin) -> Iterator[str]:
    """Where the image is for another processor than the daemon's machine has."""
    machine = str(origin.machine.get("Architecture", ""))
    own = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm", "i686": "386"}.get(machine, machine)
    image = origin.image.get("Architecture")
    if own and image and image != own:
        yield f"{origin.image.get('Os', 'linux')}/{image}"


def _name(origin: Origin) -> Iterator[str]:
    yield origin.name


HEALTH = tuple(Row(flag, ("Healthcheck",), _health(key, spelling.duration)) for flag, key in DURATIONS.items())

FIELDS: tuple[Row, ...] = (
    Row("detach", PLACES, _detached),
    Row("attach", PLACES, _attached),
    Row("name", ("Name",), _name),
    Row("platform", (), _platform),
    Row("network", ("HostConfig.NetworkMode",), networks.network),
    Row("network-alias", (), networks.alias),
    Row("ip", (), networks.address("IPv4Address")),
    Row("ip6", (), networks.address("IPv6Address")),
    Row("link-local-ip", (), networks.address("LinkLocalIPs")),
    Row("mac-address", ("MacAddress",), networks.mac),
    Row("link", ("HostConfig.Links",), networks.links),
    Row("publish", ("HostConfig.PortBindings",), _ports),
    Row("expose", ("ExposedPorts",), _exposed),
    Row("env", ("Env",), _variables),
    Row("volume", ("HostConfig.Binds", "Volumes"), _volumes),
    Row("mount", ("HostConfig.Mounts",), _each("HostConfig.Mounts", spelling.mount)),
    Row("tmpfs", ("HostConfig.Tmpfs",), _tmpfs),
    Row("label", ("Labels",), _labels),
    Row("entrypoint", ("Entrypoint",), _entrypoint),
    Row("device", ("HostConfig.Devices",), _devices),
    Row("gpus", ("HostConfig.DeviceRequests",), _gpus),
    Row("restart", ("HostConfig.RestartPolicy",), _restart),
    Row("log-driver", ("HostConfig.LogConfig",), _log_driver),
    Row("log-opt", ("HostConfig.LogConfig",), _log_options),
    Row("security-opt", ("HostConfig.SecurityOpt", "HostConfig.MaskedPaths", "HostConfig.ReadonlyPaths"), _security),
    Row("storage-opt", ("HostConfig.StorageOpt",), _pairs("HostConfig.StorageOpt")),
    Row("no-healthcheck", ("Healthcheck",), _no_health),
    Row("health-cmd", ("Healthcheck",), _health("Test", _health_command)),
    Row("health-retries", ("Healthcheck",), _health("Retries", str)),
    *HEALTH,
    Row("cpus", ("HostConfig.NanoCpus",), _plain("HostConfig.NanoCpus", spelling.cpus)),
    Row("memory-swap", ("HostConfig.MemorySwap",), _plain("HostConfig.MemorySwap", spelling.size)),
    Row(
        "memory-swappiness",
        ("HostConfig.MemorySwappiness",),
        _plain("HostConfig.MemorySwappiness", str),
    ),
    Row("ulimit", ("HostConfig.Ulimits",), _each("HostConfig.Ulimits", spelling.limit)),
)

ROWS = (*FIELDS, *PLAIN)


def words(origin: Origin) -> tuple[str, ...]:
    """Behind the image: the command where it is not the image's own, and what one ``--entrypoint`` cannot hold."""
    given, own = origin.at("Entrypoint") or [], origin.own("Entrypoint") or []
    command = tuple(origin.at("Cmd") or ())
    if tuple(_entrypoint(origin)):
        return (*given[1:], *command)
    return () if given == own and list(command) == list(origin.own("Cmd") or []) else command


def recipe(origin: Origin) -> Recipe:
    settings = tuple(Setting(row.flag, value) for row in ROWS for value in row.back(origin))
    read = profile(origin)
    return Recipe(
        origin.name,
        settings,
        str(origin.at("Image")),
        words(origin),
        tuple(networks.joined(origin)),
        dict([read]) if read else {},
    )
