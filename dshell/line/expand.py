"""What a line's words become when it is run: expansions made, then read once more as docker reads them.

Pure but for what the surroundings do. Splits as a POSIX shell does, except that the current folder is always one
word: spaces in it are the commonest reason why a course line fails (``-v $(pwd):/app``).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

from dshell.grammar.model import Command, Kind
from dshell.line.model import Expansion, FlagUse, Line, Piece, Problem, Range, Role, Simple, Word
from dshell.line.paths import host_path, host_value
from dshell.line.scan import scan
from dshell.line.split import Token
from dshell.pattern import pattern
from dshell.record import Record

_BLANKS = " \t\r\n"  # those of bash's IFS, and the carriage return that Windows prints; a no-break space parts nothing
_WORD = pattern(f"[^{_BLANKS}]+")


class Surroundings(Record):
    """Where a line runs. ``substitute``: the standard output of the command line inside a ``$(…)``.

    ``windows``: host paths become what a Windows docker understands (``/c/x`` → ``C:/x``).
    """

    environ: Mapping[str, str]
    folder: str
    home: str
    substitute: Callable[[Piece], str]
    windows: bool = False


class Settled(Record):
    """A docker command with nothing left to expand.

    ``before``: docker's global flags. ``flags``: long name, value, and the other long name that was typed or "", of
    each use, in order; a bare bool has the value "true".
    ``argv``: all of it for the docker CLI, without "docker". ``problems``: of what the words have become, for
    variables may hold flags; a flag that docker's grammar lacks is only there and in ``argv``. Their ranges mean
    nothing.
    """

    command: Command | None
    before: tuple[tuple[str, str, str], ...] = ()
    flags: tuple[tuple[str, str, str], ...] = ()
    arguments: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    argv: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


class Learnt(Record):
    """What a command got from elsewhere. ``environ``: the variables before it; ``given``: those that it sets itself;
    ``printed``: each line in a ``$(…)`` and its output.
    """

    environ: Mapping[str, str]
    given: Mapping[str, str]
    printed: Sequence[tuple[Line, str]]


def expand(pieces: Iterable[Piece], surroundings: Surroundings) -> list[str]:
    """The words that one word becomes: none, one or several."""
    words: list[str] = []
    word: str | None = None
    for piece in pieces:
        value = _value(piece, surroundings)
        if piece.quoted or not _splits(piece):
            word = (word or "") + value
            continue
        parts = _WORD.findall(value)
        if value.startswith(tuple(_BLANKS)) and word is not None:
            words.append(word)
            word = None
        for part in parts[:-1]:
            words.append((word or "") + part)
            word = None
        if parts:
            word = (word or "") + parts[-1]
        if value.endswith(tuple(_BLANKS)) and word is not None:
            words.append(word)
            word = None
    return words if word is None else [*words, word]


def settle(simple: Simple, surroundings: Surroundings) -> Settled:
    """What a docker command asks for. Whatever ``surroundings.substitute`` raises passes through."""
    # Global flags are looked at twice, as settings and as words: what stands in one is run once.
    surroundings = surroundings._replace(substitute=cache(surroundings.substitute))
    words = [word for word in simple.words if word.role not in (Role.PREFIX, Role.PROGRAM)]
    last = max((at for at, word in enumerate(words) if word.role is Role.COMMAND), default=-1)
    head = [text for word in words[: last + 1] for text in _head_words(word, simple.before, surroundings)]
    tail = [text for word in words[last + 1 :] for text in expand(word.pieces, surroundings)]
    before = tuple(_setting(use, surroundings) for use in simple.before)
    if simple.command is None or not simple.command.path:
        return Settled(simple.command, before, argv=(*head, *tail))
    found = scan(simple.command, _tokens(tail))
    values = {use.value_range.end: use for use in found.flags if use.value_range}
    return Settled(
        simple.command,
        before,
        flags=tuple(_setting(use, surroundings) for use in found.flags if use.flag),
        arguments=tuple(_host(word.text, word.kind, surroundings) for word in found.arguments),
        inside=tuple(word.text for word in found.inside),
        argv=(*head, *(_spelled(word, values.get(word.range.end), surroundings) for word in found.words)),
        problems=tuple(found.problems),
    )


def assigned(simple: Simple, surroundings: Surroundings) -> dict[str, str]:
    """The variables that stand before the command. Their values are not split."""
    texts = ("".join(_value(piece, surroundings) for piece in word.pieces) for word in simple.assignments)
    return {name: value for name, _, value in (text.partition("=") for text in texts)}


def _splits(piece: Piece) -> bool:
    """Its value is cut at white space. ``%X%`` comes from shells that do not."""
    return piece.expansion in (Expansion.VARIABLE, Expansion.COMMAND) and not piece.text.startswith("%")


def _value(piece: Piece, surroundings: Surroundings) -> str:
    match piece.expansion:
        case Expansion.NONE:
            return piece.text
        case Expansion.FOLDER:
            return host_path(surroundings.folder, "", "", surroundings.windows)
        case Expansion.HOME:
            return host_path(surroundings.home, "", "", surroundings.windows)
        case Expansion.COMMAND:
            return surroundings.substitute(piece).rstrip("\r\n")
        case Expansion.VARIABLE:
            # An unknown %X% stays as it is, as in cmd: "date +%H%M" is not meant as a variable.
            unknown = piece.text if piece.text.startswith("%") else ""
            return surroundings.environ.get(piece.inner, unknown)


def _head_words(word: Word, before: Sequence[FlagUse], surroundings: Surroundings) -> list[str]:
    """What becomes of a word up to the last of the command's own: docker, its global flags and their values."""
    texts = expand(word.pieces, surroundings)
    if word.role is Role.VALUE:
        return [_host(text, word.kind, surroundings) for text in texts]
    use = next((use for use in before if use.value_range and _within(use.value_range, word.range)), None)
    if word.role is not Role.FLAG or use is None or len(texts) != 1:
        return texts
    value = " ".join(expand(use.value or (), surroundings))
    return [texts[0].removesuffix(value) + _setting(use, surroundings)[1]]


def _within(inner: Range, outer: Range) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _tokens(texts: Sequence[str]) -> list[Token]:
    """``texts`` as they would stand in a line with a space between them."""
    tokens, start = [], 0
    for text in texts:
        where = Range(start, start + len(text))
        tokens.append(Token(text, where, (Piece(text, quoted=True, range=where),)))
        start = where.end + 1
    return tokens


def _setting(use: FlagUse, surroundings: Surroundings) -> tuple[str, str, str]:
    typed = use.spelled.lstrip("-")
    name = use.flag.name if use.flag else typed
    alias = typed if use.spelled.startswith("--") and typed != name else ""
    value = "true" if use.value is None else " ".join(expand(use.value, surroundings))
    return name, _host(value, use.flag.kind if use.flag else Kind.TEXT, surroundings), alias


def _spelled(word: Word, use: FlagUse | None, surroundings: Surroundings) -> str:
    """A word for the docker CLI, with its host path plain. ``use``: the flag whose value ends where the word does."""
    if word.role is not Role.FLAG:
        return _host(word.text, word.kind, surroundings)
    if use is None or use.flag is None or use.value_range is None:
        return word.text
    begin = use.value_range.start - word.range.start
    return word.text[:begin] + _host(word.text[begin:], use.flag.kind, surroundings)


def _host(text: str, kind: Kind, surroundings: Surroundings) -> str:
    return host_value(text, kind, surroundings.folder, surroundings.home, windows=surroundings.windows)
