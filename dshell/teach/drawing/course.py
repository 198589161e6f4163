"""``flow``: who spoke to whom while a line ran, in order, with times; from the events that really came."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from dshell.errors import Trouble
from dshell.events import (
    Asked,
    Attached,
    Course,
    Created,
    Detached,
    DownloadInterrupted,
    Ended,
    ExecEnded,
    ExecStarted,
    Failed,
    ImageHere,
    ImageMissing,
    ImagePulled,
    Inside,
    LeftBehind,
    LineEnded,
    Needless,
    NulsLeftOut,
    Removed,
    Routed,
    Silent,
    Started,
    Stopped,
    Unchanged,
    Unheeded,
    Way,
)
from dshell.foreseen import Foreseen, MountNoticed
from dshell.line.reference import HUB
from dshell.pattern import pattern
from dshell.teach.drawing.cells import fitted
from dshell.teach.layout import MARGIN, Scene, Tint, note, shortened, wrapped

ID = pattern(r"\b[0-9a-f]{64}\b")
SHORT_ID = 12
LANES_FROM = 96  # columns from which on everybody has a lane
LANE = 11
CLOCK = 9


class Party(Enum):
    """Who speaks, from the left to the right."""

    YOU = "you"
    DSHELL = "dshell"
    DOCKER = "docker"  # the docker CLI
    SHELL = "shell"  # the person's own
    DAEMON = "daemon"
    REGISTRY = "registry"
    CONTAINER = "container"


class Mood(Enum):
    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"


class Step(NamedTuple):
    """``after``: seconds since the line was entered. ``source`` is ``target`` for what one does alone."""

    after: float
    source: Party
    target: Party
    text: str
    mood: Mood = Mood.PLAIN


Said = tuple[Party, Party, str, Mood]
Tell = Callable[[Any, Scene], Iterator[Said]]

YOU, DSHELL, DAEMON, REGISTRY, CONTAINER = (
    Party.YOU,
    Party.DSHELL,
    Party.DAEMON,
    Party.REGISTRY,
    Party.CONTAINER,
)
FORWARDED = {Way.CLI: Party.DOCKER, Way.HOST: Party.SHELL}


def _said(source: Party, target: Party, text: str, mood: Mood = Mood.PLAIN) -> Iterator[Said]:
    yield source, target, text, mood


def _routed(event: Routed, scene: Scene) -> Iterator[Said]:
    party = FORWARDED.get(event.way)
    if party is not None:
        yield DSHELL, party, scene.say(f"flow.handed.{party.value}"), Mood.PLAIN


def _asked(event: Asked, scene: Scene) -> Iterator[Said]:
    act = event.act.split(" ")[-1]
    key = f"flow.asked.{act}" if scene.texts.has(f"flow.asked.{act}") else "flow.asked.other"
    return _said(DSHELL, DAEMON, scene.say(key, subject=event.subject, act=event.act))


def _missing(event: ImageMissing, scene: Scene) -> Iterator[Said]:
    registry = "Docker Hub" if event.registry in {"", HUB} else event.registry
    return _said(DAEMON, REGISTRY, scene.say("flow.missing", image=event.image, registry=registry))


def _pulled(event: ImagePulled, scene: Scene) -> Iterator[Said]:
    key = ("flow.pulled-size" if event.size else "flow.pulled") if event.fresh else "flow.current"
    return _said(REGISTRY, DAEMON, scene.say(key, image=event.image, size=scene.texts.size(event.size)))


def _created(event: Created, scene: Scene) -> Iterator[Said]:
    return _said(DAEMON, CONTAINER, scene.say("flow.created", name=event.name, id=event.container[:12]))


def _started(event: Started, scene: Scene) -> Iterator[Said]:
    key = "flow.started" if event.command else "flow.started-plain"
    return _said(DAEMON, CONTAINER, scene.say(key, command=shortened(event.command), name=event.name))


def _attached(event: Attached, scene: Scene) -> Iterator[Said]:
    yield from _said(CONTAINER, DSHELL, scene.say("flow.attached", name=event.name))
    if event.keyboard:
        yield from _said(YOU, CONTAINER, scene.say("flow.keyboard", name=event.name))


def _ended(event: Ended, scene: Scene) -> Iterator[Said]:
    key = "flow.ended-removed" if event.removed else "flow.ended"
    slots = {"command": shortened(event.command), "code": event.exit_code}
    text = scene.say(key, duration=scene.texts.duration(event.seconds), **slots)
    return _said(CONTAINER, DSHELL, text, Mood.GOOD if event.exit_code == 0 else Mood.BAD)


def _exec_started(event: ExecStarted, scene: Scene) -> Iterator[Said]:
    return _said(DAEMON, CONTAINER, scene.say("flow.exec", command=shortened(event.command), name=event.name))


def _exec_ended(event: ExecEnded, scene: Scene) -> Iterator[Said]:
    text = scene.say("flow.exec-ended", command=shortened(event.command), code=event.exit_code)
    return _said(CONTAINER, DSHELL, text, Mood.GOOD if event.exit_code == 0 else Mood.BAD)


def _stopped(event: Stopped, scene: Scene) -> Iterator[Said]:
    return _said(DAEMON, CONTAINER, scene.say("flow.stopped", name=event.name), Mood.GOOD)


def _unchanged(event: Unchanged, scene: Scene) -> Iterator[Said]:
    key = "flow.unchanged-running" if event.running else "flow.unchanged"
    return _said(DAEMON, DSHELL, scene.say(key, name=event.name))


def _line_ended(event: LineEnded, scene: Scene) -> Iterator[Said]:
    party = FORWARDED.get(event.way)
    if party is not None:
        mood = Mood.GOOD if event.exit_code == 0 else Mood.BAD
        yield party, DSHELL, scene.say("flow.back", code=event.exit_code), mood


def _failed(event: Failed, scene: Scene) -> Iterator[Said]:
    """Where the line stopped, with the words of whoever stopped it."""
    failure = event.failure
    words = ID.sub(lambda found: found[0][:SHORT_ID], next(iter(failure.words.strip().split("\n")), ""))
    source, target = BREAKS.get(failure.trouble, (DAEMON, DSHELL))
    key = "flow.failed" if words else "flow.failed-silent"
    return _said(source, target, scene.say(key, words=words), Mood.BAD)


BREAKS: Mapping[Trouble, tuple[Party, Party]] = {
    **dict.fromkeys(
        (Trouble.UNREACHABLE, Trouble.DENIED, Trouble.BUSY, Trouble.TIMEOUT, Trouble.LOST, Trouble.TLS),
        (DSHELL, DAEMON),
    ),
    **dict.fromkeys((Trouble.DECLINED, Trouble.CONTEXT, Trouble.ADDRESS), (DSHELL, DSHELL)),
    Trouble.PULL: (REGISTRY, DAEMON),
    Trouble.PROGRAM: (CONTAINER, DSHELL),
    Trouble.CLI: (Party.DOCKER, DSHELL),
}
"""Between whom it broke."""


def _alone(party: Party, key: str, *slots: str) -> Tell:
    return _between(party, party, key, *slots)


def _between(source: Party, target: Party, key: str, *slots: str, mood: Mood = Mood.PLAIN) -> Tell:
    def tell(event: Any, scene: Scene) -> Iterator[Said]:
        return _said(source, target, scene.say(f"flow.{key}", **{slot: getattr(event, slot) for slot in slots}), mood)

    return tell


def _left_behind(event: LeftBehind, scene: Scene) -> Iterator[Said]:
    text = scene.say("flow.left-unsure" if event.unsure else "flow.left", name=event.name)
    return _said(YOU, DSHELL, text, Mood.BAD)


TELLERS: Mapping[type, Tell] = {
    Routed: _routed,
    Needless: _alone(DSHELL, "needless", "word"),
    NulsLeftOut: _alone(DSHELL, "nuls-left-out"),
    MountNoticed: _between(DSHELL, YOU, "mount", "source"),
    Foreseen: _between(DSHELL, YOU, "foreseen", "subject"),
    Asked: _asked,
    ImageHere: _alone(DAEMON, "here", "image"),
    ImageMissing: _missing,
    ImagePulled: _pulled,
    DownloadInterrupted: _between(YOU, DAEMON, "interrupted", "image", mood=Mood.BAD),
    Created: _created,
    Started: _started,
    LeftBehind: _left_behind,
    Attached: _attached,
    Inside: _between(YOU, CONTAINER, "inside", "name"),
    Detached: _between(YOU, DSHELL, "detached", "name"),
    Silent: _between(CONTAINER, DSHELL, "silent", "name", mood=Mood.BAD),
    Unheeded: _between(YOU, CONTAINER, "unheeded", "name"),
    Ended: _ended,
    ExecStarted: _exec_started,
    ExecEnded: _exec_ended,
    Stopped: _stopped,
    Unchanged: _unchanged,
    Removed: _alone(DAEMON, "removed", "name"),
    LineEnded: _line_ended,
    Failed: _failed,
}
"""Events without a row (the progress of layers, what ``why NAME`` finds) are no step of a line's way."""


