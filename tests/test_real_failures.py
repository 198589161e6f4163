"""Failures provoked on a real engine: the diagnosis says cause and fix, and running the fix works."""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint
from dshell.events import Event, Failed
from dshell.grammar.load import load
from dshell.line.parse import parse
from dshell.run.base import Desk
from dshell.run.line import Runner
from dshell.shell.tell import Teller
from dshell.teach.diagnose import diagnose
from dshell.teach.texts import Texts
from dshell.terminal.base import Shown
from tests.conftest import Docker, docker_at
from tests.desks import FakeTerminal

GRAMMAR = load()


@dataclass
class Seat(FakeTerminal):
    """Somebody who leaves whatever asks for a key. Reading takes its time, as at a real terminal."""

    shown: Shown = field(default=Shown(stdin=True, stdout=True, stderr=True))
    columns: int = 100
    lines: int = 40
    keys: list[bytes] = field(default_factory=list)

    def read(self, timeout: float) -> bytes | None:
        if not self.keys:
            time.sleep(timeout)
            return None
        return self.keys.pop(0)


class Person:
    """Runs lines as the prompt does and sees what is told; keeps the last failure."""

    def __init__(self, host: str, folder: Path) -> None:
        self.terminal = Seat()
        self.teller = Teller(self.terminal, Texts("en"), "full")
        self.failed: Failed | None = None
        self.engine = HttpEngine(Endpoint("default", host, "-H"))
        self.environ = {**os.environ, "DOCKER_CONFIG": str(folder / "config"), "DOCKER_CLI_HINTS": "false"}
        self.environ.pop("DOCKER_CONTEXT", None)
        self._folder = folder
        self._runner = Runner(GRAMMAR, self._desk, lambda simple, words: 0, lambda problem: None, str(folder))

    def _desk(self) -> Desk:
        contexts = lambda: ["default"]  # noqa: E731
        return Desk(self.engine, self.terminal, self._emit, True, self.environ, str(self._folder), contexts=contexts)

    def _emit(self, event: Event) -> None:
        if isinstance(event, Failed):
            self.failed = event
        self.teller(event)

    def run(self, line: str) -> int:
        self.failed = self.teller.failed = None
        self.terminal.written = {1: b"", 2: b""}
        self.terminal.keys = [b"exit\r", b"\x04"]
        self.teller.begin_line()
        return self._runner.run(parse(line, GRAMMAR))

    @property
    def told(self) -> str:
        return re.sub(r"\s+", " ", self.terminal.err)


class Case(NamedTuple):
    """``before``: docker lines; ``fixes``: names of those that are run, in their order; each must end with 0."""

    line: str
    key: str
    fixes: tuple[str, ...]
    before: tuple[str, ...] = ()


RUNS = "run -d --stop-timeout 0 --name real-up alpine sleep 600"
ENDED = "run --name real-off alpine true"

