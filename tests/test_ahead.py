"""What is foreseen of a line before it runs: given a daemon, a disk and a line, expect what is ahead and what to do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dshell.engine.records import Holding, Sort
from dshell.foreseen import Ahead
from dshell.run.ahead.base import Memory, Sight
from dshell.run.ahead.project import project_of
from dshell.run.disk import HostDisk
from dshell.run.host_ports import State, free_port, program_at, state
from tests.desks import Work
from tests.looks import HELD, OLD, WEB, called, engine, foreseen, ways


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "run -it --name old alpine",
            [
                (
                    "name",
                    {
                        "enter": "start -ai old",
                        "other": "run -it --name old2 alpine",
                        "replace": "rm old && run -it --name old alpine",
                    },
                )
            ],
        ),
        (
            "docker create --name=web busybox",
            [("name", {"other": "create --name=web2 busybox", "replace": "rm -f web && create --name=web busybox"})],
        ),
        ("run --name new nginx", []),
        ("run --name web-old nginx", []),
        (
            "run -d -p 8080:80 nginx",
            [("port", {"other": "run -d -p 8081:80 nginx", "stop": "stop web && run -d -p 8080:80 nginx"})],
        ),
        (
            "run -p127.0.0.1:8080:80/tcp nginx",
            [
                (
                    "port",
                    {
                        "other": "run -p127.0.0.1:8081:80/tcp nginx",
                        "stop": "stop web && run -p127.0.0.1:8080:80/tcp nginx",
                    },
                )
            ],
        ),
        (
            "run -p published=8080,target=80 nginx",
            [
                (
                    "port",
                    {
                        "other": "run -p published=8081,target=80 nginx",
                        "stop": "stop web && run -p published=8080,target=80 nginx",
                    },
                )
            ],
        ),
        ("run -p 8080:80/udp nginx", []),
        ("run -p 8080:80/sctp nginx", []),
        ("run -p 8080-8081:80-81 nginx", [("port", {"stop": "stop web && run -p 8080-8081:80-81 nginx"})]),
        ("run -p 80 nginx", []),
        ("run -p 8080:99999 nginx", []),
        ("run alpine", [("keyboard", {"talk": "run -it alpine"})]),
        ("docker container run -d alpine", [("keyboard", {"keep": "container run -it -d alpine"})]),
        ("run -i alpine", []),
        ("run alpine ls", []),
        ("run --entrypoint ls alpine", []),
        ("run nginx", []),
        ("run absent", []),
        ("run -it alpine", [("another", {"enter": "start -ai old"})]),
        ("run -it docker.io/library/alpine:latest sh", [("another", {"enter": "start -ai old"})]),
        ("run -it --rm alpine", []),
        ("run -it nginx sh", []),
        ("run alpine -it", [("behind", {"front": "run -it alpine"})]),
        ("run alpine -e COPY=$TOKEN", [("behind", {"front": "run -e COPY=$TOKEN alpine"})]),
        ("run --rm alpine -p 80:80 sh -c ls", [("behind", {"front": "run --rm -p 80:80 alpine sh -c ls"})]),
        ("run nginx -g x", []),
        ("run alpine -z", []),
        ("run --rm arm true", [("platform", {"pull": "pull --platform linux/amd64 arm && run --rm arm true"})]),
        ("run --rm --platform linux/arm64 alpine true", [("platform", {})]),
        ("run --rm --platform linux/amd64 alpine true", []),
        ("rmi alpine", [("image-used", {"clear": "rm old && rmi alpine"})]),
        ("image rm nginx", [("image-used", {"stop": "stop web && rm web && image rm nginx"})]),
        ("rmi -f alpine", []),
        ("rmi arm", []),
        ("rmi absent", []),
        ("ps -a", []),
    ],
)
@pytest.mark.usefixtures("quiet_machine")
def test_ways_out(line: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert ways(line) == expected


@pytest.mark.parametrize("line", ["run --rm nginx", "pull nginx", "create nginx"])
def test_windows_containers(line: str) -> None:
    found = foreseen(line, engine(system="windows"))
    assert [(event.ahead, dict(event.choices)) for event in found] == [
        (Ahead.WINDOWS_ENGINE, {"linux": f"desktop engine use linux && {line}"})
    ]
    assert foreseen("run --rm --platform windows/amd64 nginx", engine(system="windows")) == []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "run.sh").write_bytes(b"#!/bin/sh\r\necho hi\r\n")
    (tmp_path / "good.sh").write_bytes(b"#!/bin/sh\necho hi\n")
    (tmp_path / "mark.sh").write_bytes(b"\xef\xbb\xbf#!/bin/sh\necho hi\n")
    (tmp_path / "main.py").write_bytes(b"print()\r\n")
    (tmp_path / "src").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("run -v ./run.sh:/run.sh absent /run.sh", [("carriage-returns", {"mend": r"sed -i 's/\r$//' run.sh && "})]),
        ("run -v .:/app -w /app absent ./run.sh", [("carriage-returns", {"mend": r"sed -i 's/\r$//' run.sh && "})]),
        ("run -v .:/app absent sh /app/run.sh", [("carriage-returns", {"mend": r"sed -i 's/\r$//' run.sh && "})]),
        (
            "run -v .:/app --entrypoint /app/mark.sh absent",
            [("mark", {"mend": r"sed -i '1s/^\xEF\xBB\xBF//' mark.sh && "})],
        ),
        ("run -v .:/app absent /app/good.sh", []),
        ("run -v .:/app absent python /app/main.py", []),
        ("run -v .:/app absent cat /app/run.sh", []),
        ("run -v .:/app absent /elsewhere/run.sh", []),
    ],
)
def test_scripts(project: Path, line: str, expected: list[tuple[str, dict[str, str]]]) -> None:
    assert ways(line, str(project)) == [
        (key, {name: start + line for name, start in each.items()}) for key, each in expected
    ]


@pytest.mark.parametrize(
    ("line", "dockerfile", "expected"),
    [
        ("build -t x .", "FROM alpine\nCOPY good.sh /\n", []),
        ("build -t x", "FROM alpine\n", [("no-folder", {"dot": "build -t x ."})]),
        ("build scr", "FROM alpine\n", [("no-folder", {"near": "build src"})]),
        ("build https://example.com/x.git", None, []),
        ("build -", None, []),
        ("build src", "FROM alpine\n", [("no-dockerfile", {})]),
        ("build -f other .", None, []),
        (
            "build .",
            "FROM alpine\nCOPY run.sh /\n",
            [("carriage-returns", {"mend": r"sed -i 's/\r$//' run.sh && build ."})],
        ),
        (
            "build .",
            '# one\nFROM alpine\nCOPY --chown=1 \\\n  . /app\nENTRYPOINT ["/app/run.sh"]\n',
            [("carriage-returns", {"mend": r"sed -i 's/\r$//' run.sh && build ."})],
        ),
        ("build .", "FROM alpine\nCOPY --from=base run.sh /\n", []),
    ],
)
def test_builds(project: Path, line: str, dockerfile: str | None, expected: list[tuple[str, dict[str, str]]]) -> None:
    if dockerfile is not None:
        (project / "Dockerfile").write_text(dockerfile)
    assert ways(line, str(project)) == expected


def test_a_dockerfile_under_another_name(project: Path) -> None:
    (project / "Dockerfile.txt").write_text("FROM alpine\n")
    (project / "src" / "dockerfile").write_text("FROM alpine\n")
    moved = "mv Dockerfile.txt Dockerfile && build -t x ."
    assert ways("build -t x .", str(project)) == [("no-dockerfile", {"found": moved})]
    named = "build -f src/dockerfile -t x src"
    assert ways("build -t x src", str(project)) == [("no-dockerfile", {"found": named})]


@pytest.mark.parametrize(
    ("line", "lost", "answer"),
    [
        ("container prune", ["old"], "container prune -f"),
        ("image prune", ["0123456789ab"], "image prune -f"),
        ("image prune -a", ["0123456789ab"], "image prune -a -f"),
        ("volume prune", ["f" * 64], "volume prune -f"),
        ("volume prune --all", ["data", "f" * 64], "volume prune --all -f"),
        ("network prune", ["net"], "network prune -f"),
        ("builder prune", ["", ""], "builder prune -f"),
        ("system prune", ["old", "net", "0123456789ab", "", ""], "system prune -f"),
        (
            "system prune -a --volumes",
            ["old", "net", "alpine:latest", "0123456789ab", "f" * 64, "", ""],
            "system prune -a --volumes -f",
        ),
        ("system prune -f", [], ""),
        ("system prune --filter label=x", [], ""),
        ("volume rm data other", ["data"], ""),
        ("volume rm site_db", [], ""),
        ("rm -f $(docker ps -aq)", ["old", "web"], ""),
        ("rm -f old", [], ""),
        ("rm $(docker ps -aq)", [], ""),
        ("rmi $(docker images -q)", ["alpine:latest"], ""),
    ],
)
def test_losses(line: str, lost: list[str], answer: str) -> None:
    images = {} if line.startswith("rmi") else {"listed": (OLD, WEB)}
    daemon = engine(kept=HELD, **{"listed": (), **images})
    found = foreseen(line, daemon, output="a1" if line.startswith("rmi") else "old web")
    assert [loss.name for event in found for loss in event.losses] == lost
    assert [line for event in found for _, line in event.choices] == ([answer] if answer else [])


def test_a_daemon_of_before_named_volumes_were_kept() -> None:
    found = foreseen("volume prune", engine(kept=HELD, api="1.41"))
    assert [loss.name for loss in found[0].losses] == ["data", "f" * 64]


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_a_program_has(taken: int) -> None:
    found = foreseen(f"run -d -p {taken}:80 nginx")[0]
    assert found.ahead is Ahead.PORT_PROGRAM
    assert found.slots["program"].startswith(("python", "pytest"))
    assert found.slots["free"].isdigit()
    assert dict(found.choices)["other"] == f"run -d -p {found.slots['free']}:80 nginx"


def test_ports_of_this_machine(taken: int) -> None:
    assert state(taken, "tcp") is State.TAKEN
    assert state(taken, "udp") is State.FREE
    free = free_port(taken, "tcp", {taken + 1})
    assert int(free) > taken + 1
    assert state(int(free), "tcp") is State.FREE
    assert program_at(int(free), "tcp") == ""


@pytest.mark.parametrize(
    ("line", "environ", "expected"),
    [
        ("compose down -v", {}, "mysite2"),
        ("compose -p other down -v", {}, "other"),
        ("docker compose --project-name=other down -v", {"COMPOSE_PROJECT_NAME": "third"}, "other"),
        ("compose down -v", {"COMPOSE_PROJECT_NAME": "third"}, "third"),
        ("compose -f sub/compose.yaml down -v", {}, "from-the-file"),
        ("compose -f sub/plain.yaml down -v", {}, "sub"),
        ("compose -f sub/plain.yaml -f compose.yaml down -v", {}, "sub"),
        ("compose --project-directory sub down -v", {}, "from-the-file"),
        ("compose down -v", {"COMPOSE_FILE": "sub/plain.yaml"}, "sub"),
    ],
)
def test_the_project_is_the_one_that_compose_means(
    tmp_path: Path, line: str, environ: dict[str, str], expected: str
) -> None:
    folder = tmp_path / "My.Site2"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "compose.yaml").write_text("services: {}\nname: from-the-file\n")
    (folder / "sub" / "plain.yaml").write_text("services:\n  name: {}\n")
    desk = Work(engine()).desk(told=True, environ=environ, folder=str(folder))
    assert project_of(Sight(called(line, str(folder)), desk, HostDisk(), Memory())) == expected


def test_what_another_project_has_is_not_shown_in_its_place() -> None:
    kept = (Holding(Sort.VOLUME, "here_db", project="here"), Holding(Sort.VOLUME, "other_db", project="other"))
    found = foreseen("compose -p other down -v", engine(kept=kept))
    assert [loss.name for event in found for loss in event.losses] == ["other_db"]
