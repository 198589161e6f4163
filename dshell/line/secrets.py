"""What in a line nobody else should read: the one place that knows what a secret is, where it stands, and its mask."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from dshell.line.expand import Learnt, Settled
from dshell.line.model import Expansion, FlagUse, Line, Range, Role, Simple, Word
from dshell.line.secret_text import HINTS, LONGEST, SECRET_TEXT
from dshell.pattern import pattern

WORDS = (
    r"(?:PASS|SECRET|TOKEN|KEY|CREDENTIAL|COOKIE|AUTH$|AUTH_CONFIG|AUTHORIZATION|_PAT$|(?:^|_)PW$|(?<!OLD)(?<=\w)PWD)"
)
SECRET_NAME = pattern(rf"^(?!.*_(?:FILE|DIR|PATH)$).*?{WORDS}", re.IGNORECASE)
"""Names of variables that hold one, as far as a name tells; ``DB_PASSWORD_FILE`` says where one is kept."""

SECRET_FLAGS = {"password"}
PAIR_FLAGS = {"env", "env-add", "build-arg"}
PLAIN_VALUES = {"", "yes", "no", "true", "false", "0", "1"}  # MYSQL_ALLOW_EMPTY_PASSWORD=yes
MASK = "***"
SHORTEST = 3  # letters of a secret that is looked for in what was printed; a shorter one is part of any word
SHORTEST_VALUE = 6  # the same of one that is looked for in all that is told of a session

# What says of the command in a ``$(…)`` that it prints one.
SECRET_WORD = pattern(  # the name of a file, an entry, a variable, an act
    rf"{WORDS}|DECRYPT|\.env\b|(?:^|/)\.(?:netrc|npmrc|ssh|aws|kube|gnupg|docker)\b"
    r"|\bid_(?:rsa|dsa|ecdsa|ed25519)|/dev/u?random",
    re.IGNORECASE,
)
PUT_IN = pattern(r"(?:\$\{\w+(?::?\?[^}]*|:?-)?\})*")  # what docker's shell puts in, and no ``${X:-default}``
VARIABLE = pattern(r"\$\{?(\w+)")
KEEPERS = {"age", "bw", "doppler", "gpg", "gpg2", "op", "openssl", "pwgen", "rbw", "sops", "vault"}
"""Programs whose business secrets are. Those that say so themselves (``pass``, ``secret-tool``) need no row."""
NAMING = {"basename", "dirname", "du", "file", "getent", "ls", "readlink", "realpath", "stat", "wc", "which"}
"""Programs that tell of a file what it is called and how large it is, and nothing of what is in it."""
SAYING = {"echo", "printf"}
OPEN = {"passwd", "/etc/passwd"}  # which has held none for decades
JOINING = {("swarm", "join-token"), ("swarm", "unlock-key")}


def reveals(line: Line) -> bool:
    """True when the line holds a password, token or key that stands there in plain text, or is too long to tell."""
    return len(line.text) > LONGEST or bool(_matches(line.text)) or any(_of_flags(line))


def masked(line: Line) -> str:
    """The text of ``line`` with a mask in the place of each secret."""
    return _with_masks(line.text, spots(line))


def masked_part(text: str, where: Range, hidden: Iterable[Range]) -> str:
    """What stands in ``where`` alone, masked; ``hidden``: ``spots`` of all of it."""
    found = [spot for spot in hidden if spot.start < where.end and spot.end > where.start]
    within = [Range(max(spot.start - where.start, 0), min(spot.end, where.end) - where.start) for spot in found]
    return _with_masks(text[where.start : where.end], within)


def concealed(text: str) -> str:
    """``text`` from anywhere with a mask in the place of each secret that tells what it is by its shape."""
    return _with_masks(text, _in_text(text))


def secrets(line: Line) -> list[str]:
    """Those of ``line`` that are long enough to be looked for elsewhere, the longest first."""
    found = {line.text[spot.start : spot.end].strip("\"'") for spot in spots(line)}
    return sorted((each for each in found if len(each) >= SHORTEST), key=len, reverse=True)


def expanded(simple: Simple, settled: Settled, learnt: Learnt) -> set[str]:
    """Secrets of a command with its variables put in: by what it becomes, and by the names of where it comes from.

    A value that its arguments are called by is none: ``-e POSTGRES_PASSWORD=postgres postgres``.
    """
    environ = learnt.environ
    found = {value for name, value, _ in settled.flags if name in SECRET_FLAGS}
    pairs = (value.partition("=") for name, value, _ in settled.flags if name in PAIR_FLAGS)
    found |= {content or environ.get(name, "") for name, _, content in pairs if SECRET_NAME.search(name)}
    for text in (simple.text, " ".join(settled.argv)):
        found |= {text[spot.start : spot.end] for spot in _in_text(text)}
    found |= {each for word in simple.words for value in _put_in(word, environ) for each in _with_words(value)}
    found |= {value for name, value in learnt.given.items() if SECRET_NAME.search(name)}
    for line, text in learnt.printed:
        found |= _with_words(text.strip()) if prints_secret(line) else set()
    names = [*settled.arguments, *(value for name, value, _ in settled.flags if name == "name")]
    mistaken = [value for word in simple.arguments for value in _put_in(word, environ)]  # stop $TOKEN
    names = [name for name in names if not any(value in name for value in mistaken)]
    return {each for each in found if len(each) >= SHORTEST_VALUE and not any(each in name for name in names)}


def prints_secret(line: Line) -> bool:
    """What ``line`` prints is one, as far as its words tell; docker's own do not count: it prints names and IDs."""
    return any(
        (simple.command is not None and simple.command.path in JOINING) or any(map(_prints_secret, _stages(simple)))
        for simple in line.commands
    )


