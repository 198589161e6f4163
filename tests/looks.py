"""A daemon, a line, and what is foreseen of it."""

from __future__ import annotations

from dshell.engine.records import ContainerName, Holding, ImageFacts, ImageName, Sort
from dshell.foreseen import Foreseen
from dshell.line.expand import Surroundings, settle
from dshell.line.parse import parse
from dshell.run.ahead.foresight import Foresight
from dshell.run.base import Call
from dshell.run.disk import HostDisk
from dshell.run.line import call_of
from tests.desks import GRAMMAR, Work
from tests.fakes import ID, FakeEngine, with_facts

ALPINE = ImageFacts("sha256:a1", "linux", "amd64", command=("/bin/sh",))
NGINX = ImageFacts("sha256:b2", "linux", "amd64", ("/docker-entrypoint.sh",), ("nginx", "-g", "daemon off;"))
ARM = ALPINE._replace(id="sha256:c3", architecture="arm64")
OLD = ContainerName("old", ID, "alpine", "exited", image_id="sha256:a1")
WEB = ContainerName("web", ID, "nginx", "running", ports=("8080/tcp",), image_id="sha256:b2")
TALKS = with_facts(name="old", status="exited", tty=True, open_stdin=True, finished=1.0)


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
