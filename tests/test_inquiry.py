"""What is asked after a failure, and what then is known: given words and what exists, expect facts."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from dshell.engine.records import ContainerName, Endpoint
from dshell.errors import Failure, Trouble
from dshell.events import Failed, Owner
from dshell.grammar.load import load
from dshell.line.near import nearest_first
from dshell.line.parse import parse
from dshell.run.inquiry import inquire
from dshell.run.nearby import mistyped
from tests.desks import Work, call_for, perform
from tests.fakes import FakeEngine, refused, with_facts

CONTAINERS = (
    ContainerName("api", "1" * 64, "alpine", "exited"),
    ContainerName("web", "2" * 64, "alpine", "exited", networks=("course",)),
    ContainerName("brave_noether", "3" * 64, "alpine", "exited"),
)
IMAGES = ("alpine:3.20", "alpine:latest", "myapp:v1", "ghcr.io/me/tool:latest")
PULL_DENIED = "pull access denied for {}, repository does not exist or may require 'docker login'"


def asked(words: str, line: str, subject: str = "", engine: FakeEngine | None = None) -> Failed:
    engine = engine or FakeEngine(listed=CONTAINERS, local=IMAGES)
    call = call_for(*line.split())
    failure = Failure(Trouble.REFUSED, words, 404, subject=subject)
    desk = Work(engine).desk(told=True)._replace(contexts=lambda: ["default", "cours"])
    return inquire(Failed(failure, call.command.name, 1, call.line), call, desk)


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("wbe", ("web",)),
        ("web2", ("web",)),
        ("noether", ("brave_noether",)),
        ("brave_noeter", ("brave_noether",)),
        ("brave", ("brave_noether",)),
        ("database", ()),
        ("a", ()),
    ],
)
def test_names_near(word: str, known: tuple[str, ...]) -> None:
    assert nearest_first(word, [container.name for container in CONTAINERS]) == known


@pytest.mark.parametrize(
    ("words", "line", "subject", "known"),
    [
        ("unknown flag: --nmae", "run --nmae x alpine", "", ("--name",)),
        ("unknown flag: --frobnicate", "run --frobnicate alpine", "", ()),
        ("No such container: wbe", "start -ai wbe", "wbe", ("web",)),
        ("Error response from daemon: No such container: wbe", "logs wbe", "", ("web",)),
        ("Error: No such object: wbe", "inspect wbe", "", ("web",)),
        ("Error: No such object: myap", "inspect myap", "", ("myapp:v1",)),
        ("No such container: nothing", "rm nothing", "nothing", ()),
        (PULL_DENIED.format("ngnix"), "run ngnix", "docker.io/library/ngnix:latest", ("nginx",)),
        (PULL_DENIED.format("alpin"), "pull alpin:3", "docker.io/library/alpin:3", ("alpine",)),
        (PULL_DENIED.format("mapp"), "run mapp", "docker.io/library/mapp:latest", ("myapp:v1",)),
        (PULL_DENIED.format("mapp"), "run mapp:v1", "docker.io/library/mapp:v1", ("myapp",)),
        (PULL_DENIED.format("xyzzy"), "run xyzzy", "docker.io/library/xyzzy:latest", ()),
        ("No such image: ngnix:latest", "run --pull never ngnix", "ngnix", ()),  # only what is here
        ("No such image: alpin:latest", "run --pull never alpin", "alpin", ("alpine",)),
        ("no such image: alpin: No such image: alpin:latest", "image inspect alpin", "", ("alpine",)),
        ('Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host', "run alpin",
         "docker.io/library/alpin:latest", ("alpine",)),
        ("No such image: Bad::name", "rmi Bad::name", "", ()),
        ("manifest for alpine:99 not found: manifest unknown", "run alpine:99", "docker.io/library/alpine:99", ()),
        ("docker: unknown command: docker rnu", "rnu alpine", "", ("run",)),
        ("docker: 'imagse' is not a docker command.", "imagse", "", ("images",)),
        ("unknown command: docker container strat", "container strat web", "", ("start",)),
        ("'docker run' requires at least 1 argument", "run", "",
         ("alpine", "alpine:3.20", "myapp:v1", "ghcr.io/me/tool")),
        ("'docker start' requires at least 1 argument", "start -ai", "", ("api", "web", "brave_noether")),
        ("'docker stop' requires at least 1 argument", "stop", "", ()),  # none is running
        ("'docker exec' requires at least 2 arguments", "exec web", "", ()),  # it is the command that is missing
        ("network coruse not found", "run --network coruse alpine", "alpine", ("course",)),
        ("network nonet not found", "run --network nonet alpine", "alpine", ()),
        ("No such network: coruse", "network inspect coruse", "", ("course",)),
        ("invalid cluster node while attaching to network", "run --network=coruse alpine", "alpine", ("course",)),
        ("get dta: no such volume", "volume rm dta", "", ("data",)),
        ("No such volume: db", "volume inspect app_d", "", ()),
        ('context "cuors" does not exist', "context use cuors", "", ("cours",)),
        ('context "cuors": context not found: open /x', "context use cuors", "", ("cours",)),
        ("network course id 2a has active endpoints", "network rm course", "", ("web",)),
        ("dockerfile parse error line 1: unknown instruction: FORM", "build .", "", ("FROM",)),
        ("unknown instruction: copi (did you mean copy?)", "build .", "", ("COPY",)),
    ],
)  # fmt: skip
def test_what_exists(words: str, line: str, subject: str, known: tuple[str, ...]) -> None:
    assert asked(words, line, subject).known == known


@pytest.mark.parametrize(("line", "image"), [("run -d nginx ls", "nginx"), ("exec web ls", ""), ("run", "")])
def test_the_image_of_the_line(line: str, image: str) -> None:
    assert asked("odd", line).image == image


@pytest.mark.parametrize(
    ("line", "owner"),
    [("exec -it alpine sh", "web"), ("start alpine", "api"), ("logs alpine:latest", "web"), ("logs nginx", "")],
)
def test_an_image_in_the_place_of_a_container(line: str, owner: str) -> None:
    """Who has been made from it and can do what is asked."""
    running = ContainerName("web", "2" * 64, "alpine", "running")
    engine = FakeEngine(listed=(CONTAINERS[0], running), local=IMAGES)
    image = next(word for word in line.split() if word.startswith(("alpine", "nginx")))
    failed = asked(f"No such container: {image}", line, image, engine)
    assert (failed.owner.name if failed.owner else "") == owner


@pytest.mark.parametrize(
    ("text", "known"),
    [("rnu -it alpine", ("run",)), ("leran 1", ("learn",)), ("sh -c 'exit 3'", ()), ("frobnicate", ()), ("!rnu", ())],
)
def test_a_word_that_no_program_has(text: str, known: tuple[str, ...]) -> None:
    simple = parse(text, load()).commands[0]
    failed = mistyped(simple, 127, load(), Work().desk(environ=os.environ))
    assert (failed.known if failed else ()) == known


def test_without_an_image_here_an_official_one_is_proposed() -> None:
    assert asked("'docker run' requires at least 1 argument", "run", engine=FakeEngine()).known == ("alpine",)


@pytest.mark.parametrize(
    ("facts", "owner"),
    [
        ({"status": "running", "started": 1.0}, Owner("web", "running", 999.0)),
        ({"status": "paused", "started": 1.0, "tty": True}, Owner("web", "paused", 999.0)),
        (
            {"status": "exited", "started": 1.0, "finished": 900.0, "tty": True, "open_stdin": True},
            Owner("web", "exited", 100.0, talks=True),
        ),
        ({"status": "created", "started": 0.0}, Owner("web", "created")),
        ({"status": "running", "started": 1001.0}, Owner("web", "running")),  # its clock goes before ours
    ],
)
def test_who_has_the_name(monkeypatch: pytest.MonkeyPatch, facts: dict[str, object], owner: Owner) -> None:
    monkeypatch.setattr("time.time", lambda: 1000.0)
    listed = (*CONTAINERS, ContainerName("web2", "web2", "alpine", "exited"))
    engine = FakeEngine(facts=with_facts(**facts), listed=listed)
    words = 'Conflict. The container name "/web" is already in use by container "79aa".'
    failed = asked(words, "run --name web alpine", engine=engine)
    assert (failed.owner, failed.free) == (owner, "web3")


def port_words(port: int) -> str:
    return f"driver failed: Bind for 0.0.0.0:{port} failed: port is already allocated"


def on_port(*ports: str, names: tuple[str, ...] = ("api",), host: str = "unix:///x.sock") -> FakeEngine:
    listed = tuple(ContainerName(name, name, "nginx", "running", ports=ports) for name in names)
    return FakeEngine(with_facts(name=names[0]), listed=listed, endpoint=Endpoint("default", host, "default"))


@pytest.mark.parametrize(
    ("words", "engine", "owner"),
    [
        (port_words(8080), on_port("8080/tcp"), "api"),
        (port_words(8080), on_port("8080/udp"), "api"),
        (port_words(8080), on_port("80/tcp"), ""),
        (port_words(8080), on_port("8080/tcp", names=("api", "other")), ""),  # one for each address: which is meant?
        ("listen tcp4 0.0.0.0:8080: bind: address already in use", on_port("8080/tcp"), "api"),
        ("listen tcp4 0.0.0.0:8080: bind: address already in use", on_port("8080/udp"), ""),
        ("exposing port UDP 0.0.0.0:53 -> 0.0.0.0:0: Only one usage", on_port("53/udp"), "api"),
        ("failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: already in use", on_port("8080/tcp"), "api"),
        ("failed to bind host port [::1]:8080/tcp: address already in use", on_port("8080/tcp"), "api"),
        ("Bind for :::8080 failed: port is already allocated", on_port("8080/tcp"), "api"),
        (f"Bind for :::{'8' * 5000} failed: port is already allocated", on_port("8080/tcp"), ""),  # Python reads 4300
    ],
)  # fmt: skip
def test_who_has_the_port(words: str, engine: FakeEngine, owner: str) -> None:
    failed = asked(words, "run -p 8080:80 nginx", engine=engine)
    assert (failed.owner.name if failed.owner else "") == owner


def test_a_free_port_is_one_that_can_be_opened_and_that_nobody_asks_for() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        port = busy.getsockname()[1]
        engine = on_port(f"{port - 1}/tcp", f"{port + 1}/tcp")
        free = int(asked(port_words(port - 1), f"run -p {port - 1}:80 -p {port + 2}:81 nginx", engine=engine).free)
    assert free > port + 2


def test_ports_for_root_are_answered_as_people_write_them() -> None:
    assert 8080 <= int(asked(port_words(80), "run -p 80:80 nginx", engine=on_port()).free) < 8130
    assert 8443 <= int(asked(port_words(443), "run -p 443:443 nginx", engine=on_port()).free) < 8493


def test_the_ports_of_a_far_machine_are_not_known() -> None:
    engine = on_port("8080/tcp", host="tcp://far:2376")
    failed = asked(port_words(8080), "run -p 8080:80 nginx", engine=engine)
    assert failed.owner is not None
    assert failed.free == ""


def test_a_container_is_called_by_its_name() -> None:
    words = f"Container {'2' * 64} is not running"
    assert asked(words, "kill web").failure.subject == "web"
    assert asked(words, "exec api ls", "api").failure.subject == "api"
    assert asked(f"Container {'9' * 64} is not running", "kill x").failure.subject == ""


def test_a_port_that_is_none() -> None:
    assert 8080 <= int(asked("invalid hostPort: 99999", "run -p 99999:80 nginx", engine=on_port()).free) < 8130


def test_a_file_that_was_meant_to_be_the_dockerfile(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile.txt").touch()
    call = call_for("build", "app")
    words = "failed to read dockerfile: open Dockerfile: no such file or directory"
    failed = Failed(Failure(Trouble.CLI, words), "build", 1, call.line)
    assert inquire(failed, call, Work().desk(folder=str(tmp_path))).known == (os.path.join("app", "Dockerfile.txt"),)
    assert inquire(failed, call_for("build", "nowhere"), Work().desk(folder=str(tmp_path))).known == ()


@pytest.mark.skipif(os.name == "nt", reason="the docker of this test is a script of sh")
def test_compose_is_asked_for_its_services(tmp_path: Path) -> None:
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\n[ "$*" = "compose -f x.yaml config --services" ] && echo web && echo db\n')
    docker.chmod(0o755)
    call = call_for("compose", "-f", "x.yaml", "up", "wbe")
    failed = Failed(Failure(Trouble.CLI, "no such service: wbe"), "compose up", 1, call.line)
    desk = Work().desk(environ={"PATH": f"{tmp_path}:/bin:/usr/bin"}, folder=str(tmp_path))
    assert inquire(failed, call, desk).known == ("web",)
    assert inquire(failed, call, desk._replace(environ={"PATH": ""})).known == ()


def test_a_daemon_that_will_not_say_changes_nothing() -> None:
    engine = FakeEngine(raises={"containers": [refused(500, "no")]})
    failed = asked("No such container: wbe", "start wbe", "wbe", engine)
    assert failed == failed._replace(known=(), owner=None, free="")


def test_nothing_is_asked_of_a_failure_that_names_nothing() -> None:
    engine = FakeEngine()
    asked("no space left on device", "run alpine", engine=engine)
    assert engine.asked == []


def test_nobody_told_nothing_is_asked() -> None:
    work = Work(FakeEngine(raises={"start": [refused(404, "No such container: wbe")]}))
    call = call_for("start", "wbe")
    assert perform(call, work.desk()) == 1
    assert work.engine.names == ["start"]
