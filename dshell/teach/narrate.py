"""What is told of an event: one pure function from an event and a scene to text.

Every event has its sentences except the progress of layers, which ``shell.progress`` draws. A step is told only
because its event came; nothing is foretold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dshell.errors import INTERRUPTED, Trouble
from dshell.events import (
    Asked,
    Attached,
    Created,
    Detached,
    DownloadInterrupted,
    Ended,
    Event,
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
    Restored,
    Routed,
    Silent,
    Started,
    Stopped,
    Unchanged,
    Unheeded,
    Way,
    Why,
)
from dshell.examined import Examined
from dshell.foreseen import Foreseen, MountNoticed, Overtaken, Spared
from dshell.line.reference import HUB
from dshell.teach import ahead
from dshell.teach.diagnose import diagnose, tell_failure
from dshell.teach.ending import code_in_words, ended, exec_ended, stopped
from dshell.teach.examined import examined
from dshell.teach.layout import (
    Level,
    Scene,
    lines,
    note,
    page,
    remark,
    result,
    runnable,
    shortened,
    step,
    wrapped,
)

PRACTICE = "practice engine"
STEPS = (Asked, ImageHere, ImageMissing, Created, Attached, Inside, ExecStarted)


def narrate(event: Event, scene: Scene) -> str:
    """Rows without a last newline; "" when there is nothing to tell at this level."""
    tell = TELLERS.get(type(event))
    return "" if scene.level is Level.OFF or tell is None else page(tell(event, scene))


def numbered(event: Event) -> bool:
    """True when the text of ``event``, if there is any, takes a step number."""
    return event.again if isinstance(event, Started) else isinstance(event, STEPS)


def routed(event: Routed, scene: Scene) -> list[str]:
    """Who does the line is told only when a person could wonder."""
    if event.way not in {Way.CLI, Way.HOST} or event.why not in {Why.FLAG, Why.UNKNOWN, Why.VARIABLE, Why.SUDO}:
        return []
    return remark(scene, scene.say(f"narration.routed.{event.why.value}", detail=event.detail))


def needless(event: Needless, scene: Scene) -> list[str]:
    return remark(scene, scene.say("narration.needless", word=event.word))


def nuls_left_out(_event: NulsLeftOut, scene: Scene) -> list[str]:
    return remark(scene, scene.say("narration.nuls-left-out"))


def restored(event: Restored, scene: Scene) -> list[str]:
    typed = ", ".join(was for _, was in event.words)
    return remark(scene, scene.say("narration.restored", typed=typed))


def mount_noticed(event: MountNoticed, scene: Scene) -> list[str]:
    key = f"narration.mount.{event.trouble.value}"
    text = scene.say(f"{key}.what", source=event.source, target=event.target, found=event.found)
    fix = scene.say(f"{key}.fix", found=event.found)
    return [*remark(scene, text), *lines(scene, [(event.fix, fix)])]


def asked(event: Asked, scene: Scene) -> list[str]:
    act = event.act.split(" ")[-1]
    key = "narration.asked." + ("run" if act == "create" else act)
    if not scene.texts.has(key):
        key = "narration.asked.other"
    kind = {"": "plain", PRACTICE: "practice"}.get(event.daemon, "named")
    daemon = scene.say(f"narration.daemon.{kind}", name=event.daemon)
    return step(scene, "ask", scene.say(key, daemon=daemon, subject=event.subject, act=event.act))


def image_here(event: ImageHere, scene: Scene) -> list[str]:
    return step(scene, "daemon", scene.say("narration.image.here", image=event.image))


def image_missing(event: ImageMissing, scene: Scene) -> list[str]:
    hub = event.registry in {"", HUB}
    key = ("again" if hub else "again-elsewhere") if event.always else ("missing" if hub else "elsewhere")
    text = scene.say(f"narration.image.{key}", image=event.image, registry=event.registry)
    return step(scene, "hub" if hub else "daemon", text)


def image_pulled(event: ImagePulled, scene: Scene) -> list[str]:
    key = ("kept-size" if event.size else "kept") if event.fresh else "current"
    return more(scene, scene.say(f"narration.image.{key}", image=event.image, size=scene.texts.size(event.size)))


def download_interrupted(event: DownloadInterrupted, scene: Scene) -> list[str]:
    return result(scene, scene.say("narration.image.interrupted", image=event.image), good=False)


def created(event: Created, scene: Scene) -> list[str]:
    image = event.image.removesuffix(":latest")
    key = "next" if event.siblings > 1 else "first"
    texts = [
        scene.say(
            f"narration.created.{key}", name=event.name, id=event.container[:12], count=event.siblings, image=image
        )
    ]
    if event.stand_in:
        texts.append(scene.say("narration.created.stand-in", image=image))
    if scene.full:
        texts += [scene.say("narration.created.shared", folder=folder) for folder in event.shared]
        texts += [published(port, scene) for port in event.published]
    texts += [scene.say("narration.created.warning", words=words) for words in event.warnings]
    return step(scene, "daemon", *texts)


def published(port: str, scene: Scene) -> str:
    host, _, inside = port.rpartition(":")
    key = "port" if host.rpartition(":")[2] not in {"", "0"} else "port-any"
    return scene.say(f"narration.created.{key}", host=host, inside=inside)


def started(event: Started, scene: Scene) -> list[str]:
    """The first start of a container completes the step of its making; a later one is a step of its own."""
    key = "made" if event.again and event.first else "again" if event.again else "first" if event.command else "plain"
    text = scene.say(f"narration.started.{key}", name=event.name, command=shortened(event.command))
    rows = step(scene, "daemon", text) if event.again else more(scene, text)
    if not event.detached:
        return rows
    return [
        *rows,
        *note(scene, scene.say("narration.started.detached", name=event.name)),
        *lines(
            scene,
            [
                ("ps", scene.say("narration.next.ps")),
                (runnable("logs", event.name), scene.say("narration.next.logs")),
                (runnable("exec", "-it", event.name, "sh"), scene.say("narration.next.exec-sh")),
                (runnable("stop", event.name), scene.say("narration.next.stop")),
                (runnable("why", event.name), scene.say("narration.next.why")),
            ],
        ),
    ]


def unchanged(event: Unchanged, scene: Scene) -> list[str]:
    if event.running:
        entries = [
            (runnable("exec", "-it", event.name, "sh"), scene.say("narration.next.exec-sh")),
            (runnable("attach", event.name), scene.say("narration.next.attach-main")),
        ]
    else:
        entries = [
            (runnable("start", event.name), scene.say("narration.next.start-made")),
            (runnable("rm", event.name), scene.say("narration.next.rm")),
        ]
    text = scene.say("narration.unchanged." + ("running" if event.running else "stopped"), name=event.name)
    return [*result(scene, text), *lines(scene, entries)]


def attached(event: Attached, scene: Scene) -> list[str]:
    """A person at a terminal is told where they are by ``Inside`` instead."""
    if event.keyboard and event.tty:
        return []
    key = "keyboard" if event.keyboard else "deaf" if event.tty else "output"
    texts = [scene.say(f"narration.attached.{key}")]
    if key == "deaf" and event.act in {"run", "start", "exec"}:
        texts.append(scene.say(f"narration.attached.leave-{event.act}"))
    return step(scene, "back", *texts)


def left_behind(event: LeftBehind, scene: Scene) -> list[str]:
    if event.unsure:
        text = scene.say("narration.left.unsure" if event.name else "narration.left.unsure-nameless", name=event.name)
        newest = (runnable("ps", "-a", "-n", "1"), scene.say("narration.next.newest"))
        return [*result(scene, text, good=False), *lines(scene, [newest])]
    if event.running:
        return still_running(event.name, scene.say("narration.left.running", name=event.name), scene)
    start = ("start", "-ai" if event.talks else "-a", event.name)
    entries = [
        (runnable(*start), scene.say("narration.next.start-made")),
        (runnable("rm", event.name), scene.say("narration.next.rm")),
    ]
    text = scene.say("narration.left.made", name=event.name)
    return [*result(scene, text, good=False), *lines(scene, entries)]


def inside(event: Inside, scene: Scene) -> list[str]:
    where = event.act if event.act in {"exec", "attach"} else "run"
    texts = [scene.say(f"narration.inside.{where}", name=event.name)]
    if scene.full:
        key = "shared" if event.shared else "alone"
        texts[0] += " " + scene.say(f"narration.inside.{key}", folders=", ".join(event.shared))
    keys = spoken(event.detach_keys)
    ending = "-exec" if event.act == "exec" else "-removed" if event.removed else ""
    texts.append(scene.say("narration.inside.leave" + (ending if keys else "-nokeys"), keys=keys))
    return step(scene, "", *texts)


def spoken(detach_keys: str) -> str:
    """``ctrl-p,ctrl-q`` as it is printed on a keyboard: ``Ctrl-P Ctrl-Q``."""
    keys = [key for key in detach_keys.split(",") if key]
    return " ".join(f"Ctrl-{key[5:].upper()}" if key.startswith("ctrl-") else key for key in keys)


def detached(event: Detached, scene: Scene) -> list[str]:
    if event.act == "exec":
        entry = (runnable("top", event.name), scene.say("narration.next.top"))
        return [*result(scene, scene.say("narration.detached.exec", name=event.name)), *lines(scene, [entry])]
    return still_running(event.name, scene.say("narration.detached.container", name=event.name), scene)


def unheeded(event: Unheeded, scene: Scene) -> list[str]:
    key = "once" if event.more == 1 else "often"
    command = shortened(event.command) or event.name
    text = scene.say(f"narration.unheeded.{key}", command=command, name=event.name, count=event.more)
    return remark(scene, text)


def silent(event: Silent, scene: Scene) -> list[str]:
    return remark(scene, scene.say("narration.silent", name=event.name))


def still_running(name: str, text: str, scene: Scene) -> list[str]:
    entries = [
        (runnable("attach", name), scene.say("narration.next.attach")),
        (runnable("stop", name), scene.say("narration.next.stop")),
    ]
    return [*result(scene, text), *lines(scene, entries)]


def exec_started(event: ExecStarted, scene: Scene) -> list[str]:
    key = "detached" if event.detached else "started"
    text = scene.say(f"narration.exec.{key}", name=event.name, command=shortened(event.command))
    return step(scene, "daemon", text)


def removed(event: Removed, scene: Scene) -> list[str]:
    return result(scene, scene.say("narration.removed.container", name=event.name))


def line_ended(event: LineEnded, scene: Scene) -> list[str]:
    """Only docker's lines: a person's own shell tells for itself, and who pressed Ctrl-C knows of it."""
    if event.way is not Way.CLI or event.exit_code in {0, INTERRUPTED} or not scene.full:
        return []
    rows = remark(scene, scene.say("narration.line.code", code=event.exit_code))
    inside = event.act.split(" ")[-1] in {"run", "exec", "start"} and event.exit_code > 127
    return rows + [row for reason in code_in_words(event.exit_code, scene) for row in note(scene, reason) if inside]


def failed(event: Failed, scene: Scene) -> list[str]:
    """The docker CLI has said itself what went wrong: only what explains it is added."""
    if event.failure.trouble is Trouble.CLI and diagnose(event) is None:
        return []
    return [tell_failure(event, scene)]


def more(scene: Scene, text: str) -> list[str]:
    """A row that belongs to the step before it."""
    return wrapped(scene, text, scene.text_column)


TELLERS: Mapping[type, Callable[[Any, Scene], list[str]]] = {
    Routed: routed,
    Needless: needless,
    NulsLeftOut: nuls_left_out,
    Restored: restored,
    MountNoticed: mount_noticed,
    Foreseen: ahead.told,
    Overtaken: ahead.overtaken,
    Spared: ahead.spared,
    Asked: asked,
    ImageHere: image_here,
    ImageMissing: image_missing,
    ImagePulled: image_pulled,
    DownloadInterrupted: download_interrupted,
    Created: created,
    Started: started,
    LeftBehind: left_behind,
    Attached: attached,
    Inside: inside,
    Detached: detached,
    Ended: ended,
    ExecStarted: exec_started,
    ExecEnded: exec_ended,
    Stopped: stopped,
    Unchanged: unchanged,
    Unheeded: unheeded,
    Silent: silent,
    Removed: removed,
    Examined: examined,
    LineEnded: line_ended,
    Failed: failed,
}
