"""Containers that docker and dshell make on a real daemon, compared by what ``docker inspect`` says of them."""

from __future__ import annotations

import json
import shlex
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Docker, docker_at
from tests.exact.tools import Command, Forked, Start, Tool

LINES = Path(__file__).with_name("exact").joinpath("real.txt").read_text().splitlines()
OWN = {"Id", "Name", "Created", "HostnamePath", "HostsPath", "LogPath", "ResolvConfPath", "GraphDriver", "SandboxKey"}
"""Of one container alone."""

FILES = {
    "profile.json": '{ "defaultAction": "SCMP_ACT_ALLOW" }\n',
    "variables": "A=1\n# c\nB=two words\nFROM_HOME\n",
    "labels": "x=1\ny=2\n",
}


class Maker:
    """Makes each line's container with ``tool``; ``made``: what inspect says of it, or the refusal."""

    def __init__(self, tool: Tool, host: str, folder: Path) -> None:
        self._tool = tool
        self._docker = docker_at(host)
        self._folder = folder
        self._environ = {
            "DOCKER_HOST": host,
            "DOCKER_CONFIG": str(folder),
            "HOME": str(folder),
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "FROM_HOME": "from home",
        }

    def make(self, lines: list[str]) -> list[tuple[int, Any]]:
        label = uuid.uuid4().hex
        try:
            made = [self._run(["create", "--label", f"exact={label}", *shlex.split(line)[1:]]) for line in lines]
            ids = [said.strip() for code, said in made if code == 0]
            told = iter(json.loads(self._docker("inspect", *ids).stdout))
            return [(code, plain(next(told), label) if code == 0 else said) for code, said in made]
        finally:
            ids = self._docker("ps", "-aq", "--filter", f"label=exact={label}").stdout.split()
            self._docker("rm", "-fv", *ids)

    def _run(self, words: list[str]) -> tuple[int, str]:
        """Exit code, and the id or what was refused."""
        name = f"said-{uuid.uuid4().hex}"
        path = self._folder.parent / name
        with path.open("wb") as said, Path("/dev/null").open("rb") as nothing:
            files = (nothing.fileno(), said.fileno(), said.fileno())
            code = self._tool.start(Start(words, self._environ, str(self._folder), files, terminal=False)).wait()
        lines = path.read_text().splitlines()
        return code, (lines[-1] if code == 0 else "\n".join(lines))


def plain(record: Any, label: str) -> Any:
    """Without what is of one container alone, and without the order of -e, which docker takes as it comes."""
    record["Config"]["Env"] = sorted(record["Config"]["Env"] or ())
    own = [record["Id"], record["Id"][:12], label]
    own += [mount["Name"] for mount in record["Mounts"] if len(mount.get("Name", "")) == 64]
    text = json.dumps({key: content for key, content in record.items() if key not in OWN}, sort_keys=True)
    for word in own:
        text = text.replace(word, "…")
    return json.loads(text)


@pytest.fixture(scope="module")
def made(engine_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, list[tuple[int, Any]]]]:
    folder = tmp_path_factory.mktemp("exact") / "work"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content)
    docker: Docker = docker_at(engine_host)
    docker("pull", "-q", "alpine")
    tools: dict[str, Tool] = {"docker": Command("docker"), "dshell": Forked("--quiet")}
    with ThreadPoolExecutor() as pool:
        pending = {name: pool.submit(Maker(tool, engine_host, folder).make, LINES) for name, tool in tools.items()}
        yield {name: future.result() for name, future in pending.items()}
    docker("volume", "rm", "-f", "named-exact")
    for tool in tools.values():
        tool.close()


@pytest.mark.parametrize("number", range(len(LINES)), ids=LINES.__getitem__)
def test_a_container_is_the_one_that_docker_makes(made: dict[str, list[tuple[int, Any]]], number: int) -> None:
    assert made["dshell"][number] == made["docker"][number]


def test_most_lines_make_a_container(made: dict[str, list[tuple[int, Any]]]) -> None:
    assert sum(code == 0 for code, _ in made["docker"]) >= 55
