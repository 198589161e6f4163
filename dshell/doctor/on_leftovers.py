"""Judges what earlier tools and advice have left in the environment. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from dshell.doctor.discretion import bare
from dshell.doctor.facts import Facts, Keeper, Origin, System
from dshell.doctor.findings import Finding, Level

TOOLBOX_NETWORK = "192.168.99."  # of Docker Toolbox's virtual machines
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")

Rule = tuple[str, str, Level, Callable[[Facts], bool]]


def _set(_facts: Facts) -> bool:
    return True


def _without_tcp(facts: Facts) -> bool:
    """A context brings its own certificates; these two are read for DOCKER_HOST alone."""
    return not facts.environ.get("DOCKER_HOST", "").startswith("tcp://")


RULES: tuple[Rule, ...] = (
    ("DOCKER_HOST", "host-toolbox", Level.WARNING, lambda facts: TOOLBOX_NETWORK in facts.environ["DOCKER_HOST"]),
    ("DOCKER_MACHINE_NAME", "toolbox-variable", Level.WARNING, _set),
    ("DOCKER_TOOLBOX_INSTALL_PATH", "toolbox-variable", Level.WARNING, _set),
    ("COMPOSE_CONVERT_WINDOWS_PATHS", "compose-paths", Level.WARNING, _set),
    ("MSYS_NO_PATHCONV", "path-conversion", Level.WARNING, _set),
    ("MSYS2_ARG_CONV_EXCL", "path-conversion", Level.WARNING, _set),
    ("DOCKER_TLS_VERIFY", "tls-unused", Level.NOTE, _without_tcp),
    ("DOCKER_TLS", "tls-unused", Level.NOTE, _without_tcp),
    ("DOCKER_CERT_PATH", "cert-path-missing", Level.WARNING, lambda facts: not facts.cert_path_exists),
    ("DOCKER_API_VERSION", "api-version", Level.NOTE, _set),
    ("DOCKER_DEFAULT_PLATFORM", "default-platform", Level.NOTE, _set),
)


def examine_leftovers(facts: Facts) -> Iterator[Finding]:
    found = [*_variables(facts), *_aliases(facts), *_proxies(facts)]
    yield from found or [Finding("nothing-left")]


def _variables(facts: Facts) -> Iterator[Finding]:
    for name, key, level, condition in RULES:
        value = facts.environ.get(name)
        if value and condition(facts):
            yield cured(Finding(key, level, {"name": name, "value": bare(value)}), name, facts)


def _aliases(facts: Facts) -> Iterator[Finding]:
    for origin in facts.aliases:
        slots = {"file": origin.file, "row": str(origin.row)}
        yield Finding("winpty-alias", Level.NOTE, slots, fix="delete-row")


def _proxies(facts: Facts) -> Iterator[Finding]:
    for name in PROXIES:
        value = facts.environ.get(name) or facts.environ.get(name.lower())
        if value:
            yield Finding("proxy", Level.NOTE, {"name": name, "value": ",".join(map(bare, value.split(",")))})


def cured(finding: Finding, name: str, facts: Facts) -> Finding:
    """``finding`` with the way to get rid of the variable ``name``, which depends on who sets it."""
    origin = facts.origins.get(name, Origin())
    slots = {**finding.slots, "name": name, "file": origin.file, "row": str(origin.row)}
    match origin.keeper:
        case Keeper.FILE:
            return replace(finding, slots=slots, fix="delete-row")
        case Keeper.USER:
            return replace(finding, slots=slots, fix="unset-user", line=_unset_for_user(name))
        case Keeper.MACHINE:
            return replace(finding, slots=slots, fix="unset-machine")
        case _:
            bash = facts.system is not System.WINDOWS or "MSYSTEM" in facts.environ
            return replace(finding, slots=slots, fix="unset" if bash else "unset-cmd")


def _unset_for_user(name: str) -> str:
    """The same in bash, cmd and PowerShell. An empty value deletes."""
    return f"powershell -Command \"[Environment]::SetEnvironmentVariable('{name}', '', 'User')\""
