"""Candidates at the cursor, which is | in each line."""

from __future__ import annotations

import pytest

from dshell.engine.records import ContainerName, ImageName, Names
from dshell.line.model import Range
from dshell.line.parse import parse
from dshell.line.suggest import Candidate, Sort, suggest
from dshell.teach.texts import languages, section
from tests import worlds
from tests.worlds import GRAMMAR, NAMES


def at(marked: str, names: Names = NAMES) -> list[Candidate]:
    return worlds.at(marked, worlds.world(names))


def texts(marked: str) -> list[str]:
    return [candidate.text for candidate in at(marked)]


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        # commands, with and without docker
        ("ru|", ["run"]),
        ("docker ru|", ["run"]),
        ("docker container r|", ["run", "rm", "remove", "rename", "restart"]),
        ("container prun|", ["prune"]),
        ("docker context u|", ["update", "use"]),
        ("expl|", ["explain"]),
        ("dock|", ["docker"]),
        ("RU|", ["run"]),
        ("ls ; ru|", ["run"]),
        ("run alpine && sto|", ["stop"]),
        ("stop web &&|", ["run"]),
        ("|", ["run", "ps", "exec", "logs", "start"]),
        ("docker container |", ["run", "ps", "exec"]),
        ("volume |", ["create", "inspect", "list"]),
        ("vi|", []),  # a program of the host
        ("vrs|", ["version"]),
        # dshell's own words
        ("lang |", ["en", "fr"]),
        ("lang f|", ["fr"]),
        ("lang fr |", []),
        ("doctor |", ["--report"]),
        ("doctor --r|", ["--report"]),
        ("doctor --report no|", ["notes.txt"]),
        ("help lan|", ["lang"]),
        ("as-|", ["as-compose", "as-run"]),
        ("map |", ["-f", "--svg", "--html", "--plain"]),
        ("map --svg no|", ["notes.txt"]),
        ("as-run we|", ["web"]),
        ("as-compose web we|", []),
        ("again web --pub|", ["--publish", "--publish-all"]),
        ("help wh|", ["why"]),
        ("why |", ["web", "api", "brave_noether", "asleep"]),
        ("why b|", ["brave_noether"]),
        ("why web a|", []),
        # flags
        ("run --na|", ["--name"]),
        ("run -it| alpine", ["-itd", "-itp"]),
        ("run --name web --name|", ["--domainname", "--hostname"]),
        ("run -n|", ["--name"]),
        ("run -|", ["-i", "-t", "-d", "--rm", "--name", "-p", "-v", "-e"]),
        ("run --|", ["--interactive", "--tty", "--detach", "--rm", "--name"]),
        ("run -it -|", ["-d", "--rm", "--name", "-p", "-v", "-e"]),
        ("run --ne|", ["--network", "--network-alias"]),
        ("run --rmq|", []),
        ("run --publish 1:1 --publish|", ["--publish", "--publish-all"]),
        ("docker --cont|", ["--context"]),
        ("container exec --priv|", ["--privileged"]),
        ("run alpine --rm|", []),
        ("logs web --fol|", ["--follow"]),
        # values of flags
        ("run --pull |", ["always", "missing", "never"]),
        ("run --pull=n|", ["never"]),
        ("run --restart un|", ["unless-stopped"]),
        ("run --network s|", ["shop"]),
        ("run --network=|", ["bridge"]),
        ("run --network | alpine", ["bridge", "host", "none", "shop"]),
        ("run --platform linux/arm|", ["linux/arm64", "linux/arm/v7"]),
        ("kill -s K|", ["KILL"]),
        ("docker --context d|", ["default", "desktop-linux"]),
        ("run -v d|", ["data:", "db:"]),
        ("run -vdat|", ["data:"]),
        ("run -v data:/v|", []),
        ("run -v ./sr|", ["src/"]),
        ("run --volumes-from w|", ["web"]),
        ("run --detach=|", ["true", "false"]),
        ("run --mount |", ["type=", "source="]),
        ("run --tmpfs |", ["/tmp", "/run"]),
        ("run --tmpfs /x:|", ["size="]),
        ("run --network name=|", ["bridge"]),
        ("fav |", ["add"]),
        ("run --mount type=|", ["bind", "volume", "tmpfs"]),
        ("run --mount type=bind,source=sr|", ["src/"]),
        ("run --mount type=volume,source=d|", ["data", "db"]),
        ("run --mount type=bind,|", ["source=", "target=", "readonly"]),
        ("ps --format |", ["table", "json", "'{{.ID}}'", "'{{.Names}}'"]),
        ("ps -q --no-t|", ["--no-trunc"]),
        # images and containers
        ("run al|", ["alpine", "alpine:3.20"]),
        ("run alpine:|", ["alpine:3.20", "alpine:latest"]),
        ("docker run -it | --rm", ["alpine", "alpine:3.20", "me/shop:2", "nginx"]),
        ("rmi alpine |", ["alpine:3.20", "me/shop:2", "nginx"]),
        ("exec |", ["web", "api"]),
        ("stop w|", ["web"]),
        ("stop web |", ["api", "asleep"]),
        ("start |", ["brave_noether"]),
        ("start -ai b|", ["brave_noether"]),
        ("rm |", ["web", "api", "brave_noether", "asleep"]),
        ("rm we| web", []),
        ("rm 99|", ["99bb00000000"]),
        ("stop 3f|", ["3f2a91c07d1e"]),
        ("cp w|", ["web:"]),
        ("cp no|", ["notes.txt"]),
        ("inspect d|", ["data", "db"]),
        ("context use d|", ["default", "desktop-linux"]),
        ("volume rm da|", ["data"]),
        ("network connect s|", ["shop"]),
        ("network connect shop |", ["web", "api", "brave_noether", "asleep"]),
        # what a program inside the container will read
        ("run alpine |", ["sh"]),
        ("run alpine ls n|", []),
        ("exec web c|", []),
        ("run -w /s|", []),
        # files
        ("cat n|", ["notes.txt"]),
        ("cat src/|", ["main.py"]),
        ("cat ~/c|", ["course/"]),
        ("cd |", ["src/", "'my folder'/"]),
        ("cd C:\\Users\\m|", ["me\\"]),
        ("cat my|", ["'my folder'/"]),
        ("cat .g|", [".git/"]),
        ("run --env-file no|", ["notes.txt"]),
        ("run -v $PWD/s|", ["src/"]),
        ("docker build s|", ["src/"]),
        ("!cat n|", ["notes.txt"]),
        ("./s|", ["src/"]),
        # lines with problems, lines inside lines
        ("run --bogus al|", ["alpine"]),
        ("container xyz |", []),
        ("docker xyz |", []),
        ("run 'al|", ["alpine"]),
        ("explain run --na|", ["--name"]),
        ("help conta|", ["container"]),
        ("swarm join-token |", ["worker", "manager"]),
        ("docker compose u|", ["unpause", "up"]),
    ],
)
def test_first_candidates(marked: str, first: list[str]) -> None:
    assert texts(marked)[: len(first) or None] == first


