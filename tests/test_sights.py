"""``flow`` and ``map`` as typed, on a real engine: what is drawn, kept in a file and refused."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path

from dshell.shell.sights import map_rows
from dshell.survey import Survey
from dshell.teach.layout import Scene
from dshell.teach.texts import load
from tests.conftest import Docker
from tests.faults.proxy import Fault, Proxy, answer
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


def test_nothing_is_here() -> None:
    (row,) = map_rows(Survey(), Scene(load("en"), width=100), plain=False)
    assert row.strip() == SAY("map.nothing")


def test_the_map_follows_a_daemon_that_goes_and_comes_back(engine_host: str, docker: Docker, tmp_path: Path) -> None:
    refused = Fault("/containers/json", instead=answer(b'{"message":"no"}', "500 Internal Server Error"))
    names = ("made-while-away", "made-while-ill")
    with Proxy(tmp_path / "s", engine_host) as proxy, Program(proxy.host, tmp_path).screen("map", "-f") as screen:
        try:
            screen.expect(SAY("map.following"))
            proxy.die()
            screen.expect(SAY("map.away"))
            docker("create", "--name", names[0], "alpine")
            proxy.rise()
            screen.expect(names[0])
            assert SAY("map.following") in screen.text()
            with proxy.spoilt(refused):
                docker("create", "--name", names[1], "alpine")
                screen.expect(SAY("map.away"))
            screen.expect(names[1])
            screen.send("q")
            assert screen.wait() == 0
        finally:
            docker("rm", *names, check=False)


def test_without_a_keyboard_it_is_followed_until_it_is_interrupted(
    engine_host: str, docker: Docker, tmp_path: Path
) -> None:
    program = Program(engine_host, tmp_path)
    env = {name: value for name, value in {**os.environ, **program.env}.items() if value is not None}
    name = "made-while-nobody-typed"
    argv = [*program.argv, "map", "-f", "--plain"]  # in words no name is shortened
    docker("pull", "-q", "alpine")
    with subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as followed:
        late = threading.Timer(60, followed.kill)  # a row that does not come holds nobody up
        late.start()
        try:
            assert followed.stdout is not None
            rows = iter(followed.stdout.readline, "")
            assert any(row.strip() for row in rows)
            docker("create", "--name", name, "alpine")
            found = next(row for row in rows if name in row)
            assert "\x1b" not in found
            followed.send_signal(signal.SIGINT)
            assert followed.wait() == 0
        finally:
            late.cancel()
            followed.kill()
            docker("rm", name, check=False)