def spots(line: Line) -> list[Range]:
    """Where the secrets are, and all that is too far behind to be looked through.

    None for one that ``reveals`` suspects and whose place nobody can tell.
    """
    unseen = [Range(LONGEST, len(line.text))] if len(line.text) > LONGEST else []
    return [*_in_text(line.text), *_of_flags(line), *unseen]


def _put_in(word: Word, environ: Mapping[str, str]) -> Iterator[str]:
    """The values of its variables with the name of a secret, where they have one."""
    for piece in word.pieces:
        if piece.expansion is Expansion.VARIABLE and SECRET_NAME.search(piece.inner) and environ.get(piece.inner):
            yield environ[piece.inner]


def _with_words(value: str) -> set[str]:
    return {value, *value.split()}


def _stages(simple: Simple) -> Iterator[list[Word]]:
    """The words of each program in a pipe, of docker's line those for inside and templates."""
    for piped, words in groupby(simple.words, lambda word: word.role is Role.OPERATOR and word.text.startswith("|")):
        if not piped:
            yield [word for word in words if word.role in (Role.HOST, Role.INSIDE) or "{{" in word.text]


def _prints_secret(words: Sequence[Word]) -> bool:
    texts = [word.text for word in words if word.text not in OPEN]
    program = next((text for text in texts if text != "sudo" and "=" not in text), "").rpartition("/")[2]
    if program in SAYING:  # what stands there everybody reads; what is put in may be one
        lines = (piece.inner for word in words for piece in word.pieces if piece.expansion is Expansion.COMMAND)
        names = (name for text in texts for name in VARIABLE.findall(text))
        return any(map(SECRET_WORD.search, lines)) or any(map(SECRET_NAME.search, names))
    return program in KEEPERS or (program not in NAMING and any(SECRET_WORD.search(text) for text in texts))


def _in_text(text: str) -> Iterator[Range]:
    for match in _matches(text):
        yield from (Range(*match.span(group)) for group, value in match.groupdict().items() if value)


def _matches(text: str) -> list[re.Match[str]]:
    small = text[:LONGEST].lower()
    return [*SECRET_TEXT.finditer(text, 0, LONGEST)] if any(hint in small for hint in HINTS) else []


def _with_masks(text: str, found: Iterable[Range]) -> str:
    for spot in reversed(_merged(found)):
        text = text[: spot.start] + MASK + text[spot.end :]
    return text


def _of_flags(line: Line) -> Iterator[Range]:
    """Of the flags that the grammar knows: the value, or what follows the name in it."""
    for command in line.commands:
        for use in (*command.before, *command.flags):
            if use.value_range is None:
                continue
            typed = line.text[use.value_range.start : use.value_range.end]
            if reveals_flag(use):
                pair = use.flag is not None and use.flag.name in PAIR_FLAGS
                start = use.value_range.start + (typed.index("=") + 1 if pair else 0)
                quote = typed[0] if pair and typed[0] in "\"'" and typed.endswith(typed[0]) else ""
                yield Range(start, use.value_range.end - len(quote))


def reveals_flag(use: FlagUse) -> bool:
    """``-p x`` of login; ``-e API_KEY=x``. A value that is only an expansion (``=$KEY``) reveals nothing."""
    typed = "".join(piece.text for piece in use.value or () if piece.expansion is Expansion.NONE)
    if use.flag is None:
        return False
    if use.flag.name in SECRET_FLAGS:
        return not PUT_IN.fullmatch(typed)
    name, _, content = typed.partition("=")
    return use.flag.name in PAIR_FLAGS and not PUT_IN.fullmatch(content) and reveals_pair(name, content)


def reveals_pair(name: str, content: str) -> bool:
    """A variable of this name holds a secret that stands there."""
    return bool(SECRET_NAME.search(name)) and content.lower() not in PLAIN_VALUES


def _merged(found: Iterable[Range]) -> list[Range]:
    """In order, none within another."""
    kept: list[Range] = []
    for spot in sorted(found):
        if kept and spot.start < kept[-1].end:
            kept[-1] = Range(kept[-1].start, max(kept[-1].end, spot.end))
        else:
            kept.append(spot)
    return kept
