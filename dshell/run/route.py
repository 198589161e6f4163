"""Who does a command: dshell itself, the docker CLI, the person's shell, or one of dshell's own words; and why.

The docker CLI is the default. A native act does a command only when it honours every flag of it: no flag is dropped.
"""

from collections.abc import Mapping
from types import MappingProxyType

from dshell.events import Way, Why
from dshell.grammar.model import Command
from dshell.line.expand import Settled
from dshell.line.model import Role, Simple, Target, Trouble
from dshell.line.numbers import TRUTHS
from dshell.record import Record
from dshell.run.native.acts import find_act
from dshell.run.native.base import Native

UNREADABLE = {
    Trouble.UNKNOWN_FLAG: Why.UNKNOWN,
    Trouble.UNKNOWN_COMMAND: Why.UNKNOWN,
    Trouble.MISSING_VALUE: Why.UNFINISHED,
}
"""What only docker itself can judge: it may be newer than the grammar, and says best what is wrong."""

HELP = ("help",)
"""``docker help run``: the grammar has it among the words that docker takes and its help does not list."""

TRUST = "disable-content-trust"
TRUST_VARIABLE = "DOCKER_CONTENT_TRUST"

CLIENT = "DOCKER_"
"""Variables for docker's client itself (which daemon, which certificates): set for one line, they are its alone."""


class Route(Record):
    """``detail``: the flag or word that decided it. ``native``: set for Way.NATIVE alone."""

    way: Way
    why: Why
    detail: str = ""
    native: Native | None = None


def route(
    simple: Simple,
    settled: Settled | None = None,
    environ: Mapping[str, str] = MappingProxyType({}),
    *,
    watched: bool = False,
) -> Route:
    """``settled``: the command with its expansions made, for they may hold flags; without, as it was typed.

    ``watched``: standard output is a person's terminal. They get dshell's page of help; a script gets docker's.
    """
    if simple.target is Target.OWN or (watched and _asks_help(simple)):
        return Route(Way.OWN, Why.KNOWN)
    if simple.words and simple.words[0].role is Role.OPERATOR and simple.words[0].text == "!":
        return Route(Way.HOST, Why.REQUESTED)
    if simple.plumbing:
        return Route(Way.HOST, Why.PLUMBING)
    if simple.target is not Target.DOCKER:
        return Route(Way.HOST, Why.FOREIGN)
    taken = _route_docker(simple, settled, environ)
    arguments = settled.arguments if settled else tuple(word.text for word in simple.arguments)
    if taken.native is not None and not taken.native.takes(arguments, watched):
        return Route(Way.CLI, Why.COMMAND)
    return taken


def _asks_help(simple: Simple) -> bool:
    """``run --help``, ``docker help run``, ``docker`` alone: docker would print a page, and do nothing else."""
    command = simple.command
    if simple.target is not Target.DOCKER or simple.plumbing or command is None:
        return False
    if command.plugin:
        return command.path == HELP
    if not command.path and len(simple.words) == 1:
        return True
    uses = (use for use in (*simple.before, *simple.flags) if use.flag and use.flag.name == "help")
    return any(use.text in (None, "", "true") for use in uses)


def _route_docker(simple: Simple, settled: Settled | None, environ: Mapping[str, str]) -> Route:
    command = simple.command
    if command is None:
        return Route(Way.CLI, Why.UNKNOWN, _last_command_word(simple))
    native = find_act(command.path)
    if native is None:
        return Route(Way.CLI, Why.COMMAND)
    for word in simple.assignments:
        if word.text.startswith(CLIENT):
            return Route(Way.CLI, Why.VARIABLE, word.text.partition("=")[0])
    if simple.before:
        return Route(Way.CLI, Why.FLAG, simple.before[0].spelled)
    if unreadable := _unreadable(simple, settled):
        return unreadable
    for name in _flag_names(simple, settled):
        if name not in native.honours:
            return Route(Way.CLI, Why.FLAG, f"--{name}")
    return _signed(command, settled, environ) or Route(Way.NATIVE, Why.KNOWN, native=native)


def _signed(command: Command, settled: Settled | None, environ: Mapping[str, str]) -> Route | None:
    """Who signed an image only docker itself can ask: where a line asks for that, it is docker's."""
    if TRUST not in command.flags:
        return None
    given = [value for name, value, _ in (settled.flags if settled else ()) if name == TRUST]
    if given:
        return Route(Way.CLI, Why.FLAG, f"--{TRUST}") if not TRUTHS.get(given[-1], True) else None
    asked = environ.get(TRUST_VARIABLE, "")
    return Route(Way.CLI, Why.VARIABLE, TRUST_VARIABLE) if asked and TRUTHS.get(asked, True) else None


def _last_command_word(simple: Simple) -> str:
    return next((word.text for word in reversed(simple.words) if word.role is Role.COMMAND), "")


def _unreadable(simple: Simple, settled: Settled | None) -> Route | None:
    if settled is None:
        unknown = next((use.spelled for use in simple.flags if use.flag is None), "")
        return Route(Way.CLI, Why.UNKNOWN, unknown) if unknown else None
    found = (problem for problem in settled.problems if problem.trouble in UNREADABLE)
    return next((Route(Way.CLI, UNREADABLE[problem.trouble], problem.word) for problem in found), None)


def _flag_names(simple: Simple, settled: Settled | None) -> list[str]:
    if settled is not None:
        return [name for name, _, _ in settled.flags]
    return [use.flag.name for use in simple.flags if use.flag]
