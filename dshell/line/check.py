"""What is wrong with the words of a line that was understood: values, places, and flags that do not go together.

Pure, and remarks only: nothing here stops a line, for the person's docker may know more. What exists on the daemon is
taken as it is known at this moment, and where nothing is known nothing is said of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dshell.grammar.load import Grammar
from dshell.grammar.load import flag as find_flag
from dshell.grammar.model import Command, Kind
from dshell.line.conflicts import conflicts
from dshell.line.model import Expansion, FlagUse, Line, Problem, Role, Simple, Target, Trouble, Word
from dshell.line.paths import is_local
from dshell.line.reference import parse_reference
from dshell.line.register import register
from dshell.line.rules import ARGUMENTS, NEW_NAMES, rule_of

if TYPE_CHECKING:
    from dshell.line.world import Known

CONTAINERS = {Kind.CONTAINER, Kind.RUNNING, Kind.STOPPED}
HOPELESS = {"port", "size", "duration", "number", "cpus", "reference", "reference-case"}
"""Rules of which a few endings tell whether a value can still be mended by typing on."""

ENDINGS = (
    "0", "80", ":80", "m", "s", "a", "/a", ".1", "/tcp", "cp", "]:80:80", "1]:80:80",
    *(f"{part}:80:80" for part in ("", "1", ".1", ".1.1", ".1.1.1")),
)  # fmt: skip
PATTERNS = {("image", "ls")}  # their argument may be a pattern, or no name at all
OTHERS_FLAGS = {("container", "top")}  # what follows the first argument are flags for ps


def checked(line: Line, grammar: Grammar, known: Known | None = None) -> Line:
    """``line`` with what is wrong beyond its parse.

    Where both tell of the same characters the plainer one stays, but for what keeps a line from running at all.
    """
    more = [
        problem
        for simple in line.commands
        if simple.target is Target.DOCKER
        for problem in _problems(simple, grammar, known)
    ]
    if not more:
        return line
    blocks = [problem for problem in line.problems if problem.trouble.blocks]
    found = {problem.range: problem for problem in (*line.problems, *more, *blocks)}
    return line._replace(problems=tuple(sorted(found.values(), key=lambda problem: problem.range)))


def may_become(simple: Simple | None, problem: Problem) -> bool:
    """The value that ``problem`` is about may still become one that is right, if more is typed."""
    if simple is None or simple.command is None or problem.about not in HOPELESS:
        return True
    rules = [
        rule_of(simple.command.path, use.flag) for use in simple.flags if use.flag and use.value_range == problem.range
    ]
    rules += [ARGUMENTS.get(word.kind) for word in simple.arguments if word.range == problem.range]
    return any(rule(problem.word + ending) is None for rule in rules if rule for ending in ENDINGS)


def _problems(simple: Simple, grammar: Grammar, known: Known | None) -> Iterator[Problem]:
    yield from _misplaced_globals(simple, grammar.root)
    if simple.command is None or simple.command.plugin:
        return
    yield from conflicts(simple)
    for use in simple.flags:
        yield from _value(simple, simple.command, use, known)
    for word in simple.arguments:
        if word.literal:
            yield from _argument(simple.command, word)
            yield from _noun(simple.command, word, known)
    yield from _too_many(simple, simple.command)
    yield from _misplaced_flag(simple, simple.command)
    yield from _together(simple, simple.command)


def _value(simple: Simple, command: Command, use: FlagUse, known: Known | None) -> Iterator[Problem]:
    if use.flag is None or use.value is None or use.value_range is None:
        return
    if any(piece.expansion is not Expansion.NONE for piece in use.value):
        return
    text = use.text or ""
    rule = rule_of(command.path, use.flag)
    wrong = rule(text) if rule else None
    stray = is_image(text, known) or (wrong and not wrong.nearest and _looks_like_image(text))
    if stray and _takes_image(simple, command, use):
        yield Problem(Trouble.MISPLACED, use.value_range, text, about="swallowed")
    elif wrong:
        yield Problem(Trouble.BAD_VALUE, use.value_range, text, wrong.nearest, wrong.about)


def _takes_image(simple: Simple, command: Command, use: FlagUse) -> bool:
    """``use`` is the last word of a command whose image is missing: ``run -it -p nginx``."""
    wants = command.arguments[:1] and command.arguments[0].kind is Kind.IMAGE
    return bool(wants) and not simple.arguments and use is simple.flags[-1]


def _argument(command: Command, word: Word) -> Iterator[Problem]:
    rule = None if command.path in PATTERNS else ARGUMENTS.get(word.kind)
    own = NEW_NAMES.get(" ".join(command.path))
    if own and word.argument is command.arguments[-1]:
        rule = own
    if wrong := rule(word.text) if rule else None:
        yield Problem(Trouble.BAD_VALUE, word.range, word.text, wrong.nearest, wrong.about)


def _noun(command: Command, word: Word, known: Known | None) -> Iterator[Problem]:
    """An image where a container is wanted, or the other way round; only what is known to be the other is told."""
    if known is None or word.argument is None:
        return
    text = word.text
    if word.kind in CONTAINERS and is_image(text, known) and not is_container(text, known):
        if command.path == ("inspect",):
            return
        made = [one for one in known.containers if _same_image(one.image, text)]
        near = next((one.name for one in sorted(made, key=lambda one: not one.running)), "")
        yield Problem(Trouble.MISPLACED, word.range, text, near, "image")
    elif word.kind in (Kind.IMAGE, Kind.LOCAL_IMAGE) and is_container(text, known) and not is_image(text, known):
        wanted = "container" if word.kind is Kind.LOCAL_IMAGE else "container-again"
        yield Problem(Trouble.MISPLACED, word.range, text, about=wanted)


def _too_many(simple: Simple, command: Command) -> Iterator[Problem]:
    """The first argument that the command has no place for."""
    extra = next((word for word in simple.arguments if word.argument is None), None)
    if (
        extra
        and command.path not in OTHERS_FLAGS
        and not command.subcommands
        and all(word.literal for word in simple.words)
    ):
        usage = " ".join([command.name, *(argument.name for argument in command.arguments)])
        yield Problem(Trouble.MISPLACED, extra.range, extra.text, usage, "too-many")


def _misplaced_globals(simple: Simple, root: Command) -> Iterator[Problem]:
    """``docker -it run`` and ``run --context x``: each flag belongs on the other side of the command."""
    command = simple.command
    if command is None or not command.path:
        return
    for use in simple.before:
        if use.flag is None and _all_flags(command, use.spelled):
            yield Problem(Trouble.MISPLACED, use.range, use.spelled, f"{command.name} {use.spelled}", "behind-command")
    for use in simple.flags:
        if use.flag is None and use.spelled[2:] in root.flags:
            near = f"docker {use.spelled} … {command.name}"
            yield Problem(Trouble.MISPLACED, use.range, use.spelled, near, "before-command")


def _misplaced_flag(simple: Simple, command: Command) -> Iterator[Problem]:
    """``run alpine -it``: behind the first argument, words are no flags of docker's any more."""
    if command.interspersed or command.path in OTHERS_FLAGS or not simple.arguments:
        return
    named = any(use.flag and use.flag.name == "entrypoint" for use in simple.flags)
    if named or any(word.role is Role.END for word in simple.words):
        return
    first, *rest = simple.arguments
    for word in (*rest, *simple.inside[:1]):
        if word.literal and _all_flags(command, word.text):
            yield Problem(Trouble.MISPLACED, word.range, word.text, f"{command.name} {word.text} {first.text}", "flag")


