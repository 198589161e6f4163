"""dshell and docker, line by line: the same requests, the same words on each stream, the same exit codes.

Docker's side is the transcript that ``scripts/transcript`` makes. A line that only docker itself can judge (a flag that
nobody knows) goes to the docker CLI: it is compared where the docker of the transcript is installed.
"""

from __future__ import annotations

import random
import sys
from functools import partial

import pytest

from dshell.events import Way
from dshell.grammar.load import load
from dshell.line.expand import Surroundings, settle
from dshell.line.parse import parse
from dshell.line.split import join
from dshell.run.route import route
from tests.exact.__main__ import docker_version
from tests.exact.cases import Case, read_corpus
from tests.exact.compare import agreed
from tests.exact.stages import play_all
from tests.exact.tools import Command, Forked
from tests.exact.transcript import TRANSCRIPT, Record, read

CASES = read_corpus()
VERSION, TRANSCRIBED = read(TRANSCRIPT)
INSTALLED = docker_version() == VERSION
GRAMMAR = load()
SAMPLE = 25


def goes_to_docker(case: Case) -> bool:
    simple = parse(join(tuple(case.words)), GRAMMAR).commands[0]
    return route(simple, settle(simple, Surroundings({}, "/", "/", lambda _: "")), case.environ).way is Way.CLI


PLAYED = [case for case in CASES if INSTALLED or not goes_to_docker(case)]


@pytest.fixture(scope="module")
def played() -> dict[str, Record]:
    return play_all(PLAYED, partial(Forked, "--quiet"))


def test_the_transcript_is_of_this_corpus() -> None:
    assert list(TRANSCRIBED) == [case.key for case in CASES]
    assert len(CASES) >= 600


@pytest.mark.parametrize("case", PLAYED, ids=lambda case: case.key[:100])
def test_a_line_is_as_docker_does_it(case: Case, played: dict[str, Record]) -> None:
    mine, dockers = agreed(played[case.key], TRANSCRIBED[case.key])
    assert mine == dockers


def test_what_differs_on_purpose_is_looked_for_only_where_it_is(played: dict[str, Record]) -> None:
    told = [case for case in PLAYED if agreed(played[case.key], TRANSCRIBED[case.key])[0] is not played[case.key]]
    assert told
    assert all(case.terminal or "console" in case.line for case in told)


def sample(seed: str) -> list[Case]:
    """A few lines without a person, always the same."""
    quiet = [case for case in PLAYED if not case.script]
    return random.Random(seed).sample(quiet, SAMPLE)


def test_a_process_does_as_its_fork(played: dict[str, Record]) -> None:
    cases = sample("processes")
    told = play_all(cases, partial(Command, sys.executable, "-m", "dshell", "--quiet"))
    assert told == {case.key: played[case.key] for case in cases}


@pytest.mark.skipif(not INSTALLED, reason="another docker than the transcript's, or none")
def test_docker_still_does_what_was_transcribed() -> None:
    cases = sample("docker")
    assert play_all(cases, partial(Command, "docker")) == {case.key: TRANSCRIBED[case.key] for case in cases}
