"""The voice and dshell's own words with all that they need, made when there is something to say.

A line that nobody listens to never comes here: texts, sentences and pages are as much to import as all that does it.
"""

import locale
import sys
from collections.abc import Mapping, MutableMapping

from dshell.disarm import visible
from dshell.grammar.load import Grammar
from dshell.line.model import Problem
from dshell.record import Record
from dshell.shell.ask import Asker
from dshell.shell.builtins import Beyond, OwnWords
from dshell.shell.tell import Look, Teller, look
from dshell.teach import texts
from dshell.teach.texts import Texts
from dshell.terminal.base import Terminal


class Manner(Record):
    """How is spoken. ``language`` "": the system's; ``level``: "off", "brief" or "full"; ``plain``: without drawing."""

    language: str = ""
    level: str = "full"
    plain: bool = False


class Voice(Record):
    """``look``: what the terminal can show."""

    look: Look
    teller: Teller
    own: OwnWords
    asker: Asker

    def refuse(self, problem: Problem) -> str:
        """Why a row cannot be run."""
        return self.teller.texts.say(f"app.open.{problem.trouble.value}", word=visible(problem.word))


def speak(
    manner: Manner,
    terminal: Terminal,
    environ: MutableMapping[str, str],
    grammar: Grammar,
    beyond: Beyond,
) -> Voice:
    """``environ`` and ``beyond``: as for OwnWords."""
    shown = look(environ, shown=terminal.shown.stderr, plain=manner.plain, encoding=_encoding(terminal))
    teller = Teller(terminal, words_for(manner.language, environ), manner.level, shown)
    return Voice(shown, teller, OwnWords(grammar, teller, terminal, environ, beyond), Asker(teller, terminal))


def words_for(language: str, environ: Mapping[str, str]) -> Texts:
    """Windows sets none of the variables that say the language; it is asked there."""
    if language:
        return texts.load(language)
    named = any(environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return texts.load(texts.choose(environ if named else {"LANG": locale.getlocale()[0] or ""}))


def bad_setting(key: str, words: Texts, **slots: str) -> str:
    """What is said of a setting that cannot be read."""
    return words.say(f"app.bad.{key}", **{name: visible(text) for name, text in slots.items()})


def _encoding(terminal: Terminal) -> str:
    """What narration is written in. Python guesses by the system's code page, which mintty does not ask for."""
    return "utf-8" if terminal.kind == "mintty" else sys.stderr.encoding or "utf-8"
