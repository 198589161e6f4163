"""Lessons as data, and whether a step of one is done: by what the daemon showed, never by what was typed.

Pure: the sightings are given. ``lesson_file`` reads a lesson from its TOML:

    [files]                                                # written into a folder lesson-NAME when it is opened
    "index.html" = "…"

    [[step]]
    look = ["docker ps -a"]                                # what to look at before; the daemon shows nothing of it
    lines = ["docker run -it alpine", "exit"]              # one way to do it; "show me" shows it, the tests type it
    see = [{ container = "die", image = "alpine", tty = true, as = "mine" }]
    wrong = [{ key = "deaf", see = { container = "die", image = "alpine", tty = false } }]

A ``see`` names what kind of thing did what (``container = "die"``) and what must be true of it. ``as`` remembers which
one it was; ``is`` asks for that one again, ``other`` for another one. Patterns are those of a shell (``*``). A step is
done when every one has been seen since it began.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Protocol

from dshell.line.reference import parse_reference
from dshell.record import Record

NOUNS = ("container", "exec", "image", "network", "volume")
FIELDS: Mapping[str, frozenset[str]] = {
    "container": frozenset(
        {
            *("image", "name", "tty", "stdin", "code", "command", "port", "address", "mount", "env", "network"),
            *("removed", "changed", "label", "service"),
        }
    ),
    "exec": frozenset({"image", "name", "command", "code", "service"}),
    "image": frozenset({"name"}),
    "network": frozenset({"name", "container"}),
    "volume": frozenset({"name"}),
}
"""What can be asked of a thing of each kind; everything is text, ``true`` and ``false`` too."""

VERBS: Mapping[str, frozenset[str]] = {
    "container": frozenset(
        {
            *("attach", "change", "create", "destroy", "detach", "die", "health_status: healthy", "kill", "oom"),
            *("pause", "rename", "resize", "restart", "start", "stop", "unpause", "update", "commit", "copy", "export"),
        }
    ),
    "exec": frozenset({"create", "start", "die", "detach"}),
    "image": frozenset({"pull", "push", "tag", "untag", "delete", "save", "load", "import"}),
    "network": frozenset({"create", "connect", "disconnect", "destroy"}),
    "volume": frozenset({"create", "mount", "unmount", "destroy"}),
}
"""What the daemon says of each kind; "change" is ours, for a container whose files differ from its image's."""

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
    """``lines``: what may be typed, the first at the prompt, the others inside what it starts. ``look``: before it."""

    lines: tuple[str, ...]
    sees: tuple[See, ...]
    wrongs: tuple[Wrong, ...] = ()
    look: tuple[str, ...] = ()


class Lesson(Record):
    """``needs``: a plug-in of docker's without which it cannot be done, or "". ``words``: of its own, by language.

    ``files``: text by name. ``place``: the file of a lesson that did not come with dshell, else "".
    """

    name: str
    steps: tuple[Step, ...]
    needs: str = ""
    words: Mapping[str, Mapping[str, str]] = {}
    files: Mapping[str, str] = {}
    place: str = ""

    @property
    def key(self) -> str:
        """Under which its progress is kept: two lessons of one name are two."""
        return self.place or self.name


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


def judge(step: Step, sightings: Sequence[Sighting], bound: Mapping[str, str], answered: int = 0) -> Verdict:
    """``sightings``: since the step began; slips among the first ``answered`` have had their answer.

    ``bound``: what earlier steps remembered.
    """
    names = dict(bound)
    for see in step.sees:
        found = next((sighting for sighting in sightings if _differs(see, sighting, names) is None), None)
        if found is None:
            return Verdict(bound, _nearest(see, sightings, names), _slip(step, sightings[answered:], names))
        if name := see.naming.get("as"):
            names[name] = found.id
    return Verdict(names)


def _slip(step: Step, sightings: Sequence[Sighting], names: Mapping[str, str]) -> str:
    """Of the last sightings first."""
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
    if (
        not found
        or found[0][0] in {"image", "is", "other", "service"}
        or all(name in {"is", "other"} for name in fields)
    ):
        return Unmet(see)
    return Unmet(see, *found[0])


def _differs(see: See, sighting: Sighting, names: Mapping[str, str]) -> tuple[str, str] | None:
    """The first thing that is not as ``see`` wants it, and what it is instead; None: it is what was to be seen."""
    if (sighting.noun, sighting.verb) != (see.noun, see.verb):
        return "", ""
    if (same := see.naming.get("is")) and names.get(same, sighting.id) != sighting.id:
        return "is", ""  # after a step that was skipped there is no name, and any may be meant
    if (other := see.naming.get("other")) and names.get(other) == sighting.id:
        return "other", ""
    for field, wanted in see.wanted.items():
        values = sighting.facts.get(field, "").split("\n")
        if (see.noun, field) in IMAGES:
            values = [image_as_shown(value) for value in values]
        if not any(fnmatchcase(value, wanted) for value in values):
            return field, ", ".join(values)
    return None


def image_as_shown(text: str) -> str:
    """``alpine`` as ``alpine:latest``, whatever registry and tag were left out; a pattern stays."""
    try:
        return parse_reference(text).complete.familiar
    except ValueError:
        return text
