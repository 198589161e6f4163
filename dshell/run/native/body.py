"""The body of a create request from the flags of ``run`` and ``create``.

Tables, one for each kind of flag: a flag belongs into one of them and nowhere else. Every refusal is docker's, in
docker's order: ``CHECKS`` while words are read, then ``FIELDS`` from top to bottom.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from dshell.errors import Declined
from dshell.line.mounts import parse_bind, parse_mount
from dshell.line.ports import parse_expose, parse_publish
from dshell.run.native.defaults import Body, default_body
from dshell.run.native.environment import check_label, check_variable, labels, read_variables, variable
from dshell.run.native.networks import join_networks, parse_network
from dshell.run.native.values import Check, Values

NO_CONSOLE = os.terminal_size((0, 0))

ABSENT = object()
"""Made by a field that leaves the body as it is."""


class Place(NamedTuple):
    """Where a line was typed. ``console``: size of the terminal on standard output, zeros where there is none."""

    folder: str
    environ: Mapping[str, str] = MappingProxyType({})
    console: os.terminal_size = NO_CONSOLE


Make = Callable[[Values, Place], object]


class Field(NamedTuple):
    """One place of the body, ``HostConfig.Binds``, and the flags that it is made from.

    ``make`` answers the JSON or ABSENT, and raises ValueError with docker's words.
    """

    place: str
    flags: tuple[str, ...]
    make: Make


TEXTS: Mapping[str, str] = {
    "domainname": "Domainname",
    "hostname": "Hostname",
    "stop-signal": "StopSignal",
    "user": "User",
    "workdir": "WorkingDir",
}

SWITCHES: Mapping[str, str] = {
    "init": "HostConfig.Init",
    "interactive": "OpenStdin",
    "privileged": "HostConfig.Privileged",
    "publish-all": "HostConfig.PublishAllPorts",
    "read-only": "HostConfig.ReadonlyRootfs",
    "rm": "HostConfig.AutoRemove",
    "tty": "Tty",
}

NUMBERS: Mapping[str, str] = {
    "stop-timeout": "StopTimeout",
}

LISTS: Mapping[str, str] = {
    "volumes-from": "HostConfig.VolumesFrom",
}


def _text(flag: str) -> Make:
    return lambda values, _: values.text(flag) or ABSENT


def _switch(flag: str) -> Make:
    return lambda values, _: values.on(flag) if values.given(flag) else ABSENT


def _number(flag: str) -> Make:
    return lambda values, _: values.number(flag) if values.given(flag) else ABSENT


def _list(flag: str) -> Make:
    return lambda values, _: list(values.every(flag)) or ABSENT


class Attached(NamedTuple):
    """Which streams of the container come back here."""

    stdin: bool
    stdout: bool
    stderr: bool


def attached(values: Values) -> Attached:
    """-a says which; without it, standard output and error; -i adds the input; -d takes all away."""
    if values.on("detach"):
        return Attached(stdin=False, stdout=False, stderr=False)
    named = {stream.lower() for stream in values.every("attach")} or {"stdout", "stderr"}
    return Attached("stdin" in named or values.on("interactive"), "stdout" in named, "stderr" in named)


def check_stream(value: str) -> None:
    """Raises ValueError with docker's words."""
    if value.lower() not in {"stdin", "stdout", "stderr"}:
        raise ValueError("valid streams are STDIN, STDOUT and STDERR")


def _binds(values: Values, place: Place) -> object:
    """Of the same -v twice docker keeps one."""
    binds = [parse_bind(value) for value in dict.fromkeys(values.every("volume"))]
    return [bind.spec(place.folder) for bind in binds if bind.source] or ABSENT


def _anonymous_volumes(values: Values, _: Place) -> object:
    return {bind.rest: {} for bind in map(parse_bind, values.every("volume")) if not bind.source}


def _tmpfs(values: Values, _: Place) -> object:
    return {path: options for path, _, options in (v.partition(":") for v in values.every("tmpfs"))} or ABSENT


def _entrypoint(values: Values, _: Place) -> object:
    """A single word, never split; "" clears the image's."""
    return [values.text("entrypoint")] if values.given("entrypoint") else ABSENT


def _port_bindings(values: Values, _: Place) -> object:
    bindings: dict[str, list[Body]] = {}
    for published in parse_publish(values.every("publish")):
        where = {"HostIp": published.host_ip, "HostPort": published.host_port}
        bindings.setdefault(published.port, []).append(where)
    return bindings


def _exposed_ports(values: Values, _: Place) -> object:
    ports = [published.port for published in parse_publish(values.every("publish"))]
    ports += [port for value in values.every("expose") for port in parse_expose(value)]
    return {port: {} for port in ports} or ABSENT


