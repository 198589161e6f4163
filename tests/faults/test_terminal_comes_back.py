"""However dshell ends, in the prompt or in a session, the terminal is as it was."""

from __future__ import annotations

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Docker
from tests.faults.ending import restored, unfit
from tests.faults.proxy import Proxy
from tests.program import ARROW, Program
from tests.screen import Screen

End = Callable[[Screen], None]


def typed(keys: str) -> End:
    return lambda screen: screen.send(keys)


def signalled(name: str) -> End:
    return lambda screen: os.kill(screen.process.pid, getattr(signal, name))


ENDS: dict[str, End] = {
    "exit": typed("exit 3\r"),
    "Ctrl-D": typed("\x04"),
    "TERM": signalled("SIGTERM"),
    "HUP": signalled("SIGHUP"),
}


@pytest.fixture
def proxy(engine_host: str, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(tmp_path / "s", engine_host) as proxy:
        yield proxy


def assert_comes_back(screen: Screen, before: object) -> None:
    screen.wait()
    assert restored(screen, before) == ""
    assert unfit(screen.text()) == []


@pytest.mark.parametrize("how", ENDS)
def test_from_the_prompt(engine_host: str, tmp_path: Path, how: str) -> None:
    with Program(engine_host, tmp_path).screen() as screen:
        before = screen.modes()
        screen.expect(ARROW)
        screen.expect("engine up")
        ENDS[how](screen)
        assert_comes_back(screen, before)


@pytest.mark.parametrize("how", ["exit", "Ctrl-D", "detach", "removed", "daemon gone"])
def test_from_a_session(proxy: Proxy, docker: Docker, tmp_path: Path, how: str) -> None:
    name = f"back-{uuid.uuid4().hex[:8]}"

    def removed(_: Screen) -> None:
        docker("rm", "-f", name)

    more: dict[str, End] = {
        "detach": typed("\x10\x11"),
        "removed": removed,
        "daemon gone": lambda _: proxy.die(),
    }
    with Program(proxy.host, tmp_path).screen("run", "-it", "--rm", "--name", name, "alpine") as screen:
        before = screen.modes()
        screen.expect("/ # ")
        (ENDS | more)[how](screen)
        assert_comes_back(screen, before)
    docker("rm", "-f", name, check=False)
