"""Recipes as a compose file: a table from the flags of ``run`` to the keys of a service.

Networks and volumes with a name are those that are here (``external``): the file makes containers, nothing else.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from dshell.grammar.model import Flag
from dshell.line.mounts import KEYS as MOUNT_KEYS
from dshell.line.mounts import is_path, parse_bind, parse_mount
from dshell.run.base import Setting
from dshell.run.native.networks import PREDEFINED
from dshell.run.remake.inverse import Recipe

Service = dict[str, Any]
Put = Callable[[Service, str], None]
"""Puts one value of a flag into a service."""

OWN_LABELS = "com.docker.compose."  # compose writes them itself


class Composed(NamedTuple):
    """``file``: its content as plain data. ``left``: flags for which compose has no key, each with its value."""

    file: Mapping[str, Any]
    left: tuple[Setting, ...] = ()


def _one(key: str, read: Callable[[str], Any] = str) -> Put:
    def put(service: Service, value: str) -> None:
        service[key] = read(value)

    return put


def _many(key: str, read: Callable[[str], Any] = str) -> Put:
    def put(service: Service, value: str) -> None:
        service.setdefault(key, []).append(read(value))

    return put


def _pair(key: str) -> Put:
    """A map. A key without a value stays without."""

    def put(service: Service, value: str) -> None:
        name, equals, content = value.partition("=")
        service.setdefault(key, {})[name] = content if equals else None

    return put


def _within(*places: str, read: Callable[[str], Any] = str) -> Put:
    def put(service: Service, value: str) -> None:
        for place in places[:-1]:
            service = service.setdefault(place, {})
        service[places[-1]] = read(value)

    return put


def _rated(key: str, name: str) -> Put:
    def put(service: Service, value: str) -> None:
        path, _, rate = value.rpartition(":")
        content = int(rate) if rate.isdigit() else rate
        service.setdefault("blkio_config", {}).setdefault(key, []).append({"path": path, name: content})

    return put


def _label(service: Service, value: str) -> None:
    if not value.startswith(OWN_LABELS):
        key, _, content = value.partition("=")
        service.setdefault("labels", {})[key] = content


def _limit(service: Service, value: str) -> None:
    name, _, rest = value.partition("=")
    soft, colon, hard = rest.partition(":")
    content = {"soft": int(soft), "hard": int(hard)} if colon else int(soft)
    service.setdefault("ulimits", {})[name] = content


def _health(service: Service, value: str) -> None:
    service.setdefault("healthcheck", {})["test"] = ["CMD-SHELL", value]


def _no_health(service: Service, _: str) -> None:
    service.setdefault("healthcheck", {})["disable"] = True


def _log_option(service: Service, value: str) -> None:
    name, _, content = value.partition("=")
    service.setdefault("logging", {}).setdefault("options", {})[name] = content


def _network(service: Service, value: str) -> None:
    if value in PREDEFINED or value.startswith("container:"):
        service["network_mode"] = value
    else:
        service.setdefault("networks", {})[value] = {}


ATTACHED: Mapping[str, Put] = {
    "alias": _many("aliases"),
    "driver-opt": _pair("driver_opts"),
    "ip": _one("ipv4_address"),
    "ip6": _one("ipv6_address"),
    "link-local-ip": _many("link_local_ips"),
}
"""By flag of ``network connect``: what a service is called on a network."""


def _on_network(flag: str) -> Put:
    """The same of the first network."""

    def put(service: Service, value: str) -> None:
        if not (joined := service.get("networks")):
            raise KeyError(flag)
        ATTACHED[flag](joined[next(iter(joined))], value)

    return put


def _entrypoint(service: Service, value: str) -> None:
    service["entrypoint"] = [value] if value else []


def _mount(service: Service, value: str) -> None:
    """The long form, whose keys are those of ``--mount`` by other names."""
    mount = parse_mount(value)
    long: Service = {"type": mount["Type"]}
    for name, place in (("source", "Source"), ("target", "Target"), ("read_only", "ReadOnly")):
        if mount.get(place):
            long[name] = mount[place]
    for key, kind, name in LONG_MOUNT:
        content: Any = mount
        for place in MOUNT_KEYS[key].place:
            content = (content or {}).get(place)
        if content:
            long.setdefault(kind, {})[name] = content
    service.setdefault("volumes", []).append(long)


LONG_MOUNT = (
    ("bind-propagation", "bind", "propagation"),
    ("volume-nocopy", "volume", "nocopy"),
    ("volume-subpath", "volume", "subpath"),
    ("image-subpath", "image", "subpath"),
    ("tmpfs-size", "tmpfs", "size"),
    ("tmpfs-mode", "tmpfs", "mode"),
)


def _true(value: str) -> bool:
    return value == "true"


def _size(value: str) -> int | str:
    """-1, for no limit, has to be a number."""
    return int(value) if value == "-1" else value


def _gpus(service: Service, value: str) -> None:
    """``all``, or a count; what says more is left to a person."""
    if value != "all" and not value.lstrip("-").isdigit():
        raise KeyError(value)
    count: Any = "all" if value in {"all", "-1"} else int(value)
    service["gpus"] = [{"count": count}]


TABLE: Mapping[str, Put] = {
    "add-host": _many("extra_hosts"),
    "annotation": _pair("annotations"),
    "blkio-weight": _within("blkio_config", "weight", read=int),
    "blkio-weight-device": _rated("weight_device", "weight"),
    "cap-add": _many("cap_add"),
    "cap-drop": _many("cap_drop"),
    "cgroup-parent": _one("cgroup_parent"),
    "cgroupns": _one("cgroup"),
    "cpu-count": _one("cpu_count", int),
    "cpu-percent": _one("cpu_percent", int),
    "cpu-period": _one("cpu_period", int),
    "cpu-quota": _one("cpu_quota", int),
    "cpu-rt-period": _one("cpu_rt_period", int),
    "cpu-rt-runtime": _one("cpu_rt_runtime", int),
    "cpu-shares": _one("cpu_shares", int),
    "cpus": _one("cpus", float),
    "cpuset-cpus": _one("cpuset"),
    "device": _many("devices"),
    "device-cgroup-rule": _many("device_cgroup_rules"),
    "device-read-bps": _rated("device_read_bps", "rate"),
    "device-read-iops": _rated("device_read_iops", "rate"),
    "device-write-bps": _rated("device_write_bps", "rate"),
    "device-write-iops": _rated("device_write_iops", "rate"),
    "dns": _many("dns"),
    "dns-option": _many("dns_opt"),
    "dns-search": _many("dns_search"),
    "domainname": _one("domainname"),
    "entrypoint": _entrypoint,
    "env": _pair("environment"),
    "expose": _many("expose"),
    "gpus": _gpus,
    "group-add": _many("group_add"),
    "health-cmd": _health,
    "health-interval": _within("healthcheck", "interval"),
    "health-retries": _within("healthcheck", "retries", read=int),
    "health-start-interval": _within("healthcheck", "start_interval"),
    "health-start-period": _within("healthcheck", "start_period"),
    "health-timeout": _within("healthcheck", "timeout"),
    "hostname": _one("hostname"),
    "init": _one("init", _true),
    "interactive": _one("stdin_open", _true),
    "ip": _on_network("ip"),
    "ip6": _on_network("ip6"),
    "ipc": _one("ipc"),
    "isolation": _one("isolation"),
    "label": _label,
    "link": _many("external_links"),
    "link-local-ip": _on_network("link-local-ip"),
    "log-driver": _within("logging", "driver"),
    "log-opt": _log_option,
    "mac-address": _one("mac_address"),
    "memory": _one("mem_limit"),
    "memory-reservation": _one("mem_reservation"),
    "memory-swap": _one("memswap_limit", _size),
    "memory-swappiness": _one("mem_swappiness", int),
    "mount": _mount,
    "name": _one("container_name"),
    "network": _network,
    "network-alias": _on_network("alias"),
    "no-healthcheck": _no_health,
    "oom-kill-disable": _one("oom_kill_disable", _true),
    "oom-score-adj": _one("oom_score_adj", int),
    "pid": _one("pid"),
    "pids-limit": _one("pids_limit", int),
    "platform": _one("platform"),
    "privileged": _one("privileged", _true),
    "publish": _many("ports"),
    "read-only": _one("read_only", _true),
    "restart": _one("restart"),
    "runtime": _one("runtime"),
    "security-opt": _many("security_opt"),
    "shm-size": _one("shm_size"),
    "stop-signal": _one("stop_signal"),
    "stop-timeout": _one("stop_grace_period", lambda value: f"{value}s"),
    "storage-opt": _pair("storage_opt"),
    "sysctl": _pair("sysctls"),
    "tmpfs": _many("tmpfs"),
    "tty": _one("tty", _true),
    "ulimit": _limit,
    "user": _one("user"),
    "userns": _one("userns_mode"),
    "uts": _one("uts"),
    "volume": _many("volumes"),
    "volumes-from": _many("volumes_from", lambda value: f"container:{value}"),
    "workdir": _one("working_dir"),
}
"""By flag. Keys of the compose specification; ``env`` of a name alone takes the person's variable, as in ``run``."""

