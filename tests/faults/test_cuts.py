"""Each answer of a real engine is cut, and a daemon that dies there leaves the prompt alive and nothing untold.

The long form cuts at the edges of each answer, the short one in the head or at the very end of those that something
depends on. Behind each byte cuts ``test_each_byte``, where no container has to be made for it.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.faults.lines import ACTS, LANGUAGES, Act, Place, Prompt, in_each_language
from tests.faults.proxy import Answer, Fault, cut_after

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
A_PROMPT = 40  # lines: a screen that remembers more takes long to look at
SHORT = ["run --rm", "run -it", "run -d", "exec -it", "start -ai", "attach", "pull"]
EXACT = ["run --rm", "run -it", "exec", "exec -it", "start -ai", "attach", "pull"]
BEHIND = re.compile("/events|GET /(?:containers/json|images/json|volumes|networks)$")
"""What is asked in the background too."""
ASKED = "POST|HEAD" if LONG else "POST"
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
            at_a_frame = b"multiplexed" in answer.said and count > answer.head
            yield Cut(Fault(answer.again, cut_after(count), turn=turn), count, not stream or at_a_frame)


def counts(answer: Answer) -> Iterator[int]:
    """Behind how many bytes it is cut."""
    if LONG:
        edges = {0, 1, answer.head - 1, answer.head, answer.head + 1, answer.passed - 1}
        yield from sorted(edge for edge in edges if edge < answer.passed)
    elif not answer.kind.startswith("GET"):
        yield answer.passed - 1 if len(answer.kind) % 2 else 40


@pytest.mark.parametrize("names", [[name] for name in ACTS] if LONG else [SHORT], ids="/".join)
def test_an_answer_that_is_cut_at_the_prompt(names: list[str], tmp_path: Path, engine_host: str) -> None:
    def spoil(at: int) -> list[str]:
        """Every second cut, in one language."""
        with Place(tmp_path / LANGUAGES[at], engine_host) as place:
            with place.prompt(LANGUAGES[at]) as prompt:
                found = [(ACTS[name], cut) for name in names for cut in cuts(answers_of(ACTS[name], prompt))]
            mine = found[at :: len(LANGUAGES)]
            parts = [mine[start : start + A_PROMPT] for start in range(0, len(mine), A_PROMPT)]
            return [each for part in parts for each in meet(part, place, LANGUAGES[at])]

    in_each_language(spoil)


@pytest.mark.parametrize("name", EXACT if LONG else ["start -ai"])
def test_the_exit_code_is_the_one_of_docker(name: str, tmp_path: Path, engine_host: str) -> None:
    """Whose decoder takes an answer that lacks its last byte, and whose attach waits for ever when it is cut itself."""
    act = ACTS[name]
    with Place(tmp_path / "place", engine_host) as place:
        place.once(act, "en")
        kinds = {each.kind: each for each in place.proxy.answers if re.match(ASKED, each.kind)}
        for answer, count in itertools.product(kinds.values(), (0, 40) if LONG else [40]):
            with place.proxy.spoilt(Fault(answer.again, cut_after(count))):
                assert (answer.kind, count, place.once(act, "fr").code) == (
                    answer.kind,
                    count,
                    place.by_docker(act).code,
                )


def answers_of(act: Act, prompt: Prompt) -> list[Answer]:
    """What ``act`` is answered when all is well."""
    proxy = prompt.place.proxy
    proxy.answers.clear()
    assert prompt.place.wrong(prompt.do(act), act, prompt.language) == []
    return [each for each in proxy.answers if each.said and "/events" not in each.kind]


def meet(part: Sequence[tuple[Act, Cut]], place: Place, language: str) -> Iterator[str]:
    """What is wrong when answers are cut, one after the other, at one prompt."""
    met = 0
    with place.prompt(language) as prompt:
        for act, cut in part:
            place.proxy.answers.clear()
            with place.proxy.spoilt(cut.fault):
                said = prompt.do(act)
            met += any(each.spoilt for each in place.proxy.answers)
            found = place.wrong(said, act if cut.whole else replace(act, prints=False), language)
            yield from (f"{act.words}: {cut.fault.asked} cut after {cut.count}: {each}" for each in found)
        yield from prompt.leave()
    assert met > len(part) // 2, f"{met} of {len(part)} answers were there to cut"
