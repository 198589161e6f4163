"""Menus as a person sees them, in a real terminal and on a real engine."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Docker
from tests.program import Program

CTRL_U = "\x15"
COMPOSE = "services:\n  front:\n    image: nginx\n  store:\n    image: postgres:17\n    profiles: [debug]\n"

SAID = {
    "en": {
        "detach": "in the background",
        "shell": "a shell; exit leaves it",
        "own": "the image's own command",
        "status": "by what it does: running, exited …",
    },
    "fr": {
        "detach": "en arrière-plan",
        "shell": "un shell.; exit en sort",
        "own": "la commande de l'image",
        "status": "selon ce qu'il fait.: running, exited …",
    },
}


@pytest.fixture
def container(docker: Docker) -> Iterator[str]:
    name = f"seen-{uuid.uuid4().hex[:8]}"
    docker("run", "-d", "--name", name, "alpine", "sleep", "600")
    yield name
    docker("rm", "-f", name, check=False)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("columns", [80, 120])
def test_menus(engine_host: str, tmp_path: Path, container: str, language: str, columns: int) -> None:
    (tmp_path / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    said = SAID[language]
    with Program(engine_host, tmp_path, language).repl(columns, 24) as repl:
        screen = repl.screen
        screen.expect(re.compile(r"F1.*F2.*F3"))
        screen.expect(re.compile(r"· [1-9]\d* cont"))
        screen.send("run alpine ")
        time.sleep(0.5)  # a person pauses, and what the image is made for is looked up
        for typed, shown in (
            ("exec -it ", rf"{container} +running · alpine *\n(?:.*\n)* *-d, --detach +.*{said['detach']}"),
            ("ps --filter ", rf"status= +{said['status']} *\n +name= +.*\n +id= +.*\n +ancestor="),
            ("ps --filter status=", r"created *\n +restarting *\n +running"),
            ("compose up ", r"front +nginx *\n +store +postgres:17"),
            ("run alpine ", rf"/bin/sh +{said['own']}.*\n +sh +{said['shell']}"),
            (f"exec {container} ls /", r"bin/ *\n +dev/ *\n +etc/"),
        ):
            screen.send(CTRL_U + typed + "\t")
            screen.expect(re.compile(shown))
            assert max(map(len, screen.text().split("\n"))) <= columns
