"""What is foreseen of a line before it runs: given a daemon, a disk and a line, expect what is ahead and what to do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from dshell.engine.records import ContainerName, Holding, ImageFacts, ImageName, Sort
from dshell.foreseen import TRUSTS, Ahead, Foreseen, Instead, Loss
from dshell.line.expand import Surroundings, settle
from dshell.line.parse import parse
from dshell.run.ahead import ports
from dshell.run.ahead.base import Memory, Sight
from dshell.run.ahead.foresight import LOOKS, Foresight
from dshell.run.ahead.project import project_of
from dshell.run.base import Ask, Call, Done
from dshell.run.disk import HostDisk
from dshell.run.host_ports import State, free_port, program_at, state
from dshell.run.line import call_of
from dshell.settings import UNCHECKED
from dshell.shell.ask import Asker
from dshell.shell.tell import Teller
from dshell.teach import ahead
from dshell.teach.layout import Level, Scene
from dshell.teach.texts import languages, load
from tests.desks import GRAMMAR, ID, FakeEngine, Work, person, refused, with_facts

ALPINE = ImageFacts("sha256:a1", "linux", "amd64", command=("/bin/sh",))
NGINX = ImageFacts("sha256:b2", "linux", "amd64", ("/docker-entrypoint.sh",), ("nginx", "-g", "daemon off;"))
ARM = ALPINE._replace(id="sha256:c3", architecture="arm64")
OLD = ContainerName("old", ID, "alpine", "exited", image_id="sha256:a1")
WEB = ContainerName("web", ID, "nginx", "running", ports=("8080/tcp",), image_id="sha256:b2")
TALKS = with_facts(name="old", status="exited", tty=True, open_stdin=True, finished=1.0)


@pytest.fixture
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next port is free, whatever else runs here."""
    monkeypatch.setattr(ports, "free_port", lambda port, *_: str(port + 1))


class Kept(FakeEngine):
    """An engine whose images have the ids of ``known``."""

    def images(self) -> list[ImageName]:
        return [ImageName(f"{name}:latest", facts.id, 2_000_000) for name, facts in self.known.items()]


def engine(**changes: object) -> FakeEngine:
    usual = {"known": {"alpine": ALPINE, "nginx": NGINX, "arm": ARM}, "listed": (OLD, WEB), "facts": TALKS}
    return Kept(**{**usual, **changes})  # type: ignore[arg-type]


def called(line: str, folder: str = "/work/here", output: str = "") -> Call:
    simple = parse(line, GRAMMAR).commands[0]
    return call_of(simple, settle(simple, Surroundings({}, folder, "/home/me", lambda _: output)))


def foreseen(
    line: str, daemon: FakeEngine | None = None, folder: str = "/work/here", output: str = ""
) -> list[Foreseen]:
    work, found = Work(daemon or engine()), list[Foreseen]()

    def ask(event: Foreseen) -> str:
        found.append(event)
        return ""

    desk = work.desk(told=True, folder=folder)._replace(ask=ask)
    assert Foresight().instead(called(line, folder, output), desk, HostDisk()) == ""
    return found + [event for event in work.events if isinstance(event, Foreseen)]


def ways(line: str, folder: str = "/work/here") -> list[tuple[str, dict[str, str]]]:
    return [(event.ahead.value, dict(event.choices)) for event in foreseen(line, folder=folder)]


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


HELD = (
    Holding(Sort.CONTAINER, "old"),
    Holding(Sort.CONTAINER, "web", used=True),
    Holding(Sort.IMAGE, "alpine:latest", 5, users=("old",)),
    Holding(Sort.IMAGE, "nginx:latest", 7, used=True),
    Holding(Sort.IMAGE, "0123456789ab", 11, nameless=True),
    Holding(Sort.VOLUME, "data"),
    Holding(Sort.VOLUME, "f" * 64, 13, nameless=True),
    Holding(Sort.VOLUME, "site_db", users=("old",), project="site"),
    Holding(Sort.NETWORK, "net"),
    Holding(Sort.CACHE, "x", 17, nameless=True),
    Holding(Sort.CACHE, "y", 19, nameless=True),
)


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


def instead(foresight: Foresight, line: str, work: Work, ask: Ask | None) -> str | Done | None:
    return foresight.instead(called(line), work.desk(told=True)._replace(ask=ask), HostDisk())


