"""The daemon dies behind each byte of each answer of each act, and there is a sentence and nothing untold.

An act is done once against a real engine, and then again and again against what that answered: once for each byte that
is the last, with one connection that is lost and with all of them. The short form takes some of the bytes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from dshell.engine.facts import read_object
from dshell.engine.message import END_OF_HEAD, Body, parse_head
from dshell.mishap import collect
from tests.faults.lines import ALL, LANGUAGES, Act, Place, Said, amiss, told
from tests.faults.proxy import Answer
from tests.faults.replay import Death, Replay, deaths, heard, typed
from tests.program import Program

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
PARTS = 2  # processes
SOME = 997  # of so many deaths each part takes one in the short form; a prime: each way, each language

STREAMS = ("POST /containers/ID/attach", "POST /exec/ID/start")
TERMINALS = {"-t", "-it", "-ai", "attach"}


@dataclass(frozen=True)
class Recorded:
    """``act`` as it was done: by ``words``, which ended with ``code``, and what the engine answered."""

    act: Act
    words: Sequence[str]
    code: int | None
    answers: Sequence[Answer]

    def wrong(self, said: Said, asked: Sequence[str], answer: Answer, death: Death) -> list[str]:
        """``said``: in one language. ``asked``: of the daemon until all was over."""
        act = replace(self.act, prints=False) if self._may_be_silent(answer, death) else self.act
        language = language_of(death)
        found = amiss(replace(said, code=None) if said.code == self.code else said, act, language)
        if self._left(asked) and not told(*self._made, said.text):
            found.append("it is left, untold")
        return found

    def _may_be_silent(self, answer: Answer, death: Death) -> bool:
        """Output that ends there looks as if it had ended: between two frames, and anywhere where there are none."""
        inside = death.count - answer.head
        return answer.kind in STREAMS and (inside == 0 or (inside > 0 and bool(TERMINALS & {*self.words})))

    def _left(self, asked: Sequence[str]) -> bool:
        """A container was made and is there when all is over, as far as a daemon that lives would have it."""
        if "POST /containers/create" not in asked or "DELETE /containers/ID" in asked:
            return False
        return "POST /containers/ID/start" not in asked or "--rm" not in self.words

    @property
    def _made(self) -> tuple[str, str]:
        """Name and short id of the container that it makes."""
        answer = next(each for each in self.answers if each.kind == "GET /containers/ID/json")
        body = Body("GET", parse_head(answer.said[: answer.head - len(END_OF_HEAD)])).feed(answer.said[answer.head :])
        facts = read_object(b"".join(body))
        return facts["Name"][1:], facts["Id"][:12]


def language_of(death: Death) -> str:
    return LANGUAGES[death.count % 2]


def record(place: Place, name: str) -> Recorded:
    act, proxy = ALL[name], place.proxy
    proxy.answers.clear()
    words = place.words(act)
    said, wrong = typed(words, act, Replay(proxy.path, ()), "en")
    place.left()
    assert amiss(replace(said, code=None), act, "en") + wrong == []
    return Recorded(act, words, said.code, heard(proxy.answers))


def die(done: Sequence[Recorded], folder: Path, part: int) -> tuple[int, int, list[str]]:
    """How many deaths there were in one ``part`` of all, how many of them were met, and what was wrong."""
    collect()
    every = [(recorded, *each) for recorded in done for each in deaths(recorded.answers)]
    mine = every[part :: PARTS if LONG else SOME]
    met, found = 0, []
    for recorded, answer, death in mine:
        with Replay(folder / f"s{part}", recorded.answers, death) as replay:
            said, wrong = typed(recorded.words, recorded.act, replay, language_of(death))
        met += replay.met
        wrong += recorded.wrong(said, replay.asked, answer, death)
        found += [f"{' '.join(recorded.words)}: {death}: {each}\n{said.text}" for each in wrong]
    return len(mine), met, found


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines run in this very process."""
    for name, value in {**Program("", tmp_path).env, "DOCKER_HOST": None}.items():
        monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)


@pytest.mark.parametrize("names", [[name] for name in ALL] if LONG else [[*ALL]], ids="/".join)
def test_the_daemon_dies_behind_each_byte(names: list[str], tmp_path: Path, engine_host: str) -> None:
    with Place(tmp_path / "place", engine_host) as place:
        done = [record(place, name) for name in names]
    with ProcessPoolExecutor(PARTS, get_context("spawn")) as pool:
        parts = [*pool.map(partial(die, done, tmp_path), range(PARTS))]
    wrong = [each for *_, found in parts for each in found]
    assert not wrong, f"{len(wrong)}\n" + "\n\n".join(wrong[:20])
    count, met = sum(each[0] for each in parts), sum(each[1] for each in parts)
    print(f"{met} of {count} deaths were met")  # noqa: T201
    assert met > count * 0.9, f"{met} of {count} deaths were met"


def test_the_end_of_a_container_in_the_background_is_not_waited_for(tmp_path: Path, engine_host: str) -> None:
    """Though nothing can be learnt of it behind its start: it may be far."""
    with Place(tmp_path / "place", engine_host) as place:
        done = record(place, "start")
    runs_on = [replace(each, said=each.said[: each.head]) if "/wait" in each.kind else each for each in done.answers]
    with Replay(tmp_path / "s", runs_on, Death("GET /containers/ID/json", 0, 0)) as replay:
        said, wrong = typed(done.words, done.act, replay, "en")
    assert (replay.met, said.code, wrong) == (True, 0, [])