NEEDLESS = {"detach", "attach"}
"""Whether a container is watched is said to ``compose up``."""


def compose(recipes: Iterable[Recipe], flags: Mapping[str, Flag]) -> Composed:
    """``flags``: of ``run``, of which all have a row in TABLE or are told as ``left``."""
    services: Service = {}
    left: list[Setting] = []
    networks: Service = {}
    volumes: Service = {}
    for recipe in recipes:
        service, over = _service(recipe)
        services[recipe.name] = escaped(service)
        left += [setting for setting in over if setting.name in flags]
        networks |= {name: {"external": True} for name in service.get("networks", ())}
        volumes |= {name: {"external": True} for name in _named_volumes(recipe)}
    file: Service = {"services": services}
    if networks:
        file["networks"] = networks
    if volumes:
        file["volumes"] = volumes
    return Composed(file, tuple(left))


def _service(recipe: Recipe) -> tuple[Service, list[Setting]]:
    service: Service = {"image": recipe.image}
    left = []
    for setting in recipe.settings:
        put = TABLE.get(setting.name)
        try:
            if put is not None:
                put(service, setting.value)
            elif setting.name not in NEEDLESS:
                left.append(setting)
        except KeyError:
            left.append(setting)
    left += _join(service, recipe)
    if recipe.words:
        service["command"] = list(recipe.words)
    return service, left