@pytest.mark.parametrize(
    ("marked", "completed"),
    [
        ("docker ru|", "docker run"),
        ("run --na| alpine", "run --name alpine"),
        ("run --name=web --network=sh|", "run --name=web --network=shop"),
        ("run --network='sh|", "run --network=shop"),
        ("run -v ./my|", "run -v ./'my folder'/"),
        ('cat "my f|', 'cat "my folder/'),
        ("cat my\\ f|", "cat 'my folder'/"),
        ("cat 'my folder/a|", "cat 'my folder/a b.txt"),
        ('cat "my folder/"a|', "cat \"my folder/\"'a b.txt'"),
        ('cd "C:\\Users\\m|', 'cd "C:\\Users\\me\\'),
        ("run -v $PWD/s|:/app", "run -v $PWD/src/:/app"),
        ("run --mount type=bind,source=sr|,target=/x", "run --mount type=bind,source=src/,target=/x"),
        ("  explain  stop w|", "  explain  stop web"),
        ("run -vdat|", "run -vdata:"),
        ("cat é|", "cat 'été.txt'"),
    ],
)
def test_what_inserting_gives(marked: str, completed: str) -> None:
    candidates = at(marked)
    text, where = marked.replace("|", "", 1), candidates[0].range
    assert where.end == marked.index("|")
    assert text[: where.start] + candidates[0].text + text[where.end :] == completed


