"""``map`` on a terminal: images, their containers, and what those have from outside, side by side or one below another.

And in words alone, for a screen reader: the same facts as sentences.
"""

import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dshell.disarm import visible
from dshell.survey import Resident, Stock, Survey, Use
from dshell.teach.drawing.cells import cut, fitted, width
from dshell.teach.layout import MARGIN, Scene, Tint, wrapped

ABREAST = 72  # from this many columns on the three stand side by side
SHORT_ID = 12
UNITS = (86_400, 3600, 60)  # seconds of a day, an hour, a minute
EVERYBODY = "bridge"  # the network of whoever names none: it says nothing
ALIVE = {"running", "paused", "restarting"}
MARKS = {"running": "●", "paused": "◐", "restarting": "◐"}


class Plot(NamedTuple):
    """An image and the containers that were made from it. ``title``: its tags, or how its containers name it."""

    title: str
    size: int
    residents: tuple[Resident, ...]


class Outlet(NamedTuple):
    """What a container has from outside. ``sort``: port, volume, folder or network; ``inner`` "": of a network."""

    sort: str
    outer: str
    inner: str = ""


def plots(survey: Survey) -> list[Plot]:
    """Those with containers first, each kind by name."""
    known = {image.id: image for image in survey.images}
    found = [Plot(title(image), image.size, housed(survey, image.id)) for image in survey.images]
    strays = sorted({each.image for each in survey.containers if each.image_id not in known})
    found += [
        Plot(name, 0, tuple(each for each in survey.containers if each.image == name and each.image_id not in known))
        for name in strays
    ]
    return sorted(found, key=lambda plot: (not plot.residents, plot.title))


def title(image: Stock) -> str:
    return ", ".join(sorted(image.names, key=len)) or image.id.removeprefix("sha256:")[:SHORT_ID]


def housed(survey: Survey, image: str) -> tuple[Resident, ...]:
    return tuple(each for each in survey.containers if each.image_id == image)


def outlets(resident: Resident) -> list[Outlet]:
    sorts: tuple[tuple[str, tuple[Use, ...]], ...] = (
        ("port", resident.ports),
        ("volume", resident.volumes),
        ("folder", resident.folders),
    )
    found = [Outlet(sort, use.outer, use.inner) for sort, uses in sorts for use in uses]
    return found + [Outlet("network", name) for name in resident.networks if name != EVERYBODY]


def unused(survey: Survey) -> Iterator[Outlet]:
    """Volumes and networks that no container has."""
    had = {(outlet.sort, outlet.outer) for each in survey.containers for outlet in outlets(each)}
    kept = [*(("volume", name) for name in survey.volumes), *(("network", name) for name in survey.networks)]
    yield from (Outlet(sort, name) for sort, name in kept if (sort, name) not in had)


def short(name: str) -> str:
    """A volume that docker named is known by the beginning of its name."""
    return name[:SHORT_ID] if len(name) == 64 and all(letter in "0123456789abcdef" for letter in name) else name


def state(resident: Resident, scene: Scene) -> str:
    key = f"map.state.{resident.status}"
    key = key if scene.texts.has(key) else "map.state.other"
    if resident.exit_code is not None:
        key = "map.state.exited"
    return scene.say(key, duration=ago(resident, scene), code=resident.exit_code, status=resident.status)


