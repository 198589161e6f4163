"""Machines that the doctor is shown: one on which all is well, what is ill on others, and what is found there."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from dshell.doctor.discretion import Discretion
from dshell.doctor.doctor import examined
from dshell.doctor.facts import Facts, Keeper, Origin, Plugin, Program, Reached, Seat, System, Tools
from dshell.doctor.findings import Finding, Level
from dshell.engine.records import Endpoint, Exposure
from dshell.errors import Failure, Trouble
from dshell.settings import Settings
from dshell.terminal.base import Shown
from dshell.terminal.detect import WindowsFacts, World

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


MARKER = "S3CRET"
