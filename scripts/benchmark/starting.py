"""From nothing to the prompt: time, and memory; whatever the daemon does meanwhile."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from benchmark.figure import Figure, beside
from benchmark.side import BARE, BARE_PROMPT, DSHELL, PROMPT, SCRATCH, Side, environment, side
from benchmark.stub import MANY, Stub, listening

HEAVY = ("prompt_toolkit", "docker", "rich")


def begin(argv: Sequence[str], ready: bytes, changes: Mapping[str, str] | None = None) -> float:
    program = Side(argv, changes)
    try:
        return program.until(ready) - program.began
    finally:
        program.end()


def start(rounds: int) -> Iterator[Figure]:
    ours = partial(begin, DSHELL, PROMPT)
    with_bare = beside("start to prompt / bare prompt_toolkit", ours, partial(begin, BARE, BARE_PROMPT), rounds, 1.3)
    yield with_bare
    yield Figure("start to prompt", with_bare.ours, None, "ms", 160)
    absent = {"DOCKER_HOST": f"unix://{SCRATCH.name}/nobody.sock"}
    yield beside("start, daemon absent / daemon there", partial(begin, DSHELL, PROMPT, absent), ours, rounds, 1.1)
    with listening(Stub(delay=0.5), "slow") as host:
        slow = partial(begin, DSHELL, PROMPT, {"DOCKER_HOST": host})
        yield beside("start, daemon answers in 0.5 s / there", slow, ours, rounds, 1.1)


def memory(_rounds: int) -> Iterator[Figure]:
    """Once the names are known: whatever comes behind the first prompt counts too."""
    with side(DSHELL, PROMPT) as ours, side(BARE, BARE_PROMPT) as bare:
        ours.quiet(2)
        yield Figure("peak memory at the prompt", ours.memory(), None, "MB", 45)
        yield Figure("peak memory at the prompt / bare", ours.memory(), bare.memory(), "MB", 1.5)
    with listening(Stub(MANY), "many") as host, side(DSHELL, PROMPT, {"DOCKER_HOST": host}) as ours:
        ours.quiet(2)
        yield Figure(f"peak memory with {MANY} containers", ours.memory(), None, "MB", 45)


def imports(_rounds: int) -> Iterator[Figure]:
    """Not a time: modules that one line has no use for."""
    code = (
        "import sys\nfrom dshell.app import main\nmain()\n"
        "sys.stderr.write('\\n' + ' '.join({name.partition('.')[0] for name in sys.modules}))"
    )
    argv = [sys.executable, "-c", code, "run", "--rm", "alpine", "true"]
    done = subprocess.run(argv, env=environment(), capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split("\n")[-1].split())
    yield Figure(f"run imports {', '.join(HEAVY)}", float(len(loaded & set(HEAVY))), None, "", 0)
