"""What the first prompt need not wait for: the daemon's names, and what a newer docker has that is not known yet."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable
from importlib import import_module
from threading import Thread

from dshell import settings
from dshell.engine.live import Live
from dshell.grammar.load import Grammar
from dshell.programs import find_program
from dshell.terminal.detect import WINDOWS

RARELY = (10_000, 20, 10)
"""When Python looks for garbage by itself: a Tab makes 2,000 objects, and a look at the old ones takes as long as its
menu. The prompt looks at the young ones when the person pauses."""


def begin(live: Live, grammar: Grammar) -> None:
    """What the first prompt need not wait for."""
    gc.freeze()  # see __main__
    gc.set_threshold(*RARELY)
    gc.enable()
    live.start()
    Thread(target=_learn, args=(grammar, live.on_change), name="learner", daemon=True).start()


def _learn(grammar: Grammar, on_change: Callable[[], None]) -> None:
    """Not even for its import, nor for that of what does the first line."""
    import_module("dshell.run.line")
    import_module("dshell.run.native.run")
    from dshell.grammar.learn import Learner  # noqa: PLC0415 - it may take its time

    learner = Learner(grammar, os.environ, _programs, settings.cache_folder() / "grammar")
    learner.on_change = on_change
    learner.learn()


def _programs() -> dict[str, str]:
    """The path of docker and of each of its plug-ins, docker's first; none without docker."""
    from dshell.engine.plugins import plugins  # noqa: PLC0415 - as above

    docker = find_program("docker", os.environ)
    return {"docker": docker, **plugins(os.environ, windows=WINDOWS)} if docker else {}


def tip() -> str:
    """The key of today's, "" when it has been shown."""
    from dshell.habits.tips import Tips  # noqa: PLC0415 - datetime, which the first prompt does without

    return Tips(settings.tip_file()).take()
