"""What a Windows pseudo-console writes, made fit for a terminal that had something on its screen before.

A pseudo-console takes the screen for its own: it begins with an empty one, asks the terminal things, switches the
keyboard to protocols of its own, names the window, and paints a line that is typed at the row where it believes to be.
Here its rows are told relative to each other, so that they stand below what was there; its questions are answered, and
the rest of its talk with the terminal is left out. Without input and output: text comes in as it arrives, at any split.
"""

from __future__ import annotations

import os
import re
import unicodedata
from typing import Final

from dshell.pattern import pattern

_SEQUENCE: Final = pattern(
    r"\x1b(?:\[(?P<parameters>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|\](?P<command>[^\x07\x1b]*)(?:\x07|\x1b\\)"
    r"|[PX^_][^\x1b]*\x1b\\"
    r"|[ -/]*(?P<escape>[0-OQ-WYZ\\`-~]))"
)
_STARTED: Final = pattern(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)?\Z")
_RUN: Final = pattern(r"[^\x00-\x1f\x7f\x1b]+|[\x00-\x1a\x1c-\x1f\x7f]|\x1b")
_LONGEST: Final = 4096  # characters of a started sequence that are kept; a longer one is let through as it is
_KEYBOARD: Final = {"9001", "1004"}  # Windows' own key records, and focus events
_OTHER_SCREEN: Final = {"47", "1047", "1049"}
_WINDOW: Final = ("0;", "1;", "2;")  # names of the window and its icon
_ATTRIBUTES: Final = "\x1b[?61c"  # a VT500 without options: the console then draws by the plainest means
_TAB: Final = 8
_DIGITS: Final = 9  # of a number: no screen has more, and Python reads no endless ones