def steps(record: Course, scene: Scene) -> list[Step]:
    """Texts are disarmed already."""
    made = [Step(0.0, YOU, DSHELL, scene.words(record.line))]
    for moment in record.moments:
        tell = TELLERS.get(type(moment.event))
        for source, target, text, mood in tell(moment.event, scene) if tell else ():
            step = Step(max(0.0, moment.at - record.began), source, target, text, mood)
            if isinstance(moment.event, Failed) and made[-1].target is REGISTRY:
                step = step._replace(source=REGISTRY, target=DAEMON)  # the daemon passes on that nothing came
            made.append(step)
    return made


def parties(taken: Iterable[Step]) -> list[Party]:
    """Who took part, in their order."""
    there = {party for step in taken for party in (step.source, step.target)}
    return [party for party in Party if party in there]


def name(party: Party, scene: Scene) -> str:
    return scene.say(f"flow.party.{party.value}")


def clock(seconds: float, scene: Scene) -> str:
    return scene.texts.unit(scene.texts.number(seconds, 2), "second")


def in_words(record: Course, scene: Scene) -> list[str]:
    """A row for each step."""
    places = [(f"{clock(step.after, scene)}, {way(step, scene)}", step.text) for step in steps(record, scene)]
    return [scene.say("narration.place.before", place=place, text=text) for place, text in places]


