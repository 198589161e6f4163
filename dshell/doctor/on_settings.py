"""What dshell itself has been told, and where each setting comes from. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from dshell.doctor.discretion import bare
from dshell.doctor.facts import Facts
from dshell.doctor.findings import Finding
from dshell.settings import KEPT, KEYS


def examine_settings(facts: Facts) -> Iterator[Finding]:
    values = {name: facts.settings.text(name) for name in KEPT}
    values |= {"unchecked": ", ".join(facts.settings.unchecked), "host": bare(facts.settings.host)}
    sources = facts.settings.sources
    for name in KEPT:
        if name in sources:
            slots = {"name": name, "value": values[name], "variable": KEYS[name].variable, "file": facts.config_file}
            yield Finding(f"setting-{sources[name]}", slots=slots)
    others = ", ".join(f"{name}={values[name]}" for name in KEPT if name not in sources and values[name])
    if others:
        yield Finding("setting-default", slots={"values": others})
