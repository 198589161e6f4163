"""Text to a Line: whose it is, which command, and what each word is in it.

Tolerant: an unfinished or wrong line is understood as far as it goes, what is wrong with it is a Problem, and
nothing raises. Runs at every keystroke.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from dshell.grammar.load import Grammar
from dshell.grammar.model import Command, Kind
from dshell.line.model import OWN, FlagUse, Line, Piece, Problem, Range, Role, Simple, Target, Trouble, Word
from dshell.line.near import nearest
from dshell.line.scan import Scan, scan
from dshell.line.split import Splitter, Token
from dshell.pattern import pattern

PROGRAMS = ("docker", "docker.exe")

_JOINTS = {"&&": "&&", "||": "||", ";": ";", "\n": ";", "&": ";"}
_PIPES = ("|", "|&")
_GOES_ON = ("&&", "||", *_PIPES)
_BEFORE_FILE = pattern(r"\d*(?:<<<|<<-?|>>|<>|>\||[<>]&?)|&>>?")
_RAW = pattern(r"[^\S\n]*(?:(?P<host>!)|(?P<own>explain|help|why|notes(?=[ \t]+comment\s))(?=\s|\Z))")
_LINE = "explain"  # takes a line, with the rows that are quoted in it: what is only to be explained must not run
_WHOLE = "why"  # takes what follows in all rows: an error that was pasted
_NUL = pattern("\0+")
_ASSIGNMENT = pattern(r"[A-Za-z_]\w*=", re.ASCII)
_QUOTED_ROW = pattern(r"""(?:\\\r?\n|\\['"\\]|'[^']*'|"(?:[^"\\]|\\.)*"|[^\n])*""", re.DOTALL)
_ROW = pattern(r"(?:\\\r?\n|[^\n])*")
# Words that open a construct of the host's shell; it goes there whole, its ";" and "&&" are its own.
_CONSTRUCT = pattern(r"(?:for|while|until|if|case|select|function|\{|\[\[)\Z|\(")


def parse(text: str, grammar: Grammar) -> Line:
    """Understand ``text`` as far as it goes. Never raises."""
    reader = _Reader(text, grammar)
    start: int | None = 0
    while start is not None:
        start = reader.read_rows(start)
    nuls = (Problem(Trouble.NUL, Range(found.start(), found.end()), found[0]) for found in _NUL.finditer(text))
    problems = sorted([*reader.problems, *nuls], key=lambda problem: problem.range)
    return Line(text, tuple(reader.commands), tuple(problems), tuple(reader.breaks))


def _row_starts(tokens: Iterable[Token], start: int) -> Iterator[int]:
    """Where rows of commands begin; none in a construct of the host's shell, nor behind an operator that goes on.

    Of ``tokens`` none is read before it is needed, for a text of many rows must not be read once a row.
    """
    yield start
    fresh, before = True, ""
    for token in tokens:
        if fresh and _CONSTRUCT.match(token.text):
            return
        if not (token.operator and token.text == "\n"):
            before = token.text if token.operator and not fresh else ""
        elif before not in _GOES_ON:
            yield token.range.end
        fresh = token.operator and token.text in _JOINTS


def _foreign(text: str, tokens: Sequence[Token], bang: Word | None, joined: str) -> Simple:
    """One command for the host's shell, whatever is in it."""
    words = ([bang] if bang else []) + [_host_word(token) for token in tokens]
    whole = Range(words[0].range.start, words[-1].range.end)
    return Simple(text[whole.start : whole.end], whole, Target.HOST, tuple(words), joined)


