"""Aliases: a first word that stands for several; as a shell's, replaced once, not where quoted, never in a script."""

from __future__ import annotations

from collections.abc import Mapping

from dshell.grammar.load import Grammar
from dshell.line.model import OWN, Line, Role, Word
from dshell.line.parse import parse
from dshell.pattern import pattern

ASSIGNED = pattern(r"[A-Za-z_]\w*=")  # before a command, for it alone


def expanded(line: Line, aliases: Mapping[str, str], grammar: Grammar) -> Line:
    """``line`` itself when nothing in it is an alias."""
    text, at, pieces = line.text, 0, []
    for simple in line.commands:
        word = next((word for word in simple.words if not ASSIGNED.match(word.text)), None)
        if word is not None and is_alias(word, aliases):
            pieces += [text[at : word.range.start], aliases[word.text]]
            at = word.range.end
    return parse("".join([*pieces, text[at:]]), grammar) if pieces else line


def is_alias(word: Word, aliases: Mapping[str, str]) -> bool:
    """A quoted word is what it says."""
    bare = word.range.end - word.range.start == len(word.text)
    return bare and word.text in aliases and word.text not in OWN and word.role is not Role.OPERATOR
