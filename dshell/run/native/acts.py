"""Which docker commands dshell does itself. Adding one is a file beside this one and a row here.

A line pays for the act that it needs, and not for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from dshell.run.native.base import Native

ACTS: Mapping[tuple[str, ...], str] = {
    ("container", "attach"): "attach",
    ("container", "create"): "create",
    ("container", "exec"): "exec",
    ("container", "logs"): "logs",
    ("container", "rm"): "rm",
    ("container", "run"): "run",
    ("container", "start"): "start",
    ("container", "stop"): "stop",
    ("image", "pull"): "pull",
}
"""By the command's canonical path, the module whose ``NATIVE`` does it."""


@cache
def find_act(path: tuple[str, ...]) -> Native | None:
    module = ACTS.get(path)
    if module is None:
        return None
    native: Native = import_module(f"dshell.run.native.{module}").NATIVE
    return native
