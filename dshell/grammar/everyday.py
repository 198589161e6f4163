"""What a first course uses of docker, in the order in which it comes: help tells these first, Tab offers them first."""

from __future__ import annotations

from dshell.grammar.model import Flag

COMMANDS = ("run", "ps", "exec", "logs", "start", "attach", "stop", "rm", "images", "pull", "build", "rmi")

FLAGS = (
    *("interactive", "tty", "detach", "rm", "name", "publish", "volume", "env", "workdir", "network", "user"),
    *("entrypoint", "restart", "help"),
)

BUILD = ("tag", "file", "build-arg", "no-cache", "target")
"""Of build, before the rest of its flags."""

_ORDER = (*FLAGS, *BUILD)


def command_place(name: str) -> int:
    """To sort by: everyday commands in their order, then the rest as it stands."""
    return COMMANDS.index(name) if name in COMMANDS else len(COMMANDS)


def flag_place(flag: Flag) -> int:
    """To sort by: everyday flags in their order, then the rest as it stands."""
    return _ORDER.index(flag.name) if flag.name in _ORDER else len(_ORDER)
