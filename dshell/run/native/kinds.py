"""The flags of ``run`` and ``create`` that are one place of the request each, by the kind of their value.

A flag belongs into one table here, or is a field of ``native.body``, and nowhere else.
"""

import os
from collections.abc import Callable, Mapping
from types import MappingProxyType

from dshell.line.addresses import parse_host_entry, parse_search_domain, parse_server
from dshell.line.devices import parse_byte_rate, parse_operation_rate, parse_weight
from dshell.line.numbers import parse_size
from dshell.record import Record
from dshell.run.native import security
from dshell.run.native.environment import key_values
from dshell.run.native.values import Values

NO_CONSOLE = os.terminal_size((0, 0))

ABSENT = object()
"""Made by a field that leaves the body as it is."""


class Place(Record):
    """Where a line was typed. ``console``: size of the terminal on standard output, zeros where there is none.

    ``proxies``: those of docker's config.json for this daemon, by the names of their variables. ``system``: the
    daemon's.
    """

    folder: str
    environ: Mapping[str, str] = MappingProxyType({})
    console: os.terminal_size = NO_CONSOLE
    proxies: Mapping[str, str] = MappingProxyType({})
    system: str = "linux"


Make = Callable[[Values, Place], object]


class Field(Record):
    """One place of the body, ``HostConfig.Binds``, and the flags that it is made from.

    ``make`` answers the JSON or ABSENT, and raises ValueError with docker's words. A place of "" is only refused.
    """

    place: str
    flags: tuple[str, ...]
    make: Make


TEXTS: Mapping[str, str] = {
    "cgroup-parent": "HostConfig.CgroupParent",
    "cidfile": "HostConfig.ContainerIDFile",
    "cpuset-cpus": "HostConfig.CpusetCpus",
    "cpuset-mems": "HostConfig.CpusetMems",
    "domainname": "Domainname",
    "hostname": "Hostname",
    "ipc": "HostConfig.IpcMode",
    "isolation": "HostConfig.Isolation",
    "runtime": "HostConfig.Runtime",
    "stop-signal": "StopSignal",
    "user": "User",
    "volume-driver": "HostConfig.VolumeDriver",
    "workdir": "WorkingDir",
}

SWITCHES: Mapping[str, str] = {
    "init": "HostConfig.Init",
    "interactive": "OpenStdin",
    "oom-kill-disable": "HostConfig.OomKillDisable",
    "privileged": "HostConfig.Privileged",
    "publish-all": "HostConfig.PublishAllPorts",
    "read-only": "HostConfig.ReadonlyRootfs",
    "rm": "HostConfig.AutoRemove",
    "tty": "Tty",
}

NUMBERS: Mapping[str, str] = {
    "blkio-weight": "HostConfig.BlkioWeight",
    "cpu-count": "HostConfig.CpuCount",
    "cpu-percent": "HostConfig.CpuPercent",
    "cpu-period": "HostConfig.CpuPeriod",
    "cpu-quota": "HostConfig.CpuQuota",
    "cpu-rt-period": "HostConfig.CpuRealtimePeriod",
    "cpu-rt-runtime": "HostConfig.CpuRealtimeRuntime",
    "cpu-shares": "HostConfig.CpuShares",
    "io-maxiops": "HostConfig.IOMaximumIOps",
    "oom-score-adj": "HostConfig.OomScoreAdj",
    "pids-limit": "HostConfig.PidsLimit",
    "stop-timeout": "StopTimeout",
}

SIZES: Mapping[str, str] = {
    "io-maxbandwidth": "HostConfig.IOMaximumBandwidth",
    "kernel-memory": "HostConfig.KernelMemory",
    "memory": "HostConfig.Memory",
    "memory-reservation": "HostConfig.MemoryReservation",
    "shm-size": "HostConfig.ShmSize",
}

LISTS: Mapping[str, str] = {
    "device-cgroup-rule": "HostConfig.DeviceCgroupRules",
    "dns-option": "HostConfig.DnsOptions",
    "group-add": "HostConfig.GroupAdd",
    "link": "HostConfig.Links",
    "volumes-from": "HostConfig.VolumesFrom",
}

