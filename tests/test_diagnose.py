"""Failures: every real sample is its own diagnosis, every diagnosis has its parts in every language, lines parse."""

from __future__ import annotations

import pytest

from dshell.errors import Failure, Trouble
from dshell.events import Failed, Owner
from dshell.grammar.load import load as load_grammar
from dshell.line.model import Trouble as LineTrouble
from dshell.line.parse import parse
from dshell.teach.diagnose import Diagnosis, diagnose, in_general, mended, repository, tell_failure, tell_why
from dshell.teach.layout import Level, Scene
from dshell.teach.rules import FILES, FOLDER, Mend, Rule, rules
from dshell.teach.texts import NO_BREAK, Texts, languages, section

SAMPLES = [(rule, sample) for rule in rules() for sample in rule.samples]
KEYS = sorted({rule.key for rule in rules()})
GRAMMAR = load_grammar()

each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.key)


def test_there_are_many() -> None:
    assert len(KEYS) >= 200


@each_rule
def test_every_sample_is_diagnosed_as_itself_and_as_nothing_else(rule: Rule) -> None:
    """And each pattern of a rule is there because of something that was seen."""
    samples = [in_general(sample) for sample in rule.samples]
    assert samples
    for pattern in rule.words:
        assert any(pattern.search(sample.failure.words) for sample in samples), pattern.pattern
    for sample in samples:
        assert next(other for other in rules() if other.fits(sample) is not None) is rule
        assert diagnosed(sample).key == rule.key


@pytest.mark.parametrize("language", languages())
def test_every_key_has_its_parts_and_no_other_is_there(language: str) -> None:
    wanted = {f"diagnosis.{rule.key}.{part}" for rule in rules() for part in ("message", "why")}
    wanted |= {f"diagnosis.{rule.key}.fix.{name}" for rule in rules() for name in rule.fix}
    here = {key for key in section(language, "diagnosis") if not key.startswith("diagnosis.told.")}
    assert wanted == {key for key in here if not key.endswith(".plain")}
    assert {key.removesuffix(".plain") + ".message" for key in here if key.endswith(".plain")} <= wanted


@pytest.mark.parametrize("language", languages())
@each_rule
def test_every_sample_is_told_without_a_hole(rule: Rule, language: str) -> None:
    scene = Scene(Texts(language), width=100)
    for sample in rule.samples:
        told, diagnosis = tell_failure(sample, scene), diagnosed(sample)
        for hole in (f"diagnosis.{rule.key}", "{", "  :"):
            assert hole not in told.replace("{{.Name}}", "").replace("${X}", "").replace("${DB-", "")
        for key in ("why", *(f"fix.{name}" for name, _ in diagnosis.fixes)):
            for slot in scene.texts.slots(f"diagnosis.{rule.key}.{key}"):
                assert diagnosis.slots.get(slot), f"{key} has no {slot}"


def test_every_key_offers_a_line_for_some_sample() -> None:
    offered = {rule.key for rule, sample in SAMPLES if diagnosed(sample).fixes}
    assert offered == set(KEYS)


@each_rule
def test_every_line_offered_parses(rule: Rule) -> None:
    """Docker Desktop's own commands are a plug-in: only there are they known."""
    for sample in rule.samples:
        for _, text in diagnosed(sample).fixes:
            if text == sample.line:  # the person's own line, proposed again
                continue
            line = parse(text, GRAMMAR)
            problems = [problem for problem in line.problems if not plugin(problem.trouble, problem.word)]
            assert not problems, text
            assert line.runnable


def diagnosed(failed: Failed) -> Diagnosis:
    diagnosis = diagnose(failed)
    assert diagnosis is not None
    return diagnosis


def plugin(trouble: LineTrouble, word: str) -> bool:
    return trouble is LineTrouble.UNKNOWN_COMMAND and word == "desktop"


