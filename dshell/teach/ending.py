"""What is told when something ended: its exit code in words, why it ended, and what can be done now."""

from __future__ import annotations

from dshell.events import Ended, ExecEnded, Stopped
from dshell.teach.diagnose import diagnose, inside, told
from dshell.teach.layout import Scene, lines, note, result, runnable, shortened

TOLD_CODES = {125, 126, 127, 130, 137, 139, 143}
SIGNALS = range(129, 128 + 65)  # 128 + n: ended by signal n, by the convention of POSIX shells
FORCED = 137
LAST = 5  # rows of what a container printed unseen


def ended(event: Ended, scene: Scene) -> list[str]:
    """The result, then why, then the way on. Nothing is offered for a container that --rm deleted."""
    talked = event.stdin and event.tty  # a shell leaves with the code of its last command: no fault of its own
    rows = result(scene, outcome(event, scene), good=event.exit_code == 0 or talked)
    reasons = [row for reason in why(event, scene) for row in note(scene, reason)] if scene.full else []
    explained = [] if talked else explanation(event, scene)
    printed = [] if explained or event.seen or not event.last else last_words(event.last, scene)
    rest = explained + (reasons if not explained else []) + printed + lines(scene, again(event, scene))
    if event.gone:
        rest += note(scene, scene.say("narration.ended.gone", name=event.name))
    elif not event.removed:
        rest += [] if talked else note(scene, scene.say("narration.ended.stopped", name=event.name))
        rest += lines(scene, way_on(event, scene))
    apart = scene.full and rest and (reasons or explained or not talked)
    return [*rows, "", *rest] if apart else rows + rest


def explanation(event: Ended | ExecEnded, scene: Scene) -> list[str]:
    """Why its program failed and what helps, where its last words are known ones."""
    if not event.exit_code or (isinstance(event, Ended) and event.interrupted):
        return []
    diagnosis = diagnose(inside(event))
    return told(diagnosis, scene) if diagnosis else []


def last_words(last: str, scene: Scene) -> list[str]:
    rows = last.split("\n")[-LAST:]
    return [*note(scene, scene.say("narration.ended.printed")), *(f"     {scene.words(row)}" for row in rows)]


def outcome(event: Ended, scene: Scene) -> str:
    plain = "command" if event.command else "command-unknown"
    key = "inside" if event.tty and event.stdin else plain
    return scene.say(
        f"narration.ended.{key}" + ("-removed" if event.removed else ""),
        name=event.name,
        command=shortened(event.command),
        duration=scene.texts.duration(event.seconds),
        code=event.exit_code,
    )


def why(event: Ended, scene: Scene) -> list[str]:
    """Reasons in the order in which a person meets them."""
    command = shortened(event.command)
    reasons = code_in_words(event.exit_code, scene, oom=event.oom)
    if event.interrupted:
        return reasons
    if event.shell and not event.stdin and not event.tty:
        reasons.append(scene.say("narration.ended.no-stdin", command=command))
    elif event.shell and event.stdin and not event.tty:
        reasons.append(scene.say("narration.ended.no-tty"))
    elif event.shell and event.tty and not event.stdin:
        reasons.append(scene.say("narration.ended.deaf"))
    elif not event.shell and event.exit_code == 0 and not event.removed and event.command:
        reasons.append(scene.say("narration.ended.done", command=command))
    return reasons


def code_in_words(code: int, scene: Scene, *, oom: bool = False) -> list[str]:
    if code == 0:
        return []
    if oom:
        return [scene.say("narration.code.memory")]
    if code in TOLD_CODES:
        return [scene.say(f"narration.code.c{code}")]
    if code in SIGNALS:
        return [scene.say("narration.code.signal", code=code, signal=code - 128)]
    return [scene.say("narration.code.program", code=code)]


def again(event: Ended, scene: Scene) -> list[tuple[str, str]]:
    """The line that lets a person talk to a shell that could not be talked to.

    Whether a container has a keyboard and a terminal is settled when it is made: only a new one can have them.
    """
    if not event.shell or (event.stdin and event.tty):
        return []
    words = () if event.own_command else event.command
    line = runnable("run", "-it", event.image.removesuffix(":latest"), *words)
    return [(line, scene.say("narration.next.run-it"))]


def way_on(event: Ended, scene: Scene) -> list[tuple[str, str]]:
    name = event.name
    talk = event.stdin and event.tty
    offers = [
        (runnable("start", "-ai", name), scene.say("narration.next.start-ai"))
        if talk
        else (runnable("start", "-a", name), scene.say("narration.next.start-a"))
    ]
    if event.exit_code and not talk:
        offers.append((runnable("logs", name), scene.say("narration.next.logs")))
    return [*offers, (runnable("rm", name), scene.say("narration.next.rm"))]


def exec_ended(event: ExecEnded, scene: Scene) -> list[str]:
    key = "exec-killed" if event.exit_code == FORCED else "exec"  # so ends what runs in a container that is stopped
    text = scene.say(f"narration.ended.{key}", command=shortened(event.command), code=event.exit_code, name=event.name)
    talked = event.stdin and event.tty
    rows = result(scene, text, good=event.exit_code == 0 or talked)
    explained = [] if talked else explanation(event, scene)
    reasons = code_in_words(event.exit_code, scene) if scene.full and not explained else []
    rest = explained + [row for reason in reasons for row in note(scene, reason)]
    return [*rows, *([""] if rest and scene.full else []), *rest]


def stopped(event: Stopped, scene: Scene) -> list[str]:
    key = "plain" if event.exit_code is None else "code"
    duration = scene.texts.duration(event.seconds)
    rows = result(
        scene, scene.say(f"narration.stopped.{key}", name=event.name, duration=duration, code=event.exit_code)
    )
    if scene.full and event.exit_code == FORCED:
        rows += note(scene, scene.say("narration.stopped.forced"))
    return [
        *rows,
        *lines(
            scene,
            [
                (runnable("start", event.name), scene.say("narration.next.start")),
                (runnable("rm", event.name), scene.say("narration.next.rm")),
            ],
        ),
    ]
