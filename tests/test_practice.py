"""The practice engine, as it is used: started, found again, cleared after a crash, and gone without a trace."""

from __future__ import annotations

import os
import re
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import NAME, SCRIPTS, Docker, PracticeEngine, docker_at

DAEMONS = {"dockerd", "containerd", "containerd-shim", "containerd-shim-runc-v2", "docker-registry", "docker-proxy"}


@dataclass(frozen=True)
class Traces:
    """What an engine leaves on a machine; ours beside those of other engines, so that sets are compared."""

    processes: frozenset[str]
    mounts: frozenset[str]
    rules: frozenset[str]
    folders: frozenset[str]


def traces() -> Traces:
    cgroups = (str(path) for path in Path("/sys/fs/cgroup").rglob("dshell-*") if path.is_dir())
    places = ("/run", "/run/docker", "/etc/docker", "/var/lib", "/usr/sbin")
    folders = (str(path) for place in places if Path(place).is_dir() for path in Path(place).iterdir())
    rules = (said("iptables-save", "-t", table) for table in ("filter", "nat"))
    return Traces(
        processes=frozenset(daemons()),
        mounts=frozenset(line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()),
        rules=frozenset(
            line for text in [*rules, said("ip", "rule")] for line in text.splitlines() if line[0] in "-01"
        ),
        folders=frozenset([*folders, *cgroups]),
    )


def dead_sockets() -> list[Path]:
    """Those of containerd's shims that nobody listens to; they bear no engine's name."""
    listening = Path("/proc/net/unix").read_text()
    return [path for path in Path("/run/containerd/s").glob("*") if str(path) not in listening]


def said(*words: str) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def daemons() -> Iterator[str]:
    """Command lines of live daemons; a zombie has none."""
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_text(errors="replace").split("\0")
        except OSError:
            continue
        if Path(words[0]).name in DAEMONS:
            yield f"{file.parent.name} {' '.join(words)}"


def of(engine: PracticeEngine, found: Traces) -> list[str]:
    """Those that bear the engine's name."""
    everything = found.processes | found.mounts | found.rules | found.folders
    return sorted(trace for trace in everything if re.search(rf"(dshell|DSHELL)-{engine.name}\b", trace))


@pytest.fixture
def engine() -> Iterator[PracticeEngine]:
    """One that does not run yet."""
    engine = PracticeEngine(f"{NAME}-own")
    yield engine
    engine.purge()


@pytest.fixture
def running(engine: PracticeEngine) -> PracticeEngine:
    engine.start()
    return engine


def pid(engine: PracticeEngine, program: str) -> int:
    return int((engine.run / f"{program}.pid").read_text())


def lives(number: int) -> bool:
    """A zombie, where nobody asks after it, has no command line."""
    file = Path(f"/proc/{number}/cmdline")
    return file.exists() and bool(file.read_bytes())


def kill(number: int) -> None:
    """Kills, and waits until it is dead."""
    os.kill(number, 9)  # SIGKILL, a name that Windows has not
    while lives(number):
        time.sleep(0.01)


def test_start_tells_the_address_and_nothing_else(engine: PracticeEngine) -> None:
    done = engine.script("start", "--stand-ins")
    assert (done.returncode, done.stdout) == (0, f"{engine.host}\n")
    assert "stand-ins" in done.stderr


def test_a_second_start_finds_the_first(running: PracticeEngine) -> None:
    first = pid(running, "dockerd")
    done = running.script("start")
    assert (done.returncode, done.stdout) == (0, f"{running.host}\n")
    assert pid(running, "dockerd") == first
    assert running.script("status").stdout == f"{running.host}\n"


def test_status_of_one_that_does_not_run(engine: PracticeEngine) -> None:
    done = engine.script("status")
    assert (done.returncode, done.stdout) == (1, "")
    assert not engine.data.exists()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_wrong_use_is_told(engine: PracticeEngine, language: str) -> None:
    done = engine.script("begin", DSHELL_LANG=language)
    assert (done.returncode, done.stdout) == (1, "")
    assert "scripts/engine start [--stand-ins] | status | stop [--purge]" in done.stderr


@pytest.mark.parametrize("name", ["../etc", "UPPER", "a b", "x" * 21, "-p"])
def test_a_name_that_would_lead_elsewhere_is_refused(name: str) -> None:
    done = PracticeEngine(name).script("stop", "--purge")
    assert done.returncode == 1
    assert name in done.stderr


def test_a_pull_goes_through_the_registry(running: PracticeEngine) -> None:
    docker = docker_at(running.host)
    assert docker("images", "-q").stdout == ""
    pulled = docker("run", "--rm", "alpine", "cat", "/etc/os-release")
    assert "Pulling from library/alpine" in pulled.stderr
    assert "stand-in" in pulled.stdout
    log = (running.run / "docker-registry.log").read_text()
    assert "/v2/library/alpine/blobs/sha256:" in log


@pytest.mark.parametrize("image", ["alpine", "alpine:3.20", "busybox", "hello-world", "nginx"])
def test_stand_ins_bear_a_label(docker: Docker, image: str) -> None:
    docker("pull", image)
    assert docker("inspect", "-f", '{{index .Config.Labels "dshell.stand-in"}}', image).stdout == "true\n"


