"""What stood for a variable, and what it became, is known for a secret and told nobody."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dshell.errors import Failure, Trouble
from dshell.events import Failed
from dshell.line.expand import Settled, Surroundings, settle
from dshell.line.model import Line, Target
from dshell.line.parse import parse
from dshell.line.secrets import expanded
from dshell.shell.veil import Veil
from dshell.teach.explain import explain
from dshell.teach.hand import Hand
from dshell.teach.texts import load as load_texts
from tests.shell_parts import GRAMMAR

EXPANDED: Mapping[str, str] = {
    "PW": "pw-canary",
    "APP_KEY": "key-canary",
    "PLAIN": "plain-canary",
    "TWO_TOKENS": "one-canary two-canary",
    "PGPASSWORD": "postgres",
    "MY_PASS": "1234",
    "NAME": "web",
}


def read(text: str) -> Line:
    return parse(text, GRAMMAR)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ('run alpine sh -c "curl -u me:$PW x"', {"pw-canary"}),
        ("exec db mysql -p$PLAIN", {"plain-canary"}),
        ("exec db tool ${APP_KEY} $NAME", {"key-canary"}),
        ('exec db tool "$TWO_TOKENS"', {"one-canary two-canary", "one-canary", "two-canary"}),
        ('run -e "DB_PASSWORD=$PLAIN x" alpine tool', {"plain-canary", "plain-canary x"}),
        ("run -e DB_PASSWORD=$PLAIN alpine tool plain-canary", {"plain-canary"}),
        ("run -e DB_PASSWORD=typed-canary alpine tool typed-canary", {"typed-canary"}),
        ("run -e PW alpine", {"pw-canary"}),
        ("login -p $PLAIN x", {"plain-canary"}),
        ("ls $PW | grep x", {"pw-canary"}),
        ("docker ps | grep $PW", {"pw-canary"}),
        ("run -e POSTGRES_PASSWORD=$PGPASSWORD postgres", set()),
        ("run --name postgres -e PGPASSWORD alpine", set()),
        ("run -e MY_PASS alpine $MY_PASS $PLAIN $NAME $PWD", set()),
    ],
)
def test_what_a_variable_stood_for_is_known(text: str, hidden: set[str]) -> None:
    simple = read(text).commands[0]
    around = Surroundings(EXPANDED, "/shop", "/home", lambda piece: piece.inner)
    settled = settle(simple, around) if simple.target is Target.DOCKER and not simple.plumbing else Settled(None)
    assert expanded(simple, settled, EXPANDED) == hidden


def test_it_is_taken_out_of_all_that_is_told() -> None:
    veil = Veil()
    event = Failed(
        Failure(Trouble.PROGRAM, "no a-secret, no a-secret-2"), "run", 1, "run a-secret", known=("a-secret",)
    )
    assert veil.over(event) is event
    veil.hide(["a-secret"])
    veil.hide(["a-secret-2"])
    told = veil.over(event)
    assert (told.failure.words, told.line, told.known) == ("no ***, no ***", "run ***", ("***",))
    assert told._replace(failure=event.failure, line=event.line, known=event.known) == event
    assert veil.over({"a-secret": ["a-secret"], "x": "a-secret"})["x"] == "***"


@pytest.mark.parametrize("text", ["exec db mysql -p$PLAIN", "run -e DB_PASSWORD=$PLAIN alpine", "run -e X=$PW alpine"])
def test_an_explanation_shows_no_value_where_it_is_a_secret(text: str) -> None:
    hand = Hand(environ=EXPANDED, read=read)
    said = dict.fromkeys(words for _, words in explain(read(text), load_texts("en"), hand))
    assert "canary" not in "".join(said)
    usual = explain(read("run -e X=$PLAIN alpine"), load_texts("en"), hand)
    assert "plain-canary" in "".join(words for _, words in usual)
