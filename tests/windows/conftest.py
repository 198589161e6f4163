"""One Windows for the session, with the test engine behind its named pipe."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from tests.windows import lab
from tests.windows.machine import Windows, pipe_to, running


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """Of a screen that nobody sees: in Wine a console is a window, and who starts without one stays without."""
    if not lab.at().ready:
        pytest.skip("no Windows here; scripts/test builds it with: python -m tests.windows.lab")
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert server.stdout
    try:
        yield f":{server.stdout.readline().decode().strip()}"
    finally:
        server.terminate()
        server.communicate()


@pytest.fixture(scope="session")
def bare_windows(display: str) -> Iterator[Windows]:
    """Without a daemon."""
    with running(lab.at(), display) as windows:
        yield windows


@pytest.fixture(scope="session")
def windows(bare_windows: Windows, engine_host: str) -> Iterator[Windows]:
    """With the engine behind the pipe where docker looks for it."""
    with pipe_to(bare_windows, engine_host.removeprefix("unix://")):
        yield bare_windows
