#!/usr/bin/env python3
"""Ask the installed docker what it completes, for every line of tests/docker_complete/lines.txt, and keep the answers.

    DOCKER_HOST=… scripts/record_completions.py

Needs an engine that nobody else uses (``DSHELL_ENGINE_NAME=record scripts/engine start --stand-ins``): it makes the
containers, networks and volumes that the lines are about, and takes them away again. Run it for a new docker.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.docker_complete import ANSWERS, LINES, ask, version

MADE = (
    ("network", "create", "shop"),
    ("volume", "create", "data"),
    ("volume", "create", "db"),
    ("run", "-d", "--name", "web", "nginx"),
    ("run", "-d", "--name", "api", "--network", "shop", "alpine", "sleep", "600"),
    ("run", "-d", "--name", "asleep", "alpine", "sleep", "600"),
    ("pause", "asleep"),
    ("run", "--name", "old", "alpine", "true"),
    ("tag", "alpine", "alpine:3.20"),
)
TAKEN_AWAY = (
    ("rm", "-f", "web", "api", "asleep", "old"),
    ("network", "rm", "shop"),
    ("volume", "rm", "data", "db"),
    ("rmi", "alpine:3.20"),
)


@contextmanager
def made() -> Iterator[None]:
    try:
        for words in MADE:
            subprocess.run(["docker", *words], check=True, capture_output=True)
        yield
    finally:
        for taken in TAKEN_AWAY:
            subprocess.run(["docker", *taken], check=False, capture_output=True)


def main() -> None:
    with made():
        answers = {line: ask(line) for line in LINES}
    record = {"docker": version(), "answers": answers}
    ANSWERS.write_text(json.dumps(record, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(answers)} lines, {sum(map(len, answers.values()))} candidates, docker {version()}")


if __name__ == "__main__":
    main()
