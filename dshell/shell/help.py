"""The pages of ``help``: rows of plain text for a width. Nothing is written here."""

from collections.abc import Iterable, Sequence
from textwrap import wrap

from dshell.disarm import visible
from dshell.grammar import everyday
from dshell.grammar.load import DOCKER, Grammar
from dshell.grammar.load import flag as find_flag
from dshell.grammar.model import Command, Flag
from dshell.line.model import OWN, Line, Target
from dshell.record import Record
from dshell.teach.explain import SEPARATOR, explain, labels
from dshell.teach.hand import NOTHING, Hand
from dshell.teach.texts import Texts
from dshell.teach.words import command_text, flag_text, note

INDENT = "   "
GAP = 3
WIDEST = 30  # columns of the left side; longer words get a row of their own
SCREEN = 30  # flags that a page tells one by one; of more it tells the everyday ones and names the rest
LISTED = 20  # candidates that are told one by one
NARROWEST = 24  # columns of the right side; below that it goes on a row of its own


EVERY = "all"  # behind a command: its page with every flag


class Question(Record):
    """What the words behind ``help`` ask for. ``unknown``: a word that is no flag of the command, or ""."""

    command: Command
    flags: tuple[Flag, ...] = ()
    unknown: str = ""
    every: bool = False


class Pages(Record):
    """``width``: columns of the terminal."""

    grammar: Grammar
    texts: Texts
    width: int

    def overview(self) -> list[str]:
        """Own words, everyday commands, groups of commands, and the names of the rest."""
        say = self.texts.say
        root = self.grammar.root
        groups = [name for name in root.subcommands if self._below(name)]
        rest = [name for name in self.grammar.names() if name not in {*groups, *everyday.COMMANDS}]
        rows = self._titled(
            "own", [(word, say(f"prompt.own.{word}")) for word in OWN] + [("!", say("prompt.own.bang"))]
        )
        rows += self._titled("everyday", [self._entry((name,)) for name in everyday.COMMANDS])
        rows += self._titled("groups", [self._entry((name,)) for name in groups])
        rows += ["", *self._wrapped(say("prompt.help.rest"), INDENT), *self._wrapped(" ".join(rest), INDENT * 2)]
        rows += self._titled("keys", [(key, say(f"prompt.keys.{key.lower()}")) for key in KEYS])
        return [*rows, "", *self._wrapped(say("prompt.help.more"), INDENT)]

    def command(self, words: Sequence[str]) -> list[str] | None:
        """Usage, sentence, note, commands below and flags of one command; None when ``words`` name none.

        Flags among ``words`` ask for the page of those alone, and ``all`` behind the command for every flag.
        """
        asked = read_question(self.grammar, words)
        if asked is None or asked.unknown:
            return None
        if asked.flags:
            return [row for flag in asked.flags for row in self._flag(asked.command, flag)]
        command = asked.command
        rows = ["", INDENT + usage(command), *self._wrapped(command_text(command, self.texts), INDENT)]
        others = [" ".join(path) for path in (command.path, *command.aliases) if " ".join(path) != command.name]
        if others:
            rows += self._wrapped(self.texts.say("prompt.help.also", names=", ".join(others)), INDENT)
        rows += self._note(command)
        below = [self._entry((*command.path, name)) for name in command.subcommands]
        rows += self._titled("below", below) if below else []
        return rows + self._flags(command, every=asked.every) + self._elsewhere(command)

    def at(self, line: Line, cursor: int) -> list[str] | None:
        """The page for what ``cursor`` stands in or behind: a flag, else its command; None where there is none."""
        simple = line.at(cursor)
        if simple is None or simple.command is None:
            return None
        for use in (*simple.before, *simple.flags):
            if use.flag and use.owner and use.range.start < cursor <= use.range.end:
                return self._flag(use.owner, use.flag)
        return self.command(simple.command.path)

    def more(self, line: Line) -> list[str]:
        """What ``explain`` adds: where more is said of the flags of ``line``; for a command by itself, that."""
        simple = next((simple for simple in line.commands if simple.target is Target.DOCKER and simple.command), None)
        if simple is None or simple.command is None:
            return []
        command = simple.command
        uses = {use.flag: use.spelled for use in simple.flags if use.flag and note(command, use.flag, self.texts)}
        if not simple.arguments and not simple.inside:
            return [row for flag in uses or [None] for row in self._note(command, flag)]
        if not uses:
            return []
        asked = " ".join(("help", command.name, *uses.values()))
        return ["", *self._wrapped(self.texts.say("prompt.explain.more", line=asked), INDENT)]

    def _flag(self, command: Command, flag: Flag) -> list[str]:
        head = f"{command.name or DOCKER} {spelled(flag).strip()}"
        return [
            "",
            INDENT + head,
            *self._wrapped(flag_text(command, flag, self.texts), INDENT),
            *self._note(command, flag),
        ]

    def _note(self, command: Command, flag: Flag | None = None) -> list[str]:
        found = note(command, flag, self.texts)
        if found is None:
            return []
        rows = ["", *self._wrapped(found.text, INDENT)]
        if found.examples:
            rows += ["", *self._wrapped(self.texts.say("prompt.help.examples"), INDENT)]
        return rows + [INDENT * 2 + example for example in found.examples]

    def _flags(self, command: Command, *, every: bool) -> list[str]:
        """The everyday flags first. Where there are many, the rest only by name, until they are asked for."""
        flags = list(command.flags.values())
        usual = [flag for flag in flags if note(command, flag, self.texts)]
        if not usual and len(flags) > SCREEN:
            usual = [flag for flag in flags if flag.name in everyday.FLAGS]
        usual.sort(key=everyday.flag_place)
        rest = [flag for flag in flags if flag not in usual]
        if every or len(flags) <= SCREEN:
            usual, rest = [*usual, *rest], []
        rows = self._titled("flags", [(spelled(flag), flag_text(command, flag, self.texts)) for flag in usual])
        if rest:
            more = self.texts.say("prompt.help.others", line=f"help {command.name} all")
            names = " ".join(f"--{flag.name}" for flag in rest)
            rows += ["", *self._wrapped(more, INDENT), *self._wrapped(names, INDENT * 2)]
        return rows if flags else []

    def _elsewhere(self, command: Command) -> list[str]:
        """Where more is said: of one flag, and by docker itself."""
        noted = [flag for flag in command.flags.values() if note(command, flag, self.texts)]
        first = min(noted, key=everyday.flag_place, default=None)
        docker = f"!docker {command.name} --help".replace("  ", " ")
        said = self.texts.say("prompt.help.docker", line=docker)
        if first:
            line = f"help {command.name} -{first.short or '-' + first.name}"
            said = self.texts.say("prompt.help.flag", line=line) + SEPARATOR + said
        return ["", *self._wrapped(said, INDENT)]

    def own(self, words: Sequence[str]) -> list[str] | None:
        """One word of dshell's own; None when ``words`` is none."""
        if len(words) != 1 or words[0] not in OWN:
            return None
        return ["", *self.columns([(words[0], self.texts.say(f"prompt.own.{words[0]}"))])]

    def explained(self, line: Line, hand: Hand = NOTHING) -> list[str]:
        """Each word of ``line`` that is worth a sentence, and what it asks for. Its escape sequences are disarmed."""
        found = explain(line, self.texts, hand)
        words = labels(line, [spot for spot, _ in found])
        rows = zip(words, found, strict=True)
        return self.columns((visible(" ".join(word.split())), visible(said)) for word, (_, said) in rows)

    def candidates(self, found: Sequence[tuple[str, str]]) -> list[str]:
        """What may stand at the cursor; of many only the first, for rows that have passed are hard to reach."""
        rest = len(found) - LISTED
        more = self._wrapped(self.texts.say("prompt.help.rest-of-many", count=rest), INDENT) if rest > 0 else []
        return self.columns(found[:LISTED]) + more

    def columns(self, entries: Iterable[tuple[str, str]]) -> list[str]:
        """Words on the left, what they mean on the right."""
        entries = list(entries)
        left = max((len(word) for word, _ in entries if len(word) <= WIDEST), default=0)
        start = len(INDENT) + left + GAP
        if self.width - start < NARROWEST:
            return [row for word, text in entries for row in (INDENT + word, *self._wrapped(text, INDENT * 2))]
        rows = []
        for word, text in entries:
            parts = self._wrapped(text, " " * start) or [""]
            if len(word) > left:
                rows.append(INDENT + word)
            else:
                parts[0] = INDENT + word + " " * (left - len(word) + GAP) + parts[0].lstrip(" ")
            rows += parts
        return [row.rstrip(" ") for row in rows]

    def _titled(self, title: str, entries: list[tuple[str, str]]) -> list[str]:
        return ["", *self._wrapped(self.texts.say(f"prompt.help.{title}"), INDENT), *self.columns(entries)]

    def _entry(self, path: Sequence[str]) -> tuple[str, str]:
        command, _ = self.grammar.find(path)
        return path[-1], command_text(command or Command(tuple(path)), self.texts)

    def _below(self, name: str) -> bool:
        command, _ = self.grammar.find((name,))
        return command is not None and bool(command.subcommands)

    def _wrapped(self, text: str, indent: str) -> list[str]:
        width = max(self.width - 1, len(indent) + 10)
        return wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)


