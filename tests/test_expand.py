"""What words become when a line is run."""

from __future__ import annotations

import subprocess

import pytest

from dshell.grammar.load import load
from dshell.line.expand import Surroundings, assigned, expand, settle
from dshell.line.host import bash_text
from dshell.line.model import Piece
from dshell.line.parse import parse
from dshell.line.split import split

GRAMMAR = load()
ENVIRON = {
    "HOME": "/home/me",
    "X": "x",
    "TWO": "one two",
    "EMPTY": "",
    "SPACED": " a b ",
    "OPTS": "-it --rm",
    "BAD": "--nope",
    "NBSP": "a\u00a0b c",
}
OUTPUTS = {"docker ps -q": "1a\n2b\n", "none": "", "date": "Mon Nov 23\r\n"}
HERE = Surroundings(ENVIRON, "/home/me/My Course", "/home/me", lambda piece: OUTPUTS[piece.inner])
WINDOWS = HERE._replace(folder=r"C:\Users\me\My Course", home=r"C:\Users\me", windows=True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ["a"]),
        ("''", [""]),
        ("$X", ["x"]),
        ("$EMPTY", []),
        ("$UNKNOWN", []),
        ('"$UNKNOWN"', [""]),
        ("''$UNKNOWN", [""]),
        ("$TWO", ["one", "two"]),
        ('"$TWO"', ["one two"]),
        ("a$TWO$X", ["aone", "twox"]),
        ("a${SPACED}b", ["a", "a", "b", "b"]),
        ("$NBSP", ["a\u00a0b", "c"]),
        ("$SPACED$SPACED", ["a", "b", "a", "b"]),
        ("$(docker ps -q)", ["1a", "2b"]),
        ('"$(docker ps -q)"', ["1a\n2b"]),
        ("$(none)", []),
        ('"$(date)"', ["Mon Nov 23"]),
        ("`date`", ["Mon", "Nov", "23"]),
        ("$PWD:/app", ["/home/me/My Course:/app"]),
        ("$(pwd):/app", ["/home/me/My Course:/app"]),
        ("%cd%:/app", ["/home/me/My Course:/app"]),
        ("~/x", ["/home/me/x"]),
        ("'$X' \\$X", ["$X"]),
        ("%X%", ["x"]),
        ("%TWO%", ["one two"]),
        ("%H%M%", ["%H%M%"]),
        ("+%Hh%M", ["+%Hh%M"]),
    ],
)
def test_expand(text: str, expected: list[str]) -> None:
    assert expand(split(text)[0][0].pieces, HERE) == expected


def test_folders_of_a_windows_host() -> None:
    assert expand(split("$(pwd):/app")[0][0].pieces, WINDOWS) == ["C:/Users/me/My Course:/app"]
    assert expand(split("~/x")[0][0].pieces, WINDOWS) == ["C:/Users/me/x"]


def test_expansion_is_that_of_bash() -> None:
    text = 'a${SPACED}b $SPACED$X "$TWO" \'\'$NONE $NONE $TWO\'q\' "a"$EMPTY"" $X$TWO$X $NBSP A=~ B=~/x,C=~ --d=~/x ~'
    done = subprocess.run(["bash", "-c", f"printf '%s\\0' {text}"], env=ENVIRON, capture_output=True, check=True)
    ours = [word for token in split(text)[0] for word in expand(token.pieces, HERE)]
    assert ours == done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("docker run -it alpine", "run|-it|alpine"),
        ("run $OPTS alpine $TWO", "run|-it|--rm|alpine|one|two"),
        ("winpty docker -c $X ps --filter=name=$X", "-c|x|ps|--filter=name=x"),
        ("rm -f $(docker ps -q)", "rm|-f|1a|2b"),
        ("run -v $(pwd):/app alpine", "run|-v|/home/me/My Course:/app|alpine"),
        ("run -v ./x:/y alpine", "run|-v|./x:/y|alpine"),
        ("rm $EMPTY ''", "rm|"),
        ("run -- alpine -- x", "run|--|alpine|--|x"),
        ("docker lss $TWO", "lss|one|two"),
        ("docker --version", "--version"),
        ("compose -f $X up -d", "compose|-f|x|up|-d"),
        ("docker", ""),
    ],
)
def test_argv(text: str, argv: str) -> None:
    settled = settle(parse(text, GRAMMAR).commands[0], HERE)
    assert "|".join(settled.argv) == argv


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("compose -f /c/x/c.yml --env-file=/c/e up -d", "compose -f C:/x/c.yml --env-file=C:/e up -d"),
        ("compose --file=/c/x.yml --profile /c/p up", "compose --file=C:/x.yml --profile /c/p up"),
        ("compose -f - config -o /c/o", "compose -f - config -o C:/o"),
        ("compose exec -w /c/x web ls /c/x", "compose exec -w /c/x web ls /c/x"),
        ("compose run -v /c/x:/c/y -e A=/c web ls /c", "compose run -v C:/x:/c/y -e A=/c web ls /c"),
        ("compose cp web:/c/x /c/y", "compose cp web:/c/x C:/y"),
        ("buildx build --build-context a=/c/x /c/y", "buildx build --build-context a=C:/x C:/y"),
        ("build --build-context a=https://x -o type=tar,dest=/c/o .",
         "build --build-context a=https://x -o type=tar,dest=C:/o C:/w"),
        ("buildx build --ssh x=/c/k --iidfile /c/m .", "buildx build --ssh x=C:/k --iidfile C:/m C:/w"),
        ("docker --config=/c/d compose -p x up", "--config=C:/d compose -p x up"),
    ],
)  # fmt: skip
def test_paths_of_plug_ins_on_windows(text: str, argv: str) -> None:
    here = HERE._replace(folder="C:/w", home="C:/Users/me", windows=True)
    assert " ".join(settle(parse(text, GRAMMAR).commands[0], here).argv) == argv