def test_nobody_is_asked_twice() -> None:
    asked: list[Foreseen] = []

    def ask(event: Foreseen) -> str:
        asked.append(event)
        return ""

    foresight, work = Foresight(), Work(engine(kept=HELD))
    for _ in range(2):
        assert instead(foresight, "run --name old alpine ls", work, ask) == ""
        assert instead(foresight, "run alpine", work, ask) == ""
        assert instead(foresight, "volume rm data", work, ask) == ""
    assert [event.ahead for event in asked] == [Ahead.NAME, Ahead.LOSS, Ahead.LOSS], "what is lost is asked each time"
    assert len(work.told(Foreseen)) == 1


@pytest.mark.usefixtures("quiet_machine")
def test_what_is_chosen_is_done() -> None:
    foresight, work = Foresight(), Work(engine())
    for _ in range(2):
        taken = instead(foresight, "run -p 8080:80 nginx", work, lambda event: event.choices[0][1])
        assert taken == "run -p 8081:80 nginx", "and asked about again: it was not let pass"
    assert work.told(Instead), "and noted"
    assert instead(foresight, "run --name old nginx", work, lambda _: None) is None


def test_without_somebody_to_ask_all_is_told_but_losses() -> None:
    work = Work(engine(kept=HELD))
    for line in ("run --name old alpine ls", "system prune -a"):
        assert instead(Foresight(), line, work, None) == ""
    assert [event.ahead for event in work.events if isinstance(event, Foreseen)] == [Ahead.NAME]


@pytest.mark.parametrize(("off", "expected"), [((), 1), (("name",), 0), (("port",), 1), (("all",), 0)])
def test_each_look_can_be_switched_off(off: tuple[str, ...], expected: int) -> None:
    work = Work(engine())
    instead(Foresight(off), "run --name old alpine ls", work, None)
    assert len(work.told(Foreseen)) == expected


def test_nothing_is_asked_of_the_daemon_for_nobody() -> None:
    work = Work(engine())
    assert Foresight().instead(called("run --name old alpine"), work.desk(), HostDisk()) == ""
    assert work.engine.asked == []


def test_a_daemon_that_does_not_answer_holds_up_nothing() -> None:
    daemon = engine(raises={"containers": [refused(500, "no")] * 3})
    assert foreseen("run --name old -p 8080:80 alpine ls", daemon) == []


def test_settings_know_every_look() -> None:
    assert set(UNCHECKED) == {name for looks in LOOKS.values() for name in looks} | {"all"}


SPOKEN = [
    Foreseen(
        Ahead.NAME,
        "x",
        {"name": "x", "state": "runs", "image": "i", "free": "x2"},
        3.0,
        (("other", "a"), ("replace", "b"), ("enter", "c")),
    ),
    Foreseen(Ahead.NAME, "x", {"name": "x", "state": "stopped", "image": "i", "free": "x2"}, 3.0),
    Foreseen(Ahead.NAME, "x", {"name": "x", "state": "stopped", "image": "i", "free": "x2"}),
    Foreseen(Ahead.PORT, "1", {"port": "1", "free": "2", "name": "n"}, 3.0, (("other", "a"), ("stop", "b"))),
    Foreseen(Ahead.PORT, "1", {"port": "1", "free": "", "name": "n"}),
    Foreseen(Ahead.PORT_PROGRAM, "1", {"port": "1", "free": "2", "program": "p"}, choices=(("other", "a"),)),
    Foreseen(Ahead.PORT_PROGRAM, "1", {"port": "1", "free": "2", "program": ""}),
    Foreseen(Ahead.PORT_RESERVED, "1", {"port": "1", "free": "2"}, choices=(("other", "a"),)),
    Foreseen(Ahead.KEYBOARD, "i", {"image": "i", "command": "sh"}, choices=(("talk", "a"), ("keep", "b"))),
    Foreseen(Ahead.ANOTHER, "i", {"image": "i", "name": "n"}, 3.0, (("enter", "a"),)),
    Foreseen(Ahead.ANOTHER, "i", {"image": "i", "name": "n"}),
    Foreseen(Ahead.BEHIND, "i", {"image": "i", "flags": "-it"}, choices=(("front", "a"),)),
    Foreseen(Ahead.PLATFORM, "i", {"image": "i", "wanted": "arm64", "have": "amd64"}, choices=(("pull", "a"),)),
    Foreseen(Ahead.WINDOWS_ENGINE, "h", choices=(("linux", "a"),)),
    Foreseen(Ahead.CARRIAGE_RETURNS, "p", {"path": "p"}, choices=(("mend", "a"),)),
    Foreseen(Ahead.MARK, "p", {"path": "p"}, choices=(("mend", "a"),)),
    Foreseen(Ahead.IMAGE_USED, "i", {"image": "i", "names": "a, b"}, choices=(("clear", "a"), ("stop", "b"))),
    Foreseen(Ahead.NO_FOLDER, "f", {"folder": "f"}, choices=(("near", "a"), ("dot", "b"))),
    Foreseen(Ahead.NO_FOLDER, ""),
    Foreseen(Ahead.NO_DOCKERFILE, "f", {"folder": "f", "found": "d"}, choices=(("found", "a"),)),
    Foreseen(Ahead.NO_DOCKERFILE, "f", {"folder": "f", "found": ""}),
    *(Foreseen(kind, "s", dict.fromkeys(("host", "names", "source", "options"), "x")) for kind in TRUSTS),
]


