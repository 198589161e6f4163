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
from dshell.teach.ahead import told
from dshell.teach.explain import explain
from dshell.teach.layout import Scene
from dshell.teach.texts import load as load_texts
from tests.desks import GRAMMAR, Work
from tests.fakes import FakeEngine
from tests.faults.proxy import Proxy
from tests.program import ARROW, Program
from tests.relays import port_to

assert sys.platform != "win32"

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
FOLDER = "/home/me/shop"


def called(line: str) -> Call:
    simple = parse(line, GRAMMAR).commands[0]
    return call_of(simple, settle(simple, Surroundings({"RUN": "/run"}, FOLDER, "/home/me", lambda piece: piece.inner)))


def remarked(line: str, foresight: Foresight, engine: FakeEngine, folder: str) -> list[Foreseen]:
    work = Work(engine)
    desk = work.desk(told=True, folder=folder, environ={"SOCK": "/var/run/docker.sock"})
    assert foresight.instead(called(line), desk, HostDisk()) == "", "nothing is held up"
    return [each for each in work.events if isinstance(each, Foreseen) and each.ahead in TRUSTS]


def remarks(line: str, foresight: Foresight | None = None, engine: FakeEngine | None = None) -> list[str]:
    found = remarked(line, foresight or Foresight(), engine or FakeEngine(), FOLDER)
    return [each.ahead.value for each in found]


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
    assert remarks("compose exec --privileged web ls") == ["privileged"]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("create --mount type=bind,source=/var/run/docker.sock,target=/s nginx", ["socket"]),
        ("create --cap-add SYS_ADMIN --network host nginx", ["capability", "host-network"]),
        ("create --cap-add NET_ADMIN --mount type=volume,source=x,target=/s nginx", []),
        ("update --mount-add type=bind,source=/,target=/h --network-add host web", ["disk", "host-network"]),
    ],
)
def test_a_service_of_a_swarm(flags: str, expected: list[str]) -> None:
    assert remarks(f"service {flags}") == expected


COMPOSE = """
x-base: &base
  privileged: yes
services:
  web:
    image: nginx
    depends_on: [agent]
    volumes: ["./src:/src", data:/data]
  agent: {image: a, volumes: ["${SOCK:-/nowhere}:/s"]}
  other: {image: a, volumes: ["${NO_SUCH:-/run/docker.sock}:/s:ro"]}
  disk: {image: a, volumes: [{type: bind, source: /, target: /host}]}
  base: {<<: *base, image: a, depends_on: {fence: {condition: service_started}}}
  fence: {image: a, pid: host, cap_add: [ALL], security_opt: ["seccomp:unconfined"], network_mode: host}
  calm: {image: a, pid: "service:web", cap_add: [NET_ADMIN], privileged: false, volumes: [{type: tmpfs, target: /t}]}
  above: {image: a, volumes: ["../../../../../../../../../../run:/r"], profiles: [tools]}
  round: {image: a, depends_on: [round, nobody]}
"""
FENCES = ["processes", "capability", "unguarded", "host-network"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("up -d web", {"agent": ["socket"]}),
        ("up calm round", {}),
        ("create other", {"other": ["socket"]}),
        ("up disk", {"disk": ["disk"]}),
        ("up base", {"base": ["privileged"], "fence": FENCES}),
        ("up above", {"above": ["socket"]}),
        ("--profile tools up", {"agent": ["socket"], "disk": ["disk"], "base": ["privileged"], "fence": FENCES}),
        ("run fence sh", {"fence": FENCES}),
        ("run -v /:/x calm sh", {"": ["disk"]}),
        ("-f compose.yaml -f more.yaml up calm", {"calm": ["privileged"]}),
        ("-f nosuch.yaml up", {}),
        ("ps", {}),
        ("down", {}),
    ],
)
def test_a_compose_file_is_read_for_it(line: str, expected: dict[str, list[str]], tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "more.yaml").write_text("services: {calm: {privileged: true}}")
    found: dict[str, list[str]] = {}
    for each in remarked(f"compose {line}", Foresight(), FakeEngine(), str(tmp_path)):
        found.setdefault(each.slots.get("service", ""), []).append(each.ahead.value)
    assert found == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("up", ["privileged"]),
        ("--profile tools up", ["privileged", "socket"]),
        ("--env-file other up", ["socket", "processes"]),
        ("-f more.yaml up", ["disk"]),
        ("-f sub/more.yaml up", []),
        ("--project-directory sub -f more.yaml up", ["host-network"]),
    ],
)
def test_variables_beside_the_file(line: str, expected: list[str], tmp_path: Path) -> None:
    """Of which some are compose's own: ``COMPOSE_FILE``."""
    (tmp_path / "sub").mkdir()
    web = 'services: {a: {image: x, privileged: "${MIGHT:-no}", pid: "${PID-host}"}'
    (tmp_path / "main.yaml").write_text(web + ", b: {image: x, profiles: [tools], volumes: ['${SOCK}:/s']}}")
    for folder in (tmp_path, tmp_path / "sub"):
        (folder / "more.yaml").write_text('services: {c: {image: x, volumes: ["${WHERE-.}:/h"], network_mode: "$NET"}}')
    (tmp_path / ".env").write_text("COMPOSE_FILE=main.yaml\nMIGHT=yes\nPID=\nWHERE=/\n")
    (tmp_path / "other").write_text("COMPOSE_FILE=main.yaml\nCOMPOSE_PROFILES=tools\n")
    (tmp_path / "sub" / ".env").write_text("NET=${HOW:-host}\n" if "--project" in line else "")
    found = remarked(f"compose {line}", Foresight(), FakeEngine(), str(tmp_path))
    assert sorted(each.ahead.value for each in found) == sorted(expected)


def test_a_remark_names_the_service(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    found = remarked("compose up agent", Foresight(), FakeEngine(), str(tmp_path))
    said = [told(each, Scene(load_texts(language), width=400)) for language in ("en", "fr") for each in found]
    assert ["service agent:" in "".join(rows).replace("\xa0:", ":") for rows in said] == [True, True]


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


WITHOUT_TLS = {
    ("here", "en"): "is open without TLS: each user and each program of this machine",
    ("here", "fr"): "est ouvert sans TLS : tout utilisateur et tout programme de cette machine",
    ("named", "en"): "is spoken to without TLS: who is on the way reads and changes everything",
    ("named", "fr"): "se font sans TLS : sur le trajet on peut tout lire et tout modifier",
}


@pytest.mark.parametrize(("where", "language"), WITHOUT_TLS if LONG else [("here", "en"), ("named", "fr")])
def test_a_port_without_tls_is_told_once_on_a_machine(
    engine_host: str, tmp_path: Path, where: str, language: str
) -> None:
    name = "127.0.0.1" if where == "here" else socket.gethostname()
    with port_to(engine_host.removeprefix("unix://"), address_of(name)) as port:
        host = f"tcp://{name}:{port}"
        seen = []
        for _ in range(2):
            with Program(host, tmp_path, language).repl() as repl:
                repl.run("run --rm alpine true")
                seen.append(" ".join(repl.screen.text().split()))
    words = f"{host} {WITHOUT_TLS[where, language]}"
    if where == "named" and language == "fr":
        words = f"les échanges avec {words}"
    assert [text.count(words) for text in seen] == [1, 0]
    assert words in seen[0].partition(ARROW)[0], "before the first prompt"


def address_of(name: str) -> str:
    try:
        return socket.gethostbyname(name)
    except OSError:
        pytest.skip("this machine does not find itself by its name")
