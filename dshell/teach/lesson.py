"""Lessons as data, and whether a step of one is done: by what the daemon showed, never by what was typed.

A lesson is a TOML file. Its words are in ``texts/LANGUAGE/lesson-NAME.toml``, or, for a lesson that somebody wrote for
dshell, in the file itself under ``[words.en]`` and so on. Pure: the sightings are given.

    [[step]]
    lines = ["docker run -it alpine", "exit"]              # one way to do it; "show me" shows it, the tests type it
    see = [{ container = "die", image = "alpine", tty = true, as = "mine" }]
    wrong = [{ key = "deaf", see = { container = "die", image = "alpine", tty = false } }]

A ``see`` names what kind of thing did what (``container = "die"``) and what must be true of it. ``as`` remembers which
one it was; ``is`` asks for that one again, ``other`` for another one. Patterns are those of a shell (``*``). A step is
done when every one has been seen since it began.
"""

import tomllib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from dshell.line.reference import parse_reference
from dshell.record import Record

FOLDER = Path(__file__).parent / "lessons"
NOUNS = ("container", "exec", "image", "network", "volume")
NAMING = ("as", "is", "other")
FIELDS: Mapping[str, frozenset[str]] = {
    "container": frozenset(
        {"image", "name", "tty", "stdin", "code", "command", "port", "mount", "env", "network", "removed", "changed"}
    ),
    "exec": frozenset({"image", "name", "command", "code"}),
    "image": frozenset({"name"}),
    "network": frozenset({"name", "container"}),
    "volume": frozenset({"name"}),
}
"""What can be asked of a thing of each kind; everything is text, ``true`` and ``false`` too."""

IMAGES = {("container", "image"), ("exec", "image"), ("image", "name")}


class Sighting(Protocol):
    """One thing that the daemon showed. ``facts``: by the names of ``FIELDS``; several values stand on rows."""

    @property
    def noun(self) -> str: ...
    @property
    def verb(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, str]: ...


class See(Record):
    """``naming``: "as", "is" and "other" with the name they give."""

    noun: str
    verb: str
    wanted: Mapping[str, str]
    naming: Mapping[str, str]


class Wrong(Record):
    """A slip that has an answer of its own, the words of ``key``."""

    key: str
    see: See


class Step(Record):
    """``lines``: what may be typed, the first at the prompt, the others inside what it starts."""

    lines: tuple[str, ...]
    sees: tuple[See, ...]
    wrongs: tuple[Wrong, ...] = ()


class Lesson(Record):
    """``needs``: a plug-in of docker's without which it cannot be done, or "". ``words``: of its own, by language."""

    name: str
    steps: tuple[Step, ...]
    needs: str = ""
    words: Mapping[str, Mapping[str, str]] = {}


class BadLesson(Exception):
    """``place``: where in the file; ``key``: which sentence says what is wrong; ``value``: what stands there."""

    def __init__(self, place: str, key: str, value: str = "") -> None:
        super().__init__(f"{place}: {key} {value}")
        self.place = place
        self.key = key
        self.value = value


class Unmet(Record):
    """What a step still waits for. ``field`` "": nothing of the kind was seen; else it is ``found`` there instead."""

    see: See
    field: str = ""
    found: str = ""


class Verdict(Record):
    """``bound``: ids of what was remembered, by name. ``wrong``: key of the slip that was made, or ""."""

    bound: Mapping[str, str]
    unmet: Unmet | None = None
    wrong: str = ""

    @property
    def done(self) -> bool:
        return self.unmet is None


def judge(step: Step, sightings: Sequence[Sighting], bound: Mapping[str, str]) -> Verdict:
    """``sightings``: since the step began. ``bound``: what earlier steps remembered."""
    names = dict(bound)
    for see in step.sees:
        found = next((sighting for sighting in sightings if _differs(see, sighting, names) is None), None)
        if found is None:
            return Verdict(bound, _nearest(see, sightings, names), _slip(step, sightings, names))
        if name := see.naming.get("as"):
            names[name] = found.id
    return Verdict(names)


def _slip(step: Step, sightings: Sequence[Sighting], names: Mapping[str, str]) -> str:
    """Of the last sightings first: an older slip has been answered."""
    return next(
        (
            wrong.key
            for sighting in reversed(sightings)
            for wrong in step.wrongs
            if _differs(wrong.see, sighting, names) is None
        ),
        "",
    )


