"""Which programs are here: Python, every docker on PATH with its plug-ins, Git; and, from each of them, its version."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from dshell.doctor.facts import Plugin, Program, System, Tools
from dshell.engine.endpoint import read_record
from dshell.engine.plugins import expanded, plugins
from dshell.programs import find_program, programs

PATIENCE = 5.0  # seconds for a program to say its version
AT_ONCE = 8  # programs asked at the same time

METADATA = "docker-cli-plugin-metadata"  # the argument to which a plug-in answers with what it is
DESKTOP = (
    r"%PROGRAMFILES%\Docker\Docker\resources\bin\docker.exe",
    r"%LOCALAPPDATA%\Programs\DockerDesktop\resources\bin\docker.exe",
    "/Applications/Docker.app/Contents/Resources/bin/docker",
)
VERSION = re.compile(r"\d+(?:\.[\w-]+)+")


def tools(environ: Mapping[str, str], system: System) -> Tools:
    """Waits for the slowest program, at most ``PATIENCE`` seconds for each step."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        git = pool.submit(_git, environ)
        msys = pool.submit(_msys, environ)
        found = plugins(environ, windows=system is System.WINDOWS).items()
        described = pool.map(partial(_described, environ=environ), [Plugin(name, path) for name, path in found])
        dockers = pool.map(partial(_asked, environ=environ), _every("docker", environ))
        return Tools(
            python=Program(sys.executable, platform.python_version()),
            store_python=is_store_python(sys.base_prefix),
            dockers=tuple(dockers),
            apart=next((path for path in expanded(DESKTOP, environ) if os.path.exists(path)), ""),
            plugins=tuple(described),
            git=git.result(),
            msys=msys.result(),
            helper=_missing_helper(environ),
        )


def is_store_python(prefix: str) -> bool:
    """``prefix``: of the Python itself, not of an environment made from it."""
    return "windowsapps" in prefix.lower()


def version_in(text: str) -> str:
    """The first thing that looks like a version: "28.2.2" of "Docker version 28.2.2, build e6534b4"."""
    found = VERSION.search(text)
    return found[0] if found else ""


def said(argv: Sequence[str], environ: Mapping[str, str]) -> str:
    """What a program writes on standard output; "" when it does not run, fails or takes too long."""
    try:
        done = subprocess.run(
            argv, stdin=subprocess.DEVNULL, capture_output=True, env=environ, timeout=PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return "" if done.returncode else done.stdout.decode(errors="replace")


def _asked(path: str, environ: Mapping[str, str]) -> Program:
    return Program(path, version_in(said((path, "--version"), environ)))


def _git(environ: Mapping[str, str]) -> Program | None:
    path = find_program("git", environ)
    return _asked(path, environ) if path else None


def _msys(environ: Mapping[str, str]) -> str:
    """``3.6.4-1cdd1b5f.x86_64`` by the uname of the Git Bash that dshell was started from."""
    uname = find_program("uname", environ) if "MSYSTEM" in environ else None
    return version_in(said((uname, "-r"), environ)) if uname else ""


def _every(name: str, environ: Mapping[str, str]) -> list[str]:
    """Paths of all programs of that name on PATH, in its order; one that has several, by its first."""
    known: dict[str, str] = {}
    for path in programs(name, environ):
        known.setdefault(os.path.normcase(os.path.realpath(path)), path)
    return list(known.values())


def _described(plugin: Plugin, environ: Mapping[str, str]) -> Plugin:
    try:
        record = json.loads(said((plugin.path, METADATA), environ))
        return Plugin(plugin.name, plugin.path, str(record["Version"]).removeprefix("v"))
    except (ValueError, KeyError, TypeError):
        return plugin


def _missing_helper(environ: Mapping[str, str]) -> str:
    store = read_record(environ).get("credsStore", "")
    name = f"docker-credential-{store}"
    return "" if not store or find_program(name, environ) else name
