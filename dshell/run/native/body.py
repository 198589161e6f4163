"""The body of a create request from the flags of ``run`` and ``create``.

The plain flags are tables (``native.kinds``); here are those that are more than one place or one value. Every refusal
is docker's, in docker's order: ``CHECKS`` while words are read, then ``FIELDS`` from top to bottom.
"""

import os
from collections.abc import Iterable, Mapping

from dshell.errors import Declined
from dshell.line.addresses import check_link, check_mac
from dshell.line.devices import check_rule, is_qualified, named_devices, parse_device, parse_gpus
from dshell.line.limits import check_sysctl, parse_limit
from dshell.line.mounts import parse_bind, parse_mount
from dshell.line.numbers import parse_cpus, parse_decimal, parse_size
from dshell.line.ports import parse_expose, parse_publish
from dshell.record import Record
from dshell.run.native import health, security
from dshell.run.native.defaults import Body, default_body
from dshell.run.native.environment import (
    check_label,
    check_variable,
    key_values,
    read_variables,
    variable,
    with_proxies,
)
from dshell.run.native.kinds import ABSENT, MODE_FIELDS, PLAIN, READ_LISTS, Field, Place
from dshell.run.native.networks import Flat, join_networks, parse_network
from dshell.run.native.values import Check, Values


class Attached(Record):
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


def check_swap(value: str) -> None:
    """-1 is without a limit. Raises ValueError with docker's words."""
    if value != "-1":
        parse_size(value)


def _check_mac(values: Values, _: Place) -> object:
    if mac := values.text("mac-address"):
        check_mac(mac)
    return ABSENT


def _swappiness(values: Values, _: Place) -> object:
    swappiness = values.number("memory-swappiness", -1)
    if not -1 <= swappiness <= 100:
        raise ValueError(f"invalid value: {swappiness}. Valid memory swappiness range is 0-100")
    return swappiness


def _swap(values: Values, _: Place) -> object:
    swap = values.text("memory-swap")
    return ABSENT if not swap else -1 if swap == "-1" else parse_size(swap)


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


def _devices(values: Values, place: Place) -> object:
    """A Windows daemon judges a device itself."""
    given = [device for device in values.every("device") if not is_qualified(device)]
    if place.system == "windows":
        return [{"PathOnHost": device, "PathInContainer": "", "CgroupPermissions": ""} for device in given]
    if given and place.system != "linux":
        raise ValueError(f"unknown server OS: {place.system}")
    return [parse_device(device) for device in given]


def _device_requests(values: Values, _: Place) -> object:
    named = [device for device in values.every("device") if is_qualified(device)]
    requests = [parse_gpus(value) for value in values.every("gpus")]
    return requests + ([named_devices(named)] if named else []) or ABSENT


def environment(values: Values, place: Place) -> list[str]:
    """The variables of -e, as given, behind those of the files. Raises ValueError with docker's words."""
    given = [variable(value, place.environ) for value in values.every("env")]
    return _file_lines(values.every("env-file"), place, place.environ) + given


def _file_lines(names: Iterable[str], place: Place, environ: Mapping[str, str]) -> list[str]:
    return [line for name in names for line in read_variables(name, _in_folder(name, place), environ)]


def _in_folder(name: str, place: Place) -> str:
    """No name is no file, and not the folder."""
    return os.path.join(place.folder, name) if name else ""


def _environment(values: Values, place: Place) -> object:
    given = (variable(value, place.environ) for value in values.every("env"))
    unique = with_proxies(given, place.proxies)
    return _file_lines(values.every("env-file"), place, place.environ) + unique or ABSENT


def _labels(values: Values, place: Place) -> object:
    """A bare key in a file is left out; on the line it is a label without value."""
    return key_values([*_file_lines(values.every("label-file"), place, {}), *values.every("label")])


def _restart(values: Values, _: Place) -> object:
    """Raises ValueError with docker's words."""
    if not values.given("restart"):
        return ABSENT
    name, colon, count = values.text("restart").partition(":")
    if colon and not name:
        raise ValueError("invalid restart policy format: no policy provided before colon")
    try:
        retries = parse_decimal(count or "0")
    except ValueError:
        raise ValueError("invalid restart policy format: maximum retry count must be an integer") from None
    return {"Name": name, "MaximumRetryCount": retries}


def _check_restart(values: Values, _: Place) -> object:
    if values.on("rm") and values.text("restart").partition(":")[0] not in {"", "no"}:
        raise ValueError("conflicting options: cannot specify both --restart and --rm")
    return ABSENT


def _log_options(values: Values, _: Place) -> object:
    options = values.every("log-opt")
    if options and values.text("log-driver") == "none":
        raise ValueError("invalid logging opts for driver none")
    return key_values(options)


def _security(values: Values, place: Place) -> object:
    options = [security.parse_option(value, place.folder) for value in values.every("security-opt")]
    sent = [option for option in options if option != security.NO_SYSTEM_PATHS]
    return sent if options else ABSENT