READ_LISTS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "add-host": ("HostConfig.ExtraHosts", parse_host_entry),
    "blkio-weight-device": ("HostConfig.BlkioWeightDevice", parse_weight),
    "device-read-bps": ("HostConfig.BlkioDeviceReadBps", parse_byte_rate),
    "device-read-iops": ("HostConfig.BlkioDeviceReadIOps", parse_operation_rate),
    "device-write-bps": ("HostConfig.BlkioDeviceWriteBps", parse_byte_rate),
    "device-write-iops": ("HostConfig.BlkioDeviceWriteIOps", parse_operation_rate),
    "dns": ("HostConfig.Dns", parse_server),
    "dns-search": ("HostConfig.DnsSearch", parse_search_domain),
}

MAPS: Mapping[str, str] = {
    "annotation": "HostConfig.Annotations",
    "sysctl": "HostConfig.Sysctls",
}

CAPABILITIES: Mapping[str, str] = {
    "cap-add": "HostConfig.CapAdd",
    "cap-drop": "HostConfig.CapDrop",
}

MODES: Mapping[str, tuple[str, Callable[[str], bool], str]] = {
    "pid": ("HostConfig.PidMode", lambda mode: mode in {"", "host"} or security.is_container(mode), "PID"),
    "uts": ("HostConfig.UTSMode", lambda mode: mode in {"", "host"}, "UTS"),
    "userns": ("HostConfig.UsernsMode", lambda mode: mode in {"", "host"}, "USER"),
    "cgroupns": ("HostConfig.CgroupnsMode", lambda mode: mode in {"", "host", "private"}, "CGROUP"),
}
"""By flag: the place, which modes there are, and docker's word for them."""


def _text(flag: str) -> Make:
    return lambda values, _: values.text(flag) or ABSENT


def _switch(flag: str) -> Make:
    return lambda values, _: values.on(flag) if values.given(flag) else ABSENT


def _number(flag: str) -> Make:
    return lambda values, _: values.number(flag) if values.given(flag) else ABSENT


def _size(flag: str) -> Make:
    return lambda values, _: parse_size(values.text(flag)) if values.given(flag) else ABSENT


def _list(flag: str) -> Make:
    return lambda values, _: list(values.every(flag)) or ABSENT


def _read_list(flag: str, read: Callable[[str], object]) -> Make:
    return lambda values, _: [read(value) for value in values.every(flag)] or ABSENT


def _map(flag: str) -> Make:
    return lambda values, _: key_values(values.every(flag)) or ABSENT


def _capabilities(flag: str) -> Make:
    return lambda values, _: security.capabilities(values.every(flag)) or ABSENT


def _mode(flag: str, known: Callable[[str], bool], word: str) -> Make:
    def make(values: Values, _: Place) -> object:
        if not known(values.text(flag)):
            raise ValueError(f"--{flag}: invalid {word} mode")
        return values.text(flag) or ABSENT

    return make


MODE_FIELDS: tuple[Field, ...] = tuple(
    Field(place, (flag,), _mode(flag, known, word)) for flag, (place, known, word) in MODES.items()
)

PLAIN: tuple[Field, ...] = (
    *(Field(place, (flag,), _text(flag)) for flag, place in TEXTS.items()),
    *(Field(place, (flag,), _switch(flag)) for flag, place in SWITCHES.items()),
    *(Field(place, (flag,), _number(flag)) for flag, place in NUMBERS.items()),
    *(Field(place, (flag,), _size(flag)) for flag, place in SIZES.items()),
    *(Field(place, (flag,), _list(flag)) for flag, place in LISTS.items()),
    *(Field(place, (flag,), _read_list(flag, read)) for flag, (place, read) in READ_LISTS.items()),
    *(Field(place, (flag,), _map(flag)) for flag, place in MAPS.items()),
    *(Field(place, (flag,), _capabilities(flag)) for flag, place in CAPABILITIES.items()),
)
"""Those of which nothing is refused but what cannot be read."""
