"""``map`` as a picture: images on the left, containers in the middle, what they have from outside on the right."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, groupby

from dshell.disarm import visible
from dshell.survey import Resident, Survey
from dshell.teach.drawing.canvas import LETTER, Canvas, Point
from dshell.teach.drawing.cells import width
from dshell.teach.drawing.landscape import (
    MARKS,
    Outlet,
    Plot,
    in_words,
    outlet_text,
    outlets,
    plots,
    short,
    state,
    summary,
    unused,
)
from dshell.teach.layout import Scene

EDGE = 20
TOP = 64  # below the title
GAP = 12
BETWEEN = 70  # pixels for the lines between two columns
PAD = 10
ROW = 18
END = 28  # pixels high: a box on the right
NOWHERE = float("inf")
LOOKS = {"running": "live", "paused": "held", "restarting": "held"}
WIDTHS = (24, 36, 34)  # columns of text that the boxes hold at most
LEAST = 14


def picture(survey: Survey, scene: Scene) -> str:
    return _Map(survey, scene).svg()


class _Map:
    def __init__(self, survey: Survey, scene: Scene) -> None:
        self._survey = survey
        self._scene = scene
        self._plots = plots(survey)
        self._residents = [each for plot in self._plots for each in plot.residents]
        self._ends = self._collected()
        self._columns = self._laid_out()
        self._canvas = Canvas(scene.say("map.title"), in_words(survey, scene))

    def svg(self) -> str:
        scene, canvas = self._scene, self._canvas
        right = self._columns[2][0] + self._columns[2][1] + EDGE
        canvas.text(Point(EDGE, 28), scene.say("map.title"), "head")
        canvas.text(Point(EDGE, 48), summary(self._survey, scene), "dim", room=right - 2 * EDGE)
        places, bottom_middle = self._draw_residents()
        doors, bottom_right = self._draw_ends(places)
        bottom_left = self._draw_images(places)
        for resident in self._residents:
            for outlet in outlets(resident):
                canvas.curve(self._right_of(places[resident.name], 1), doors[_end(outlet)])
        bottom = max(bottom_left, bottom_middle, bottom_right)
        return canvas.svg(Point(right, bottom + EDGE - GAP))

    def _collected(self) -> dict[tuple[str, ...], list[Outlet]]:
        """What stands on the right, each once: a volume or a network may be several containers'."""
        ends: dict[tuple[str, ...], list[Outlet]] = {}
        for outlet in chain((each for one in self._residents for each in outlets(one)), unused(self._survey)):
            ends.setdefault(_end(outlet), []).append(outlet)
        return ends

    def _laid_out(self) -> list[tuple[float, float]]:
        """Where each column begins and how wide it is."""
        scene = self._scene
        texts: tuple[Iterable[str], ...] = (
            chain.from_iterable((visible(plot.title), self._below(plot)) for plot in self._plots),
            chain.from_iterable((visible(f"● {each.name}"), state(each, scene)) for each in self._residents),
            (self._end_text(found) for found in self._ends.values()),
        )
        columns, at = [], float(EDGE)
        for most, column in zip(WIDTHS, texts, strict=True):
            wide = min(max([LEAST, *map(width, column)]), most) * LETTER + 2 * PAD + 2
            columns.append((at, wide))
            at += wide + BETWEEN
        return columns

    def _end_text(self, found: list[Outlet]) -> str:
        first = found[0]
        same = len({outlet.inner for outlet in found}) == 1
        return outlet_text(first if same else first._replace(inner=""), self._scene)

    def _draw_ends(self, places: dict[str, float]) -> tuple[dict[tuple[str, ...], Point], float]:
        """Each beside the containers that have it, as far as there is room; last what none has."""
        left, wide = self._columns[2]
        doors, y = {}, float(TOP)
        for middle, group in groupby(self._sorted_ends(places), key=lambda pair: pair[0]):
            ends = [end for _, end in group]
            y = max(y, middle - (len(ends) * (END + GAP) - GAP) / 2) if middle < NOWHERE else y
            for end in ends:
                self._canvas.box(Point(left, y), Point(wide, END), "box" if middle < NOWHERE else "spare")
                self._canvas.text(Point(left + PAD, y + 19), self._end_text(self._ends[end]), room=wide - 2 * PAD)
                doors[end] = Point(left, y + END / 2)
                y += END + GAP
        return doors, y

    def _sorted_ends(self, places: dict[str, float]) -> list[tuple[float, tuple[str, ...]]]:
        """By the middle of those that have it, or NOWHERE."""
        having: dict[tuple[str, ...], list[float]] = {}
        for resident in self._residents:
            for outlet in outlets(resident):
                having.setdefault(_end(outlet), []).append(places[resident.name])
        middles = {end: sum(found) / len(found) for end, found in having.items()}
        return sorted(((middles.get(end, NOWHERE), end) for end in self._ends), key=lambda pair: pair[0])

    def _draw_residents(self) -> tuple[dict[str, float], float]:
        """The middle of each box, by the container's name."""
        left, wide = self._columns[1]
        places, y = {}, float(TOP)
        for resident in self._residents:
            height = 2 * ROW + PAD + (ROW if resident.command else 0)
            look = LOOKS.get(resident.status, "sunk" if resident.exit_code else "box")
            self._canvas.box(Point(left, y), Point(wide, height), look)
            mark = MARKS.get(resident.status, "○")
            rows = [(f"{mark} {resident.name}", "head"), (state(resident, self._scene), ""), (resident.command, "dim")]
            for number, (text, tint) in enumerate(row for row in rows if row[0]):
                self._canvas.text(Point(left + PAD, y + PAD + 8 + number * ROW), text, tint, room=wide - 2 * PAD)
            places[resident.name] = y + height / 2
            y += height + GAP
        return places, y

    def _draw_images(self, places: dict[str, float]) -> float:
        left, wide = self._columns[0]
        y = float(TOP)
        for plot in self._plots:
            height = 2 * ROW + PAD
            y = max(y, self._middle(plot.residents, places) - height / 2)
            self._canvas.box(Point(left, y), Point(wide, height), "box" if plot.residents else "spare")
            self._canvas.text(Point(left + PAD, y + PAD + 8), plot.title, "head", room=wide - 2 * PAD)
            self._canvas.text(Point(left + PAD, y + PAD + 8 + ROW), self._below(plot), "dim", room=wide - 2 * PAD)
            start = Point(left + wide, y + height / 2)
            for resident in plot.residents:
                self._canvas.curve(start, Point(self._columns[1][0], places[resident.name]))
            y += height + GAP
        return y

    def _below(self, plot: Plot) -> str:
        size = self._scene.texts.size(plot.size) if plot.size else ""
        return " · ".join(filter(None, [size, self._scene.say("map.count.containers", count=len(plot.residents))]))

    @staticmethod
    def _middle(residents: tuple[Resident, ...], places: dict[str, float]) -> float:
        return sum(places[each.name] for each in residents) / len(residents) if residents else 0.0

    def _right_of(self, y: float, column: int) -> Point:
        left, wide = self._columns[column]
        return Point(left + wide, y)


def _end(outlet: Outlet) -> tuple[str, ...]:
    """What is one box: a port and a folder with where they lead, a volume or a network by its name."""
    if outlet.sort in {"volume", "network"}:
        return (outlet.sort, short(outlet.outer))
    return (outlet.sort, outlet.outer, outlet.inner)
