"""What is wrong with values, places and flags: what docker 28.2 refuses, leaves out, and takes."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from dshell.grammar.load import load
from dshell.line.addresses import parse_search_domain
from dshell.line.check import checked
from dshell.line.model import Line, Trouble
from dshell.line.parse import parse
from dshell.line.split import join
from dshell.teach import texts as files
from dshell.teach.problems import problem_text
from dshell.teach.texts import languages
from dshell.teach.texts import load as load_texts
from tests.shell_parts import NAMES

GRAMMAR = load()
COURSE = (Path(__file__).parent / "course_lines.txt").read_text(encoding="utf-8").splitlines()


def told(text: str, known: bool = True) -> Line:
    return checked(parse(text, GRAMMAR), GRAMMAR, NAMES if known else None)


VALUES = [
    # the line, the word in question, which rule, what was meant
    ("run --add-host foo x", "foo", "add-host", ""),
    ("run --add-host db:bar x", "db:bar", "add-host", ""),
    ("run --attach keyboard x", "keyboard", "stream", ""),
    ("run --blkio-weight 5 x", "5", "blkio", ""),
    ("run --blkio-weight-device sda x", "sda", "device-rate", ""),
    ("run --cap-add NET_ADMN x", "NET_ADMN", "capability", "NET_ADMIN"),
    ("run --cgroupns hots x", "hots", "", "host"),
    ("run --cpus 1x x", "1x", "cpus", ""),
    ("run --cpuset-cpus x x", "x", "cpu-set", ""),
    ("run --detach-keys foo x", "foo", "detach-keys", ""),
    ("run --device foo x", "foo", "device", ""),
    ("run --device-cgroup-rule foo x", "foo", "device-rule", ""),
    ("run --device-read-bps sda:1mb x", "sda:1mb", "device-rate", ""),
    ("run --dns foo x", "foo", "ip", ""),
    ("run -e =x x", "=x", "env", ""),
    ("run --expose 80:80 x", "80:80", "expose", ""),
    ("run --gpus many x", "many", "gpus", ""),
    ("run --health-interval 5 x", "5", "duration", ""),
    ("run --ipc foo x", "foo", "ipc", ""),
    ("run --ip 1.2.3 --network n1 x", "1.2.3", "ip4", ""),
    ("run --ip6 zz --network n1 x", "zz", "ip6", ""),
    ("run -l =x x", "=x", "label", ""),
    ("run --link a:b:c x", "a:b:c", "link", ""),
    ("run --mac-address zz x", "zz", "mac", ""),
    ("run -m 4x x", "4x", "size", ""),
    ("run -m 4m x", "4m", "memory-small", ""),
    ("run --memory-swappiness 200 x", "200", "swappiness", ""),
    ("run --mount type=bind,source x", "type=bind,source", "mount", ""),
    ("run --mount type=bind,src=x,targt=/y x", "type=bind,src=x,targt=/y", "mount-key", "type=bind,src=x,target=/y"),
    ("run --mount type=bnid,src=x,dst=/y x", "type=bnid,src=x,dst=/y", "mount-type", "type=bind,src=x,dst=/y"),
    ("run --mount type=bind,src=x x", "type=bind,src=x", "mount-target", ""),
    ("run --mount src=x,dst=y x", "src=x,dst=y", "mount-path", ""),
    ("run --name 'my web' x", "'my web'", "name", "my-web"),
    ("run --name a x", "a", "name", ""),
    ("run --network '' x", "''", "network", ""),
    ("run --network name=n,foo=1 x", "name=n,foo=1", "network", ""),
    ("run --network alias=x x", "alias=x", "network", ""),
    ("run --network name=n,mac-address=x x", "name=n,mac-address=x", "mac", ""),
    ("run --oom-score-adj 2000 x", "2000", "oom", ""),
    ("run --pid foo x", "foo", "pid", ""),
    ("run --platform foo x", "foo", "platform", ""),
    ("run --platform plan9/arm/v7/x x", "plan9/arm/v7/x", "platform", ""),
    ("run -p 99999 x", "99999", "port", ""),
    ("run -p 80:80/foo x", "80:80/foo", "port", ""),
    ("run -p 1.2.3:80:80 x", "1.2.3:80:80", "port", ""),
    ("run -p 8000-8003:80-82 x", "8000-8003:80-82", "port", ""),
    ("run --restart alwys x", "alwys", "", "always"),
    ("run --restart always:3 x", "always:3", "restart-count", "always"),
    ("run --restart on-failure:x x", "on-failure:x", "restart-count", "on-failure"),
    ("run --security-opt foo x", "foo", "security", ""),
    ("run --stop-signal SIGTREM x", "SIGTREM", "signal", "SIGTERM"),
    ("kill -s TREM web", "TREM", "signal", "TERM"),
    ("run --stop-timeout x x", "x", "number", ""),
    ("run --sysctl foo x", "foo", "sysctl", ""),
    ("run --ulimit nofile x", "nofile", "limit", ""),
    ("run --ulimit nofile=10:5 x", "nofile=10:5", "limit", ""),
    ("run --ulimit nofiles=10 x", "nofiles=10", "limit-name", "nofile=10"),
    ("run --userns foo x", "foo", "host-mode", ""),
    ("run -v ./a:b x", "./a:b", "bind-target", ""),
    ("run -v /b:ro x", "/b:ro", "bind-target", ""),
    ("run -v /a:/b:/c:ro x", "/a:/b:/c:ro", "bind", ""),
    ("run -v ./a:/b:or x", "./a:/b:or", "bind-mode", "ro"),
    ("run -w rel x", "rel", "container-path", "/rel"),
    ("run --tmpfs ./t x", "./t", "container-path", "/t"),
    ("run Alpine", "Alpine", "reference-case", "alpine"),
    ("run alpine::3", "alpine::3", "reference", ""),
    ("run 'alp ine'", "'alp ine'", "reference", ""),
    ("tag a B", "B", "reference-case", "b"),
    ("build -t a::b .", "a::b", "reference", ""),
    ("rename web 'b c'", "'b c'", "name", "b-c"),
    ("volume create a", "a", "name", ""),
    ("ps --filter foo", "foo", "filter", ""),
    ("ps --filter nmae=web", "nmae=web", "filter-key", "name=web"),
    ("run --memory-reservation -1 x", "-1", "size", ""),
    ("run --platform linux/amd64,linux/arm64 x", "linux/amd64,linux/arm64", "platform", ""),
    ("ps --filter label!=b", "label!=b", "filter-key", "label=b"),
    ("ps --filter status=exitd", "status=exitd", "filter-value", "status=exited"),
    ("images --filter dangling=maybe", "dangling=maybe", "filter-value", ""),
    ("ps --format '{{.Nmaes}}'", "'{{.Nmaes}}'", "template-field", "{{.Names}}"),
    ("ps --format '{{.Names'", "'{{.Names'", "template", ""),
    ("network create --subnet foo n", "foo", "subnet", ""),
]

PLACES = [
    ("run alpine -it", "-it", "flag", "run -it alpine"),
    ("run alpine -p 80:80 sh", "-p", "flag", "run -p alpine"),
    ("exec web -it sh", "-it", "flag", "exec -it web"),
    ("docker -it run alpine", "-it", "behind-command", "run -it"),
    ("run --context x alpine", "--context", "before-command", "docker --context … run"),
    ("exec alpine sh", "alpine", "image", "old"),
    ("start nginx", "nginx", "image", "web"),
    ("logs nginx:latest", "nginx:latest", "image", "web"),
    ("rmi web", "web", "container", ""),
    ("attach web old", "old", "too-many", "attach CONTAINER"),
    ("run web", "web", "container-again", ""),
    ("run -it -p nginx", "nginx", "swallowed", ""),
    ("run --name nginx", "nginx", "swallowed", ""),
]

PAIRS = [
    ("run --rm --restart always x", "--restart", "rm-restart"),
    ("run -d -a stdout x", "-a", "detach-attach"),
    ("run --network host -p 80:80 x", "-p", "host-publish"),
    ("run --network=host -P x", "-P", "host-publish"),
    ("run --network none -p 80:80 x", "-p", "none-publish"),
    ("run --network container:web -p 80:80 x", "-p", "shared-network"),
    ("run --network container:web --hostname y x", "--hostname", "shared-network"),
    ("run --network host --link web x", "--link", "host-link"),
    ("run --ip 172.17.0.9 x", "--ip", "own-network"),
    ("run --no-healthcheck --health-cmd y x", "--health-cmd", "no-health"),
    ("run --cpus 1 --cpu-quota 1000 x", "--cpu-quota", "cpus-quota"),
    ("run --memory-swap 64m x", "--memory-swap", "swap-memory"),
    ("run --log-driver none --log-opt a=b x", "--log-opt", "no-log"),
    ("run --name one --name two x", "--name", "twice"),
    ("swarm init --listen-addr eth0 --listen-addr eth1", "--listen-addr", "twice"),
    ("ps -q --format x", "--format", "quiet-format"),
    ("start -i web old", "-i", "one-only"),
    ("pull -a alpine:3", "-a", "all-tags"),
    ("run --network host --network mine x", "--network", "network-mixed"),
    ("run --network mine --network name=mine,alias=y x", "--network", "network-twice"),
    ("cp one two", "two", "copy-here"),
    ("cp web:/a old:/b", "old:/b", "copy-between"),
]

RIGHT = [
    "run --network mine --network name=yours,alias=y,ip=10.0.0.5 x",
    "run --restart '' --pull '' --stop-signal '' --platform '' x",
    "run -d --rm -it x",
    "run --rm --restart no x",
    "run --rm=false --restart always x",
    "run --network host --hostname y --add-host a:1.2.3.4 x",
    "run --network mine --ip 172.20.0.5 --network-alias y x",
    "run -m 64m --memory-swap -1 --cpus 1/2 --shm-size 0 x",
    "run -e A -e A=1 -e B= -p 80 -p 80 -v a:/b -v /c -v C:\\x:/d:ro x",
    "run --cap-add net_admin --cap-drop CAP_CHOWN --cap-add all x",
    "run --stop-signal term --stop-signal term x",
    "run --stop-signal 99 --gpus 2 --device /dev/null:/dev/x:rw x",
    "run --pid container:web --ipc shareable --uts host x",
    "run -p $PORT:80 -m $MEMORY --name $(id -un) x",
    "run --entrypoint sh alpine -c ls",
    "run -- alpine -it",
    "run alpine sh -c 'x -it'",
    "run alpine --version",
    "run abc123def456",
    "top web -o pid",
    "images 'ALP*'",
    "exec web sh -it",
    "start -a web",
    "cp web:/a .",
    "cp - web:/a",
    "inspect nginx",
    "logs nosuch",
    "ps --filter status=exited --filter label=a --format '{{json .}} {{.Names}} {{.Label \"x\"}}'",
    "images --filter dangling=1 --format json",
    "buildx build --platform linux/amd64,linux/arm64 .",
    "image prune --filter label!=a --filter label=b",
    "images -q --no-trunc --format '{{.Tag}}'",
    "inspect -f '{{.Whatever}} {{range .Mounts}}{{.Source}}{{end}}' web",
    "events --filter type=container --since 5m",
    "compose -f x up -d",
    "compose up --scale web=2 --scale db=3",
    "run --gpus device=0 --gpus device=1 x",
    "swarm init --external-ca protocol=cfssl,url=https://a --external-ca protocol=cfssl,url=https://b",
]  # fmt: skip


@pytest.mark.parametrize(("text", "word", "about", "nearest"), VALUES)
def test_a_value_that_cannot_be(text: str, word: str, about: str, nearest: str) -> None:
    line = told(text)
    found = [(text[p.range.start : p.range.end], p.about, p.nearest) for p in line.problems]
    assert found == [(word, about, nearest)]
    assert [p.trouble for p in line.problems] == [Trouble.BAD_VALUE]
    assert line.runnable


@pytest.mark.parametrize(("text", "word", "about", "nearest"), PLACES)
def test_a_word_in_the_wrong_place(text: str, word: str, about: str, nearest: str) -> None:
    found = [(p.word, p.about, p.nearest) for p in told(text).problems if p.trouble is Trouble.MISPLACED]
    assert found == [(word, about, nearest)]


@pytest.mark.parametrize(("text", "word", "about"), PAIRS)
def test_flags_that_do_not_go_together(text: str, word: str, about: str) -> None:
    assert [(p.word, p.about) for p in told(text).problems] == [(word, about)]


@pytest.mark.parametrize("text", RIGHT)
def test_what_docker_takes_is_not_wrong(text: str) -> None:
    assert told(text).problems == ()


REFUSED_LATER = {
    "x:y:z:w", ":", "/a:/b:badmode", "/a:b", "a", "ab", "type=foo,src=/a,dst=/b", "always:3", "bogus", "bad/name",
    "on-failure:-1", "-p", "-h", "--name", "0x1p4", "1_0k",
}  # fmt: skip
"""What docker's CLI takes: its daemon refuses it, or leaves it out (-p beside --network host, the first --name)."""


