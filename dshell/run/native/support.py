"""What a daemon is too old for, or is the wrong one for: docker's refusals, and what it changes in silence.

The versions are those that the docker CLI 28.2 and its client library name.
"""

from collections.abc import Mapping

from dshell.engine.records import Version
from dshell.errors import Declined, EngineError, Failure, Trouble
from dshell.run.base import Call, Desk
from dshell.run.native.defaults import Body
from dshell.run.native.values import Check, Values, read_values

SINCE: Mapping[str, str] = {
    "annotation": "1.43",
    "cgroupns": "1.41",
    "cpu-rt-period": "1.25",
    "cpu-rt-runtime": "1.25",
    "cpus": "1.25",
    "gpus": "1.40",
    "health-start-interval": "1.44",
    "health-start-period": "1.29",
    "init": "1.25",
    "platform": "1.32",
    "stop-timeout": "1.25",
}
"""By flag: the first API version that has it."""

EXEC_SINCE: Mapping[str, str] = {"env": "1.25", "env-file": "1.25", "workdir": "1.35"}

SYSTEMS: Mapping[str, str] = {
    "checkpoint": "linux",
    "checkpoint-dir": "linux",
    "cpu-count": "windows",
    "cpu-percent": "windows",
    "io-maxbandwidth": "windows",
    "io-maxiops": "windows",
}

EXPERIMENTAL = frozenset({"checkpoint", "checkpoint-dir"})


def read_supported(call: Call, checks: Mapping[str, Check], desk: Desk) -> Values:
    """The flags of ``call``, all of which this daemon has. Raises Declined.

    At the first value that cannot be docker looks whether the daemon has the flags before it, and says that instead.
    """
    try:
        values = read_values(call, checks)
    except Declined:
        require_support(_readable(call, checks), desk)
        raise
    require_support(call, desk)
    return values


def _readable(call: Call, checks: Mapping[str, Check]) -> Call:
    """``call`` up to its first flag that cannot be read."""
    for count in range(len(call.settings)):
        try:
            read_values(call._replace(settings=call.settings[count : count + 1]), checks)
        except Declined:
            return call._replace(settings=call.settings[:count])
    return call


def require_support(call: Call, desk: Desk) -> None:
    """Raises Declined for flags that this daemon does not have. Asks it only when there is such a flag."""
    since = EXEC_SINCE if call.command.path == ("container", "exec") else SINCE
    names = sorted({setting.alias or setting.name for setting in call.settings} & {*since, *SYSTEMS})
    if not names:
        return
    version = _known(desk)
    refusals = [refusal for name in names if (refusal := _refusal(name, since, version))]
    if refusals:
        raise Declined("\n".join(refusals), 1)


def _known(desk: Desk) -> Version:
    """What can be told of a daemon that does not answer is the newest that docker speaks."""
    try:
        return desk.engine.ping()
    except EngineError:
        return NEWEST


NEWEST = Version("1.50", "")


def _refusal(name: str, since: Mapping[str, str], version: Version) -> str:
    if name in since and version.number < Version(since[name], "").number:
        return f'"--{name}" requires API version {since[name]}, but the Docker daemon API version is {version.api}'
    wanted = SYSTEMS.get(name, "")
    if wanted and version.os and version.os != wanted:
        return (
            f'"--{name}" is only supported on a Docker daemon running on {wanted}, '
            f"but the Docker daemon is running on {version.os}"
        )
    if name in EXPERIMENTAL and not version.experimental:
        return f'"--{name}" is only supported on a Docker daemon with experimental features enabled'
    return ""


def adapt(body: Body, platform: str, version: Version) -> None:
    """Change ``body`` into what an engine of ``version`` takes. EngineError for what it has no place for."""
    spoken, host = version.number, body["HostConfig"]
    for feature, since, asked in (
        ("stop timeout", (1, 25), "StopTimeout" in body),
        ("specify health-check start interval", (1, 44), body.get("Healthcheck", {}).get("StartInterval")),
        ("specify mac-address per network", (1, 44), any(map(_mac, _endpoints(body)))),
    ):
        if asked and spoken < since:
            needed = ".".join(map(str, since))
            raise _refused(
                f'"{feature}" requires API version {needed}, but the Docker daemon API version is {version.api}'
            )
    if spoken < (1, 25):
        host["AutoRemove"] = False
    if spoken >= (1, 42) or spoken < (1, 40):
        host.pop("KernelMemory", None)
    if platform.partition("/")[0] == "linux" and spoken < (1, 42):
        host["ConsoleSize"] = [0, 0]
    forced = any("ReadOnlyForceRecursive" in mount.get("BindOptions", {}) for mount in host.get("Mounts", ()))
    if forced and spoken < (1, 44):
        raise _refused("bind-recursive=readonly requires API v1.44 or later")


def _endpoints(body: Body) -> list[Body]:
    return list(body["NetworkingConfig"]["EndpointsConfig"].values())


def _mac(endpoint: Body) -> str:
    return str(endpoint["MacAddress"])


def _refused(words: str) -> EngineError:
    return EngineError(Failure(Trouble.DECLINED, words))
