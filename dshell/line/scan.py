"""The words after a docker command, read exactly as docker reads them (pflag's rules).

Knows flags, values, arguments and where the container's own command begins; knows nothing of quotes or operators.
Used for what is typed and again for what it becomes after expansion.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dshell.grammar.load import flag as find_flag
from dshell.grammar.model import Argument, Command, Flag, Kind
from dshell.line.model import FlagUse, Problem, Range, Role, Trouble, Word
from dshell.line.near import nearest
from dshell.line.split import Token

_BOOLS = {"1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"}  # Go's strconv.ParseBool


class Scan:
    """What the words say, filled in reading order. ``count``: tokens read, fewer than given when docker stops."""

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.flags: list[FlagUse] = []
        self.arguments: list[Word] = []
        self.inside: list[Word] = []
        self.problems: list[Problem] = []
        self.count = 0


def scan(command: Command, tokens: Sequence[Token]) -> Scan:
    """Read ``tokens``, those after the words of ``command``. Where a subcommand must follow: flags before it."""
    return _Scanner(command, tokens).result


class _Scanner:
    def __init__(self, command: Command, tokens: Sequence[Token]) -> None:
        self.command = command
        self.tokens = tokens
        self.result = Scan()
        self._at = 0
        self._run()

    def _run(self) -> None:
        positional_only = self.command.plugin
        while self._at < len(self.tokens):
            token = self.tokens[self._at]
            self._at += 1
            if positional_only or len(token.text) < 2 or token.text[0] != "-":
                if self.command.leads:
                    self._at -= 1
                    break
                positional_only = positional_only or not self.command.interspersed
                self._positional(token)
            elif token.text == "--":
                positional_only = True
                self._word(token, Role.END)
            elif token.text.startswith("--"):
                self._long(token)
            else:
                self._cluster(token)
        self.result.count = self._at

    def _positional(self, token: Token) -> None:
        argument = _argument(self.command, len(self.result.arguments) + len(self.result.inside))
        kind = argument.kind if argument else Kind.TEXT
        role = Role.INSIDE if kind is Kind.PROGRAM else Role.ARGUMENT
        word = self._word(token, role, kind, argument)
        (self.result.inside if role is Role.INSIDE else self.result.arguments).append(word)

    def _long(self, token: Token) -> None:
        """``--name``, ``--name value``, ``--name=value``."""
        name, equals, _ = token.text[2:].partition("=")
        flag = find_flag(self.command, name) if len(name) > 1 else None
        self._word(token, Role.FLAG, flag.kind if flag else Kind.TEXT)
        spelled = "--" + name
        where = part(token, 0, len(spelled)).range
        if flag is None:
            self._unknown(token, spelled, where)
        elif equals:
            self._use(flag, spelled, where, part(token, len(spelled) + 1, len(token.text)))
        else:
            self._use(flag, spelled, where, self._following(flag))

    def _cluster(self, token: Token) -> None:
        """``-i``, ``-it``, ``-p 80:80``, ``-p80:80``, ``-e=A=b``, ``-it=false``."""
        self._word(token, Role.FLAG)
        text, length = token.text, len(token.text)
        for index in range(1, length):
            flag = find_flag(self.command, text[index])
            begin, rest = (index if index > 1 else 0), text[index + 1 :]
            if flag is None:
                self._unknown(token, "-" + text[index:], part(token, begin, length).range)
                return
            where = part(token, begin, index + 1).range
            if rest.startswith("=") and len(rest) > 1:
                self._use(flag, "-" + text[index], where, part(token, index + 2, length))
                return
            if flag.takes_value:
                value = part(token, index + 1, length) if rest else self._following(flag)
                self._use(flag, "-" + text[index], where, value)
                return
            self._use(flag, "-" + text[index], where, None)

    def _following(self, flag: Flag) -> Token | None:
        """The next word, taken as the value of ``flag`` whatever it looks like; None for a bool or at the end."""
        if not flag.takes_value or self._at >= len(self.tokens):
            return None
        token = self.tokens[self._at]
        self._at += 1
        self._word(token, Role.VALUE, flag.kind)
        return token

    def _use(self, flag: Flag, spelled: str, where: Range, value: Token | None) -> None:
        if value is None:
            if flag.takes_value:
                self.result.problems.append(Problem(Trouble.MISSING_VALUE, where, spelled))
            self.result.flags.append(FlagUse(spelled, flag, where, owner=self.command))
            return
        self.result.flags.append(FlagUse(spelled, flag, where, value.pieces, value.range, self.command))
        allowed = _allowed(flag)
        chosen = value.text.partition(":")[0] if flag.kind is Kind.RESTART else value.text
        if allowed and value.literal and (chosen or not flag.takes_value) and chosen not in allowed:
            near = nearest(chosen, flag.choices)
            self.result.problems.append(Problem(Trouble.BAD_VALUE, value.range, value.text, near))

    def _unknown(self, token: Token, spelled: str, where: Range) -> None:
        self.result.flags.append(FlagUse(spelled, None, where, owner=self.command))
        if token.literal:
            # A single letter is near to every other: only a long name (also one with a dash forgotten) is guessed.
            near = nearest(spelled.lstrip("-"), self.command.flags) if len(spelled) > 3 else ""
            problem = Problem(Trouble.UNKNOWN_FLAG, where, spelled, near and "--" + near)
            self.result.problems.append(problem)

    def _word(self, token: Token, role: Role, kind: Kind = Kind.TEXT, argument: Argument | None = None) -> Word:
        word = Word(token.text, token.range, token.pieces, role, kind, argument)
        self.result.words.append(word)
        return word


def part(token: Token, start: int, end: int) -> Token:
    """Characters ``start`` to ``end`` of the text of ``token``, with where they were typed."""
    pieces, offset = [], 0
    for piece in token.pieces:
        low, high = max(start - offset, 0), min(end - offset, len(piece.text))
        empty = not piece.text and (start <= offset < end or offset == end == len(token.text))
        if low < high or empty:
            begin = min(piece.range.start + low, piece.range.end)
            stop = min(piece.range.start + high, piece.range.end) if high < len(piece.text) else piece.range.end
            pieces.append(piece._replace(text=piece.text[low:high], range=Range(begin, stop)))
        offset += len(piece.text)
    first = pieces[0].range.start if pieces and start else token.range.start if not start else token.range.end
    last = token.range.end if end == len(token.text) else pieces[-1].range.end if pieces else first
    return Token(token.text[start:end], Range(first, last), tuple(pieces))


def _argument(command: Command, index: int) -> Argument | None:
    if index < len(command.arguments):
        return command.arguments[index]
    last = command.arguments[-1] if command.arguments else None
    return last if last and last.repeat else None


def _allowed(flag: Flag) -> Collection[str]:
    """Every value that ``flag`` takes, or nothing when they cannot be listed."""
    if flag.type == "bool":
        return _BOOLS
    return flag.choices if flag.kind in (Kind.CHOICE, Kind.RESTART) else ()
