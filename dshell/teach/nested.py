"""What stands inside a word: a line for the container's own shell, and what is put in place of ``$X`` and ``$(…)``.

Also what stands between commands: ``&&``, ``|``, ``>``. Words only; nothing is run to find out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from dshell.line.model import Expansion, Line, Piece, Range, Role, Simple, Word
from dshell.line.secret_text import LONGEST
from dshell.line.secrets import SECRET_NAME, concealed, spots
from dshell.line.split import split
from dshell.pattern import pattern
from dshell.teach.hand import Hand
from dshell.teach.texts import Texts

Entry = tuple[Range, str]

SHELLS = pattern(r"(?:/bin/|/usr/bin/|/usr/local/bin/)?(?:sh|ash|bash|dash|zsh|ksh)")
_SCRIPT_FLAG = pattern(r"-[a-z]*c[a-z]*")  # -c, -lc, -ec
_FILE = pattern(r"\d*(?P<way><<<|<<-?|>>|<>|>\||>|<)")
_MOST = 40  # characters of a value that a sentence shows


def scripts(simple: Simple, line: Line) -> Iterator[tuple[str, Range]]:
    """The lines that a shell in the container will read, and where each stands: ``sh -c "…"``."""
    words = simple.inside
    named = next((use for use in simple.flags if use.flag and use.flag.name == "entrypoint"), None)
    if named and named.text and SHELLS.fullmatch(named.text):
        start = 0
    elif words and SHELLS.fullmatch(words[0].text):
        start = 1
    else:
        return
    for at, word in enumerate(words[start:], start):
        if not word.text.startswith("-"):
            return
        if _SCRIPT_FLAG.fullmatch(word.text):
            yield from _script(words[at + 1 : at + 2], line)
            return


def _script(words: Sequence[Word], line: Line) -> Iterator[tuple[str, Range]]:
    """Only what stands in the text as it will be read: no quotes in quotes, nothing escaped."""
    for word in words:
        inner = next((piece.range for piece in word.pieces if piece.text), word.range)
        last = [piece.range for piece in word.pieces if piece.text]
        where = Range(inner.start, last[-1].end if last else inner.end)
        if line.text[where.start : where.end] == word.text:
            yield word.text, where


def script_words(text: str, where: Range, texts: Texts) -> Iterator[Entry]:
    """Each program of a line for the container's shell, and each operator: all of it happens in there."""
    tokens, _ = split(text)
    fresh, files = True, False
    for token in tokens:
        spot = Range(where.start + token.range.start, where.start + token.range.end)
        if token.operator:
            if said := operator_text(token.text, texts, inside=True):
                yield spot, said
            files = _FILE.fullmatch(token.text) is not None
            fresh = fresh if files else True
        elif files:
            files = False
        elif fresh:
            yield spot, texts.say("explain.script.program", word=concealed(token.text))
            fresh = "=" in token.text and token.text.partition("=")[0].isidentifier()


def operator_text(operator: str, texts: Texts, *, inside: bool = False) -> str:
    """``inside``: the shell in the container makes it so."""
    names = {"&&": "and", "||": "or", ";": "then", "\n": "then", "|": "pipe", "|&": "pipe", "&": "background"}
    name = names.get(operator)
    if name is None:
        match = _FILE.fullmatch(operator)
        name = {"<": "read", ">": "write", ">|": "write", ">>": "append"}.get(match["way"] if match else "", "")
    if not name and operator.startswith("2>&1"):
        name = "errors"
    where = "script" if inside and name in ("read", "write", "append") else "joint"
    return texts.say(f"explain.{where}.{name}") if name else ""


def joints(line: Line, texts: Texts) -> Iterator[Entry]:
    """``&&`` and ``||`` between two commands; what ``;`` means nobody needs to be told."""
    for before, simple in pairwise(line.commands):
        between = line.text[before.range.end : simple.range.start]
        at = between.find(simple.joined)
        if simple.joined in ("&&", "||") and at >= 0:
            start = before.range.end + at
            yield Range(start, start + len(simple.joined)), operator_text(simple.joined, texts)


def plumbing(simple: Simple, texts: Texts) -> Iterator[Entry]:
    """Pipes, files and the programs of this machine around a docker command."""
    host: list[Word] = []
    last: Word | None = None  # before those of ``host``
    for word in (*simple.words, None):
        if word is not None and word.role is Role.HOST:
            host.append(word)
            continue
        if host:
            where = Range(host[0].range.start, host[-1].range.end)
            yield where, texts.say("explain.joint.file" if _is_file(last) else "explain.host")
            host = []
        last = word
        if word is not None and word.role is Role.OPERATOR and (said := operator_text(word.text, texts)):
            yield word.range, said


def _is_file(last: Word | None) -> bool:
    """What stands behind ``last`` is one."""
    return last is not None and last.role is Role.OPERATOR and _FILE.fullmatch(last.text) is not None


def expansions(words: Sequence[Word], line: Line, texts: Texts, hand: Hand) -> Iterator[Entry]:
    """What is put in the place of ``$X`` before docker reads the line. A secret is not shown."""
    made = [(word, piece) for word in words for piece in word.pieces if piece.expansion is not Expansion.NONE]
    hidden = _hidden([piece for _, piece in made if piece.expansion is Expansion.VARIABLE], line, hand)
    for word, piece in made:
        if piece.expansion is Expansion.VARIABLE:
            known = _known(piece, hand, secret=piece.range in hidden)
            said = texts.say(f"explain.expansion.{known}", word=piece.text, value=_value(piece, hand))
            inside = word.role is Role.INSIDE
            yield piece.range, texts.say("explain.expansion.inside", text=said) if inside else said
        elif piece.expansion is Expansion.COMMAND:
            yield piece.range, texts.say("explain.expansion.command")


def _known(piece: Piece, hand: Hand, *, secret: bool) -> str:
    """Of a variable: nothing, that it has no value, that it has one, or which."""
    if hand.environ is None:
        return "variable"
    if not hand.set(piece.inner):
        return "unset"
    return "set" if secret or SECRET_NAME.search(piece.inner) or len(hand.environ[piece.inner]) > _MOST else "value"


def _value(piece: Piece, hand: Hand) -> str:
    return concealed((hand.environ or {}).get(piece.inner, ""))


def _hidden(variables: Sequence[Piece], line: Line, hand: Hand) -> set[Range]:
    """Where those stand whose values are secrets in the place where they come to stand: ``mysql -p$X``."""
    if hand.read is None:
        return {piece.range for piece in variables}
    text, at, places = "", 0, []
    for piece in sorted(variables, key=lambda piece: piece.range):
        text += line.text[at : piece.range.start]
        value = (hand.environ or {}).get(piece.inner, piece.text)[: _MOST + 1]  # a longer one is not shown
        places.append((Range(len(text), len(text) + len(value)), piece.range))
        text, at = text + value, piece.range.end
    if not places:
        return set()
    text += line.text[at:]
    if len(text) > LONGEST:
        return {typed for _, typed in places}
    found = spots(hand.read(text))
    return {typed for made, typed in places if any(spot.start < made.end and spot.end > made.start for spot in found)}


def inner_lines(words: Sequence[Word], line: Line) -> Iterator[tuple[str, int]]:
    """Each command line in ``$(…)``, and where it begins."""
    for word in words:
        for piece in word.pieces:
            if piece.expansion is Expansion.COMMAND and piece.inner.strip():
                at = line.text.find(piece.inner, piece.range.start, piece.range.end)
                if at >= 0:
                    yield piece.inner, at
