"""Every kind of terminal and stream that only Windows has keeps the contract of its protocol."""

from __future__ import annotations

import re
import uuid

import pytest

from tests import stream_contract, terminal_contract
from tests.conftest import docker_at
from tests.windows.machine import Windows, finish

EXPECTED = {
    "named-pipe": [check.__name__ for check in stream_contract.CHECKS],
    "plain": [check.__name__ for check in (*terminal_contract.TEXT, *terminal_contract.BYTES)],
    "mintty": [check.__name__ for check in (*terminal_contract.TEXT, *terminal_contract.BYTES)],
    "console": [
        *(check.__name__ for check in terminal_contract.TEXT),
        "size_is_the_window_s",
        "modes_are_found_again",
        "rows_are_read_off_the_screen",
    ],
}


@pytest.fixture(scope="module")
def told(windows: Windows, engine_host: str) -> str:
    """What the contracts' run in Windows says, all kinds in one."""
    name = f"contracts-{uuid.uuid4().hex[:8]}"
    docker = docker_at(engine_host)
    docker("run", "-d", "--name", name, "alpine", "sleep", "600")
    try:
        done = finish(windows.python("-m", "tests.windows.contracts_here", name))
    finally:
        docker("rm", "-f", name)
    return (done.stdout + done.stderr).decode(errors="replace").replace("\r\n", "\n")


@pytest.mark.parametrize(("kind", "check"), [(kind, check) for kind, checks in EXPECTED.items() for check in checks])
def test_every_kind_keeps_its_contract(told: str, kind: str, check: str) -> None:
    assert re.search(rf"^ok {kind} {check}$", told, re.MULTILINE), told
