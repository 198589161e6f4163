"""The grammar against what it speaks of: the installed docker's help, and a daemon's filters and templates."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dshell.engine.plugins import plugins
from dshell.grammar.load import BUNDLED, DOCKER, flag
from dshell.grammar.model import Key, Kind
from tests.conftest import Docker
from tests.test_grammar import GRAMMAR, NOTES, command, script

LISTS = ("ps", "images", "volume ls", "network ls", "events --until 1s --since 2s", "plugin ls")
NEWER = {("images", "until")}  # than the API of Debian's daemon
SAMPLES = {Kind.NUMBER: "1", Kind.MOMENT: "1h", Kind.PORT: "80/tcp", Kind.KEY_VALUE: "a=b"}
ELSEWHERE = {"ps": {"HealthStatus"}, "system df": {"Images", "Containers", "Volumes", "BuildCache"}}  # docker 29; -v
NAMES = ("before", "since")  # the daemon looks for what is named


@pytest.mark.parametrize("name", [DOCKER, *(name for name in plugins(os.environ, windows=False) if name in BUNDLED)])
def test_the_installed_docker_is_known(name: str, tmp_path: Path) -> None:
    made = script()
    program = plugins(os.environ, windows=False).get(name)
    docker = made.Docker(str(tmp_path / "docker"), [program] if program else [])
    rows = made.read(docker, name, NOTES["unlisted"][name])
    assert len(rows) > 10
    for path, row in rows.items():
        known, count = GRAMMAR.find(path.split())
        assert known is not None or not path
        assert count == len(path.split())
        for spelled in row["flags"]:
            assert flag(known or GRAMMAR.root, spelled), f"{path} --{spelled}"


@pytest.mark.parametrize("words", LISTS)
def test_a_daemon_takes_every_filter(words: str, docker: Docker) -> None:
    known = command(words.partition(" --")[0]).flags["filter"]
    refused = docker(*words.split(), "--filter", "no-such-key=x", check=False)
    assert refused.returncode or words.startswith("events"), "it would say what it does not take"
    for key in known.keys:
        if (words, key.name) not in NEWER and key.name not in NAMES:
            for value in samples(key):
                done = docker(*words.split(), "--filter", f"{key.name}={value}", check=False)
                assert done.returncode == 0, f"{key.name}={value}: {done.stderr}"


def samples(key: Key) -> tuple[str, ...]:
    return key.choices[:1] + key.choices[-1:] or (SAMPLES.get(key.kind, "x"),)


@pytest.mark.parametrize(
    ("words", "argument"),
    [
        *((words, "") for words in ("ps", "images", "volume ls", "network ls", "context ls", "system df")),
        *(("info", ""), ("version", ""), ("history", "busybox"), ("network inspect", "bridge")),
        ("context inspect", "default"),
    ],
)
def test_docker_takes_every_field(words: str, argument: str, docker: Docker) -> None:
    """Not of a container and an image: a daemon leaves out what they do not have."""
    fields = [field for field in command(words).flags["format"].fields if field not in ELSEWHERE.get(words, ())]
    assert fields
    template = "".join(f"{{{{.{field}}}}}" for field in fields)
    rows = ["-a"] if words == "ps" else []
    name = docker("create", "busybox").stdout.strip()
    try:
        done = docker(*words.split(), *rows, *filter(None, [argument]), "--format", template, check=False)
        assert done.returncode == 0, done.stderr
    finally:
        docker("rm", name)