UNSEEN = {
    f"pull {'0123456789' * 6}0123", "run --network name=host,alias=x alpine", "run --blkio-weight -1 alpine",
    *(f"run --dns-search {domain} alpine" for domain in ("1.2", "a_b", "x" * 256)),
}  # fmt: skip
"""What docker refuses and nobody is warned of: nobody types it."""


def test_docker_itself_refuses_the_same() -> None:
    """Of the lines that were given to docker 28.2 with a recording daemon; files are not looked into."""
    rows = json.loads((Path(__file__).parent / "docker_lines.json").read_text(encoding="utf-8"))["rows"]
    taken = [join(row["argv"]) for row in rows if "body" in row]
    refused = [join(row["argv"]) for row in rows if "body" not in row and not re.search("-file", join(row["argv"]))]
    words = {problem.word for text in taken for problem in told(text, known=False).problems}
    assert words <= REFUSED_LATER
    assert {text for text in refused if not told(text, known=False).problems} == UNSEEN


def test_no_domain_takes_for_ever_to_be_refused() -> None:
    """Each label could once be read in two ways: forty of them in a million million."""
    with pytest.raises(ValueError, match="is not a valid domain"):
        parse_search_domain(":a" + ".:a" * 40 + "!")


def test_nothing_in_a_course_is_wrong() -> None:
    assert [line for line in COURSE if told(line, known=False).problems != parse(line, GRAMMAR).problems] == []


