"""Reads a lesson from its file, and says where one is not as it must be.

Its words are in ``texts/LANGUAGE/lesson-NAME.toml``, or, for a lesson that somebody wrote for dshell, in the file
itself under ``[words.en]`` and so on. Such a file may hold anything: it is read up to a size, and shown or refused.
"""

import os
import tomllib
from collections.abc import Mapping
from errno import EINVAL
from functools import cache
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from dshell.pattern import pattern
from dshell.teach.lesson import FIELDS, IMAGES, NOUNS, VERBS, BadLesson, Lesson, See, Step, Wrong, image_as_shown

FOLDER = Path(__file__).parent / "lessons"
LARGEST = 64 * 1024  # bytes of a lesson
MOST = 60  # steps, files
NAMING = ("as", "is", "other")
_NAME = pattern(r"[A-Za-z0-9][\w.-]{0,60}")
_DEVICE = pattern(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # names that Windows keeps for itself


@cache
def lessons() -> tuple[Lesson, ...]:
    """Those that came with this dshell, in their order."""
    return tuple(read(path)._replace(place="") for path in sorted(FOLDER.glob("*.toml")))


def name_of(path: Path) -> str:
    """``02-back.toml`` is the lesson back."""
    number, _, name = path.stem.partition("-")
    return name if number.isdigit() and name else path.stem


def read(path: Path) -> Lesson:
    """Raises BadLesson, OSError."""
    try:
        return _lesson(path, _table(path))
    except RecursionError as error:
        raise BadLesson(str(path), "toml", str(error)) from error


def _lesson(path: Path, table: Mapping[str, Any]) -> Lesson:
    place = str(path)
    for name in table:
        if name not in {"needs", "files", "step", "words"}:
            raise BadLesson(place, "unknown-part", name)
    steps, needs = table.get("step"), table.get("needs", "")
    if not isinstance(steps, list) or not steps or not all(isinstance(step, Mapping) for step in steps):
        raise BadLesson(place, "no-steps")
    if len(steps) > MOST:
        raise BadLesson(place, "too-large", str(MOST))
    if not isinstance(needs, str):
        raise BadLesson(place, "no-text", "needs")
    read_steps = tuple(_step(step, number) for number, step in enumerate(steps, 1))
    _check_names(read_steps)
    return Lesson(name_of(path), read_steps, needs, _words(table, place), _files(table, place), str(path.absolute()))


def _table(path: Path) -> Mapping[str, Any]:
    if path.exists() and not path.is_file():
        raise OSError(EINVAL, os.strerror(EINVAL))  # a pipe or a device might never end
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise BadLesson(str(path), "too-large", f"{LARGEST // 1024} kB")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except ValueError as error:
        raise BadLesson(str(path), "toml", str(error)) from error


def _words(table: Mapping[str, Any], place: str) -> dict[str, dict[str, str]]:
    words = table.get("words", {})
    if not isinstance(words, Mapping) or not all(isinstance(each, Mapping) for each in words.values()):
        raise BadLesson(place, "no-text", "words")
    return {language: _flat(each) for language, each in words.items()}


def _files(table: Mapping[str, Any], place: str) -> dict[str, str]:
    """Plain names alone: a lesson writes nowhere but in its own folder."""
    files = table.get("files", {})
    if not isinstance(files, Mapping) or len(files) > MOST:
        raise BadLesson(place, "no-text", "files")
    for name, text in files.items():
        plain = PurePosixPath(name).name == name and PureWindowsPath(name).name == name and _NAME.fullmatch(name)
        if not plain or _DEVICE.fullmatch(name) or name.endswith("."):
            raise BadLesson(place, "file-name", name)
        if not isinstance(text, str):
            raise BadLesson(place, "no-text", name)
    return dict(files)


def _step(table: Mapping[str, Any], number: int) -> Step:
    place = f"step {number}"
    for name in table:
        if name not in {"look", "lines", "see", "wrong"}:
            raise BadLesson(place, "unknown-key", name)
    sees, wrongs = table.get("see"), table.get("wrong", [])
    if not isinstance(sees, list) or not sees:
        raise BadLesson(place, "no-see")
    if not isinstance(wrongs, list) or not all(isinstance(each, Mapping) for each in wrongs):
        raise BadLesson(place, "no-see")
    slips = tuple(Wrong(str(each.get("key", "")), _see(each.get("see"), place)) for each in wrongs)
    lines = _lines(table.get("lines"), place)
    return Step(lines, tuple(_see(each, place) for each in sees), slips, _lines(table.get("look", []), place, least=0))


def _lines(lines: object, place: str, least: int = 1) -> tuple[str, ...]:
    if not isinstance(lines, list) or len(lines) < least:
        raise BadLesson(place, "no-lines")
    if not all(isinstance(line, str) and line for line in lines):
        raise BadLesson(place, "no-lines")
    return tuple(lines)


KNOWN = {*NOUNS, *NAMING, *(field for fields in FIELDS.values() for field in fields)}
"""Words of a ``see``; some are both a kind of thing and a field of another."""


def _see(table: object, place: str) -> See:
    if not isinstance(table, Mapping):
        raise BadLesson(place, "no-see")
    noun = next((name for name in table if name in NOUNS), "")
    if misspelt := next((name for name in table if noun and name not in KNOWN), ""):
        raise BadLesson(place, "unknown-field", misspelt)
    if not noun:
        raise BadLesson(place, "no-noun", ", ".join(map(str, table)))
    verb = str(table[noun])
    if verb not in VERBS[noun]:
        raise BadLesson(place, "no-verb", f"{noun} = {verb}")
    rest = {name: value for name, value in table.items() if name != noun}
    unknown = next((name for name in rest if name not in NAMING and name not in FIELDS[noun]), "")
    if unknown:
        raise BadLesson(place, "unknown-field", unknown)
    naming = {name: str(value) for name, value in rest.items() if name in NAMING}
    wanted = {name: _wanted(noun, name, value) for name, value in rest.items() if name not in NAMING}
    return See(noun, verb, wanted, naming)


def _check_names(steps: tuple[Step, ...]) -> None:
    """``is`` and ``other`` ask for what was remembered before."""
    known: set[str] = set()
    for number, step in enumerate(steps, 1):
        for see in (*step.sees, *(wrong.see for wrong in step.wrongs)):
            asked = {name for key, name in see.naming.items() if key != "as"}
            if unknown := asked - known:
                raise BadLesson(f"step {number}", "no-name", ", ".join(sorted(unknown)))
            known |= {name for key, name in see.naming.items() if key == "as"}


def _wanted(noun: str, field: str, value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return image_as_shown(text) if (noun, field) in IMAGES else text


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            texts |= _flat(value, f"{prefix}{name}.")
        else:
            texts[prefix + name] = str(value)
    return texts