CASES = (
    # images and registries
    Case("pull 127.0.0.1:1/x", "registry-refused", ("info",)),
    Case("run --rm {mirror}/library/alpine:99 true", "tag-unknown", ("latest", "images")),
    Case("push real-nothing", "push-absent", ("images",)),
    Case("load -i junk.tar", "archive-bad", ()),
    # names and containers
    Case("run --name real-up alpine true", "name-running", ("other", "replace"), (RUNS,)),
    Case("run --name real-off alpine true", "name-stopped", ("start", "replace"), (ENDED,)),
    Case("rename real-up real-off", "name-other", ("other",), (RUNS, ENDED)),
    Case("rm real-up", "container-running", ("stop", "rm"), (RUNS,)),
    Case("exec real-off ls", "container-stopped", ("start", "logs"), (ENDED,)),
    Case("kill real-off", "kill-stopped", ("rm",), (ENDED,)),
    Case("exec real-up ls", "container-paused", ("unpause",), (RUNS, "pause real-up")),
    Case("logs real-upp", "container-missing", ("nearest",), (RUNS,)),
    Case("rmi real-image", "image-used", ("rm", "rmi"), (ENDED, "commit real-off real-image",
         "run --name real-two real-image true")),
    # programs
    Case("run --rm alpine nosuch", "command-missing", ("sh",)),
    Case("run -it --rm alpine bash", "no-bash", ("sh",)),
    Case("run alpine --rm true", "flag-after-image", ("moved",)),
    Case("run --rm --user nobodyhere alpine true", "user-missing", ("without", "list")),
    Case("exec -w /nowhere real-up true", "workdir-missing", ("without",), (RUNS,)),
    # mounts, volumes, files
    Case("run --rm --mount type=bind,src={folder}/new,dst=/x alpine true", "mount-source-missing", ("folder",)),
    Case("run --rm --mount type=bind,src=app,dst=/x alpine true", "mount-relative", ("whole",)),
    Case("run --rm -v {folder}:/x -v /tmp:/x alpine true", "mount-twice", ("one",)),
    Case("run --rm -v {folder}/junk.tar:/etc alpine true", "mount-kind", ("look",)),
    Case("volume rm real-data", "volume-used", ("rm",), ("run --name real-off -v real-data:/d alpine true",)),
    Case("volume rm real-dta", "volume-missing", ("nearest",), ("volume create real-data",)),
    Case("run --rm --env-file no.env alpine true", "env-file-missing", ("make",)),
    Case("run --rm --cidfile id alpine true", "cidfile", ("rm", "again")),
    Case("cp real-up:/nowhere .", "cp-inside-missing", ("look",), (RUNS,)),
    Case("cp real-up:/etc/hosts {folder}/a/b/hosts", "cp-folder-missing", ("make", "again"), (RUNS,)),
    # networks and ports
    Case("network rm real-net", "network-used", ("leave", "again"), ("network create real-net",
         "run -d --name real-up --network real-net alpine sleep 600")),
    Case("network create --subnet 10.199.7.0/24 real-two", "subnet-taken", ("without",),
         ("network create --subnet 10.199.7.0/24 real-net",)),
    Case("run --rm --network real-nte alpine true", "network-missing", ("nearest",), ("network create real-net",)),
    Case("run --rm --network container:real-off alpine true", "join-stopped", ("start",), (ENDED,)),
    Case("run -d -p 48213:80 --name real-two alpine sleep 600", "port-owner", ("free",),
         ("run -d -p 48213:80 --name real-up alpine sleep 600",)),
    Case("run --rm -p 99999:80 alpine true", "port-bad", ("free",)),
    # limits and flags
    Case("run --rm -m 1m alpine true", "memory-least", ("least",)),
    Case("run --rm --cpus 999 alpine true", "cpus", ("most",)),
    Case("run --nmae x alpine", "flag-unknown", ()),
    Case("container strat real-off", "command-unknown", ("nearest",), (ENDED,)),
    # building
    Case("build mistyped", "instruction-unknown", ("nearest",)),
    Case("build renamed", "dockerfile-missing", ("rename",)),
    Case("build copies", "copy-missing", ("look",)),
    Case("build above", "copy-outside", ("bring",)),
    Case("build fails", "build-step", ("try",)),
    Case("build -t RealApp steps", "build-tag", ("lower",)),
    # what docker stands on
    Case("context use defualt", "context-missing", ("use",)),
    Case("service ls", "swarm-none", ()),
)  # fmt: skip

