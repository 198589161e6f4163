"""The pages of ``help``: rows of plain text for a width. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import NamedTuple

from dshell.grammar import everyday
from dshell.grammar.load import Grammar
from dshell.grammar.model import Argument, Command, Flag
from dshell.line.model import OWN, Line
from dshell.teach.explain import explain, label
from dshell.teach.layout import visible
from dshell.teach.texts import Texts
from dshell.teach.words import command_text, flag_text

INDENT = "   "
GAP = 3
WIDEST = 30  # columns of the left side; longer words get a row of their own
SCREEN = 40  # flags that a page tells one by one; of more it tells the everyday ones and names the rest
LISTED = 20  # candidates that are told one by one
NARROWEST = 24  # columns of the right side; below that it goes on a row of its own


class Pages(NamedTuple):
    """``width``: columns of the terminal."""

    grammar: Grammar
    texts: Texts
    width: int

    def overview(self) -> list[str]:
        """Own words, everyday commands, groups of commands, and the names of the rest."""
        say = self.texts.say
        root = self.grammar.root
        groups = [name for name in root.subcommands if self._below(name)]
        rest = [name for name in self.grammar.names() if name not in {*groups, *everyday.COMMANDS, *root.aliases}]
        rows = self._titled(
            "own", [(word, say(f"prompt.own.{word}")) for word in OWN] + [("!", say("prompt.own.bang"))]
        )
        rows += self._titled("everyday", [self._entry((name,)) for name in everyday.COMMANDS])
        rows += self._titled("groups", [self._entry((name,)) for name in groups])
        rows += ["", *self._wrapped(say("prompt.help.rest"), INDENT), *self._wrapped(" ".join(rest), INDENT * 2)]
        rows += self._titled("keys", [(key, say(f"prompt.keys.{key.lower()}")) for key in KEYS])
        return [*rows, "", *self._wrapped(say("prompt.help.more"), INDENT)]

    def command(self, words: Sequence[str]) -> list[str] | None:
        """Usage, sentence, commands below and flags of one command; None when ``words`` name none.

        A flag among ``words`` asks for the page of that flag alone.
        """
        asked = [word.lstrip("-") for word in words if word.startswith("-")]
        words = [word for word in words if not word.startswith("-")]
        command, used = self.grammar.find(words)
        if command is None or used < len(words) or command.plugin:
            return None
        rows = ["", INDENT + usage(command), *self._wrapped(command_text(command, self.texts), INDENT)]
        others = [" ".join(path) for path in (command.path, *command.aliases) if " ".join(path) != command.name]
        if others:
            rows += self._wrapped(self.texts.say("prompt.help.also", names=", ".join(others)), INDENT)
        below = [self._entry((*command.path, name)) for name in command.subcommands]
        rows += self._titled("below", below) if below else []
        return rows + self._flags(command, asked)

    def _flags(self, command: Command, asked: Sequence[str]) -> list[str]:
        flags = list(command.flags.values())
        told = [flag for flag in flags if flag.name in asked or (flag.short and flag.short in asked)]
        if not told and len(flags) <= SCREEN:
            told = flags
        rest = []
        if not told:
            told = [command.flags[name] for name in everyday.FLAGS if name in command.flags]
            rest = [f"--{flag.name}" for flag in flags if flag not in told]
        entries = [(spelled(flag), flag_text(command, flag, self.texts)) for flag in told]
        rows = self._titled("flags", entries) if entries else []
        if rest:
            more = self.texts.say("prompt.help.flag", line=f"help {command.name} {rest[0]}")
            rows += ["", *self._wrapped(more, INDENT), *self._wrapped(" ".join(rest), INDENT * 2)]
        return rows

    def own(self, words: Sequence[str]) -> list[str] | None:
        """One word of dshell's own; None when ``words`` is none."""
        if len(words) != 1 or words[0] not in OWN:
            return None
        return ["", *self.columns([(words[0], self.texts.say(f"prompt.own.{words[0]}"))])]

    def explained(self, line: Line) -> list[str]:
        """Each word of ``line`` that is worth a sentence, and what it asks for. Its escape sequences are disarmed."""
        found = explain(line, self.texts)
        return self.columns((visible(" ".join(label(line, spot).split())), visible(said)) for spot, said in found)

    def candidates(self, found: Sequence[tuple[str, str]]) -> list[str]:
        """What may stand at the cursor; of many only the first, for rows that have passed are hard to reach."""
        rest = len(found) - LISTED
        more = self._wrapped(self.texts.say("prompt.hint.more", count=rest), INDENT) if rest > 0 else []
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


def usage(command: Command) -> str:
    """``run [OPTIONS] IMAGE [COMMAND] [ARG...]``, as docker writes it."""
    words = [command.name or "docker"]
    words += ["[OPTIONS]"] if command.flags else []
    words += [argument_text(argument) for argument in command.arguments]
    return " ".join(words)


def argument_text(argument: Argument) -> str:
    text = argument.name + ("..." if argument.repeat else "")
    return f"[{text}]" if argument.optional else text


def spelled(flag: Flag) -> str:
    """``-p, --publish list``; room is left where there is no short letter, so that names stand below each other."""
    short = f"-{flag.short}, " if flag.short else "    "
    return f"{short}--{flag.name}" + (f" {flag.type}" if flag.takes_value else "")