def _system_paths(values: Values, _: Place) -> object:
    """No path of the system is masked, or read-only."""
    return [] if security.NO_SYSTEM_PATHS in values.every("security-opt") else ABSENT


def _storage(values: Values, _: Place) -> object:
    if not all("=" in option for option in values.every("storage-opt")):
        raise ValueError("invalid storage option")
    return key_values(values.every("storage-opt")) or ABSENT


def _health(values: Values, _: Place) -> object:
    return health.health_check(values) or ABSENT


def _limits(values: Values, _: Place) -> object:
    """By name; of the same name docker keeps the last."""
    limits = [parse_limit(value) for value in values.every("ulimit")]
    by_name = {str(limit["Name"]): limit for limit in limits}
    return [by_name[name] for name in sorted(by_name)]


def _mounts(values: Values, place: Place) -> object:
    return [parse_mount(value, place.folder) for value in values.every("mount")] or ABSENT


def _network_mode(values: Values, _: Place) -> object:
    return parse_network(values.every("network")[0]).name if values.given("network") else ABSENT


def _endpoints(values: Values, _: Place) -> object:
    flat = Flat(
        aliases=values.every("network-alias"),
        links=values.every("link"),
        ip=values.text("ip"),
        ip6=values.text("ip6"),
        mac=values.text("mac-address"),
        link_local=values.every("link-local-ip"),
    )
    return join_networks([parse_network(value) for value in values.every("network")], flat)


def _stdin_once(values: Values, _: Place) -> object:
    return values.on("interactive") and attached(values).stdin


FIELDS: tuple[Field, ...] = (
    Field("", ("mac-address",), _check_mac),
    Field("AttachStdin", ("attach",), lambda values, _: attached(values).stdin),
    Field("AttachStdout", ("attach",), lambda values, _: attached(values).stdout),
    Field("AttachStderr", ("attach",), lambda values, _: attached(values).stderr),
    Field("StdinOnce", (), _stdin_once),
    Field("HostConfig.MemorySwappiness", ("memory-swappiness",), _swappiness),
    Field("HostConfig.Binds", ("volume",), _binds),
    Field("Volumes", ("volume",), _anonymous_volumes),
    Field("HostConfig.Tmpfs", ("tmpfs",), _tmpfs),
    Field("Entrypoint", ("entrypoint",), _entrypoint),
    Field("HostConfig.PortBindings", ("publish",), _port_bindings),
    Field("ExposedPorts", ("publish", "expose"), _exposed_ports),
    Field("HostConfig.Devices", ("device",), _devices),
    Field("Env", ("env-file", "env"), _environment),
    Field("Labels", ("label-file", "label"), _labels),
    *MODE_FIELDS,
    Field("HostConfig.RestartPolicy", ("restart",), _restart),
    Field("HostConfig.LogConfig.Config", ("log-opt",), _log_options),
    Field("HostConfig.LogConfig.Type", ("log-driver",), lambda values, _: values.text("log-driver")),
    Field("HostConfig.SecurityOpt", ("security-opt",), _security),
    Field("HostConfig.MaskedPaths", ("security-opt",), _system_paths),
    Field("HostConfig.ReadonlyPaths", ("security-opt",), _system_paths),
    Field("HostConfig.StorageOpt", ("storage-opt",), _storage),
    Field("Healthcheck", health.FLAGS, _health),
    Field("", ("rm", "restart"), _check_restart),
    Field("HostConfig.DeviceRequests", ("gpus", "device"), _device_requests),
    Field("HostConfig.MemorySwap", ("memory-swap",), _swap),
    Field(
        "HostConfig.NanoCpus",
        ("cpus",),
        lambda values, _: parse_cpus(values.text("cpus")) if values.given("cpus") else 0,
    ),
    Field("HostConfig.Ulimits", ("ulimit",), _limits),
    Field("HostConfig.Mounts", ("mount",), _mounts),
    Field("HostConfig.NetworkMode", ("network",), _network_mode),
    Field(
        "NetworkingConfig.EndpointsConfig",
        ("network", "network-alias", "link", "ip", "ip6", "mac-address", "link-local-ip"),
        _endpoints,
    ),
    Field("HostConfig.ConsoleSize", (), lambda _, place: [place.console.lines, place.console.columns]),
    *PLAIN,
)

CHECKS: Mapping[str, Check] = {
    "attach": check_stream,
    "device-cgroup-rule": check_rule,
    "env": check_variable,
    "gpus": parse_gpus,
    "label": check_label,
    "link": check_link,
    "memory-swap": check_swap,
    "mount": parse_mount,
    "network": parse_network,
    "sysctl": check_sysctl,
    "ulimit": parse_limit,
    **{flag: read for flag, (_, read) in READ_LISTS.items()},
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
