"""Flags of one command that do not go together, or not without another. Data, tried with docker 28.2.

What docker or its daemon refuses, and what it takes and silently leaves out: both are worth a remark.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from dshell.grammar.model import Kind
from dshell.line.model import FlagUse, Problem, Simple, Trouble
from dshell.line.numbers import TRUTHS
from dshell.record import Record

NEW = ("container run", "container create")
PUBLISH = ("publish", "publish-all")
HOST, NONE, OF_CONTAINER = "host", "none", "container:.*"
BUILT_IN = "default|bridge|host|none|container:.*"
"""Networks that no one has made."""


class Conflict(Record):
    """``flags``: any of them, beside ``other``, or where ``other`` is missing if ``lacking``.

    ``value`` and ``other_value``: patterns of the whole value. ``about``: key of the sentence.
    """

    about: str
    flags: tuple[str, ...]
    other: str
    other_value: str = ".*"
    value: str = ".*"
    lacking: bool = False
    commands: tuple[str, ...] = NEW


CONFLICTS: Sequence[Conflict] = (
    Conflict("rm-restart", ("restart",), "rm", value="(?!no$).+", commands=("container run",)),
    Conflict("detach-attach", ("attach",), "detach", commands=("container run",)),
    Conflict("host-publish", PUBLISH, "network", HOST),
    Conflict("none-publish", PUBLISH, "network", NONE),
    Conflict(
        "shared-network", ("publish", "publish-all", "expose", "hostname", "add-host", "dns"), "network", OF_CONTAINER
    ),
    Conflict("host-link", ("link",), "network", HOST),
    Conflict("own-network", ("ip", "ip6", "network-alias"), "network", f"(?!(?:{BUILT_IN})$).*", lacking=True),
    Conflict(
        "no-health",
        (
            "health-cmd",
            "health-interval",
            "health-retries",
            "health-start-interval",
            "health-start-period",
            "health-timeout",
        ),
        "no-healthcheck",
    ),
    Conflict("cpus-quota", ("cpu-quota", "cpu-period"), "cpus"),
    Conflict("swap-memory", ("memory-swap",), "memory", value="(?!-1$|0$).*", lacking=True),
    Conflict("no-log", ("log-opt",), "log-driver", NONE),
    Conflict("quiet-format", ("format",), "quiet", commands=("container ls",)),
)

_BY_COMMAND: Mapping[str, Sequence[Conflict]] = {
    command: [conflict for conflict in CONFLICTS if command in conflict.commands]
    for command in {command for conflict in CONFLICTS for command in conflict.commands}
}


def conflicts(simple: Simple) -> Iterator[Problem]:
    """At most one for each flag."""
    if simple.command is None:
        return
    uses = [use for use in simple.flags if use.flag and TRUTHS.get(use.text or "") is not False]
    yield from _given_twice(uses)
    yield from _networks(uses)
    for conflict in _BY_COMMAND.get(" ".join(simple.command.path), ()):
        meets = any(_is(use, conflict.other, conflict.other_value) for use in uses)
        if meets is conflict.lacking:
            continue
        for use in uses:
            if any(_is(use, name, conflict.value) for name in conflict.flags):
                yield Problem(Trouble.CONFLICT, use.range, use.spelled, about=conflict.about)
                break


def _is(use: FlagUse, name: str, value: str) -> bool:
    return use.flag is not None and use.flag.name == name and re.fullmatch(value, use.text or "", re.DOTALL) is not None


def _networks(uses: Sequence[FlagUse]) -> Iterator[Problem]:
    """The same network twice, or one that somebody made beside one that docker has by itself."""
    seen: list[str] = []
    for use in uses:
        if use.flag is None or use.flag.name != "network" or use.flag.kind is not Kind.NETWORK_MODE or not use.text:
            continue
        name = re.sub(r"^(?:.*,)?name=([^,]*).*$", r"\1", use.text)
        if name in seen:
            yield Problem(Trouble.CONFLICT, use.range, use.spelled, about="network-twice")
        elif any(_built_in(name) is not _built_in(other) for other in seen):
            yield Problem(Trouble.CONFLICT, use.range, use.spelled, about="network-mixed")
        seen.append(name)


def _built_in(network: str) -> bool:
    return re.fullmatch(BUILT_IN, network) is not None


def _given_twice(uses: Sequence[FlagUse]) -> Iterator[Problem]:
    """A flag with one value keeps the last that it is given."""
    seen: dict[str, str] = {}
    for use in uses:
        if use.flag is None or not use.flag.takes_value or use.text is None or not use.flag.once:
            continue
        name = use.flag.name
        if seen.get(name, use.text) != use.text:
            yield Problem(Trouble.CONFLICT, use.range, use.spelled, about="twice")
        seen[name] = use.text
