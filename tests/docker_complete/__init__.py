"""Half-typed lines, and what docker completes them with: its own ``docker __complete``, asked or as recorded."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path

ANSWERS = Path(__file__).with_name("answers.json")
LINES = Path(__file__).with_name("lines.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")


def ask(line: str) -> list[str]:
    """What docker offers at the end of ``line``, without its descriptions."""
    words = [*shlex.split(line), *([""] if line.endswith(" ") else [])]
    done = subprocess.run(
        ["docker", "__complete", *words], capture_output=True, text=True, check=False, env=_environment()
    )
    rows = done.stdout.splitlines()
    return [row.partition("\t")[0] for row in rows if row and not row.startswith(":")]


def version() -> str:
    done = subprocess.run(["docker", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[2].rstrip(",")


def _environment() -> Mapping[str, str]:
    """docker completes ``-e`` from the environment, and its contexts from the folder of the person who asks."""
    kept = ("PATH", "DOCKER_HOST", "SYSTEMROOT")
    return {**{name: os.environ[name] for name in kept if name in os.environ}, "HOME": "/nonexistent", "COURSE": "1"}
