"""What stood for a variable, and what it became, is known for a secret and told nobody."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dshell.errors import Failure, Trouble
from dshell.events import Failed
from dshell.line.expand import Learnt, Settled, Surroundings, assigned, settle
from dshell.line.model import Line, Piece, Target
from dshell.line.parse import parse
from dshell.line.secrets import expanded, prints_secret
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
        ("DB_PASSWORD=$PLAIN docker run -e DB_PASSWORD alpine", {"plain-canary"}),
        ("PW=new-canary docker exec web $PW", {"pw-canary", "new-canary"}),
        ('run -e X="me:$(cat ~/.db/password.txt)" alpine', {"printed-canary"}),
        ("X=`cat ~/.db/password.txt` docker run -e X alpine", {"printed-canary"}),
        ("run alpine $(cat password | cut -c 2-)$(cat version.txt)", {"printed-canary"}),
        ("run alpine tool $(cat version.txt)", set()),
        ("stop $PW", {"pw-canary"}),
        ("cp $PW:/x .", {"pw-canary"}),
        ("stop $(cat keycloak.cid)", set()),  # it is called by it
    ],
)
def test_what_came_from_elsewhere_is_known(text: str, hidden: set[str]) -> None:
    simple = read(text).commands[0]
    printed: list[tuple[Line, str]] = []

    def output(piece: Piece) -> str:
        printed.append((read(piece.inner), "printed-canary\n"))
        return printed[-1][1]

    around = Surroundings(EXPANDED, "/shop", "/home", output)
    settled, given = Settled(None), {}
    if simple.target is Target.DOCKER and not simple.plumbing:
        settled, given = settle(simple, around), assigned(simple, around)
    assert expanded(simple, settled, Learnt(EXPANDED, given, printed)) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "cat db_password.txt",
        "cat /run/secrets/db_password_file",
        "cat ~/.secrets/x",
        "cat < ~/.secrets/x",
        "<token.txt",
        "sudo cat /etc/app.key",
        "LANG=C cat token",
        "head -1 token | tr -d x",
        "grep ^PORT= .env | cut -d= -f2",
        "cat ~/.netrc",
        "cat ~/.ssh/id_ed25519",
        "cat id_rsa",
        "pass show web",
        "/usr/bin/pass show web",
        "gh auth token",
        "op read op://home/web/x",
        "vault kv get -field=x kv/web",
        "bw get item web",
        "aws ecr get-login-password --region eu-west-3",
        "aws secretsmanager get-secret-value --secret-id db",
        "aws ssm get-parameter --name /db --with-decryption",
        "az account get-access-token --query x -o tsv",
        "gcloud auth print-access-token",
        "security find-generic-password -w -s web",
        "secret-tool lookup web db",
        "echo registry.example | docker-credential-pass get | jq -r .x",
        "kubectl get secret web -o jsonpath={.data.x}",
        "heroku auth:token",
        "openssl rand -hex 16",
        "head -c 16 /dev/urandom | base64",
        "gpg -d web.gpg",
        "sops -d web.yaml",
        "printenv DB_PASSWORD",
        "env | grep TOKEN",
        "echo $TOKEN",
        'printf %s "${TOKEN:-none}"',
        "echo $(cat token)",
        "curl -s -H X-Token:x localhost",
        "cat x && cat token",
        "docker exec web cat /run/secrets/db",
        "docker exec web sh -c 'cat /run/secrets/db' | tail -1",
        "docker compose exec -T web printenv API_KEY",
        "docker inspect -f '{{.Config.Env}}' web",
        "docker swarm join-token -q worker",
    ],
)
def test_a_command_says_that_it_prints_a_secret(text: str) -> None:
    assert prints_secret(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "docker ps -q",
        "docker ps -qf name=keycloak -f label=token",
        "docker ps --filter name=token --format '{{.Names}}'",
        "docker run -d -e DB_PASSWORD=$PW --name tokens alpine",
        "docker secret ls -q",
        "docker inspect -f '{{.NetworkSettings.IPAddress}}' keycloak",
        "docker exec keycloak hostname -i",
        "pwd",
        "echo $PWD",
        'basename "$(pwd)"',
        "basename $PWD",
        "cd keys && pwd",
        "id -u",
        "git rev-parse --short HEAD",
        "git log -1 --author=me --format=%h",
        "date +%F",
        "cat VERSION",
        "ls secrets",
        "ls -t secrets | head -1",
        "sudo ls secrets",
        "wc -l < passwords.txt",
        "realpath key.pem",
        "echo password",
        "echo $DB_PASSWORD_FILE",
        "getent passwd me | cut -d: -f6",
        "grep ^me: /etc/passwd",
        "printenv HOME",
    ],
)
def test_everyday_output_is_shown(text: str) -> None:
    assert not prints_secret(read(text))


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
