"""A rule for values: a function of the value that answers None or what is Wrong, and the usual ways to make one."""

import re
from collections.abc import Callable, Collection

from dshell.line.near import nearest
from dshell.line.numbers import parse_integer
from dshell.record import Record


class Wrong(Record):
    """``about``: the rule that is broken, key of its sentence; ``nearest``: the value mended, or ""."""

    about: str
    nearest: str = ""


Rule = Callable[[str], Wrong | None]


def reads(reader: Callable[[str], object], about: str) -> Rule:
    """Whatever ``reader`` takes without a ValueError."""

    def rule(text: str) -> Wrong | None:
        try:
            reader(text)
        except ValueError:
            return Wrong(about)
        return None

    return rule


def one_of(words: Collection[str], about: str, normal: Callable[[str], str] = str) -> Rule:
    def rule(text: str) -> Wrong | None:
        word = normal(text)
        return None if word in words else Wrong(about, nearest(word, words))

    return rule


def between(low: int, high: int, about: str) -> Rule:
    """A whole number of that range; 0 and -1 stand for "not set" with some flags and are never judged."""

    def rule(text: str) -> Wrong | None:
        try:
            number = parse_integer(text)
        except ValueError:
            return Wrong("number")
        return None if number in (0, -1) or low <= number <= high else Wrong(about)

    return rule


def mode(words: Collection[str], about: str) -> Rule:
    """One of ``words`` or ``container:NAME``."""
    return lambda text: None if text in ("", *words) or re.match("container:.", text) else Wrong(about)


def each(rule: Rule) -> Rule:
    """Of a list with commas."""
    return lambda text: next((wrong for part in text.split(",") if (wrong := rule(part))), None)
