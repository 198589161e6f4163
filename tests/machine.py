"""A machine on which dshell is installed: a home, a PATH, and programs that stand for those of other systems."""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.screen import Screen


@dataclass(frozen=True)
class Machine:
    """``home``: empty. ``clone``: a copy of the repository. ``tools``: a PATH with no Python on it."""

    home: Path
    clone: Path
    tools: Path

    @property
    def launcher(self) -> Path:
        return self.home / ".local" / "bin" / "dshell"

    @property
    def environment(self) -> Path:
        return self.clone / ".venv" / "linux"

    def environ(self, *folders: Path, **more: str) -> dict[str, str]:
        """``folders``: on the PATH before the tools."""
        path = ":".join(map(str, (*folders, self.tools)))
        return {"HOME": str(self.home), "PATH": path, "SHELL": "/bin/bash", "DSHELL_LANG": "en", **more}

    def install(self, *words: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """With nobody to ask."""
        return subprocess.run(
            [self.clone / "scripts" / "install", *words],
            env=env or self.environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def asked(self) -> Iterator[Screen]:
        """scripts/install at a terminal."""
        with Screen([str(self.clone / "scripts" / "install")], self.exactly(self.environ()), columns=200) as screen:
            yield screen

    @contextmanager
    def launched(self, *words: str, host: str) -> Iterator[Screen]:
        """The installed command in a terminal, the tests' own PATH behind its folder."""
        path = f"{self.launcher.parent}:{os.environ['PATH']}"
        env = {**self.environ(), "PATH": path, "DOCKER_HOST": host}
        with Screen(["dshell", *words], self.exactly(env), cwd=self.home) as screen:
            yield screen

    @staticmethod
    def exactly(env: dict[str, str]) -> dict[str, str | None]:
        return {**dict.fromkeys(os.environ), **env, "TERM": "xterm-256color"}

    def pretend(self, system: str, line: str) -> None:
        """An environment that need not be made, whose Python is ``line`` of a shell. ``system``: an OSTYPE."""
        name, python = {
            "linux-gnu": ("linux", "bin/python"),
            "darwin23": ("darwin", "bin/python"),
            "msys": ("windows", "Scripts/python.exe"),
        }[system]
        write_python(self.clone / ".venv" / name / python, line)
        (self.clone / ".venv" / name / "made-for").write_text(f"{self.clone}\n")

    def left(self) -> set[str]:
        return {str(path.relative_to(self.home)) for path in self.home.rglob("*")}


def write_python(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
