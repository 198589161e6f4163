"""The own word ``doctor``: all that dshell and docker stand on, on one page or in a file for a bug report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dshell import __version__
from dshell.doctor.discretion import Discretion
from dshell.doctor.facts import Facts
from dshell.doctor.findings import Chapter, Level
from dshell.doctor.gather import Patient, gather
from dshell.doctor.on_engines import examine_engines
from dshell.doctor.on_leftovers import examine_leftovers
from dshell.doctor.on_programs import examine_programs
from dshell.doctor.on_settings import examine_settings
from dshell.doctor.on_terminal import examine_terminal
from dshell.doctor.page import page
from dshell.teach.layout import MARGIN, Scene, result, wrapped

REPORT = "--report"
REPORT_WIDTH = 100  # columns of a report
EXAMINATIONS = {
    "terminal": examine_terminal,
    "programs": examine_programs,
    "engines": examine_engines,
    "leftovers": examine_leftovers,
    "settings": examine_settings,
}

Write = Callable[[Sequence[str]], None]


@dataclass(frozen=True)
class Doctor:
    """``scene``: for whom it is told, asked when something is. ``write``: rows for the person."""

    patient: Patient
    scene: Callable[[], Scene]
    write: Write

    def do(self, words: Sequence[str]) -> int:
        """``words``: behind ``doctor``. The exit code: 1 when docker lines cannot work, or nothing was written."""
        if words and (words[0] != REPORT or len(words) > 2):
            return self._refuse("usage")
        facts = gather(self.patient)
        chapters = examined(facts, Discretion(self.patient.home))
        if words:
            return self._report(words[1] if len(words) > 1 else "", chapters, facts)
        scene = self.scene()
        self.write([*heading(facts, scene), *page(chapters, scene)])
        worst = max(finding.level for chapter in chapters for finding in chapter.findings)
        return 1 if worst is Level.PROBLEM else 0

    def _report(self, name: str, chapters: Sequence[Chapter], facts: Facts) -> int:
        now = datetime.now().astimezone()
        file = Path(name or f"dshell-report-{now:%Y%m%d-%H%M%S}.txt")
        scene = self.scene()._replace(color=False, width=REPORT_WIDTH)
        text = "\n".join([*heading(facts, scene), MARGIN + f"{now:%Y-%m-%d %H:%M %z}", *page(chapters, scene)]) + "\n"
        try:
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except FileExistsError:
            return self._refuse("exists", file=str(file))
        except OSError as error:
            return self._refuse("unwritten", file=str(file), words=error.strerror or str(error))
        scene = self.scene()
        self.write(result(scene, scene.say("doctor.report.written", file=str(file))))
        return 0

    def _refuse(self, key: str, **slots: str) -> int:
        scene = self.scene()
        self.write(result(scene, scene.say(f"doctor.report.{key}", **slots), good=False))
        return 1


def examined(facts: Facts, discretion: Discretion) -> tuple[Chapter, ...]:
    """Every examination's findings, with nothing in them that may not leave the machine."""
    return tuple(
        Chapter(key, tuple(discretion.finding(finding) for finding in examine(facts)))
        for key, examine in EXAMINATIONS.items()
    )


def heading(facts: Facts, scene: Scene) -> list[str]:
    text = scene.say("doctor.title", version=__version__, system=facts.platform)
    return wrapped(scene, text, len(MARGIN))
