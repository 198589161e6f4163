"""``as-run`` of containers that have run: its line, given to docker as it stands, makes and starts the same again."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import pytest

from tests.conftest import docker_at
from tests.exact.stages import AT_ONCE
from tests.exact.tools import Forked, Start
from tests.test_exact_real import FILES
from tests.test_exact_real import LINES as CREATED

MORE = """\
--network remade --network-alias api --network-alias b alpine
--network host --entrypoint sleep alpine 60
--network container:remade-source alpine
--pid container:remade-source --ipc container:remade-source alpine
--volumes-from remade-source alpine
--link remade-source:there alpine
--mac-address 02:42:ac:11:ff:01 alpine
-v remade:/a:ro -v remade:/b alpine
-e "A=two words" -e 'B=$HOME' -e "C=it's" alpine sh -c 'echo "$A" $B; exit 4'
-l 'a.b=c d' -w '/a b' alpine
"""
"""Lines that only say something of a container that runs, and words that a shell must not read."""

LINES = [line.removeprefix("create ") for line in CREATED] + MORE.splitlines()
SOME = LINES if os.environ.get("DSHELL_TEST_ALL") else LINES[::6]
OWN = {"Id", "Name", "Created", "HostnamePath", "HostsPath", "LogPath", "ResolvConfPath", "GraphDriver"}
MOMENTARY = {
    "Pid",
    "StartedAt",
    "FinishedAt",
    "Log",
    "SandboxID",
    "SandboxKey",
    "EndpointID",
    "IPAddress",
    "MacAddress",
}
"""Of one container alone: what it is, and how it runs."""

GIVEN = 32768  # ports from here on are the daemon's choice


class Remade(NamedTuple):
    """A container, its line by ``as-run``, and the one made by that; "" and None where the daemon refused the first."""

    before: Any = None
    line: str = ""
    after: Any = None
    line_again: str = ""


class Bench:
    """Runs lines with dshell, and what ``as-run`` says of their containers with docker."""

    def __init__(self, host: str, folder: Path) -> None:
        self._docker = docker_at(host)
        self._folder = folder
        self._environ = {name: os.environ[name] for name in ("PATH", "HOME")}
        self._environ |= {
            "DOCKER_HOST": host,
            "LANG": "C.UTF-8",
            "FROM_HOME": "from home",
            "XDG_CONFIG_HOME": str(folder),
        }
        self._idle: SimpleQueue[Forked] = SimpleQueue()
        for _ in range(AT_ONCE):
            self._idle.put(Forked("--quiet"))

    def close(self) -> None:
        for _ in range(AT_ONCE):
            self._idle.get().close()

    def remake(self, line: str, ports: str) -> Remade:
        """``ports``: instead of 1808."""
        name = f"remade-{uuid.uuid4().hex[:8]}"
        shutil.copy(self._folder / "profile.json", self._folder / f"seccomp-{name}.json")
        try:
            self._dshell(["run", *flags(line), "--name", name, *(word.replace("1808", ports) for word in words(line))])
            before = self._told(name)
            if before is None:
                return Remade()
            again = self._dshell(["as-run", name])
            self._docker("rm", "-fv", name)
            subprocess.run(["sh", "-c", again], env=self._environ, cwd=self._folder, capture_output=True, check=False)
            return Remade(before, again, self._told(name), self._dshell(["as-run", name]))
        finally:
            self._docker("rm", "-fv", name, check=False)

    def _dshell(self, argv: list[str]) -> str:
        """Standard output."""
        path = self._folder / f"said-{uuid.uuid4().hex}"
        tool = self._idle.get()
        try:
            with path.open("wb") as said, Path("/dev/null").open("r+b") as nothing:
                files = (nothing.fileno(), said.fileno(), nothing.fileno())
                tool.start(Start(argv, self._environ, str(self._folder), files, terminal=False)).wait()
        finally:
            self._idle.put(tool)
        return path.read_text()

    def _told(self, name: str) -> Any:
        """What inspect says once it stays as it is; None: it was never started."""
        found = self._docker("inspect", name, check=False)
        if found.returncode or json.loads(found.stdout)[0]["State"]["Status"] == "created":
            return None
        if not stays(json.loads(found.stdout)[0]):
            self._docker("wait", name)
        return plain(json.loads(self._docker("inspect", name).stdout)[0])


def words(line: str) -> list[str]:
    """Those that come again by themselves get a program that stays, and so does every other one without a program."""
    given = shlex.split(line)
    staying = {"--rm", "--restart"} & set(given) or LINES.index(line) % 2
    fixed = given[-1] != "alpine" or {"--entrypoint", "-a"} & set(given)
    return [*given, "sleep", "60"] if staying and not fixed else given


def flags(line: str) -> list[str]:
    return [] if "-a" in line.split() else ["-d"]


def stays(record: Any) -> bool:
    config = record["Config"]
    return "sleep" in record["Path"] or config["Tty"] or (config["OpenStdin"] and not config["AttachStdin"])


def plain(record: Any) -> Any:
    """Docker takes -e and -v as they come, in another order each time; of two of a name the last counts."""
    record["Config"]["Env"] = sorted({entry.partition("=")[0]: entry for entry in record["Config"]["Env"]}.values())
    record["Mounts"].sort(key=lambda mount: mount["Destination"])
    own = [record["Id"], record["Id"][:12]]
    own += [mount["Name"] for mount in record["Mounts"] if len(mount.get("Name", "")) == 64]
    text = json.dumps({key: part for key, part in record.items() if key not in OWN})
    for word in own:
        text = text.replace(word, "…")
    record = json.loads(text)
    for part in ("State", "NetworkSettings"):
        record[part] = lasting(record[part])
    return record


def lasting(part: Any) -> Any:
    if isinstance(part, list):
        return [lasting(each) for each in part]
    if not isinstance(part, dict):
        return part
    kept = {key: lasting(each) for key, each in part.items() if key not in MOMENTARY}
    if kept.get("HostPort", "").isdigit() and int(kept["HostPort"]) >= GIVEN:
        del kept["HostPort"]
    return kept


def free_ports() -> str:
    """The first four digits of ports 0 to 3 that nobody has: daemons beside this one have ports, too."""
    return next(str(base) for base in range(1100, GIVEN // 10) if all(map(free, range(base * 10, base * 10 + 4))))


def free(port: int) -> bool:
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


@pytest.fixture(scope="module")
def remade(engine_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Remade]]:
    folder, docker, ports = tmp_path_factory.mktemp("again"), docker_at(engine_host), free_ports()
    for name, content in FILES.items():
        (folder / name).write_text(content)
    docker("pull", "-q", "alpine")
    docker("network", "create", "remade")
    docker("run", "-d", "--name", "remade-source", "--ipc", "shareable", "-v", "/data", "alpine", "sleep", "600")
    bench = Bench(engine_host, folder)
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            yield dict(zip(SOME, pool.map(lambda line: bench.remake(line, ports), SOME), strict=True))
    finally:
        bench.close()
        docker("rm", "-fv", "remade-source")
        docker("network", "rm", "remade")
        docker("volume", "rm", "-f", "remade", "named-exact")


@pytest.mark.parametrize("line", SOME)
def test_what_runs_is_made_again_by_its_line(remade: dict[str, Remade], line: str) -> None:
    found = remade[line]
    if found.before is None:
        pytest.skip("the daemon here does not start it")
    assert found.after == found.before, found.line
    assert sorted(shlex.split(found.line_again)) == sorted(shlex.split(found.line))


def test_most_lines_start_a_container(remade: dict[str, Remade]) -> None:
    started = [each.before for each in remade.values() if each.before is not None]
    assert len({json.dumps(each) for each in started}) >= (60 if SOME is LINES else 10)
