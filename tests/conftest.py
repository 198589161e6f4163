"""What tests of the real thing share: engines of their own and the docker command that speaks to them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples each time; many more, and others, in the long form. No example has to be quick.
settings.register_profile("short", derandomize=True, deadline=None, database=None)
settings.register_profile("long", max_examples=3000, deadline=None)
settings.load_profile("long" if os.environ.get("DSHELL_TEST_ALL") else "short")

# What starts the tests may ignore these (nohup, a background job), and so would every program that a test starts.
for name in ("SIGINT", "SIGQUIT", "SIGHUP"):
    if hasattr(signal, name):
        signal.signal(getattr(signal, name), signal.default_int_handler if name == "SIGINT" else signal.SIG_DFL)

SCRIPTS = Path(__file__).parent.parent / "scripts"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")  # each has an engine of its own
NAME = os.environ.get("DSHELL_ENGINE_NAME", f"t{os.getpid()}")  # scripts/test purges whatever begins with its own
if WORKER != "gw0":
    NAME += f"-{WORKER}"
Docker = Callable[..., "subprocess.CompletedProcess[str]"]


ENGINES = {"engine_host", "mortal_engine", "engine"}  # the fixtures behind every other that gives one


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--without-engine", action="store_true", help="only the tests that need no Docker daemon")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--without-engine"):
        needy = [item for item in items if ENGINES & set(getattr(item, "fixturenames", ()))]
        config.hook.pytest_deselected(items=needy)
        items[:] = [item for item in items if item not in needy]


@dataclass(frozen=True)
class PracticeEngine:
    """One engine of scripts/engine by its name; ``host`` is its DOCKER_HOST while it runs."""

    name: str

    @property
    def host(self) -> str:
        return f"unix://{self.run}/docker.sock"

    @property
    def run(self) -> Path:
        return Path(f"/run/dshell-{self.name}")

    @property
    def data(self) -> Path:
        return Path(f"/var/lib/dshell-{self.name}")

    def script(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        """scripts/engine WORDS; its words come in English whatever the machine's language."""
        environment = {**os.environ, "DSHELL_ENGINE_NAME": self.name, "DSHELL_LANG": "en", **env}
        return subprocess.run(
            [SCRIPTS / "engine", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self) -> None:
        done = self.script("start", "--stand-ins")
        assert done.returncode == 0, done.stderr

    def kill(self) -> None:
        """The daemon dies without a word, as by the kernel's hand."""
        os.kill(int((self.run / "dockerd.pid").read_text()), 9)  # SIGKILL, a name that Windows has not

    def purge(self) -> None:
        done = self.script("stop", "--purge")
        assert done.returncode == 0, done.stderr


def docker_at(host: str) -> Docker:
    """The docker command against ``host``: ``docker("ps", "-q").stdout``; fails the test unless ``check=False``."""

    def docker(*words: str, check: bool = True, input: str = "") -> subprocess.CompletedProcess[str]:  # noqa: A002
        done = subprocess.run(["docker", "-H", host, *words], capture_output=True, text=True, input=input, check=False)
        assert not check or done.returncode == 0, f"docker {' '.join(words)}: {done.stderr}"
        return done

    return docker


@pytest.fixture(scope="session")
def engine_host() -> Iterator[str]:
    """DOCKER_HOST of an engine with the stand-ins, alpine on it: DSHELL_TEST_HOST, or one started for this session."""
    given = os.environ.get("DSHELL_TEST_HOST")
    if given and WORKER == "gw0":
        docker_at(given)("pull", "-q", "alpine")
        yield given
        return
    engine = PracticeEngine(NAME)
    engine.start()
    docker_at(engine.host)("pull", "-q", "alpine")
    yield engine.host
    engine.purge()


@pytest.fixture
def docker(engine_host: str) -> Docker:
    return docker_at(engine_host)


@pytest.fixture
def mortal_engine() -> Iterator[PracticeEngine]:
    """An engine of this test's own, running, that it may kill."""
    engine = PracticeEngine(f"{NAME}-dies")
    engine.start()
    yield engine
    engine.purge()


@pytest.fixture
def empty_store(mortal_engine: PracticeEngine) -> PracticeEngine:
    """An engine without any image: one of its own, because another's images belong to others."""
    return mortal_engine


@pytest.fixture
def quiet_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next port is free, whatever else runs here."""
    monkeypatch.setattr("dshell.run.ahead.ports.free_port", lambda port, *_: str(port + 1))
