"""Rows of the input become the lines that bash would run."""

from __future__ import annotations

import pytest

from dshell.line.model import Line, Problem, Range, Simple, Target, Trouble
from dshell.shell.reading import Reading


def parse(text: str) -> Line:
    """As much of a parser as rows need: open quotes and ``&&`` at the end."""
    whole = Range(0, len(text))
    problems = []
    if text.count('"') % 2:
        problems.append(Problem(Trouble.OPEN_QUOTE, whole, '"'))
    if text.rstrip().endswith("&&"):
        problems.append(Problem(Trouble.MISSING_COMMAND, whole, "&&"))
    return Line(text, (Simple(text, whole, Target.HOST, ()),), tuple(problems))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("ps", ["ps"]),
        ("ps\nimages", ["ps", "images"]),
        ("ps\n\n  \nimages\n", ["ps", "images"]),
        ("run \\\n -it \\\n alpine\nps", ["run    -it    alpine", "ps"]),
        ('echo "a\nb"\nps', ['echo "a\nb"', "ps"]),
        ("a &&\nb\nc", ["a && b", "c"]),
        ("ls C:\\Users\\\nps", ["ls C:\\Users\\", "ps"]),
        ("echo a\\\\\nps", ["echo a\\\\", "ps"]),
        ('echo "a\nps', ['echo "a\nps']),
    ],
)
def test_rows_are_cut_into_lines(text: str, lines: list[str]) -> None:
    found = Reading(parse).lines(text)
    assert [located.line.text for located in found] == lines
    for located in found:
        assert text[located.start : located.end].split() == located.line.text.split() or "\\" in text


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("run alpine", True),
        ("run \\", False),
        ("run \\\n alpine", True),
        ('echo "a', False),
        ("a &&", False),
        ("cd C:\\Users\\", True),
        ("cd .\\src\\", True),
        ("-v /x:/app\\", False),
        ("echo \\\\", True),
    ],
)
def test_enter_asks_for_another_row_as_bash_does(text: str, complete: bool) -> None:
    assert Reading(parse).complete(text) is complete


def test_the_cursor_finds_its_line() -> None:
    reading = Reading(parse)
    text = "ps\nrun \\\n alpine\nimages"
    assert [reading.at(text, cursor).line.text for cursor in (0, 2, 3, 12, len(text))] == [
        "ps",
        "ps",
        "run    alpine",
        "run    alpine",
        "images",
    ]


def test_an_input_is_parsed_once_however_many_ask() -> None:
    parsed: list[str] = []

    def counting(text: str) -> Line:
        parsed.append(text)
        return parse(text)

    reading = Reading(counting)
    for _ in range(3):
        reading.lines("run alpine")
        reading.at("run alpine", 4)
        reading.complete("run alpine")
    assert parsed == ["run alpine"]
