"""The image of a line: what it runs by itself, for which processor it is, and who is made from it."""

from __future__ import annotations

from collections.abc import Iterator

from dshell.engine.records import ContainerName
from dshell.errors import EngineError
from dshell.foreseen import Ahead, Foreseen
from dshell.line.platforms import normalise_platform
from dshell.line.scan import scan
from dshell.line.split import join, split
from dshell.run.ahead.base import Sight, and_then, chosen, put_front
from dshell.run.native.programs import reads_keyboard

LONGEST = 5  # containers that a line to run may name


def no_keyboard(sight: Sight) -> Iterator[Foreseen]:
    """A shell that reads from nothing sees the end of its input and stops."""
    if sight.given("interactive", "tty") or sight.values("entrypoint") or sight.call.inside:
        return
    image = sight.image
    if image is not None and reads_keyboard(command := (*image.entrypoint, *image.command)):
        name = sight.call.arguments[0]
        choice = "keep" if sight.given("detach") else "talk"
        slots = {"image": name, "command": join(command)}
        yield Foreseen(Ahead.KEYBOARD, name, slots, choices=((choice, put_front(sight.call, "-it")),))


def flags_behind(sight: Sight) -> Iterator[Foreseen]:
    """``run alpine -it``: without an entrypoint that would take them, no program is called ``-it``."""
    call = sight.call
    if not call.inside or not call.inside[0].startswith("-") or sight.values("entrypoint"):
        return
    image = sight.image
    if image is None or image.entrypoint:
        return
    tokens, _ = split(join(call.inside))
    found = scan(call.command, tokens)
    if found.problems or any(use.flag is None for use in found.flags):
        return
    moved = len(call.inside) - len(found.arguments) - len(found.inside)
    before = call.argv[: len(call.argv) - len(call.inside) - 1]
    line = call.spelled((*before, *call.inside[:moved], call.arguments[0], *call.inside[moved:]))
    slots = {"flags": join(call.inside[:moved]), "image": call.arguments[0]}
    yield Foreseen(Ahead.BEHIND, call.line, slots, choices=(("front", line),))


def windows_engine(sight: Sight) -> Iterator[Foreseen]:
    """Docker Desktop switched to Windows containers: nearly every image of a course is for Linux."""
    engine = sight.desk.engine
    if engine.ping().os == "windows" and not sight.values("platform"):
        switch = join(("desktop", "engine", "use", "linux"))
        yield Foreseen(
            Ahead.WINDOWS_ENGINE, engine.endpoint.host, choices=(("linux", and_then(switch, sight.call.line)),)
        )


def other_platform(sight: Sight) -> Iterator[Foreseen]:
    """Docker Desktop imitates other processors, slowly; most Linux machines do not."""
    engine, name = sight.desk.engine, sight.call.arguments[0] if sight.call.arguments else ""
    asked = sight.values("platform")
    image = sight.image
    try:
        wanted = normalise_platform(asked[-1]).split("/")[1] if asked else image.architecture if image else ""
    except ValueError:
        return  # docker refuses it
    have = sight.memory.architecture(engine)
    if not wanted or not have or wanted == have:
        return
    line = "" if asked else and_then(join(("pull", "--platform", f"linux/{have}", name)), sight.call.line)
    slots = {"image": name, "wanted": wanted, "have": have}
    yield Foreseen(Ahead.PLATFORM, name, slots, choices=chosen(("pull", line)))


def image_used(sight: Sight) -> Iterator[Foreseen]:
    """Docker keeps an image that a container is made from, a stopped one included."""
    if sight.given("force"):
        return
    engine = sight.desk.engine
    for name in sight.call.arguments:
        try:
            image = engine.image(name)
        except EngineError:
            continue  # docker says that it is not here
        others = [other for other in engine.images() if other.id == image.id]
        if len(others) > 1 and not image.id.startswith((name, f"sha256:{name}")):
            continue  # only this name goes
        users = [container for container in engine.containers() if container.image_id == image.id]
        if users:
            yield _used(name, users, sight)
            return


def _used(name: str, users: list[ContainerName], sight: Sight) -> Foreseen:
    running = [user.name for user in users if user.running]
    names = [user.name for user in users]
    line = ""
    if len(users) <= LONGEST:
        stop = join(("stop", *running)) if running else ""
        line = and_then(stop, join(("rm", *names)), sight.call.line)
    slots = {"image": name, "names": ", ".join(names[:LONGEST]), "count": str(len(users))}
    return Foreseen(Ahead.IMAGE_USED, name, slots, choices=chosen(("clear" if not running else "stop", line)))
