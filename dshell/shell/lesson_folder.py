"""The folder in which a lesson lays the files it needs, below the current one. Nothing that was there is touched."""

import os
from collections.abc import Iterable
from pathlib import Path

from dshell.record import Record
from dshell.teach.lesson import Lesson

FOLDER, FILE = "folder", "file"
"""Nouns of what is made here, beside the daemon's."""

Made = tuple[tuple[str, str], ...]


class Laid(Record):
    """``made``: what is new. ``there``: names of files that somebody else had put there before."""

    folder: Path
    made: Made
    there: tuple[str, ...] = ()


def lay(lesson: Lesson) -> Laid:
    """Raises OSError."""
    folder = Path.cwd() / f"lesson-{lesson.name}"
    made: list[tuple[str, str]] = []
    there: list[str] = []
    if not folder.is_dir():
        folder.mkdir()
        made.append((FOLDER, str(folder)))
    for name, text in lesson.files.items():
        path = folder / name
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            there.append(name)
        else:
            made.append((FILE, str(path)))
    return Laid(folder, tuple(made), tuple(there))


def laid_before(lesson: Lesson, made: Iterable[tuple[str, str]]) -> Path | None:
    """The folder that an earlier session laid, when all of the lesson's files are still in it."""
    folders = {Path(name).parent for noun, name in made if noun == FILE}
    return next((each for each in folders if all((each / name).is_file() for name in lesson.files)), None)


def take_away(noun: str, name: str) -> None:
    """What is gone already is no error; a folder in which somebody put more is one (OSError). Leaves it before."""
    path = Path(name)
    if noun == FILE:
        path.unlink(missing_ok=True)
        return
    if not path.is_dir():
        return
    if Path.cwd().is_relative_to(path.resolve()):
        os.chdir(path.parent)
        os.environ["PWD"] = str(path.parent)
    path.rmdir()
