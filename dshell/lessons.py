"""Lessons, wired to the parts that they need: the voice, the daemon in use, and each line of a session."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from dshell import settings
from dshell.engine.in_use import InUse
from dshell.errors import INTERRUPTED
from dshell.grammar.load import Grammar
from dshell.line.model import Line, Target
from dshell.line.parse import parse
from dshell.terminal.detect import WINDOWS

if TYPE_CHECKING:
    from dshell.shell.catalogue import Catalogue
    from dshell.shell.learn import Learn
    from dshell.shell.voice import Voice


class Lessons:
    """``voice`` and ``in_use``: asked when a lesson is first wanted. Nothing is imported before."""

    def __init__(self, grammar: Grammar, voice: Callable[[], Voice], in_use: Callable[[], InUse]) -> None:
        self._grammar = grammar
        self._voice = voice
        self._in_use = in_use
        self._learn: Learn | None = None

    @cached_property
    def catalogue(self) -> Catalogue:
        from dshell.shell.catalogue import Catalogue  # noqa: PLC0415 - no other line needs it

        return Catalogue(settings.lessons_folder(), lambda line: not parse(line, self._grammar).problems)

    def names(self) -> Sequence[str]:
        """Of all that can be opened."""
        return self.catalogue.names()

    def do(self, words: Sequence[str]) -> int:
        """The word ``learn``."""
        if self._learn is None:
            from dshell.engine.plugins import plugins  # noqa: PLC0415 - no other line needs it
            from dshell.shell.learn import Learn  # noqa: PLC0415

            _, teller, own, _ = self._voice()
            self._learn = Learn(teller, own.write, self._in_use().witness, settings.progress_file(), self.catalogue)
            self._learn.plugins = lambda: plugins(os.environ, windows=WINDOWS)
        return self._learn.do(words)

    def made(self, container: str) -> None:
        """A line has made a container."""
        if self._learn is not None:
            self._learn.made(container)

    def around(self, line: Line, run: Callable[[Line], int]) -> int:
        """``run`` with an open lesson looking on; its exit code."""
        if self._learn is None:
            return run(line)
        if (words := self._learn.short(line.text)) is not None:
            return self._learn.do(words)
        self._learn.before()
        code = INTERRUPTED  # of a line that does not come to its end
        try:
            code = run(line)
        finally:  # an interrupted line has made something, too
            docker = any(simple.target is Target.DOCKER for simple in line.commands)
            self._learn.after(line.text, failed=docker and code != 0)
        return code

    def close(self) -> None:
        if self._learn is not None:
            self._learn.close()
