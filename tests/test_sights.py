"""``flow`` and ``map`` as typed, on a real engine: what is drawn, kept in a file and refused."""

from __future__ import annotations

from pathlib import Path

from dshell.teach.texts import load
from tests.conftest import Docker
from tests.program import Program

SAY = load("en").say


def test_the_way_of_the_last_line(engine_host: str, tmp_path: Path) -> None:
    with Program(engine_host, tmp_path).repl(columns=140) as repl:
        assert SAY("flow.nothing") in repl.run("flow")
        repl.run("run --rm alpine true")
        for line, last in (
            ("flow", "code 0; then deleted"),
            ("flow now", "keeps it as a picture"),
            ("flow --svg way.svg", "the picture is in way.svg"),
        ):  # Repl.run knows a prompt by an arrow, which is drawn here too
            repl.screen.send(line + "\r")
            repl.screen.expect(last)
        assert "starts true" in repl.screen.text()
    picture = (tmp_path / "way.svg").read_text()
    assert all(f">{party}<" in picture for party in ("you", "dshell", "daemon", "container"))
    assert "starts true" in picture


def test_what_is_here(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    docker("create", "--name", "on-the-map", "alpine")
    program = Program(engine_host, tmp_path)
    try:
        assert b"on-the-map" in program.once("map").stdout
        assert b"Container on-the-map: never started." in program.once("map", "--plain").stdout
        assert program.once("map", "--svg", str(tmp_path / "map.svg")).returncode == 0
        assert "on-the-map" in (tmp_path / "map.svg").read_text()
        assert program.once("map", "nowhere").returncode == 2
        assert program.once("map", "--svg", str(tmp_path / "no" / "map.svg")).returncode == 1
    finally:
        docker("rm", "on-the-map")