MORE = (
    Case("run nosuch.invalid/x", "registry-name", ("images",)),
    Case("push alpin", "push-absent", ("images",)),
    Case("run --pull never alpin true", "image-absent", ("nearest",)),
    Case("run --rm --platform linux/arm64 --pull never alpine true", "platform-missing", ()),
    Case("run Alpine", "reference-uppercase", ("images",)),
    Case("run alpine:", "reference-format", ("images",)),
    Case("load -i nowhere.tar", "file-missing", ("look",)),
    Case("create --name real-made alpine", "name-made", ("start",), ("create --name real-made alpine true",)),
    Case("rename real-up real-up", "rename-same", ("list",), (RUNS,)),
    Case("attach real-off", "container-stopped", ("start",), (ENDED,)),
    Case("rm real-up", "container-paused", ("unpause",), (RUNS, "pause real-up")),
    Case("unpause real-up", "not-paused", ("list",), (RUNS,)),
    Case("kill -s FOO real-up", "signal-unknown", ("usual",), (RUNS,)),
    Case("start -a real-off real-off", "start-several", ("one",), (ENDED,)),
    Case("run --name x alpine true", "name-bad", ("without",)),
    Case("exec -it real-up /bin/bash", "no-bash", ("sh",), (RUNS,)),
    Case("run --rm alpine 'echo hi'", "command-quoted", ("apart",)),
    Case("exec real-up /etc/passwd", "not-executable", ("sh",), (RUNS,)),
    Case("exec -u nobodyhere real-up true", "user-missing", ("without",), (RUNS,)),
    Case("run --rm --workdir rel alpine true", "workdir-relative", ("whole",)),
    Case("run --rm -w /etc/passwd alpine true", "workdir-missing", ("without",)),
    Case("run --rm --tmpfs rel alpine true", "mount-relative", ("whole",)),
    Case("run --rm --mount type=bnd,src={folder},dst=/x alpine true", "mount-type", ("bind",)),
    Case("run --rm -v {folder}:/x:rwx alpine true", "mount-spec", ()),
    Case("run --rm -v {folder}:/ alpine true", "mount-root", ()),
    Case("run --rm -v Usersme:/x:ro -v a/b:/y alpine true", "volume-name", ("list",)),
    Case("cp x y", "cp-form", ()),
    Case("network create real-net", "network-exists", ("look", "rm"), ("network create real-net",)),
    Case("network create --subnet 300.1.1.0/24 real-net", "subnet-bad", ()),
    Case("network inspect real-nte", "network-missing", ("nearest",), ("network create real-net",)),
    Case("network rm bridge", "network-own", ("list",)),
    Case("network disconnect real-net real-up", "network-not-joined", ("join",), (RUNS, "network create real-net")),
    Case("run --rm --ip 10.9.9.9 alpine true", "address-network", ("without",)),
    Case("run --rm --memory-swap 10m -m 20m alpine true", "memory-swap", ("without",)),
    Case("run --rm --restart always alpine true", "restart-rm", ()),
    Case("run --restart sometimes alpine true", "restart-policy", ()),
    Case("run --rm --runtime nope alpine true", "runtime-unknown", ("without",)),
    Case("run --rm --gpus all alpine true", "gpu", ("without",)),
    Case("run --rm --device /dev/nope alpine true", "device-missing", ("without",)),
    Case("run --rm --cap-add NOPE alpine true", "capability", ()),
    Case("ps --filter foo=bar", "filter-bad", ()),
    Case("inspect -f {{.Foo.Bar}} real-off", "template-bad", (), (ENDED,)),
    Case("build nowhere", "build-context-missing", ("look",)),
    Case("build empty", "dockerfile-empty", ("look",)),
    Case("build --target x steps", "build-stage", ("list",)),
    Case("context rm default", "context-own", ("list",)),
    Case("swarm join --token x 127.0.0.1:2377", "swarm-token", ()),
)  # fmt: skip

INSIDE = (
    Case("start -a real-oom", "memory", ("stats", "info"), ("create -m 8m --name real-oom alpine tail /dev/zero",)),
    Case("run --rm -v $PWD/crlf.sh:/crlf.sh alpine /crlf.sh", "script-crlf", ("strip", "again")),
    Case("run --rm -v $PWD/bare.sh:/bare.sh alpine /bare.sh", "exec-format", ("image", "machine")),
    Case("run --rm --read-only alpine touch /x", "read-only", ("without",)),
    Case("exec real-up touch /proc/x/y/z", "", (), (RUNS,)),
    Case("run --rm -u 1000 alpine touch /etc/x", "write-denied", ("root", "who")),
    Case("run --rm -v real-small:/d alpine dd if=/dev/zero of=/d/x bs=1M count=3", "disk-full", ("see",),
         ("volume create --opt type=tmpfs --opt device=tmpfs --opt o=size=1m real-small",)),
    Case("run --rm alpine ping -c1 -w1 real-nobody", "name-inside", ("networks",)),
    Case("run --rm alpine nc 127.0.0.1 5999", "localhost-inside", ("containers",)),
)  # fmt: skip

