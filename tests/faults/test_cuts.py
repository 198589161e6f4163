"""Each answer of each act is cut, and a daemon that dies there leaves the prompt alive and nothing untold.

The long form cuts behind each byte, but in records that are read as a whole, of which one byte in ``SPARSE`` will do;
the short one in the head and at the very end of each answer that something depends on.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.faults.lines import ACTS, LANGUAGES, Act, Place, Prompt, in_each_language
from tests.faults.proxy import Answer, Fault, cut_after

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
SPARSE = 50
A_PROMPT = 40  # lines: a screen that remembers more takes long to look at
BEHIND = re.compile("/events|GET /(?:containers/json|images/json|volumes|networks)$")
"""What is asked in the background too."""
STREAM = re.compile("/attach$|/exec/ID/start$")


@dataclass(frozen=True)
class Cut:
    """``whole``: an output that ends there has visibly not ended."""

    fault: Fault
    count: int
    whole: bool


def cuts(answers: Sequence[Answer]) -> Iterator[Cut]:
    """Of all ``answers`` of an act."""
    seen: list[str] = []
    for answer in answers:
        turn = None if BEHIND.search(answer.kind) else seen.count(answer.kind)
        if turn is None and answer.kind in seen:
            continue
        seen.append(answer.kind)
        stream = STREAM.search(answer.kind) is not None
        for count in counts(answer):
            at_a_frame = b"multiplexed" in answer.begun and count > answer.head
            yield Cut(Fault(answer.again, cut_after(count), turn=turn), count, not stream or at_a_frame)


def counts(answer: Answer) -> Iterator[int]:
    """Behind how many bytes it is cut."""
    if LONG:
        yield from range(answer.head if answer.kind.startswith("GET") else answer.passed)
        yield from range(answer.head, answer.passed, SPARSE) if answer.kind.startswith("GET") else ()
    elif not answer.kind.startswith("GET"):
        yield from (40, answer.passed - 1)


def answers_of(act: Act, place: Place, prompt: Prompt, language: str) -> list[Answer]:
    """What ``act`` is answered when all is well."""
    place.proxy.answers.clear()
    assert place.wrong(prompt.do(act), act, language) == []
    return [each for each in place.proxy.answers if each.begun and "/events" not in each.kind]


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_an_answer_that_is_cut_at_the_prompt(act: Act, tmp_path: Path, engine_host: str) -> None:
    in_each_language(lambda at: spoil(act, tmp_path / LANGUAGES[at], engine_host, at))


def spoil(act: Act, folder: Path, host: str, at: int) -> list[str]:
    """Every second cut, in one language. Returns what is wrong."""
    wrong: list[str] = []
    met, language = 0, LANGUAGES[at]
    with Place(folder, host) as place:
        with place.prompt(language) as prompt:
            left = [*cuts(answers_of(act, place, prompt, language))][at :: len(LANGUAGES)]
        asked = len(left)
        while left:
            some, left = left[:A_PROMPT], left[A_PROMPT:]
            with place.prompt(language) as prompt:
                for cut in some:
                    met += meet(cut, act, prompt, wrong)
                wrong += prompt.leave()
    assert met > asked // 2, f"{met} of {asked} answers cut"
    return wrong


def meet(cut: Cut, act: Act, prompt: Prompt, wrong: list[str]) -> bool:
    """Whether there was anything to cut."""
    place, language = prompt.place, prompt.language
    place.proxy.answers.clear()
    with place.proxy.spoilt(cut.fault):
        said = prompt.do(act)
    found = place.wrong(said, act if cut.whole else replace(act, prints=False), language)
    wrong += [f"{cut.fault.asked} cut after {cut.count}: {each}" for each in found]
    return any(each.spoilt for each in place.proxy.answers)
