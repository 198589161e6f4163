"""Answers are late, or do not come: lines go on when they are there, keys are answered meanwhile, and Ctrl-C leaves."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.ending import restored, unfit
from tests.faults.lines import ALL, LANGUAGES, PATIENCE, SENTENCE, Place, Said, in_each_language, mishaps
from tests.faults.places import until_it_ends
from tests.faults.proxy import Answer, Fault, Proxy, slowly
from tests.faults.replay import heard
from tests.program import Program

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


NOT_RAW = ["run --rm", "run", "run -d", "exec", "pull", "create"]
"""Where a person has a terminal in the container, Ctrl-C is the program's, as with docker."""


@pytest.mark.parametrize("name", NOT_RAW if LONG else ["create"])
def test_ctrl_c_leaves_what_does_not_answer(tmp_path: Path, engine_host: str, name: str) -> None:
    """And nothing is left that was not told. What is being made is waited for once: then a second one is needed."""
    act, wrong = ALL[name], []
    with Place(tmp_path / "place", engine_host) as place:
        assert place.once(act, "fr").code == 0
        place.left()
        for answer in heard(place.proxy.answers):
            with held(place.proxy, answer.again) as met, place.program("fr").screen(*place.words(act)) as screen:
                before = screen.modes()
                until(met)
                code = until_it_ends(screen, lambda screen: screen.send("\x03"))
                screen.wait()
                said = Said(screen.text())
                found = [each for each in (restored(screen, before), "" if code else "code 0") if each]
            found += unfit(said.text) + mishaps(place.folder) + place.untold(said)
            wrong += [f"{answer.kind}: {each}\n{said.text}" for each in found]
    assert not wrong, "\n\n".join(wrong)
