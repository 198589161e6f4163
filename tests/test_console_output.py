"""A pseudo-console's screen on a terminal that has something on it already, drawn by pyte as by mintty."""

from __future__ import annotations

import os

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.stream.console_output import ConsoleOutput
from tests.splits import PLACES, cut

SIZE = os.terminal_size((20, 6))


def shown(*pieces: str, size: os.terminal_size = SIZE) -> tuple[str, str]:
    output = ConsoleOutput(size)
    fed = [output.feed(piece) for piece in pieces]
    return "".join(text for text, _ in fed), "".join(answer for _, answer in fed)


# --- what is left out, and what is answered -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "passed", "answered"),
    [
        ("plain\r\n", "plain\r\n", ""),
        ("\x1b[31mred\x1b[0m\x1b[K", "\x1b[31mred\x1b[0m\x1b[K", ""),
        ("é漢🐳\r\n", "é漢🐳\r\n", ""),
        # A fresh pseudo-console's greeting, of Windows' own and of the one that pywinpty brings.
        ("\x1b[c\x1b[?1004h\x1b[?9001h", "", "\x1b[?61c"),
        ("\x1b[?9001h\x1b[?1004h\x1b[?25l", "\x1b[?25l", ""),
        ("\x1b[?25;1004;9001h", "\x1b[?25h", ""),
        ("\x1b[?1004l\x1b[?9001l", "", ""),
        ("\x1b[0c", "", "\x1b[?61c"),
        ("ab\r\nc\x1b[6n", "ab\r\nc", "\x1b[2;2R"),
        ("x" * 20 + "\x1b[6n", "x" * 20, "\x1b[1;20R"),
        ("\x1b[5n", "", "\x1b[0n"),
        # Its window is not the person's.
        ("\x1b]0;C:\\Windows\\cmd.exe\x07a", "a", ""),
        ("\x1b]2;docker\x1b\\a", "a", ""),
        ("\x1b[2t\x1b[8;30;120ta", "a", ""),
        ("\x1b[3J", "", ""),
        ("\x1b[2;5r", "", ""),
        # What belongs to the program passes.
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", ""),
        ("\x1b[?2004h\x1b[>4;1m\x1b[1 q\x1b(B\x1b=", "\x1b[?2004h\x1b[>4;1m\x1b[1 q\x1b(B\x1b=", ""),
        ("\x1bP1$r0m\x1b\\a", "\x1bP1$r0m\x1b\\a", ""),
        ("\x1b[?1049h\x1b[2;5r\x1b[3;4H\x1b[2J\x1b[?1049l", "\x1b[?1049h\x1b[2;5r\x1b[3;4H\x1b[2J\x1b[?1049l", ""),
    ],
)  # fmt: skip
def test_its_talk_with_the_terminal_is_kept_from_it(written: str, passed: str, answered: str) -> None:
    assert shown(written) == (passed, answered)


@pytest.mark.parametrize(
    ("written", "row", "column"),
    [
        ("ab\x1b7cd\x1b8", 1, 3),
        ("ab\x1b[scd\x1b[u", 1, 3),
        ("ab\x1bD", 2, 3),
        ("ab\x1bE", 2, 1),
        ("a\r\nb\x1bM", 1, 2),
        ("a\r\nb\x1bc", 1, 1),
        ("abc\x1b[2D", 1, 2),
        ("abc\x1b[9D", 1, 1),
        ("a\x1b[?25$p\x1b[?25s", 1, 2),
    ],
)
def test_it_knows_where_the_cursor_is(written: str, row: int, column: int) -> None:
    assert shown(written + "\x1b[6n") == (written, f"\x1b[{row};{column}R")


def test_the_person_s_rows_above_do_not_move() -> None:
    assert shown("a\x1bMb") == ("ab", "")


TALK = st.lists(
    st.one_of(
        st.sampled_from(
            ["\x1b", "[", "]", "P", "?", "0;", "25", "1049", "h", "l", "6n", "2J", "H", "\x07", "\x1b\\", " q"]
        ),
        st.sampled_from(
            ["a", "é", "漢", "e\u0301", "\r", "\n", "\t", "\b", "\x1b7", "\x1b8", "\x1bM", "\x1b]8;;u\x07"]
        ),
        st.builds("\x1b[{}{}".format, st.integers(0, 30), st.sampled_from("ABCDEFGHJKdnrtsu")),
    ),
    max_size=20,
).map("".join)


