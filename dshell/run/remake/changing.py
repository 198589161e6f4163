"""A recipe with some flags changed: what is given anew takes the place of what it is about, the rest stays."""

from collections.abc import Callable, Mapping, Sequence

from dshell.grammar.model import Flag
from dshell.line.mounts import parse_bind, parse_mount
from dshell.run.base import Setting
from dshell.run.remake.inverse import ROWS, Recipe

About = Callable[[str], str]
"""What a value is about: two values about the same cannot stand beside each other."""


def _head(separator: str) -> About:
    return lambda value: value.partition(separator)[0]


def _inner_port(value: str) -> str:
    return value.rpartition(":")[2].removesuffix("/tcp")


def _outer_port(value: str) -> tuple[str, str]:
    """And its protocol; "" for one that docker picks."""
    outer, _, inner = value.rpartition(":")
    return outer.rpartition(":")[2], inner.partition("/")[2] or "tcp"


def _inner_path(value: str) -> str:
    bind = parse_bind(value)
    return bind.rest.partition(":")[0] if bind.source else bind.rest


def _target(value: str) -> str:
    return str(parse_mount(value)["Target"])


ABOUT: Mapping[str, About] = {
    "add-host": lambda value: value.replace("=", ":", 1).partition(":")[0],
    "annotation": _head("="),
    "device": lambda value: value.split(":")[1] if value.count(":") else value,
    "env": _head("="),
    "label": _head("="),
    "log-opt": _head("="),
    "mount": _target,
    "publish": _inner_port,
    "storage-opt": _head("="),
    "sysctl": _head("="),
    "tmpfs": _head(":"),
    "ulimit": _head("="),
    "volume": _inner_path,
}
"""By flag that may be given again. Of the others equal values stand once."""

APART: Mapping[str, tuple[str, ...]] = {
    "rm": ("restart",),
    "restart": ("rm",),
    "no-healthcheck": ("health-cmd", "health-interval", "health-retries", "health-timeout", "health-start-period"),
    "health-cmd": ("no-healthcheck",),
    "network": ("network-alias", "ip", "ip6", "link-local-ip", "mac-address", "network"),
}
"""By new flag: old ones that do not go with it."""


ORDER = {row.flag: place for place, row in enumerate(ROWS)}
"""Of flags in a line."""


def changed(recipe: Recipe, given: Sequence[Setting], flags: Mapping[str, Flag]) -> Recipe:
    """``given``: flags of ``run``, read and found good; ``flags``: all of them."""
    kept = [setting for setting in recipe.settings if not any(_replaces(new, setting, flags) for new in given)]
    had = {setting.name for setting in recipe.settings}
    added = [new for new in given if not (new.value == "false" and flags[new.name].type == "bool" and new.name in had)]
    others = () if any(new.name == "network" for new in given) else recipe.joined
    name = next((new.value for new in reversed(given) if new.name == "name"), recipe.name)
    settings = sorted((*kept, *added), key=lambda setting: ORDER.get(setting.name, len(ORDER)))
    return recipe._replace(name=name, settings=tuple(settings), joined=others)


def _replaces(new: Setting, old: Setting, flags: Mapping[str, Flag]) -> bool:
    if old.name in APART.get(new.name, ()) and new.value != "false":
        return True
    if old.name != new.name:
        return False
    about = ABOUT.get(new.name, str)
    return flags[new.name].once or about(new.value) == about(old.value) or _same_door(new, old)


def _same_door(new: Setting, old: Setting) -> bool:
    """Both open the same port of the machine, wherever it leads."""
    doors = {_outer_port(each.value) for each in (new, old) if each.name == "publish"}
    return len(doors) == 1 and "" not in {port for port, _ in doors}


def keeping_volumes(recipe: Recipe, anonymous: Mapping[str, str], given: Sequence[Setting]) -> Recipe:
    """With the volumes that docker named for the old container (path to name): what is in them is not lost."""
    taken = {_inner_path(setting.value) for setting in given if setting.name == "volume"}
    taken |= {_target(setting.value) for setting in given if setting.name == "mount"}
    mounted = {_target(setting.value) for setting in recipe.settings if setting.name == "mount"}
    own = {path: name for path, name in anonymous.items() if path not in taken | mounted}
    kept = [setting for setting in recipe.settings if not (setting.name == "volume" and setting.value in own)]
    volumes = [Setting("volume", f"{name}:{path}") for path, name in own.items()]
    return recipe._replace(settings=(*kept, *volumes))
