"""Standard streams that are closed, full, or read by nobody: dshell ends with docker's code and docker's words.

Docker itself is asked each time. Where it hides that a file took nothing (``docker pull >/dev/full``), dshell says so.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import docker_at
from tests.faults.ending import unfit
from tests.faults.places import Cast, cast_of
from tests.program import Program

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
DSHELL = f"{sys.executable} -m dshell"

ROWS = "for n in 1 2 3; do echo $n; sleep 0.5; done"  # {rows}: the first is read, the second finds nobody

AS_DOCKER = [
    "run --rm --name {new} alpine sh -c '{rows}' | head -1",
    "run --rm --sig-proxy=false --name {new} alpine sh -c '{rows}' | head -1",
    "run --rm alpine echo hi <&- >&- 2>&-",
    "run --rm -i alpine cat <&-",
    "exec {shell} echo hi >/dev/full",
    "ps | head -0",
    "run --rm --name {new} alpine sh -c '{rows} >&2' 2>&1 >/dev/null | head -1",
    "run --rm -t --name {new} alpine echo hi >/dev/full",
    "run --rm alpine echo hi >/dev/full",
    "run --rm alpine echo hi >&-",
    "run --rm alpine echo hi <&-",
    "run --rm alpine sh -c 'echo hi >&2' 2>&-",
    "run -i --rm alpine cat <&- >&-",
    "run -d --rm --name {new} alpine true >&-",
    "exec {shell} sh -c '{rows}' | head -1",
    "exec -t {shell} sh -c '{rows}' | head -1",
    "exec -i {shell} cat <&-",
    "start -a {stopped} | head -0",
    "attach --no-stdin {other} | head -1",
    "attach --no-stdin {other} >/dev/full",
    "logs {other} | head -0",
    "images <&- 2>&-",
]

SAID = [
    "pull alpine >/dev/full",
    "create --name {new} alpine >/dev/full",
    "map >/dev/full",
    "as-run {shell} >/dev/full",
]
OWN = ["map 2>&-", "why <&-", "explain run <&- 2>&-"]
FULL = b"write /dev/stdout: no space left on device\n"


@pytest.fixture(scope="module")
def cast(engine_host: str) -> Iterator[Cast]:
    with cast_of(docker_at(engine_host)) as cast:
        yield cast


def done(cast: Cast, program: Program, client: str, line: str) -> tuple[int, bytes, bytes]:
    """Exit code of ``line``'s first command, and what was read of its two streams."""
    cast.ready()
    env = {name: value for name, value in {**os.environ, **program.env}.items() if value is not None}
    said = subprocess.run(
        ["bash", "-c", f"{client} {cast.named(line.replace('{rows}', ROWS))}; exit ${{PIPESTATUS[0]}}"],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return said.returncode, said.stdout, said.stderr


@pytest.mark.parametrize("line", AS_DOCKER if LONG else AS_DOCKER[:2])
def test_as_docker(cast: Cast, engine_host: str, tmp_path: Path, line: str) -> None:
    program = Program(engine_host, tmp_path)
    assert done(cast, program, DSHELL, line) == done(cast, program, "docker", line)


@pytest.mark.parametrize("line", SAID if LONG else SAID[:1])
def test_what_could_not_be_written_is_said(cast: Cast, engine_host: str, tmp_path: Path, line: str) -> None:
    assert done(cast, Program(engine_host, tmp_path), DSHELL, line) == (1, b"", b"dshell: " + FULL)


@pytest.mark.parametrize("line", OWN if LONG else OWN[:1])
def test_dshell_s_own_words_do_without_a_stream(cast: Cast, engine_host: str, tmp_path: Path, line: str) -> None:
    code, out, err = done(cast, Program(engine_host, tmp_path), DSHELL, line)
    assert code == int(line.startswith("why"))
    assert out
    assert unfit((out + err).decode()) == []
