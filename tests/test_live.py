"""Names kept by the event stream: given lists and events, expect names."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from dshell.engine.live import FIRST_PAUSE, Live
from dshell.engine.records import Change, ContainerName, ImageName
from dshell.errors import EngineError, Failure, Trouble

WEB = ContainerName("web", "1" * 64, "nginx", "running")
JOB = ContainerName("job", "2" * 64, "alpine", "exited")


class Script:
    """An Inventory whose events are put into a queue; None takes the daemon away."""

    def __init__(self) -> None:
        self.up = True
        self.events: queue.Queue[Change | None] = queue.Queue()
        self.listed = 0
        self.asked = 0

    def containers(self) -> list[ContainerName]:
        self.listed += 1
        return [WEB, JOB]

    def images(self) -> list[ImageName]:
        return [ImageName("alpine:latest", "a")] if self.listed < 2 else [ImageName("busybox:latest", "b")]

    def volumes(self) -> list[str]:
        return ["data"]

    def networks(self) -> list[str]:
        return ["bridge"]

    def changes(self) -> Iterator[Change]:
        self.asked += 1
        if not self.up:
            raise EngineError(Failure(Trouble.UNREACHABLE))
        self.events = queue.Queue()
        return self._changes()

    def _changes(self) -> Iterator[Change]:
        while (change := self.events.get()) is not None:
            yield change
        raise EngineError(Failure(Trouble.LOST))

    def close(self) -> None:
        self.events.put(None)


class Watched:
    """A Live over a Script, and a way to wait until it says something."""

    def __init__(self) -> None:
        self.script = Script()
        self.live = Live(self.script, lambda: ["default"])
        self._changed = threading.Condition()
        self.live.on_change = self._notify

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def until(self, true: Callable[[Live], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: true(self.live), timeout=10), self.states()

    def states(self) -> dict[str, str]:
        return {container.name: container.status for container in self.live.names.containers}


@pytest.fixture
def watched() -> Iterator[Watched]:
    watched = Watched()
    watched.live.start()
    watched.until(lambda live: live.up)
    yield watched
    watched.live.close()


def test_before_the_first_answer_nothing_is_known_and_nobody_waits() -> None:
    live = Live(Script(), lambda: ["default", "remote"])
    assert (live.up, live.names.containers, live.names.contexts) == (None, (), ("default", "remote"))


def test_names_are_listed_once(watched: Watched) -> None:
    assert watched.states() == {"web": "running", "job": "exited"}
    assert watched.live.running == 1
    assert [image.name for image in watched.live.names.images] == ["alpine:latest"]
    assert watched.live.names is watched.live.names


NEW = "3" * 64


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([("create", NEW)], {"web": "running", "job": "exited", "new": "created"}),
        ([("create", NEW), ("start", NEW)], {"web": "running", "job": "exited", "new": "running"}),
        ([("die", WEB.id)], {"web": "exited", "job": "exited"}),
        ([("pause", WEB.id)], {"web": "paused", "job": "exited"}),
        ([("destroy", JOB.id)], {"web": "running"}),
        ([("rename", WEB.id)], {"new": "running", "job": "exited"}),
        ([("exec_start: ls", WEB.id)], {"web": "running", "job": "exited"}),
    ],
)
def test_events_keep_the_containers(watched: Watched, changes: list[tuple[str, str]], expected: dict[str, str]) -> None:
    for verb, container in changes:
        watched.script.events.put(Change("container", verb, container, {"name": "new", "image": "alpine"}))
    watched.script.events.put(Change("volume", "create", "last"))
    watched.until(lambda live: "last" in live.names.volumes)
    assert watched.states() == expected
    assert watched.script.listed == 1


def test_a_daemon_that_goes_away_is_noticed_and_used_again(watched: Watched) -> None:
    watched.script.up = False
    watched.script.events.put(None)
    watched.until(lambda live: live.up is False)
    assert watched.live.failure is not None
    watched.script.up = True
    watched.live.refresh()
    watched.until(lambda live: live.up and live.names.images[0].name == "busybox:latest")
    assert watched.live.failure is None


class Slow(Script):
    """A daemon that is far: it answers when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.answers = threading.Event(), threading.Event()

    def changes(self) -> Iterator[Change]:
        self.reached.set()
        assert self.answers.wait(10)
        return super().changes()

    def volumes(self) -> list[str]:
        return ["far"]


def test_another_daemon_is_followed_while_the_first_is_still_being_reached() -> None:
    slow, near = Slow(), Script()
    live = Live(slow, lambda: ["default"])
    news = threading.Event()
    live.on_change = news.set
    live.start()
    assert slow.reached.wait(10)
    live.follow(near)
    slow.answers.set()
    try:
        while not (live.up and near.asked):
            assert news.wait(10), "the first daemon is followed, the second only listed"
            news.clear()
        near.events.put(Change("volume", "create", "new"))
        while "new" not in live.names.volumes:
            assert news.wait(10)
            news.clear()
        assert tuple(live.names.volumes) == ("data", "new")
    finally:
        live.close()


def test_a_daemon_that_stays_away_is_not_asked_without_pause(watched: Watched) -> None:
    watched.script.up = False
    watched.script.events.put(None)
    watched.until(lambda live: live.up is False)
    before = watched.script.asked
    watched.live.refresh()
    watched.until(lambda _: watched.script.asked > before)
    asked = watched.script.asked
    time.sleep(FIRST_PAUSE / 2)
    assert watched.script.asked <= asked + 1


@pytest.mark.parametrize(
    ("noun", "created", "destroyed"),
    [
        ("volume", Change("volume", "create", "cache"), Change("volume", "destroy", "data")),
        (
            "network",
            Change("network", "create", "1" * 64, {"name": "cache"}),
            Change("network", "destroy", "2" * 64, {"name": "bridge"}),
        ),
    ],
)
def test_events_keep_volumes_and_networks(watched: Watched, noun: str, created: Change, destroyed: Change) -> None:
    """A volume's id is its name; a network has both."""
    watched.script.events.put(created)
    watched.script.events.put(destroyed)
    watched.until(lambda live: getattr(live.names, f"{noun}s") == ("cache",))


def test_since_when_a_container_is_as_it_is(watched: Watched) -> None:
    before = time.time()
    watched.script.events.put(Change("container", "die", WEB.id))
    watched.until(lambda live: not live.running)
    since = {container.name: container.since for container in watched.live.names.containers}
    assert since["job"] == JOB.since < before <= since["web"]


def test_contexts_are_read_again_when_a_command_has_ended() -> None:
    contexts = ["default"]
    live = Live(Script(), lambda: contexts)
    assert list(live.names.contexts) == ["default"]
    contexts.append("remote")
    assert list(live.names.contexts) == ["default"]
    live.refresh()
    assert list(live.names.contexts) == ["default", "remote"]
