"""The lessons that can be opened: those that came with dshell, and those in the person's own folder, or any file."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from dshell.teach.lesson import BadLesson, Lesson
from dshell.teach.lesson_file import lessons, name_of, read
from dshell.teach.tutor import check_words


class Catalogue:
    """``folder``: of the person's own lessons; need not exist. ``understood``: whether a line can be run as it stands.

    Own lessons are numbered behind dshell's.
    """

    def __init__(self, folder: Path, understood: Callable[[str], bool]) -> None:
        self.folder = folder
        self._understood = understood

    def names(self) -> tuple[str, ...]:
        """Numbers and names of all, without reading the person's own."""
        known = (*(lesson.name for lesson in lessons()), *map(name_of, self._own()))
        return (*map(str, range(1, len(known) + 1)), *known)

    def every(self) -> list[Lesson | BadLesson]:
        """In their order; for one that cannot be taught, why."""
        found: list[Lesson | BadLesson] = [*lessons()]
        for path in self._own():
            try:
                found.append(self.checked(path))
            except BadLesson as bad:
                found.append(bad)
            except OSError as error:
                found.append(BadLesson(str(path), "file", error.strerror or ""))
        return found

    def find(self, name: str) -> Lesson:
        """By its number, its name, or as a file. Raises BadLesson, OSError."""
        known = self.every()
        if chosen := next((each for number, each in enumerate(known, 1) if str(number) == name), None):
            if isinstance(chosen, BadLesson):
                raise chosen
            return chosen
        named = (each for each in known if isinstance(each, Lesson) and each.name == name)
        own = (path for path in self._own() if name_of(path) == name)
        return next(named, None) or self.checked(next(own, Path(os.path.expanduser(name))))

    def after(self, lesson: Lesson) -> tuple[int, Lesson] | None:
        """The next that can be taught, and its number."""
        known = self.every()
        keys = [each.key if isinstance(each, Lesson) else "" for each in known]
        at = keys.index(lesson.key) + 1 if lesson.key in keys else len(known)
        return next(((n, each) for n, each in enumerate(known[at:], at + 1) if isinstance(each, Lesson)), None)

    def checked(self, path: Path) -> Lesson:
        """A file that can be taught. Raises BadLesson, OSError."""
        lesson = read(path)
        check_words(lesson, str(path))
        for number, step in enumerate(lesson.steps, 1):
            for line in (*step.look, step.lines[0]):
                if not self._understood(line):
                    raise BadLesson(f"step {number}", "line", line)
        return lesson

    def _own(self) -> list[Path]:
        try:
            return sorted(path for path in self.folder.glob("*.toml") if path.is_file())
        except OSError:
            return []
