"""A line understood: whose it is, its command, each word's role, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.grammar.load import load
from dshell.grammar.model import Kind
from dshell.line.model import Line, Role, Simple, Target
from dshell.line.near import nearest
from dshell.line.parse import parse
from dshell.line.split import join

GRAMMAR = load()
COURSE = (Path(__file__).parent / "course_lines.txt").read_text(encoding="utf-8").splitlines()


def simple(text: str) -> Simple:
    line = parse(text, GRAMMAR)
    assert len(line.commands) == 1
    return line.commands[0]


def roles(command: Simple) -> str:
    return " ".join(f"{word.role.value}:{word.text}" for word in command.words)


def flags(command: Simple) -> list[tuple[str, str | None]]:
    return [(use.flag.name if use.flag else "?" + use.spelled, use.text) for use in command.flags]


@pytest.mark.parametrize(
    ("text", "target", "path"),
    [
        ("docker run alpine", "docker", "container run"),
        ("run alpine", "docker", "container run"),
        ("container run alpine", "docker", "container run"),
        ("docker.exe ps", "docker", "container ls"),
        ("winpty docker ps", "docker", "container ls"),
        ("winpty vim x", "host", None),
        ("MSYS_NO_PATHCONV=1 docker run alpine", "docker", "container run"),
        ("A=1 B='x y' winpty docker ps", "docker", "container ls"),
        ("sudo docker ps", "docker", "container ls"),
        ("sudo -u me docker ps", "host", None),
        ("sudo rm x", "host", None),
        ("A=1 ps", "host", None),
        ("A=1", "host", None),
        ("'A=1' docker ps", "host", None),
        ("'docker' \"ps\"", "docker", "container ls"),
        ("docker", "docker", ""),
        ("docker --version", "docker", ""),
        ("docker -D --context x ps", "docker", "container ls"),
        ("docker container", "docker", "container"),
        ("docker container --help", "docker", "container"),
        ("docker lss", "docker", None),
        ("docker compose up", "docker", "compose up"),
        ("docker compose -f x --profile y up", "docker", "compose up"),
        ("docker compose", "docker", "compose"),
        ("docker compose -f x", "docker", "compose"),
        ("docker compose upp", "docker", None),
        ("docker buildx imagetools --builder b inspect x", "docker", "buildx imagetools inspect"),
        ("docker buildx history inspect x", "docker", "buildx history inspect"),
        ("docker buildx history inspect attachment x", "docker", "buildx history inspect attachment"),
        ("docker scout cves", "docker", "scout"),
        ("ps", "docker", "container ls"),
        ("rm x", "docker", "container rm"),
        ("node ls", "docker", "node ls"),
        ("node", "docker", "node"),
        ("node app.js", "host", None),
        ("node --version", "host", None),
        ("service ssh start", "host", None),
        ("docker help run", "docker", "help"),
        ("help", "own", None),
        ("cd x", "own", None),
        ("why", "own", None),
        ("ls", "host", None),
        ("!docker ps", "host", None),
        ("$X run", "host", None),
    ],
)
def test_whose_line_it_is(text: str, target: str, path: str | None) -> None:
    command = simple(text)
    assert command.target.value == target
    assert (command.command and " ".join(command.command.path)) == path
    assert command.text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "docker run -it alpine sh -c x",
            "program:docker command:run flag:-it argument:alpine inside:sh inside:-c inside:x",
        ),
        ("docker -H h ps", "program:docker flag:-H value:h command:ps"),
        ("container ls -a", "command:container command:ls flag:-a"),
        ("run -p 80:80 --name=web nginx", "command:run flag:-p value:80:80 flag:--name=web argument:nginx"),
        ("run -e --rm alpine", "command:run flag:-e value:--rm argument:alpine"),
        ("run --rm false alpine", "command:run flag:--rm argument:false inside:alpine"),
        ("run -- alpine -- x", "command:run end:-- argument:alpine inside:-- inside:x"),
        ("run - -i", "command:run argument:- inside:-i"),
        ("exec -it web sh", "command:exec flag:-it argument:web inside:sh"),
        ("logs web -f --tail 5", "command:logs argument:web flag:-f flag:--tail value:5"),
        ("rm a -- -f", "command:rm argument:a end:-- argument:-f"),
        ("top web -o pid", "command:top argument:web argument:-o argument:pid"),
        ("compose -f x up -d", "command:compose flag:-f value:x command:up flag:-d"),
        ("compose up -f x", "command:compose command:up flag:-f argument:x"),
        ("compose exec -T web ls -l", "command:compose command:exec flag:-T argument:web inside:ls inside:-l"),
        ("scout -f x cves", "command:scout argument:-f argument:x argument:cves"),
        ("docker lss -a x", "program:docker command:lss flag:-a argument:x"),
        ("winpty docker ps", "program:winpty program:docker command:ps"),
        ("A=$X sudo docker ps -a", "prefix:A=$X prefix:sudo program:docker command:ps flag:-a"),
        ("cd a b", "own:cd argument:a argument:b"),
        ("explain run 'x && y", "own:explain argument:run 'x && y"),
        ("help", "own:help"),
        ("git commit -m 'a b'", "host:git host:commit host:-m host:a b"),
        ("!a && b | c", "operator:! host:a operator:&& host:b operator:| host:c"),
        (
            "ps -a | grep x > out 2>&1",
            "command:ps flag:-a operator:| host:grep host:x operator:> host:out operator:2>&1",
        ),
        ("run > out alpine", "command:run operator:> host:out argument:alpine"),
        (
            "for i in 1; do docker ps; done",
            "host:for host:i host:in host:1 operator:; host:do host:docker host:ps operator:; host:done",
        ),
    ],
)
def test_roles(text: str, expected: str) -> None:
    assert roles(simple(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run -it x", [("interactive", None), ("tty", None)]),
        ("run -itp 80:80 x", [("interactive", None), ("tty", None), ("publish", "80:80")]),
        ("run -itp80:80 x", [("interactive", None), ("tty", None), ("publish", "80:80")]),
        ("run -it=false x", [("interactive", None), ("tty", "false")]),
        ("run -e=A=b x", [("env", "A=b")]),
        ("run -e A=b -eC=d x", [("env", "A=b"), ("env", "C=d")]),
        ("run --name= x", [("name", "")]),
        ("run --name '' x", [("name", "")]),
        ("run --name='a b' x", [("name", "a b")]),
        ("run --name a'b'$X x", [("name", "ab$X")]),
        ("run --rm=true x", [("rm", "true")]),
        ("run --net host x", [("network", "host")]),
        ("run -i= x", [("interactive", None), ("?-=", None)]),
        ("run --nope=1 x", [("?--nope", None)]),
        ("run --i x", [("?--i", None)]),
        ("run ---x x", [("?---x", None)]),
        ("run -izt x", [("interactive", None), ("?-zt", None)]),
        ("ps -h", [("help", None)]),
        ("run -h box x", [("hostname", "box")]),
        ("run -p", [("publish", None)]),
        ("stop --time 3 x", [("timeout", "3")]),
    ],
)
def test_flags_as_docker_reads_them(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert flags(simple(text)) == expected


def test_where_flags_and_values_stand() -> None:
    text = "run -itp 80:80 --name='my web' -e=A=b x"
    uses = simple(text).flags
    assert [text[use.range.start : use.range.end] for use in uses] == ["-i", "t", "p", "--name", "-e"]
    spans = [use.value_range and text[use.value_range.start : use.value_range.end] for use in uses]
    assert spans == [None, None, "80:80", "my web'", "A=b"]
    assert [use.spelled for use in uses] == ["-i", "-t", "-p", "--name", "-e"]


@pytest.mark.parametrize(
    ("text", "at", "kind", "argument"),
    [
        ("run -v x:/y alpine", 2, Kind.BIND, None),
        ("run --env-file=x alpine", 1, Kind.HOST_PATH, None),
        ("run alpine", 1, Kind.IMAGE, "IMAGE"),
        ("run alpine sh", 2, Kind.PROGRAM, "COMMAND"),
        ("run alpine sh -c x", 4, Kind.PROGRAM, "ARG"),
        ("start a b c", 3, Kind.STOPPED, "CONTAINER"),
        ("exec web sh", 1, Kind.RUNNING, "CONTAINER"),
        ("network connect n c", 3, Kind.CONTAINER, "CONTAINER"),
        ("volume rm v", 2, Kind.VOLUME, "VOLUME"),
        ("docker --context x ps", 2, Kind.CONTEXT, None),
        ("cd x", 1, Kind.HOST_FOLDER, None),
        ("cat x", 1, Kind.HOST_PATH, None),
        ("ps extra", 1, Kind.TEXT, None),
    ],
)
def test_kinds(text: str, at: int, kind: Kind, argument: str | None) -> None:
    word = simple(text).words[at]
    assert word.kind is kind
    assert (word.argument and word.argument.name) == argument


def test_arguments_and_inside() -> None:
    command = simple("docker -D exec -it web sh -c 'a b'")
    assert [use.spelled for use in command.before] == ["-D"]
    assert [word.text for word in command.arguments] == ["web"]
    assert [word.text for word in command.inside] == ["sh", "-c", "a b"]


def test_a_pipeline_is_read_by_its_docker_command() -> None:
    command = simple("cat x | docker load -q")
    assert command.plumbing
    assert command.target is Target.DOCKER
    assert flags(command) == [("quiet", None)]
    assert simple("cat x | wc").target is Target.HOST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("run --nmae web alpine", ["unknown-flag --nmae --name 4-10"]),
        ("run -name web alpine", ["unknown-flag -name --name 4-9"]),
        ("run -iz alpine", ["unknown-flag -z  6-7"]),
        ("docker rnu alpine", ["unknown-command rnu run 7-10"]),
        ("docker xyzzy", ["unknown-command xyzzy  7-12"]),
        ("docker ru", ["unknown-command ru run 7-9"]),
        ("container lss", ["unknown-command lss ls 10-13"]),
        ("docker --contxt x ps", ["unknown-flag --contxt --context 7-15", "unknown-command x  16-17"]),
        ("run -p", ["missing-value -p  4-6"]),
        ("run --name", ["missing-value --name  4-10"]),
        ("run -it", ["missing-argument IMAGE  7-7"]),
        ("run ", ["missing-argument IMAGE  3-3"]),
        ("exec web", ["missing-argument COMMAND  8-8"]),
        ("tag a", ["missing-argument TARGET_IMAGE[:TAG]  5-5"]),
        ("run --help", []),
        ("run $X", []),
        ("exec $X", []),
        ("docker $X", []),
        ("run --detach=maybe x", ["bad-value maybe  13-18"]),
        ("run --pull alway x", ["bad-value alway always 11-16"]),
        ("run --pull $X x", []),
        ("run --restart on-failure:3 x", []),
        ("run --restart alwys x", ["bad-value alwys always 14-19"]),
        ("ps \0-a", ["nul \0  3-4"]),
        ("!ls '\0\0'", ["nul \0\0  5-7"]),
        ("ps &&", ["missing-command &&  3-5"]),
        ("ps && ;ls", ["missing-command ;  6-7"]),
        ("&& ps", ["missing-command &&  0-2"]),
        ("ps |", ["missing-command |  3-4"]),
        ("| ls", ["missing-command |  0-1"]),
        ("ls | | wc", ["missing-command |  5-6"]),
        ("ps;", []),
        ("run 'alpine", ["open-quote 'alpine  4-11"]),
        ("run $(ps", ["open-expansion $(ps  4-8"]),
        ("explain run 'x", []),
        ("lss -la", []),
    ],
)
def test_problems(text: str, expected: list[str]) -> None:
    line = parse(text, GRAMMAR)
    told = [
        f"{each.trouble.value} {each.word} {each.nearest} {each.range.start}-{each.range.end}" for each in line.problems
    ]
    assert told == expected


@pytest.mark.parametrize(
    ("word", "expected"), [("rnu", "run"), ("ru", "run"), ("imgaes", "images"), ("contianer", "container"), ("zz", "")]
)
def test_nearest(word: str, expected: str) -> None:
    assert nearest(word, GRAMMAR.names()) == expected


@pytest.mark.parametrize("word", ["no thing", "nabcx.conf"])
def test_what_is_too_far_is_near_by_no_first_letter(word: str) -> None:
    assert nearest(word, ["nginx.conf"]) == ""


@pytest.mark.parametrize("text", COURSE)
def test_course_lines_have_no_problem(text: str) -> None:
    line = parse(text, GRAMMAR)
    assert line.problems == ()
    for command in line.commands:
        assert command.target is not Target.DOCKER or command.command is not None
        assert all(use.flag for use in command.flags)


def check(line: Line) -> None:
    """What holds for every line: words in order, each inside its command, each command inside the text."""
    end = 0
    for command in line.commands:
        assert end <= command.range.start < command.range.end <= len(line.text)
        assert command.text == line.text[command.range.start : command.range.end]
        place = command.range.start
        for word in command.words:
            assert place <= word.range.start < word.range.end <= command.range.end
            place = word.range.end
        for use in (*command.before, *command.flags):
            assert command.range.start <= use.range.start < use.range.end <= command.range.end
        end = command.range.end
    for problem in line.problems:
        assert 0 <= problem.range.start <= problem.range.end <= len(line.text)


@pytest.mark.parametrize("text", COURSE)
def test_every_prefix_of_a_course_line(text: str) -> None:
    for end in range(len(text) + 1):
        check(parse(text[:end], GRAMMAR))


PARTS = [
    *"abit \\'\"$(){}%~#&|;<>\n-=:/",
    "docker ",
    "run ",
    "ps ",
    "-it ",
    "--name ",
    "explain ",
    "!",
    "compose ",
    "winpty ",
    "for ",
]


@given(st.lists(st.sampled_from(PARTS) | st.characters(), max_size=30).map("".join))
def test_any_text_parses(text: str) -> None:
    check(parse(text, GRAMMAR))


@given(
    st.lists(st.text(max_size=8)),
    st.sampled_from(["docker", "docker run", "docker exec -it", "docker compose", "docker network"]),
)
def test_parse_gives_back_what_join_wrote(words: list[str], start: str) -> None:
    line = parse(f"{start} {join(words)}", GRAMMAR)
    assert [word.text for word in line.commands[0].words] == [*start.split(), *words]
    assert all(word.literal for word in line.commands[0].words if word.role is not Role.OPERATOR)