KEYS = ("Tab", "F1", "F2", "F3", "Ctrl-R", "Ctrl-C", "Ctrl-D")


def read_question(grammar: Grammar, words: Sequence[str]) -> Question | None:
    """None when ``words`` name no command that is known. ``-it`` asks for two flags."""
    path = [word for word in words if not word.startswith("-")]
    command, used = grammar.find(path)
    if command is None or command.plugin or path[used:] not in ([], [EVERY]):
        return None
    found: list[Flag] = []
    for word in words:
        if not word.startswith("-"):
            continue
        for name in (word[2:],) if word.startswith("--") else word[1:]:
            flag = find_flag(command, name)
            if flag is None:
                return Question(command, unknown=word)
            found.append(flag)
    return Question(command, tuple(found), every=used < len(path))


def usage(command: Command) -> str:
    """``run [OPTIONS] IMAGE [COMMAND] [ARG...]``, as docker writes it."""
    words = [command.name or DOCKER]
    words += ["[OPTIONS]"] if command.flags else []
    words += ["COMMAND"] if command.leads else []
    words += [argument.spelled for argument in command.arguments]
    return " ".join(words)


def spelled(flag: Flag) -> str:
    """``-p, --publish list``; room is left where there is no short letter, so that names stand below each other."""
    short = f"-{flag.short}, " if flag.short else "    "
    return f"{short}--{flag.name}" + (f" {flag.type}" if flag.takes_value else "")
