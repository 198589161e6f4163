"""What a line of a lesson has made, of all that the daemon showed while it ran, and how that is taken away again.

Others may be at work beside it. A container is the line's own when dshell made it itself, and said so. What the docker
CLI made is known by what the line names, and by compose's labels. What cannot be told to be its own is left alone.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Set
from pathlib import Path

from dshell.engine.records import Seen
from dshell.errors import EngineError
from dshell.pattern import pattern
from dshell.record import Record
from dshell.shell.lesson_folder import FILE, FOLDER, take_away
from dshell.teach.lesson import image_as_shown

MADE = {("container", "create"), ("image", "pull"), ("image", "tag"), ("volume", "create"), ("network", "create")}
GONE = {("container", "destroy"), ("image", "untag"), ("volume", "destroy"), ("network", "destroy")}
BY_NAME = {("image", "tag"), ("image", "untag")}  # their id is that of the layers, which has other names too
PROJECT = "com.docker.compose.project="
MANY = {"build", "compose"}  # words of lines that make more than they name
ORDER = ("container", "image", "volume", "network", FILE, FOLDER)  # what uses goes before what is used
_LONG_ID = pattern("[0-9a-f]{64}")
_BETWEEN = pattern(r"[^\s=,'\"]+")


class Typed(Record):
    """A line that ran. ``containers``: ids of those that dshell made for it. ``here``: images from before it."""

    text: str
    containers: frozenset[str] = frozenset()
    here: Collection[str] = ()

    @property
    def words(self) -> Set[str]:
        """Also the parts of ``data:/data``; an image's name as it is shown in full."""
        words = set(_BETWEEN.findall(self.text))
        return words | {word.partition(":")[0] for word in words} | {image_as_shown(word) for word in words}


def without(made: Iterable[tuple[str, str]], seen: Iterable[Seen]) -> tuple[tuple[str, str], ...]:
    """``made`` without what is gone."""
    gone = {_thing(each) for each in seen if (each.noun, each.verb) in GONE}
    return tuple(each for each in made if each not in gone)


def _thing(seen: Seen) -> tuple[str, str]:
    return seen.noun, seen.facts.get("name", "") if (seen.noun, seen.verb) in BY_NAME else seen.id


def made_with(made: Iterable[tuple[str, str]], seen: Iterable[Seen], line: Typed) -> tuple[tuple[str, str], ...]:
    """``made`` and what the line has made, without what is gone."""
    kept, words = dict.fromkeys(made), line.words
    events = list(seen)
    mine = [each for each in events if (each.noun, each.verb) == ("container", "create") and _own(each, line, words)]
    labels = {row for each in mine for row in each.facts.get("label", "").split("\n")}
    projects = {row.removeprefix(PROJECT) for row in labels if row.startswith(PROJECT)}
    mounts = {row.partition(":")[0] for each in mine for row in each.facts.get("mount", "").split("\n")}
    for each in events:
        kind, name = (each.noun, each.verb), each.facts.get("name", "")
        thing = _thing(each)
        if kind in GONE:
            kept.pop(thing, None)
        if kind not in MADE or thing[1] in line.here:
            continue
        if each.noun == "container":
            own = each in mine
        elif each.noun == "image":
            own = bool(MANY & words) or image_as_shown(thing[1]) in words
        else:
            own = name in words | mounts or any(name.startswith((f"{it}_", f"{it}-")) for it in projects)
        if own:
            kept[thing] = None
    return tuple(kept)


def _own(seen: Seen, line: Typed, words: Set[str]) -> bool:
    if seen.id in line.containers:
        return True
    if PROJECT in seen.facts.get("label", ""):
        return "compose" in words
    image = image_as_shown(seen.facts.get("image", ""))
    return not line.containers and (seen.facts.get("name", "") in words or image in words)


class Unmade(Record):
    """``removed``: what is gone now; files go unsaid with their folder. ``left``: why something is there still."""

    removed: tuple[tuple[str, str], ...]
    left: Mapping[tuple[str, str], str]


def unmake(made: Collection[tuple[str, str]], remove: Callable[[str, str], None]) -> Unmade:
    """``remove``: takes away something of the daemon's; what is gone already is no error."""
    left: dict[tuple[str, str], str] = {}
    for noun, name in sorted(made, key=lambda each: ORDER.index(each[0])):
        try:
            take_away(noun, name) if noun in {FOLDER, FILE} else remove(noun, name)
        except EngineError as error:
            left[noun, name] = error.failure.words
        except OSError as error:
            left[noun, name] = error.strerror or ""
    folders = {name for noun, name in made if noun == FOLDER}
    said = [
        each for each in made if each not in left and not (each[0] == FILE and str(Path(each[1]).parent) in folders)
    ]
    return Unmade(tuple(said), left)


def shown(name: str) -> str:
    """An id of 64 letters by the twelve that docker shows; a name whole."""
    return name[:12] if _LONG_ID.fullmatch(name) else name
