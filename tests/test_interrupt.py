"""Ctrl-C where no session is: in a download."""

from __future__ import annotations

import re
import uuid
from pathlib import Path

import pytest

from tests.conftest import Docker
from tests.program import Program
from tests.registry import SlowRegistry

CTRL_C = b"\x03"
TOLD = {
    "en": ("was interrupted before its end; the same line begins it again", "downloaded and kept here"),
    "fr": ("a été interrompu avant la fin ; la même ligne le relance", "téléchargés et gardés ici"),
}


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("language", TOLD)
def test_a_download_that_is_interrupted(engine_host: str, docker: Docker, tmp_path: Path, language: str) -> None:
    interrupted, complete = TOLD[language]
    with SlowRegistry() as registry, Program(engine_host, tmp_path, language).repl() as repl:
        start = repl.here()
        repl.screen.send(f"pull {registry.image}\r")
        repl.screen.expect(re.compile(r"[0-9a-f]{12} .*━"), start=start)
        repl.screen.send(CTRL_C)
        repl.next_prompt(start)
        assert interrupted in flat(repl.screen.text(start))
        assert "✘" in repl.screen.text(start)
        assert docker("images", "-q", registry.image).stdout == ""
        registry.let_go.set()
        try:
            assert complete in flat(repl.run(f"pull {registry.image}"))
        finally:
            docker("rmi", registry.image, check=False)


def test_one_line_that_is_interrupted_while_it_downloads(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    name = f"never-made-{uuid.uuid4().hex[:8]}"
    program = Program(engine_host, tmp_path)
    with SlowRegistry() as registry, program.screen("run", "--name", name, registry.image) as screen:
        screen.expect(re.compile(r"[0-9a-f]{12} .*━"))
        screen.send(CTRL_C)
        assert screen.wait() == 130
        assert TOLD["en"][0] in flat(screen.text())
    assert docker("ps", "-aq", "--filter", f"name={name}").stdout == ""
