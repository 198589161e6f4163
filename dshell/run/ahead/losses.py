"""What a line would delete for good, listed from what the daemon keeps before anything of it is gone.

Docker asks by naming kinds ("all stopped containers"); what a person has to know is which. The rules of what each
prune takes are moby's (daemon/prune.go, since API 1.42 with volumes that have a name kept unless ``-a``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from dshell.engine.base import Holding, Sort
from dshell.events import Ahead, Foreseen, Loss
from dshell.pattern import pattern
from dshell.run.ahead.base import Sight, chosen

EXPANDED = pattern(r"\$\(|`")
KEEPS_NAMED = (1, 42)  # API version from which a prune of volumes leaves those that a person has named

Prune = Callable[[Sight, list[Holding]], Iterator[Holding]]


def prune(what: Prune) -> Callable[[Sight], Iterator[Foreseen]]:
    """A look at a prune, whose ``what`` picks from all that there is. With a filter, or -f, docker is left to it."""

    def look(sight: Sight) -> Iterator[Foreseen]:
        if sight.given("force") or sight.values("filter"):
            return
        found = list(what(sight, sight.desk.engine.holdings()))
        yield from _foreseen(sight, found, f"{sight.call.line} -f")

    return look


def containers(_: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return (holding for holding in holdings if holding.sort is Sort.CONTAINER and not holding.used)


def images(sight: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return _images(holdings, every=sight.given("all"), gone=frozenset())


def volumes(sight: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return _volumes(sight, holdings, every=sight.given("all"), gone=frozenset())


def networks(_: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return (holding for holding in holdings if holding.sort is Sort.NETWORK and not holding.used)


def cache(_: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return (holding for holding in holdings if holding.sort is Sort.CACHE and not holding.used)


def everything(sight: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    """``system prune``: the containers go first, so what only they used goes too."""
    stopped = list(containers(sight, holdings))
    gone = frozenset(holding.name for holding in stopped)
    yield from stopped
    yield from networks(sight, holdings)
    yield from _images(holdings, every=sight.given("all"), gone=gone)
    if sight.given("volumes"):
        yield from _volumes(sight, holdings, every=False, gone=gone)
    yield from cache(sight, holdings)


def named_volumes(sight: Sight) -> Iterator[Foreseen]:
    """``volume rm``: one that is in use is refused anyway."""
    wanted = set(sight.call.arguments)
    kept = sight.desk.engine.holdings()
    yield from _foreseen(
        sight,
        [held for held in kept if held.sort is Sort.VOLUME and held.name in wanted and not (held.used or held.users)],
    )


def listed_containers(sight: Sight) -> Iterator[Foreseen]:
    """``rm -f $(…)``: nobody has read the names yet."""
    if not (sight.given("force") and EXPANDED.search(sight.call.line)):
        return
    wanted = sight.call.arguments
    found = [each for each in sight.desk.engine.containers() if each.name in wanted or each.id.startswith(wanted)]
    yield from _foreseen(sight, [Holding(Sort.CONTAINER, each.name, used=each.running) for each in found])


def listed_images(sight: Sight) -> Iterator[Foreseen]:
    """``rmi $(…)``"""
    if not EXPANDED.search(sight.call.line):
        return
    wanted = sight.call.arguments
    found = [
        image
        for image in sight.desk.engine.images()
        if image.name in wanted or image.id.removeprefix("sha256:").startswith(wanted)
    ]
    yield from _foreseen(sight, [Holding(Sort.IMAGE, image.name, image.size) for image in found])


def compose_volumes(sight: Sight) -> Iterator[Foreseen]:
    """``compose down -v``: the data of every service."""
    if not sight.given("volumes"):
        return
    project = _project(sight)
    kept = sight.desk.engine.holdings()
    yield from _foreseen(sight, [held for held in kept if held.sort is Sort.VOLUME and held.project == project])


def _project(sight: Sight) -> str:
    """Compose's rule: -p, COMPOSE_PROJECT_NAME, else the name of the folder in small letters and digits."""
    asked = sight.values("project-name") or (sight.desk.environ.get("COMPOSE_PROJECT_NAME", ""),)
    folder = re.split(r"[\\/]", sight.desk.folder.rstrip("\\/"))[-1]
    return asked[-1] or re.sub(r"[^a-z0-9_-]", "", folder.lower()).lstrip("_-")


def _images(holdings: Iterable[Holding], *, every: bool, gone: frozenset[str]) -> Iterator[Holding]:
    return (
        holding
        for holding in holdings
        if holding.sort is Sort.IMAGE
        and not holding.used
        and gone.issuperset(holding.users)
        and (every or holding.nameless)
    )


def _volumes(sight: Sight, holdings: Iterable[Holding], *, every: bool, gone: frozenset[str]) -> Iterator[Holding]:
    every = every or sight.desk.engine.ping().number < KEEPS_NAMED
    return (
        holding
        for holding in holdings
        if holding.sort is Sort.VOLUME
        and not holding.used
        and gone.issuperset(holding.users)
        and (every or holding.nameless)
    )


def _foreseen(sight: Sight, found: list[Holding], line: str = "") -> Iterator[Foreseen]:
    """``line``: the one that docker does not ask about again."""
    if not found:
        return
    caches = [holding for holding in found if holding.sort is Sort.CACHE]
    losses = [Loss(held.sort.value, held.name, held.size, held.used) for held in found if held.sort is not Sort.CACHE]
    if caches:
        losses.append(Loss(Sort.CACHE.value, "", sum(held.size for held in caches), pieces=len(caches)))
    yield Foreseen(Ahead.LOSS, sight.call.line, choices=chosen(("yes", line)), losses=tuple(losses))
