"""Plays many cases, on as many stages as there are processors to pay for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from tests.exact.cases import Case
from tests.exact.play import Stage
from tests.exact.tools import Tool
from tests.exact.transcript import Record, record

AT_ONCE = max(2, min(4, os.cpu_count() or 1))


def play_all(cases: Sequence[Case], tool: Callable[[], Tool], at_once: int = AT_ONCE) -> dict[str, Record]:
    """By the keys of ``cases``, in their order."""
    tools = [tool() for _ in range(at_once)]
    stages = [Stage(each) for each in tools]
    free: SimpleQueue[Stage] = SimpleQueue()
    for stage in stages:
        free.put(stage)

    def play(case: Case) -> Record:
        stage = free.get()
        try:
            return record(stage.play(case), stage)
        finally:
            free.put(stage)

    try:
        with ThreadPoolExecutor(at_once) as pool:
            return dict(zip([case.key for case in cases], pool.map(play, cases), strict=True))
    finally:
        for stage in stages:
            stage.close()
        for each in tools:
            each.close()
