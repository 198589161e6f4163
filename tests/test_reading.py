"""One parse an input, and when Enter asks for another row."""

from __future__ import annotations

import pytest

from dshell.grammar.load import Grammar, load
from dshell.line.model import Line
from dshell.line.parse import parse
from dshell.shell import reading
from dshell.shell.reading import Reading

GRAMMAR = load()


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("", True),
        ("run alpine", True),
        ("run \\", False),
        ("run \\\n alpine", True),
        ('echo "a', False),
        ('echo "a\nb"', True),
        ("ls $(pwd", False),
        ("ps &&", False),
        ("ps &&\nps", True),
        ("ps && && ps", True),  # no row can mend it
        ("run --name", True),
        ("cd C:\\Users\\", True),
        ("cd .\\src\\", True),
        ("run -v /x:/app\\", False),
        ("echo \\\\", True),
        ("cat <<EOF", False),
        ("cat <<EOF\nps", False),
        ("cat <<EOF\nEOF x", False),
        ("cat <<EOF\nps\nEOF", True),
        ("cat <<'a b'\n$(\na b", True),
        ("cat <<-EOF\n\t\tEOF", True),
        ("cat <<A <<B\nA", False),
        ("cat <<A <<B\nA\nB", True),
        ("!cat <<EOF", False),
        ("exec -i web sh <<EOF\nls", False),
        ("cat <<EOF > out && ps", False),
        ("for i in 1 2; do", False),
        ("for i in 1 2\ndo\necho $i\ndone", True),
        ("if ls x\nthen\ndocker rm -f web", False),
        ("if ls x\nthen\ndocker rm -f web\nfi", True),
        ("while ls; do if ls; then ls; fi", False),
        ("while ls; do if ls; then ls; fi; done; ps", True),
        ("case $x in\na) ps;;", False),
        ("case $x in\na) if ls; then ps; fi;;\nesac", True),
        ("{ ls", False),
        ("ps && { ls; }", True),
        ("!for i in 1", False),
        ("if ls; done", True),  # bash complains
        ("done", True),
        ("echo if", True),
        ("'if' x", True),
        ("run alpine sh -c 'if'", True),
        ("ps | while read x", False),
        ("help for", True),
        ("why if", True),
        ("why unterminated <<EOF", True),
        ("cat <<", True),  # bash has a word to say
        ("cat <<\nps", True),
        ("cat <<<EOF", True),
        ("echo '<<EOF'", True),
        ("echo $((1<<2))", True),
        ("ps # <<EOF", True),
    ],
)
def test_enter_asks_for_another_row_as_bash_does(text: str, complete: bool) -> None:
    assert Reading(GRAMMAR).complete(text) is complete


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("run --na", []),  # may become --name
        ("run --naem", ["--naem"]),
        ("run --na ", ["--na"]),
        ("run --na alpine", ["--na"]),
        ("docker r", []),
        ("docker rnu", ["rnu"]),
        ("container ru", []),
        ("container ru x", ["ru"]),
        ("run -it", []),  # the image may follow
        ("run --name", []),
        ("run -m 4", []),
        ("run -m 4x", ["4x"]),  # nothing makes a size of it
        ("run -p 8080:", []),
        ("run -p 127.0.0", []),
        ("run -p 99999", ["99999"]),
        ("run -p 80:80/t", []),
        ("stop -t x", ["x"]),
        ("run --health-interval 5", []),
        ("run alpine:", []),
        ("run alpine::", ["alpine::"]),
        ("run Alp", []),  # Alp/ine may be a registry
        ("run --restart alw", []),
    ],
)
def test_a_word_that_is_still_typed_is_not_wrong_yet(text: str, wrong: list[str]) -> None:
    unknown = [problem.word for problem in Reading(GRAMMAR).problems(text)]
    assert unknown == wrong


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that was parsed."""
    texts: list[str] = []

    def counting(text: str, grammar: Grammar) -> Line:
        texts.append(text)
        return parse(text, grammar)

    monkeypatch.setattr(reading, "parse", counting)
    return texts


def test_an_input_is_parsed_once_however_many_ask(parsed: list[str]) -> None:
    shared = Reading(GRAMMAR)
    for _ in range(3):
        shared.line("run alpine")
        shared.complete("run alpine")
        shared.problems("run alpine")
    assert parsed == ["run alpine"]


def test_what_was_typed_long_ago_is_forgotten(parsed: list[str]) -> None:
    shared = Reading(GRAMMAR)
    for number in range(1000):
        shared.line(str(number))
    shared.line("999")
    shared.line("0")
    assert parsed.count("999") == 1
    assert parsed.count("0") == 2