@pytest.mark.parametrize("language", languages())
def test_all_of_it_is_said(language: str) -> None:
    scene = Scene(load(language))
    for event in SPOKEN:
        said = "\n".join(ahead.question(event, scene) if event.ahead.asks else ahead.told(event, scene))
        assert "ahead." not in said
        assert "{" not in said
    assert {event.ahead for event in SPOKEN} == set(Ahead) - {Ahead.LOSS}


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    ("loss", "named"),
    [
        (Loss("container", "web", used=True), ["web"]),
        (Loss("volume", "data", users=("db", "web")), ["data", "db, web"]),
        (Loss("container", "old", files=("/etc/hosts", "/a\x1b[31m")), ["old", "/etc/hosts", r"/a\x1b[31m"]),
    ],
)
def test_why_it_is_a_loss_is_said_of_each(loss: Loss, named: list[str], language: str) -> None:
    said = ahead.named(loss, Scene(load(language)))
    assert all(name in said for name in named)
    assert said != loss.name
    assert "ahead." not in said


@pytest.mark.parametrize("language", languages())
def test_losses_are_counted_and_named(language: str) -> None:
    many = [Holding(Sort.IMAGE, f"i{number}", 1_000_000, nameless=True) for number in range(15)]
    event = foreseen("system prune -a --volumes", engine(kept=(*HELD, *many)))[0]
    said = "\n".join(ahead.question(event, Scene(load(language), Level.FULL, width=100)))
    assert "ahead." not in said
    assert "17 images" in said
    assert "i9" in said
    assert "i14" not in said
    assert load(language).size(36) in said, "the cache is one row"


@pytest.mark.parametrize(
    ("keys", "line", "answer"),
    [
        ([b"1"], "run -p 8080:80 nginx", "run -p 8081:80 nginx"),
        ([b"2"], "run -p 8080:80 nginx", "stop web && run -p 8080:80 nginx"),
        ([b"9", b"\x1b[A", b"y", b"\r"], "run -p 8080:80 nginx", ""),
        ([b"\x1b"], "run -p 8080:80 nginx", None),
        ([b"\x03"], "run -p 8080:80 nginx", None),
        ([b""], "run -p 8080:80 nginx", None),
        ([b"y"], "volume rm data", ""),
        ([b"o"], "volume rm data", ""),
        ([b"1", b"n"], "volume rm data", None),
        ([b"\r"], "volume rm data", None),
        ([b"y"], "system prune -a", "system prune -a -f"),
    ],
)
@pytest.mark.usefixtures("quiet_machine")
def test_keys_that_answer(keys: list[bytes], line: str, answer: str | None) -> None:
    terminal = person()

    class Later(type(terminal)):  # type: ignore[misc]
        def read(self, timeout: float) -> bytes | None:
            """What is typed ahead, y and Enter, comes before the question; the keys come after it."""
            if timeout == 0:
                return self.ahead.pop(0) if self.ahead else None
            data: bytes = keys.pop(0)
            return data

    later = Later(terminal.shown, 80, 24, open=True)
    later.ahead = [b"y", b"\r"]
    language = "fr" if b"o" in keys else "en"
    asker = Asker(Teller(later, load(language)), later)
    assert asker(foreseen(line, engine(kept=HELD))[0]) == answer
    assert later.err


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