def environment(values: Values, place: Place) -> list[str]:
    """The variables of -e, as given, behind those of the files. Raises ValueError with docker's words."""
    given = [variable(value, place.environ) for value in values.every("env")]
    return _file_lines(values.every("env-file"), place, place.environ) + given


def _file_lines(names: Iterable[str], place: Place, environ: Mapping[str, str]) -> list[str]:
    return [line for name in names for line in read_variables(name, os.path.join(place.folder, name), environ)]


def _environment(values: Values, place: Place) -> object:
    """Of the same variable given twice by -e, run keeps the last."""
    last = {value.partition("=")[0]: value for value in values.every("env")}
    unique = [variable(value, place.environ) for value in last.values()]
    return _file_lines(values.every("env-file"), place, place.environ) + unique or ABSENT


def _labels(values: Values, place: Place) -> object:
    """A bare key in a file is left out; on the line it is a label without value."""
    return labels([*_file_lines(values.every("label-file"), place, {}), *values.every("label")])


def _restart(values: Values, _: Place) -> object:
    """Raises ValueError for what can be no policy, and for one beside --rm."""
    if not values.given("restart"):
        return ABSENT
    name, colon, count = values.text("restart").partition(":")
    if colon and not name:
        raise ValueError("invalid restart policy format: no policy provided before colon")
    try:
        retries = int(count or "0")
    except ValueError:
        raise ValueError("invalid restart policy format: maximum retry count must be an integer") from None
    if values.on("rm") and name not in {"", "no"}:
        raise ValueError("conflicting options: cannot specify both --restart and --rm")
    return {"Name": name, "MaximumRetryCount": retries}


def _mounts(values: Values, place: Place) -> object:
    return [parse_mount(value, place.folder) for value in values.every("mount")] or ABSENT


def _network_mode(values: Values, _: Place) -> object:
    return parse_network(values.every("network")[0]).name if values.given("network") else ABSENT


def _endpoints(values: Values, _: Place) -> object:
    return join_networks([parse_network(value) for value in values.every("network")])


def _stdin_once(values: Values, _: Place) -> object:
    return values.on("interactive") and attached(values).stdin


FIELDS: tuple[Field, ...] = (
    Field("AttachStdin", ("attach",), lambda values, _: attached(values).stdin),
    Field("AttachStdout", ("attach",), lambda values, _: attached(values).stdout),
    Field("AttachStderr", ("attach",), lambda values, _: attached(values).stderr),
    Field("StdinOnce", (), _stdin_once),
    Field("HostConfig.Binds", ("volume",), _binds),
    Field("Volumes", ("volume",), _anonymous_volumes),
    Field("HostConfig.Tmpfs", ("tmpfs",), _tmpfs),
    Field("Entrypoint", ("entrypoint",), _entrypoint),
    Field("HostConfig.PortBindings", ("publish",), _port_bindings),
    Field("ExposedPorts", ("publish", "expose"), _exposed_ports),
    Field("Env", ("env-file", "env"), _environment),
    Field("Labels", ("label-file", "label"), _labels),
    Field("HostConfig.RestartPolicy", ("restart",), _restart),
    Field("HostConfig.Mounts", ("mount",), _mounts),
    Field("HostConfig.NetworkMode", ("network",), _network_mode),
    Field("NetworkingConfig.EndpointsConfig", ("network",), _endpoints),
    Field("HostConfig.ConsoleSize", (), lambda _, place: [place.console.lines, place.console.columns]),
    *(Field(place, (flag,), _text(flag)) for flag, place in TEXTS.items()),
    *(Field(place, (flag,), _switch(flag)) for flag, place in SWITCHES.items()),
    *(Field(place, (flag,), _number(flag)) for flag, place in NUMBERS.items()),
    *(Field(place, (flag,), _list(flag)) for flag, place in LISTS.items()),
)

CHECKS: Mapping[str, Check] = {
    "attach": check_stream,
    "env": check_variable,
    "label": check_label,
    "mount": parse_mount,
    "network": parse_network,
}
"""What docker refuses while it reads the words; for other flags, what their type refuses."""

HONOURED = frozenset(flag for row in FIELDS for flag in row.flags)


def create_body(values: Values, image: str, command: tuple[str, ...], place: Place) -> Body:
    """Raises Declined with docker's words."""
    body = default_body()
    body["Image"] = image
    body["Cmd"] = list(command) or None
    for row in FIELDS:
        try:
            made = row.make(values, place)
        except ValueError as error:
            raise Declined(str(error)) from error
        if made is not ABSENT:
            *parents, key = row.place.split(".")
            target = body
            for parent in parents:
                target = target[parent]
            target[key] = made
    return body
