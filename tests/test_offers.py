"""What is offered for words that have parts or need a lookup; the cursor is | in each line."""

from __future__ import annotations

import pytest

from dshell.line.candidate import Sort
from dshell.line.parse import parse
from dshell.line.suggest import suggest
from tests.half_typed import lines
from tests.worlds import GRAMMAR, at, rich

RICH = rich()


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        # filters: keys, then values of that key
        ("ps --filter |", ["status=", "name=", "id=", "ancestor="]),
        ("ps --filter st|", ["status="]),
        ("ps --filter status=|", ["created", "restarting", "running"]),
        ("ps --filter=status=r|", ["restarting", "running", "removing"]),
        ("ps -fstatus=ex|", ["exited"]),
        ("ps -f label=tier=f|", ["tier=front"]),
        ("ps -f ancestor=al|", ["alpine", "alpine:3.20"]),
        ("ps -f network=s|", ["shop"]),
        ("ps -f name=w|", ["web"]),
        ("ps -f nosuch=|", []),
        ("images --filter dangling=|", ["true", "false"]),
        ("events --filter event=st|", ["start", "stop"]),
        # Go templates
        ("ps --format '{{.N|", ["Names}}", "Networks}}"]),
        ('ps --format "{{.ID}} {{.Na|', ["Names}}"]),
        ("ps --format '{{.ID}}|", []),
        ("ps --format table|", ["table", "'table {{.ID}}'"]),
        ("inspect -f '{{.State.S|", ["State.Status}}"]),
        # --mount by its type
        ("run --mount type=tmpfs,|", ["target=", "readonly", "consistency=", "tmpfs-size="]),
        ("run --mount type=volume,readonly,v|", ["volume-driver=", "volume-label=", "volume-nocopy"]),
        ("run --mount type=bind,source=src,target=| me/shop:2", ["/var/shop", "/srv"]),
        ("run --mount type=bind,bind-propagation=rs|", ["rshared", "rslave"]),
        ("run --mount type=image,source=ng|", ["nginx"]),
        ('run --mount "type=bind,so|', ["source="]),
        ("run --mount type=bind,src=x,so|", []),
        # -v
        ("run -v ./src:| nginx", ["/usr/share/nginx/html", "/etc/nginx/conf.d"]),
        ("run -v ./src:/usr| nginx", ["/usr/share/nginx/html"]),
        ("run -v data:/x:| nginx", ["ro", "rw"]),
        # -p: what the image listens on, behind a port that is free
        ("run -p | nginx", ["8081:80"]),
        ("run -p | postgres", ["5432:5432"]),
        ("run -p | me/shop:2", ["5000:5000", "53:53/udp"]),
        ("run -p 9000:| me/shop:2", ["5000", "53/udp"]),
        # -e, -u, -w by the image
        ("run -e | postgres", ["POSTGRES_PASSWORD=", "POSTGRES_USER=", "POSTGRES_DB=", "HOME"]),
        ("run -e SHOP| me/shop:2", ["SHOP_KEY="]),
        ("run -e PATH=|", []),
        ("run -u | node", ["node", "root"]),
        ("run -w | me/shop:2", ["/var/shop", "/srv"]),
        # places where a container may stand
        ("run --network container:a|", ["api", "asleep"]),
        ("run --pid |", ["host", "container:"]),
        ("run --volumes-from web:|", ["ro", "rw"]),
        # words with two spellings, words of a usual form
        ("kill -s SIGK|", ["SIGKILL"]),
        ("run --cap-add CAP_NET_A|", ["CAP_NET_ADMIN"]),
        ("run --cap-add NET_ADMIN --cap-add NET_ADMI|", []),
        ("run --add-host x:|", ["host-gateway"]),
        ("logs --since |", ["10m", "1h", "24h"]),
        ("docker -H |", ["unix://", "tcp://", "ssh://"]),
        # images: here, then known ones, then Docker Hub's
        ("pull al|", ["alpine", "alpine:3.20", "almalinux"]),
        ("run red|", ["redis", "redash/redash"]),
        ("run postgres:1|", ["postgres:17", "postgres:16", "postgres:17-alpine"]),
        ("rmi aa|", ["aa11"]),
        # behind the image
        ("run alpine |", ["/bin/sh", "sh", "ls -l /"]),
        ("run nginx n|", ["nginx -t"]),
        ("run nginx cat /etc/|", ["cat /etc/nginx/nginx.conf"]),
        ("run me/shop:2 |", ["python shop.py", "sh"]),
        ("run me/shop:2 --|", []),
        ("exec web |", ["nginx -t", "cat /etc/nginx/nginx.conf", "bash", "sh"]),
        # paths in a running container
        ("exec web cat /etc/p|", ["passwd"]),
        ("exec web cat r|", ["run.sh"]),
        ("exec -w /| web", ["etc/", "usr/"]),
        ("exec brave_noether cat /|", []),
        ("cp web:/e|", ["etc/"]),
        ("cp 3f2a91:/etc/p|", ["passwd"]),
        ("cp brave_noether:/|", []),
        # what cannot be is not offered
        ("pause |", ["web", "api"]),
        ("unpause |", ["asleep"]),
        ("run --rm --resta|", []),
        ("run --restart always -d --r|", ["--read-only", "--runtime"]),
        ("inspect --type volume |", ["data", "db"]),
        # variables
        ("cat $HO|", ["$HOME", "$HOSTNAME"]),
        ("run -e X=${HOM|", ["${HOME}"]),
        ("cat '$HO|", []),
        # compose, buildx, swarm
        ("compose up |", ["db", "web"]),
        ("compose up db |", ["web"]),
        ("compose -f other.yml up |", ["only"]),
        ("compose --profile |", ["debug"]),
        ("compose exec db p|", ["psql -U postgres", "pg_isready"]),
        ("compose -p |", ["course"]),
        ("compose up --scale |", ["db=", "web="]),
        ("buildx build --target |", ["build", "final"]),
        ("build -f Other --target |", ["dev"]),
        ("buildx use f|", ["fast"]),
        ("node inspect |", ["alpha", "beta"]),
        ("service scale |", ["front=", "back="]),
        ("service create --secret |", ["key", "source=", "target="]),
    ],
)
def test_first_candidates(marked: str, first: list[str]) -> None:
    assert [candidate.text for candidate in at(marked, RICH)][: len(first) or None] == first