@given(TALK, PLACES)
def test_the_same_is_shown_and_answered_at_every_split(written: str, places: list[int]) -> None:
    question = "\x18\x1b[6n"  # where the cursor is believed to be in the end
    assert shown(*cut(written + question, places)) == shown(written + question)


def test_a_sequence_that_never_ends_is_let_through() -> None:
    endless = "\x1b]" + "x" * 5000
    assert "".join(shown(endless)).count("x") == 5000


def test_a_number_without_end_is_one_that_no_screen_has() -> None:
    """Python refuses to read more than 4300 digits."""
    assert shown(f"a\r\n\x1b[{'9' * 5000};{'9' * 5000}H\x1b[6n")[1] == f"\x1b[{HEIGHT};{WIDTH}R"


# --- where it is shown --------------------------------------------------------------------------------------------

WIDTH, HEIGHT = SIZE
ADDRESSES = st.builds("\x1b[{};{}H".format, st.integers(0, HEIGHT + 1), st.integers(0, WIDTH + 1))
STEPS = st.builds("{}\x1b[{}{}".format, st.just("\r"), st.integers(1, HEIGHT + 1), st.sampled_from("ABEFd"))
WORDS = st.text("abé", min_size=1, max_size=30)
OTHER = st.sampled_from(["\r\n", "\r", "\b", "\t", "\x1b[K", "\r\x1b[J", "\r\x1b[2J", "\x1b[7G", "\x1b[3C", "\x1b[32m"])
PROGRAMS = st.lists(st.one_of(ADDRESSES, STEPS, WORDS, OTHER, st.just("\r\n")), max_size=40).map("".join)


class Drawn:
    """``text`` on a screen; ``rows``: everything that was ever on it, ``cursor``: row among them and column."""

    def __init__(self, *texts: str) -> None:
        screen = pyte.HistoryScreen(WIDTH, HEIGHT, history=1000)
        stream = pyte.Stream(screen)
        for text in texts:
            stream.feed(text)
        gone = ["".join(row[x].data for x in range(WIDTH)) for row in screen.history.top]
        self.rows = [row.rstrip() for row in (*gone, *screen.display)]
        self.cursor = len(gone) + screen.cursor.y, min(screen.cursor.x, WIDTH - 1)


@given(PROGRAMS, st.integers(0, 2 * HEIGHT), st.integers(1, 9))
def test_it_stands_below_what_was_there(program: str, before: int, pace: int) -> None:
    """Whatever place of its own screen the program goes to: compared with that screen, drawn by itself."""
    alone = Drawn(program)
    told = [f"told {number}\r\n" for number in range(before)]
    passed, _ = shown(*(program[at : at + pace] for at in range(0, len(program), pace)))
    below = Drawn(*told, passed)
    assert below.rows[:before] == [row.strip() for row in told]
    ours = below.rows[before:]
    assert "\n".join(ours).rstrip() == "\n".join(alone.rows).rstrip()
    assert (below.cursor[0] - before, below.cursor[1]) == alone.cursor


def test_what_is_typed_at_a_question_is_painted_behind_it() -> None:
    """As a console paints a line that is edited: anew with each key, at its place."""
    asked = "Are you sure? [y/N] "[:16]
    passed, _ = shown("WARNING!\r\n", asked, "\x1b[?25l\x1b[2;17Hy\x1b[2;18H\x1b[?25h", "\x1b[2;18H\r\n", "gone\r\n")
    below = Drawn("told\r\n" * 9, passed)
    assert below.rows[9:12] == ["WARNING!", asked + "y", "gone"]


def test_wide_letters_take_two_columns() -> None:
    output = ConsoleOutput(SIZE)
    output.feed("漢字🐳e\u0301")
    assert output.feed("\x1b[6n")[1] == "\x1b[1;8R"
    output.feed("\r" + "x" * 19 + "漢")
    assert output.feed("\x1b[6n")[1] == "\x1b[2;3R"


def test_a_smaller_window_has_no_places_outside() -> None:
    output = ConsoleOutput(SIZE)
    output.feed("\x1b[6;20H")
    output.resize(os.terminal_size((10, 3)))
    assert output.feed("\x1b[6n")[1] == "\x1b[3;10R"
