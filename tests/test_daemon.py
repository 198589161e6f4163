"""The inventory on the real engine: what exists, what changes, what goes wrong."""

from __future__ import annotations

import errno
import socket
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dshell.engine.daemon import Daemon
from dshell.engine.facts import own_name
from dshell.engine.records import Change, Endpoint
from dshell.errors import EngineError, Trouble

assert sys.platform != "win32"  # for mypy: unix sockets

Docker = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def daemon(engine_host: str) -> Iterator[Daemon]:
    daemon = Daemon(Endpoint("default", engine_host, "DOCKER_HOST"))
    yield daemon
    daemon.close()


@pytest.fixture
def name(docker: Docker) -> Iterator[str]:
    name = f"daemon-{uuid.uuid4().hex[:8]}"
    yield name
    docker("rm", "-f", name)


def test_what_exists(daemon: Daemon, docker: Docker, name: str) -> None:
    docker("create", "--name", name, "-v", f"{name}:/data", "alpine")
    found = {container.name: container for container in daemon.containers()}
    assert (found[name].image, found[name].status, found[name].running) == ("alpine", "created", False)
    assert "alpine:latest" in [image.name for image in daemon.images()]
    assert name in daemon.volumes()
    assert {"bridge", "host", "none"} <= set(daemon.networks())
    docker("rm", "-f", name)
    docker("volume", "rm", name)


def test_changes_begin_with_the_call(daemon: Daemon, docker: Docker, name: str) -> None:
    changes = daemon.changes()
    docker("create", "--name", name, "alpine")
    mine: Iterator[Change] = (change for change in changes if change.attributes.get("name") == name)
    assert next(mine).verb == "create"
    docker("rm", name)
    assert next(mine).verb == "destroy"


def test_close_ends_the_changes(daemon: Daemon) -> None:
    changes = daemon.changes()
    ended = threading.Event()

    def follow() -> None:
        with suppress(EngineError):
            for _ in changes:
                pass
        ended.set()

    threading.Thread(target=follow, daemon=True).start()
    assert not ended.wait(0.2)
    daemon.close()
    assert ended.wait(5)


def test_a_socket_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        Daemon(Endpoint("default", f"unix://{tmp_path}/none.sock", "-H")).containers()
    failure = caught.value.failure
    assert (failure.trouble, failure.number) == (Trouble.UNREACHABLE, errno.ENOENT)
    assert failure.endpoint.endswith("none.sock")


def test_a_daemon_that_closes_at_once(tmp_path: Path) -> None:
    path = tmp_path / "closing.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def close_each() -> None:
            while True:
                try:
                    listener.accept()[0].close()
                except OSError:
                    return

        threading.Thread(target=close_each, daemon=True).start()
        with pytest.raises(EngineError) as caught:
            Daemon(Endpoint("default", f"unix://{path}", "-H")).images()
        listener.shutdown(socket.SHUT_RDWR)
    assert caught.value.failure.trouble is Trouble.LOST


@pytest.mark.parametrize(
    ("names", "own"),
    [(("/web",), "web"), (("/app/db", "/postgres"), "postgres"), ((), "")],
)
def test_links_do_not_name_a_container(names: tuple[str, ...], own: str) -> None:
    assert own_name(names) == own
