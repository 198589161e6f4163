"""What stands in a container's record without a flag: put in by docker, the daemon, the machine or the image."""

from collections.abc import Callable, Mapping
from typing import Any

from dshell.run.remake.origin import Origin


def _one_of(*usual: Any) -> Callable[[Origin], tuple[Any, ...]]:
    return lambda _: usual


def _of_image(key: str) -> Callable[[Origin], tuple[Any, ...]]:
    return lambda origin: (origin.own(key),)


def _of_machine(key: str) -> Callable[[Origin], tuple[Any, ...]]:
    return lambda origin: (origin.machine.get(key),)


def _lent(place: str, origin: Origin) -> tuple[Any, ...]:
    """In another container's network its names are this one's too, and docker takes no other ones."""
    other = str(origin.at("HostConfig.NetworkMode")).startswith("container:")
    return (origin.at(place),) if other else ()


def _domain(origin: Origin) -> tuple[Any, ...]:
    return ("", *_lent("Domainname", origin))


def _generated_name(origin: Origin) -> tuple[Any, ...]:
    """docker's own: the beginning of the id, or the machine's where the container has no network of its own."""
    machine = "host" in {origin.at("HostConfig.NetworkMode"), origin.at("HostConfig.UTSMode")}
    return (origin.id[:12], origin.machine.get("Name") if machine else None, *_lent("Hostname", origin))


def _twice_the_memory(origin: Origin) -> tuple[Any, ...]:
    """What the daemon allows of swap where nobody says how much."""
    return (2 * (origin.at("HostConfig.Memory") or 0),)


def _own_cgroup(origin: Origin) -> tuple[Any, ...]:
    return ("private" if str(origin.machine.get("CgroupVersion", "")) == "2" else "host",)


def relaxed(origin: Origin) -> tuple[Any, ...]:
    """The daemon takes SELinux's labels off where they would be in the way."""
    wide = {origin.at("HostConfig.PidMode"), origin.at("HostConfig.IpcMode")} & {"host"}
    return ("label=disable",) if origin.at("HostConfig.Privileged") or wide else ()


USUAL: Mapping[str, Callable[[Origin], tuple[Any, ...]]] = {
    "Domainname": _domain,
    "HostConfig.CgroupnsMode": _own_cgroup,
    "HostConfig.Init": _one_of(None),
    "HostConfig.IpcMode": _one_of("private"),
    "HostConfig.LogConfig.Type": _of_machine("LoggingDriver"),
    "HostConfig.MemorySwap": _twice_the_memory,
    "HostConfig.MemorySwappiness": _one_of(-1),
    "HostConfig.Runtime": _of_machine("DefaultRuntime"),
    "HostConfig.ShmSize": _one_of(64 * 1024**2),
    "Hostname": _generated_name,
    "StopSignal": _of_image("StopSignal"),
    "StopTimeout": _one_of(None),
    "User": _of_image("User"),
    "WorkingDir": _of_image("WorkingDir"),
}
"""By place: contents that were there without a flag. None and what is empty are so everywhere else."""


ZERO_SAYS = {"StopTimeout", "HostConfig.MemorySwappiness", "HostConfig.Init"}
FALSE_SAYS = {"HostConfig.Init"}


def chosen(origin: Origin, place: str) -> Any:
    """What stands at ``place`` by somebody's choice; None for what does not."""
    content = origin.at(place)
    if place in USUAL:
        usual = USUAL[place](origin)
        unset = place not in FALSE_SAYS and not content and content != 0
        return None if unset or content in usual or (content == 0 and place not in ZERO_SAYS) else content
    return content or None
