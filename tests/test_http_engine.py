"""The session path against a real engine."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dshell.engine.base import Engine
from dshell.engine.http import HttpEngine
from dshell.engine.records import ContainerName, Endpoint, Holding, Joining, Sort
from dshell.errors import EngineError, Trouble
from dshell.stream.base import Stream
from tests.conftest import Docker
from tests.scripted import Cut, failure_of, read_all


@pytest.fixture
def engine(engine_host: str) -> Engine:
    return HttpEngine(Endpoint("default", engine_host, "-H"))


Make = Callable[..., str]


@pytest.fixture
def make(engine: Engine) -> Iterator[Make]:
    """Creates containers of alpine that are removed afterwards."""
    made: list[str] = []
    list(engine.pull("docker.io/library/alpine", "latest", ""))

    def make(*command: str, **settings: object) -> str:
        body = {"Image": "alpine", "Cmd": command, "HostConfig": {}, **settings}
        made.append(engine.create(body, "", "").id)
        return made[-1]

    yield make
    for container in made:
        with suppress(EngineError):
            engine.remove(container, force=True, volumes=True, link=False)


@pytest.fixture
def running(engine: Engine, make: Make) -> str:
    container = make("sleep", "600", HostConfig={"Init": True})
    engine.start(container)
    return container


INPUT = {"AttachStdin": True, "OpenStdin": True, "StdinOnce": True}


def begin(engine: Engine, container: str, *, tty: bool = False, stdin: bool = False) -> Stream:
    """docker run's order: attach and wait before start."""
    pending = engine.wait(container, "next-exit")
    stream = engine.attach(container, Joining(tty, stdin), pending)
    engine.start(container)
    return stream


def run_exec(engine: Engine, container: str, *command: str, tty: bool = False, stdin: bool = False) -> Stream:
    body = {"Cmd": command, "Tty": tty, "AttachStdin": stdin, "AttachStdout": True, "AttachStderr": True}
    exec_id = engine.exec_create(container, body)
    return engine.exec_start(exec_id, {"Detach": False, "Tty": tty}, Joining(tty, stdin))


def test_run_carries_bytes_channels_and_the_exit_code(engine: Engine, make: Make) -> None:
    stream = begin(engine, make("sh", "-c", r"printf 'a\0b\377'; printf err >&2; exit 42"))
    assert read_all(stream) == {1: b"a\0b\xff", 2: b"err"}
    assert stream.wait() == 42


def test_a_half_close_ends_the_input_only(engine: Engine, make: Make) -> None:
    stream = begin(engine, make("cat", **INPUT), stdin=True)
    data = bytes(range(256)) * 4096

    def type_in() -> None:
        stream.write(data)
        stream.end_input()

    threading.Thread(target=type_in, daemon=True).start()
    assert read_all(stream)[1] == data
    assert stream.wait() == 0


def test_input_that_nobody_reads_does_no_harm(engine: Engine, make: Make) -> None:
    stream = begin(engine, make("true", **INPUT), stdin=True)
    stream.write(b"y\n" * 1000)
    assert read_all(stream) == {1: b"", 2: b""}
    assert stream.wait() == 0


def test_a_resize_is_seen_inside(engine: Engine, make: Make) -> None:
    stream = begin(engine, make("sh", "-c", "read x; stty size", Tty=True, **INPUT), tty=True, stdin=True)
    stream.resize(os.terminal_size((132, 43)))
    stream.write(b"\n")
    assert b"43 132" in read_all(stream)[1]


def test_inspect_and_siblings(engine: Engine, make: Make) -> None:
    container = make("sh", "-c", "exit 3", HostConfig={"AutoRemove": False, "Binds": ["/tmp:/x"]}, Tty=True)
    before = engine.inspect(container)
    assert (before.id, before.status, before.image) == (container, "created", "alpine")
    assert (before.tty, before.open_stdin, before.auto_remove) == (True, False, False)
    assert (before.command, before.mounts, before.started) == (("sh", "-c", "exit 3"), ("/tmp",), 0.0)
    read_all(begin(engine, container, tty=True))
    after = engine.inspect(before.name)
    assert (after.status, after.exit_code) == ("exited", 3)
    assert min(after.started, after.finished) > time.time() - 3600  # a short one may finish before it started
    assert engine.siblings("alpine") >= 1


def test_lists(engine: Engine, make: Make) -> None:
    bindings = {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}], "53/udp": [{"HostIp": "127.0.0.1"}]}
    open_ports: dict[str, object] = {"80/tcp": {}, "53/udp": {}, "90/tcp": {}}
    container = make("sleep", "600", ExposedPorts=open_ports, HostConfig={"PortBindings": bindings, "Init": True})

    def listed() -> ContainerName:
        return next(row for row in engine.containers() if row.id == container)

    created = listed()
    assert (created.image, created.status, created.ports) == ("alpine", "created", ())
    engine.start(container)
    running = listed()
    assert running.name == engine.inspect(container).name
    assert running.status == "running"
    assert sorted(port.partition("/")[2] for port in running.ports) == ["tcp", "udp"]
    assert {"alpine:latest"} <= {image.name for image in engine.images()}


@pytest.mark.parametrize("name", ["alpine", "alpine:latest", "docker.io/library/alpine:latest"])
def test_what_an_image_runs(engine: Engine, name: str) -> None:
    image = engine.image(name)
    assert image.id.startswith("sha256:")
    assert (image.os, image.entrypoint, image.command, image.ports) == ("linux", (), ("/bin/sh",), ())
    assert image.architecture
    assert image.size > 0


