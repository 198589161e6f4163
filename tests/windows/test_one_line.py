"""``dshell LINE`` on Windows, its standard streams on pipes and the daemon behind a named pipe."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from tests.conftest import Docker, docker_at
from tests.windows.machine import Windows, finish, pipe_to


@pytest.fixture
def box(docker: Docker) -> Iterator[str]:
    """A running container."""
    name = f"box-{uuid.uuid4().hex[:8]}"
    docker("run", "-d", "--name", name, "alpine", "sleep", "300")
    yield name
    docker("rm", "-f", name)


def test_every_byte_passes(windows: Windows) -> None:
    done = windows.once("run", "--rm", "alpine", "printf", r"a\0b\r\nc\n\377")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"a\0b\r\nc\n\xff", b"")


def test_standard_error_stays_apart(windows: Windows) -> None:
    done = windows.once("run", "--rm", "alpine", "sh", "-c", "echo out; echo err >&2")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"out\n", b"err\n")


def test_input_ends_by_a_message_of_no_bytes(windows: Windows) -> None:
    data = bytes(range(256)) * 1024
    done = windows.once("run", "-i", "--rm", "alpine", "cat", input=data)
    assert (done.returncode, done.stdout == data, done.stderr) == (0, True, b"")


def test_an_exec_gets_its_input_to_the_end(windows: Windows, box: str) -> None:
    done = windows.once("exec", "-i", box, "sh", "-c", "cat; exit 7", input=b"one\r\ntwo\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, b"one\r\ntwo\n", b"")


CODES = {
    ("run", "--rm", "alpine", "sh", "-c", "exit 42"): 42,
    ("run", "--rm", "alpine", "no-such-program"): 127,
    ("run", "--rm", "alpine", "/etc"): 126,
    ("run", "--rm", "--name", "no name", "alpine"): 125,
    ("run", "--rm", "alpine", "sh", "-c", "sh -c 'kill -9 $$'; exit $?"): 137,
    ("compose", "version"): 127,  # there is no docker.exe here
}


def test_exit_codes_are_docker_s(windows: Windows) -> None:
    """All at once, because most of a run is a Windows program's start."""
    started = {words: windows.python("-m", "dshell", *words) for words in CODES}
    assert {words: finish(process).returncode for words, process in started.items()} == CODES


def test_an_image_is_pulled_through_the_pipe(windows: Windows, docker: Docker) -> None:
    docker("rmi", "-f", "hello-world", check=False)
    done = windows.once("pull", "hello-world")
    assert (done.returncode, b"docker.io/library/hello-world:latest" in done.stdout) == (0, True), done
    assert docker("image", "inspect", "hello-world").returncode == 0


def test_a_script_on_standard_input(windows: Windows) -> None:
    script = "run --rm alpine echo é\r\nrun --rm alpine sh -c 'exit 3'\r\n"
    done = windows.once(input=script.encode())
    assert (done.returncode, done.stdout, done.stderr) == (3, "é\n".encode(), b"")


@pytest.mark.parametrize(("options", "words"), [((), b"//./pipe/nobody"), (("--explain=brief",), b"Docker Desktop")])
def test_a_missing_pipe_is_told(bare_windows: Windows, options: tuple[str, ...], words: bytes) -> None:
    done = bare_windows.once(*options, "run", "alpine", DOCKER_HOST="npipe:////./pipe/nobody")
    assert (done.returncode, done.stdout, words in done.stderr) == (125, b"", True), done.stderr


def test_a_lost_daemon_ends_the_session(windows: Windows, docker: Docker, engine_host: str) -> None:
    name = f"lost-{uuid.uuid4().hex[:8]}"
    with pipe_to(windows, engine_host.removeprefix("unix://"), "//./pipe/mortal") as relay:
        process = windows.python(
            "-m", "dshell", "run", "-i", "--name", name, "alpine", "sh", "-c", "echo up; sleep 300",
            DOCKER_HOST="npipe:////./pipe/mortal",
        )  # fmt: skip
        try:
            assert process.stdout
            assert process.stdout.readline() == b"up\n"
            relay.kill()
            done = finish(process)
        finally:
            docker_at(engine_host)("rm", "-f", name, check=False)
    assert done.returncode == 125, done
    assert done.stderr


@pytest.mark.parametrize(
    ("code_page", "words"),
    [("cp1252", ("--help",)), ("cp850", ("--explain=full", "run", "--name", "no name", "alpine"))],
)
def test_french_is_written_in_the_code_page_that_is_set(
    windows: Windows, code_page: str, words: tuple[str, ...]
) -> None:
    done = windows.once(*words, DSHELL_LANG="fr", PYTHONIOENCODING=code_page)
    assert "é" in (done.stdout + done.stderr).decode(code_page), done


INVENTORY = """
import os
import threading
from dshell.engine.daemon import Daemon
from dshell.engine.endpoint import resolve
from dshell.errors import EngineError

def exhaust(changes):
    try:
        for change in changes:
            pass
    except EngineError:
        print("over", flush=True)

daemon = Daemon(resolve(os.environ))
changes = daemon.changes()
print("bridge" in daemon.networks(), [image.name for image in daemon.images()], flush=True)
name = input()
next(change for change in changes if (change.verb, change.attributes.get("name")) == ("create", name))
print([container.name for container in daemon.containers()].count(name), flush=True)
reader = threading.Thread(target=exhaust, args=(changes,))
reader.start()
daemon.close()
reader.join()
"""


def test_what_is_there_and_what_happens_comes_through_the_pipe(windows: Windows, docker: Docker) -> None:
    name = f"seen-{uuid.uuid4().hex[:8]}"
    process = windows.python("-c", INVENTORY)
    assert process.stdin
    assert process.stdout
    try:
        process.stdin.write(f"{name}\n".encode())
        process.stdin.flush()
        first = process.stdout.readline()
        docker("create", "--name", name, "alpine")
        done = finish(process)
    finally:
        docker("rm", "-f", name, check=False)
    assert (b"True" in first, b"alpine" in first, done.stdout.split()) == (True, True, [b"1", b"over"]), (first, done)