class _Reader:
    """Tokens to simple commands."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        self.commands: list[Simple] = []
        self.problems: list[Problem] = []
        self.breaks: list[int] = []

    def read_rows(self, start: int) -> int | None:
        """Read from ``start`` up to and with the first row that is taken raw; where to go on, None at the end."""
        splitter, raw = Splitter(self.text, start), None
        tokens = iter(splitter)
        starts: list[int] = []
        for at in _row_starts(tokens, start):
            starts.append(at)
            if raw := _RAW.match(self.text, at):
                break
        else:
            deque(tokens, maxlen=0)  # those of a construct
        end = raw.start() if raw else len(self.text)
        self.breaks += starts
        self.problems += [problem for problem in splitter.problems if problem.range.start < end]
        self._read([token for token in splitter.tokens if token.range.end <= end])
        if raw is None:
            return None
        return self._host_row(raw) if raw["host"] else self._own_row(raw)

    def _host_row(self, raw: re.Match[str]) -> int:
        """``!``: the row is the host's shell's, whatever is in it. Where the row ends."""
        splitter = Splitter(self.text, raw.end())
        tokens = iter(splitter)
        following = next(islice(_row_starts(tokens, raw.end()), 1, None), None)
        if following is None:
            deque(tokens, maxlen=0)
        end = len(self.text) if following is None else following - 1
        self.problems += [problem for problem in splitter.problems if problem.range.start < end]
        bang = Word("!", Range(raw.start("host"), raw.end()), (), Role.OPERATOR)
        row = [token for token in splitter.tokens if token.range.end <= end]
        self.commands.append(_foreign(self.text, row, bang, self._joined(None)))
        return end

    def _own_row(self, raw: re.Match[str]) -> int:
        """``explain``, ``help``, ``why``, ``notes comment``: what follows in the row is one word. Where it ends."""
        text, end = self.text, len(self.text)
        if raw["own"] != _WHOLE:
            row = (_QUOTED_ROW if raw["own"] == _LINE else _ROW).match(text, raw.end())
            end = row.end() if row else end
        name = Range(raw.start("own"), raw.end())
        words = [Word(raw["own"], name, (Piece(raw["own"], range=name),), Role.OWN)]
        if rest := text[raw.end() : end].strip():
            begin = text.index(rest, raw.end())
            where = Range(begin, begin + len(rest))
            words.append(Word(rest, where, (Piece(rest, quoted=True, range=where),), Role.ARGUMENT))
        whole = Range(name.start, words[-1].range.end)
        arguments, joined = tuple(words[1:]), self._joined(None)
        typed = text[whole.start : whole.end]
        self.commands.append(Simple(typed, whole, Target.OWN, tuple(words), joined, arguments=arguments))
        return end

    def _joined(self, joint: Token | None) -> str:
        return _JOINTS[joint.text] if joint else ";" if self.commands else ""

    def _read(self, tokens: Sequence[Token]) -> None:
        group: list[Token] = []
        joint: Token | None = None  # the operator that the group follows
        for index, token in enumerate(tokens):
            if not (token.operator and token.text in _JOINTS):
                if not group and _CONSTRUCT.match(token.text):
                    self.commands.append(_foreign(self.text, tokens[index:], None, self._joined(joint)))
                    return
                group.append(token)
            elif group:
                self._simple([*group, token] if token.text == "&" else group, self._joined(joint))
                group, joint = [], token
            elif token.text != "\n" and (token.text != ";" or self._joined(joint) in ("&&", "||")):
                self._missing_command(token)
        if group:
            self._simple(group, self._joined(joint))
        elif joint and joint.text in ("&&", "||"):
            self._missing_command(joint)

    def _missing_command(self, operator: Token) -> None:
        self.problems.append(Problem(Trouble.MISSING_COMMAND, operator.range, operator.text))

    def _simple(self, tokens: Sequence[Token], joined: str) -> None:
        whole = Range(tokens[0].range.start, tokens[-1].range.end)
        if any(token.operator for token in tokens):
            simple = self._pipeline(tokens)
        elif tokens[0].text in OWN and not self._shared(tokens):
            simple = _own(tokens)
        else:
            simple = self._command(tokens)
        text = self.text[whole.start : whole.end]
        self.commands.append(simple._replace(text=text, range=whole, joined=joined))

    def _shared(self, tokens: Sequence[Token]) -> bool:
        """``config ls``: docker has a command of that name, and a word of its own behind it."""
        command, count = self.grammar.find([token.text for token in tokens[:2]])
        return count == 2 and command is not None

    def _pipeline(self, tokens: Sequence[Token]) -> Simple:
        """Commands with pipes, redirections or "&": one simple command, its words in the order of the text."""
        parts: list[list[Token]] = [[]]
        words: list[Word] = []
        pipe = before = None
        for token in tokens:
            if token.operator or (before and _BEFORE_FILE.fullmatch(before.text)):
                words.append(_host_word(token))
            else:
                parts[-1].append(token)
            before = token if token.operator else None
            if token.operator and token.text in _PIPES:
                if not parts[-1]:
                    self._missing_command(token)
                pipe = token
                parts.append([])
        if pipe and not parts[-1]:
            self._missing_command(pipe)
        commands = [self._command(part) for part in parts if part]
        words += [word for command in commands for word in command.words]
        words.sort(key=lambda word: word.range)
        docker = next((command for command in commands if command.target is Target.DOCKER), None)
        main = docker or Simple("", Range(0, 0), Target.HOST, ())
        return main._replace(words=tuple(words), plumbing=True)

    def _command(self, tokens: Sequence[Token]) -> Simple:
        """One command of docker's or the host's; text and range are the caller's to set."""
        count = _prefix(tokens)
        prefix, rest = tokens[:count], tokens[count:]
        winpty = rest[0].text == "winpty" and self._is_docker(rest[1:])
        programs = rest[: 1 if winpty else 0]
        rest = rest[len(programs) :]
        if not self._is_docker(rest):
            return Simple("", Range(0, 0), Target.HOST, tuple(_host_word(token) for token in tokens))
        if rest[0].text in PROGRAMS:
            programs, rest = [*programs, rest[0]], rest[1:]
        before = [_word(token, Role.PREFIX) for token in prefix]
        return self._docker([*before, *(_word(token, Role.PROGRAM) for token in programs)], rest)

    def _is_docker(self, tokens: Sequence[Token]) -> bool:
        if not tokens or not tokens[0].literal:
            return False
        first = tokens[0].text
        if first in self.grammar.programs and len(tokens) > 1:
            following = tokens[1].text
            return following == "--help" or any(name.startswith(following) for name in self.grammar.names((first,)))
        return first in PROGRAMS or self.grammar.own(first)

    def _docker(self, words: list[Word], tokens: Sequence[Token]) -> Simple:
        before: list[FlagUse] = []
        path: list[str] = []
        command: Command = self.grammar.root
        found, rest = self._scanned(command, tokens, words)
        while command.leads and rest:
            before += found.flags
            deeper, count = self.grammar.find([*path, *(token.text for token in rest)])
            count -= len(path)
            if deeper is None or count <= 0:
                return self._stranger(path, words, rest, before)
            words += [_word(token, Role.COMMAND) for token in rest[:count]]
            path += [token.text for token in rest[:count]]
            command = deeper
            found, rest = self._scanned(command, rest[count:], words)
        if not command.path:
            before, found.flags = found.flags, []
        self._missing_argument(command, found, words[-1].range.end)
        return Simple(
            "",
            Range(0, 0),
            Target.DOCKER,
            tuple(words),
            command=command,
            before=tuple(before),
            flags=tuple(found.flags),
            arguments=tuple(found.arguments),
            inside=tuple(found.inside),
        )

    def _scanned(self, command: Command, tokens: Sequence[Token], words: list[Word]) -> tuple[Scan, Sequence[Token]]:
        """What stands behind the words of ``command``, and the tokens from its subcommand on."""
        found = scan(command, tokens)
        words += found.words
        self.problems += found.problems
        return found, tokens[found.count :]

    def _stranger(
        self, path: Sequence[str], words: list[Word], rest: Sequence[Token], before: Sequence[FlagUse]
    ) -> Simple:
        """A command that the grammar does not know below ``path``."""
        self._unknown_command(path, rest[0])
        words.append(_word(rest[0], Role.COMMAND))
        words += [_word(token, Role.FLAG if token.text.startswith("-") else Role.ARGUMENT) for token in rest[1:]]
        return Simple("", Range(0, 0), Target.DOCKER, tuple(words), before=tuple(before))

    def _unknown_command(self, path: Sequence[str], token: Token) -> None:
        if token.literal:
            near = nearest(token.text, self.grammar.names(path))
            self.problems.append(Problem(Trouble.UNKNOWN_COMMAND, token.range, token.text, near))

    def _missing_argument(self, command: Command, found: Scan, end: int) -> None:
        """Tell of the first argument that is not there, unless help is asked or a word may become several."""
        needed = [argument for argument in command.arguments if not argument.optional]
        given = len(found.arguments) + len(found.inside)
        helped = any(use.flag and use.flag.name == "help" for use in found.flags)
        cut = any(problem.trouble is Trouble.MISSING_VALUE for problem in found.problems)
        if given < len(needed) and not helped and not cut and all(word.literal for word in found.words):
            self.problems.append(Problem(Trouble.MISSING_ARGUMENT, Range(end, end), needed[given].name))


def _prefix(tokens: Sequence[Token]) -> int:
    """Number of words like ``NAME=value`` and ``sudo`` before "docker" itself; its commands alone may be the host's."""
    for count, token in enumerate(tokens):
        if token.text in (*PROGRAMS, "winpty"):
            return count
        if token.text != "sudo" and (token.pieces[0].quoted or not _ASSIGNMENT.match(token.text)):
            return 0
    return 0


def _own(tokens: Sequence[Token]) -> Simple:
    first, *rest = tokens
    kind = Kind.HOST_FOLDER if first.text == "cd" else Kind.TEXT
    arguments = tuple(_word(token, Role.ARGUMENT, kind) for token in rest)
    words = (_word(first, Role.OWN), *arguments)
    return Simple("", Range(0, 0), Target.OWN, words, arguments=arguments)


def _host_word(token: Token) -> Word:
    return _word(token, Role.OPERATOR) if token.operator else _word(token, Role.HOST, Kind.HOST_PATH)


def _word(token: Token, role: Role, kind: Kind = Kind.TEXT) -> Word:
    return Word(token.text, token.range, token.pieces, role, kind)
