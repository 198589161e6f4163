"""Where dshell can be when something ends it: in the prompt, in what the prompt opens, in a session, in one line."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import Docker
from tests.program import ARROW, Program
from tests.screen import Screen

TALKER = "while :; do echo it-talks; sleep 1; done"
IN_SHELL = "/ # "


@dataclass(frozen=True)
class Place:
    """``words``: of the command line. ``keys``: typed at the prompt, when there is one. ``there``: shows when it is.

    ``{name}`` is a container of this place alone, which runs a shell; ``{other}`` one that prints a row a second.
    """

    words: str = ""
    keys: Sequence[str] = ()
    there: str = ARROW

    @property
    def prompts(self) -> bool:
        return not self.words


PLACES = {
    "the prompt": Place(there="engine up"),
    "a word half typed": Place(keys=["run --na"], there="run --na"),
    "the menu": Place(keys=["run --n", "\t"], there="--network-alias"),
    "a search": Place(keys=["\x12", "ru"], there="ru"),
    "a lesson": Place(keys=["learn 1\r"], there="docker run hello-world"),
    "a question": Place(keys=["rm -f $(ps -aq --filter name={name})\r"], there="{name}"),
    "map -f": Place(keys=["map -f\r"], there="{other}"),
    "logs -f of two": Place(keys=["logs -f {name} {other}\r"], there="it-talks"),
    "run -it": Place(keys=["run -it --rm --name {new} alpine\r"], there=IN_SHELL),
    "run": Place(keys=["run --rm --name {new} alpine sh -c 'echo it-$((40+2)); exec sleep 100'\r"], there="it-42"),
    "exec -it": Place(keys=["exec -it {name} sh\r"], there=IN_SHELL),
    "attach": Place(keys=["attach {name}\r", "\r"], there=IN_SHELL),
    "docker's own": Place(keys=["logs -f {other}\r"], there="it-talks"),
    "the person's shell": Place(keys=["!echo it-$((40+2)); exec sleep 100\r"], there="it-42"),
    "one run -it": Place("run -it --rm --name {new} alpine", there=IN_SHELL),
    "one run": Place("run --rm --name {new} alpine sh -c 'echo it-$((40+2)); exec sleep 100'", there="it-42"),
    "one exec -it": Place("exec -it {name} sh", there=IN_SHELL),
    "one attach": Place("attach {name}", ["\r"], there=IN_SHELL),
    "one start -ai": Place("start -ai {stopped}", ["\r"], there=IN_SHELL),
    "one logs -f of two": Place("logs -f {name} {other}", there="it-talks"),
    "one map -f": Place("map -f", there="{other}"),
    "one of docker's own": Place("logs -f {other}", there="it-talks"),
}
