"""A line of several commands, of several rows, and what is taken raw in it."""

from __future__ import annotations

import pytest

from dshell.grammar.load import load
from dshell.line.parse import parse

GRAMMAR = load()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" # only a comment", []),
        ("ps", [("", "ps", False)]),
        (
            "ps && images || ls; exit",
            [("", "ps", False), ("&&", "images", False), ("||", "ls", False), (";", "exit", False)],
        ),
        ("ps\nimages\n", [("", "ps", False), (";", "images", False)]),
        ("ps &&\n\nimages", [("", "ps", False), ("&&", "images", False)]),
        ("ps | wc -l && images", [("", "ps | wc -l", True), ("&&", "images", False)]),
        ("ps & images", [("", "ps &", True), (";", "images", False)]),
        ("ps > x", [("", "ps > x", True)]),
        (">x", [("", ">x", True)]),
        ("ls; for i in 1 2; do ps; done", [("", "ls", False), (";", "for i in 1 2; do ps; done", False)]),
        ("ls && (cd x; ps)", [("", "ls", False), ("&&", "(cd x; ps)", False)]),
        ("! ls && ps", [("", "! ls && ps", False)]),
        ("docker load <<EOF\na && b\nEOF\nps", [("", "docker load <<EOF\na && b\nEOF", True), (";", "ps", False)]),
        ("run alpine sh -c 'a && b | c'", [("", "run alpine sh -c 'a && b | c'", False)]),
    ],
)
def test_compound_lines(text: str, expected: list[tuple[str, str, bool]]) -> None:
    line = parse(text, GRAMMAR)
    assert [(each.joined, each.text, each.plumbing) for each in line.commands] == expected
    assert line.problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("explain run 'x\nrm web'\nps", [("own", "explain run 'x\nrm web'"), ("docker", "ps")]),
        ('explain run "a\\"\nrm b"', [("own", 'explain run "a\\"\nrm b"')]),
        ("explain l\\'x\nps", [("own", "explain l\\'x"), ("docker", "ps")]),
        ("explain run 'x\nps", [("own", "explain run 'x"), ("docker", "ps")]),
        ("ps\n  explain ps && x\nimages", [("docker", "ps"), ("own", "explain ps && x"), ("docker", "images")]),
        ("explain run \\\n  alpine\nps", [("own", "explain run \\\n  alpine"), ("docker", "ps")]),
        ("explain\nps", [("own", "explain"), ("docker", "ps")]),
        ("\n\nhelp run\n\n", [("own", "help run")]),
        ("!ls\nps", [("host", "!ls"), ("docker", "ps")]),
        (
            "ps\n!ls 'a\nb' \\\nc && x\nimages",
            [("docker", "ps"), ("host", "!ls 'a\nb' \\\nc && x"), ("docker", "images")],
        ),
        ("!cat <<EOF\nhelp\nEOF\nps", [("host", "!cat <<EOF\nhelp\nEOF"), ("docker", "ps")]),
        ("!for i in 1\ndo\nps\ndone", [("host", "!for i in 1\ndo\nps\ndone")]),
        ("!ls |\nwc\nps", [("host", "!ls |\nwc"), ("docker", "ps")]),
        ("run alpine echo 'a\n!b'\nps", [("docker", "run alpine echo 'a\n!b'"), ("docker", "ps")]),
        ("cat <<EOF\n!x\nhelp\nEOF\nps", [("host", "cat <<EOF\n!x\nhelp\nEOF"), ("docker", "ps")]),
        ("for i in 1\ndo\nhelp\ndone", [("host", "for i in 1\ndo\nhelp\ndone")]),
        ("ls &&\nhelp", [("host", "ls"), ("own", "help")]),
    ],
)
def test_what_is_taken_raw_ends_with_its_row(text: str, expected: list[tuple[str, str]]) -> None:
    line = parse(text, GRAMMAR)
    assert [(each.target.value, each.text) for each in line.commands] == expected
    assert line.problems == ()
    assert [each.joined for each in line.commands[1:]] == ["&&" if "&&\n" in text else ";"] * (len(expected) - 1)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("ps", [(["ps"], [])]),
        ("ps; images", [(["ps", "images"], [])]),
        ("ps\nimages &&\nps\n\n", [(["ps"], []), (["images", "ps"], [])]),
        ("ps\nls && && ls\n!ls\nimages", [(["ps"], []), (["ls", "ls"], ["&&"]), (["!ls"], []), (["images"], [])]),
        ("ps\n&&\nhelp x", [(["ps"], []), ([], ["&&"]), (["help x"], [])]),
        ("ps\nrun 'x", [(["ps"], []), (["run 'x"], ["'x"])]),
        ("ps\n!ls 'x", [(["ps"], []), (["!ls 'x"], ["'x"])]),
    ],
)
def test_rows(text: str, rows: list[tuple[list[str], list[str]]]) -> None:
    found = [
        ([each.text for each in row.commands], [each.word for each in row.problems])
        for row in parse(text, GRAMMAR).rows
    ]
    assert found == rows


@pytest.mark.parametrize(
    ("text", "runnable"),
    [("run --nope x", True), ("docker lss", True), ("run -p", False), ("ps '", False), ("ps &&", False)],
)
def test_only_what_can_never_run_stops_a_line(text: str, runnable: bool) -> None:
    assert parse(text, GRAMMAR).runnable is runnable
