"""What in a line nobody else should read: the one place that knows what a secret is, where it stands, and its mask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dshell.line.model import FlagUse, Line, Range
from dshell.pattern import pattern

SECRET_NAME = pattern(r"PASS|SECRET|TOKEN|KEY|CREDENTIAL", re.IGNORECASE)
"""Names of variables that hold one, as far as a name tells."""

SECRET_FLAGS = {"password"}
PAIR_FLAGS = {"env", "env-add", "build-arg"}
MASK = "***"
SHORTEST = 3  # letters of a secret that is looked for in what was printed; a shorter one is part of any word

# Where the grammar does not reach: the person's own shell, a program inside a container, a newer docker. Each names
# what it holds ``secret``.
SECRET_TEXT = pattern(
    r"""
      --?(?:[\w-]+-)?(?:password|passwd|token)[=\s]+["']?(?P<a>[^\s$"'-][^\s"']*)   # --password x, not --password-stdin
    | \w*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_?KEY)\w*=              # DB_PASSWORD=x, not =$X
      (?:"(?P<q>[^"$][^"]*)"|'(?P<r>[^'$][^']*)'|(?P<b>[^\s$"']\S*?)(?=["']?(?:\s|$)))
    | ://[^/\s:@]+:(?P<c>[^/\s@]+)@                                                # https://user:password@host
    | (?:\b(?:echo|printf)\s+(?:-\w+\s+)*(?P<d>[^|]*?)\s*)?                      # echo x | docker secret create
      \|\s*(?:docker\s+)?(?:login|secret\s+create|config\s+create)\b
    | \b(?:login|secret\s+create|config\s+create)\b.*<<<\s*(?P<e>.*)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def reveals(line: Line) -> bool:
    """True when the line holds a password, token or key that stands there in plain text."""
    return bool(SECRET_TEXT.search(line.text)) or any(_of_flags(line))


def masked(line: Line) -> str:
    """The text of ``line`` with a mask in the place of each secret."""
    text = line.text
    for spot in reversed(_merged(spots(line))):
        text = text[: spot.start] + MASK + text[spot.end :]
    return text


def secrets(line: Line) -> list[str]:
    """Those of ``line`` that are long enough to be looked for elsewhere, the longest first."""
    found = {line.text[spot.start : spot.end].strip("\"'") for spot in spots(line)}
    return sorted((each for each in found if len(each) >= SHORTEST), key=len, reverse=True)


def spots(line: Line) -> list[Range]:
    """Where the secrets are. None for one that ``reveals`` suspects and whose place nobody can tell."""
    found = [
        Range(*match.span(group))
        for match in SECRET_TEXT.finditer(line.text)
        for group, value in match.groupdict().items()
        if value
    ]
    return [*found, *_of_flags(line)]


def _of_flags(line: Line) -> Iterator[Range]:
    """Of the flags that the grammar knows: the value, or what follows the name in it."""
    for command in line.commands:
        for use in (*command.before, *command.flags):
            if use.value_range is None:
                continue
            typed = line.text[use.value_range.start : use.value_range.end]
            if reveals_flag(use, typed):
                pair = use.flag is not None and use.flag.name in PAIR_FLAGS
                start = use.value_range.start + (typed.index("=") + 1 if pair else 0)
                quote = typed[0] if pair and typed[0] in "\"'" and typed.endswith(typed[0]) else ""
                yield Range(start, use.value_range.end - len(quote))


def reveals_flag(use: FlagUse, typed: str) -> bool:
    """``-p x`` of login; ``-e API_KEY=x``. A value that is only an expansion (``=$KEY``) reveals nothing."""
    name, equals, content = typed.replace('"', "").replace("'", "").partition("=")
    if use.flag is None:
        return False
    if use.flag.name in SECRET_FLAGS:
        return not name.startswith("$")
    return use.flag.name in PAIR_FLAGS and bool(equals and SECRET_NAME.search(name)) and content[:1] not in {"", "$"}


def _merged(found: list[Range]) -> list[Range]:
    """In order, none within another."""
    kept: list[Range] = []
    for spot in sorted(found):
        if kept and spot.start < kept[-1].end:
            kept[-1] = Range(kept[-1].start, max(kept[-1].end, spot.end))
        else:
            kept.append(spot)
    return kept