def failed(words: str, **others: object) -> Failed:
    return Failed(Failure(Trouble.REFUSED, words), "run", 125, **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "line", "expected"),
    [
        ("Bind for 0.0.0.0:8080 failed: port is already allocated", "run -d -p 8080:80 x", "run -d -p 8081:80 x"),
        (
            "Bind for 0.0.0.0:80 failed: port is already allocated",
            "run -p 8080:80 -p 80:80 x",
            "run -p 8080:80 -p 8081:80 x",
        ),
        ('exec: "-it": executable file not found in $PATH', "run alpine -it sh", "run -it alpine sh"),
        ('exec: "bash": executable file not found in $PATH', "exec -it web bash -c 'ls'", "exec -it web sh -c 'ls'"),
        ('exec: "web": executable file not found in $PATH', "exec web-1 web", "exec -it web-1 sh"),
        ('exec: "nosuch": executable file not found in $PATH', "run --rm alpine nosuch -l", "run -it --rm alpine sh"),
        ('exec: "nosuch": executable file not found in $PATH', "run -it alpine nosuch", "run -it alpine sh"),
        ('exec: "nosuch": executable file not found in $PATH', "run -d -p 80:80 x nosuch", "run -it -p 80:80 x sh"),
        ('exec: "echo hi": executable file not found in $PATH', 'run alpine "echo hi"', "run alpine echo hi"),
        ('exec: "ls /a": stat ls /a: no such file or directory', "exec web 'ls /a'", "exec web ls /a"),
        ('exec: "nosuch": executable file not found in $PATH', 'run alpine "nosuch" -l', "run -it alpine sh"),
        ("Invalid container name (x), only [a-zA-Z0-9]", "run --rm --name x alpine ls", "run --rm alpine ls"),
        ("Invalid container name (my web), only [a-zA-Z0-9]", 'run --name "my web" nginx', "run nginx"),
        ("the input device is not a TTY", "run --rm -it alpine cat", "run --rm -i alpine cat"),
        ('exec: "x": executable file not found in $PATH', "container run alpine x", "container run -it alpine sh"),
        ("'docker run' requires at least 1 argument", "run", "run -it alpine"),
        ("'docker run' requires at least 1 argument", "run -it", "run -it alpine"),
        ("'docker run' requires at least 1 argument", "run -d --name web", "run -it --name web alpine"),
        ("manifest for alpine:99 not found: manifest unknown", "run alpine:99", "run alpine"),
        (
            'exec: "nosuch": executable file not found in $PATH',
            "run --entrypoint nosuch --rm x -l",
            "run -it --entrypoint sh --rm x -l",
        ),
        ("rnu: command not found", "rnu -d x", "alpine -d x"),
    ],
)
def test_the_line_is_mended(words: str, line: str, expected: str) -> None:
    diagnosis = diagnose(failed(words, line=line, free="8081", known=("alpine",)))
    assert diagnosis is not None
    assert diagnosis.fixes[0][1] == expected


WARNINGS = """\
time="2025-01-01" level=warning msg="/app/compose.yaml: the attribute `version` is obsolete, it will be ignored"
time="2025-01-01" level=warning msg="The \\"TAG\\" variable is not set. Defaulting to a blank string."
"""


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("Bind for 0.0.0.0:8080 failed: port is already allocated", "port-container"),
        ("no space left on device", "disk-full"),
        ("", "compose-version"),
    ],
)
def test_what_is_only_a_warning_hides_nothing(words: str, key: str) -> None:
    failure = Failure(Trouble.CLI, WARNINGS + words)
    assert diagnosed(Failed(failure, "compose up", 1, "compose up")).key == key


def test_what_a_program_says_is_looked_at_by_few_rules() -> None:
    """A program may speak of timeouts, manifests and ports of its own."""
    for words in ("i/o timeout", "429 Too Many Requests", "port is already allocated", "invalid reference format"):
        assert diagnose(Failed(Failure(Trouble.PROGRAM, words), "run", 1, "run app")) is None


def test_a_mistyped_command_keeps_the_rest_of_its_line() -> None:
    diagnosis = diagnose(failed("docker: unknown command: docker rnu", line="rnu -it alpine ls", known=("run",)))
    assert diagnosis is not None
    assert diagnosis.fixes[0][1] == "run -it alpine ls"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("run -it --name web alpine bash", "rm web && run -it --name web alpine sh"),
        ("run -it --name=web alpine bash", "rm web && run -it --name=web alpine sh"),
        ("run -it alpine bash", "run -it alpine sh"),  # the name was made up: another run makes up another
        ("run -it --name web2 alpine bash", "run -it --name web2 alpine sh"),
    ],
)
def test_a_half_made_container_makes_way_for_the_mended_line(line: str, expected: str) -> None:
    diagnosis = diagnose(failed('exec: "bash": executable file not found in $PATH', line=line, kept="web"))
    assert diagnosis is not None
    assert diagnosis.fixes[0][1] == expected


