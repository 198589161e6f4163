"""Whatever is typed, nothing raises: 5,000 lines, made of what lines are made of and cut anywhere."""

from __future__ import annotations

import random
from pathlib import Path

from prompt_toolkit.document import Document

from dshell.line.check import checked
from dshell.line.parse import parse
from dshell.shell.faces import ROWS, folded, hint_text
from dshell.shell.reading import Reading
from dshell.shell.theme import LineLexer
from dshell.teach.explain import explain
from dshell.teach.texts import load
from tests.shell_parts import GRAMMAR, NAMES, texts_of
from tests.test_hand import HAND

COURSE = (Path(__file__).parent / "course_lines.txt").read_text(encoding="utf-8").splitlines()
COUNT = 5_000
ODD = [
    "", " ", "'", '"', "\\", "$", "$(", "`", "${", "%", "~", "--", "-", "=", ":", "::", ",", "/", "{{", "}}", "|", "&&",
    ";", ">", "2>&1", "\n", "\t", "é", "日本", "\x00", "\x1b[31m", "\ud800", "0x", "-1", "9" * 20, "1e999",
    "a=b", "type=bind,source=", "[::1]:80:80", "C:\\x:/y", "@sha256:", "./", "$(docker ps -q)", "sh -c 'a && $B'",
]  # fmt: skip


def lines() -> list[str]:
    """The same ones every time."""
    rng = random.Random(20_261_125)
    commands = [" ".join(command.path) for command in GRAMMAR.commands() if command.path]
    flags = sorted({f"--{name}" for command in GRAMMAR.commands() for name in command.flags})
    words = sorted({word for line in COURSE for word in line.split()})
    found: list[str] = []
    while len(found) < COUNT:
        if rng.random() < 0.4:
            line = rng.choice(COURSE)
        else:
            parts = [rng.choice((words, flags, ODD, ODD)) for _ in range(rng.randrange(1, 8))]
            line = rng.choice(("", "docker ", "sudo ", "explain ")) + rng.choice(commands)
            line += "".join(rng.choice((" ", " ", "=", "")) + rng.choice(part) for part in parts)
        cut = rng.randrange(len(line) + 1) if line and rng.random() < 0.6 else len(line)
        found.append(line[:cut] + (rng.choice(ODD) if rng.random() < 0.3 else ""))
    return found


def test_no_line_makes_anything_raise() -> None:
    texts = load("en")
    reading = Reading(GRAMMAR, lambda: NAMES)
    lexer = LineLexer(reading)
    for number, text in enumerate(lines()):
        line = checked(parse(text, GRAMMAR), GRAMMAR, NAMES)
        for problem in line.problems:
            assert 0 <= problem.range.start <= problem.range.end <= len(text), text
        for where, said in explain(line, texts, HAND):
            assert 0 <= where.start <= where.end <= len(text), text
            assert said, text
            assert not said.startswith(("explain.", "values.", "problems.", "flags.", "commands.")), (text, said)
        lex = lexer.lex_document(Document(text))
        rows = text.split("\n")
        assert ["".join(piece[1] for piece in lex(row)) for row in range(len(rows))] == rows
        hint = hint_text(reading, text, number % (len(text) + 1), texts, HAND)
        assert texts_of(folded(hint, 40)).count("\n") <= max(texts_of(hint).count("\n"), ROWS - 1)
