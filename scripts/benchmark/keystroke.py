"""One keystroke's work on a line: parse and check it, and with it explain and paint it. No daemon is needed.

The only figure that is measured from inside.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmark.figure import Figure

LINES = 5_000


def work(_rounds: int) -> Iterator[Figure]:
    sys.path.insert(0, str(Path(__file__).parent.parent.parent))
    from dshell.line.check import checked  # noqa: PLC0415 - dshell is measured from outside but here
    from dshell.line.parse import parse  # noqa: PLC0415
    from dshell.shell.theme import marks  # noqa: PLC0415
    from dshell.teach.explain import explain  # noqa: PLC0415
    from dshell.teach.texts import load as load_texts  # noqa: PLC0415
    from tests.half_typed import lines  # noqa: PLC0415
    from tests.shell_parts import GRAMMAR  # noqa: PLC0415
    from tests.test_hand import HAND, NAMES  # noqa: PLC0415

    texts = load_texts("en")
    parsing, all_of_it = [], []
    for text, _ in lines(GRAMMAR, LINES):
        began = time.perf_counter()
        line = checked(parse(text, GRAMMAR), GRAMMAR, NAMES)
        parsing.append(time.perf_counter() - began)
        explain(line, texts, HAND)
        marks(line, line.problems)
        all_of_it.append(time.perf_counter() - began)
    for name, times in (("parse and check", parsing), ("parse, check, explain and paint", all_of_it)):
        yield Figure(f"{name}, p50", 1000 * statistics.median(times), None, "ms", 1)
        yield Figure(f"{name}, p99", 1000 * statistics.quantiles(times, n=100)[98], None, "ms", 5)
