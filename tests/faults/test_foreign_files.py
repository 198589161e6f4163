"""A file of somebody else's runs nothing that nobody asked for, holds nobody up, and is told of in a sentence."""

# mypy: disable-error-code=attr-defined

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from dshell import regular
from dshell.doctor.origins import start_up_rows
from dshell.engine.credentials import Credentials, logins
from dshell.engine.endpoint import contexts, read_record, resolve
from dshell.engine.endpoint import read_config as read_docker_config
from dshell.engine.plugins import plugins
from dshell.errors import EngineError
from dshell.habits.tips import Tips
from dshell.habits.told import Told
from dshell.run import compose_file
from dshell.settings import BadSetting, read_config
from dshell.shell.kept import Kept, State
from dshell.shell.mishaps import record
from dshell.teach.lesson import BadLesson
from dshell.teach.lesson_file import read as read_lesson
from tests.hostile import EVIL
from tests.program import Program

DEEP = "[" * 100_000
HUGE = "x" * 3_000_000
LAUGHS = "a: &a [l]\n" + "".join(f"{chr(98 + at)}: &{chr(98 + at)} [{f'*{chr(97 + at)},' * 9}]\n" for at in range(20))
TAGS = "services: !!python/object/apply:os.system ['touch OWNED']\nx: !!python/name:os.system\n"
CONTENTS: Mapping[str, str] = {
    "nothing": "",
    "deep": DEEP,
    "deep objects": '{"a":' * 100_000,
    "deep tables": f"x = {DEEP}",
    "huge": HUGE,
    "no text": "\x00\x01\x1b[2J",
    "sequences": EVIL,
    "laughs": LAUGHS,
    "tags": TAGS,
    "a list": "[1, [2]]",
    "a number": "7",
    "other types": json.dumps(
        {"credHelpers": [1], "auths": [2], "credsStore": {"a": 1}, "currentContext": 3, "cliPluginsExtraDirs": 4}
    ),
    "addresses that are none": json.dumps({"auths": {"https://[x": {}, "https://h:port/": {}}}),
    "headers and proxies": json.dumps({"HttpHeaders": [1], "proxies": {"default": "http://p"}}),
    "a context": json.dumps({"Name": 5, "Endpoints": [6]}),
    "a context without an address": json.dumps({"Name": "odd", "Endpoints": {"docker": {"Host": ["x"]}}}),
}


def special(path: Path, kind: str) -> None:
    """What is no file, and would never end."""
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "a folder":
        path.mkdir()
    else:
        path.write_text(CONTENTS[kind], encoding="utf-8", errors="surrogatepass")


KINDS = (*CONTENTS, "a pipe", "endless", "a folder")


def lesson(folder: Path, kind: str) -> None:
    special(folder / "lesson.toml", kind)
    with pytest.raises((BadLesson, OSError)):
        read_lesson(folder / "lesson.toml")


def config(folder: Path, kind: str) -> None:
    special(folder / "config.toml", kind)
    if kind != "nothing":
        with pytest.raises(BadSetting):
            read_config(str(folder / "config.toml"))


def compose(folder: Path, kind: str) -> None:
    special(folder / "compose.yaml", kind)
    found = compose_file.read([str(folder / "compose.yaml")], {})
    assert found is None or found.services == ()


def docker_config(folder: Path, kind: str) -> None:
    environ = {"DOCKER_CONFIG": str(folder), "PATH": "/nowhere"}
    special(folder / "config.json", kind)
    record = read_record(environ)
    assert isinstance(record, Mapping)
    assert Credentials(record, environ).find_or_none("example.com") == {}
    assert isinstance(plugins(environ, windows=False), dict)
    assert resolve(environ).name == "default"
    known = read_docker_config(environ)
    assert {*known.proxies_for("unix:///x"), *known.headers} == set()


def context(folder: Path, kind: str) -> None:
    environ = {"DOCKER_CONFIG": str(folder)}
    (folder / "contexts/meta/x").mkdir(parents=True)
    special(folder / "contexts/meta/x/meta.json", kind)
    assert {*contexts(environ)} <= {"default", "odd"}
    if "odd" in contexts(environ):
        resolve({**environ, "DOCKER_CONTEXT": "odd"})
    with pytest.raises(EngineError):
        resolve({**environ, "DOCKER_CONTEXT": "no"})


def told(folder: Path, kind: str) -> None:
    special(folder / "told", kind)
    assert Told(folder / "told").first("a daemon")


def tips(folder: Path, kind: str) -> None:
    special(folder / "tip", kind)
    assert Tips(folder / "tip").take() or kind not in CONTENTS


def progress(folder: Path, kind: str) -> None:
    special(folder / "progress", kind)
    assert Kept(folder / "progress").read("run") == State()
    Kept(folder / "progress").write("run", State(2))


def start_up(folder: Path, kind: str) -> None:
    special(folder / ".bashrc", kind)
    assert isinstance(start_up_rows(str(folder)), list)