def _nearest(see: See, sightings: Sequence[Sighting], names: Mapping[str, str]) -> Unmet:
    """The thing of that kind, seen last, of which the least is not as it must be."""
    kind = [each for each in sightings if (each.noun, each.verb) == (see.noun, see.verb)]
    found = [field for each in reversed(kind) if (field := _differs(see, each, names)) is not None]
    fields = [name for name, _ in found]
    if not found or found[0][0] in {"image", "is", "other"} or all(name in {"is", "other"} for name in fields):
        return Unmet(see)
    return Unmet(see, *found[0])


def _differs(see: See, sighting: Sighting, names: Mapping[str, str]) -> tuple[str, str] | None:
    """The first thing that is not as ``see`` wants it, and what it is instead; None: it is what was to be seen."""
    if (sighting.noun, sighting.verb) != (see.noun, see.verb):
        return "", ""
    if (same := see.naming.get("is")) and names.get(same) != sighting.id:
        return "is", ""
    if (other := see.naming.get("other")) and names.get(other) == sighting.id:
        return "other", ""
    for field, wanted in see.wanted.items():
        values = sighting.facts.get(field, "").split("\n")
        if (see.noun, field) in IMAGES:
            values = [image_as_shown(value) for value in values]
        if not any(fnmatchcase(value, wanted) for value in values):
            return field, ", ".join(values)
    return None


@cache
def lessons() -> tuple[Lesson, ...]:
    """Those that came with this dshell, in their order."""
    return tuple(read(path) for path in sorted(FOLDER.glob("*.toml")))


def read(path: Path) -> Lesson:
    """Raises BadLesson, OSError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadLesson(str(path), "toml", str(error)) from error
    steps = table.get("step")
    if not isinstance(steps, list) or not steps:
        raise BadLesson(str(path), "no-steps")
    words = {language: _flat(each) for language, each in (table.get("words") or {}).items()}
    name = path.stem.partition("-")[2] or path.stem
    return Lesson(
        name, tuple(_step(step, number) for number, step in enumerate(steps, 1)), table.get("needs", ""), words
    )


def _step(table: Mapping[str, Any], number: int) -> Step:
    place = f"step {number}"
    for name in table:
        if name not in {"lines", "see", "wrong"}:
            raise BadLesson(place, "unknown-key", name)
    lines, sees = table.get("lines"), table.get("see")
    if not isinstance(lines, list) or not lines or not all(isinstance(line, str) and line for line in lines):
        raise BadLesson(place, "no-lines")
    if not isinstance(sees, list) or not sees:
        raise BadLesson(place, "no-see")
    wrongs = tuple(Wrong(str(each.get("key", "")), _see(each.get("see"), place)) for each in table.get("wrong", ()))
    return Step(tuple(lines), tuple(_see(each, place) for each in sees), wrongs)


def _see(table: object, place: str) -> See:
    if not isinstance(table, Mapping):
        raise BadLesson(place, "no-see")
    noun = next((name for name in table if name in NOUNS), "")
    if not noun:
        raise BadLesson(place, "no-noun", ", ".join(map(str, table)))
    rest = {name: value for name, value in table.items() if name != noun}
    unknown = next((name for name in rest if name not in NAMING and name not in FIELDS[noun]), "")
    if unknown:
        raise BadLesson(place, "unknown-field", unknown)
    naming = {name: str(value) for name, value in rest.items() if name in NAMING}
    wanted = {name: _wanted(noun, name, value) for name, value in rest.items() if name not in NAMING}
    return See(noun, str(table[noun]), wanted, naming)


def _wanted(noun: str, field: str, value: object) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return image_as_shown(text) if (noun, field) in IMAGES else text


def image_as_shown(text: str) -> str:
    """``alpine`` as ``alpine:latest``, whatever registry and tag were left out; a pattern stays."""
    try:
        return parse_reference(text).complete.familiar
    except ValueError:
        return text


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, Mapping):
            texts |= _flat(value, f"{prefix}{name}.")
        else:
            texts[prefix + name] = str(value)
    return texts