def _join(service: Service, recipe: Recipe) -> list[Setting]:
    """The networks that no flag of ``run`` names. Compose gives aliases on each, which docker's own do not take."""
    if not recipe.joined:
        if "networks" not in service:
            service.setdefault("network_mode", "bridge")  # else compose makes a network of its own
        return []
    left = [] if "networks" in service else [service.pop("network_mode", "bridge")]
    for network, given in recipe.joined:
        if network in PREDEFINED:
            left.append(network)
            continue
        part = service.setdefault("networks", {}).setdefault(network, {})
        for setting in given:
            ATTACHED[setting.name](part, setting.value)
    return [Setting("network", network) for network in left]


def _named_volumes(recipe: Recipe) -> list[str]:
    binds = [parse_bind(setting.value).source for setting in recipe.settings if setting.name == "volume"]
    mounts = [parse_mount(setting.value) for setting in recipe.settings if setting.name == "mount"]
    binds += [mount["Source"] for mount in mounts if mount["Type"] == "volume" and mount.get("Source")]
    return [name for name in binds if name and not is_path(name)]


def escaped(content: Any) -> Any:
    """``$`` is twice, where compose would put a variable."""
    if isinstance(content, str):
        return content.replace("$", "$$")
    if isinstance(content, list):
        return [escaped(each) for each in content]
    if isinstance(content, dict):
        return {key: escaped(each) for key, each in content.items()}
    return content
