"""Words and lines that somebody means ill with: what tests put in every place that takes a word from elsewhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from dshell.grammar.load import load
from tests import half_typed
from tests.exact.cases import read_corpus

GRAMMAR = load()
COURSE = Path(__file__).parent / "course_lines.txt"

# A title, a cursor, the alternate screen, the clipboard, a device string, C1, what reorders and what hides text,
# ends of rows, wiping backwards, and a wheel that goes on for ever.
EVIL = (
    "\x1b]0;OWNED\x07\x1b[6;66H\x1b[?1049h\x1b[5n\x1b]52;c;T1dORUQ=\x1b\\\x1bPq#0\x1b\\\x9b31m\x9d0;OWNED\x9c"
    "\u202egpj\u2066\u200b\u2028\r\nrm -f nobody\b\b\x7f\0"
)
SPLICES = (
    "a;b", "a&&b", "a|b", "a b", "$(touch OWNED)", "`touch OWNED`", "'", '"', "a'b", 'a"b', "a\\", "\\", "${HOME}",
    "%PATH%", "~", "!x", "#x", "-rf", "--", "*", "{a,b}", ">x", "<x", "\n!touch OWNED\n", "x\n", "é", "\u202egpj",
    "'$(touch OWNED)'", "\"$(touch OWNED)", "a=b,c", "a:b",
)  # fmt: skip
PIECES = (
    "", " ", "'", '"', "\\", "$", "$(", ")", "`", "${", "}", "%", "~", "--", "-", "=", ":", ",", "/", "{{", "}}", "|",
    "&&", "||", ";", "&", ">", "2>&1", "<<", "<<X\n", "\n", "\r\n", "\t", "!", "#", "$((", "[[", "if ", "for x in ",
    "0x", "-1", "9" * 20, "1e999", "type=bind,source=", "[::1]:80:80", "C:\\x:/y", "\\\\srv\\x", "@sha256:", "./",
    "$(docker ps -q)", "sh -c '", "explain ", "help ", "why ", "notes comment 1 ", "sudo ", "winpty ", "A=b ",
    "docker ", "compose ", "cd ", "fav x a=", *SPLICES,
)  # fmt: skip
PLANES = (0x80, 0x300, 0x600, 0x1100, 0x202A, 0x2066, 0x3040, 0xD800, 0xDC80, 0xE000, 0xFE00, 0xFFF0, 0x10000,
          0x1F300, 0x1F468, 0x20000, 0xE0001, 0xF0000, 0x10FFE0)  # fmt: skip

QUOTES = (("'", "'"), ('"', '"'), ("$(", ")"), ("`", "`"), ("${", "}"), ("$((", "))"), ("(", ")"))

Mutation = Callable[[random.Random, str], str]


def _cut(chance: random.Random, text: str) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _without(chance: random.Random, text: str) -> str:
    at, to = sorted(chance.choices(range(len(text) + 1), k=2))
    return text[:at] + text[to:]


def _doubled(chance: random.Random, text: str) -> str:
    words = text.split(" ")
    at = chance.randrange(len(words))
    return " ".join([*words[:at], *[words[at]] * chance.choice((2, 2, 3, 9)), *words[at + 1 :]])


def _swapped(chance: random.Random, text: str) -> str:
    words = text.split(" ")
    one, other = chance.randrange(len(words)), chance.randrange(len(words))
    words[one], words[other] = words[other], words[one]
    return " ".join(words)


def _put(chance: random.Random, text: str, what: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + what + text[at:]


def _piece(chance: random.Random, text: str) -> str:
    return _put(chance, text, chance.choice(PIECES))


def _letter(chance: random.Random, text: str) -> str:
    start = chance.choice((0, 0, *PLANES))
    return _put(chance, text, chr(start + chance.randrange(0x20 if start else 0x80)))


def _evil(chance: random.Random, text: str) -> str:
    return _put(chance, text, _cut(chance, EVIL))


def _quoted(chance: random.Random, text: str) -> str:
    at, to = sorted(chance.choices(range(len(text) + 1), k=2))
    left, right = chance.choice(QUOTES)
    deep = chance.choice((1, 1, 1, 2, 30))
    return text[:at] + left * deep + text[at:to] + right * deep + text[to:]


def _joined(chance: random.Random, text: str) -> str:
    return text + chance.choice(half_typed.JOINTS) + chance.choice(_seeds())


def _long(chance: random.Random, text: str) -> str:
    return _put(chance, text, chance.choice(PIECES) * chance.choice((20, 50, 200)))


MUTATIONS: tuple[Mutation, ...] = (
    *(_cut, _without, _doubled, _swapped, _piece, _piece, _letter, _letter, _evil, _quoted, _joined),
    *(_cut, _without, _doubled, _swapped, _piece, _piece, _letter, _letter, _evil, _quoted, _joined, _long),
)


@cache
def _seeds() -> tuple[str, ...]:
    """Lines that somebody might really type."""
    corpus = [f"{first}{case.line}" for case in read_corpus() for first in ("", "docker ")]
    typed = [text for text, _ in half_typed.lines(GRAMMAR, 4000)]
    return (*corpus, *COURSE.read_text(encoding="utf-8").splitlines(), *typed)


def lines(count: int, seed: int = 8) -> Iterator[tuple[str, int]]:
    """``count`` texts, and a cursor in each; the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        text = chance.choice(_seeds())
        for _ in range(chance.choice((0, 1, 1, 2, 2, 3, 5))):
            text = chance.choice(MUTATIONS)(chance, text)
        yield text, len(text) if chance.random() < 0.6 else chance.randrange(len(text) + 1)
