"""A problem of a line as a sentence, and what was probably meant."""

from __future__ import annotations

from dshell.line.model import Problem, Trouble
from dshell.teach.texts import Texts

_UNKNOWN = {Trouble.UNKNOWN_FLAG: "explain.unknown.flag", Trouble.UNKNOWN_COMMAND: "explain.unknown.command"}
_WITHIN = {Trouble.BAD_VALUE, Trouble.MISPLACED, Trouble.CONFLICT}


def problem_text(problem: Problem, texts: Texts, *, first: bool = False) -> str:
    """What is wrong. ``first``: what was meant stands at the beginning, where a narrow row still shows it."""
    key = _key(problem, texts)
    text = texts.say(key, word=problem.word, nearest=problem.nearest)
    if not problem.nearest or "nearest" in texts.slots(key):
        return text
    return texts.say("problems.near-first" if first else "problems.near", text=text, nearest=problem.nearest)


def _key(problem: Problem, texts: Texts) -> str:
    if problem.trouble in _UNKNOWN:
        return _UNKNOWN[problem.trouble]
    if problem.trouble not in _WITHIN:
        return f"prompt.problem.{problem.trouble.value}"
    key = f"problems.{problem.trouble.value}.{problem.about or 'other'}"
    near = f"{key}-near"
    return near if problem.nearest and texts.has(near) else key
