"""Deletes exactly what a person was shown and agreed to lose, whatever has changed since they were asked.

A prune of the daemon's would work out its own list once more, and take what came in between. What cannot go is told,
and what went is printed as docker prints it (cli/command/system/prune.go and its like, 28.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dshell.engine.base import Discards
from dshell.engine.records import Sort
from dshell.errors import EngineError
from dshell.foreseen import Foreseen, Loss, Spared
from dshell.run.base import Desk, Done
from dshell.run.native.base import sent
from dshell.run.native.progress import human_size

REFUSED = 409  # it is in use
MARGIN = 1.0  # seconds that the list may be older than its question

HEADINGS = {
    Sort.CONTAINER: "Deleted Containers:",
    Sort.NETWORK: "Deleted Networks:",
    Sort.VOLUME: "Deleted Volumes:",
    Sort.IMAGE: "Deleted Images:",
    Sort.CACHE: "Deleted build cache objects:",
}
"""In docker's order: what uses goes before what is used."""


class Kept(Exception):
    """A thing is not to be deleted. ``why``: as ``foreseen.Spared`` has it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def discard(foreseen: Foreseen, desk: Desk, waited: float) -> Done:
    """``waited``: seconds since the list was made. The exit code is docker's, also where something was kept."""
    lines: list[str] = []
    freed = 0
    spared: list[Spared] = []
    for sort, heading in HEADINGS.items():
        listed = [loss for loss in foreseen.losses if loss.sort == sort.value]
        if sort is Sort.CACHE:
            found, size = _cache(foreseen, listed, desk.engine.discards, waited)
        else:
            found, size = _each(sort, listed, desk, spared)
        freed += size
        lines += [heading, *found, ""] if found else []
    only_networks = all(loss.sort == Sort.NETWORK.value for loss in foreseen.losses)
    lines += [] if only_networks else [f"Total reclaimed space: {human_size(freed)}"]
    desk.terminal.write(sent("".join(f"{line}\n" for line in lines), shown=desk.terminal.shown.stdout))
    for each in spared:
        desk.emit(each)
    return Done(0)


def _each(sort: Sort, listed: list[Loss], desk: Desk, spared: list[Spared]) -> tuple[list[str], int]:
    """What was deleted, as docker names it, and the bytes that it took."""
    delete, freed = DELETES[sort], 0
    lines: list[str] = []
    for loss in listed:
        try:
            lines += delete(loss, desk)
            freed += loss.size
        except Kept as kept:
            spared.append(Spared(sort.value, loss.name, kept.why))
        except EngineError as error:
            failure = error.failure
            if failure.status is None:  # it went away, and with it what is left to do
                raise
            if not failure.missing:
                in_use = "runs" if sort is Sort.CONTAINER else "used"
                why = in_use if failure.status == REFUSED else "refused"
                spared.append(Spared(sort.value, loss.name, why, failure.words))
    return lines, freed


def _container(loss: Loss, desk: Desk) -> Iterator[str]:
    desk.engine.remove(loss.id, force=False, volumes=False, link=False)
    yield loss.id


def _network(loss: Loss, desk: Desk) -> Iterator[str]:
    desk.engine.discards.network(loss.id)
    yield loss.name


def _volume(loss: Loss, desk: Desk) -> Iterator[str]:
    """Another of this name may have been made meanwhile: it was not shown."""
    if desk.engine.discards.volume_made(loss.name) != loss.id:
        raise Kept("changed")
    desk.engine.discards.volume(loss.name)
    yield loss.name


def _image(loss: Loss, desk: Desk) -> Iterator[str]:
    """By its id when it has no name, else name by name; one that was named or used meanwhile is not what was shown."""
    discards = desk.engine.discards
    names = discards.image_names(loss.id)
    shown = () if loss.id.removeprefix("sha256:").startswith(loss.name) else tuple(loss.name.split(", "))
    if set(names) != set(shown):
        raise Kept("changed")
    if any(container.image_id == loss.id for container in desk.engine.containers()):
        raise Kept("used")
    for name in shown or (loss.id,):
        for verb, what in discards.image(name):
            yield f"{verb.lower()}: {what}"


def _cache(foreseen: Foreseen, listed: list[Loss], discards: Discards, waited: float) -> tuple[list[str], int]:
    if not listed:
        return [], 0
    every = any(word in {"-a", "--all"} or word.startswith("--all=t") for word in foreseen.subject.split())
    return discards.cache(waited + MARGIN, every=every)


DELETES: dict[Sort, Callable[[Loss, Desk], Iterator[str]]] = {
    Sort.CONTAINER: _container,
    Sort.NETWORK: _network,
    Sort.VOLUME: _volume,
    Sort.IMAGE: _image,
}
