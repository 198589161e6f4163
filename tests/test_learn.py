"""What the person's own docker takes and the bundled grammar lacks: learnt from help texts, kept, never waited for."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dshell.grammar.help import completed_names, read_page
from dshell.grammar.learn import Learner
from dshell.grammar.load import Grammar, flag, load
from dshell.grammar.model import Kind
from dshell.line.model import Role, Target
from dshell.line.parse import parse
from dshell.line.suggest import suggest
from tests import worlds
from tests.program import ARROW, Program

ROOT = """
Usage:  docker [OPTIONS] COMMAND

Words

Common Commands:
  run         Words

Management Commands:
  buildx*     Words (Docker Inc., v0.30.1)
  container   Words
  greet*      Words (Somebody, v1.0)
  lane        Words

Commands:
  ps          Words

Global Options:
      --colour string      Words (default "auto")
  -D, --debug              Words

Run 'docker COMMAND --help' for more information on a command.
"""

# As cobra writes it where a plug-in does not take docker's own template.
GREET = """Words.

Usage:
  docker greet [flags]
  docker greet [command]

Available Commands:
  help        Help about any command
  send        Words
  wait-for    Words

Flags:
  -h, --help             help for greet
      --tone string[="mild"]   Words
  -q, --quiet docker greet     Words

Use "docker greet [command] --help" for more information about a command.
"""

# A release of its own, without what others hide.
COMPOSE = """
Usage:  docker compose [OPTIONS] COMMAND

Options:
  -f, --file stringArray   Words

Commands:
  up          Words
"""

PAGES = {
    "": ROOT,
    "run": "Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nAliases:\n  docker container run, docker run\n\n"
    "Options:\n  -d, --detach       Words\n      --warp int     Words\n",
    "container": "Usage:  docker container COMMAND\n\nCommands:\n  ls   Words\n  run  Words\n",
    "container run": "Usage:  docker container run [OPTIONS] IMAGE [COMMAND] [ARG...]\n\nAliases:\n"
    "  docker container run, docker run\n\nOptions:\n  -d, --detach       Words\n      --warp int     Words\n",
    "container ls": "Usage:  docker container ls [OPTIONS]\n\nAliases:\n  docker container ls, docker ps\n\n"
    "Options:\n  -f, --filter filter   Words\n",
    "ps": "Usage:  docker ps [OPTIONS]\n\nAliases:\n  docker container ls, docker ps\n\n"
    "Options:\n  -f, --filter filter   Words\n",
    "compose": COMPOSE,
    "compose alpha": COMPOSE,
    "compose up": "Usage:  docker compose up [OPTIONS] [SERVICE...]\n\nOptions:\n  -d, --detach   Words\n",
    "lane": "Usage:  docker lane [OPTIONS] CONTAINER [VOLUME...]\n\nOptions:\n      --memory bytes    Words\n"
    "      --network string  Words\n",
    "greet": GREET,
    "greet help": GREET,
    "greet send": "Usage:\n  docker greet send [flags] IMAGE [COMMAND] [ARG...]\n\n"
    "Flags:\n  -e, --env stringArray   Words\n",
    "greet wait-for": "just words",
    "greet wait-for a": "Usage:  docker greet wait-for a [OPTIONS] NODE\n\nOptions:\n      --timeout duration  Words\n",
}

PROGRAM = """#!/bin/sh
echo "$*" >>'{log}'
case "$*" in
    --version) echo Docker version {version}, build 1 ;;
    __complete*) printf 'a\\twords\\n--flag\\twords\\n:4\\n' ;;
    *--help) cat "{pages}/${{*%--help}}.txt" ;;
    *) exit 1 ;;
