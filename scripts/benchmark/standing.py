"""Not a time: what a prompt holds at which nobody types, while containers, images and volumes come and go."""

from __future__ import annotations

import os
from collections.abc import Iterator

from benchmark.figure import Figure
from benchmark.side import PROMPT, side
from benchmark.soak import SAMPLES, SOAKED, WARM, gained, row, sample
from dshell.engine.client import PATIENCE, Client, Length, Request
from dshell.engine.endpoint import resolve

EVENTS = 7  # of one turn


def standing(events: int) -> Iterator[Figure]:
    samples = []
    engine = Client(resolve(os.environ), {}, "", PATIENCE)
    turns = events // EVENTS
    with side(SOAKED, PROMPT) as program:
        for turn in range(1, turns + 1):
            _come_and_go(engine, f"standing-{os.getpid()}-{turn}")
            program.quiet(0)
            program.seen = b""
            if turn % max(1, turns // SAMPLES) == 0:
                samples.append(sample(program, turn * EVENTS))
                print(row(samples[-1], program), flush=True)
    engine.close()
    yield from gained([each for each in samples if each.done >= events * WARM], "events")


def _come_and_go(engine: Client, name: str) -> None:
    """A container is created, renamed and destroyed, a volume created and destroyed, an image tagged and untagged."""
    for method, path, query, body in (
        ("POST", "/containers/create", {"name": name}, {"Image": "alpine"}),
        ("POST", f"/containers/{name}/rename", {"name": f"{name}-2"}, None),
        ("DELETE", f"/containers/{name}-2", {}, None),
        ("POST", "/volumes/create", {}, {"Name": name}),
        ("DELETE", f"/volumes/{name}", {}, None),
        ("POST", "/images/alpine/tag", {"repo": name, "tag": "1"}, None),
        ("DELETE", f"/images/{name}:1", {}, None),
    ):
        engine.ask(Request(method, path, query, body, length=Length.WORK))
