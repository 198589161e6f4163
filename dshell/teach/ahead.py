"""What is ahead of a line, told before it runs: what it will come to, and the lines that can be run instead."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from dshell.foreseen import Ahead, Foreseen, Loss, Overtaken, Spared
from dshell.pattern import pattern
from dshell.teach.layout import Scene, labelled, lines, note, remark, result

FILES = 4  # changed files of a container that are named
NAMED = 12  # things that are named one by one; of more the rest is counted
DATA = "volume"
GIVEN = pattern("[0-9a-f]{64}")  # a name that docker gave to a volume
SHORT_ID = 12  # letters of it that docker shows


def told(event: Foreseen, scene: Scene) -> list[str]:
    """As a remark: nobody is asked, the line goes on."""
    ways = [(line, meaning(event, name, scene)) for name, line in event.choices]
    return [*remark(scene, sentence(event, scene)), *lines(scene, ways)]


def question(event: Foreseen, scene: Scene) -> list[str]:
    """With the keys that answer it: a number for each line, Enter for the line as typed, Esc for nothing."""
    rows = result(scene, sentence(event, scene), good=False)
    say = scene.say
    if event.ahead is Ahead.LOSS:
        keys = [(say("ahead.ask.yes"), say("ahead.loss.way.yes")), (say("ahead.ask.enter"), say("ahead.ask.kept"))]
        data = [say("ahead.loss.data")] if any(loss.sort == DATA for loss in event.losses) and scene.full else []
        return [
            *rows,
            *losses(event.losses, scene),
            *(row for text in data for row in note(scene, text)),
            *lines(scene, keys),
        ]
    numbered = enumerate(event.choices, start=1)
    keys = [(f"{number}  {line}", meaning(event, name, scene)) for number, (name, line) in numbered]
    keys.append((say("ahead.ask.enter"), say(f"ahead.{event.ahead.value}.typed")))
    return [*rows, *lines(scene, [*keys, (say("ahead.ask.leave"), say("ahead.ask.nothing"))])]


def taken(line: str, scene: Scene) -> list[str]:
    """The line that was chosen instead of the one typed."""
    return ["", *remark(scene, scene.words(line), "→"), ""]


def undone(scene: Scene) -> list[str]:
    return remark(scene, scene.say("ahead.ask.undone"))


def sentence(event: Foreseen, scene: Scene) -> str:
    slots = {name: value for name, value in event.slots.items() if value}
    if event.seconds:
        slots["since"] = scene.texts.age(event.seconds)
    key = f"ahead.{event.ahead.value}"
    state = slots.get("state")
    what = f"{key}.what.{state}" if state else f"{key}.what"
    known = all(slot in slots for slot in scene.texts.slots(what))
    said = scene.say(what if known else f"{key}.plain", **slots)
    service = slots.get("service")
    return scene.say("ahead.of-service", service=service, text=said) if service else said


def meaning(event: Foreseen, name: str, scene: Scene) -> str:
    return scene.say(f"ahead.{event.ahead.value}.way.{name}", **event.slots)


def losses(lost: Iterable[Loss], scene: Scene) -> list[str]:
    """A row for each sort: how many, which, and how much room they take."""
    groups = [(sort, list(group)) for sort, group in groupby(lost, key=lambda loss: loss.sort)]
    labels = {sort: scene.say(f"ahead.loss.{sort}", count=len(group)) for sort, group in groups}
    width = max(map(len, labels.values()))
    return [row for sort, group in groups for row in labelled(scene, labels[sort].ljust(width), listed(group, scene))]


def listed(group: list[Loss], scene: Scene) -> str:
    names = [name for loss in group if (name := named(loss, scene))]
    size = sum(loss.size for loss in group)
    text = some(names, NAMED, scene)
    taken = scene.texts.size(size) if size else ""
    return f"{text} · {taken}" if text and taken else text or taken


def named(loss: Loss, scene: Scene) -> str:
    """With what makes its loss a loss: it runs, others need it, somebody has worked in it. A volume with its owners."""
    if loss.sort == DATA:
        name = loss.name[:SHORT_ID] if GIVEN.fullmatch(loss.name) else scene.words(loss.name)
        return scene.say("ahead.loss.of", name=name, users=", ".join(loss.users)) if loss.users else name
    if loss.used:
        return scene.say("ahead.loss.running", name=loss.name)
    if loss.users:
        return scene.say("ahead.loss.needed", name=loss.name, users=", ".join(loss.users))
    if loss.files:
        files = some([scene.words(path) for path in loss.files], FILES, scene)
        return scene.say("ahead.loss.changed", name=loss.name, files=files)
    return scene.words(loss.name)


def some(names: list[str], most: int, scene: Scene) -> str:
    more = [scene.say("ahead.loss.more", count=len(names) - most)] if len(names) > most else []
    return ", ".join([*names[:most], *more])


def overtaken(event: Overtaken, scene: Scene) -> list[str]:
    names = some([scene.words(name) for name in event.names], NAMED, scene)
    why = scene.say(f"ahead.overtaken.{'what' if names else 'plain'}", names=names)
    return [*undone(scene), *note(scene, why)]


def spared(event: Spared, scene: Scene) -> list[str]:
    """What a yes did not delete after all."""
    text = scene.say(f"ahead.spared.{event.why}", name=event.name, words=event.words)
    return remark(scene, text)
