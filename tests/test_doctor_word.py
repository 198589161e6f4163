"""The word ``doctor``: the page, the report, and the real thing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from dshell.doctor.doctor import Doctor
from dshell.doctor.gather import Patient
from dshell.settings import Settings
from dshell.teach.layout import Scene
from dshell.teach.texts import load
from tests.conftest import Docker
from tests.program import Program as Dshell
from tests.shell_parts import Paper


@pytest.fixture
def doctor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Doctor, list[str]]:
    """In a folder of its own, with nobody behind the socket."""
    monkeypatch.chdir(tmp_path)
    environ = {"DOCKER_HOST": f"unix://{tmp_path}/none", "DOCKER_CONFIG": str(tmp_path), "PATH": str(tmp_path)}
    rows: list[str] = []
    patient = Patient(environ, Paper(), Settings(), "utf-8", str(tmp_path))
    return Doctor(patient, lambda: Scene(load("en")), rows.extend), rows


class TestDoctor:
    def test_without_docker_and_without_a_daemon(self, doctor: tuple[Doctor, list[str]]) -> None:
        examiner, rows = doctor
        assert examiner.do([]) == 1
        assert any("no docker command" in row for row in rows)
        assert any("does not answer at unix://~/none" in row for row in rows)

    def test_a_report(self, doctor: tuple[Doctor, list[str]], tmp_path: Path) -> None:
        examiner, rows = doctor
        assert examiner.do(["--report"]) == 0
        (file,) = tmp_path.glob("dshell-report-*.txt")
        text = file.read_text(encoding="utf-8")
        assert "does not answer at unix://~/none" in text
        assert str(tmp_path) not in text
        assert "\x1b" not in text
        assert file.name in " ".join(rows)

    def test_a_report_by_name_overwrites_nothing(self, doctor: tuple[Doctor, list[str]], tmp_path: Path) -> None:
        examiner, rows = doctor
        assert examiner.do(["--report", "here.txt"]) == 0
        before = (tmp_path / "here.txt").read_bytes()
        assert examiner.do(["--report", "here.txt"]) == 1
        assert "here.txt is there already" in " ".join(rows)
        assert (tmp_path / "here.txt").read_bytes() == before

    def test_a_report_that_cannot_be_written(self, doctor: tuple[Doctor, list[str]]) -> None:
        examiner, rows = doctor
        assert examiner.do(["--report", "none/here.txt"]) == 1
        assert "cannot be written: No such file or directory" in " ".join(rows)

    @pytest.mark.parametrize("words", [["--help"], ["--report", "a", "b"], ["me"]])
    def test_other_words(self, doctor: tuple[Doctor, list[str]], words: list[str]) -> None:
        examiner, rows = doctor
        assert examiner.do(words) == 1
        assert "doctor takes nothing, or --report" in " ".join(rows)


class TestProgram:
    """The real thing."""

    @pytest.mark.parametrize(
        ("language", "said"), [("en", "in use (DOCKER_HOST): version"), ("fr", "utilisé (DOCKER_HOST)")]
    )
    def test_one_line(self, engine_host: str, tmp_path: Path, language: str, said: str) -> None:
        done = Dshell(engine_host, tmp_path, language).once("doctor")
        assert done.returncode == 0, done.stderr
        assert said in " ".join(done.stdout.decode().split())

    def test_in_the_shell_with_completion(self, engine_host: str, tmp_path: Path) -> None:
        with Dshell(engine_host, tmp_path).repl(100, 60) as repl:
            assert "Nothing is in the way" in repl.run("doctor")
            start = repl.here()
            repl.screen.send("doctor --r\t")
            repl.screen.expect("▸ doctor --report ", start=start)
            repl.screen.send("here.txt\r")
            repl.screen.expect("the report is in here.txt", start=start)
        assert "100 columns, 60 rows" in (tmp_path / "here.txt").read_text(encoding="utf-8")

    def test_when_the_context_does_not_exist(self, engine_host: str, tmp_path: Path) -> None:
        done = Dshell(engine_host, tmp_path).once("--context", "nosuch", "doctor")
        assert done.returncode == 1
        assert "no daemon can be used" in done.stdout.decode()
        assert "there is no context" in done.stdout.decode()

    def test_a_context_that_is_off_and_one_that_is_on(self, engine_host: str, tmp_path: Path, docker: Docker) -> None:
        env = {**os.environ, "DOCKER_CONFIG": str(tmp_path / "docker")}
        env.pop("DOCKER_HOST", None)
        for name, host in (("off", f"unix://{tmp_path}/none"), ("on", engine_host)):
            argv = ["docker", "context", "create", name, "--docker", f"host={host}"]
            subprocess.run(argv, env=env, check=True, capture_output=True)
        done = Dshell("", tmp_path).once("--context", "off", "doctor")
        said = " ".join(done.stdout.decode().split())
        assert done.returncode == 1
        assert "off, in use (--context), does not answer" in said
        assert "on would answer, at unix://" in said
