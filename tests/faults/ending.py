"""What must be true of dshell however it ended: the terminal is as it was, and what is on the screen is for people."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tests.screen import Screen

# What a program may have switched, by the number of the DEC private mode, and how a terminal begins.
MODES = {25: "h", 7: "h", 1: "l", 47: "l", 1047: "l", 1049: "l", 2004: "l", 1000: "l", 1002: "l", 1003: "l", 1006: "l"}
SAME = {47: 1049, 1047: 1049}  # the second screen
SWITCH = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
TITLE = re.compile(rb"\x1b\][012];")
PYTHON = ("Traceback", "Error:", 'File "', "Exception", "Unhandled", "errno", "[Errno")


def switched(raw: bytes) -> dict[int, str]:
    """The modes that are not as a terminal begins, after everything that was written."""
    state: dict[int, str] = {}
    for numbers, letter in SWITCH.findall(raw):
        state.update({SAME.get(int(number), int(number)): letter.decode() for number in numbers.split(b";") if number})
    return {mode: letter for mode, letter in state.items() if MODES.get(mode, "l") != letter}


def restored(screen: Screen, before: object) -> str:
    """What is not as it was; "" when all of it is."""
    found = switched(screen.raw)
    if found:
        return f"private modes left switched: {found}"
    if TITLE.search(screen.raw):
        return "the title was changed"
    return "" if screen.modes() == before else f"termios: {before} became {screen.modes()}"


def unfit(text: str, allowed: Sequence[str] = ()) -> list[str]:
    """What of Python's own stands on a screen."""
    return [word for word in PYTHON if word in text and word not in allowed]
