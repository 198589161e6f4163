"""How a container is doing, as it is told: whether it runs, why not, and where the way to each port ends."""

from __future__ import annotations

import time

from dshell.errors import Failure, Trouble
from dshell.events import Ended, Failed
from dshell.examined import Door, Examined, Listening
from dshell.teach.diagnose import diagnose, tell_failure, told
from dshell.teach.diagnose import inside as failed_inside
from dshell.teach.ending import code_in_words, last_words
from dshell.teach.layout import Scene, lines, note, result, runnable, shortened

GOOD = {Listening.ANSWERS, Listening.ALL}
PROBED = 5  # rows that a health check printed
EXAMPLE = "8080"  # a port of this machine for one that is not published


def examined(event: Examined, scene: Scene) -> list[str]:
    """At any level in full: it was asked for, or something happened that nobody expected."""
    scene = scene._replace(level=type(scene.level).FULL)
    if event.status in {"running", "paused"}:
        return running(event, scene)
    return stopped(event, scene)


def running(event: Examined, scene: Scene) -> list[str]:
    say = scene.say
    rows = result(scene, say(f"examined.{event.status}", name=event.name, duration=_since(event, scene)))
    if event.status == "paused":
        return [*rows, *lines(scene, [(runnable("unpause", event.name), say("examined.fix.unpause"))])]
    rows += health(event, scene)
    for door in event.doors:
        rows += way(door, event, scene)
    if not event.doors:
        rows += unpublished(event, scene)
    return rows


def health(event: Examined, scene: Scene) -> list[str]:
    """What its own check says, where its image or its line has one."""
    key = f"examined.health.{event.health}"
    if not event.health or not scene.texts.has(key):
        return []
    if event.health == "unhealthy" and not event.probed:
        key = "examined.health.silent"
    rows = result(scene, scene.say(key), good=event.health != "unhealthy")
    if event.health == "unhealthy" and event.probed:
        rows += [f"     {scene.words(row)}" for row in event.probed.split("\n")[-PROBED:]]
    return rows


def way(door: Door, event: Examined, scene: Scene) -> list[str]:
    slots = {"outer": door.outer, "inner": door.inner, "name": event.name}
    rows = result(scene, scene.say(f"examined.door.{door.state.value}", **slots), good=door.state in GOOD)
    if door.state is Listening.NOBODY:
        return rows + wrong_port(door, event, scene)
    if scene.texts.has(f"examined.why.{door.state.value}"):
        rows += note(scene, scene.say(f"examined.why.{door.state.value}", **slots))
    if door.state is Listening.ITSELF:
        rows += lines(scene, [(runnable("logs", event.name), scene.say("examined.fix.logs"))])
    return rows


def wrong_port(door: Door, event: Examined, scene: Scene) -> list[str]:
    """Where its programs do listen, and the line that leads there."""
    others = [number for number, state in event.inside if state is Listening.ALL]
    if not others:
        key = "alone" if event.inside else "silent"
        entry = (runnable("logs", event.name), scene.say("examined.fix.logs"))
        return [*note(scene, scene.say(f"examined.why.{key}")), *lines(scene, [entry])]
    said = scene.say("examined.why.elsewhere", ports=", ".join(map(str, others)))
    outer = f"{door.address}:{door.outer}" if door.address else door.outer
    line = runnable("again", event.name, "-p", f"{outer}:{others[0]}")
    return [*note(scene, said), *lines(scene, [(line, scene.say("examined.fix.anew"))])]


def unpublished(event: Examined, scene: Scene) -> list[str]:
    """EXPOSE is a note of the image's maker: it opens nothing."""
    listens = [str(number) for number, state in event.inside if state is Listening.ALL]
    ports = listens or [port.partition("/")[0] for port in event.exposed]
    if not ports:
        return []
    line = runnable("again", event.name, "-p", f"{EXAMPLE}:{ports[0]}")
    rows = result(scene, scene.say("examined.door.none", ports=", ".join(ports)), good=False)
    return [
        *rows,
        *note(scene, scene.say("examined.why.none")),
        *lines(scene, [(line, scene.say("examined.fix.open"))]),
    ]


def stopped(event: Examined, scene: Scene) -> list[str]:
    say = scene.say
    key = event.status if scene.texts.has(f"examined.{event.status}") else "exited"
    slots = {"name": event.name, "code": event.exit_code, "command": shortened(event.command)}
    rows = result(scene, say(f"examined.{key}", duration=_since(event, scene), **slots), good=event.exit_code == 0)
    rows += _reason(event, scene)
    if event.last:
        rows += last_words(event.last, scene)
    fixes = [(runnable("start", "-a", event.name), say("narration.next.start-a"))]
    fixes += [(runnable("logs", event.name), say("narration.next.logs"))] if event.last else []
    return rows + lines(scene, [*fixes, (runnable("rm", event.name), say("narration.next.rm"))])


def _reason(event: Examined, scene: Scene) -> list[str]:
    if event.error:
        failed = Failed(Failure(Trouble.REFUSED, event.error, subject=event.name), "start", 1, image=event.image)
        return tell_failure(failed, scene).split("\n")
    if not event.exit_code:
        return note(scene, scene.say("narration.ended.done", command=shortened(event.command)))
    ending = Ended(event.name, event.image, event.command, event.exit_code, 0.0, oom=event.oom, last=event.last)
    diagnosis = diagnose(failed_inside(ending))
    if diagnosis:
        return told(diagnosis, scene)
    return [row for text in code_in_words(event.exit_code, scene) for row in note(scene, text)]


def _since(event: Examined, scene: Scene) -> str:
    return scene.texts.age(time.time() - event.since) if event.since else ""
