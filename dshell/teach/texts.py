"""What dshell says, in one language: a folder of TOML files under ``texts/``, each read when first needed.

``say("narration.created", name="web")`` looks in ``narration.toml`` for the key ``created``. Tables nest with dots:
``[ended]`` with ``zero = "…"`` is ``ended.zero``. An entry that depends on a number is a table of ``one`` and
``other``, chosen by the slot ``count``. Slots are those of ``str.format``; a literal brace is doubled.

``language.toml`` holds how the language writes numbers, units and spaces. Nothing here knows a sentence, and nothing
here raises while the shell runs: a key that is missing says its own name, and the tests find it first.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from dshell.record import Record

FOLDER = Path(__file__).parent / "texts"
DEFAULT = "en"
NO_BREAK = "\N{NO-BREAK SPACE}"


class Texts(Record):
    """The words of one language. ``language``: name of its folder."""

    language: str

    def has(self, key: str) -> bool:
        """True when ``key``, or its forms for one and many, can be said."""
        texts = section(self.language, head(key))
        return key in texts or f"{key}.other" in texts

    def say(self, key: str, **slots: object) -> str:
        """The text of ``key`` with its slots filled. The key itself when it, or a slot of it, is missing."""
        texts = section(self.language, head(key))
        template = texts.get(key)
        if template is None:
            template = texts.get(f"{key}.{self.form(slots.get('count'))}")
        try:
            return key if template is None else template.format_map(slots)
        except (KeyError, IndexError, ValueError):
            return key

    def slots(self, key: str) -> frozenset[str]:
        """Names of the slots of ``key``; none when it is missing."""
        template = section(self.language, head(key)).get(key, "")
        return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)

    def form(self, count: object) -> str:
        """ "one" or "other": which form goes with ``count`` in this language."""
        one = section(self.language, "language").get("language.one", "1").split()
        return "one" if str(count) in one else "other"

    def number(self, value: float, decimals: int = 0) -> str:
        """With the language's decimal sign; thousands are not grouped."""
        return f"{value:.{decimals}f}".replace(".", self.say("language.decimal"))

    def size(self, count: float) -> str:
        """Bytes in decimal units as docker shows them: ``3.6 MB``; no decimal below 1 kB or from 100 units on."""
        unit = 0
        while count >= 999.5 and unit < len(UNITS) - 1:
            count /= 1000
            unit += 1
        decimals = 1 if unit and count < 99.95 else 0
        return self.number(count, decimals) + NO_BREAK + self.say(f"language.size.{UNITS[unit]}")

    def duration(self, seconds: float) -> str:
        """A length of time in its two largest units: ``0.2 s``, ``14 s``, ``2 min 5 s``, ``3 h 10 min``."""
        if seconds < 9.95:
            return self.unit(self.number(seconds, 1 if seconds >= 0.095 else 2), "second")
        return self._whole(round(seconds))

    def age(self, seconds: float) -> str:
        """How long something has been so: a duration of whole seconds, one at least."""
        return self._whole(max(1, round(seconds)))

    def _whole(self, whole: int) -> str:
        for large, small, length, step in LENGTHS:
            if whole >= length:
                rest = whole % length // step
                first = self.unit(str(whole // length), large)
                return f"{first}{NO_BREAK}{self.unit(str(rest), small)}" if rest else first
        return self.unit(str(whole), "second")

    def unit(self, number: str, name: str) -> str:
        return number + NO_BREAK + self.say(f"language.duration.{name}")


UNITS = ("byte", "kilo", "mega", "giga", "tera")
LENGTHS = (("day", "hour", 86400, 3600), ("hour", "minute", 3600, 60), ("minute", "second", 60, 1))


def head(key: str) -> str:
    return key.partition(".")[0]


@cache
def section(language: str, name: str) -> Mapping[str, str]:
    """Every text of one file by its whole key. A file that is not there holds none."""
    try:
        text = (FOLDER / language / f"{name}.toml").read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    texts = flattened(tomllib.loads(text), name)
    if name == "language":
        return texts
    return {key: spaced(value, section(language, "language")) for key, value in texts.items()}


def flattened(table: Mapping[str, object], prefix: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, Mapping):
            texts |= flattened(value, key)
        else:
            texts[key] = str(value)
    return texts


def spaced(text: str, language: Mapping[str, str]) -> str:
    """``text`` with the ordinary spaces that this language does not break (French: before ``: ; ! ?``) made so."""
    before, after = language.get("language.spaces.before", ""), language.get("language.spaces.after", "")
    if before:
        text = re.sub(f" (?=[{re.escape(before)}](?:\\s|[,.)]|$))", NO_BREAK, text)
    if after:
        text = re.sub(f"(?<=[{re.escape(after)}]) ", NO_BREAK, text)
    return text


def load(language: str) -> Texts:
    """The words of ``language``, or English when there is no such folder. No file is read yet."""
    return Texts(language if language in languages() else DEFAULT)


@cache
def languages() -> tuple[str, ...]:
    """Names of the languages that have a folder, sorted."""
    return tuple(sorted(entry.name for entry in FOLDER.iterdir() if entry.is_dir()))


def choose(environ: Mapping[str, str]) -> str:
    """The language that the environment asks for, as POSIX orders its variables; English when it has no folder.

    Windows sets none of them: the caller passes what the system says as ``LANG`` (``fr-FR``, ``French_France``).
    """
    asked = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    code = asked[:2].lower()
    return code if code in languages() else DEFAULT