def mishap(folder: Path, kind: str) -> None:
    special(folder / "mishap.txt", kind)
    record([ValueError()], folder / "mishap.txt")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "read", [lesson, config, compose, docker_config, context, told, tips, progress, start_up, mishap]
)
def test_it_is_read_or_refused(
    read: Callable[[Path, str], None], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    read(tmp_path, kind)
    assert not (tmp_path / "OWNED").exists()


def test_a_file_is_read_up_to_a_size(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 10)
    assert regular.read(file, 10) == b"x" * 10
    assert regular.read(file, 4, whole=False) == b"xxxx"
    with pytest.raises(OSError, match="large"):
        regular.read(file, 9)


def spring(path: Path) -> None:
    """A trap: who runs it leaves a mark."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch {path.parent / 'OWNED'} OWNED\n")
    path.chmod(0o755)


@pytest.mark.parametrize("store", ["../helper", "x/../../helper", "/../helper", "a/b"])
def test_a_credential_helper_is_a_name_and_no_path(store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``docker-credential-`` with a path behind it would be a program of the folder that one happens to be in."""
    monkeypatch.chdir(tmp_path)
    for folder in (f"docker-credential-{store.partition('/')[0]}", "docker-credential-x"):
        (tmp_path / folder).mkdir(exist_ok=True)
    for name in ("helper", f"docker-credential-{store}"):
        spring(tmp_path / name)
    record: Mapping[str, Any] = {"credsStore": store, "credHelpers": {"example.com": store}}
    with pytest.raises(EngineError, match="not found"):
        Credentials(record, {"PATH": "/bin"}).find("example.com")
    assert not [*tmp_path.rglob("OWNED")]


def test_a_credential_helper_that_is_no_program(tmp_path: Path) -> None:
    helper = tmp_path / "docker-credential-x"
    helper.write_bytes(b"\x7fELF and no more")
    helper.chmod(0o755)
    known = Credentials({"credsStore": "x"}, {"PATH": str(tmp_path)})
    assert known.find_or_none("example.com") == {}
    with pytest.raises(EngineError, match="exec format error"):
        known.find("example.com")


@pytest.mark.parametrize("given", ["[]", "7", "{"])
def test_credentials_that_are_none(given: str, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="DOCKER_AUTH_CONFIG"):
        logins({"DOCKER_AUTH_CONFIG": given, "DOCKER_CONFIG": str(tmp_path)})


PYTHON = "open('OWNED', 'w').close()\n"
FOLDER: Mapping[str, str] = {
    **dict.fromkeys(("sitecustomize.py", "yaml.py", "tomlkit.py", "prompt_toolkit.py", "rich.py", "docker.py"), PYTHON),
    "config.toml": '[alias]\nps = "!touch OWNED"\nls = "!touch OWNED"\n',
    "dshell/config.toml": '[alias]\nps = "!touch OWNED"\n',
    ".dshell.toml": '[alias]\nps = "!touch OWNED"\n',
    ".env": "DSHELL_EXPLAIN=off\nDOCKER_HOST=tcp://1.2.3.4\nBASH_ENV=./docker\n",
    "compose.yaml": TAGS,
    "Dockerfile": "FROM alpine AS $(touch OWNED)\nRUN touch OWNED\nCOPY x.sh /\n",
    "docker-bake.hcl": 'target "$(touch OWNED)" {}\n',
    "lesson-x/x.toml": 'needs = "compose"\n',
    "x.toml": '[[step]]\nlines = ["!touch OWNED"]\nsee = [{ container = "made" }]\n'
    '[words.en]\ntitle = "t"\nintro = "i"\n[words.en.1]\nsay = "`!touch OWNED`"\nhint = "h"\ndone = "d"\n',
}


def test_a_folder_of_somebody_else_runs_nothing(engine_host: str, tmp_path: Path) -> None:
    """Its files are looked at while one types, completes, asks for help and opens a lesson: none is run or believed."""
    home, folder = tmp_path / "home", tmp_path / "folder"
    home.mkdir()
    for name, text in FOLDER.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    for name in ("docker", "git", "bash", "sh", "ls", "docker-credential-x", "docker-compose", "x.sh"):
        spring(folder / name)
    with Program(engine_host, home).repl() as repl:
        repl.run(f"cd {folder}")
        for typed in ("build --target ", "compose up ", "buildx bake ", "run -v ./", "!ls ", "learn ./x"):
            repl.screen.send(f"{typed}\t\t")
            repl.screen.send("\x15")
        for line in (
            "ps",
            "explain !touch OWNED",
            "help build",
            "learn --check x.toml",
            "learn ./x.toml",
            "show me",
            "map",
        ):
            repl.run(line)
        repl.screen.send("exit 0\r")
        assert repl.screen.wait() == 0
    assert not [*tmp_path.rglob("OWNED")]