def test_what_fits_best_stands_alone() -> None:
    names = Names(images=(ImageName("xaxlpine", "1"), ImageName("ALPINE-ish", "2"), ImageName("alpine:latest", "3")))
    assert [candidate.text for candidate in at("run alp|", names)] == ["alpine"]
    assert [candidate.text for candidate in at("run alpine-|", names)] == ["ALPINE-ish"]
    assert [candidate.text for candidate in at("run lpine-|", names)] == ["ALPINE-ish"]
    assert [candidate.text for candidate in at("run xlp|", names)] == ["xaxlpine"]
    assert [candidate.text for candidate in at("run xpe|", names)] == ["xaxlpine"]


def test_the_languages_that_are_offered_are_those_that_there_are() -> None:
    assert texts("lang |") == list(languages())


def test_flags_say_what_they_are() -> None:
    name = at("run --name|")[0]
    assert name == Candidate(
        "--name", Range(4, 10), Sort.FLAG, "--name", ("string",), ("flag", "container run", "name")
    )
    shorts = at("docker run -|")
    assert (
        Candidate("-i", Range(11, 12), Sort.FLAG, "-i, --interactive", (), ("flag", "container run", "interactive"))
        in shorts
    )


def test_containers_carry_their_state() -> None:
    (container,) = at("start |")[:1]
    assert (container.sort, container.facts) == (Sort.CONTAINER, ("exited", "alpine"))


def test_commands_have_one_key_for_all_spellings() -> None:
    assert {candidate.key for candidate in at("docker container l|") if candidate.text in ("ls", "list")} == {
        ("command", "container ls")
    }
    assert at("cd|")[0].key == ("own", "cd")


def test_an_argument_place_offers_flags_too_until_letters_are_typed() -> None:
    sorts = {candidate.sort for candidate in at("run |")}
    assert sorts == {Sort.IMAGE, Sort.FLAG}
    assert {candidate.sort for candidate in at("run a|")} == {Sort.IMAGE}


def test_the_key_of_a_filter_has_a_sentence() -> None:
    assert [candidate.key for candidate in at("ps --filter sta|")] == [("filter", "status=")]
    keys = {key.name for command in GRAMMAR.commands() for flag in command.flags.values() for key in flag.keys}
    told = {key.removeprefix("values.filter-key.") for key in section("fr", "values") if ".filter-key." in key}
    assert told <= keys
    assert {"status", "label", "label!", "node.label", "until"} <= told


def test_ten_thousand_containers_are_read_once_and_cut() -> None:
    many = Names(containers=tuple(ContainerName(f"c{n}", str(n), "alpine", "running") for n in range(10_000)))
    assert len(at("rm c|", many)) == 200
    assert len(at("rm 9|", many)) == 200  # within the name


@pytest.mark.parametrize(
    "line", ["docker run -it -v \"$PWD:/a b\" --name='x y' -p80:80 alpine sh -c 'a | b' && ls | cat > x; cd ~"]
)
def test_every_cursor_gets_an_answer(line: str) -> None:
    parsed = parse(line, GRAMMAR)
    for cursor in range(len(line) + 1):
        for candidate in suggest(parsed, cursor, worlds.rich(), GRAMMAR):
            assert 0 <= candidate.range.start <= candidate.range.end == cursor
