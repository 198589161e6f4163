"""What stands in the input, parsed once: every reader of the prompt asks here and nobody parses for itself."""

from __future__ import annotations

from collections.abc import Callable

from dshell.grammar.load import Grammar
from dshell.line.check import checked, may_become
from dshell.line.model import Line, Problem, Role, Target, Trouble
from dshell.line.parse import parse
from dshell.line.rows import awaits_row
from dshell.line.world import Known
from dshell.pattern import pattern

OPEN = {Trouble.OPEN_QUOTE, Trouble.OPEN_EXPANSION}
# A Windows folder may end in a backslash that joins nothing: C:\Users\, .\src\
WINDOWS_PATH = pattern(r"(?:^|\s)[\"']?(?:[A-Za-z]:|\.{1,2})\\[^\s]*$")
LONGEST = 20_000  # letters of an input that is understood at each key; a longer one was pasted, and Enter reads it
KEPT = 64  # inputs whose parse is remembered; moving the cursor or through a menu parses nothing again


class Reading:
    """Remembers the parse of the last inputs, and what was wrong with them as far as was known then.

    ``names``: what exists on the daemon; the same object until that changes. None: nobody knows.
    """

    def __init__(self, grammar: Grammar, names: Callable[[], Known | None] = lambda: None) -> None:
        self.grammar = grammar
        self._names = names
        self._parsed: dict[str, Line] = {}
        self._edition = grammar.edition
        self._checked: tuple[Known | None, dict[str, Line]] = (None, {})

    def glance(self, text: str) -> Line:
        """``line`` for what is shown while keys are typed: of a text that is too long for that, nothing."""
        return self.line(text) if len(text) <= LONGEST else Line(text, ())

    def line(self, text: str) -> Line:
        names = self._names()
        if self._edition != self.grammar.edition:
            self._edition = self.grammar.edition
            self._parsed.clear()
            self._checked = (names, {})
        if self._checked[0] is not names:
            self._checked = (names, {})
        found = self._checked[1].get(text)
        if found is None:
            if text not in self._parsed:
                self._forget()
                self._parsed[text] = parse(text, self.grammar)
            found = self._checked[1][text] = checked(self._parsed[text], self.grammar, names)
        return found

    def _forget(self) -> None:
        if len(self._parsed) >= KEPT:
            oldest = next(iter(self._parsed))
            del self._parsed[oldest]
            self._checked[1].pop(oldest, None)

    def complete(self, text: str) -> bool:
        """False while bash would ask for another row: an open quote or construct, a backslash, ``&&``."""
        if joins(text) or (awaits_row(text) and not self._ends_in_own_word(text)):
            return False
        return not any(continues(problem, text) for problem in self.line(text).problems)

    def _ends_in_own_word(self, text: str) -> bool:
        """``why`` and ``explain`` take what stands behind them as it is."""
        return any(simple.target is Target.OWN for simple in self.line(text).commands[-1:])

    def runs(self, text: str) -> bool:
        """Something of it can run. Of several rows, pasted, one that cannot does not hold up the others."""
        line = self.line(text)
        return line.runnable or len(line.rows) > 1

    def problems(self, text: str) -> list[Problem]:
        """What is wrong for certain: not the word at the end that may still become a known one."""
        return [problem for problem in self.glance(text).problems if not self._growing(problem, text)]

    def _growing(self, problem: Problem, text: str) -> bool:
        if text[problem.range.end :].strip():
            return False
        typing = problem.range.end == len(text)
        simple = self.line(text).at(len(text))
        match problem.trouble:
            case Trouble.UNKNOWN_FLAG:
                flags = simple.command.flags if simple and simple.command else self.grammar.root.flags
                return typing and any(f"--{name}".startswith(problem.word) for name in flags)
            case Trouble.UNKNOWN_COMMAND:
                words = [word.text for word in simple.words if word.role is Role.COMMAND] if simple else []
                return typing and any(name.startswith(problem.word) for name in self.grammar.names(words[:-1]))
            case Trouble.BAD_VALUE:
                return typing and may_become(simple, problem)
            case Trouble.MISPLACED | Trouble.CONFLICT:
                return typing
            case _:
                return True


def continues(problem: Problem, text: str) -> bool:
    """The problem may be mended by another row."""
    at_end = not text[problem.range.end :].strip()
    return problem.trouble in OPEN or (problem.trouble is Trouble.MISSING_COMMAND and at_end)


def joins(text: str) -> bool:
    """A backslash at the end that hides the end of the row, as in bash; not the one of a Windows folder."""
    slashes = len(text) - len(text.rstrip("\\"))
    return slashes % 2 == 1 and not WINDOWS_PATH.search(text)