# Drawn


def drawn(record: Course, scene: Scene) -> list[str]:
    taken = steps(record, scene)
    rows = lanes(taken, scene) if scene.width >= LANES_FROM else listed(taken, scene)
    if len(taken) == 1:
        rows += note(scene, scene.say("flow.quiet"))
    return rows


def listed(taken: Sequence[Step], scene: Scene) -> list[str]:
    """A row each: when, from whom to whom, what."""
    ways = [way(step, scene) for step in taken]
    column = max(map(len, ways)) + 2
    rows = []
    for step, between in zip(marked(taken, scene), ways, strict=True):
        head = f"{clock(step.after, scene):>{CLOCK - 1}}  "
        if scene.roomy:
            texts = wrapped(scene, step.text, len(MARGIN + head) + column)
            place = scene.tinted(between.ljust(column), Tint.PLACE)
            texts[0] = MARGIN + head + place + texts[0].strip()
        else:
            texts = [" " + head + scene.tinted(between, Tint.PLACE), *wrapped(scene, step.text, 5)]
        rows += texts
    return rows


def way(step: Step, scene: Scene) -> str:
    if step.source is step.target:
        return name(step.source, scene)
    return scene.drawn(f"{name(step.source, scene)} → {name(step.target, scene)}")


def lanes(taken: Sequence[Step], scene: Scene) -> list[str]:
    there = parties(taken)
    blank = MARGIN + " " * CLOCK
    head = blank + "".join(fitted(name(party, scene), LANE) for party in there)
    rows = [scene.tinted(head.rstrip(), Tint.LINE)]
    bare = _lane_row(there, None)
    for step in marked(taken, scene):
        left = f"{MARGIN}{clock(step.after, scene):>{CLOCK - 2}}  "
        texts = [row.strip() for row in wrapped(scene, step.text, len(left) + LANE * len(there) + 2)]
        for number, text in enumerate(texts):
            lane = scene.drawn(_lane_row(there, step) if number == 0 else bare)
            rows.append(f"{left if number == 0 else blank}{lane}{text}".rstrip())
    return rows


def _lane_row(there: Sequence[Party], step: Step | None) -> str:
    """One row of lines from above to below, and the arrow across; a single sign everywhere, also in ASCII."""
    row = [" "] * (LANE * len(there))
    for number in range(len(there)):
        row[number * LANE] = "│"
    if step is not None:
        start, end = there.index(step.source) * LANE, there.index(step.target) * LANE
        if start == end:
            row[start] = "●"
        else:
            low, high = sorted((start, end))
            for at in range(low + 1, high):
                row[at] = "─"
            row[start] = "├" if start < end else "┤"
            row[end - 1 if start < end else end + 1] = "▸" if start < end else "◂"
    return "".join(row)


def marked(taken: Iterable[Step], scene: Scene) -> list[Step]:
    """What went well or badly begins with its mark."""
    signs = {Mood.GOOD: "✔ ", Mood.BAD: "✘ "}
    return [step._replace(text=scene.drawn(signs.get(step.mood, "")) + step.text) for step in taken]
