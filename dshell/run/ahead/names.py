"""A container that is to be made: its name may be taken, or one like it may be waiting."""

from __future__ import annotations

from collections.abc import Iterator

from dshell.engine.records import ContainerFacts, ContainerName
from dshell.foreseen import Ahead, Foreseen
from dshell.line.reference import parse_reference
from dshell.line.split import join
from dshell.run.ahead.base import Sight, ago, and_then, chosen, put


def name_taken(sight: Sight) -> Iterator[Foreseen]:
    """Docker refuses a second container of one name, a stopped one included (moby ``Conflict``)."""
    names = sight.values("name")
    if not names:
        return
    name = names[-1]
    containers = sight.desk.engine.containers()
    owner = next((container for container in containers if container.name == name), None)
    if owner is None:
        return
    facts = sight.desk.engine.inspect(owner.id)
    free = _free(name, containers)
    again = _enter(facts) if _same(owner.image, sight.call.arguments[0]) else ""
    remove = join(("rm", *(("-f",) if owner.running else ()), name))
    yield Foreseen(
        Ahead.NAME,
        name,
        {"name": name, "state": "runs" if owner.running else "stopped", "image": owner.image, "free": free},
        ago(facts),
        chosen(
            ("enter", again),
            ("other", put(sight.call, name, free)),
            ("replace", and_then(remove, sight.call.line)),
        ),
    )


def another(sight: Sight) -> Iterator[Foreseen]:
    """A second ``run -it`` is not a way back: what was done is in the first container, stopped."""
    if not (sight.given("interactive") and sight.given("tty")) or sight.given("rm", "detach") or sight.values("name"):
        return
    image = sight.call.arguments[0]
    stopped = [
        container
        for container in sight.desk.engine.containers()
        if container.status == "exited" and _same(container.image, image)
    ]
    if not stopped:
        return
    last = sight.desk.engine.inspect(max(stopped, key=lambda container: container.since).id)
    if last.tty and last.open_stdin:
        slots = {"name": last.name, "image": image}
        yield Foreseen(Ahead.ANOTHER, image, slots, ago(last), (("enter", join(("start", "-ai", last.name))),))


def _same(one: str, other: str) -> bool:
    try:
        return parse_reference(one).complete == parse_reference(other).complete
    except ValueError:
        return one == other


def _free(name: str, containers: list[ContainerName]) -> str:
    names = {container.name for container in containers}
    return next(other for number in range(2, len(names) + 3) if (other := f"{name}{number}") not in names)


def _enter(owner: ContainerFacts) -> str:
    """The line that uses the container that there is; "" for one that runs and has no keyboard."""
    talks = owner.tty and owner.open_stdin
    if owner.running:
        return join(("attach", owner.name)) if talks else ""
    return join(("start", *(("-ai",) if talks else ()), owner.name))