IN_USE = 'Conflict. The container name "/web" is already in use by container "79aa".'


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        (
            Owner("web", "exited", 60.0, talks=True),
            [
                ("start", "start -ai web"),
                ("replace", "rm web && run -it --name web alpine"),
                ("other", "run -it --name web2 alpine"),
            ],
        ),
        (
            Owner("web", "created"),
            [
                ("start", "start -a web"),
                ("replace", "rm web && run -it --name web alpine"),
                ("other", "run -it --name web2 alpine"),
            ],
        ),
        (
            Owner("web", "running", 60.0),
            [
                ("inside", "exec -it web sh"),
                ("other", "run -it --name web2 alpine"),
                ("replace", "rm -f web && run -it --name web alpine"),
            ],
        ),
        (None, [("start", "start -a web"), ("rm", "rm web"), ("list", "ps -a")]),
    ],
)
def test_a_taken_name_by_who_has_it(owner: Owner | None, expected: list[tuple[str, str]]) -> None:
    diagnosis = diagnose(failed(IN_USE, line="run -it --name web alpine", owner=owner, free="web2"))
    assert diagnosis is not None
    assert list(diagnosis.fixes) == expected


def test_a_free_port_that_is_not_known_is_not_guessed() -> None:
    diagnosis = diagnose(failed("Bind for 0.0.0.0:8080 failed: port is already allocated", line="run -p 8080:80 x"))
    assert diagnosis is not None
    assert diagnosis.fixes == (("list", "ps"),)


def test_a_line_that_cannot_be_mended_is_not_offered() -> None:
    port = Mend(find=("{port}:",), put="{next_port}:")
    assert mended("run -p8080:80 x", port, {"port": "8080", "next_port": ""}, set()) == ""
    assert mended("run alpine", Mend(find=("{x}",), put="y"), {}, set()) == ""
    cut = Mend(find=("{command}",), put="sh", cut=True)
    assert mended('run alpine sh -c "nosuch x"', cut, {"command": "nosuch"}, set()) == "", "a quote would stay open"
    assert mended("run balpine", Mend(find=("alpine",), put="y"), {}, set()) == ""


@pytest.mark.parametrize(
    ("image", "name"),
    [
        ("docker.io/library/alpine:latest", "alpine"),
        ("localhost:5000/x", "localhost:5000/x"),
        ("localhost:5000/x:1", "localhost:5000/x"),
        ("me/app@sha256:00", "me/app"),
    ],
)
def test_repository(image: str, name: str) -> None:
    assert repository(image) == name


def test_words_from_outside_are_shown_and_not_obeyed() -> None:
    told = tell_failure(failed("odd \x1b]0;title\x07 \u202ethings"), Scene(Texts("en")))
    assert told == r"   ✘ odd \x1b]0;title\x07 \u202ethings"


def test_names_are_quoted_where_they_must_be() -> None:
    diagnosis = diagnose(failed("network a b;c not found".replace("a b;c", "a;b")))
    assert diagnosis is not None
    assert ("create", "network create 'a;b'") in diagnosis.fixes


def test_a_failure_as_it_is_told() -> None:
    words = "driver failed: Bind for 0.0.0.0:8080 failed: port is already allocated"
    failure = failed(
        words,
        line="run -d -p 8080:80 --name web nginx",
        kept="web",
        owner=Owner("api", "running", 7200.0),
        free="8081",
    )
    told = tell_failure(failure, Scene(Texts("en"), width=100)).replace(NO_BREAK, " ")
    assert told.splitlines() == [
        "   ✘ port 8080 of this machine is already taken by container api (running for 2 h)",
        "     why  -p opens a port here and passes it to a port of the container; one port, one owner",
        "     fix  rm web && run -d -p 8081:80 --name web nginx   8081 is free",
        "          stop api   gives the port back",
        "   The half-made container web has been kept:",
        "     rm web   deletes it",
    ]


def test_brief_leaves_the_reason_out() -> None:
    told = tell_failure(failed("No such container: web"), Scene(Texts("en"), Level.BRIEF))
    assert "why" not in told
    assert "ps -a" in told


def test_why_adds_dockers_own_words() -> None:
    told = tell_why(failed("No such container: web"), Scene(Texts("en"), Level.BRIEF))
    assert "\n     why  " in told
    assert told.endswith("docker's own words:\n     No such container: web")


def test_what_has_no_rule_keeps_dockers_words() -> None:
    assert diagnose(failed("Very odd")) is None
    scene = Scene(Texts("en"))
    assert tell_failure(failed("Error response from daemon: Very odd\n\nsecond"), scene) == "   ✘ Very odd\n   second"
    for words in ("", "docker: Error response from daemon: "):
        assert "125" in tell_failure(failed(words), scene)


def test_the_file_is_plain_about_its_order() -> None:
    """A rule without words or endpoint takes everything of its trouble: none of the same trouble comes after it."""
    seen: set[Trouble] = set()
    for rule in rules():
        if not rule.words and not rule.endpoint.pattern and not rule.status and not rule.number:
            assert not rule.trouble & seen, rule.key
            seen |= rule.trouble
    assert {path.stem for path in FOLDER.iterdir()} == set(FILES)
