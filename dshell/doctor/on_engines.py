"""Judges the daemons: does the one in use answer, which other would, Linux or Windows containers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dshell.doctor.discretion import bare
from dshell.doctor.facts import Facts, Reached
from dshell.doctor.findings import Finding, Level
from dshell.doctor.on_leftovers import cured
from dshell.engine.records import Exposure
from dshell.teach.layout import runnable

FIXES = {
    Exposure.PLAIN: "protect",
    Exposure.PLAIN_HERE: "protect-here",
    Exposure.UNVERIFIED: "verify",
    Exposure.OPEN: "close-socket",
    Exposure.FOREIGN: "owner",
    Exposure.PIPE: "owner",
}
BY_VARIABLE = ("DOCKER_HOST", "DOCKER_CONTEXT")  # in their order of weight; both stand before the current context


def examine_engines(facts: Facts) -> Iterator[Finding]:
    answering = [reached for reached in facts.engines if reached.failure is None]
    if facts.unresolved is not None:
        yield Finding("engine-unresolved", Level.PROBLEM, failure=facts.unresolved)
    for reached in facts.engines:
        yield from _engine(reached)
    used = next((reached for reached in facts.engines if reached.in_use), None)
    if answering and (used is None or used.failure is not None):
        yield _other(answering[0], facts)
    by_hand = used is not None and used.endpoint.source == "DOCKER_HOST" and "DSHELL_DAEMON" not in facts.environ
    if by_hand and facts.current_context not in {"", "default"}:
        yield cured(Finding("host-overrides", Level.NOTE, {"context": facts.current_context}), "DOCKER_HOST", facts)


def _engine(reached: Reached) -> Iterator[Finding]:
    endpoint = reached.endpoint
    slots = {
        "name": endpoint.name,
        "source": endpoint.source,
        "host": bare(endpoint.host),
        "version": " ".join(filter(None, (reached.product, reached.version))) or "?",
        "api": reached.api,
        "os": reached.os,
    }
    if reached.failure is None:
        yield Finding("engine-used" if reached.in_use else "engine", slots=slots)
        if reached.exposure is not None:
            yield _exposed(reached.exposure, slots)
        if reached.os == "windows":
            level = Level.WARNING if reached.in_use else Level.NOTE
            yield Finding(
                "engine-windows", level, slots, fix="linux-containers", line="docker desktop engine use linux"
            )
    elif reached.in_use:
        yield Finding("engine-used-silent", Level.PROBLEM, slots, failure=reached.failure)
    else:
        yield Finding("engine-silent", Level.NOTE, slots)


def _exposed(exposure: Exposure, slots: Mapping[str, str]) -> Finding:
    """What is worth a look whoever uses it, but for what stays within this machine."""
    level = Level.NOTE if exposure is Exposure.PLAIN_HERE else Level.WARNING
    line = ""
    if exposure is Exposure.OPEN:
        line = runnable("sudo", "chmod", "o=", slots["host"].removeprefix("unix://"))
    return Finding(exposure.value, level, slots, fix=FIXES[exposure], line=line)


def _other(other: Reached, facts: Facts) -> Finding:
    """The daemon in use is silent, another is not: how to change over."""
    finding = Finding(
        "engine-other", Level.WARNING, {"context": other.endpoint.name, "host": bare(other.endpoint.host)}
    )
    settings, environ = facts.settings, facts.environ
    if settings.host or settings.context:
        return replace(finding, fix="own-settings")
    chosen = next((name for name in BY_VARIABLE if environ.get(name)), "")
    if chosen:
        return cured(finding, chosen, facts)
    return replace(finding, fix="use-context", line=runnable("docker", "context", "use", other.endpoint.name))
