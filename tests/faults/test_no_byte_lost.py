"""No byte is lost or made up, however much passes and whoever is slow; and what passes is not kept."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path

import pytest

from tests.conftest import docker_at
from tests.faults.transfer import MEGABYTE, QUICK, Data, Pace, Session, Transfer, content, data
from tests.program import Program
from tests.relays import SSH_HERE, TlsServer, make_certificates, port_to, to_engine

assert sys.platform != "win32"

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
MUCH = (1024 if LONG else 24) * MEGABYTE
SOME = (64 if LONG else 1) * MEGABYTE
PASTED = MEGABYTE
FLAT = 4096  # KB that a session may gain behind the first tenth of what passes

BOTH = ["run", "exec"]
EITHER = BOTH if LONG else ["exec"]
SLOW, DRIPPING = Pace(SOME // 64, 0.01), Pace(SOME // 64 + 1, 0.01)
NOTHING = data(iter(()))


@pytest.fixture
def program(engine_host: str, tmp_path: Path) -> Program:
    return Program(engine_host, tmp_path)


@pytest.fixture(scope="module")
def box(engine_host: str) -> Iterator[str]:
    """A container that stands, for ``exec``."""
    name, docker = f"box-{uuid.uuid4().hex[:8]}", docker_at(engine_host)
    docker("run", "-d", "--name", name, "alpine", "sleep", "1d")
    yield name
    docker("rm", "-f", name)


def words(way: str, box: str, *command: str, keyboard: str = "-i") -> tuple[str, ...]:
    return ("run", "--rm", keyboard, "alpine", *command) if way == "run" else ("exec", keyboard, box, *command)


def assert_whole(transfer: Transfer, out: Data, err: Data = NOTHING) -> None:
    assert transfer.code == 0
    assert (transfer.out, transfer.err) == (out, err)


@pytest.mark.parametrize("way", BOTH)
def test_as_much_comes_back_as_goes_in_and_nothing_is_kept(program: Program, box: str, way: str) -> None:
    done = Session(program, words(way, box, "cat"), 1, MUCH).end()
    assert_whole(done, data(content(1, MUCH)))
    assert done.sent == done.out
    early, late = done.memory
    sys.stdout.write(f"{way} -i, {MUCH >> 20} MB each way: peak {late} KB, {late - early} KB more than at the start\n")
    assert late - early < FLAT


@pytest.mark.parametrize("way", EITHER)
@pytest.mark.parametrize(
    ("feeding", "reading"),
    [(DRIPPING, QUICK), (QUICK, SLOW), (DRIPPING, SLOW)],
    ids=["slow writer", "slow reader", "both slow"],
)
def test_whoever_is_slow(program: Program, box: str, way: str, feeding: Pace, reading: Pace) -> None:
    done = Session(program, words(way, box, "cat"), 2, SOME, feeding).end(reading)
    assert_whole(done, data(content(2, SOME)))


def test_eight_sessions_at_once_do_not_mix(program: Program, box: str) -> None:
    ways = [words(("run", "exec")[seed % 2], box, "cat") for seed in range(8)]
    sessions = [Session(program, each, seed, SOME) for seed, each in enumerate(ways)]
    ended: dict[int, Transfer] = {}
    threads = [
        threading.Thread(target=lambda seed=seed, each=each: ended.update({seed: each.end()}))
        for seed, each in enumerate(sessions)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed in range(8):
        assert_whole(ended[seed], data(content(seed, SOME)))


@pytest.mark.parametrize("way", EITHER)
def test_output_and_errors_stay_apart_and_whole(program: Program, box: str, way: str) -> None:
    done = Session(program, words(way, box, "tee", "/dev/stderr"), 3, SOME).end(SLOW)
    assert_whole(done, data(content(3, SOME)), data(content(3, SOME)))


@pytest.mark.parametrize("way", EITHER)
def test_the_end_of_input_leaves_what_is_on_its_way(program: Program, box: str, way: str) -> None:
    """The program answers only when its input has ended, and dshell has let go of that long before it is read."""
    script = "cat >/tmp/all; sleep 1; cat /tmp/all; rm /tmp/all"
    done = Session(program, words(way, box, "sh", "-c", script), 4, SOME).end(SLOW)
    assert_whole(done, data(content(4, SOME)))


@pytest.mark.parametrize("kind", ["tcp", "tls", "ssh"])
def test_every_way_to_the_daemon(engine_host: str, box: str, tmp_path: Path, kind: str) -> None:
    """Both directions at once, then the half-close, then the rest."""
    script = f"head -c {SOME} /dev/zero & cat >/tmp/all; wait; cat /tmp/all; rm /tmp/all"
    with reached(kind, engine_host, tmp_path) as host:
        done = Session(Program(host, tmp_path), words("exec", box, "sh", "-c", script), 6, SOME).end(SLOW)
    assert_whole(done, data(chain([bytes(SOME)], content(6, SOME))))


@contextmanager
def reached(kind: str, engine_host: str, folder: Path) -> Iterator[str]:
    """DOCKER_HOST by a way of this ``kind``; what its client needs is in the environment."""
    socket_path = engine_host.removeprefix("unix://")
    with ExitStack() as opened, pytest.MonkeyPatch.context() as patch:
        if kind == "ssh":
            (folder / "ssh").write_text(SSH_HERE)
            (folder / "ssh").chmod(0o755)
            patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
            yield f"ssh://me@far{socket_path}"
        elif kind == "tls":
            make_certificates(folder)
            (folder / "client.pem").rename(folder / "cert.pem")
            (folder / "client-key.pem").rename(folder / "key.pem")
            patch.setenv("DOCKER_TLS_VERIFY", "1")
            patch.setenv("DOCKER_CERT_PATH", str(folder))
            server = TlsServer(folder, to_engine(engine_host))
            opened.callback(server.close)
            yield server.host
        else:
            yield f"tcp://127.0.0.1:{opened.enter_context(port_to(socket_path))}"


@pytest.mark.parametrize("way", EITHER)
def test_input_that_the_program_does_not_want(program: Program, box: str, way: str) -> None:
    wanted = SOME // 2 + 1
    done = Session(program, words(way, box, "head", "-c", str(wanted)), 5, SOME).end()
    assert_whole(done, data(iter([b"".join(content(5, SOME))[:wanted]])))


@pytest.mark.parametrize("way", EITHER)
def test_a_paste_into_a_terminal(program: Program, box: str, way: str) -> None:
    """Bytes of every value but the detach keys, typed at once into a program whose terminal is raw."""
    typed = b"".join(content(6, PASTED)).replace(b"\x10\x11", b"\x11\x10")
    script = f"stty raw -echo; echo ready; exec head -c {PASTED}"
    with terminal(program, "--quiet", *words(way, box, "sh", "-c", script, keyboard="-it")) as (master, child):
        assert read(master, 6) == b"ready\n"
        threading.Thread(target=write, args=[master, typed], daemon=True).start()
        assert data(iter([read(master, PASTED)])) == data(iter([typed]))
        assert child.wait() == 0
        os.set_blocking(master, False)
        with pytest.raises(BlockingIOError):
            os.read(master, 1)


@contextmanager
def terminal(program: Program, *words: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """``dshell WORDS`` in a pseudo-terminal: its other side, and the process."""
    master, slave = os.openpty()
    env = {name: value for name, value in {**os.environ, **program.env}.items() if value is not None}
    with subprocess.Popen([*program.argv, *words], env=env, stdin=slave, stdout=slave, stderr=slave) as child:
        yield master, child
        child.kill()
    os.close(master)
    os.close(slave)


def read(descriptor: int, count: int) -> bytes:
    found = b""
    while len(found) < count:
        found += os.read(descriptor, count - len(found))
    return found


def write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