def test_kill_comes_through_while_waiting(engine: Engine, running: str) -> None:
    pending = engine.wait(running, "")
    threading.Timer(0.1, engine.kill, [running, "KILL"]).start()
    assert pending.result() == 137


def test_a_removed_container_has_an_exit_code(engine: Engine, make: Make) -> None:
    container = make("sh", "-c", "exit 9", HostConfig={"AutoRemove": True})
    pending = engine.wait(container, "removed")
    engine.start(container)
    assert pending.result() == 9
    assert failure_of(lambda: engine.inspect(container)).status == 404


def test_stop_and_start_of_what_is_so_already(engine: Engine, running: str) -> None:
    engine.start(running)
    engine.stop(running, 5, "")
    engine.stop(running, None, "")
    assert engine.inspect(running).status == "exited"


def test_exec_loses_no_first_byte(engine: Engine, running: str) -> None:
    for number in range(300):
        stream = run_exec(engine, running, "echo", f"{number}", tty=number % 2 == 1)
        assert read_all(stream)[1].split() == [str(number).encode()]
        stream.close()


def test_exec_ends_with_its_own_code(engine: Engine, running: str) -> None:
    stream = run_exec(engine, running, "sh", "-c", "cat; echo oops >&2; exit 5", stdin=True)
    stream.write(b"in")
    stream.end_input()
    assert read_all(stream) == {1: b"in", 2: b"oops\n"}
    assert stream.wait() == 5


def test_an_exec_tells_whether_it_has_started(engine: Engine, running: str) -> None:
    def started(*command: str) -> bool:
        exec_id = engine.exec_create(running, {"Cmd": command, "AttachStdout": True, "AttachStderr": True})
        stream = engine.exec_start(exec_id, {"Detach": False, "Tty": False}, Joining(tty=False, stdin=False))
        answer = engine.exec_started(exec_id)
        assert (b"executable file not found" in read_all(stream)[1]) is not answer
        assert (stream.wait() in {126, 127}) is not answer
        return answer

    assert started("sleep", "0.2")
    assert started("true")
    assert not started("no-such-program")


def test_exec_without_attaching(engine: Engine, running: str) -> None:
    exec_id = engine.exec_create(running, {"Cmd": ["touch", "/made"], "Detach": True})
    engine.exec_start_detached(exec_id, {"Detach": True})
    stream = run_exec(engine, running, "sh", "-c", "while ! test -e /made; do sleep 0.05; done")
    assert read_all(stream) == {1: b"", 2: b""}
    assert stream.wait() == 0


def test_a_daemon_that_goes_away_in_a_session(engine_host: str, make: Make, tmp_path: Path) -> None:
    proxy = Cut(tmp_path / "docker.sock", engine_host)
    engine = HttpEngine(Endpoint("default", proxy.host, "-H"))
    stream = begin(engine, make("sh", "-c", "echo here; sleep 600", HostConfig={"Init": True}))
    assert stream.read() == (1, b"here\n")
    threading.Timer(0.1, proxy.cut).start()
    assert stream.read() == (1, b"")
    assert failure_of(stream.wait).trouble is Trouble.LOST
    assert failure_of(lambda: engine.inspect("x")).trouble in {Trouble.LOST, Trouble.UNREACHABLE}


def test_many_threads_at_once(engine: Engine, running: str) -> None:
    seen: list[str] = []
    threads = [threading.Thread(target=lambda: seen.append(engine.inspect(running).id)) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [running] * 16


def test_an_image_that_is_not_there(engine: Engine) -> None:
    failure = failure_of(lambda: engine.create({"Image": "no/such:image"}, "", ""))
    assert (failure.trouble, failure.status, failure.subject) == (Trouble.REFUSED, 404, "no/such:image")


def test_what_the_daemon_keeps(engine: Engine, make: Make, docker: Docker) -> None:
    """A stopped container uses its image, its volume and its network; a running one does so more."""
    network, volume = "kept-net", "kept-volume"
    docker("network", "create", network)
    try:
        container = make("sleep", "600", HostConfig={"Binds": [f"{volume}:/x"], "NetworkMode": network, "Init": True})
        name = engine.inspect(container).name
        engine.start(container)
        running = {(row.sort, row.name): row for row in engine.holdings()}
        image = next(name for sort, name in running if sort is Sort.IMAGE and "alpine:latest" in name.split(", "))
        assert running[Sort.CONTAINER, name].used
        assert running[Sort.VOLUME, volume].used
        assert running[Sort.NETWORK, network].used
        assert running[Sort.IMAGE, image].used
        engine.kill(container, "")
        engine.wait(container, "").result()
        stopped = {(row.sort, row.name): row for row in engine.holdings()}
        assert not stopped[Sort.CONTAINER, name].used
        assert stopped[Sort.VOLUME, volume]._replace(id="") == Holding(Sort.VOLUME, volume, users=(name,))
        assert stopped[Sort.NETWORK, network]._replace(id="") == Holding(Sort.NETWORK, network, users=(name,))
        assert name in stopped[Sort.IMAGE, image].users
        assert (Sort.NETWORK, "bridge") not in stopped
        engine.remove(container, force=True, volumes=False, link=False)
    finally:
        docker("network", "rm", network)
        docker("volume", "rm", volume)
