"""Docker's own completion is the measure: what it offers for a half-typed line is offered here too.

The answers of docker are a record with docker's version (``scripts/record_completions.py``); a part of it is asked
of the installed docker again, so that the record is known to be true.
"""

from __future__ import annotations

import json
import shlex
import shutil

import pytest

from dshell.engine.records import ContainerName, ImageName, Names
from dshell.line.candidate import Sort
from tests.docker_complete import ANSWERS, LINES, ask, version
from tests.worlds import Book, at, world

RECORD = json.loads(ANSWERS.read_text(encoding="utf-8"))
NAMES = Names(
    containers=(
        ContainerName("old", "4" * 64, "alpine", "exited"),
        ContainerName("asleep", "3" * 64, "alpine", "paused"),
        ContainerName("api", "2" * 64, "alpine", "running"),
        ContainerName("web", "1" * 64, "nginx", "running"),
    ),
    images=tuple(
        ImageName(name, f"sha256:{number}")
        for number, name in enumerate(
            ("alpine:latest", "alpine:3.20", "nginx:latest", "busybox:latest", "hello-world:latest")
        )
    ),
    volumes=("data", "db"),
    networks=("bridge", "host", "none", "shop"),
    contexts=("default",),
)


class Daemon(Book):
    def listed(self, noun: str) -> tuple[str, ...]:
        return ("runc", "io.containerd.runc.v2") if noun == "runtime" else ()


WORLD = world(NAMES, lookups=Daemon())._replace(variables=("PATH", "DOCKER_HOST", "HOME", "COURSE"))

# What docker offers and dshell does not, each with its reason. A line, or "*" for every line, and a candidate.
APART = {
    ("*", "logentries"): "the service ended in 2022, and docker's driver for it with docker 27",
    ("*", "as="): "a limit that docker refuses: invalid ulimit type",
    ("*", "chroot="): "refused too",
    ("*", "maxlogins="): "refused too",
    ("*", "maxsyslogins="): "refused too",
    ("*", "priority="): "refused too",
    ("run --link ", "old:"): "a container that does not run cannot be linked",
    ("run --pid container:", "container:old"): "it does not run and has no processes",
    ("run --rm --r", "--restart"): "docker refuses --restart beside --rm",
    ("stop web ", "web"): "it stands there already",
    ("rm old ", "old"): "it stands there already",
    ("rmi alpine ", "alpine:latest"): "it stands there already",
    ("volume rm data ", "data"): "it stands there already",
    ("tag alpine ", "alpine:latest"): "an image needs no second name that it has",
}


@pytest.mark.parametrize("line", LINES)
def test_what_docker_offers_is_offered(line: str) -> None:
    ours = spellings(line)
    missing = [each for each in theirs(line) if not covered(each, ours) and not excepted(line, each)]
    assert missing == [], sorted(ours)


def test_every_exception_is_needed() -> None:
    needed = {
        (place, each)
        for line in LINES
        for each in theirs(line)
        for place in ("*", line)
        if (place, each) in APART and not covered(each, spellings(line))
    }
    assert needed == APART.keys()


def theirs(line: str) -> list[str]:
    """What docker offers: it leaves it to the shell to drop what does not go on from the word that is typed.

    Real-time signals are offered once their R is typed: 30 of them would bury the others.
    """
    typed = line.rpartition(" ")[2]
    found = [
        f"{typed.partition('=')[0]}={each}" if is_flag_with_value(typed) else each for each in RECORD["answers"][line]
    ]
    short = typed.removeprefix("SIG")
    return [each for each in found if each.startswith((typed, short)) and not each.startswith(("RTM", "SIGRTM"))]


def is_flag_with_value(word: str) -> bool:
    return word.startswith("-") and "=" in word


def spellings(line: str) -> set[str]:
    """The last word of ``line`` with each of our candidates in it, in all ways to write it that mean the same."""
    begin = line.rfind(" ") + 1 + len("docker ")
    text, names = f"docker {line}", set()
    for each in at(f"docker {line}|", WORLD):
        word = "".join(shlex.split(text[begin : each.range.start] + each.text))
        names.add(word)
        if each.sort is Sort.FLAG:
            names |= set(each.display.split(", "))
        if each.sort is Sort.IMAGE:
            names.add(f"{word}:latest")
        if each.key[:2] in (("value", "cap-add"), ("value", "cap-drop")):
            names.add(f"CAP_{each.display}")
    return names


def covered(candidate: str, ours: set[str]) -> bool:
    """A beginning (``label=``, ``ctrl-``) is covered by what goes on from it; ``--name=`` is ``--name``."""
    if candidate.startswith("-"):
        candidate = candidate.rstrip("=") if candidate.endswith("=") else candidate
    if candidate in ours or f"SIG{candidate}" in ours:
        return True
    return candidate.endswith(("=", ":", "-")) and any(each.startswith(candidate) for each in ours)


def excepted(line: str, candidate: str) -> bool:
    return ("*", candidate) in APART or (line, candidate) in APART


@pytest.mark.skipif(not shutil.which("docker"), reason="asks the installed docker")
def test_the_record_is_true() -> None:
    if version() != RECORD["docker"]:
        pytest.skip(f"recorded with docker {RECORD['docker']}")
    told = [line for line in LINES if line.endswith(("--", "-")) or "--restart " in line or "--cap-add " in line]
    for line in told[::6]:
        assert ask(line) == RECORD["answers"][line], line