@pytest.mark.parametrize(
    ("used", "marked", "first"),
    [
        (["docker volume ls"], "|", "volume"),
        (["run -e A=1 alpine", "run --init alpine"], "run -|", "--init"),
        (["stop api"], "stop |", "api"),
        (["start web", *["stop api"] * 3], "rm |", "api"),
        (["run nginx"], "run |", "nginx"),
        (["stop api", *["ps"] * 200, "stop web"], "stop |", "web"),  # lately beats long ago
        (["run -p 3000:3000 node"], "run -p |", "3000:3000"),
        (["run --name shop alpine"], "run --name |", "shop"),
        (["run node npm test"], "run node npm t|", "npm test"),
        (["run -e SECRET=1 alpine"], "run -e SECRET|", "nothing"),
    ],
)
def test_what_is_used_comes_first(used: list[str], marked: str, first: str) -> None:
    found = [candidate.text for candidate in at(marked, rich(used))]
    assert (found or ["nothing"])[0] == first


def test_a_name_that_is_taken_is_not_offered_for_a_new_container() -> None:
    assert at("run --name |", rich(["run --name web nginx"])) == []


@pytest.mark.parametrize(
    ("marked", "key", "facts"),
    [
        ("run redi|", ("image", "redis"), ()),
        ("run redash|", (), ("",)),
        ("run alpine /b|", ("image-command", "/bin/sh"), ()),
        ("run nginx n|", ("inside", "nginx -t"), ()),
        ("run --restart al|", ("value", "restart", "always"), ()),
        ("compose up d|", (), ("postgres:17",)),
        ("pause w|", (), ("running", "nginx")),
    ],
)
def test_what_stands_beside_a_candidate(marked: str, key: tuple[str, ...], facts: tuple[str, ...]) -> None:
    (candidate,) = at(marked, RICH)
    assert (candidate.key, candidate.facts) == (key, facts)


def test_a_command_of_several_words_replaces_them_all() -> None:
    (candidate,) = at("run python python -m h|", RICH)
    assert (candidate.text, candidate.range.start, candidate.sort) == ("python -m http.server", 11, Sort.INSIDE)


def test_no_line_however_it_is_cut_raises() -> None:
    for text, cursor in lines(GRAMMAR, 5000):
        for candidate in suggest(parse(text, GRAMMAR), cursor, RICH, GRAMMAR):
            assert 0 <= candidate.range.start <= candidate.range.end == cursor, (text, cursor)
            assert candidate.text, (text, cursor)