def _together(simple: Simple, command: Command) -> Iterator[Problem]:
    """Arguments that do not go together, or not with a flag."""
    if command.path == ("container", "cp") and len(simple.arguments) == 2:
        first, second = simple.arguments
        if first.literal and second.literal and is_local(first.text) is is_local(second.text) and first.text != "-":
            about = "copy-here" if is_local(first.text) else "copy-between"
            yield Problem(Trouble.CONFLICT, second.range, second.text, about=about)
    if command.path == ("image", "pull") and simple.arguments and re.search("[:@][^/]*$", simple.arguments[0].text):
        for use in simple.flags:
            if use.flag and use.flag.name == "all-tags":
                yield Problem(Trouble.CONFLICT, use.range, use.spelled, about="all-tags")
    if command.path == ("container", "start") and len(simple.arguments) > 1:
        for use in simple.flags:
            if use.flag and use.flag.name in ("attach", "interactive"):
                yield Problem(Trouble.CONFLICT, use.range, use.spelled, about="one-only")


def _all_flags(command: Command, text: str) -> bool:
    """``--name``, ``--name=x`` or a cluster of letters, each known to ``command``."""
    if text.startswith("--"):
        name = text[2:].partition("=")[0]
        return len(name) > 1 and find_flag(command, name) is not None
    if len(text) < 2 or text[0] != "-":
        return False
    for letter in text[1:]:
        found = find_flag(command, letter)
        if found is None:
            return False
        if found.takes_value:
            return True
    return True


def _looks_like_image(text: str) -> bool:
    if not text[:1].isalpha():
        return False
    try:
        parse_reference(text)
    except ValueError:
        return False
    return True


def is_container(text: str, known: Known) -> bool:
    """A name, or the beginning of an id."""
    return register(known).container(text) is not None


def is_image(text: str, known: Known | None) -> bool:
    return known is not None and any(name in register(known).images for name in (text, f"{text}:latest"))


def _same_image(name: str, text: str) -> bool:
    return name in (text, f"{text}:latest")
