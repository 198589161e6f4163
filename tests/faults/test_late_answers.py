"""Answers are late, or do not come: lines go on when they are there, keys are answered meanwhile, and Ctrl-C leaves."""

from __future__ import annotations

import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.ending import restored, unfit
from tests.faults.lines import (
    ALL,
    LANGUAGES,
    LEAVE,
    PATIENCE,
    SAID,
    SENTENCE,
    Act,
    Place,
    Said,
    amiss,
    in_each_language,
    mishaps,
)
from tests.faults.places import End, until_it_ends
from tests.faults.proxy import Answer, Fault, Proxy, slowly
from tests.faults.replay import heard
from tests.program import Program
from tests.screen import Screen

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
LATE = 5 if LONG else 0.1  # seconds
SHORT = ["exec -it", "attach", "pull", "start -ai", "logs", "rm", "stop"]


@pytest.mark.parametrize("way", ["at the prompt", "as one line"] if LONG else ["at the prompt"])
def test_every_answer_of_a_line_is_late(tmp_path: Path, engine_host: str, way: str) -> None:
    def hold_up(at: int) -> list[str]:
        language, wrong = LANGUAGES[at], []
        with Place(tmp_path / language, engine_host) as place, place.prompt(language) as prompt:
            for act in [ALL[name] for name in (ALL if LONG else SHORT[at:])]:
                with place.proxy.spoilt(Fault("^(?!GET /events)", slowly(LATE))):
                    said = prompt.do(act) if way == "at the prompt" else place.once(act, language)
                found = place.wrong(replace(said, code=None), act, language)
                found += [f"it failed\n{said.text}"] if SENTENCE in said.text else []
                wrong += [f"{act.words}: {each}" for each in found]
            wrong += prompt.leave()
        return wrong

    in_each_language(hold_up)


@contextmanager
def held(proxy: Proxy, fault: str, turn: int | None = None) -> Iterator[Callable[[], bool]]:
    """Answers to ``fault`` do not come before this ends; what is given tells whether one was to."""
    gate = threading.Event()

    def spoil(_answer: Answer, data: bytes) -> bytes:
        gate.wait(PATIENCE)
        return data

    proxy.answers.clear()
    try:
        with proxy.spoilt(Fault(fault, spoil, turn=turn)):
            yield lambda: any(answer.spoilt for answer in proxy.answers)
    finally:
        gate.set()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it was not asked"
        time.sleep(0.01)


ROUTES = ("/events", "/containers/json", "/images/json", "/volumes", "/networks")
"""What the prompt asks behind a person's back, once there is another daemon."""


def test_keys_are_answered_while_an_answer_is_late(tmp_path: Path, engine_host: str) -> None:
    with Proxy(tmp_path / "s", engine_host) as proxy, Program(proxy.host, tmp_path).repl() as repl:
        repl.screen.expect("engine up")
        for route in ROUTES:
            with held(proxy, f"^GET {route}") as met:
                proxy.restart()
                until(met)
                start = repl.here()
                repl.screen.send(f"\x15run --network \t\x15!echo ali''ve {route}\r")
                repl.screen.expect(re.compile(f"^alive {route}", re.MULTILINE), start=start)
                repl.next_prompt(start)
        repl.screen.expect("engine up", start=repl.here())
        repl.screen.send("exit 0\r")
        assert repl.screen.wait() == 0
        assert unfit(repl.screen.text()) == []


AT_A_TERMINAL = ["run -it", "exec -it", "start -ai", "attach"]
FOREVER = f"sh -c 'while echo {SAID}; do sleep 0.1; done'"
NOT_THERE = "a command that is not there"
LEFT_EARLY = {
    **ALL,
    NOT_THERE: Act("run --label LABEL alpine nosuch", prints=False),
    "run -it": Act(f"run --rm -it --detach-keys={LEAVE} --label LABEL alpine {FOREVER}", stays=True),
    "exec -it": Act(f"exec -it --detach-keys={LEAVE} BOX {FOREVER}", stays=True),
    "start -ai": Act(f"start -ai --detach-keys={LEAVE} BOX", stays=True),
}
ENDS: dict[str, End] = {
    "Ctrl-C": lambda screen: screen.send("\x03"),
    "TERM": lambda screen: screen.process.terminate(),
    "window": Screen.hang_up,
    "detach keys": lambda screen: screen.send(LEAVE),
}
"""In a session Ctrl-C is the program's, as with docker, and before it no key is but Ctrl-C."""

EVERY = [(name, way) for name in LEFT_EARLY for way in ENDS if name in AT_A_TERMINAL or way != "detach keys"]
FEW = [("create", "Ctrl-C"), (NOT_THERE, "Ctrl-C"), ("attach", "detach keys")]


def moments(answers: Sequence[Answer], name: str, way: str) -> Iterator[tuple[Answer, int]]:
    """Answers that ``way`` is for while they do not come, each with its turn among those of its kind."""
    seen: Counter[str] = Counter()
    for answer in heard(answers):
        turn, inside = seen[answer.kind], answer.kind.endswith("/resize")
        seen[answer.kind] += 1
        if inside and (way == "Ctrl-C" or name not in AT_A_TERMINAL):
            continue  # the second: output that nobody holds up
        if (inside or way != "detach keys") and (way, answer.kind) != ("window", "POST /containers/create"):
            yield answer, turn


def unlike(screen: Screen, before: object, place: Place) -> list[str]:
    """What is not as it should be on a screen that was left."""
    screen.wait()
    found = [each for each in [restored(screen, before)] if each]
    return found + unfit(screen.text()) + place.untold(Said(screen.text()))


@pytest.mark.parametrize(("name", "way"), EVERY if LONG else FEW)
def test_whoever_does_not_wait_gets_out(tmp_path: Path, engine_host: str, name: str, way: str) -> None:
    """And nothing is left that was not told. What is being made is waited for once: then a second one is needed."""
    act, wrong = LEFT_EARLY[name], []
    with Place(tmp_path / "place", engine_host) as place:
        assert amiss(replace(place.once(act, "fr"), code=None), act, "fr") == []
        place.left()
        held_up = [*moments(place.proxy.answers, name, way)]
        assert held_up
        for answer, turn in held_up if LONG else held_up[-3:]:
            place.renew()
            with held(place.proxy, answer.again, turn) as met, place.program("fr").screen(*place.words(act)) as screen:
                before = screen.modes()
                until(met)
                code = until_it_ends(screen, ENDS[way])
                found = mishaps(place.folder) + ["code 0"] * (code == 0 and not answer.kind.endswith("/resize"))
                if way == "window":
                    place.left()  # there is nobody to tell
                else:
                    found += unlike(screen, before, place)
                    found += ["untold failure"] * (name == NOT_THERE and turn == 1 and SENTENCE not in screen.text())
            wrong += [f"{answer.kind} {turn}: {each}\n{screen.text()}" for each in found]
    assert not wrong, "\n\n".join(wrong)
