"""What would rule a terminal, reorder a row or hide in it is spelled out; all else stays as it is."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from dshell.disarm import hidden, visible, visible_rows
from tests.hostile import EVIL

RULING = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # of Unicode: controls, what formats, half letters, ends of rows
ALL = [chr(code) for code in range(sys.maxunicode + 1)]


def test_no_control_of_any_kind_is_left() -> None:
    armed = [letter for letter in ALL if unicodedata.category(letter) in RULING]
    assert len(armed) > 2200
    assert all(visible(letter).isascii() and visible(letter).isprintable() for letter in armed)
    assert {letter for letter in armed if unicodedata.category(letter) not in {"Cc", "Cs"}} <= {*hidden()}
    assert [letter for letter in armed if visible_rows(letter) == letter] == ["\t", "\n"]


def test_letters_stay_as_they_are() -> None:
    letters = "".join(letter for letter in ALL if unicodedata.category(letter) in {"Ll", "Nd", "So", "Mn"})
    kept = {*letters} - {*visible(letters)}
    assert kept == {*"\u034f\u17b4\u17b5\u180b\u180c\u180d\u180f"} | {chr(code) for code in range(0xE0100, 0xE01F0)}


@pytest.mark.parametrize(
    ("words", "shown"), [("a\x1b[2Jb", r"a\x1b[2Jb"), ("x\u061cy", r"x\u061cy"), ("\ud800", r"\ud800")]
)
def test_it_is_spelled_out(words: str, shown: str) -> None:
    assert visible(words) == shown


def test_nothing_of_the_worst_is_left() -> None:
    assert visible(EVIL).isprintable()
