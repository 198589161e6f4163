"""A yes to a list deletes that list: nothing that came since, nothing that is no longer what was shown."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from dshell.engine.endpoint import resolve
from dshell.engine.http import HttpEngine
from dshell.engine.records import Holding, ImageFacts, Sort
from dshell.foreseen import Foreseen, Overtaken, Spared
from dshell.run.ahead.foresight import Foresight
from dshell.run.base import Ask, Desk, Done
from dshell.run.disk import HostDisk
from dshell.run.native.progress import human_size
from dshell.teach.ahead import question
from dshell.teach.layout import Scene
from dshell.teach.narrate import narrate
from dshell.teach.texts import languages, load
from tests.conftest import Docker
from tests.desks import Work, person
from tests.fakes import FakeEngine, refused, with_facts
from tests.looks import called, engine, foreseen


def prune(line: str, desk: Desk, ask: Ask) -> object:
    return Foresight().instead(called(line), desk._replace(ask=ask), HostDisk())


def yes(event: Foreseen) -> str:
    return event.choices[0][1]


class Mine(HttpEngine):
    """Lists nothing of other tests, which share the engine: they are not to lose it."""

    mine: frozenset[str] = frozenset({"shown", "again", "shown-a", "shown-b"})

    def holdings(self) -> list[Holding]:
        return [held for held in super().holdings() if self.mine & {held.name, held.id}]


class TestOnARealDaemon:
    @pytest.fixture
    def daemon(self, engine_host: str) -> Iterator[Mine]:
        found = Mine(resolve({"DOCKER_HOST": engine_host}, host="", context=""))
        yield found
        found.close()

    @pytest.fixture
    def desk(self, daemon: Mine) -> tuple[Desk, Work]:
        work = Work(terminal=person())
        return work.desk(told=True)._replace(engine=daemon), work

    def test_containers(self, docker: Docker, desk: tuple[Desk, Work]) -> None:
        for name in ("shown-a", "shown-b"):
            docker("create", "--name", name, "alpine", "sleep", "60")
        ids = docker("inspect", "-f", "{{.Id}}", "shown-a", "shown-b").stdout.split()
        asked: list[Foreseen] = []

        def meanwhile(event: Foreseen) -> str:
            asked.append(event)
            docker("create", "--name", "later", "alpine")
            docker("start", "shown-b")
            return event.choices[0][1]

        try:
            assert prune("container prune", desk[0], meanwhile) == Done(0)
            left = docker("ps", "-a", "--format", "{{.Names}}").stdout.split()
            assert {"later", "shown-b"} <= set(left)
            assert "shown-a" not in left
            assert {"shown-a", "shown-b"} <= {loss.name for loss in asked[0].losses}
            out = desk[1].terminal.out
            assert out.startswith("Deleted Containers:\n")
            assert ids[0] in out
            assert ids[1] not in out
            assert "\n\nTotal reclaimed space: " in out
            assert [(event.name, event.why) for event in desk[1].events if isinstance(event, Spared)] == [
                ("shown-b", "runs")
            ]
        finally:
            docker("rm", "-f", "later", "shown-a", "shown-b", check=False)

    def test_volumes_and_networks(self, docker: Docker, desk: tuple[Desk, Work]) -> None:
        docker("volume", "create", "shown")
        docker("volume", "create", "again")
        docker("network", "create", "shown")

        def meanwhile(event: Foreseen) -> str:
            if any(loss.sort == "volume" for loss in event.losses):
                docker("volume", "create", "later")
                docker("run", "--rm", "-v", "again:/x", "alpine", "true")
            docker("network", "create", f"later-{len(event.losses)}-{id(event)}")
            return event.choices[0][1]

        try:
            assert prune("volume prune -a", desk[0], meanwhile) == Done(0)
            kept = docker("volume", "ls", "-q").stdout.split()
            assert "later" in kept
            assert "shown" not in kept
            assert prune("network prune", desk[0], meanwhile) == Done(0)
            kept = docker("network", "ls", "--format", "{{.Name}}").stdout.split()
            assert "shown" not in kept
            assert [name for name in kept if name.startswith("later-")]
        finally:
            docker("volume", "rm", "shown", "again", "later", check=False)
            networks = docker("network", "ls", "--format", "{{.Name}}").stdout.split()
            docker("network", "rm", *(name for name in networks if name.startswith(("later-", "shown"))), check=False)

    def test_an_image_that_was_named_meanwhile_stays(
        self, docker: Docker, daemon: Mine, desk: tuple[Desk, Work]
    ) -> None:
        ids = []
        for text in ("stays", "goes", "last"):  # each takes the name of the one before
            docker("create", "--name", "source", "alpine", "echo", text)
            ids.append(docker("commit", "-c", f"CMD {text}", "source", "shown:1").stdout.strip())
            docker("rm", "source")
        daemon.mine = frozenset(ids)

        def meanwhile(event: Foreseen) -> str:
            assert {ids[0], ids[1]} <= {loss.id for loss in event.losses}
            docker("tag", ids[0], "named:1")
            return event.choices[0][1]

        try:
            assert prune("image prune", desk[0], meanwhile) == Done(0)
            assert docker("inspect", "named:1", check=False).returncode == 0
            assert docker("inspect", ids[1], check=False).returncode == 1
            assert f"deleted: {ids[1]}" in desk[1].terminal.out
            assert [event.why for event in desk[1].events if isinstance(event, Spared)] == ["changed"]
        finally:
            docker("rmi", "named:1", "shown:1", check=False)

    def test_work_in_a_container_is_seen(self, docker: Docker, desk: tuple[Desk, Work]) -> None:
        docker(
            "create", "-it", "--name", "worked", "alpine", "sh", "-c", "echo hi > /hello; echo x > /root/.ash_history"
        )
        docker("start", "worked")
        docker("wait", "worked")
        asked: list[Foreseen] = []
        try:
            Foresight().instead(called("rm worked"), desk[0]._replace(ask=lambda e: asked.append(e) or ""), HostDisk())  # type: ignore[func-returns-value]
            assert [(loss.name, loss.files) for event in asked for loss in event.losses] == [("worked", ("/hello",))]
        finally:
            docker("rm", "-f", "worked")

    @pytest.mark.parametrize(
        ("line", "make", "remove"),
        [
            ("volume rm shown", ("volume", "create", "shown"), ("volume", "rm", "shown")),
            ("rmi again:1", ("commit", "source", "again:1"), ("rmi", "again:1")),
        ],
    )
    def test_what_was_made_anew_under_its_name_stays(
        self, docker: Docker, daemon: Mine, desk: tuple[Desk, Work], line: str, make: list[str], remove: list[str]
    ) -> None:
        def anew(_: Foreseen) -> str:
            docker(*remove)
            time.sleep(1)  # the daemon dates a volume to the second
            docker(*make)
            return ""

        docker("create", "--name", "source", "alpine")
        docker(*make)
        try:
            assert prune(line, desk[0], lambda _: "") == ""
            assert prune(line, desk[0], anew) is None
            assert [event.names for event in desk[1].events if isinstance(event, Overtaken)] == [
                (line.rsplit(maxsplit=1)[1],)
            ]
        finally:
            docker(*remove, check=False)
            docker("rm", "source")


BUILT = ImageFacts("sha256:d4", "linux", "amd64", size=9, names=("mine:1",), pullable=False)
TWICE = BUILT._replace(names=("mine:1", "mine:2"))
WORKED = with_facts(name="old", status="exited", tty=True, open_stdin=True)
SERVICE = with_facts(name="old", status="exited")
KEPT = (
    Holding(Sort.CONTAINER, "here-db-1", project="here"),
    Holding(Sort.IMAGE, "postgres:16", 5, users=("here-db-1",), pullable=True),
    Holding(Sort.IMAGE, "here-web", 7, users=("here-db-1",)),
    Holding(Sort.IMAGE, "other", 9),
    Holding(Sort.VOLUME, "here_db", 3, project="here"),
    Holding(Sort.VOLUME, "f" * 64, 13, users=("old",), nameless=True),
    Holding(Sort.VOLUME, "e" * 64, 13, users=("here-db-1",), nameless=True),
    Holding(Sort.NETWORK, "net", users=("old",), id="e" * 64),
    Holding(Sort.NETWORK, "free", id="d" * 64),
)
CACHES = (Holding(Sort.CACHE, "c", 5, nameless=True), Holding(Sort.CACHE, "d", 6))


@pytest.mark.parametrize(
    ("line", "daemon", "lost"),
    [
        ("rmi mine:1", {"known": {"mine:1": BUILT}}, ["mine:1"]),
        ("rmi -f mine:1", {"known": {"mine:1": BUILT}}, []),
        ("rmi mine:1", {"known": {"mine:1": TWICE}}, []),
        ("rmi absent", {}, []),
        ("rm old", {"facts": WORKED, "written": ("/etc", "/etc/app", "/root/.ash_history", "/tmp/x")}, ["old"]),
        ("rm old", {"facts": WORKED, "written": ("/root", "/root/.ash_history", "/run/x.pid", "/tmp")}, []),
        ("rm old", {"facts": SERVICE, "written": ("/etc/nginx.conf",)}, []),
        ("rm -f old", {"facts": WORKED, "written": ("/work",)}, []),
        ("rm -v old", {"facts": SERVICE, "kept": KEPT}, ["f" * 64]),
        ("network rm net", {"kept": KEPT}, ["net"]),
        ("network rm eee", {"kept": KEPT}, ["net"]),
        ("network rm free", {"kept": KEPT}, []),
        ("compose down", {"kept": KEPT}, []),
        ("compose down -v", {"kept": KEPT}, ["here_db", "e" * 64]),
        ("compose down --rmi local", {"kept": KEPT}, ["here-web"]),
        ("compose down --rmi all -v", {"kept": KEPT}, ["postgres:16", "here-web", "here_db", "e" * 64]),
        ("buildx prune", {"kept": CACHES}, [""]),
        ("buildx prune -a", {"kept": CACHES}, ["", ""]),
        ("buildx prune --builder far", {"kept": CACHES}, []),
    ],
)  # fmt: skip
def test_what_nothing_brings_back(line: str, daemon: dict[str, object], lost: list[str]) -> None:
    found = foreseen(line, engine(**{"listed": (), **daemon}))
    assert [loss.name for event in found for loss in event.losses] == lost


DATA = Holding(Sort.VOLUME, "data", 3, project="here", id="monday")
DB = DATA._replace(used=True, running=("here-db-1",))
NET = Holding(Sort.NETWORK, "net", users=("old",), id="e" * 64)


@pytest.mark.parametrize(
    ("line", "before", "after", "changed"),
    [
        ("volume rm data", {"kept": [DATA]}, {"kept": [DATA]}, None),
        ("volume rm data", {"kept": [DATA]}, {"kept": [DATA._replace(size=4)]}, None),
        ("volume rm data", {"kept": [DATA]}, {"kept": [DATA._replace(id="tuesday")]}, ("data",)),
        ("volume rm data", {"kept": [DATA]}, {"kept": []}, ("data",)),
        ("volume rm data", {"kept": [DATA]}, {"raises": {"holdings": [refused(500, "no")]}}, ()),
        ("compose down -v", {"kept": [DB]}, {"kept": [DB._replace(id="tuesday", size=4)]}, None),
        ("compose down -v", {"kept": [DB]}, {"kept": [DB, DB._replace(name="more")]}, ("more",)),
        ("network rm net", {"kept": [NET]}, {"kept": [NET._replace(users=("old", "new"))]}, ("net",)),
        ("network rm net", {"kept": [NET]}, {"kept": [NET._replace(id="d" * 64)]}, ("net",)),
        ("rm old", {"facts": WORKED, "written": ("/a",)}, {"written": ("/a", "/b")}, ("old",)),
        ("rm old", {"facts": WORKED, "written": ("/a",)}, {"facts": WORKED._replace(id="f" * 64)}, ("old",)),
        (
            "rmi mine:1",
            {"known": {"mine:1": BUILT}},
            {"known": {"mine:1": BUILT._replace(id="sha256:e5")}},
            ("mine:1",),
        ),
        ("rmi mine:1", {"known": {"mine:1": BUILT}}, {"known": {"mine:1": TWICE}}, ("mine:1",)),
    ],
)
def test_a_list_that_has_changed_since_it_was_shown_is_not_deleted(
    line: str, before: dict[str, object], after: dict[str, object], changed: tuple[str, ...] | None
) -> None:
    daemon = engine(**{"listed": (), **before})
    work = Work(daemon, person())

    def meanwhile(_: Foreseen) -> str:
        for name, value in after.items():
            setattr(daemon, name, value)
        return ""

    assert prune(line, work.desk(told=True), meanwhile) == ("" if changed is None else None)
    assert (
        [event.names for event in work.events if isinstance(event, Overtaken)] == [] if changed is None else [changed]
    )


def test_a_volume_is_shown_with_whom_it_belongs_to() -> None:
    kept = (DB, *(each for each in KEPT if each.name == "e" * 64), Holding(Sort.CONTAINER, "here-db-1", project="here"))
    (found,) = foreseen("compose down -v", engine(kept=kept))
    assert "data (of here-db-1), eeeeeeeeeeee (of here-db-1)" in str(question(found, Scene(load("en"), width=100)))


@pytest.mark.parametrize("language", languages())
def test_what_is_left_undone_is_told(language: str) -> None:
    said = [str(narrate(Overtaken(names), Scene(load(language)))) for names in ((), ("a", "b"))]
    assert said[0] != said[1]
    assert "a, b" in said[1]
    assert "ahead." not in said[0] + said[1]


MINE = Holding(Sort.IMAGE, "mine:1", 9, id="sha256:d4")


@pytest.mark.parametrize(
    ("line", "daemon", "out", "spared"),
    [
        (
            "image prune -a",
            FakeEngine(kept=(MINE,), known={"mine:1": BUILT}),
            "Deleted Images:\nuntagged: mine:1\n\nTotal reclaimed space: 9B\n",
            [],
        ),
        (
            "image prune -a",
            FakeEngine(kept=(MINE,), known={"mine:1": TWICE}),
            "Total reclaimed space: 0B\n",
            [("mine:1", "changed")],
        ),
        ("builder prune", FakeEngine(kept=(Holding(Sort.CACHE, "c", 5, nameless=True),)),
         "Deleted build cache objects:\nc1\n\nTotal reclaimed space: 36B\n", []),
        ("network prune", FakeEngine(kept=KEPT[-1:]), "Deleted Networks:\nfree\n\n", []),
    ],
)  # fmt: skip
def test_printed_as_docker_does(line: str, daemon: FakeEngine, out: str, spared: list[tuple[str, str]]) -> None:
    work = Work(daemon, person())
    assert prune(line, work.desk(told=True), yes) == Done(0)
    assert work.terminal.out == out
    assert [(event.name, event.why) for event in work.events if isinstance(event, Spared)] == spared


def test_a_volume_made_anew_under_its_name_stays() -> None:
    daemon = FakeEngine(kept=(Holding(Sort.VOLUME, "f" * 64, 1, nameless=True, id="monday"),))
    work = Work(daemon, person())

    def meanwhile(event: Foreseen) -> str:
        daemon.kept = (daemon.kept[0]._replace(id="tuesday"),)
        return yes(event)

    assert prune("volume prune", work.desk(told=True), meanwhile) == Done(0)
    assert "volume" not in daemon.names
    assert [event.why for event in work.events if isinstance(event, Spared)] == ["changed"]


@pytest.mark.parametrize("language", languages())
def test_what_stays_is_told(language: str) -> None:
    for why in ("runs", "used", "changed", "refused"):
        said = narrate(Spared("image", "mine", why, "because"), Scene(load(language)))
        assert "mine" in said
        assert "ahead." not in said


@pytest.mark.parametrize(
    ("size", "said"), [(0, "0B"), (999, "999B"), (1000, "1kB"), (1_234_567, "1.235MB"), (20_500_000_000, "20.5GB")]
)
def test_sizes_are_spelled_as_docker_does(size: int, said: str) -> None:
    assert human_size(size) == said
