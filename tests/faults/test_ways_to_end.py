"""Whatever ends dshell, wherever it is: the terminal is as it was, nothing of it runs on, and no Python is shown.

A way to end is a place and what ends it there; the short form takes some, the long form each with each.
"""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import docker_at
from tests.faults.ending import restored, unfit
from tests.faults.places import PLACES, Cast, End, cast_of, left, until_it_ends
from tests.program import Program
from tests.screen import Screen

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))


def signalled(*names: str) -> End:
    def end(screen: Screen) -> None:
        for name in names:
            os.kill(screen.process.pid, getattr(signal, f"SIG{name}"))
            time.sleep(0.05)  # signals that wait together come in the order of their numbers

    return end


def typed(keys: str) -> End:
    return lambda screen: screen.send(keys)


def ending_in(word: str) -> End:
    def end(screen: Screen) -> None:
        signalled("INT")(screen)
        typed(f"{word}\r")(screen)

    return end


ENDS: dict[str, tuple[End, int | None]] = {
    "TERM": (signalled("TERM"), None),
    "HUP": (signalled("HUP"), 128 + signal.SIGHUP),
    "QUIT": (signalled("QUIT"), 128 + signal.SIGQUIT),
    "INT": (ending_in("exit 7"), None),
    "Ctrl-C": (typed("\x03exit 7\r"), None),
    "stopped, continued, TERM": (signalled("TSTP", "CONT", "TERM"), None),
    "hung up": (Screen.hang_up, None),
}
"""What is done, again and again until dshell has ended, and the exit code where it is the same everywhere."""

FORWARDED = {"HUP", "QUIT"}
"""What a container that gets every signal may live with: there it is no end."""

WAYS = [(place, end) for place in PLACES for end in ENDS if not (PLACES[place].forwards and end in FORWARDED)]
SHORT = [
    ("the menu", "TERM"),
    ("a question", "QUIT"),
    ("run -it", "hung up"),
    ("attach", "HUP"),
    ("one logs -f of two", "Ctrl-C"),
]


@pytest.fixture(scope="module")
def cast(engine_host: str) -> Iterator[Cast]:
    with cast_of(docker_at(engine_host)) as cast:
        yield cast


@pytest.mark.parametrize(("where", "how"), WAYS if LONG else SHORT)
def test_the_terminal_comes_back(cast: Cast, engine_host: str, tmp_path: Path, where: str, how: str) -> None:
    end, expected = ENDS[how]
    with cast.at(PLACES[where], Program(engine_host, tmp_path)) as (screen, before):
        code = until_it_ends(screen, end)
        if how != "hung up":
            screen.wait()
            assert restored(screen, before) == ""
            assert code >= 0, "the signal was answered"
        assert code == expected or expected is None
        assert code != 70
        assert unfit(screen.text()) == []
        assert left(screen) == []
        assert not (tmp_path / "dshell" / "mishap.txt").exists()
