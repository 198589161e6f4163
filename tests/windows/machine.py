"""A running Windows: a Wine prefix of its own for each test session, and the Windows Python's dshell in it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.relays import port_to
from tests.windows.lab import HERE, REPO, Lab, environment

PIPE = "//./pipe/docker_engine"
PATIENCE = 60.0  # seconds; generous because nothing passes by waiting longer


def windows_path(path: Path) -> str:
    """Wine's drive Z is the root of the file system."""
    return f"Z:{path}".replace("/", "\\")


@dataclass(frozen=True)
class Windows:
    """``prefix``: drive C, registry and named pipes, of this session alone. ``display``: where consoles are shown."""

    lab: Lab
    prefix: Path
    display: str

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKER_", "DSHELL_", "LC_"))}
        ours = {
            "PYTHONPATH": windows_path(REPO),
            "DSHELL_LANG": "en",
            "DISPLAY": self.display,
        }
        return {**environment(self.prefix, kept), **ours, **more}

    def python(self, *words: str, **more: str) -> subprocess.Popen[bytes]:
        """The Windows Python with its standard streams on pipes. ``more``: its environment's changes."""
        return subprocess.Popen(
            ["wine", self.lab.python, *words],
            env=self.environment(**more),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def once(self, *words: str, input: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:  # noqa: A002
        """``dshell WORDS`` on pipes, to its end."""
        return finish(self.python("-m", "dshell", *words, **more), input)


def finish(process: subprocess.Popen[bytes], input: bytes = b"") -> subprocess.CompletedProcess[bytes]:  # noqa: A002
    try:
        out, err = process.communicate(input, PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        raise AssertionError(f"still running after {PATIENCE:g} s: {out!r} {err!r}") from None
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


@contextmanager
def running(lab: Lab, display: str) -> Iterator[Windows]:
    """Wine with a copy of the lab's prefix. What Wine changes in place is copied, the rest linked."""
    for left in lab.root.glob("run-*"):
        if not Path("/proc", left.name.removeprefix("run-")).exists():  # of a session that was killed
            shutil.rmtree(left)
    prefix = lab.root / f"run-{os.getpid()}"
    shutil.copytree(
        lab.root / "prefix",
        prefix,
        symlinks=True,
        copy_function=lambda one, other: shutil.copy2(one, other) if one.endswith(".reg") else os.link(one, other),
    )
    windows = Windows(lab, prefix, display)
    quiet = {"env": windows.environment(), "stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    try:
        # The services of Wine keep the standard streams of whoever starts them: none of a test's may be among them.
        # The server stays for a minute without programs: between tests, and not after a session that was killed.
        for words in (["wineserver", "-p60"], ["wine", "wineboot"]):
            subprocess.run(words, **quiet, stderr=subprocess.DEVNULL, check=True)  # type: ignore[call-overload]
        yield windows
    finally:
        for option in ("-k", "-w"):
            subprocess.run(["wineserver", option], **quiet, stderr=subprocess.DEVNULL, check=False)  # type: ignore[call-overload]
        shutil.rmtree(prefix)


@contextmanager
def pipe_to(windows: Windows, socket_path: str, name: str = PIPE) -> Iterator[subprocess.Popen[bytes]]:
    """A named pipe whose other end is the daemon at the unix socket. Yields the relay's process, for those who kill."""
    with port_to(socket_path) as port:
        path = name.replace("/", "\\")
        relay = windows.python(windows_path(HERE / "pipe_relay.py"), path, str(port))
        assert relay.stdout
        try:
            said = relay.stdout.readline()
            assert said.strip() == b"serving", said + (relay.stderr.read() if relay.stderr else b"")
            yield relay
        finally:
            relay.kill()
            relay.communicate()
