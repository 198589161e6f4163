"""Where candidates come from, by what a word stands for: one row a kind, in ``SOURCES``.

A source is a function of ``Offers``. Those for words made of several parts are in ``pairs``, those about images in
``pictures``.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from functools import partial

from dshell.grammar.model import Kind
from dshell.line.candidate import Ranked, Sort
from dshell.line.offers import Offers

Source = Callable[[Offers], list[Ranked]]

_SCHEMES = ("unix://", "tcp://", "ssh://", "npipe://")


def any_container(offers: Offers) -> list[Ranked]:
    return offers.containers(offers.register.containers)


def running(offers: Offers) -> list[Ranked]:
    return offers.containers(offers.register.running)


def stopped(offers: Offers) -> list[Ranked]:
    return offers.containers(offers.register.stopped)


def unpaused(offers: Offers) -> list[Ranked]:
    return offers.containers(offers.register.unpaused)


def paused(offers: Offers) -> list[Ranked]:
    return offers.containers(offers.register.paused)


def volumes(offers: Offers) -> list[Ranked]:
    return offers.fresh(offers.register.volumes, Sort.VOLUME)


def networks(offers: Offers) -> list[Ranked]:
    return offers.plain(offers.new(offers.world.known.networks), Sort.NETWORK)


def contexts(offers: Offers) -> list[Ranked]:
    return offers.plain(offers.new(offers.world.known.contexts), Sort.CONTEXT)


def folders(offers: Offers) -> list[Ranked]:
    return offers.files(folders=True)


def listed(noun: str, offers: Offers) -> list[Ranked]:
    """What is asked of the daemon, or read from the disk, when it is first wanted."""
    return offers.plain(offers.new(offers.world.lookups.listed(noun)), Sort.VALUE)


def services(offers: Offers) -> list[Ranked]:
    project = offers.world.lookups.project(compose_files(offers))
    found = offers.plain(offers.new(project.services), Sort.SERVICE)
    return [(rank, each._replace(facts=(project.images.get(each.display, ""),))) for rank, each in found]


def profiles(offers: Offers) -> list[Ranked]:
    return offers.plain(offers.new(offers.world.lookups.project(compose_files(offers)).profiles), Sort.VALUE)


def compose_files(offers: Offers) -> list[str]:
    """The files of ``compose -f FILE -f FILE``."""
    return [use.text or "" for use in offers.uses("file") if use.flag and use.flag.kind is Kind.COMPOSE_FILE]


def stages(offers: Offers) -> list[Ranked]:
    """The stages of the Dockerfile that is built."""
    named = [use.text or "" for use in offers.uses("file")]
    folder = offers.argument(Kind.BUILD_FOLDER, Kind.HOST_FOLDER)
    path = named[-1] if named else f"{folder.text.rstrip('/')}/Dockerfile" if folder else "Dockerfile"
    return offers.plain(offers.world.lookups.stages(path), Sort.VALUE)


def addresses(offers: Offers) -> list[Ranked]:
    return offers.plain(_SCHEMES, Sort.VALUE, more=True) if "://" not in offers.typed else []


def templates(offers: Offers) -> list[Ranked]:
    """``{{.Names}}``: the fields of a Go template, behind the point; before it, the whole."""
    fields = offers.flag.fields if offers.flag else ()
    head, dots, field = offers.typed.rpartition("{{.")
    if dots and "}}" not in field:
        part = offers.part(field)
        return part.plain(fields, Sort.VALUE, end="}}", more=True) if part else []
    if head or dots or offers.typed.strip(" {") not in ("", "table"):
        return []
    start = "table " if offers.typed[:1] == "t" else ""
    return [(0, offers.candidate(f"{start}{{{{.{field}}}}}", Sort.VALUE)) for field in fields]


def usual(words: tuple[str, ...], offers: Offers) -> list[Ranked]:
    """Words of a usual form, where any number would do."""
    return offers.plain(words, Sort.VALUE)


def capabilities(offers: Offers) -> list[Ranked]:
    """With ``CAP_`` before them where that is typed; the choices are without."""
    return _with_prefix(offers, "CAP_", "ALL")


def signals(offers: Offers) -> list[Ranked]:
    """``SIGKILL`` for ``KILL``, and those for real time once an R is typed."""
    if offers.typed.removeprefix("SIG")[:1] != "R":
        return _with_prefix(offers, "SIG")
    start = "SIG" if offers.typed.startswith("SIG") else ""
    names = ["RTMIN", *(f"RTMIN+{n}" for n in range(1, 16)), *(f"RTMAX-{n}" for n in range(14, 0, -1)), "RTMAX"]
    return offers.plain([start + name for name in names], Sort.VALUE)


def _with_prefix(offers: Offers, prefix: str, *but: str) -> list[Ranked]:
    choices = offers.flag.choices if offers.flag else ()
    if not offers.typed or not prefix.startswith(offers.typed[: len(prefix)]):
        return []
    return offers.plain([prefix + each.removeprefix(prefix) for each in choices if each not in but], Sort.VALUE)


def constraints(offers: Offers) -> list[Ranked]:
    words = ("node.role==manager", "node.role==worker", "node.hostname==", "node.platform.os==linux", "node.labels.")
    found = offers.plain(words, Sort.VALUE)
    return [(rank, each._replace(more=each.display[-1] in "=.")) for rank, each in found]


def detach_keys(offers: Offers) -> list[Ranked]:
    """``ctrl-p,ctrl-q``: a letter with Ctrl, or several."""
    part = offers.part(offers.typed.rpartition(",")[2])
    names = [f"ctrl-{letter}" for letter in string.ascii_lowercase + "@[\\]^_"]
    return part.plain(names, Sort.VALUE, more=True) if part else []


SOURCES: dict[Kind, Source] = {
    Kind.CONTAINER: any_container,
    Kind.RUNNING: running,
    Kind.STOPPED: stopped,
    Kind.VOLUME: volumes,
    Kind.NETWORK: networks,
    Kind.CONTEXT: contexts,
    Kind.HOST_PATH: Offers.files,
    Kind.COMPOSE_FILE: Offers.files,
    Kind.HOST_FOLDER: folders,
    Kind.BUILD_FOLDER: folders,
    Kind.COMPOSE_SERVICE: services,
    Kind.COMPOSE_PROFILE: profiles,
    Kind.TARGET: stages,
    Kind.DAEMON: addresses,
    Kind.FORMAT: templates,
    Kind.DEVICE: Offers.files,
    Kind.SIZE: partial(usual, ("256m", "512m", "1g", "2g")),
    Kind.DURATION: partial(usual, ("5s", "30s", "1m", "5m")),
    Kind.MOMENT: partial(usual, ("10m", "1h", "24h")),
    Kind.SIGNAL: signals,
    Kind.CAPABILITY: capabilities,
    Kind.CONSTRAINT: constraints,
    Kind.DETACH_KEYS: detach_keys,
    **{
        kind: partial(listed, kind.value)
        for kind in (
            *(Kind.NODE, Kind.STACK, Kind.SERVICE, Kind.TASK, Kind.SECRET, Kind.CONFIG, Kind.PLUGIN),
            *(Kind.COMPOSE_PROJECT, Kind.BUILDER, Kind.BAKE_TARGET, Kind.RUNTIME, Kind.REGISTRY, Kind.CHECKPOINT),
        )
    },
}
"""Kinds whose words are one name each. A kind without a row here or in ``pairs`` and ``pictures`` has free words."""
