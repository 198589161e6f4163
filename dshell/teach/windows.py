"""What Windows says in its many languages, as what its error numbers mean: ``windows.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from dshell.pattern import pattern

FILE = Path(__file__).parent / "windows.toml"

# As Python writes them, (2, 'CreateFile', …) and [WinError 5], and as people copy them from a window: Error 0x5.
NUMBER = pattern(r"\[WinError (\d+)\]|\((\d+), '\w+', |[Ee]rror(?: code)?:? 0x0*([0-9A-Fa-f]+)\b")


def error_number(words: str) -> int | None:
    """The number of the first Windows error that ``words`` name or spell in any language, None without one."""
    found = NUMBER.search(words)
    if found is not None:
        return int(found[3], 16) if found[3] else int(found[1] or found[2])
    plain = _plain(words)
    return next((number for number, texts in _texts().items() if any(text in plain for text in texts)), None)


def in_english(words: str) -> str:
    """``words`` with what Windows said in another language as it says it in English."""
    plain = _plain(words)
    for english, *others in _texts().values():
        for other in others:
            plain = plain.replace(other, english)
    return words if plain == _plain(words) else plain


def _plain(words: str) -> str:
    """Windows sets the typographer's apostrophe in some versions and the typewriter's in others."""
    return words.replace("’", "'").replace("\N{NO-BREAK SPACE}", " ")


@cache
def _texts() -> Mapping[int, tuple[str, ...]]:
    table = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {int(number): tuple(_plain(text) for text in texts) for number, texts in table.items()}