esac
"""


class Machine:
    """A docker of the test's own and what was learnt from it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pages = dict(PAGES)
        self.docker = folder / "docker"
        self.plugin = folder / "docker-greet"
        self.log = folder / "log"
        self.cache = folder / "cache"
        self.plugin.write_text("")
        self.compose = folder / "docker-compose"
        self.install("99.1.0")

    def install(self, version: str) -> None:
        pages = self.folder / "pages"
        shutil.rmtree(pages, ignore_errors=True)
        pages.mkdir()
        for words, text in self.pages.items():
            (pages / f"{words} .txt" if words else pages / ".txt").write_text(text)
        self.docker.write_text(PROGRAM.format(pages=pages, log=self.log, version=version))
        self.docker.chmod(0o755)

    def programs(self) -> dict[str, str]:
        plugins = {"greet": str(self.plugin), "compose": str(self.compose)}
        return {"docker": str(self.docker)} | {name: path for name, path in plugins.items() if Path(path).exists()}

    def learn(self) -> Grammar:
        self.log.write_text("")
        grammar = load()
        Learner(grammar, os.environ, self.programs, self.cache).learn()
        return grammar

    @property
    def asked(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setattr("dshell.grammar.learn.PAUSE", 0)
    return Machine(tmp_path)


def test_pages() -> None:
    root = read_page(ROOT, ())
    assert root.below == ("run", "buildx", "container", "greet", "lane", "ps")
    assert root.plugins == ("buildx", "greet")
    assert root.flags == {"colour": {"type": "string", "default": "auto"}, "debug": {"type": "bool", "short": "D"}}
    greet = read_page(GREET, ("greet",))
    assert greet.below == ("help", "send", "wait-for")
    assert {name: row["type"] for name, row in greet.flags.items()} == {
        "help": "bool",
        "tone": "optional",
        "quiet": "bool",
    }
    send = read_page(PAGES["greet send"], ("greet", "send"))
    assert send.arguments == ("IMAGE", "[COMMAND]", "[ARG...]")


@pytest.mark.parametrize(
    "text", ["", "Usage:", "Usage:\n", "Aliases:\n", "Commands:\n\n", "  -x, --", "Commands:\n  \n"]
)
def test_any_text_is_a_page(text: str) -> None:
    assert read_page(text, ("x",)).below == ()


def test_completed_names() -> None:
    said = "run\twords\nps\n--all\twords\n__x\n:4\nCompletion ended with directive: X\n"
    assert completed_names(said) == ("run", "ps")


def test_a_newer_docker(machine: Machine) -> None:
    grammar = machine.learn()
    lane, _ = grammar.find(("lane",))
    assert lane is not None
    assert [argument.kind for argument in lane.arguments] == [Kind.CONTAINER, Kind.VOLUME]
    assert {name: known.kind for name, known in lane.flags.items()} == {"memory": Kind.SIZE, "network": Kind.NETWORK}
    run, _ = grammar.find(("run",))
    assert run is not None
    assert run.flags["warp"].kind is Kind.NUMBER
    assert run.flags["mount"].kind is Kind.MOUNT, "what is bundled stays"
    assert grammar.find(("container", "run"))[0] is run
    assert "colour" in grammar.root.flags
    assert "lane" in grammar.names()
    assert not parse("docker --colour never lane --memory 1m web data", grammar).problems


def test_a_plugin(machine: Machine) -> None:
    grammar = machine.learn()
    assert grammar.names(("greet",)) == ("send", "wait-for")
    assert grammar.names(("greet", "wait-for")) == ("a",), "completion says what help does not"
    line = parse("docker greet --tone send -e A=1 alpine ls -l", grammar)
    assert not line.problems
    assert [word.text for word in line.commands[0].words if word.role is Role.COMMAND] == ["greet", "send"]
    assert [word.text for word in line.commands[0].inside] == ["ls", "-l"], "flags behind a program are its own"
    assert [problem.word for problem in parse("docker greet snd", grammar).problems] == ["snd"]


def test_another_compose_is_taken_as_it_is(machine: Machine) -> None:
    machine.compose.write_text("")
    grammar = machine.learn()
    assert grammar.names(("compose",)) == ("up",)
    compose, _ = grammar.find(("compose",))
    up, _ = grammar.find(("compose", "up"))
    assert compose is not None
    assert up is not None
    assert compose.flags["file"].kind is Kind.COMPOSE_FILE
    assert [argument.kind for argument in up.arguments] == [Kind.COMPOSE_SERVICE]
    assert [problem.word for problem in parse("compose -f x up -d --build", grammar).problems] == ["--build"]


def test_a_plugin_takes_no_word_from_the_host(machine: Machine) -> None:
    assert parse("greet send x", machine.learn()).commands[0].target is Target.HOST


def test_what_may_be_typed(machine: Machine) -> None:
    grammar = machine.learn()

    def offered(text: str) -> list[str]:
        line = parse(text, grammar)
        return [candidate.text for candidate in suggest(line, len(text), worlds.rich(), grammar)]

    assert offered("docker gre") == ["greet"]
    assert offered("gre") == [], "it is no program's name"
    assert offered("docker greet se") == ["send"]
    assert offered("docker greet send --e") == ["--env"]
    assert offered("docker ps --wa") == []
    assert offered("docker run --wa") == ["--warp"]


def test_the_next_session_runs_nothing(machine: Machine) -> None:
    machine.learn()
    assert machine.asked
    grammar = machine.learn()
    assert machine.asked == []
    assert grammar.names(("greet",)) == ("send", "wait-for")
    assert grammar.find(("lane",))[1] == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: "",
        lambda text: "[]",
        lambda text: text.replace('"kind": "size"', '"kind": "dragon"'),
        lambda text: text.replace('"commands": {', '"commands": {"x": 1, '),
        lambda text: text.replace('"flags": {', '"flags": {"x": {}, ', 1),
    ],
)
def test_a_spoilt_cache_is_none(machine: Machine, spoil: Callable[[str], str]) -> None:
    machine.learn()
    file = machine.cache / "docker.json"
    spoilt = spoil(file.read_text())
    file.write_text(spoilt)
    grammar = machine.learn()
    assert machine.asked
    assert grammar.find(("lane",))[1] == 1
    assert file.read_text() != spoilt