class ConsoleOutput:
    """``size``: of the console and of the terminal."""

    def __init__(self, size: os.terminal_size) -> None:
        self._columns, self._lines = size
        self._row = 0
        self._column = 0  # ``_columns`` behind the last one of a row: the next letter goes to the next row
        self._saved = (0, 0)
        self._owned = False  # the program has the other screen, all of it
        self._held = ""

    def resize(self, size: os.terminal_size) -> None:
        self._columns, self._lines = size
        self._row, self._column = min(self._row, self._lines - 1), min(self._column, self._columns)

    def feed(self, text: str) -> tuple[str, str]:
        """What to show, and what to answer the console."""
        text, self._held = self._held + text, ""
        shown, answers, at = [], [], 0
        while at < len(text):
            sequence = _SEQUENCE.match(text, at)
            if sequence is not None:
                one, answer = self._sequence(sequence)
                shown.append(one)
                answers.append(answer)
                at = sequence.end()
                continue
            started = _STARTED.match(text, at)
            if started is not None and len(text) - at <= _LONGEST:
                self._held = text[at:]
                break
            run = _RUN.match(text, at)
            assert run is not None  # noqa: S101 - every character is in one of its sets
            self._advance(run.group())
            shown.append(run.group())
            at = run.end()
        return "".join(shown), "".join(answers)

    @property
    def _place(self) -> int:
        """The column that the cursor is shown in."""
        return min(self._column, self._columns - 1)

    # --- sequences ------------------------------------------------------------------------------------------------

    def _sequence(self, found: re.Match[str]) -> tuple[str, str]:
        if found["command"] is not None:
            return ("" if found["command"].startswith(_WINDOW) else found.group()), ""
        if found["escape"] is not None:
            return self._escape(found), ""
        if found["final"] is None:
            return found.group(), ""
        if found["between"] or found["parameters"][:1] in ("<", "=", ">"):
            return found.group(), ""
        if found["parameters"].startswith("?"):
            return self._mode(found["parameters"][1:].split(";"), found["final"], found.group()), ""
        answer = self._answer(found["final"], found["parameters"])
        return ("", answer) if answer else (self._control(found), "")

    def _answer(self, final: str, parameters: str) -> str:
        """To a question; "" when it is none."""
        match final, parameters:
            case "c", "" | "0":
                return _ATTRIBUTES
            case "n", "5":
                return "\x1b[0n"
            case "n", "6":
                return f"\x1b[{self._row + 1};{self._place + 1}R"
            case _:
                return ""

    def _escape(self, found: re.Match[str]) -> str:
        match found.group()[1:]:
            case "7":
                self._saved = self._row, self._column
            case "8":
                self._row, self._column = self._saved
            case "D":
                self._down(1)
            case "E":
                self._down(1)
                self._column = 0
            case "M" if not self._owned and not self._row:
                return ""
            case "M":
                self._row = max(self._row - 1, 0)
            case "c":
                self._row = self._column = 0
        return found.group()

    def _mode(self, modes: list[str], final: str, whole: str) -> str:
        if final not in "hl":
            return whole
        if _OTHER_SCREEN & set(modes):
            self._owned = final == "h"
            self._saved, (self._row, self._column) = (
                ((self._row, self._column), (self._row, self._column)) if self._owned else (self._saved, self._saved)
            )
        kept = [mode for mode in modes if mode not in _KEYBOARD]
        return f"\x1b[?{';'.join(kept)}{final}" if kept else ""

    def _control(self, found: re.Match[str]) -> str:
        """A control sequence with plain numbers."""
        whole, final = found.group(), found["final"]
        numbers = [int(number[:_DIGITS]) if number.isdigit() else 0 for number in found["parameters"].split(";")]
        count = max(numbers[0], 1)
        match final:
            case "H" | "f":
                column = max(numbers[1], 1) if len(numbers) > 1 else 1
                return self._go(count - 1, column - 1, whole)
            case "d":
                return self._go(count - 1, self._place, whole)
            case "A" | "F":
                return self._go(self._row - count, 0 if final == "F" else self._place, whole)
            case "B" | "E" | "e":
                return self._go(self._row + count, 0 if final == "E" else self._place, whole)
            case "J":
                return self._erase(numbers[0], whole)
            case "r" if not self._owned:  # margins: of rows that are elsewhere here
                return ""
            case "t":  # the window's size and place are the person's
                return ""
            case _:
                self._moved(final, count)
                return whole

    def _moved(self, final: str, count: int) -> None:
        match final:
            case "C" | "a":
                self._column = min(self._place + count, self._columns - 1)
            case "D":
                self._column = max(self._place - count, 0)
            case "G" | "`":
                self._column = min(count - 1, self._columns - 1)
            case "s":
                self._saved = self._row, self._column
            case "u":
                self._row, self._column = self._saved

    def _go(self, row: int, column: int, whole: str) -> str:
        """To a place of the console's screen; by line feeds downwards, since rows may be missing there as yet."""
        row, column = max(0, min(row, self._lines - 1)), min(column, self._columns - 1)
        rows, self._row, self._column = row - self._row, row, column
        if self._owned:
            return whole
        return ("\n" * rows if rows >= 0 else f"\x1b[{-rows}A") + f"\x1b[{column + 1}G"

    def _erase(self, what: int, whole: str) -> str:
        """All of the console's screen is what stands below its first row."""
        if self._owned or what == 0:
            return whole
        if what != 2:  # from the top to here, or what scrolled off: not the console's alone
            return ""
        up = f"\x1b[{self._row}A" if self._row else ""
        self._column = self._place
        return f"\x1b7{up}\r\x1b[J\x1b8"

    # --- letters --------------------------------------------------------------------------------------------------

    def _advance(self, run: str) -> None:
        match run:
            case "\r":
                self._column = 0
            case "\n" | "\v" | "\f":
                self._down(1)
            case "\b":
                self._column = max(self._place - 1, 0)
            case "\t":
                self._column = min((self._column // _TAB + 1) * _TAB, self._columns - 1)
            case _ if run.isascii():
                self._write(len(run) if run >= " " else 0)
            case _:
                for letter in run:
                    width = _width(letter)
                    # A wide letter does not stand on two rows.
                    self._write(width + (width > 1 and self._column == self._columns - 1))

    def _write(self, columns: int) -> None:
        column = self._column + columns
        rows = max(column - 1, 0) // self._columns
        self._down(rows)
        self._column = column - rows * self._columns

    def _down(self, rows: int) -> None:
        self._row = min(self._row + rows, self._lines - 1)


def _width(letter: str) -> int:
    """Columns of a letter, as consoles count them."""
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1
