"""What the probes of the doctor find: start-up files, programs, daemons."""

from __future__ import annotations

import json
import os
import re
import stat
import threading
from pathlib import Path

import pytest

from dshell.doctor import engines, origins, programs
from dshell.doctor.facts import Keeper, Origin, Program, Reached, System
from dshell.engine.records import Endpoint
from dshell.errors import Failure, Trouble
from dshell.terminal.detect import WindowsFacts
from tests.patients import (
    BY_HOST,
    DESKTOP,
    MARKER,
    UNIX,
    up,
)


class TestOrigins:
    ROWS = (
        "# export DOCKER_HOST=tcp://old",
        "export DOCKER_HOST=tcp://192.168.99.100:2376",
        "  declare -x COMPOSE_CONVERT_WINDOWS_PATHS=true",
        "set -gx DOCKER_CERT_PATH /c",
        'echo "$DOCKER_CONTEXT" DOCKER_CONTEXT=x',
        "alias docker='winpty docker'",
        "exec winpty bash",
        "alias ll='ls -l' # winpty",
    )

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        (tmp_path / ".bashrc").write_text("\n".join(self.ROWS), encoding="utf-8")
        (tmp_path / ".profile").write_bytes(b"\xff\xfe binary")
        return tmp_path

    @pytest.mark.parametrize(
        ("name", "row"),
        [
            ("DOCKER_HOST", 2),
            ("COMPOSE_CONVERT_WINDOWS_PATHS", 3),
            ("DOCKER_CERT_PATH", 4),
            ("DOCKER_CONTEXT", 0),
            ("DOCKER", 0),
        ],
    )
    def test_start_up_files(self, home: Path, name: str, row: int) -> None:
        found = origins.origins([name], origins.start_up_rows(str(home)), None)
        assert found == ({name: Origin(Keeper.FILE, str(home / ".bashrc"), row)} if row else {})

    def test_windows(self) -> None:
        windows = WindowsFacts(user=frozenset({"A"}), machine=frozenset({"A", "B"}))
        found = origins.origins(["A", "B", "C"], [], windows)
        assert {name: origin.keeper for name, origin in found.items()} == {"A": Keeper.USER, "B": Keeper.MACHINE}

    def test_winpty(self, home: Path) -> None:
        assert [origin.row for origin in origins.winpty_aliases(origins.start_up_rows(str(home)))] == [6, 7]

    def test_no_home(self, tmp_path: Path) -> None:
        assert origins.start_up_rows(str(tmp_path / "none")) == []


def write_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


