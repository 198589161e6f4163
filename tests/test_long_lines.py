"""What is done at each key and at Enter takes twice the work for a line of twice the length, and no more.

Work is counted, not timed: calls, returns and rows that Python runs. What a pattern does inside is not seen so; a line
of a megabyte would be held up by it for hours, and these end.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from prompt_toolkit.document import Document

from dshell.habits.aliases import expanded
from dshell.line.check import checked
from dshell.line.expand import Surroundings, settle
from dshell.line.host import bash_text
from dshell.line.parse import parse
from dshell.line.secrets import masked, reveals, secrets
from dshell.line.suggest import suggest
from dshell.line.usage import Usage
from dshell.run.line import call_of
from dshell.run.route import route
from dshell.shell.completer import LineCompleter
from dshell.shell.faces import folded, hint_text
from dshell.shell.help import Pages
from dshell.shell.reading import LONGEST, Reading
from dshell.shell.theme import LineLexer
from dshell.teach.texts import load
from tests.hostile import GRAMMAR
from tests.shell_parts import NAMES
from tests.test_hand import HAND
from tests.worlds import rich

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
UNITS = 60
MEGABYTE = 1_000_000
SOME = 400  # events that a reader may need beside those for each letter
TWICE = 2.4

HEADS = (
    "",
    "docker run ",
    "run -it alpine ",
    "explain ",
    "run -v ",
    "ls ",
    "run --mount ",
    "run -p ",
    "build ",
    "login ",
)
PARTS = (
    *("a", "a ", "-", "- ", "-a ", "--a ", "--nme=x ", "-it ", "--rm ", "-p x ", "-e a=b ", "-v a:b ", "'", '"', "''"),
    *(
        "' ' ",
        "\\",
        "\\-",
        "\\ ",
        "$",
        "$(",
        "$() ",
        "$(a) ",
        "`",
        "`a` ",
        "${",
        "${a} ",
        "$a ",
        "$GREETING ",
        "%",
        "%a% ",
        "(",
        ") ",
    ),
    *("|", "| a ", "&", "&& a ", "|| ps ", "; a ", "\n", "a\n", "!\n", "!a\n", "explain ps\n", "help a\n", "= "),
    *("docker run a\n", "<", "<<a ", "<<a\nb\na\n", "> a ", "=", ":", ",", "/", "~/ ", "#", "# ", "{{.a}}", "é", "日"),
    *("\x1b", "\u202e", "\ud800", "a=b ", "sudo ", "C:\\", "\\\\a\\a ", "9.", "type=bind,", "sh -c ", "echo a | "),
    *("TOKEN=", "https://a:"),
)

TEXTS, WORLD = load("en"), rich()
AROUND = Surroundings({"a": "b c"}, "/", "/root", lambda _: "x")


def paint(text: str) -> None:
    reading = Reading(GRAMMAR, lambda: NAMES)
    row = LineLexer(reading).lex_document(Document(text))
    row(0)
    folded(hint_text(reading, text, len(text), TEXTS, HAND), 80)


def enter(text: str) -> None:
    reading = Reading(GRAMMAR, lambda: NAMES)
    reading.complete(text)
    reading.runs(text)
    line = expanded(reading.line(text), {"a": "ps -a"}, GRAMMAR)
    reveals(line)
    masked(line)
    secrets(line)
    Usage().note(line)
    assert sum(len(row.commands) for row in line.rows) == len(line.commands)


def carry_out(text: str) -> None:
    for simple in parse(text, GRAMMAR).commands:
        settled = settle(simple, AROUND)
        route(simple, settled)
        call_of(simple, settled)
    bash_text(text, GRAMMAR)


READERS: dict[str, Callable[[str], object]] = {
    "check": lambda text: checked(parse(text, GRAMMAR), GRAMMAR, NAMES),
    "paint": paint,
    "suggest": lambda text: suggest(parse(text, GRAMMAR), len(text), WORLD, GRAMMAR),
    "explain": lambda text: Pages(GRAMMAR, TEXTS, 80).explained(parse(text, GRAMMAR), HAND),
    "enter": enter,
    "carry out": carry_out,
}


def work(read: Callable[[str], object], text: str) -> int:
    """Calls, rows and returns until ``text`` is read; the next row of a loop is one more."""
    count = 0

    def seen(_frame: FrameType, _event: str, _argument: Any) -> Callable[..., Any]:
        nonlocal count
        count += 1
        return seen

    before = sys.gettrace()
    sys.settrace(seen)
    try:
        read(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("head", HEADS if LONG else HEADS[:2])
def test_twice_the_length_is_twice_the_work(head: str, name: str) -> None:
    read, slow = READERS[name], []
    for part in PARTS if LONG else PARTS[len(name) + len(head) :: 6]:
        read(head + part)  # what is read of the grammar and of texts once
        once, twice = (work(read, head + part * count) for count in (UNITS, 2 * UNITS))
        if twice > TWICE * once + SOME:
            slow.append((part, once, twice))
    assert slow == []


@pytest.mark.parametrize("part", ["$GREETING ", "-e A=$GREETING "])
def test_twice_the_variables_are_twice_the_work(part: str) -> None:
    once, twice = (work(READERS["explain"], "run " + part * count) for count in (UNITS, 2 * UNITS))
    assert twice <= TWICE * once + SOME


@pytest.mark.parametrize("flag", ["-p 1-65535:1-65535", "--expose 1-65535"])
def test_of_a_range_not_every_port_is_made(flag: str) -> None:
    assert work(READERS["check"], f"run {flag} x") < 5_000


def test_work_that_grows_faster_is_seen() -> None:
    def square(text: str) -> list[int]:
        return [sum(1 for _ in text) for _ in text]

    assert work(square, "a" * 2 * UNITS) > TWICE * work(square, "a" * UNITS) + SOME


@pytest.mark.parametrize("part", PARTS if LONG else ("a", "'", "-", "TOKEN=", "\\", "$("))
def test_a_megabyte_is_read(part: str) -> None:
    enter("docker run " + part * (MEGABYTE // len(part) if LONG or len(part) == 1 else 10_000))


@pytest.mark.parametrize("part", PARTS)
def test_no_key_waits_for_a_line_that_nobody_types(part: str) -> None:
    text = "run " + part * (2 * LONGEST // len(part))
    reading = Reading(GRAMMAR, lambda: NAMES)
    completer = LineCompleter(reading, lambda: WORLD, lambda _: "")

    def key() -> None:
        LineLexer(reading).lex_document(Document(text))
        hint_text(reading, text, len(text), TEXTS, HAND)
        assert list(completer.get_completions(Document(text), None)) == []  # type: ignore[arg-type]

    assert work(lambda _: key(), "") < 2_000 + 3 * text.count("\n")