@pytest.mark.parametrize("text", ["exec alpine sh", "start nginx", "run web", "run --name nginx"])
def test_of_what_nobody_knows_nothing_is_said(text: str) -> None:
    assert all(p.trouble is Trouble.MISSING_ARGUMENT for p in told(text, known=False).problems)


@pytest.mark.parametrize("language", languages())
def test_each_problem_has_its_sentence_and_each_sentence_a_problem(language: str) -> None:
    table = tomllib.loads((files.FOLDER / language / "problems.toml").read_text(encoding="utf-8"))
    written = {f"{name}.{about}" for name in ("bad-value", "misplaced", "conflict") for about in table[name]}
    seen = set()
    for text in [row[0] for row in (*VALUES, *PLACES, *PAIRS)] + ["exec busybox sh"]:
        names = NAMES._replace(images=(*NAMES.images, NAMES.images[0]._replace(name="busybox:latest")))
        for problem in checked(parse(text, GRAMMAR), GRAMMAR, names).problems:
            said = problem_text(problem, load_texts(language))
            assert problem.word in said
            assert len(said) <= 100 + len(problem.word) + 2 * len(problem.nearest), said
            seen.add(f"{problem.trouble.value}.{problem.about or 'other'}")
    near = {key for key in written if key.endswith("-near")}
    assert written - near == seen & (written - near)
    assert {key.removesuffix("-near") for key in near} <= seen
    assert {key for key in seen if not key.startswith(("missing", "unknown"))} <= written


@pytest.mark.parametrize("language", languages())
def test_what_was_meant_stands_last_or_first(language: str) -> None:
    problem = told("run --restart alwys x").problems[0]
    last, first = (problem_text(problem, load_texts(language), first=first) for first in (False, True))
    assert last.index("alwys") < last.index("always")
    assert first.index("always") < first.index("alwys")