def ago(resident: Resident, scene: Scene) -> str:
    """Since its last change, in the largest unit alone."""
    lasted = int(max(0.0, time.time() - resident.since))
    unit = next((unit for unit in UNITS if lasted >= unit), 1)
    return scene.texts.duration(lasted // unit * unit) if unit > 1 else scene.texts.unit(str(lasted), "second")


def outlet_text(outlet: Outlet, scene: Scene) -> str:
    key = f"map.outlet.{outlet.sort}" + ("" if outlet.inner or outlet.sort == "network" else "-alone")
    return scene.say(key, outer=short(outlet.outer), inner=outlet.inner)


def summary(survey: Survey, scene: Scene) -> str:
    running = sum(each.status in ALIVE for each in survey.containers)
    counts = (len(survey.images), len(survey.containers), running, len(survey.volumes), len(survey.networks))
    names = ("images", "containers", "running", "volumes", "networks")
    told = {name: scene.say(f"map.count.{name}", count=count) for name, count in zip(names, counts, strict=True)}
    return scene.say("map.summary", **told)


# Drawn


def drawn(survey: Survey, scene: Scene) -> list[str]:
    """Rows that fit the scene's width."""
    found = plots(survey)
    rows = [MARGIN + row.lstrip() for row in wrapped(scene, summary(survey, scene), len(MARGIN))]
    if not found:
        return rows
    lived = [plot for plot in found if plot.residents]
    empty = [plot for plot in found if not plot.residents]
    draw = Abreast(scene, lived).rows if scene.width >= ABREAST else Stacked(scene).rows
    for plot in lived:
        rows += ["", *draw(plot)]
    if empty:
        titles = " · ".join(plot.title for plot in empty)
        rows += ["", *wrapped(scene, scene.say("map.empty", images=titles), len(MARGIN))]
    spare = " · ".join(outlet_text(outlet, scene) for outlet in unused(survey))
    if spare:
        rows += [*([] if empty else [""]), *wrapped(scene, scene.say("map.unused", things=spare), len(MARGIN))]
    return rows


class Abreast:
    """Three columns: image, container, what it has from outside."""

    def __init__(self, scene: Scene, lived: Iterable[Plot]) -> None:
        self._scene = scene
        self._more = scene.drawn("…")
        room = scene.width - 1 - len(MARGIN)
        widest = max((width(visible(plot.title)) for plot in lived), default=0)
        self._left = max(min(widest, room // 4), 10)
        residents = [resident for plot in lived for resident in plot.residents]
        told = max((width(visible(each.name) + state(each, scene)) + 7 for each in residents), default=0)
        ways = [outlet_text(outlet, scene) for each in residents for outlet in outlets(each)]
        wanted = max(map(width, ways), default=0) + 3
        self._right = max(min(wanted, room - self._left - told - 2), min(wanted, room // 3))
        self._middle = room - self._left - self._right - 2

    def rows(self, plot: Plot) -> list[str]:
        scene = self._scene
        size = scene.texts.size(plot.size) if plot.size else ""
        left = [scene.words(plot.title), size]
        rows: list[str] = []
        for number, resident in enumerate(plot.residents):
            last = number + 1 == len(plot.residents)
            for place, (middle, right) in enumerate(self._resident(resident)):
                branch = self._branch(number, place, last=last)
                label = left[len(rows)] if len(rows) < len(left) else ""
                tint = Tint.LINE if not rows else None
                rows.append(self._row((label, tint), branch, middle, right))
        return rows

    def _branch(self, number: int, place: int, *, last: bool) -> str:
        if place:
            return "   " if last else "│  "
        if number == 0:
            return "── " if last else "┬─ "
        return "└─ " if last else "├─ "

    def _resident(self, resident: Resident) -> list[tuple[str, str]]:
        """Rows of the two columns on the right: name and state, command; what it has from outside."""
        scene, room = self._scene, self._middle - 3
        mark = scene.drawn(MARKS.get(resident.status, "○"))
        tint = Tint.GOOD if resident.status in ALIVE else Tint.BAD if resident.exit_code else Tint.PLACE
        told = state(resident, scene)
        name = cut(scene.words(resident.name), max(room // 3, room - width(told) - 4), self._more)
        told = fitted(f"{name}  {told}", room - width(mark) - 1, self._more)
        middle = [f"{scene.tinted(mark, tint)} {told}"]
        if resident.command:
            middle.append(fitted("  " + scene.words(resident.command), room, self._more))
        right = [outlet_text(outlet, scene) for outlet in outlets(resident)]
        count = max(len(middle), len(right))
        middle += [" " * room] * (count - len(middle))
        right += [""] * (count - len(right))
        return list(zip(middle, right, strict=True))

    def _row(self, label: tuple[str, Tint | None], branch: str, middle: str, right: str) -> str:
        scene = self._scene
        text, tint = label
        left = fitted(text, self._left, self._more)
        left = scene.tinted(left, tint) if tint else left
        way = scene.drawn("── ") + cut(right, self._right - 3, self._more) if right else ""
        return f"{MARGIN}{left} {scene.drawn(branch)}{middle} {way}".rstrip()


class Stacked:
    """A tree, for narrow terminals."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._more = scene.drawn("…")

    def rows(self, plot: Plot) -> list[str]:
        scene = self._scene
        room = scene.width - 1
        size = f" {scene.texts.size(plot.size)}" if plot.size else ""
        name = cut(scene.words(plot.title), room - 1 - len(size), self._more)
        rows = [f" {scene.tinted(name, Tint.LINE)}{size}"]
        for number, resident in enumerate(plot.residents):
            last = number + 1 == len(plot.residents)
            mark = scene.drawn(MARKS.get(resident.status, "○"))
            branch, below = scene.drawn("└ " if last else "├ "), scene.drawn("  " if last else "│ ")
            named = cut(f"{mark} {scene.words(resident.name)}", room - 3, self._more)
            rows.append(f" {branch}{named}")
            texts = [state(resident, scene), scene.words(resident.command)]
            texts += [scene.drawn("─ ") + outlet_text(outlet, scene) for outlet in outlets(resident)]
            rows += [f" {below}  {cut(text, room - 5, self._more)}" for text in texts if text]
        return rows


# In words


def in_words(survey: Survey, scene: Scene) -> list[str]:
    """A sentence each, without a drawn line: what a screen reader reads from the first to the last."""
    rows = [summary(survey, scene)]
    for plot in plots(survey):
        size = scene.texts.size(plot.size) if plot.size else ""
        key = "map.words.image" if size else "map.words.image-gone"
        key = key if plot.residents else "map.words.image-empty"
        rows.append(scene.say(key, image=plot.title, size=size, count=len(plot.residents)))
        rows += [sentence(resident, scene) for resident in plot.residents]
    rows += [scene.say(f"map.words.unused.{outlet.sort}", name=short(outlet.outer)) for outlet in unused(survey)]
    return rows


def sentence(resident: Resident, scene: Scene) -> str:
    parts = [scene.say("map.words.container", name=resident.name, state=state(resident, scene))]
    if resident.command:
        parts.append(scene.say("map.words.command", command=resident.command.strip('"')))
    for outlet in outlets(resident):
        slots = {"outer": short(outlet.outer), "inner": outlet.inner}
        parts.append(scene.say(f"map.words.{outlet.sort}", **slots))
    return " ".join(parts)
