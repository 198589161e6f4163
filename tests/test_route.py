"""Who does a line, and why."""

from __future__ import annotations

import pytest

from dshell.events import Way, Why
from dshell.line.expand import Surroundings, settle
from dshell.line.model import Target
from dshell.line.parse import parse
from dshell.run.native.acts import ACTS, find_act
from dshell.run.route import route
from tests.desks import GRAMMAR

LINES = [
    ("docker run -it --rm alpine", Way.NATIVE, Why.KNOWN, ""),
    ("run alpine ls --all", Way.NATIVE, Why.KNOWN, ""),
    ("container run --net host alpine", Way.NATIVE, Why.KNOWN, ""),
    ("docker run", Way.NATIVE, Why.KNOWN, ""),
    ("exec -it web sh", Way.NATIVE, Why.KNOWN, ""),
    ("start -ai web", Way.NATIVE, Why.KNOWN, ""),
    ("rm -fv web", Way.NATIVE, Why.KNOWN, ""),
    ("image pull -q alpine", Way.NATIVE, Why.KNOWN, ""),
    ("run --gpus all alpine", Way.NATIVE, Why.KNOWN, ""),
    ("run --help", Way.CLI, Why.FLAG, "--help"),
    ("docker --context other run alpine", Way.CLI, Why.FLAG, "--context"),
    ("run --no-such-flag alpine", Way.CLI, Why.UNKNOWN, "--no-such-flag"),
    ("run --name", Way.CLI, Why.UNFINISHED, "--name"),
    ("run $FLAGS alpine", Way.CLI, Why.UNKNOWN, "--brand-new"),
    ("run $MEMORY alpine", Way.NATIVE, Why.KNOWN, ""),
    ("run $HELP alpine", Way.CLI, Why.FLAG, "--help"),
    ("run --disable-content-trust=false alpine", Way.CLI, Why.FLAG, "--disable-content-trust"),
    ("run --disable-content-trust alpine", Way.NATIVE, Why.KNOWN, ""),
    ("docker images", Way.CLI, Why.COMMAND, ""),
    ("docker --version", Way.CLI, Why.COMMAND, ""),
    ("compose up -d", Way.CLI, Why.COMMAND, ""),
    ("compose -p x exec web sh", Way.CLI, Why.COMMAND, ""),
    ("compose up --no-such-flag", Way.CLI, Why.COMMAND, ""),
    ("compose frobnicate", Way.CLI, Why.UNKNOWN, "frobnicate"),
    ("buildx build --push .", Way.CLI, Why.COMMAND, ""),
    ("docker frobnicate x", Way.CLI, Why.UNKNOWN, "frobnicate"),
    ("git status", Way.HOST, Why.FOREIGN, ""),
    ("!docker ps", Way.HOST, Why.REQUESTED, ""),
    ("docker ps | wc -l", Way.HOST, Why.PLUMBING, ""),
    ("run alpine > out.txt", Way.HOST, Why.PLUMBING, ""),
    ("cd ..", Way.OWN, Why.KNOWN, ""),
]


@pytest.mark.parametrize(("text", "way", "why", "detail"), LINES, ids=[line[0] for line in LINES])
def test_a_line_goes_its_way(text: str, way: Way, why: Why, detail: str) -> None:
    simple = parse(text, GRAMMAR).commands[0]
    environ = {"FLAGS": "--brand-new", "MEMORY": "--memory 64m", "HELP": "--help"}
    surroundings = Surroundings(environ, "/here", "/home/me", lambda _: "")
    settled = settle(simple, surroundings) if simple.target is Target.DOCKER and not simple.plumbing else None
    taken = route(simple, settled)
    assert (taken.way, taken.why, taken.detail) == (way, why, detail)
    assert (taken.native is not None) == (way is Way.NATIVE)


@pytest.mark.parametrize(
    "text",
    ["run --help", "docker run -it --help", "ps -h", "docker help run", "docker", "docker --help", "compose up --help"],
)
def test_a_person_gets_dshell_s_page_and_a_script_docker_s(text: str) -> None:
    simple = parse(text, GRAMMAR).commands[0]
    assert route(simple, watched=True).way is Way.OWN
    assert route(simple).way is Way.CLI


@pytest.mark.parametrize(
    "text",
    [
        "run alpine --help",
        "run -h web alpine",
        "scout --help",
        "run --help=false alpine",
        "run --help | less",
        "!run --help",
    ],
)
def test_what_asks_for_no_page_of_docker_s(text: str) -> None:
    assert route(parse(text, GRAMMAR).commands[0], watched=True).way is not Way.OWN


def test_unexpanded_the_typed_flags_decide() -> None:
    assert route(parse("run --help $X alpine", GRAMMAR).commands[0]).detail == "--help"


@pytest.mark.parametrize(("value", "way"), [("1", Way.CLI), ("what", Way.CLI), ("0", Way.NATIVE), ("", Way.NATIVE)])
def test_signatures_are_docker_s_affair(value: str, way: Way) -> None:
    line = parse("pull alpine", GRAMMAR).commands[0]
    assert route(line, None, {"DOCKER_CONTENT_TRUST": value}).way is way
    assert route(parse("run -v $PWD:/app alpine", GRAMMAR).commands[0]).way is Way.NATIVE


@pytest.mark.parametrize("path", ACTS, ids=" ".join)
def test_every_act_is_a_command_and_honours_only_flags_of_it(path: tuple[str, ...]) -> None:
    command, length = GRAMMAR.find(path)
    assert command is not None
    assert (command.path, length) == (path, len(path))
    extra = {"detach", "detach-keys", "sig-proxy"} if path == ("container", "create") else set()
    native = find_act(path)
    assert native is not None
    assert native.honours - extra <= set(command.flags)
