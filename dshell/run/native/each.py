"""The same request for several containers, as docker makes it: all at once, results in the order of the words."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from dshell.errors import EngineError, Failure
from dshell.events import Removed, Stopped
from dshell.run.base import Call, Desk
from dshell.run.native.base import Broken, fail, write_line

AT_ONCE = 50
"""Docker's limit too."""


def for_each(call: Call, desk: Desk, ask: Callable[[str], Stopped | Removed], forgiven: int | None = None) -> int:
    """``ask`` for each argument. Names are printed, failures told at the end; exit code 1 if there was one.

    ``forgiven``: status of failures that are told but do not count.
    """
    failures: list[Failure] = []
    with ThreadPoolExecutor(min(AT_ONCE, len(call.arguments)), "dshell-each") as pool:
        answers = [(name, pool.submit(ask, name)) for name in call.arguments]
        for name, answer in answers:
            try:
                event = answer.result()
            except EngineError as error:
                failures.append(error.failure)
                continue
            write_line(desk, name)
            desk.emit(event)
    counted = [failure for failure in failures if forgiven is None or failure.status != forgiven]
    exit_code = 1 if counted else 0
    for failure in failures:
        fail(call, desk, Broken(failure, 1 if failure in counted else 0))
    return exit_code
