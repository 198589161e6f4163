"""Text in columns: how wide it is, and cut to a width."""

from __future__ import annotations

from unicodedata import combining, east_asian_width


def width(text: str) -> int:
    """Columns on a terminal: two for East Asian letters and most pictures, none for an accent by itself."""
    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, columns: int, more: str = "…") -> str:
    """At most ``columns`` wide; what is cut off is marked by ``more``."""
    if width(text) <= columns:
        return text
    kept = ""
    for letter in text:
        if width(kept + letter + more) > columns:
            break
        kept += letter
    return kept + more


def fitted(text: str, columns: int, more: str = "…") -> str:
    """Exactly ``columns`` wide."""
    text = cut(text, columns, more)
    return text + " " * (columns - width(text))