def test_a_cache_that_cannot_be_written_is_none(machine: Machine) -> None:
    file = machine.cache.with_name("file")
    file.touch()
    machine.cache = file / "cache"
    assert "greet" in machine.learn().names()


def test_another_docker_is_asked_again(machine: Machine) -> None:
    machine.learn()
    machine.pages["lane"] = machine.pages["lane"].replace("--memory bytes", "--depth bytes ")
    machine.install("99.1.0-rc1")
    lane, _ = machine.learn().find(("lane",))
    assert lane is not None
    assert flag(lane, "depth")
    assert not flag(lane, "memory")


def test_another_plugin_is_asked_alone(machine: Machine) -> None:
    machine.learn()
    machine.plugin.write_text("newer")
    machine.learn()
    assert machine.asked
    assert all(line.startswith(("greet", "__complete greet")) for line in machine.asked)


def test_the_docker_that_is_known_already(machine: Machine) -> None:
    machine.install(load().version)
    grammar = machine.learn()
    assert [line for line in machine.asked if "greet" not in line] == ["--version"]
    assert grammar.find(("lane",))[1] == 0
    machine.learn()
    assert machine.asked == []


def test_half_a_command_line_is_none(machine: Machine) -> None:
    del machine.pages["lane"], machine.pages["greet send"]
    machine.install("99.1.0")
    grammar = machine.learn()
    assert grammar.edition == 0
    assert not machine.cache.exists()


def test_no_docker(tmp_path: Path) -> None:
    grammar = load()
    Learner(grammar, os.environ, dict, tmp_path / "cache").learn()
    Learner(grammar, os.environ, lambda: {"docker": str(tmp_path / "none")}, tmp_path / "cache").learn()
    assert grammar.edition == 0
    assert list(tmp_path.iterdir()) == []


def test_whoever_types_is_told(machine: Machine) -> None:
    told: list[int] = []
    grammar = load()
    learner = Learner(grammar, os.environ, machine.programs, machine.cache)
    learner.on_change = lambda: told.append(grammar.edition)
    learner.learn()
    assert told == [1, 2]


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """The plug-in for the installed docker, below a folder that is to be its DOCKER_CONFIG."""
    plugin = tmp_path / "docker" / "cli-plugins" / "docker-greet"
    plugin.parent.mkdir(parents=True)
    metadata = '{"SchemaVersion": "0.1.0", "Vendor": "Somebody", "Version": "1.0"}'
    plugin.write_text(
        f"#!/bin/sh\ncase \"$*\" in\ndocker-cli-plugin-metadata) echo '{metadata}' ;;\n"
        f"'greet --help') cat <<'END'\n{GREET}END\n;;\n"
        f"*send*) cat <<'END'\n{PAGES['greet send']}END\n;;\n*) echo other ;;\nesac\n"
    )
    plugin.chmod(0o755)
    return plugin


def test_the_installed_docker_with_a_plugin(plugin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """docker itself finds the plug-in, runs it and passes its help on."""
    monkeypatch.setattr("dshell.grammar.learn.PAUSE", 0)
    docker = shutil.which("docker")
    assert docker is not None
    grammar = load()
    environ = {**os.environ, "DOCKER_CONFIG": str(tmp_path / "docker")}
    programs = {"docker": docker, "greet": str(plugin)}
    Learner(grammar, environ, lambda: programs, tmp_path / "cache").learn()
    assert grammar.names(("greet",)) == ("send", "wait-for")
    assert not parse("docker greet send -e A=1 alpine", grammar).problems


@pytest.mark.usefixtures("plugin")
def test_a_prompt_learns_and_one_line_does_not(tmp_path: Path) -> None:
    program = Program("tcp://127.0.0.1:1", tmp_path)
    program.once("docker", "greet", "send")
    kept = tmp_path / "cache" / "dshell" / "grammar" / "greet.json"
    assert not kept.parent.exists()
    with program.screen() as screen:
        screen.expect(ARROW)
        wait_for(kept.exists)
        screen.send("docker greet s\t")
        screen.expect("docker greet send")
        screen.send("\x03\x04")
        assert screen.wait() is not None


def wait_for(condition: Callable[[], bool]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail("nothing was learnt")
