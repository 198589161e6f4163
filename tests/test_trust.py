"""Who is let in: lines that give the daemon's machine away, and daemons that others may rule. Each is named once."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dshell.engine.exposure import exposure
from dshell.engine.records import TLS, Endpoint, Exposure
from dshell.foreseen import TRUSTS, Foreseen
from dshell.habits.told import Told
from dshell.line.expand import Surroundings, settle
from dshell.line.parse import parse
from dshell.run.ahead.foresight import Foresight
from dshell.run.base import Call
from dshell.run.disk import HostDisk
from dshell.run.line import call_of
from dshell.teach.explain import explain
from dshell.teach.texts import load as load_texts
from tests.desks import GRAMMAR, FakeEngine, Work
from tests.faults.proxy import Proxy
from tests.program import ARROW, Program

assert sys.platform != "win32"

FOLDER = "/home/me/shop"


def called(line: str) -> Call:
    simple = parse(line, GRAMMAR).commands[0]
    return call_of(simple, settle(simple, Surroundings({"RUN": "/run"}, FOLDER, "/home/me", str)))


def remarks(line: str, foresight: Foresight | None = None, engine: FakeEngine | None = None) -> list[str]:
    work = Work(engine or FakeEngine())
    desk = work.desk(told=True, folder=FOLDER)
    assert (foresight or Foresight()).instead(called(line), desk, HostDisk()) == "", "nothing is held up"
    return [each.ahead.value for each in work.events if isinstance(each, Foreseen) and each.ahead in TRUSTS]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("", []),
        ("-v /var/run/docker.sock:/var/run/docker.sock", ["socket"]),
        ("-v //var/run/docker.sock:/var/run/docker.sock", ["socket"]),
        ("-v /run/docker.sock:/s:ro", ["socket"]),
        ("-v $RUN/docker.sock:/s", ["socket"]),
        ("-v ../../../var/run/docker.sock:/s", ["socket"]),
        ("-v /run/user/1000/docker.sock:/s", ["socket"]),
        ("-v //./pipe/docker_engine://./pipe/docker_engine", ["socket"]),
        (r"-v '\\.\pipe\docker_engine:\\.\pipe\docker_engine'", ["socket"]),
        ("-v /var/run:/var/run", ["socket"]),
        ("-v /run/fake.sock:/s", ["socket"]),  # the one that this daemon listens on
        ("--mount type=bind,source=/var/run/docker.sock,target=/s", ["socket"]),
        ("--mount type=bind,src=//run/docker.sock,dst=/s", ["socket"]),
        (r"--mount 'type=npipe,source=\\.\pipe\docker_engine,target=\\.\pipe\x'", ["socket"]),
        ("--use-api-socket", ["socket"]),
        ("-v docker.sock:/s", []),  # a volume of that name
        ("-v ./docker:/s", []),
        ("-v /:/host", ["disk"]),
        ("-v //:/host:ro", ["disk"]),
        ("-v /etc/:/host", ["disk"]),
        ("-v /etc/localtime:/etc/localtime:ro", []),
        ("-v /home/me:/x", []),
        ("--privileged", ["privileged"]),
        ("--privileged=false", []),
        ("--pid host", ["processes"]),
        ("--pid container:web", []),
        ("--cap-add SYS_ADMIN", ["capability"]),
        ("--cap-add=cap_sys_admin --cap-add all", ["capability"]),
        ("--cap-add NET_ADMIN", []),
        ("--cap-drop ALL", []),
        ("--security-opt seccomp=unconfined", ["unguarded"]),
        ("--security-opt apparmor:unconfined", ["unguarded"]),
        ("--security-opt no-new-privileges", []),
        ("--network host", ["host-network"]),
        ("--net=host", ["host-network"]),
        ("--privileged --pid=host -v /:/host --net host", ["disk", "privileged", "processes", "host-network"]),
    ],
)
def test_what_a_line_gives_away(flags: str, expected: list[str]) -> None:
    assert remarks(f"run {flags} alpine ls") == expected
    assert remarks(f"docker create {flags} alpine ls") == expected


def test_privileged_inside() -> None:
    assert remarks("exec --privileged web ls") == ["privileged"]
    assert remarks("exec web ls") == []


def test_each_is_told_once_not_once_a_session(tmp_path: Path) -> None:
    line, engine = "run --privileged --net host alpine ls", FakeEngine(exposure=Exposure.PLAIN)
    told = Told(tmp_path / "state" / "told")
    first = Foresight(first=told.first)
    assert remarks(line, first, engine) == ["tcp", "privileged", "host-network"]
    assert remarks(line, first, engine) == []
    again = Told(tmp_path / "state" / "told").first
    assert remarks(line, Foresight(first=again), engine) == []
    other = FakeEngine(exposure=Exposure.PLAIN, endpoint=Endpoint("far", "tcp://10.0.0.9:2375", "x"))
    assert remarks("ps", Foresight(first=again), other) == ["tcp"]
    assert (tmp_path / "state" / "told").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("off", ["trust", "all"])
def test_it_can_be_switched_off(off: str) -> None:
    assert remarks("run --privileged alpine ls", Foresight([off]), FakeEngine(exposure=Exposure.OPEN)) == []


def test_what_cannot_be_remembered_is_told_again(tmp_path: Path) -> None:
    (tmp_path / "told").mkdir()
    told = Told(tmp_path / "told")
    assert [told.first("x"), told.first("x")] == [True, True]


def test_several_shells_at_once_remember_everything(tmp_path: Path) -> None:
    def tell(shell: int) -> None:
        for number in range(20):
            Told(tmp_path / "told").first(f"{shell} {number}")

    shells = [get_context("fork").Process(target=tell, args=[shell]) for shell in range(5)]
    for each in shells:
        each.start()
    for each in shells:
        each.join()
    assert sorted((tmp_path / "told").read_text().splitlines()) == sorted(
        f"{s} {n}" for s in range(5) for n in range(20)
    )


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ("-v //var/run/docker.sock:/s", "all that the daemon may"),
        ("--mount type=bind,source=/run/docker.sock,target=/s", "all that the daemon may"),
        ("--use-api-socket", "talk to the daemon"),
        ("--privileged", "nearly all rights on the machine"),
        ("--pid host", "sees all processes of this machine"),
        ("--cap-add SYS_RAWIO", "past all rights"),
        ("--cap-add DAC_READ_SEARCH", "of this machine too"),
        ("--security-opt seccomp=unconfined", "one of the fences"),
        ("--network host", "its ports are those of this machine"),
    ],
)
def test_the_explanation_names_it_too(flags: str, words: str) -> None:
    said = [text for _, text in explain(parse(f"run {flags} alpine", GRAMMAR), load_texts("en"))]
    assert any(words in text for text in said), said


# Daemons


def endpoint(host: str, tls: TLS | None = None) -> Endpoint:
    return Endpoint("x", host, "-H", tls)


@pytest.mark.parametrize(
    ("host", "tls", "expected"),
    [
        ("tcp://10.0.0.9:2375", None, Exposure.PLAIN),
        ("tcp://docker.example.com:2375", None, Exposure.PLAIN),
        ("tcp://[fd00::1]:2375", None, Exposure.PLAIN),
        ("tcp://localhost:2375", None, Exposure.PLAIN_HERE),
        ("tcp://127.0.0.1:2375", None, Exposure.PLAIN_HERE),
        ("tcp://[::1]:2375", None, Exposure.PLAIN_HERE),
        ("tcp://localhost.example.com:2375", None, Exposure.PLAIN),
        ("tcp://127.example.com:2375", None, Exposure.PLAIN),
        ("tcp://10.0.0.9:2376", TLS("ca.pem"), None),
        ("tcp://10.0.0.9:2376", TLS(verify=False), Exposure.UNVERIFIED),
        ("ssh://me@10.0.0.9", None, None),
        ("npipe:////./pipe/docker_engine", None, None),
        ("unix:///nowhere/docker.sock", None, None),
        ("unix:///etc/hostname", None, None),
    ],
)
def test_how_a_daemon_is_reached(host: str, tls: TLS | None, expected: Exposure | None) -> None:
    assert exposure(endpoint(host, tls)) is expected


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """One that everybody may go through, as pytest's own are not."""
    with TemporaryDirectory(prefix="dshell-trust-") as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.parametrize(
    ("mode", "folder", "owner", "expected"),
    [
        (0o660, 0o755, 0, None),
        (0o600, 0o755, 0, None),
        (0o666, 0o755, 0, Exposure.OPEN),
        (0o662, 0o755, 0, Exposure.OPEN),
        (0o664, 0o755, 0, None),
        (0o777, 0o700, 0, None),  # nobody else comes as far
        (0o777, 0o711, 0, Exposure.OPEN),
        (0o660, 0o755, 12345, Exposure.FOREIGN),
    ],
)
def test_whose_a_socket_is(open_folder: Path, mode: int, folder: int, owner: int, expected: Exposure | None) -> None:
    place = open_folder / "run"
    place.mkdir()
    with socket.socket(socket.AF_UNIX) as daemon:
        daemon.bind(str(place / "docker.sock"))
        (place / "docker.sock").chmod(mode)
        place.chmod(folder)
        if owner:
            if os.getuid():
                pytest.skip("only root gives things away")
            os.chown(place / "docker.sock", owner, -1)
        (open_folder / "link.sock").symlink_to(place / "docker.sock")
        for path in (place / "docker.sock", open_folder / "link.sock"):
            assert exposure(endpoint(f"unix://{path}")) is expected


def test_it_is_told_before_the_first_prompt_and_never_again(
    engine_host: str, open_folder: Path, tmp_path: Path
) -> None:
    with Proxy(open_folder / "s", engine_host) as proxy:
        (open_folder / "s").chmod(0o666)
        program = Program(proxy.host, tmp_path)
        seen = []
        for _ in range(2):
            with program.repl() as repl:
                seen.append(" ".join(repl.screen.text().split()))
                repl.run("run --rm --privileged alpine true")
                seen.append(" ".join(repl.screen.text().split()))
        warned = ["every user of this machine may write" in text.partition(ARROW)[0] for text in seen]
        assert warned == [True, True, False, False]
        assert ["leaves nothing between" in text for text in seen] == [False, True, False, False]
        doctor = program.once("doctor").stdout.decode()
        assert "every user of this machine may write" in " ".join(doctor.split())
