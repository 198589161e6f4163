"""Reads a failure that happened elsewhere, as it was copied from a terminal or a page: prompts, the line, the error."""

from collections.abc import Iterator

from dshell.errors import Failure, Trouble
from dshell.events import Failed
from dshell.grammar.load import Grammar
from dshell.grammar.model import Command
from dshell.line.expand import Settled, Surroundings, settle
from dshell.line.model import Simple, Target
from dshell.line.parse import parse
from dshell.pattern import pattern
from dshell.record import Record
from dshell.run.base import Call
from dshell.wire import strip_escapes

# bash, zsh, fish, root's, PowerShell's, cmd's and dshell's own, with what stands before the sign.
PROMPT = pattern(
    r"\s*(?:\([\w.-]+\) )?"
    r"(?:PS [^>\n]*>|[A-Za-z]:[\\/][^>\n]*>|(?:\[?[\w.-]+@[\w.-]\S*(?:\s[^\n$#%]*?)?)?[$#%❯>](?=\s)|[^\n▸]*▸)\s*"
)
GIT_BASH = pattern(r"\S+@\S+ (?:MINGW|MSYS|UCRT|CLANG)\w*\b")  # the first row of its prompt
BEFORE = pattern(r"(?:(?:sudo|winpty|time|[A-Z_][A-Z0-9_]*=\S*) +)*(?=docker)")
SAID_BY = pattern(r"docker ?: ")
NOISE = pattern(
    r"\s*(?:(?:See|Run) ['\"]docker .*--help['\"]|Usage: |At (?:line|Zeile|ligne)\W*:?\d"
    r"|\+ (?:docker|~|CategoryInfo|FullyQualified))"
)
COMPOSE = "docker-compose "
OWN_PROMPT = "▸"  # dshell's: "docker" need not be typed there


class Pasted(Record):
    """``call``: of the docker line that was copied with the error; without one, of no command."""

    failed: Failed
    call: Call


def readings(text: str, grammar: Grammar) -> Iterator[Pasted]:
    """``text`` as it may have been before it was copied: as it stands, then with rows joined that a window broke."""
    rows, line = split(text, grammar)
    call = _call(line, grammar)
    for words in dict.fromkeys(("\n".join(rows), " ".join(rows), "".join(rows))):
        yield Pasted(Failed(Failure(Trouble.CLI, words), call.command.name, 1, call.line), call)


def split(text: str, grammar: Grammar) -> tuple[list[str], str]:
    """Rows of the error without what a shell wrote around them, and the last docker line among them or ""."""
    line, words = "", []
    for row in strip_escapes(text).replace("\r", "\n").split("\n"):
        prompt = PROMPT.match(row)
        rest = row[prompt.end() :] if prompt else row
        own = prompt is not None and prompt[0].rstrip().endswith(OWN_PROMPT) and not rest.startswith("docker")
        typed = _typed(f"docker {rest}" if own else rest, grammar)
        if typed:
            line = typed
        elif row.strip() and not GIT_BASH.match(row) and not NOISE.match(row):
            words.append(SAID_BY.sub("", row, count=1) if SAID_BY.match(row) else row.rstrip())
    return words, line


def _typed(row: str, grammar: Grammar) -> str:
    """``row`` from "docker" on, when it is a line that somebody typed."""
    before = BEFORE.match(row)
    row = row[before.end() :].strip() if before else row.strip()
    if row.startswith(COMPOSE):
        row = "docker compose " + row.removeprefix(COMPOSE)
    simple = _simple(row, grammar) if row.startswith("docker") else None
    return row if simple and simple.command and simple.command.path else ""


def _simple(text: str, grammar: Grammar) -> Simple | None:
    commands = parse(text, grammar).commands
    return commands[0] if commands and commands[0].target is Target.DOCKER else None


def _call(line: str, grammar: Grammar) -> Call:
    """Nothing in the line is expanded: it is another machine's, or another moment's."""
    simple = _simple(line, grammar)
    if simple is None:
        return Call(Command(()))
    from dshell.run.line import call_of  # noqa: PLC0415 - all native acts, which the first prompt does not need

    return call_of(simple, Settled(None) if simple.plumbing else settle(simple, Surroundings({}, "", "", lambda _: "")))
