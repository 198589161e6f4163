"""Looks ahead of a line before it runs, for a person: what will fail for certain, what is lost for good, what was
probably not meant. Nothing of the line has been done by then, and whoever reads no events is not looked ahead for.

Each kind of look can be switched off by its name; what a person let pass once is not asked about again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress

from dshell.errors import EngineError
from dshell.events import Ahead, Foreseen
from dshell.run.ahead import build, images, losses, names, ports, scripts
from dshell.run.ahead.base import Look, Memory, Sight
from dshell.run.base import Call, Desk
from dshell.run.mount_checks import Disk

_NEW: Mapping[str, Look] = {
    "engine": images.windows_engine,
    "name": names.name_taken,
    "behind": images.flags_behind,
    "script": scripts.broken_scripts,
    "platform": images.other_platform,
}
_RUN: Mapping[str, Look] = {
    **_NEW,
    "port": ports.port_taken,
    "keyboard": images.no_keyboard,
    "another": names.another,
}
_BUILD: Mapping[str, Look] = {
    "folder": build.no_folder,
    "dockerfile": build.no_dockerfile,
    "script": build.broken_scripts,
}

LOOKS: Mapping[tuple[str, ...], Mapping[str, Look]] = {
    ("container", "create"): _NEW,
    ("container", "run"): _RUN,
    ("image", "build"): _BUILD,
    ("buildx", "build"): _BUILD,
    ("image", "pull"): {"engine": images.windows_engine},
    ("image", "rm"): {"image": images.image_used, "loss": losses.listed_images},
    ("container", "rm"): {"loss": losses.listed_containers},
    ("volume", "rm"): {"loss": losses.named_volumes},
    ("container", "prune"): {"loss": losses.prune(losses.containers)},
    ("image", "prune"): {"loss": losses.prune(losses.images)},
    ("volume", "prune"): {"loss": losses.prune(losses.volumes)},
    ("network", "prune"): {"loss": losses.prune(losses.networks)},
    ("builder", "prune"): {"loss": losses.prune(losses.cache)},
    ("system", "prune"): {"loss": losses.prune(losses.everything)},
    ("compose", "down"): {"loss": losses.compose_volumes},
}
"""What is looked for ahead of which command, by the name that switches it off."""

ALL = "all"


class Foresight:
    """``off``: names of looks that are not taken, or "all"."""

    def __init__(self, off: Collection[str] = ()) -> None:
        self._off = off
        self._memory = Memory()
        self._told: set[tuple[Ahead, str]] = set()

    def instead(self, call: Call, desk: Desk, disk: Disk) -> str | None:
        """The line to do instead of ``call``; "": none, it goes on; None: it is left undone."""
        looks = LOOKS.get(call.command.path, {})
        if not desk.told or ALL in self._off:
            return ""
        sight = Sight(call, desk, disk, self._memory)
        for name, look in looks.items():
            if name in self._off:
                continue
            with suppress(EngineError):  # the line itself will tell that the daemon does not answer
                for foreseen in look(sight):
                    if (answer := self._ask(foreseen, desk)) != "":
                        return answer
        return ""

    def _ask(self, foreseen: Foreseen, desk: Desk) -> str | None:
        known = (foreseen.ahead, foreseen.subject)
        if known in self._told and foreseen.ahead is not Ahead.LOSS:
            return ""
        self._told.add(known)
        if desk.ask is not None and foreseen.ahead.asks:
            return desk.ask(foreseen)
        if foreseen.ahead is not Ahead.LOSS:  # a script deletes what it was written to delete
            desk.emit(foreseen)
        return ""
