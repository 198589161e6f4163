"""What a line would delete for good, listed from what the daemon keeps before anything of it is gone.

Docker asks by naming kinds ("all stopped containers"); what a person has to know is which. The rules of what each
prune takes are moby's (daemon/prune.go, since API 1.42 with volumes that have a name kept unless ``-a``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import pairwise

from dshell.engine.base import Engine
from dshell.engine.records import Holding, Sort
from dshell.errors import EngineError
from dshell.foreseen import Ahead, Foreseen, Loss
from dshell.pattern import pattern
from dshell.run.ahead.base import Sight, chosen
from dshell.run.ahead.project import project_of

EXPANDED = pattern(r"\$\(|`")
LOOKED_AT = 20  # containers of one line that are looked into
NOISE = pattern(  # what a program writes by itself, or a shell for its own memory
    r"/(?:dev|proc|sys|run|tmp|var/(?:run|tmp|log|cache|lock|lib/apt/lists))(?:/|$)"
    r"|.*/\.(?:\w*history|viminfo|lesshst|wget-hsts|cache)(?:/|$)|/(?:root|home)$"
)
KEEPS_NAMED = (1, 42)  # API version from which a prune of volumes leaves those that a person has named

Prune = Callable[[Sight, list[Holding]], Iterator[Holding]]


def prune(what: Prune) -> Callable[[Sight], Iterator[Foreseen]]:
    """A look at a prune, whose ``what`` picks from all that there is. With a filter, or -f, docker is left to it."""

    def look(sight: Sight) -> Iterator[Foreseen]:
        if sight.given("force") or sight.values("filter"):
            return
        found = list(what(sight, sight.desk.engine.holdings()))
        yield from _foreseen(sight, found, f"{sight.call.line} -f", exact=True)

    return look


def containers(_: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return (holding for holding in holdings if holding.sort is Sort.CONTAINER and not holding.used)


def images(sight: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return _unused(Sort.IMAGE, holdings, every=sight.given("all"))


def volumes(sight: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return _unused(Sort.VOLUME, holdings, every=sight.given("all") or _takes_named(sight))


def networks(_: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    return (holding for holding in holdings if holding.sort is Sort.NETWORK and not holding.used)


def cache(sight: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    """Without -a what images share stays (BuildKit's rule)."""
    every = sight.given("all")
    return (
        holding
        for holding in holdings
        if holding.sort is Sort.CACHE and not holding.used and (every or holding.nameless)
    )


def everything(sight: Sight, holdings: list[Holding]) -> Iterator[Holding]:
    """``system prune``: the containers go first, so what only they used goes too."""
    stopped = list(containers(sight, holdings))
    gone = frozenset(holding.name for holding in stopped)
    yield from stopped
    yield from networks(sight, holdings)
    yield from _unused(Sort.IMAGE, holdings, every=sight.given("all"), gone=gone)
    if sight.given("volumes"):
        yield from _unused(Sort.VOLUME, holdings, every=_takes_named(sight), gone=gone)
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
    kept = (each for each in sight.desk.engine.holdings() if each.sort is Sort.CONTAINER)
    yield from _foreseen(sight, [each for each in kept if each.name in wanted or each.id.startswith(wanted)])


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
    yield from _foreseen(sight, [Holding(Sort.IMAGE, image.name, image.size, id=image.id) for image in found])


def rm(sight: Sight) -> Iterator[Foreseen]:
    yield from listed_containers(sight)
    yield from worked_in(sight)


def rmi(sight: Sight) -> Iterator[Foreseen]:
    yield from listed_images(sight)
    yield from built_images(sight)


def buildx(sight: Sight) -> Iterator[Foreseen]:
    """Of the daemon's own builder; what another one keeps only buildx knows."""
    if sight.values("builder") or sight.desk.environ.get("BUILDX_BUILDER"):
        return
    yield from prune(cache)(sight)


def built_images(sight: Sight) -> Iterator[Foreseen]:
    """``rmi`` of what no registry has: it was built or committed here, and this is its last name."""
    if sight.given("force") or EXPANDED.search(sight.call.line):
        return
    found = []
    for name in sight.call.arguments:
        with suppress(EngineError):
            image = sight.desk.engine.image(name)
            if not image.pullable and len(image.names) <= 1:
                found.append(Holding(Sort.IMAGE, ", ".join(image.names) or name, image.size, id=image.id))
    yield from _foreseen(sight, found)


def worked_in(sight: Sight) -> Iterator[Foreseen]:
    """``rm`` of a stopped container that somebody has worked in at a keyboard; -v: with the data in its volumes.

    What a service writes by itself (pid files, caches, a shell's history) nobody misses.
    """
    if sight.given("force") or sight.given("link"):
        return
    lost = [loss for name in sight.call.arguments[:LOOKED_AT] for loss in _work(name, sight.desk.engine)]
    if sight.given("volumes"):
        gone = {loss.name for loss in lost} | set(sight.call.arguments)
        held = (each for each in sight.desk.engine.holdings() if each.sort is Sort.VOLUME and each.nameless)
        lost += [_loss(each) for each in held if each.size and each.users and gone.issuperset(each.users)]
    if lost:
        yield Foreseen(Ahead.LOSS, sight.call.line, losses=tuple(lost))


def _work(name: str, engine: Engine) -> Iterator[Loss]:
    with suppress(EngineError):
        facts = engine.inspect(name)
        if facts.status not in {"exited", "created"} or not (facts.tty and facts.open_stdin):
            return
        paths = sorted(path for path in engine.discards.changed(facts.id) if not NOISE.match(path))
        files = [path for path, after in pairwise([*paths, ""]) if not after.startswith(f"{path}/")]
        if files:
            yield Loss(Sort.CONTAINER.value, facts.name, id=facts.id, files=tuple(files))


def needed_networks(sight: Sight) -> Iterator[Foreseen]:
    """``network rm`` of one that stopped containers need to start again; docker refuses while one runs in it."""
    wanted = sight.call.arguments
    kept = [each for each in sight.desk.engine.holdings() if each.sort is Sort.NETWORK and each.users]
    named = [each for each in kept if each.name in wanted or each.id.startswith(wanted)]
    yield from _foreseen(sight, [each for each in named if not each.used])


def compose_down(sight: Sight) -> Iterator[Foreseen]:
    """``compose down -v``: the data of every service, also in volumes without a name. ``--rmi``: their images."""
    rmi = sight.values("rmi")
    if not (sight.given("volumes") or rmi):
        return
    project, kept = project_of(sight), sight.desk.engine.holdings()
    own = {each.name for each in kept if each.sort is Sort.CONTAINER and each.project == project}
    images = [each for each in kept if each.sort is Sort.IMAGE and own.intersection(each.users + each.running)]
    found = [each for each in images if rmi and (rmi[-1] == "all" or not each.pullable)]
    if sight.given("volumes"):
        held = [each for each in kept if each.sort is Sort.VOLUME]
        found += [
            each
            for each in held
            if each.project == project or (each.nameless and own.intersection(each.users + each.running))
        ]
    yield from _foreseen(sight, found)


def _unused(
    sort: Sort, holdings: Iterable[Holding], *, every: bool, gone: frozenset[str] = frozenset()
) -> Iterator[Holding]:
    """``every``: those with a name too. ``gone``: containers that go first, and need nothing any more."""
    return (
        holding
        for holding in holdings
        if holding.sort is sort and not holding.used and gone.issuperset(holding.users) and (every or holding.nameless)
    )


def _takes_named(sight: Sight) -> bool:
    return sight.desk.engine.ping().number < KEEPS_NAMED


def _foreseen(sight: Sight, found: list[Holding], line: str = "", *, exact: bool = False) -> Iterator[Foreseen]:
    """``line``: the one that docker does not ask about again."""
    if found:
        losses = tuple(map(_loss, found))
        yield Foreseen(Ahead.LOSS, sight.call.line, choices=chosen(("yes", line)), losses=losses, exact=exact)


def _loss(held: Holding) -> Loss:
    """Pieces of the cache have no name that says anything. A network is needed by those that are to start again."""
    name = "" if held.sort is Sort.CACHE else held.name
    users = held.users if held.sort is Sort.NETWORK else ()
    if held.sort is Sort.VOLUME:
        users = tuple(sorted(held.users + held.running))
    return Loss(held.sort.value, name, held.size, held.used, users, held.id)
