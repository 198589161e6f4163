#!/usr/bin/env python3
"""What dshell costs, beside the docker CLI or a bare prompt_toolkit prompt, in one run, printed as ratios.

    scripts/bench.py [--rounds N] [--sessions N] [--lines N] [--events N] [NAME …]

Needs Linux, a quiet machine, for which the targets are, and, but for ``parse``, an engine with alpine on it
(DOCKER_HOST, or ``scripts/engine start``). Both sides of a figure are measured in turn, round by round, in
pseudo-terminals of the same size; what is printed are medians. A thousand containers, and a daemon that is slow, are a
stub's; all else is real.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmark.completing import complete
from benchmark.figure import Figure
from benchmark.flowing import growth, throughput
from benchmark.keystroke import work
from benchmark.losing import sessions
from benchmark.running import run
from benchmark.soak import soak
from benchmark.standing import standing
from benchmark.starting import imports, memory, start
from benchmark.typing_keys import echo, names

MEASURES: dict[str, Callable[[int], Iterator[Figure]]] = {
    "start": start,
    "memory": memory,
    "imports": imports,
    "run": run,
    "echo": echo,
    "parse": work,
    "names": names,
    "complete": complete,
    "throughput": throughput,
    "growth": growth,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11, help="rounds of each figure")
    parser.add_argument("--sessions", type=int, default=1000, help="exec sessions whose output is looked at")
    parser.add_argument("--lines", type=int, default=20_000, help="lines of the soak")
    parser.add_argument("--events", type=int, default=20_000, help="events beside a prompt at which nobody types")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"only these of {', '.join(MEASURES)}, sessions, soak, standing"
    )
    asked = parser.parse_args()
    measures = MEASURES | {
        "sessions": lambda _: sessions(asked.sessions),
        "soak": lambda _: soak(asked.lines),
        "standing": lambda _: standing(asked.events),
    }
    if unknown := set(asked.names) - set(measures):
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    print(f"{'':<44} {'dshell':>9} {'beside':>9}       ratio     target ({asked.rounds} rounds)")
    missed = 0
    for name in asked.names or measures:
        for figure in measures[name](asked.rounds):
            print(figure.row, flush=True)
            missed += not figure.met
    print(f"{missed} missed" if missed else "every target met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
