"""Judges the programs: Python, the docker command, its plug-ins. Pure."""

from __future__ import annotations

import ntpath
import posixpath
from collections.abc import Iterator

from dshell.doctor.facts import Facts, Program, System
from dshell.doctor.findings import Finding, Level
from dshell.doctor.on_terminal import release

STORE_WORKS = (2, 53)  # the Git for Windows in which Python of the Microsoft Store has its standard streams
EXPECTED = ("buildx", "compose")  # plug-ins that a course uses


def examine_programs(facts: Facts) -> Iterator[Finding]:
    yield from _python(facts)
    yield from _docker(facts)
    yield from _plugins(facts)
    if helper := facts.tools.helper:
        yield Finding("helper-missing", Level.WARNING, {"name": helper}, fix="helper")


def _python(facts: Facts) -> Iterator[Finding]:
    python, git = facts.tools.python, facts.tools.git
    slots = {"version": python.version, "path": python.path}
    if not facts.tools.store_python:
        yield Finding("python", slots=slots)
        return
    old = git is not None and release(git) < STORE_WORKS and "MSYSTEM" in facts.environ
    level = Level.WARNING if old else Level.NOTE
    yield Finding("python-store", level, slots, fix="python-org", line="winget install Python.Python.3.13")


def _docker(facts: Facts) -> Iterator[Finding]:
    dockers = facts.tools.dockers
    if not dockers:
        yield _no_docker(facts)
        return
    first, *others = dockers
    slots = {"version": first.version, "path": first.path}
    if "Docker Toolbox" in first.path:
        yield Finding("docker-toolbox", Level.WARNING, slots, fix="toolbox")
    elif not first.version:
        yield Finding("docker-silent", Level.WARNING, slots, fix="docker-silent")
    else:
        yield Finding("docker", slots=slots)
    if others:
        yield Finding("docker-others", Level.NOTE, {"paths": ", ".join(map(_named, others))})


def _no_docker(facts: Facts) -> Finding:
    if facts.tools.apart:
        return Finding("docker-apart", Level.WARNING, {"path": facts.tools.apart}, fix="new-terminal")
    line = {
        System.WINDOWS: "winget install Docker.DockerDesktop",
        System.MACOS: "brew install --cask docker-desktop",
    }.get(facts.system, "")
    return Finding("docker-missing", Level.WARNING, fix=f"install-docker-{facts.system.value}", line=line)


def _named(program: Program) -> str:
    return f"{program.path} ({program.version})" if program.version else program.path


def _plugins(facts: Facts) -> Iterator[Finding]:
    plugins = facts.tools.plugins
    working = [plugin for plugin in plugins if plugin.version]
    if working:
        names = ", ".join(f"{plugin.name} {plugin.version}" for plugin in working)
        folders = ", ".join(sorted({_folder(plugin.path) for plugin in working}))
        yield Finding("plugins", slots={"names": names, "folders": folders})
    for plugin in plugins:
        if not plugin.version:
            yield Finding("plugin-silent", Level.WARNING, {"name": plugin.name, "path": plugin.path}, fix="plugin")
    known = {plugin.name for plugin in plugins}
    missing = [name for name in EXPECTED if name not in known]
    if missing and facts.tools.dockers:
        yield Finding("plugins-missing", Level.NOTE, {"names": ", ".join(missing)}, fix="plugins-missing")


def _folder(path: str) -> str:
    return ntpath.dirname(path) if "\\" in path else posixpath.dirname(path)