@pytest.mark.parametrize("program", ["ls", "hostname", "stty --help", "cat /etc/alpine-release", "sleep 0", "ps", "id"])
def test_alpine_has_what_the_first_lessons_use(docker: Docker, program: str) -> None:
    docker("run", "--rm", "alpine", *program.split())


def test_alpine_has_no_bash(docker: Docker) -> None:
    assert docker("run", "--rm", "alpine", "bash", check=False).returncode == 127


def test_hello_world_says_what_it_is(docker: Docker) -> None:
    hello = docker("run", "--rm", "hello-world").stdout
    assert "This hello-world is a stand-in made by dshell" in hello
    assert all(len(row) < 80 for row in hello.splitlines())


def test_nginx_serves_and_stops_when_told(docker: Docker) -> None:
    name = f"{NAME}-web"
    docker("run", "-d", "--name", name, "nginx")
    try:
        page = ["exec", name, "sh", "-c", "until wget -qO- http://127.0.0.1; do sleep 0.1; done"]
        assert "<h1>It works" in docker(*page).stdout
        docker("stop", name)
        assert docker("inspect", "-f", "{{.State.ExitCode}}", name).stdout == "0\n"  # 137: it had to be killed
    finally:
        docker("rm", "-f", name)


def test_networks_reach_inwards_only(running: PracticeEngine) -> None:
    docker = docker_at(running.host)
    for network in ("one", "two"):
        docker("network", "create", network)
    docker("run", "-d", "--name", "web", "--network", "one", "-p", "127.0.0.1::80", "nginx")
    address = docker("inspect", "-f", "{{.NetworkSettings.Networks.one.IPAddress}}", "web").stdout.strip()
    loop = "for n in 1 2 3 4 5; do wget -qO- http://{} && exit; sleep 0.2; done; exit 1"
    by_name = docker("run", "--rm", "--network", "one", "alpine", "sh", "-c", loop.format("web"))
    assert "<h1>It works" in by_name.stdout
    across = docker("run", "--rm", "--network", "two", "alpine", "ping", "-c1", "-W1", address, check=False)
    assert across.returncode == 1
    outside = docker("port", "web", "80").stdout.strip()
    with urllib.request.urlopen(f"http://{outside}") as page:
        assert b"<h1>It works" in page.read()


@pytest.mark.parametrize("program", ["dockerd", "containerd"])
def test_a_start_after_a_crash_clears_what_is_left(running: PracticeEngine, program: str) -> None:
    docker = docker_at(running.host)
    docker("run", "-d", "--name", "sleeper", "alpine", "sleep", "600")
    inside = int(docker("inspect", "-f", "{{.State.Pid}}", "sleeper").stdout)
    kill(pid(running, "dockerd"))
    if program == "containerd":
        kill(pid(running, "containerd"))
    done = running.script("start", "--stand-ins")
    assert (done.returncode, done.stdout) == (0, f"{running.host}\n"), done.stderr
    assert "clearing" in done.stderr
    assert not lives(inside)
    assert docker("inspect", "-f", "{{.State.Status}}", "sleeper").stdout == "exited\n"
    docker("start", "sleeper")


def test_a_start_brings_a_dead_registry_back(running: PracticeEngine) -> None:
    kill(pid(running, "docker-registry"))
    first = pid(running, "dockerd")
    running.start()
    assert pid(running, "dockerd") == first
    docker_at(running.host)("pull", "busybox")


def test_a_stop_keeps_images_and_containers(running: PracticeEngine) -> None:
    docker = docker_at(running.host)
    docker("run", "--name", "kept", "alpine", "touch", "/mine")
    done = running.script("stop")
    assert done.returncode == 0, done.stderr
    assert running.script("status").returncode == 1
    assert of(running, traces()) == [str(running.data)]
    running.start()
    assert docker("diff", "kept").stdout == "A /mine\n"


@pytest.mark.parametrize("crashed", [False, True])
def test_a_purge_leaves_nothing(engine: PracticeEngine, crashed: bool) -> None:
    assert of(engine, traces()) == []
    engine.start()
    docker = docker_at(engine.host)
    docker("network", "create", "net")
    docker("run", "-d", "--network", "net", "-p", "127.0.0.1::80", "-v", "kept:/data", "nginx")
    lived = traces()
    pool = (engine.data / "pool").read_text().strip()
    mine = of(engine, lived)
    assert any("dockerd --config-file" in trace for trace in mine)
    assert any("containerd-shim" in trace for trace in mine)
    if crashed:
        engine.kill()
    engine.purge()
    after = traces()
    assert of(engine, after) == []
    assert not dead_sockets()
    addresses = said("ip", "-o", "-4", "address").splitlines()  # with the bridges that have them
    assert not [line for line in [*after.rules, *after.processes, *addresses] if f"{pool}." in line]


def test_a_purge_of_nothing_is_fine(engine: PracticeEngine) -> None:
    assert engine.script("stop", "--purge").returncode == 0
    assert engine.script("stop").returncode == 0


def test_two_starts_at_once_make_one(engine: PracticeEngine) -> None:
    env = {**os.environ, "DSHELL_ENGINE_NAME": engine.name}
    argv = [str(SCRIPTS / "engine"), "start", "--stand-ins"]
    both = [subprocess.Popen(argv, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) for _ in "12"]
    assert [one.communicate()[0].decode() for one in both] == [f"{engine.host}\n"] * 2
    assert len([line for line in daemons() if f"/run/dshell-{engine.name}/daemon.json" in line]) == 1
