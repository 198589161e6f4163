"""Whatever is typed, nothing raises and every reader keeps to the text: lines cut, doubled, swapped, quoted, spoilt.

A few thousand of them, the same each time; a million with DSHELL_TEST_ALL.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

import pytest
from prompt_toolkit.document import Document

from dshell.events import Failed
from dshell.habits.aliases import expanded
from dshell.line.check import checked
from dshell.line.expand import Surroundings, assigned, settle
from dshell.line.host import bash_text, host_text
from dshell.line.model import Line, Range, Target, Trouble
from dshell.line.msys import Msys
from dshell.line.parse import parse
from dshell.line.rows import awaits_row
from dshell.line.secrets import masked, reveals, secrets
from dshell.line.split import split
from dshell.line.suggest import suggest
from dshell.line.usage import Usage
from dshell.run.line import call_of
from dshell.run.pasted import readings
from dshell.run.rewritten import put_back
from dshell.run.route import route
from dshell.shell.completer import joined
from dshell.shell.faces import ROWS, folded, hint_text
from dshell.shell.help import Pages
from dshell.shell.reading import Reading
from dshell.shell.theme import LineLexer
from dshell.teach.diagnose import tell_failure
from dshell.teach.explain import explain
from dshell.teach.layout import Scene
from dshell.teach.texts import load
from tests.hostile import EVIL, GRAMMAR, lines
from tests.shell_parts import NAMES, texts_of
from tests.test_hand import HAND
from tests.worlds import rich

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
CHUNKS = 100 if LONG else 1
COUNT = 10_000 if LONG else 1_500
SELDOM = 20  # one line in so many is read by what is not asked at each key

TEXTS = load("en")
WORLD = rich()
AROUND = Surroundings(
    {"HOME": EVIL, "X": "a b;c", "PWD": "/"}, "/a b;c", "/root", lambda piece: f"{EVIL} {piece.inner}"
)
GIT_BASH = Msys("C:/Program Files/Git", "C:/T")
RULING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
KEYS = ("explain.", "values.", "problems.", "flags.", "commands.", "prompt.")


def in_order(ranges: Iterable[Range], whole: Range) -> bool:
    """Each within ``whole``, none before or within the one before it."""
    places = [whole.start, *(place for each in ranges for place in each), whole.end]
    return all(one <= other for one, other in pairwise(places))


def well_made(line: Line) -> None:
    whole = Range(0, len(line.text))
    assert in_order((simple.range for simple in line.commands), whole)
    for simple in line.commands:
        assert line.text[simple.range.start : simple.range.end] == simple.text
        assert in_order((word.range for word in simple.words), simple.range)
        for word in simple.words:
            assert in_order((piece.range for piece in word.pieces), word.range)
        for use in (*simple.before, *simple.flags):
            assert in_order((use.range, use.value_range or Range(use.range.end, use.range.end)), simple.range)
    assert all(in_order((problem.range,), whole) for problem in line.problems)
    assert sum(len(row.commands) for row in line.rows) == len(line.commands)


def explained(line: Line, pages: Pages) -> None:
    for where, said in explain(line, TEXTS, HAND):
        assert 0 <= where.start <= where.end <= len(line.text)
        assert said
        assert not said.startswith(KEYS)
    rows = "".join(pages.explained(line, HAND))
    assert not {letter for letter in rows if unicodedata.category(letter) in RULING}


def painted(text: str, cursor: int, reading: Reading) -> None:
    rows = text.split("\n")
    lex = LineLexer(reading).lex_document(Document(text))
    assert ["".join(piece[1] for piece in lex(row)) for row in range(len(rows))] == rows
    hint = hint_text(reading, text, cursor, TEXTS, HAND)
    assert texts_of(folded(hint, 40)).count("\n") <= max(texts_of(hint).count("\n"), ROWS - 1)


def completed(text: str, cursor: int, reading: Reading) -> None:
    found = suggest(reading.line(text), cursor, WORLD, GRAMMAR)
    for candidate in found:
        assert 0 <= candidate.range.start <= candidate.range.end == cursor
        assert candidate.text
    joined(found, text[cursor:])


def carried_out(line: Line) -> None:
    """All but done: settled, routed, spelled for bash without an operator more or less."""
    for simple in line.commands:
        settled = settle(simple, AROUND)
        assigned(simple, AROUND)
        call_of(simple, settled)
        route(simple)
        route(simple, settled, AROUND.environ, watched=True)
        spelled = host_text(simple, GRAMMAR)
        if simple.target is Target.DOCKER and line.runnable:
            assert operators(spelled) == operators(simple.text)
    bash_text(line.text, GRAMMAR)


def operators(text: str) -> list[str]:
    return [token.text for token in split(text)[0] if token.operator]


def read_seldom(line: Line, cursor: int, reading: Reading, pages: Pages) -> None:
    text = line.text
    pages.at(line, cursor)
    pages.more(line)
    masked(line)
    secrets(line)
    Usage().note(line)
    well_made(expanded(line, {"ls": "docker ps", "run": "run -it", "a": EVIL}, GRAMMAR))
    put_back([token.text for token in split(text)[0]], GRAMMAR, GIT_BASH)
    for pasted in readings(text, GRAMMAR):
        told(pasted.failed)


def told(failed: Failed) -> None:
    said = tell_failure(failed, Scene(TEXTS)).replace("\n", "")
    assert not {letter for letter in said if unicodedata.category(letter) in RULING}


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_line_makes_a_reader_raise_or_leave_the_text(chunk: int) -> None:
    reading, pages = Reading(GRAMMAR, lambda: NAMES), Pages(GRAMMAR, TEXTS, 80)
    for number, (text, cursor) in enumerate(lines(COUNT, chunk)):
        try:
            parsed = parse(text, GRAMMAR)
            line = checked(parsed, GRAMMAR, NAMES)
            well_made(parsed)
            well_made(line)
            assert parsed.runnable is line.runnable
            explained(line, pages)
            painted(text, cursor, reading)
            completed(text, cursor, reading)
            carried_out(line)
            reveals(line)
            assert (
                reading.complete(text)
                or any(each.trouble.blocks for each in line.problems)
                or text.endswith("\\")
                or awaits_row(text)
            )
            if number % SELDOM == 0:
                read_seldom(line, cursor, reading, pages)
        except Exception as error:
            error.add_note(f"line {number} of {chunk}: {text!r}, cursor at {cursor}")
            raise


def test_open_quotes_and_missing_commands_are_among_them() -> None:
    """Else little of what is tested here would happen."""
    texts = [parse(text, GRAMMAR) for text, _ in lines(2_000)]
    seen = {problem.trouble for line in texts for problem in line.problems}
    assert seen >= {
        trouble for trouble in Trouble if trouble not in {Trouble.BAD_VALUE, Trouble.MISPLACED, Trouble.CONFLICT}
    }
    assert sum("\x1b" in line.text for line in texts) > 100
    assert sum(len(line.commands) > 3 for line in texts) > 100