def test_settle() -> None:
    text = "docker -D --context=$X run $OPTS -e A='b c' -p 80:80 --net host --sig-proxy=false alpine sh -c \"$TWO\""
    settled = settle(parse(text, GRAMMAR).commands[0], HERE)
    assert settled.command is GRAMMAR.find(["run"])[0]
    assert settled.before == (("debug", "true", ""), ("context", "x", ""))
    assert settled.flags == (
        ("interactive", "true", ""),
        ("tty", "true", ""),
        ("rm", "true", ""),
        ("env", "A=b c", ""),
        ("publish", "80:80", ""),
        ("network", "host", "net"),
        ("sig-proxy", "false", ""),
    )
    assert settled.arguments == ("alpine",)
    assert settled.inside == ("sh", "-c", "one two")
    assert settled.problems == ()


def test_variables_of_one_command() -> None:
    typed = parse("A= B=$TWO C='x y'$X docker run -e A alpine", GRAMMAR).commands[0]
    assert assigned(typed, HERE) == {"A": "", "B": "one two", "C": "x yx"}
    assert settle(typed, HERE).argv == ("run", "-e", "A", "alpine")


def test_what_a_variable_brings_is_judged_too() -> None:
    settled = settle(parse("run $BAD alpine", GRAMMAR).commands[0], HERE)
    assert [(each.trouble.value, each.word) for each in settled.problems] == [("unknown-flag", "--nope")]
    assert settled.argv == ("run", "--nope", "alpine")
    missing = settle(parse("run alpine -p $EMPTY", GRAMMAR).commands[0], HERE)
    assert missing.inside == ("-p",)
    assert [each.trouble.value for each in settle(parse("run -p $EMPTY", GRAMMAR).commands[0], HERE).problems] == [
        "missing-value"
    ]


def test_what_a_variable_brings_is_not_expanded_again() -> None:
    here = HERE._replace(environ={"X": "$(rm) '~ %cd%"})
    assert settle(parse('run "$X"', GRAMMAR).commands[0], here).arguments == ("$(rm) '~ %cd%",)


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        (r"run -v C:\new\x:/app -w /c/x alpine /c/x", "run|-v|C:/new/x:/app|-w|/c/x|alpine|/c/x"),
        (
            "run --volume=./x:/y --env-file ~/e alpine",
            "run|--volume=C:/Users/me/My Course/x:/y|--env-file|C:/Users/me/e|alpine",
        ),
        ("build -t x -f /c/p/Dockerfile /c/p", "build|-t|x|-f|C:/p/Dockerfile|C:/p"),
        ("cp web:/c/x /c/x", "cp|web:/c/x|C:/x"),
        ("run -v data:/c/x alpine", "run|-v|data:/c/x|alpine"),
        ("run -e A=/c/x alpine", "run|-e|A=/c/x|alpine"),
        (r"run -itvC:\x:/app alpine", "run|-itvC:/x:/app|alpine"),
        (r"run -v=C:\x:/app alpine", "run|-v=C:/x:/app|alpine"),
        ("run -w=/c/x -e=A=/c/x -w/c/x alpine", "run|-w=/c/x|-e=A=/c/x|-w/c/x|alpine"),
        ('run -v "/$(pwd)":/app alpine', "run|-v|C:/Users/me/My Course:/app|alpine"),
        (r"run -v \\wsl.localhost\Ubuntu\home:/app alpine", r"run|-v|\\wsl.localhost\Ubuntu\home:/app|alpine"),
        ("docker --config /c/x ps", "--config|C:/x|ps"),
    ],
)
def test_host_paths_of_a_windows_host(text: str, argv: str) -> None:
    assert "|".join(settle(parse(text, GRAMMAR).commands[0], WINDOWS).argv) == argv


