"""Logs of several containers at a terminal: given rows and keys, expect a screen; and two real containers, followed."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_toolkit.utils import _CHAR_SIZES_CACHE

from dshell.errors import Declined
from dshell.events import Way
from dshell.run.base import Row, Turn
from dshell.run.native.logs import PART, epoch, moment, rows
from dshell.run.route import route
from dshell.shell.log_rows import Rows, wrapped
from dshell.shell.log_screen import LogScreen
from dshell.shell.tell import Look, Teller
from dshell.teach.layout import Scene, Symbols
from dshell.teach.texts import languages, load
from tests.conftest import Docker
from tests.desks import FakeTerminal, person, simple_of
from tests.program import Program
from tests.splits import PLACES, cut


@pytest.mark.parametrize(
    ("line", "watched", "way"),
    [
        ("logs web db", True, Way.NATIVE),
        ("container logs -f --tail 5 --since 10m -t web db", True, Way.NATIVE),
        ("logs -f web", True, Way.CLI),
        ("logs web", False, Way.CLI),
        ("logs web db", False, Way.CLI),
        ("logs --nope web db", True, Way.CLI),
    ],
)
def test_one_container_is_docker_s_and_so_is_what_nobody_sees(line: str, watched: bool, way: Way) -> None:
    assert route(simple_of(*line.split()), watched=watched).way is way


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", ""),
        ("1136073600", "1136073600"),
        ("1136073600.5", "1136073600.5"),
        ("10m", "400.000000000"),
        ("1m30s", "910.000000000"),
        ("1970-01-01T00:20:00Z", "1200.000000000"),
        ("1970-01-01T01:20:00+01:00", "1200.000000000"),
        ("yesterday", None),
    ],
)
def test_times(text: str, seconds: str | None) -> None:
    if seconds is None:
        with pytest.raises(Declined, match="yesterday"):
            moment(text, "since", 1000.0)
    else:
        assert moment(text, "since", 1000.0) == seconds


def test_a_time_of_the_daemon_keeps_its_nanoseconds() -> None:
    assert epoch("2026-01-01T00:00:00.123456789Z") == "1767225600.123456789"
    assert epoch("2026-01-01T00:00:00Z") == "1767225600.000000000"


TIME, LATER = "2026-01-01T00:00:00.123456789Z", "2026-01-01T00:00:01Z"
PRINTED = st.lists(
    st.tuples(st.integers(1, 2), st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=6)), max_size=5
)


@given(PRINTED, PLACES)
def test_printed_rows_are_the_same_at_every_split(printed: list[tuple[int, str]], places: list[int]) -> None:
    expected = [Row(7, channel, text.rstrip("\r"), TIME) for channel, text in printed]
    sent = [(channel, f"{TIME} {text}\n".encode()) for channel, text in printed]
    pieces = [(channel, piece) for channel, data in sent for piece in cut(data, places)]
    assert list(rows(7, pieces)) == expected


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (["x" * PART, "y" * PART, "é"], "x" * PART + "y" * PART + "é"),
        ([f"at {TIME} it rang"], f"at {TIME} it rang"),
    ],
)
def test_the_time_before_each_part_of_a_long_row_is_not_printed(parts: list[str], text: str) -> None:
    data = "".join(f"{TIME} {part}" for part in parts) + f"\n{LATER} next"
    assert list(rows(0, [(1, data.encode())])) == [Row(0, 1, text, TIME), Row(0, 1, "next", LATER)]


NAMES = ("web", "database")
COLOURED = "\x1b[36mweb     \x1b[0m"


@pytest.mark.parametrize(
    ("live", "color", "row", "shown"),
    [
        (True, False, Row(0, 1, "hello"), ["web      | hello"]),
        (True, False, Row(1, 2, "oh no"), ["database ! oh no"]),
        (True, False, Row(0, 1, "one two three four five"), ["web      | one two three four ", "         | five"]),
        (True, False, Row(0, 1, "10%\r20%\r30%"), ["web      | 30%"]),
        (True, False, Row(0, 1, "a\tb"), ["web      | a       b"]),
        (True, False, Row(0, 1, "\x1b[2J\x1b[31mred\x1b[0m\x07"), ["web      | red\\x07"]),
        (True, True, Row(0, 1, "\x1b[2J\x1b[31mred"), [COLOURED + " | \x1b[31mred\x1b[0m"]),
        (True, True, Row(0, 2, "x"), [f"{COLOURED} \x1b[31m!\x1b[0m x"]),
        (False, False, Row(0, 1, "one two three four five six"), ["web      | one two three four five six"]),
    ],
)  # fmt: skip
def test_rows(live: bool, color: bool, row: Row, shown: list[str]) -> None:
    scene = Scene(load("en"), color=color, width=31, symbols=Symbols.ASCII)
    assert Rows(NAMES, live=live).row(scene, row.source, row.channel, row.text, None) == shown


@pytest.mark.parametrize(
    ("live", "shown"), [(True, "web      | say \x1b[7mHello\x1b[27m\x1b[0m"), (False, "* web      | say Hello")]
)
def test_what_is_found_stands_out(live: bool, shown: str) -> None:
    found = re.compile("hello", re.IGNORECASE)
    scene = Scene(load("en"), width=60)
    assert Rows(NAMES, live=live).row(scene, 0, 1, "say \x1b[31mHello", found) == [shown]


@pytest.mark.parametrize("room", [1, 2, 7, 20])
def test_nothing_is_lost_in_a_wrap(room: int) -> None:
    text = "\x1b[1ma bold\x1b[0m word and 漢字 and averyveryverylongword"
    rows = [re.sub(r"\x1b\[\d*m", "", row) for row in wrapped(text, room)]
    assert "".join("".join(rows).split()) == "abold" + "wordand漢字and" + "averyveryverylongword"
    assert room == 1 or all(len(row) <= room for row in rows)


def test_no_word_is_kept_for_having_been_shown() -> None:
    before = len(_CHAR_SIZES_CACHE)
    for number in range(1000):
        wrapped(f"request-{number} took-{number}", 40)
    assert len(_CHAR_SIZES_CACHE) < before + 100


class Told:
    """A ``Following`` of what is given."""

    names: Sequence[str] = NAMES
    follow = True
    times = False

    def __init__(self, *news: Row | Turn) -> None:
        self.news = list(news)

    def begin(self, on_news: Callable[[], None]) -> None: ...

    def take(self, timeout: float) -> Row | Turn | None:
        return self.news.pop(0) if self.news else None

    @property
    def over(self) -> bool:
        return False

    def close(self) -> None: ...


class Ended(Told):
    """Nothing more comes."""

    @property
    def over(self) -> bool:
        return not self.news


def shown(keys: list[bytes], *news: Row | Turn, language: str = "en", live: bool = True) -> tuple[int, str, str]:
    """Exit code, standard output and standard error. b"" among ``keys``: nothing typed, the rows are taken."""
    terminal = person()
    terminal.typed = [key or b"\x00" for key in keys]
    teller = Teller(terminal, load(language), "full", Look(live=live))
    code = LogScreen(teller, terminal).show(Told(*news))
    return code, terminal.out, terminal.err


@pytest.mark.parametrize(("key", "code"), [(b"q", 0), (b"\x03", 130), (b"\x04", 0)])
def test_keys_that_end_it(key: bytes, code: int) -> None:
    assert shown([b"", key], Row(0, 1, "hello"))[:2] == (code, "web      | hello\r\n")


@pytest.mark.parametrize("language", languages())
def test_what_happens_to_containers_is_told(language: str) -> None:
    news = [Turn(0, "ended", 3), Turn(0, "again"), Turn(1, "gone"), Turn(1, "unread", words="no such driver")]
    _, out, err = shown([b"", b"q"], *news, language=language)
    assert "database · " in out
    assert "3" in out
    assert "no such driver" in out
    assert "logs." not in out + err


ROWS = (Row(0, 1, "apple"), Row(1, 1, "\x1b[31mpear\x1b[0m"), Row(0, 1, "Apple pie"))


@pytest.mark.parametrize(
    ("keys", "last"),
    [
        ([b"", b"/pear\r"], ["database | *pear*"]),
        ([b"", b"/apple\r"], ["web      | *apple*", "web      | *Apple* pie"]),
        ([b"", b"/Apple\r"], ["web      | *Apple* pie"]),
        ([b"", b"/appx\x7fle p\r"], ["web      | *Apple p*ie"]),
        ([b"", b"/pear\x1b"], []),
        ([b"&pear\r", b""], ["database | *pear*"]),
        ([b"", b"/apple\r", b"n", b"n"], ["web      | *apple*", "database | pear", "web      | *Apple* pie"]),
    ],
)
def test_searching(keys: list[bytes], last: list[str]) -> None:
    _, out, _ = shown([*keys, b"q"], *ROWS)
    rows = re.sub("\x1b\\[27m(\x1b\\[0m)?|\x1b\\[7m", "*", out).replace("\x1b[0m", "").split("\r\n")
    rows = [row.rpartition("\x1b[K")[2] for row in rows if "|" in row]
    assert rows[len(rows) - len(last) :] == last


@pytest.mark.parametrize(
    ("keys", "key"),
    [
        ([b"", b"/pear\r", b"?"], "logs.keys"),
        ([b"", b"/pear\r", b"h"], "logs.keys"),
        ([b"", b"/pear\r", b"/\r"], "logs.search.off"),
        ([b"", b"/plum\r", b"n"], "logs.search.none"),
        ([b"", b"/pear\r", b"N", b"N"], "logs.search.none"),
        ([b"", b"/\x7f\x7f\r"], "logs.search.off"),
        ([b"", b"/31\r", b"n"], "logs.search.none"),  # of a colour
    ],
)
def test_what_a_key_did_is_said_last(keys: list[bytes], key: str) -> None:
    _, _, err = shown([*keys, b"q"], *ROWS)
    assert " ".join(err.split()).endswith(load("en").say(key))


def test_enter_leaves_a_row_empty() -> None:
    assert shown([b"", b"\r", b"q"], Row(0, 1, "hello"))[1] == "web      | hello\r\n\r\n"


@pytest.mark.parametrize("person_there", [True, False])
def test_it_ends_with_what_it_follows(person_there: bool) -> None:
    terminal = person() if person_there else FakeTerminal()
    terminal.typed = [b"\x00"]
    assert LogScreen(Teller(terminal, load("en"), "off", Look()), terminal).show(Ended(*ROWS)) == 0
    assert terminal.out.replace("\r", "") == "web      | apple\ndatabase | pear\nweb      | Apple pie\n"


def test_rows_wait_while_something_is_typed() -> None:
    _, out, _ = shown([b"/p", b"", b"\x1b", b"", b"q"], *ROWS)
    assert out.index("/p") < out.index("apple")


class Flood(Told):
    """More and more."""

    def take(self, timeout: float) -> Row | Turn | None:
        self.news.append(ROWS[0])
        return None if len(self.news) > 100_000 else ROWS[0]


def test_a_key_ends_a_flood() -> None:
    terminal, flood = person(), Flood()
    terminal.typed = [b"\x00", b"q"]
    assert LogScreen(Teller(terminal, load("en"), "off", Look()), terminal).show(flood) == 0
    assert len(flood.news) < 1000


def test_two_containers_followed(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    """Rows of both, one that is restarted, a search, and Ctrl-C that leaves the prompt."""
    mark = uuid.uuid4().hex[:6]
    web, data = f"w-{mark}", f"database-{mark}"
    docker("run", "-d", "--name", web, "alpine", "sh", "-c", "while true; do echo page; sleep 0.3; done")
    docker("run", "-d", "--name", data, "alpine", "sh", "-c", "echo slow >&2; sleep 600")
    try:
        with Program(engine_host, tmp_path).repl(80, 30) as repl:
            repl.screen.send(f"logs -f --tail 3 {web} {data}\r")
            repl.screen.expect(re.compile(rf"{web} +\| page"))
            repl.screen.expect(f"{data} ! slow")
            repl.screen.send("&slow\r")
            repl.screen.expect("only rows with slow from now on, 1 so far")
            docker("restart", "-t", "0", data)
            repl.screen.expect(f"{data} · has ended, with exit code 137")
            repl.screen.expect(f"{data} · runs again")
            docker("rm", "-f", web)
            repl.screen.expect(f"{web} ".ljust(len(data) + 1) + "· has")
            repl.screen.send("\x03")
            time.sleep(0.1)
            assert "hello-there" in repl.run("run --rm alpine echo hello-there")
        refused = Program(engine_host, tmp_path).once("logs", web, data)
        assert b"requires 1 argument" in refused.stderr
    finally:
        docker("rm", "-f", web, data, check=False)
