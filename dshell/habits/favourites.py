"""The word ``fav``: lines kept by name, with parameters: ``run -d -p {port=8080}:80 nginx``.

``{name=default}`` or ``{name}``; what a shell or docker writes with braces (``${X}``, ``{{.Names}}``) is no parameter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from dshell.habits.voice import Voice
from dshell.line.split import join, quote
from dshell.pattern import pattern
from dshell.teach.layout import lines, note

PARAMETER = pattern(r"(?<![{$])\{([A-Za-z_]\w*)(?:=([^{}]*))?\}(?!\})")
NAME = pattern(r"[A-Za-z_][\w.-]*")
WORDS = ("add", "rm")


class Missing(Exception):
    """A parameter has no value; its name."""


class Favourites:
    """``kept``: them, by name, as they are now. ``keep`` and ``drop`` change the file. ``run``: does a line."""

    def __init__(
        self,
        voice: Voice,
        kept: Callable[[], Mapping[str, str]],
        keep: Callable[[str, str], int],
        drop: Callable[[str], int],
        run: Callable[[str], int],
    ) -> None:
        self._voice = voice
        self._kept = kept
        self._keep = keep
        self._drop = drop
        self._run = run
        self._running = False

    def do(self, words: Sequence[str]) -> int:
        """``words``: those behind ``fav``. The exit code."""
        match list(words):
            case []:
                return self._list()
            case ["add", name, *rest] if rest:
                return self._add(name, rest[0] if len(rest) == 1 else join(rest))
            case ["add", *_]:
                return self._voice.refuse("habits.fav.add")
            case ["rm", name]:
                if name not in self._kept():
                    return self._unknown(name)
                return self._drop(name) or self._voice.tell("habits.fav.gone", name=name)
            case [name, *given]:
                return self._do(name, given)
        return 1

    def _list(self) -> int:
        scene, kept = self._voice.scene(), self._kept()
        if not kept:
            return self._voice.tell("habits.fav.none")
        self._voice.write(lines(scene, [(f"fav {name}", scene.words(line)) for name, line in kept.items()]))
        return 0

    def _add(self, name: str, line: str) -> int:
        if not NAME.fullmatch(name) or name in WORDS:
            return self._voice.refuse("habits.fav.name", name=name)
        code = self._keep(name, line.strip())
        if code:
            return code
        slots = [f"{slot}={default}" if default else f"{slot}=…" for slot, default in PARAMETER.findall(line)]
        return self._voice.tell("habits.fav.kept", line=" ".join(["fav", name, *dict.fromkeys(slots)]))

    def _do(self, name: str, given: Sequence[str]) -> int:
        line = self._kept().get(name)
        if line is None:
            return self._unknown(name)
        values = dict(word.partition("=")[::2] for word in given)
        known = {slot for slot, _ in PARAMETER.findall(line)}
        stray = next((word for word in given if word.partition("=")[0] not in known or "=" not in word), None)
        if stray is not None:
            known_words = ", ".join(f"{slot}=…" for slot in sorted(known))
            key = "stray" if known else "bare"
            return self._voice.refuse(f"habits.fav.{key}", word=stray, name=name, known=known_words)
        try:
            text = filled(line, values)
        except Missing as missing:
            return self._voice.refuse("habits.fav.missing", slot=str(missing), line=f"fav {name} {missing}=…")
        if self._running:
            return self._voice.refuse("habits.fav.round", name=name)
        scene = self._voice.scene()
        self._voice.note([*note(scene, scene.drawn("→ ") + scene.words(text)), ""])
        self._running = True
        try:
            return self._run(text)
        finally:
            self._running = False

    def _unknown(self, name: str) -> int:
        return self._voice.refuse("habits.fav.unknown", name=name)


def meant(words: Sequence[str], kept: Mapping[str, str]) -> str:
    """The line that ``fav`` with ``words`` behind it does; "" for none."""
    try:
        return filled(kept.get(words[0], ""), dict(word.partition("=")[::2] for word in words[1:])) if words else ""
    except Missing:
        return ""


def filled(line: str, values: Mapping[str, str]) -> str:
    """``line`` with its parameters replaced. Raises Missing."""

    def value(found: re.Match[str]) -> str:
        name, default = found.groups()
        text = values.get(name, default)
        if text is None:
            raise Missing(name)
        return quote(text) if text and any(letter.isspace() for letter in text) else text

    return PARAMETER.sub(value, line)
