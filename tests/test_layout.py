"""Rows fit the columns of a terminal, in which some letters take two."""

from __future__ import annotations

import pytest
from prompt_toolkit.utils import get_cwidth

from dshell.teach.layout import NARROWEST, Scene, columns, lines, wrapped
from dshell.teach.texts import load

SCENE = Scene(load("en"), width=40)
WORDS = {
    "plain": "one two three " * 8,
    "emoji": "🐳 🚀 whale " * 8,
    "chinese": "容器 映像檔 " * 8,
    "korean": "컨테이너 é " * 8,
}


@pytest.mark.parametrize("text", WORDS.values(), ids=WORDS)
def test_rows_fit_whatever_the_letters(text: str) -> None:
    rows = wrapped(SCENE, text, 3)
    assert max(map(get_cwidth, rows)) < SCENE.width
    assert " ".join(" ".join(rows).split()) == text.strip()
    assert max(map(get_cwidth, rows)) > SCENE.width - NARROWEST


@pytest.mark.parametrize("text", ["", "abc", "é", "🐳", "漢字かな", "ﾊﾝｶｸ", "ＦＵＬＬ", "→ ✔ ▸ …", "한국"])
def test_columns_are_those_of_a_terminal(text: str) -> None:
    assert columns(text) == get_cwidth(text)


def test_meanings_stand_below_each_other() -> None:
    first, second = lines(SCENE._replace(width=80), [("rm 🐳🐳", "this"), ("rm abcdef", "that")])
    assert get_cwidth(first.partition("this")[0]) == get_cwidth(second.partition("that")[0])