DOCKERFILES = {
    "mistyped/Dockerfile": "FORM alpine\n",
    "renamed/Dockerfile.txt": "FROM alpine\n",
    "empty/Dockerfile": "RUN true\n",
    "copies/Dockerfile": "FROM alpine\nCOPY app.jar /x\n",
    "above/Dockerfile": "FROM alpine\nCOPY ../junk.tar /x\n",
    "fails/Dockerfile": "FROM alpine\nRUN nosuch\n",
    "steps/Dockerfile": "FROM alpine AS base\nRUN true\n",
    "junk.tar": "junk",
    "id": "",
    "app/x": "",
    "crlf.sh": "#!/bin/sh\r\necho hi\r\n",
    "bare.sh": "echo hi\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    for name, text in DOCKERFILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(text.encode())
        (folder / name).chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def mirror(engine_host: str) -> str:
    """The registry of the practice engine by its own address."""
    shown = docker_at(engine_host)("info", "-f", "{{range .RegistryConfig.Mirrors}}{{.}}{{end}}").stdout
    return shown.strip().removeprefix("http://").rstrip("/")


@pytest.fixture(scope="module")
def person(engine_host: str, folder: Path) -> Iterator[Person]:
    docker = docker_at(engine_host)
    before = set(docker("ps", "-aq").stdout.split())
    docker("pull", "-q", "alpine")
    person = Person(engine_host, folder)
    yield person
    person.engine.close()
    made = set(docker("ps", "-aq").stdout.split()) - before
    if made:
        docker("rm", "-f", *made)


@pytest.fixture(autouse=True)
def clean(docker: Docker, request: pytest.FixtureRequest) -> Iterator[None]:
    """Nothing that is named after these tests outlives one of them."""
    yield
    if "real-" not in repr(getattr(request.node, "callspec", "")):
        return
    for words in (("ps", "-a"), ("network", "ls"), ("volume", "ls")):
        found = docker(*words, "-q", "--filter", "name=real-").stdout.split()
        if found:
            docker(*(("rm", "-f") if words[0] == "ps" else (words[0], "rm")), *found, check=False)


def name(case: Case) -> str:
    return f"{case.key}: {case.line}"


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_failure_and_its_fix(case: Case, person: Person, folder: Path, mirror: str, docker: Docker) -> None:
    see_it_mended(case, person, {"folder": str(folder), "mirror": mirror}, docker)


@pytest.mark.skipif(not os.environ.get("DSHELL_TEST_ALL"), reason="half a minute more; DSHELL_TEST_ALL=1 runs them")
@pytest.mark.parametrize("case", MORE, ids=name)
def test_more_failures_and_their_fixes(case: Case, person: Person, folder: Path, mirror: str, docker: Docker) -> None:
    see_it_mended(case, person, {"folder": str(folder), "mirror": mirror}, docker)


def see_it_mended(case: Case, person: Person, places: dict[str, str], docker: Docker) -> None:
    for line in case.before:
        docker(*line.split())
    line = re.sub(r"\{(folder|mirror)\}", lambda found: places[found[1]], case.line)
    assert person.run(line) != 0
    failed = person.failed
    assert failed is not None, person.terminal.out
    diagnosis = diagnose(failed)
    assert diagnosis is not None, failed.failure.words
    assert diagnosis.key == case.key, failed.failure.words
    assert "✘" in person.told
    assert " why " in person.told
    assert diagnosis.fixes
    assert " fix " in person.told
    fixes = dict(diagnosis.fixes)
    for name in case.fixes:
        assert person.run(fixes[name]) == 0, f"{fixes[name]}: {person.told} {person.terminal.out}"


@pytest.mark.parametrize("case", INSIDE, ids=name)
def test_what_a_program_says_in_its_container(case: Case, person: Person, docker: Docker) -> None:
    """The act itself went well: it is the program that failed, for want of what it was given."""
    for line in case.before:
        docker(*line.split())
    for _ in range(3):
        assert person.run(case.line) != 0
        if case.key != "memory" or docker("inspect", "-f", "{{.State.OOMKilled}}", "real-oom").stdout == "true\n":
            break  # else the daemon itself missed that memory had run out
    assert person.failed is None, "docker did its part"
    diagnosis = diagnose(person.teller.failed) if person.teller.failed else None
    if not case.key:
        assert diagnosis is None
        return
    assert diagnosis is not None, person.told
    assert diagnosis.key == case.key
    assert " why " in person.told
    fixes = {**dict(diagnosis.fixes), "again": case.line}
    for name in case.fixes:
        assert person.run(fixes[name]) == 0, f"{fixes[name]}: {person.told}"


def test_a_daemon_that_is_not_there(folder: Path) -> None:
    person = Person(f"unix://{folder}/nobody.sock", folder)
    assert person.run("run alpine") == 125
    assert "no daemon answers" in person.told
    assert person.run("ps") == 1, "the docker command says it in its own words"
    assert "no daemon answers" in person.told
    assert person.run("context ls") == 0


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="sockets have no owner here")
def test_a_socket_that_is_closed_to_one(folder: Path, engine_host: str) -> None:
    person = Person(engine_host, folder)
    if os.geteuid():
        pytest.skip("only root can become somebody else")
    os.seteuid(65534)
    try:
        assert person.run("run alpine") == 125
    finally:
        os.seteuid(0)
    assert "closed to you" in person.told
    assert "usermod -aG docker" in person.told