class TestPrograms:
    def test_what_is_on_this_machine(self, tmp_path: Path) -> None:
        folder = tmp_path / "config"
        compose = 'echo \'{"SchemaVersion":"0.1.0","Vendor":"D","Version":"v2.24.0"}\''
        write_program(folder / "cli-plugins" / "docker-compose", f'[ "$1" = docker-cli-plugin-metadata ] && {compose}')
        write_program(folder / "cli-plugins" / "docker-scout", "exit 1")
        write_program(folder / "cli-plugins" / "docker-credential-x", "exit 1")
        write_program(tmp_path / "more" / "docker-scout", 'echo \'{"Version": "0.1"}\'')
        write_program(tmp_path / "a" / "docker", "echo Docker version 28.2.2, build e6534b4")
        write_program(tmp_path / "b" / "docker", "exit 1")
        (tmp_path / "c").mkdir()
        (tmp_path / "c" / "docker").symlink_to(tmp_path / "a" / "docker")
        write_program(tmp_path / "a" / "git", "echo git version 2.46.0.windows.1")
        write_program(tmp_path / "a" / "uname", "echo 3.4.10-87d57229.x86_64")
        record = {
            "credsStore": "desktop",
            "auths": {"x": {"auth": MARKER}},
            "cliPluginsExtraDirs": [str(tmp_path / "more")],
        }
        (folder / "config.json").write_text(json.dumps(record))
        path = ":".join(str(tmp_path / name) for name in "abc")
        environ = {"PATH": path, "DOCKER_CONFIG": str(folder), "MSYSTEM": "MINGW64"}
        found = programs.tools(environ, System.LINUX)
        assert found.dockers == (
            Program(f"{tmp_path}/a/docker", "28.2.2"),
            Program(f"{tmp_path}/b/docker", ""),
        )
        known = {plugin.name: plugin.version for plugin in found.plugins if str(tmp_path) in plugin.path}
        assert known == {"compose": "2.24.0", "scout": "0.1"}, "the first folder wins"
        assert found.git == Program(f"{tmp_path}/a/git", "2.46.0.windows.1")
        assert found.msys == "3.4.10-87d57229.x86_64"
        assert found.helper == "docker-credential-desktop"
        assert MARKER not in repr(found)

    def test_nothing_at_all(self, tmp_path: Path) -> None:
        found = programs.tools({"PATH": str(tmp_path), "DOCKER_CONFIG": str(tmp_path)}, System.WINDOWS)
        assert (found.dockers, found.plugins, found.git, found.helper) == ((), (), None, "")

    def test_a_program_that_hangs_is_left(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(programs, "PATIENCE", 0.1)
        write_program(tmp_path / "docker", "exec sleep 60")
        assert programs.said((str(tmp_path / "docker"), "--version"), {"PATH": os.environ["PATH"]}) == ""

    @pytest.mark.parametrize(
        ("prefix", "store"),
        [
            (r"C:\Program Files\WindowsApps\PythonSoftwareFoundation.Python.3.12_3.12.2800.0_x64__qbz5n2kfra8p0", True),
            (r"C:\Users\me\AppData\Local\Programs\Python\Python312", False),
            ("/usr", False),
        ],
    )
    def test_store_python(self, prefix: str, store: bool) -> None:
        assert programs.is_store_python(prefix) is store


class TestEngines:
    def test_one_that_never_answers_holds_nobody(self) -> None:
        stuck = threading.Event()

        def ask(endpoint: Endpoint) -> Reached:
            if endpoint == BY_HOST:
                stuck.wait(60)
            return up(endpoint)

        found = engines.reach([(BY_HOST, True), (UNIX, False)], ask, longest=0.2)
        stuck.set()
        assert [(reached.in_use, reached.failure) for reached in found] == [
            (True, Failure(Trouble.TIMEOUT, endpoint=BY_HOST.host)),
            (False, None),
        ]

    def test_every_context_once_the_one_in_use_first(self, tmp_path: Path) -> None:
        for name, host in (("desktop-linux", DESKTOP.host), ("far", "ssh://zoe@far"), ("bad", "what://")):
            place = tmp_path / "contexts" / "meta" / name
            place.mkdir(parents=True)
            (place / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host}}}))
        environ = {"DOCKER_CONFIG": str(tmp_path), "DOCKER_HOST": DESKTOP.host}
        used = engines.in_use(environ, "", "")
        asked = engines.everything(used, engines.known(environ))
        assert [(endpoint.name, endpoint.source, used) for endpoint, used in asked] == [
            ("default", "DOCKER_HOST", True),
            ("default", "--context", False),
            ("far", "--context", False),
        ]

    @pytest.mark.parametrize(
        ("host", "context", "trouble"),
        [("", "none", Trouble.CONTEXT), ("what://", "", Trouble.ADDRESS), ("tcp://a", "b", Trouble.DECLINED)],
    )
    def test_none_in_use(self, tmp_path: Path, host: str, context: str, trouble: Trouble) -> None:
        used = engines.in_use({"DOCKER_CONFIG": str(tmp_path)}, host, context)
        assert isinstance(used, Failure)
        assert used.trouble is trouble
        assert engines.everything(used, [UNIX]) == [(UNIX, False)]

    def test_the_real_one(self, engine_host: str) -> None:
        found = engines.ask(Endpoint("default", engine_host, "DOCKER_HOST"), {}, "")
        assert found.failure is None
        assert found.os == "linux"
        assert re.match(r"\d+\.\d+", found.version)
        assert re.fullmatch(r"1\.\d+", found.api)
