"""An engine that answers as told and remembers what it was asked, as ``engine.base.Engine``."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dshell.engine.base import Json, Pending, Printed
from dshell.engine.records import (
    Checkpoint,
    ContainerFacts,
    ContainerName,
    Dying,
    Endpoint,
    Exposure,
    Holding,
    ImageFacts,
    ImageName,
    Joining,
    NewContainer,
    Noun,
    PullStep,
    Version,
    Wanted,
)
from dshell.errors import EngineError, Failure, Trouble
from dshell.stream.base import Stream
from dshell.survey import Survey

ENDPOINT = Endpoint("default", "unix:///run/fake.sock", "default")
NOTHING = Survey()
ID = "3f2a91c07d1e" + "0" * 52
RUNNING = ContainerFacts(
    id=ID,
    name="web",
    image="alpine",
    command=("sh",),
    status="running",
    tty=False,
    open_stdin=False,
    auto_remove=False,
    exit_code=0,
    oom=False,
    started=1.0,
    finished=0.0,
)


def refused(status: int, words: str) -> EngineError:
    return EngineError(Failure(Trouble.REFUSED, words, status))


@dataclass
class FakeStream:
    """A program that says ``says`` and ends, or breaks off with ``breaks``."""

    exit_code: int = 0
    says: list[tuple[int, bytes]] = field(default_factory=list)
    breaks: EngineError | None = None
    asked: list[str] = field(default_factory=list)
    heard: bytes = b""

    def read(self) -> tuple[int, bytes]:
        if self.says:
            return self.says.pop(0)
        if self.breaks:
            raise self.breaks
        return 1, b""

    def write(self, data: bytes) -> None:
        self.heard += data

    def end_input(self) -> None:
        self.asked.append("end_input")

    def resize(self, size: os.terminal_size) -> None:
        self.asked.append(f"resize {size.columns}x{size.lines}")

    def wait(self) -> int:
        return self.exit_code

    def close(self) -> None:
        self.asked.append("close")


@dataclass
class FakePrinted:
    """A log that says ``says`` and ends."""

    says: list[tuple[int, bytes]]

    def pieces(self) -> Iterator[tuple[int, bytes]]:
        yield from self.says

    def close(self) -> None: ...


@dataclass
class FakePending:
    exit_code: int = 0

    def result(self) -> int:
        return self.exit_code

    def close(self) -> None:
        pass


@dataclass
class FakeEngine:
    """``raises``: method name to what it raises, for as many calls as there are; ``asked``: method and arguments.

    ``starts``: the program of an exec can be started. ``changes``: what start and stop ask for was not so already.
    ``listed``: containers; ``local``: images; ``known``: what is known of each image that is here; ``kept``: holdings.
    ``written``: paths that were changed in a container.
    """

    facts: ContainerFacts = RUNNING
    stream: FakeStream = field(default_factory=FakeStream)
    raises: dict[str, list[EngineError]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    pulls: tuple[PullStep, ...] = ()
    api: str = "1.50"
    system: str = "linux"
    starts: bool = True
    changes: bool = True
    listed: tuple[ContainerName, ...] = ()
    local: tuple[str, ...] = ()
    ending: tuple[Dying, ...] = ()
    known: Mapping[str, ImageFacts] = field(default_factory=dict)
    kept: tuple[Holding, ...] = ()
    endpoint: Endpoint = ENDPOINT
    exposure: Exposure | None = None
    printed: bytes = b""
    written: tuple[str, ...] = ()
    surveyed: Survey = NOTHING
    records: Mapping[tuple[str, str], Json] = field(default_factory=dict)
    asked: list[tuple[object, ...]] = field(default_factory=list)

    def _ask(self, *what: object) -> None:
        self.asked.append(what)
        waiting = self.raises.get(str(what[0]))
        if waiting:
            raise waiting.pop(0)

    @property
    def names(self) -> list[str]:
        return [str(what[0]) for what in self.asked]

    def ping(self) -> Version:
        return Version(self.api, self.system)

    def create(self, body: Json, name: str, platform: str) -> NewContainer:
        self._ask("create", body, name, platform)
        return NewContainer(ID, self.warnings)

    def start(self, container: str, checkpoint: Checkpoint | None = None) -> bool:
        self._ask("start", container)
        return self.changes

    def wait(self, container: str, condition: str) -> Pending:
        self._ask("wait", container, condition)
        return FakePending(self.stream.exit_code)

    def attach(self, container: str, joining: Joining, pending: Pending) -> Stream:
        self._ask("attach", container, joining)
        return self.stream

    def inspect(self, container: str) -> ContainerFacts:
        self._ask("inspect", container)
        return self.facts

    def record(self, noun: Noun, name: str = "") -> Json:
        self._ask("record", noun.value, name)
        return self.records.get((noun.value, name), {})

    def resize(self, container: str, columns: int, lines: int) -> None:
        self._ask("resize", container, columns, lines)

    def kill(self, container: str, signal: str) -> None:
        self._ask("kill", container, signal)

    def stop(self, container: str, timeout: int | None, signal: str) -> bool:
        self._ask("stop", container, timeout, signal)
        return self.changes

    def remove(self, container: str, *, force: bool, volumes: bool, link: bool) -> None:
        self._ask("remove", container, force, volumes, link)

    def exec_create(self, container: str, body: Json) -> str:
        self._ask("exec_create", container, body)
        return "e1"

    def exec_start(self, exec_id: str, body: Json, joining: Joining) -> Stream:
        self._ask("exec_start", exec_id, body, joining)
        return self.stream

    def exec_started(self, exec_id: str) -> bool:
        self._ask("exec_started", exec_id)
        return self.starts

    def exec_start_detached(self, exec_id: str, body: Json) -> None:
        self._ask("exec_start_detached", exec_id, body)

    def pull(self, image: str, tag: str, platform: str, *, lenient: bool = False) -> Iterator[PullStep]:
        self._ask("pull", image, tag, platform)
        yield from self.pulls
        for error in self.raises.get("pulling", ()):
            raise error

    @property
    def dying(self) -> Sequence[Dying]:
        return self.ending

    def settle(self) -> None:
        self._ask("settle")
        self.ending = ()

    def logs(self, container: str, rows: int, *, tty: bool) -> bytes:
        self._ask("logs", container, rows)
        return self.printed

    def logins(self) -> Mapping[str, Mapping[str, str]]:
        return {}

    def put_archive(self, container: str, folder: str, archive: bytes) -> None:
        self._ask("put_archive", container, folder)

    def log(self, container: str, wanted: Wanted, *, tty: bool) -> Printed:
        self._ask("log", container, wanted)
        return FakePrinted(list(self.stream.says))

    def siblings(self, image: str) -> int:
        self._ask("siblings", image)
        return 1

    def containers(self) -> list[ContainerName]:
        self._ask("containers")
        return list(self.listed)

    def images(self) -> list[ImageName]:
        self._ask("images")
        return [ImageName(name, "") for name in self.local]

    def volumes(self) -> list[str]:
        self._ask("volumes")
        return ["data", "app_db"]

    def networks(self) -> list[str]:
        self._ask("networks")
        return ["bridge", "course"]

    def image(self, image: str) -> ImageFacts:
        self._ask("image", image)
        if image not in self.known:
            raise refused(404, f"No such image: {image}")
        return self.known[image]

    def architecture(self) -> str:
        self._ask("architecture")
        return "amd64"

    def survey(self) -> Survey:
        self._ask("survey")
        return self.surveyed

    def holdings(self) -> list[Holding]:
        self._ask("holdings")
        return list(self.kept)

    @property
    def discards(self) -> FakeDiscards:
        return FakeDiscards(self)

    def close(self) -> None:
        pass


@dataclass
class FakeDiscards:
    """Deletes nothing, and notes what it was asked for with its engine's questions."""

    engine: FakeEngine

    def image(self, reference: str) -> list[tuple[str, str]]:
        self.engine._ask("image", reference)
        return [("Untagged", reference)]

    def image_names(self, identity: str) -> tuple[str, ...]:
        return next((facts.names for facts in self.engine.known.values() if facts.id == identity), ())

    def volume(self, name: str) -> None:
        self.engine._ask("volume", name)

    def volume_made(self, name: str) -> str:
        return next((held.id for held in self.engine.kept if held.name == name), "")

    def network(self, identity: str) -> None:
        self.engine._ask("network", identity)

    def cache(self, unused: float, *, every: bool) -> tuple[list[str], int]:
        self.engine._ask("cache", every)
        return ["c1"], 36

    def changed(self, container: str) -> list[str]:
        return list(self.engine.written)


def with_facts(**changes: object) -> ContainerFacts:
    return RUNNING._replace(**changes)  # type: ignore[arg-type]
