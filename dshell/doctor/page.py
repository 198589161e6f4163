"""The doctor's page: findings as rows, in one language. Knows no fact and no rule."""

from __future__ import annotations

from collections.abc import Sequence

from dshell.doctor.findings import Chapter, Finding, Level
from dshell.events import Failed
from dshell.teach.diagnose import diagnose, labels, message, ways
from dshell.teach.layout import MARGIN, Scene, Tint, labelled, lines, wrapped

MARKS = {
    Level.OK: ("✔", Tint.GOOD),
    Level.NOTE: ("·", Tint.PLACE),
    Level.WARNING: ("!", Tint.LINE),
    Level.PROBLEM: ("✘", Tint.BAD),
}
MARK = 3  # columns: "ok" is what a terminal without ✔ shows


def page(chapters: Sequence[Chapter], scene: Scene) -> list[str]:
    rows: list[str] = []
    for chapter in chapters:
        title = wrapped(scene, scene.say(f"doctor.chapter.{chapter.key}"), len(MARGIN))
        rows += ["", *(scene.tinted(row, Tint.LINE) for row in title)]
        rows += [row for finding in chapter.findings for row in told(finding, scene)]
    bad = sum(finding.level >= Level.WARNING for chapter in chapters for finding in chapter.findings)
    summary = scene.say("doctor.summary", count=bad) if bad else scene.say("doctor.well")
    return [*rows, "", *wrapped(scene, summary, len(MARGIN))]


def told(finding: Finding, scene: Scene) -> list[str]:
    """What was found; below it, if something is to mend, why and how."""
    symbol, tint = MARKS[finding.level]
    mark = scene.drawn(symbol).ljust(MARK)
    start = len(MARGIN) + len(mark)
    said = wrapped(scene, scene.say(f"doctor.found.{finding.key}", **finding.slots), start)
    rows = [MARGIN + scene.tinted(mark, tint) + said[0][start:], *said[1:]]
    if finding.failure is not None:
        rows += _why(finding, scene)
    if finding.fix:
        text = scene.say(f"doctor.fix.{finding.fix}", **finding.slots)
        label = scene.say("diagnosis.told.fix")
        rows += lines(scene, [(finding.line, text)], label) if finding.line else labelled(scene, label, text)
    return rows


def _why(finding: Finding, scene: Scene) -> list[str]:
    """The reason that a daemon does not answer, as for a docker line that met it."""
    assert finding.failure is not None  # noqa: S101
    why, fix = labels(scene)
    diagnosis = diagnose(Failed(finding.failure, "", 1))
    if diagnosis is None:
        return labelled(scene, why, scene.words(finding.failure.words or finding.failure.trouble.value))
    return labelled(scene, why, message(diagnosis, scene)) + lines(scene, ways(diagnosis, scene), fix)
