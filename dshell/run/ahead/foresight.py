"""Looks ahead of a line before it runs, for a person: what will fail for certain, what is lost for good, what was
probably not meant. Nothing of the line has been done by then, and whoever reads no events is not looked ahead for.

Each kind of look can be switched off by its name; what a person let pass once is not asked about again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress

from dshell.engine.records import Sort
from dshell.errors import EngineError
from dshell.foreseen import Ahead, Foreseen, Instead, Loss, MountNoticed, MountTrouble, Overtaken
from dshell.run.ahead import build, images, losses, names, ports, scripts, trust
from dshell.run.ahead.base import Look, Memory, Sight
from dshell.run.ahead.discard import discard
from dshell.run.base import Call, Desk, Done
from dshell.run.disk import Disk
from dshell.run.mount_checks import notices


def _mounts(sight: Sight) -> Iterator[MountNoticed]:
    return notices(sight.call, sight.desk, sight.disk)


_NEW: Mapping[str, Look] = {
    "mount": _mounts,
    "engine": images.windows_engine,
    "name": names.name_taken,
    "behind": images.flags_behind,
    "script": scripts.broken_scripts,
    "platform": images.other_platform,
    "trust": trust.container,
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
    ("image", "rm"): {"image": images.image_used, "loss": losses.rmi},
    ("container", "exec"): {"trust": trust.privileged},
    ("compose", "exec"): {"trust": trust.privileged},
    ("compose", "up"): {"trust": trust.project},
    ("compose", "run"): {"trust": trust.project},
    ("compose", "create"): {"trust": trust.project},
    ("service", "create"): {"trust": trust.container},
    ("service", "update"): {"trust": trust.container},
    ("container", "rm"): {"loss": losses.rm},
    ("network", "rm"): {"loss": losses.needed_networks},
    ("volume", "rm"): {"loss": losses.named_volumes},
    ("container", "prune"): {"loss": losses.prune(losses.containers)},
    ("image", "prune"): {"loss": losses.prune(losses.images)},
    ("volume", "prune"): {"loss": losses.prune(losses.volumes)},
    ("network", "prune"): {"loss": losses.prune(losses.networks)},
    ("builder", "prune"): {"loss": losses.prune(losses.cache)},
    ("buildx", "prune"): {"loss": losses.buildx},
    ("system", "prune"): {"loss": losses.prune(losses.everything)},
    ("compose", "down"): {"loss": losses.compose_down},
}
"""What is looked for ahead of which command, by the name that switches it off."""

ALL = "all"


class Foresight:
    """``off``: names of looks that are not taken, or "all". ``first``: asked of what is told once in all sessions."""

    def __init__(self, off: Collection[str] = (), first: Callable[[str], bool] = lambda _: True) -> None:
        self._off = off
        self._first = first
        self._memory = Memory()
        self._told: set[tuple[Ahead | MountTrouble, str]] = set()

    def instead(self, call: Call, desk: Desk, disk: Disk) -> str | Done | None:
        """The line to do instead of ``call``; "": none, it goes on; None: it is left undone; or it has been done."""
        path = call.command.path
        if not path or not desk.told or ALL in self._off:
            return ""
        sight = Sight(call, desk, disk, self._memory)
        for name, look in (("trust", trust.daemon), *LOOKS.get(path, {}).items()):
            if name in self._off:
                continue
            with suppress(EngineError):  # the line itself will tell that the daemon does not answer
                for found in look(sight):
                    if isinstance(found, MountNoticed):
                        self._remark(found, desk)
                    elif (answer := self._ask(found, desk)) != "":
                        return answer
                    elif found.losses and desk.ask is not None and (changed := _overtaken(found, look, sight)):
                        desk.emit(changed)
                        return None
        return ""

    def _remark(self, noticed: MountNoticed, desk: Desk) -> None:
        known = (noticed.trouble, noticed.source)
        if known not in self._told:
            self._told.add(known)
            desk.emit(noticed)

    def _ask(self, foreseen: Foreseen, desk: Desk) -> str | Done | None:
        known = (foreseen.ahead, foreseen.subject)
        if known in self._told and foreseen.ahead is not Ahead.LOSS:
            return ""
        if foreseen.ahead.trusts and not self._first(f"{foreseen.ahead.value} {foreseen.subject}"):
            return ""
        if desk.ask is not None and foreseen.ahead.asks:
            began = time.monotonic()
            answer = desk.ask(foreseen)
            if answer and foreseen.exact:
                return discard(foreseen, desk, time.monotonic() - began)
            if answer:
                desk.emit(Instead(desk.line, answer))
            elif answer is not None:
                self._told.add(known)
            return answer
        self._told.add(known)
        if foreseen.ahead is not Ahead.LOSS:  # a script deletes what it was written to delete
            desk.emit(foreseen)
        return ""


def _overtaken(shown: Foreseen, look: Look, sight: Sight) -> Overtaken | None:
    """Looks once more, right before the line runs: others may be at work, and an answer takes its time."""
    try:
        now = [loss for found in look(sight) if isinstance(found, Foreseen) for loss in found.losses]
    except EngineError:
        return Overtaken(())
    before, after = _things(shown.losses), _things(now)
    names = dict.fromkeys(thing.name for thing in (*shown.losses, *now) if _thing(thing) in before ^ after)
    return Overtaken(tuple(names)) if names else None


def _things(losses: Iterable[Loss]) -> set[Loss]:
    return set(map(_thing, losses))


def _thing(loss: Loss) -> Loss:
    """What must not change. A volume that a running container writes to grows, and older daemons date it anew."""
    written = loss.used and loss.sort == Sort.VOLUME.value
    return loss._replace(size=0, id="" if written else loss.id)
