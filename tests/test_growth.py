"""What a session holds does not grow with each line: a day at one prompt is ten thousand of them.

All lists, dicts, sets and deques of the process are looked at, some turns apart. What has gained one thing a turn or
more each time grows without an end, for all that is kept up to a bound is full by then.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.layout.screen import _CHAR_CACHE
from prompt_toolkit.output import DummyOutput

from dshell.line import usage
from dshell.line.candidate import Candidate, Sort
from dshell.line.model import Line, Range
from dshell.run.base import Leave
from dshell.shell import history, reading
from dshell.shell.meanings import Meanings
from dshell.shell.prompt import Device, Manner
from dshell.shell.repl import Parts, Repl
from dshell.teach.texts import load
from tests.shell_parts import GRAMMAR, Notes, Paper, Still, own_words

TURNS = 25
LOOKS = 3  # one more than two: a list may be filled once
Holder = list[object] | dict[object, object] | set[object] | deque[object]


def holders() -> Iterator[Holder]:
    """Python's collector does not list dicts of plain values: they are found in what holds them."""
    listed = gc.get_objects()
    plain = {id(each): each for each in gc.get_referents(*listed) if type(each) is dict and not gc.is_tracked(each)}
    for each in chain(listed, plain.values()):
        if isinstance(each, list | dict | set | deque) and each is not listed:
            yield each


class Growth:
    """``look`` again and again, ``TURNS`` turns apart. ``growing``: what has gained one thing a turn each time."""

    def __init__(self) -> None:
        self._held: list[tuple[Holder, int]] = []
        self._looks = 0

    @property
    def growing(self) -> list[Holder]:
        assert self._looks == LOOKS
        return [each for each, _ in self._held]

    def look(self) -> None:
        gc.collect()
        if self._looks:
            self._held = [(each, len(each)) for each, size in self._held if len(each) - size >= TURNS]
        else:
            self._held = [(each, len(each)) for each in holders()]
        self._looks += 1


def grown(turn: Callable[[int], object]) -> list[Holder]:
    growth = Growth()
    for number in range(LOOKS * TURNS):
        turn(number)
        if number % TURNS == TURNS - 1:
            growth.look()
    return growth.growing


def test_growth_is_seen() -> None:
    numbers: dict[int, int] = {}
    assert grown(lambda number: numbers.update({number: number})) == [numbers]


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept up to a bound is full soon."""
    for module, name in ((history, "MOST"), (usage, "MOST"), (reading, "KEPT")):
        monkeypatch.setattr(module, name, TURNS // 4)
    monkeypatch.setattr(_CHAR_CACHE, "size", TURNS)  # each letter in each style


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize("manner", Manner)
def test_a_prompt_keeps_none_of_its_lines_for_ever(tmp_path: Path, manner: Manner) -> None:
    growth, notes = Growth(), Notes(own_words(Paper()))
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):

        def run(line: Line) -> int:
            code, number = notes.run(line), len(notes.lines)
            pipe.send_text(f"run -e X={number} --name box-{number} alpine echo {number}\r")
            if number % TURNS == 0:
                growth.look()
            if number == LOOKS * TURNS:
                raise Leave(code)
            return code

        pipe.send_text("ps\r")
        device = Device(pipe, DummyOutput(), manner=manner)
        Repl(Parts(notes.own, Still(), run, lambda: "", tmp_path / "history", lambda: None, device)).run()
    assert growth.growing == [notes.lines, notes.commands]  # the test's own


def test_a_line_that_was_run_in_a_container_is_not_kept_for_having_no_sentence() -> None:
    meanings = Meanings(GRAMMAR, lambda: load("en"), lambda _: "")
    ran = Candidate("", Range(0, 0), Sort.INSIDE, "")
    assert grown(lambda number: meanings.of(ran._replace(key=("inside", f"echo {number}")))) == []
