"""A script of lines on standard input, byte by byte as a shell does: what follows a line is its commands' input."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator


def script(complete: Callable[[str], bool]) -> Iterator[str]:
    """Lines of standard input, of one row or, where a row is not ``complete``, of several."""
    text = ""
    for row in _rows():
        text += row
        if complete(text.rstrip("\r\n")):
            yield text
            text = ""
    if text:
        yield text


def _rows() -> Iterator[str]:
    """NUL is ignored, as in bash."""
    row = bytearray()
    while byte := os.read(0, 1):
        row += byte
        if byte == b"\n":
            yield row.replace(b"\0", b"").decode(errors="replace")
            row.clear()
    if row:
        yield row.replace(b"\0", b"").decode(errors="replace")
