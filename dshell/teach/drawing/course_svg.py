"""``flow`` as a picture: a lane for each who took part, an arrow for each step, from above to below in time."""

from __future__ import annotations

from dshell.events import Course
from dshell.teach.drawing.canvas import LETTER, Canvas, Point
from dshell.teach.drawing.cells import width
from dshell.teach.drawing.course import Mood, Step, clock, in_words, marked, name, parties, steps
from dshell.teach.layout import Scene

EDGE = 20
CLOCK = 74
LANE = 120
HEAD = 96  # where the first step stands
STEP = 34
LONGEST = 70  # columns of a step's text
LETTERS = 13  # columns of a lane's name


def picture(record: Course, scene: Scene) -> str:
    taken = marked(steps(record, scene), scene)
    there = parties(taken)
    title = scene.say("flow.title", line=record.line)
    canvas = Canvas(title, in_words(record, scene))
    lane = {party: EDGE + CLOCK + LANE / 2 + number * LANE for number, party in enumerate(there)}
    text_left = EDGE + CLOCK + LANE * len(there) + 10
    room = min(max(width(step.text) for step in taken) + 3, LONGEST) * LETTER
    bottom = HEAD + STEP * len(taken)
    right = text_left + room + EDGE
    canvas.text(Point(EDGE, 28), title, "head", room=right - 2 * EDGE)
    for party, x in lane.items():
        canvas.line(Point(x, 78), Point(x, bottom), "lane")
        canvas.box(Point(x - LANE / 2 + 5, 48), Point(LANE - 10, 28))
        canvas.text(Point(x, 67), name(party, scene), "head", room=LETTERS * LETTER, middle=True)
    for number, step in enumerate(taken):
        y = HEAD + STEP / 2 + number * STEP
        canvas.text(Point(EDGE, y + 4), clock(step.after, scene), "dim")
        _arrow(canvas, Point(lane[step.source], y), Point(lane[step.target], y))
        canvas.text(Point(text_left, y + 4), step.text, _look(step), room=room)
    return canvas.svg(Point(right, bottom + EDGE))


def _arrow(canvas: Canvas, start: Point, end: Point) -> None:
    if start == end:
        canvas.dot(start)
        return
    canvas.line(start, end)
    canvas.tip(end, right=end.x > start.x)


def _look(step: Step) -> str:
    return "" if step.mood is Mood.PLAIN else step.mood.value