@pytest.mark.parametrize(
    "text",
    [
        "run -v {}:/c/y alpine",
        "run --volume={}:/c/y alpine",
        "create --mount type=bind,source={},target=/c/y alpine",
        "run --mount type=bind,dst=/c/y,src={} alpine",
        "run --env-file {} alpine",
        "exec --env-file {} web sh",
        "run --label-file={} alpine",
        "run --cidfile {} alpine",
        "build -f {} -",
        "build --iidfile {} -",
        "build --secret id=k,src={} -",
        "build -o {} -",
        "build --output type=local,dest={} -",
        "build --cache-from type=local,src={} -",
        "build -t x {}",
        "image build {}",
        "cp {} web:/c/y",
        "cp web:/c/y {}",
        "load -i {}",
        "save -o{} alpine",
        "import {} x:1",
        "export -o {} web",
    ],
)
@pytest.mark.parametrize("spelled", [r"C:\x\é", "C:/x/é", "/c/x/é", "//c/x/é", "/mnt/c/x/é", "/cygdrive/c/x/é"])
def test_host_positions(text: str, spelled: str) -> None:
    given = settle(parse(text.format(spelled), GRAMMAR).commands[0], WINDOWS).argv
    wanted = settle(parse(text.format("C:/x/é"), GRAMMAR).commands[0], HERE).argv
    assert given == wanted


@pytest.mark.parametrize(
    "text",
    [
        "run -w /c/x alpine",
        "run --workdir=/c/x alpine",
        "run --entrypoint /c/x alpine",
        "run --tmpfs /c/x alpine",
        "run --health-cmd /c/x alpine",
        "run -e A=/c/x alpine",
        "run -v data:/c/x alpine",
        "run -v /c/x alpine",
        "run --mount type=volume,source=data,target=/c/x alpine",
        "run alpine /c/x ~x ./x",
        "exec web /c/x ./x",
        "cp web:/c/x web:./x",
        "service create --secret source=./x,target=/c/x alpine",
    ],
)
def test_container_positions(text: str) -> None:
    typed = parse(text, GRAMMAR).commands[0]
    assert settle(typed, WINDOWS).argv == settle(typed, HERE).argv == tuple(text.split())


def test_flag_values_of_a_windows_host() -> None:
    settled = settle(parse(r"run -vC:\x:/app alpine", GRAMMAR).commands[0], WINDOWS)
    assert settled.flags == (("volume", "C:/x:/app", ""),)


def test_substitutes_may_leave_docker_out() -> None:
    """The host's shell is asked for ``$(ps -q)`` as ``$(docker ps -q)``."""
    here = HERE._replace(substitute=lambda piece: OUTPUTS[bash_text(piece.inner, GRAMMAR)])
    assert settle(parse("rm $(ps -q)", GRAMMAR).commands[0], here).arguments == ("1a", "2b")


@pytest.mark.parametrize(
    ("text", "argv"),
    [
        ("compose -f $(name) ps", ("compose", "-f", "0", "ps")),
        ("compose --file=$(name) ps", ("compose", "--file=0", "ps")),
        ("--context $(name) rm $(name) $(name)", ("--context", "0", "rm", "1", "2")),
    ],
)
def test_a_command_is_run_once_for_each_place_where_it_stands(text: str, argv: tuple[str, ...]) -> None:
    ran: list[Piece] = []

    def substitute(piece: Piece) -> str:
        ran.append(piece)
        return str(len(ran) - 1)

    settled = settle(parse(text, GRAMMAR).commands[0], HERE._replace(substitute=substitute))
    assert (settled.argv, len(ran)) == (argv, text.count("$("))
