"""The same request for several containers, as docker makes it: all at once, results in the order of the words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread

from dshell.errors import EngineError, Failure, Trouble
from dshell.events import Removed, Stopped, Unchanged
from dshell.run.base import Call, Desk
from dshell.run.native.base import Broken, fail, write_line

AT_ONCE = 50
"""Docker's limit too."""

BEAT = 0.25  # seconds; a wait without end could not be interrupted by Ctrl-C on Windows

Answer = Stopped | Removed | Unchanged


def for_each(call: Call, desk: Desk, ask: Callable[[str], Answer], *, lenient: bool = False) -> int:
    """``ask`` for each argument. Names are printed, failures told at the end; exit code 1 if there was one.

    ``lenient``: what is not there is told, but does not count.
    """
    failures: list[Failure] = []
    for name, answer in zip(call.arguments, _answers(call.arguments, ask), strict=True):
        if isinstance(answer, EngineError):
            failures.append(answer.failure)
            continue
        write_line(desk, name)
        desk.emit(answer)
    counted = [failure for failure in failures if not (lenient and failure.missing)]
    exit_code = 1 if counted else 0
    for failure in failures:
        fail(call, desk, Broken(failure, 1 if failure in counted else 0))
    return exit_code


def _answers(names: Sequence[str], ask: Callable[[str], Answer]) -> Iterator[Answer | EngineError]:
    """In the order of ``names``. An interrupt waits for no request: the threads end with the program."""
    waiting = list(zip(names, [SimpleQueue[Answer | EngineError]() for _ in names], strict=True))
    asked = iter(waiting)

    def work() -> None:
        for name, place in asked:
            # This one stands if this thread itself breaks.
            answer: Answer | EngineError = EngineError(Failure(Trouble.LOST, subject=name))
            try:
                answer = ask(name)
            except EngineError as error:
                answer = error
            finally:
                place.put(answer)

    for number in range(min(AT_ONCE, len(names))):
        Thread(target=work, name=f"dshell-each-{number}", daemon=True).start()
    for _, place in waiting:
        yield _awaited(place)


def _awaited(place: SimpleQueue[Answer | EngineError]) -> Answer | EngineError:
    while True:
        with suppress(Empty):
            return place.get(timeout=BEAT)
