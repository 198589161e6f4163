"""What the doctor finds in which surroundings, and what it never says."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.doctor import engines, origins, programs
from dshell.doctor.discretion import Discretion, bare
from dshell.doctor.doctor import Doctor, examined
from dshell.doctor.facts import Facts, Keeper, Origin, Plugin, Program, Reached, Seat, System, Tools
from dshell.doctor.findings import Finding, Level
from dshell.doctor.gather import Patient
from dshell.doctor.page import page
from dshell.engine.records import Endpoint, Exposure
from dshell.errors import Failure, Trouble
from dshell.settings import Settings
from dshell.teach.layout import Scene, Symbols
from dshell.teach.texts import languages, load, section
from dshell.terminal.base import Shown
from dshell.terminal.detect import WindowsFacts, World
from tests.conftest import Docker
from tests.program import Program as Dshell
from tests.shell_parts import Paper

HOME = "/home/zoe"
SHOWN = Shown(stdin=True, stdout=True, stderr=True)
UNIX = Endpoint("default", "unix:///var/run/docker.sock", "default")
DESKTOP = Endpoint("desktop-linux", "npipe:////./pipe/dockerDesktopLinuxEngine", "currentContext")
BY_HOST = Endpoint("default", "tcp://192.168.99.100:2376", "DOCKER_HOST")
OFF = Failure(Trouble.UNREACHABLE, number=2)

SEAT = Seat(World.POSIX, SHOWN, os.terminal_size((100, 40)), "utf-8", "fr_FR.UTF-8")
PIPES = replace(SEAT, world=World.MSYS_PTY, windows=WindowsFacts())
PLUGINS = (Plugin("buildx", "/p/docker-buildx", "0.12.1"), Plugin("compose", "/p/docker-compose", "2.24.0"))
TOOLS = Tools(
    Program("/usr/bin/python3", "3.12.1"),
    dockers=(Program("/usr/bin/docker", "28.2.2"),),
    plugins=PLUGINS,
    git=Program("/usr/bin/git", "2.50.1"),
)
GIT_246 = replace(TOOLS, git=Program(r"C:\Program Files\Git\cmd\git.exe", "2.46.0.windows.1"), msys="3.4.10.x86_64")
GIT_252 = replace(TOOLS, git=Program(r"C:\Program Files\Git\cmd\git.exe", "2.52.0.windows.1"), msys="3.6.4.x86_64")

WELL = Facts(
    System.LINUX,
    "Linux-6.1",
    SEAT,
    TOOLS,
    Settings(),
    "/home/zoe/.config/dshell/config.toml",
    {"TERM": "xterm-256color"},
    (Reached(UNIX, True, None, "28.2.2", "1.50", "linux"),),
)
GIT_BASH = {"TERM": "xterm-256color", "MSYSTEM": "MINGW64"}


def facts(**changes: Any) -> Facts:
    return replace(WELL, **changes)


def silent(endpoint: Endpoint, *, used: bool = True, failure: Failure = OFF) -> Reached:
    return Reached(endpoint, used, failure._replace(endpoint=endpoint.host))


def up(endpoint: Endpoint, *, used: bool = False, os: str = "linux") -> Reached:
    return Reached(endpoint, used, None, "28.2.2", "1.50", os, "Docker Desktop 4.42")


def findings(facts: Facts) -> dict[str, Finding]:
    """By key; the last of several that have the same."""
    return {finding.key: finding for chapter in examined(facts, Discretion(HOME)) for finding in chapter.findings}


def exposed(seen: Exposure) -> Facts:
    return facts(engines=(replace(up(UNIX, used=True), exposure=seen),))


EXPOSED = [
    (Exposure.PLAIN, Level.WARNING, "protect", ""),
    (Exposure.PLAIN_HERE, Level.NOTE, "protect-here", ""),
    (Exposure.UNVERIFIED, Level.WARNING, "verify", ""),
    (Exposure.OPEN, Level.WARNING, "close-socket", "sudo chmod o= /var/run/docker.sock"),
    (Exposure.FOREIGN, Level.WARNING, "owner", ""),
    (Exposure.PIPE, Level.WARNING, "owner", ""),
]
SILENT = ("engine-used-silent", Level.PROBLEM, "")
FINE = "world-posix git size encoding python docker plugins engine-used nothing-left setting-default"

# What differs from a machine on which all is well, the findings that this makes (key, level, fix), and the line to run.
CASES: list[tuple[str, Facts, list[tuple[str, Level, str]], str]] = [
    ("all is well", WELL, [], ""),
    # the worlds
    ("WSL", facts(system=System.WSL), [("world-wsl", Level.OK, "")], ""),
    ("console", facts(seat=replace(SEAT, world=World.CONSOLE)), [("world-console", Level.OK, "")], ""),
    ("Git Bash", facts(seat=replace(SEAT, world=World.MINTTY)), [("world-mintty", Level.OK, "")], ""),
    (
        "disable_pcon",
        facts(seat=PIPES, environ={**GIT_BASH, "MSYS": "winsymlinks:native disable_pcon"}, tools=GIT_252),
        [("world-msys-pty", Level.NOTE, ""), ("pipes-disabled", Level.NOTE, "enable-consoles"), ("msys", Level.OK, "")],
        "",
    ),
    (
        "old Git",
        facts(seat=PIPES, environ=GIT_BASH, tools=GIT_246),
        [("pipes-git", Level.NOTE, "update-git"), ("git-msys", Level.OK, "")],
        "git update-git-for-windows",
    ),
    (
        "legacy console",
        facts(seat=replace(PIPES, windows=WindowsFacts(legacy=True)), environ=GIT_BASH, tools=GIT_246),
        [("pipes-legacy", Level.NOTE, "new-console")],
        "",
    ),
    (
        "TERM without a console",
        facts(seat=PIPES, environ={"MSYSTEM": "MINGW64", "TERM": "dumb"}, tools=GIT_252),
        [("pipes-term", Level.NOTE, "term"), ("term-dumb", Level.NOTE, "")],
        "",
    ),
    ("pipes all the same", facts(seat=PIPES, environ=GIT_BASH, tools=GIT_252), [("pipes-unknown", Level.NOTE, "")], ""),
    (
        "winpty",
        facts(seat=replace(SEAT, world=World.WINPTY), environ={"MSYSTEM": "MINGW64"}),
        [("world-winpty", Level.WARNING, "winpty")],
        "",
    ),
    (
        "a pipe",
        facts(seat=replace(SEAT, shown=Shown(stdin=False, stdout=False, stderr=True))),
        [("world-redirected", Level.NOTE, "")],
        "",
    ),
    (
        "commas in MSYS",
        facts(environ={**GIT_BASH, "MSYS": "enable_pcon;winsymlinks"}),
        [("msys-separators", Level.WARNING, "msys-spaces")],
        "",
    ),
    ("no Git", facts(system=System.WINDOWS, tools=replace(TOOLS, git=None)), [("git-missing", Level.NOTE, "")], ""),
    # sizes and letters
    (
        "narrow",
        facts(seat=replace(SEAT, size=os.terminal_size((40, 20)))),
        [("size-narrow", Level.NOTE, "wider")],
        "",
    ),
    ("no size", facts(seat=replace(SEAT, size=os.terminal_size((0, 0)))), [("size-unknown", Level.NOTE, "")], ""),
    (
        "an old code page",
        facts(system=System.WINDOWS, seat=replace(SEAT, encoding="cp850", windows=WindowsFacts(pages=(850, 850)))),
        [("encoding-poor", Level.NOTE, "encoding-windows"), ("code-pages", Level.OK, "")],
        "",
    ),
    ("no UTF-8", facts(seat=replace(SEAT, encoding="latin-1")), [("encoding-poor", Level.NOTE, "encoding")], ""),
    # programs
    (
        "Store Python in an old Git Bash",
        facts(environ=GIT_BASH, tools=replace(GIT_252, store_python=True)),
        [("python-store", Level.WARNING, "python-org")],
        "winget install Python.Python.3.13",
    ),
    (
        "Store Python elsewhere",
        facts(tools=replace(TOOLS, store_python=True)),
        [("python-store", Level.NOTE, "python-org")],
        "",
    ),
    (
        "no docker on Windows",
        facts(system=System.WINDOWS, tools=replace(TOOLS, dockers=())),
        [("docker-missing", Level.WARNING, "install-docker-windows")],
        "winget install Docker.DockerDesktop",
    ),
    (
        "no docker on macOS",
        facts(system=System.MACOS, tools=replace(TOOLS, dockers=())),
        [("docker-missing", Level.WARNING, "install-docker-macos")],
        "brew install --cask docker-desktop",
    ),
    (
        "no docker",
        facts(tools=replace(TOOLS, dockers=())),
        [("docker-missing", Level.WARNING, "install-docker-linux")],
        "",
    ),
    (
        "no docker in WSL",
        facts(system=System.WSL, tools=replace(TOOLS, dockers=())),
        [("docker-missing", Level.WARNING, "install-docker-wsl")],
        "",
    ),
    (
        "docker not on PATH",
        facts(tools=replace(TOOLS, dockers=(), apart=r"C:\Program Files\Docker\Docker\resources\bin\docker.exe")),
        [("docker-apart", Level.WARNING, "new-terminal")],
        "",
    ),
    (
        "Toolbox first",
        facts(
            tools=replace(
                TOOLS,
                dockers=(
                    Program(r"C:\Program Files\Docker Toolbox\docker.exe", "19.03.1"),
                    Program(r"C:\d\docker.exe"),
                ),
            )
        ),
        [("docker-toolbox", Level.WARNING, "toolbox"), ("docker-others", Level.NOTE, "")],
        "",
    ),
    (
        "a docker that hangs",
        facts(tools=replace(TOOLS, dockers=(Program("/usr/bin/docker"),))),
        [("docker-silent", Level.WARNING, "docker-silent")],
        "",
    ),
    (
        "no compose",
        facts(tools=replace(TOOLS, plugins=PLUGINS[:1])),
        [("plugins-missing", Level.NOTE, "plugins-missing"), ("plugins", Level.OK, "")],
        "",
    ),
    (
        "a broken plug-in",
        facts(tools=replace(TOOLS, plugins=(*PLUGINS, Plugin("scout", "/p/docker-scout")))),
        [("plugin-silent", Level.WARNING, "plugin")],
        "",
    ),
    (
        "a helper that is gone",
        facts(tools=replace(TOOLS, helper="docker-credential-desktop")),
        [("helper-missing", Level.WARNING, "helper")],
        "",
    ),
    # daemons
    ("no daemon", facts(engines=(silent(UNIX),)), [SILENT], ""),
    (
        "the other one answers",
        facts(engines=(silent(UNIX), up(DESKTOP))),
        [SILENT, ("engine", Level.OK, ""), ("engine-other", Level.WARNING, "use-context")],
        "docker context use desktop-linux",
    ),
    (
        "an option hides it",
        facts(settings=Settings(context="x"), engines=(silent(UNIX._replace(source="--context")), up(DESKTOP))),
        [SILENT, ("engine-other", Level.WARNING, "own-settings")],
        "",
    ),
    (
        "a leftover hides it",
        facts(
            environ={"TERM": "xterm", "DOCKER_HOST": BY_HOST.host},
            engines=(silent(BY_HOST), up(DESKTOP._replace(source="--context"))),
            current_context="desktop-linux",
            origins={"DOCKER_HOST": Origin(Keeper.FILE, f"{HOME}/.bashrc", 7)},
        ),
        [
            SILENT,
            ("engine-other", Level.WARNING, "delete-row"),
            ("host-overrides", Level.NOTE, "delete-row"),
            ("host-toolbox", Level.WARNING, "delete-row"),
        ],
        "",
    ),
    (
        "a context that hides it",
        facts(environ={"DOCKER_CONTEXT": "old"}, engines=(silent(UNIX._replace(source="DOCKER_CONTEXT")), up(DESKTOP))),
        [SILENT, ("engine-other", Level.WARNING, "unset")],
        "",
    ),
    (
        "a context that is not there",
        facts(engines=(up(UNIX),), unresolved=Failure(Trouble.CONTEXT, 'context "x": context not found', subject="x")),
        [("engine-unresolved", Level.PROBLEM, ""), ("engine-other", Level.WARNING, "use-context")],
        "docker context use default",
    ),
    (
        "one that is not used is off",
        facts(engines=(up(UNIX, used=True), silent(DESKTOP, used=False))),
        [("engine-used", Level.OK, ""), ("engine-silent", Level.NOTE, "")],
        "",
    ),
    (
        "Windows containers",
        facts(engines=(up(DESKTOP, used=True, os="windows"),)),
        [("engine-windows", Level.WARNING, "linux-containers")],
        "docker desktop engine use linux",
    ),
    *(
        (f"exposed: {seen.value}", exposed(seen), [(seen.value, level, fix)], line)
        for seen, level, fix, line in EXPOSED
    ),
    # leftovers
    (
        "Toolbox",
        facts(environ={"DOCKER_MACHINE_NAME": "default"}, system=System.WINDOWS),
        [("toolbox-variable", Level.WARNING, "unset-cmd")],
        "",
    ),
    (
        "compose of old, in the user's variables",
        facts(
            environ={"COMPOSE_CONVERT_WINDOWS_PATHS": "true"},
            system=System.WINDOWS,
            origins={"COMPOSE_CONVERT_WINDOWS_PATHS": Origin(Keeper.USER)},
        ),
        [("compose-paths", Level.WARNING, "unset-user")],
        "powershell -Command \"[Environment]::SetEnvironmentVariable('COMPOSE_CONVERT_WINDOWS_PATHS', '', 'User')\"",
    ),
    (
        "conversion off, for everybody",
        facts(
            environ={**GIT_BASH, "MSYS_NO_PATHCONV": "1"},
            system=System.WINDOWS,
            origins={"MSYS_NO_PATHCONV": Origin(Keeper.MACHINE)},
        ),
        [("path-conversion", Level.WARNING, "unset-machine")],
        "",
    ),
    (
        "conversion off, nobody knows why",
        facts(environ={**GIT_BASH, "MSYS2_ARG_CONV_EXCL": "*"}, system=System.WINDOWS),
        [("path-conversion", Level.WARNING, "unset")],
        "",
    ),
    ("certificates for nothing", facts(environ={"DOCKER_TLS_VERIFY": "1"}), [("tls-unused", Level.NOTE, "unset")], ""),
    (
        "certificates that are gone",
        facts(environ={"DOCKER_CERT_PATH": "/old/certs"}, cert_path_exists=False),
        [("cert-path-missing", Level.WARNING, "unset")],
        "",
    ),
    ("a version", facts(environ={"DOCKER_API_VERSION": "1.24"}), [("api-version", Level.NOTE, "unset")], ""),
    (
        "a platform",
        facts(environ={"DOCKER_DEFAULT_PLATFORM": "linux/amd64"}),
        [("default-platform", Level.NOTE, "unset")],
        "",
    ),
    (
        "an alias",
        facts(aliases=(Origin(Keeper.FILE, f"{HOME}/.bashrc", 3),)),
        [("winpty-alias", Level.NOTE, "delete-row")],
        "",
    ),
    ("a proxy", facts(environ={"https_proxy": "http://proxy:8080"}), [("proxy", Level.NOTE, "")], ""),
    # settings
    (
        "settings",
        facts(
            settings=Settings(
                "fr",
                "off",
                True,
                context="x",
                sources={"lang": "config", "explain": "environment", "context": "option"},
            )
        ),
        [("setting-config", Level.OK, ""), ("setting-environment", Level.OK, ""), ("setting-option", Level.OK, "")],
        "",
    ),
]


@pytest.mark.parametrize(("given", "expected", "line"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_findings(given: Facts, expected: list[tuple[str, Level, str]], line: str) -> None:
    found = findings(given)
    for key, level, fix in expected:
        assert (found[key].level, found[key].fix) == (level, fix), key
    worse = {key for key, finding in found.items() if finding.level >= Level.WARNING}
    assert worse <= {key for key, _, _ in expected}
    lines = {finding.line for finding in found.values()}
    assert line in lines


def test_a_healthy_machine_has_nothing_to_mend() -> None:
    assert list(findings(WELL)) == FINE.split()


def test_the_practice_engine_is_no_leftover() -> None:
    environ = {"DOCKER_HOST": "unix:///run/dshell-practice/docker.sock", "DSHELL_DAEMON": "practice"}
    used = up(Endpoint("default", environ["DOCKER_HOST"], "DOCKER_HOST"), used=True)
    assert "host-overrides" not in findings(facts(environ=environ, engines=(used,), current_context="x"))


class TestPage:
    @pytest.mark.parametrize("language", languages())
    def test_every_finding_and_every_fix_is_said(self, language: str) -> None:
        """Both ways: no key without a sentence, no sentence that nothing leads to."""
        found = [
            finding for case in CASES for chapter in examined(case[1], Discretion(HOME)) for finding in chapter.findings
        ]
        keys = {f"doctor.found.{finding.key}" for finding in found}
        fixes = {f"doctor.fix.{finding.fix}" for finding in found if finding.fix}
        texts = section(language, "doctor")
        assert keys | fixes == {key for key in texts if key.startswith(("doctor.found.", "doctor.fix."))}
        say = load(language).say
        for finding in found:
            for key in filter(None, (f"doctor.found.{finding.key}", finding.fix and f"doctor.fix.{finding.fix}")):
                assert say(key, **finding.slots) != key, f"{key} has a slot that its finding does not fill"

    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("columns", [40, 80, 110])
    @pytest.mark.parametrize("symbols", Symbols)
    def test_rows_fit(self, language: str, columns: int, symbols: Symbols) -> None:
        scene = Scene(load(language), symbols=symbols, width=columns)
        for case in CASES:
            for row in page(examined(case[1], Discretion(HOME)), scene):
                longest = max(map(len, row.split()), default=0)
                line = re.search("winget|powershell|docker|git|brew|sudo|context", row)  # one to run is never wrapped
                assert len(row) < columns or longest > columns // 2 or line, row
                assert row.isascii() or symbols is Symbols.UNICODE or language == "fr"

    def test_how_it_looks(self) -> None:
        given = facts(engines=(silent(DESKTOP), up(UNIX)), environ={"COMPOSE_CONVERT_WINDOWS_PATHS": "1"})
        rows = page(examined(given, Discretion(HOME)), Scene(load("en")))
        text = "\n".join(rows)
        assert "   ✘  desktop-linux, in use (currentContext), does not answer at\n" in text
        assert (
            "     why  Docker Desktop is not running\n     fix  docker desktop start\n            starts it; " in text
        )
        assert (
            "   !  default would answer, at unix:///var/run/docker.sock\n     fix  docker context use default" in text
        )
        assert "   !  COMPOSE_CONVERT_WINDOWS_PATHS=1 changes paths" in text
        assert rows[-1] == "   3 things to look at, marked ! or ✘."

    def test_another_daemon_is_named_also_when_a_variable_hides_it(self) -> None:
        given = facts(environ={"DOCKER_HOST": BY_HOST.host}, engines=(silent(BY_HOST), up(DESKTOP)))
        rows = page(examined(given, Discretion(HOME)), Scene(load("en")))
        assert "   !  desktop-linux would answer, at npipe:////./pipe/dockerDesktopLinuxEngine" in rows

    def test_what_it_says_when_all_is_well(self) -> None:
        rows = page(examined(WELL, Discretion(HOME)), Scene(load("fr")))
        assert rows[-1] == "   Rien ne gêne."
        assert len(rows) <= 30, "one page"


class TestDiscretion:
    @pytest.mark.parametrize(
        ("address", "said"),
        [
            ("tcp://10.0.0.1:2376", "tcp://10.0.0.1:2376"),
            ("tcp://[::1]:2376/docker", "tcp://[::1]:2376/docker"),
            ("unix:///var/run/docker.sock", "unix:///var/run/docker.sock"),
            ("ssh://zoe@host", "ssh://***@host"),
            ("http://zoe:pass@proxy:8080", "http://***@proxy:8080"),
            ("zoe:pass@proxy:8080", "***@proxy:8080"),
            ("http://zoe:p@ss/w#rd@proxy:8080", "http://***@proxy:8080"),
            ("tcp://host:2375?token=secret", "tcp://host:2375"),
            ("tcp://host:2375#secret", "tcp://host:2375"),
            ("http://zoe:secret", "http://***"),
            ("secret with spaces", "***"),
            ("localhost", "localhost"),
        ],
    )
    def test_addresses(self, address: str, said: str) -> None:
        assert bare(address) == said

    @pytest.mark.parametrize(
        ("home", "text", "said"),
        [
            ("/home/zoe", "/home/zoe/.bashrc", "~/.bashrc"),
            ("/home/zoe", "/home/zoe", "~"),
            ("/home/zoe", "/home/zoe2/x", "/home/***/x"),
            ("/home/zoe", "/mnt/c/Users/Zoé/bin", "/mnt/c/Users/***/bin"),
            ("/root", "/rooting", "/rooting"),
            (r"C:\Users\Zoé Dupont", r"c:\users\zoé dupont\AppData", r"~\AppData"),
            (r"C:\Users\Zoé Dupont", "/c/Users/Zoé Dupont/bin", "~/bin"),
            (r"C:\Users\Zoé Dupont", "C:/Users/Zoé Dupont/bin", "~/bin"),
            (r"C:\Users\Zoé Dupont", r"C:\Users\ZODUPO~1\Temp", r"C:\Users\***\Temp"),
            ("/", "/usr/bin", "/usr/bin"),
            ("/home/zoe", "dial ssh zoe@host: refused", "dial ssh ***@host: refused"),
        ],
    )
    def test_home_and_names(self, home: str, text: str, said: str) -> None:
        assert Discretion(home).text(text) == said

    def test_words_about_a_malformed_address_repeat_it_and_are_left_out(self) -> None:
        failure = Failure(Trouble.ADDRESS, "invalid bind address format: tcp://me:pass word@host:x")
        assert Discretion(HOME).failure(failure).words == ""


MARKER = "S3CRET"
PLACES = st.sampled_from(
    [
        ("DOCKER_HOST", f"tcp://zoe:{MARKER}@127.0.0.1:1"),
        ("DOCKER_HOST", f"tcp://127.0.0.1:1?token={MARKER}"),
        ("DOCKER_HOST", f"ssh://zoe:{MARKER}@127.0.0.1"),
        ("DOCKER_HOST", f"http://zoe:{MARKER}"),
        ("DOCKER_HOST", f"zoe:{MARKER} x@127.0.0.1:1"),
        ("HTTP_PROXY", f"http://zoe:{MARKER}@proxy:8080"),
        ("https_proxy", f"zoe:{MARKER}@proxy:8080"),
        ("ALL_PROXY", f"socks5://{MARKER}@proxy#{MARKER}"),
        ("AWS_SECRET_ACCESS_KEY", MARKER),
        ("DOCKER_PASSWORD", MARKER),
        ("DSHELL_TOKEN", MARKER),
        ("GITHUB_TOKEN", MARKER),
    ]
)


@given(st.lists(PLACES, min_size=1, max_size=6))
def test_no_secret_of_the_environment_is_said(
    tmp_path_factory: pytest.TempPathFactory, places: list[tuple[str, str]]
) -> None:
    """What is judged are the real endpoints of these surroundings; nobody answers there."""
    folder = tmp_path_factory.getbasetemp() / "secret-config"
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(
        json.dumps({"auths": {"hub": {"auth": MARKER, "identitytoken": MARKER}}, "HttpHeaders": {"X": MARKER}})
    )
    environ = {"DOCKER_CONFIG": str(folder), "PATH": "", **dict(places)}
    used = engines.in_use(environ, "", "")
    reached = (silent(used),) if isinstance(used, Endpoint) else ()
    given = facts(environ=environ, engines=reached, unresolved=None if reached else used)
    for language in languages():
        rows = page(examined(given, Discretion(HOME)), Scene(load(language)))
        assert MARKER not in "".join(rows)


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
