"""Answers that are found in the background when somebody first wants them, and kept for a while. Nobody waits for one.

One thread finds one answer at a time, the newest question first: what a person has typed past is asked for last, or
never. What could not be found counts as found empty, so that nothing is asked again at every key.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic
from typing import Generic, TypeVar

from dshell.errors import EngineError
from dshell.record import Record

MOST_KEPT = 200  # answers
FAILED = 20.0  # seconds for which nothing is asked again that could not be found
MOST_WAITING = 4  # questions; older ones are dropped

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")


class _Answer(Record, Generic[A]):
    content: A | None
    moment: float
    stamp: Hashable


class Background(Generic[Q, A]):
    """``find``: called from the thread; may raise EngineError."""

    def __init__(self, name: str, find: Callable[[Q], A]) -> None:
        self.on_change: Callable[[], None] = lambda: None  # called from the thread: an answer is new, or another
        self._name = name
        self._find = find
        self._answers: OrderedDict[Q, _Answer[A]] = OrderedDict()
        self._waiting: OrderedDict[Q, Hashable] = OrderedDict()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed = False

    def ask(self, question: Q, kept: float, stamp: Hashable = None) -> A | None:
        """What is known now: None, or an answer, which is found anew when older than ``kept`` seconds.

        ``stamp``: an answer found for another one is old (a file's time of change).
        """
        with self._changed:  # what is found while it is looked for here would be asked for once more
            answer = self._answers.get(question)
            if answer and answer.content is None:
                kept = min(kept, FAILED)
            if answer is None or answer.stamp != stamp or monotonic() - answer.moment > kept:
                self._want(question, stamp)
        return answer.content if answer else None

    def known(self, question: Q) -> A | None:
        """The answer, if it was ever found; nothing is looked up."""
        answer = self._answers.get(question)
        return answer.content if answer else None

    @property
    def busy(self) -> bool:
        """Something that was asked has not been found yet."""
        return bool(self._waiting)

    def close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _want(self, question: Q, stamp: Hashable) -> None:
        self._waiting[question] = stamp
        self._waiting.move_to_end(question)
        while len(self._waiting) > MOST_WAITING:
            self._waiting.popitem(last=False)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        self._changed.notify()

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                question, stamp = next(reversed(self._waiting.items()))
            try:
                content: A | None = self._find(question)
            except EngineError:
                content = None
            before = self.known(question)
            with self._changed:
                if content is None and question in self._answers:
                    content = self._answers[question].content  # what was found before is better than nothing
                self._answers[question] = _Answer(content, monotonic(), stamp)
                self._waiting.pop(question, None)
                if len(self._answers) > MOST_KEPT:
                    self._answers.popitem(last=False)
            if content != before:
                self.on_change()
