"""A line, or a part of one, as bash is given it.

dshell takes lines that bash does not: docker commands without "docker", ``%cd%``, backslashes that stay. Where bash
is to run such a line, because it has pipes or stands in ``$(…)``, docker's words are spelled for bash; the host's own
words are passed on as they were typed.
"""

from __future__ import annotations

from dshell.grammar.load import Grammar
from dshell.line.model import Expansion, Piece, Role, Simple, Target, Word
from dshell.line.parse import parse
from dshell.line.split import closing, quote

_FIRST = (Role.COMMAND, Role.PROGRAM)
_DOCKER = (Role.COMMAND, Role.FLAG, Role.VALUE, Role.ARGUMENT, Role.INSIDE)


def bash_text(text: str, grammar: Grammar) -> str:
    """A whole line for bash: for the inside of ``$(…)``, and for what ``Surroundings.substitute`` is given."""
    parts = [(simple.joined, host_text(simple, grammar)) for simple in parse(text, grammar).commands]
    return "".join(f" {joined} {part}" if joined else part for joined, part in parts)


def host_text(simple: Simple, grammar: Grammar) -> str:
    """One simple command for bash. "docker" is put before docker's commands that lack it, "winpty" is dropped."""
    if simple.words and simple.words[0].text == "!" and simple.words[0].role is Role.OPERATOR:
        return simple.text[1:].lstrip()
    if simple.target is not Target.DOCKER:
        return simple.text
    text, at, named = "", simple.range.start, False
    for word in simple.words:
        text += simple.text[at - simple.range.start : word.range.start - simple.range.start]
        at = word.range.end
        if word.role is Role.PROGRAM and word.text == "winpty":
            at += 1
            continue
        if word.role in _FIRST and not named:
            text += "docker " if word.role is Role.COMMAND else ""
            named = True
        named = named and not (word.role is Role.OPERATOR and word.text in ("|", "|&"))
        text += _spelled(simple, word, grammar) if word.role in _DOCKER else _typed(simple, word)
    return text


def _typed(simple: Simple, word: Word) -> str:
    return simple.text[word.range.start - simple.range.start : word.range.end - simple.range.start]


def _spelled(simple: Simple, word: Word, grammar: Grammar) -> str:
    telling = [piece for piece in word.pieces if piece.text] or word.pieces
    spelled = "".join(_piece(piece, grammar) for piece in telling)
    behind = simple.text[word.range.end - simple.range.start :]
    # Quotes, which are not needed otherwise, keep it from being the number of a descriptor: ``""2>&1``.
    return f'"{spelled}"' if spelled.isdigit() and behind.startswith(("<", ">")) else spelled


def _piece(piece: Piece, grammar: Grammar) -> str:
    match piece.expansion:
        case Expansion.NONE:
            return quote(piece.text)
        case Expansion.FOLDER:
            return '"$PWD"'
        case Expansion.HOME:
            return '"$HOME"'
        case Expansion.COMMAND:
            spelled = f"$({bash_text(piece.inner, grammar)})"
            if closing(spelled, 2, ")") != len(spelled):  # a bracket that backticks held would end it
                spelled = piece.text
        case Expansion.VARIABLE:
            # An unknown %X% stays as it is.
            percent = piece.text.startswith("%")
            if not piece.inner.isidentifier():  # %ProgramFiles(x86)% is no name to bash
                return quote(piece.text)
            spelled = f"${{{piece.inner}-{piece.text}}}" if percent else f"${{{piece.inner}}}"
            return f'"{spelled}"' if percent or piece.quoted else spelled
    return f'"{spelled}"' if piece.quoted else spelled
