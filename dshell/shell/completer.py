"""The menu of completions: what ``line.suggest`` answers, with a sentence or the known facts beside each word."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from time import monotonic

from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import StyleAndTextTuples

from dshell.line.paths import host_path
from dshell.line.suggest import Candidate, Sort, suggest
from dshell.line.world import Entry, World
from dshell.pattern import pattern
from dshell.shell.reading import LONGEST, Reading

HERE = ("$(pwd)", "$PWD", "${PWD}", "$pwd", "%cd%")
WORD = pattern(r"[^\s;&|]*")
PATIENCE = 1.5  # seconds for which a menu that would be empty is held open for what is being looked up
LOOK = 0.02
PARTS = ":,=/\\'\""  # what another part of a word begins with


class Choice(Completion):
    """A row of the menu. prompt_toolkit asks each for its text several times a painting: it is worked out once."""

    def __init__(self, text: str, start_position: int, display: str, meaning: Callable[[], str]) -> None:
        super().__init__(text, start_position, display, meaning)
        self._shown = display
        self._meaning = meaning

    @property
    def display_text(self) -> str:
        return self._shown

    @cached_property
    def display_meta_text(self) -> str:
        return self._meaning()

    @property
    def holds(self) -> bool:
        """It means what it meant when it was made: the language has not changed."""
        return self.display_meta_text == self._meaning()

    @property
    def display_meta(self) -> StyleAndTextTuples:
        return [("", self.display_meta_text)]

    def new_completion_from_position(self, position: int) -> Completion:
        return Choice(self.text[position - self.start_position :], 0, self._shown, lambda: self.display_meta_text)


class LineCompleter(Completer):
    """``world``: what is known now, asked at each Tab. ``meaning``: what stands beside a candidate, or ""."""

    def __init__(self, reading: Reading, world: Callable[[], World], meaning: Callable[[Candidate], str]) -> None:
        self._reading = reading
        self._world = world
        self._meaning = meaning
        self._foreseen: tuple[Document, list[Candidate], list[Choice]] = (Document(), [], [])

    async def get_completions_async(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002
    ) -> AsyncGenerator[Completion, None]:
        """What is known at once; where that is nothing, what is being looked up, while the person goes on typing."""
        found, end = self._suggest(document), monotonic() + PATIENCE
        while self._misses(found) and monotonic() < end:
            await asyncio.sleep(LOOK)
            if get_app().current_buffer.document != document:
                return
            found = self._suggest(document)
        for completion in self._completions(found, document):
            yield completion

    def foresee(self, document: Document) -> None:
        """Have looked up what a Tab here would want, and its menu made: it is shown unless it has become another."""
        found = self._suggest(document)
        self._foreseen = document, found, list(self._made(found, document))
        for choice in self._foreseen[2]:
            choice.display_meta_text  # noqa: B018 - found once

    def _misses(self, found: Sequence[Candidate]) -> bool:
        """Nothing is there but flags that nobody began to type, and more is on its way."""
        return self._world().lookups.pending and all(each.sort is Sort.FLAG for each in found)

    def _suggest(self, document: Document) -> list[Candidate]:
        if len(document.text) > LONGEST:
            return []
        line = self._reading.line(document.text)
        return suggest(line, document.cursor_position, self._world(), self._reading.grammar)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        return self._completions(self._suggest(document), document)

    def _completions(self, found: list[Candidate], document: Document) -> Iterable[Choice]:
        foreseen, candidates, choices = self._foreseen
        if document == foreseen and found == candidates and choices and choices[0].holds:
            return choices
        return self._made(found, document)

    def _made(self, found: Sequence[Candidate], document: Document) -> Iterator[Choice]:
        for candidate, text in joined(found, document.text_after_cursor):
            start = candidate.range.start - document.cursor_position
            yield Choice(text, start, candidate.display, partial(self._meaning, candidate))


def joined(found: Sequence[Candidate], after: str) -> list[tuple[Candidate, str]]:
    """What each candidate inserts before ``after``, the text behind the cursor: never the ending of the word twice.

    Those that end as the word does stand alone, unless another part of the word begins behind the cursor.
    """
    word = WORD.match(after)
    rest = word[0] if word else ""
    if not rest:
        return [(each, each.text + ("" if each.more or after[:1] == " " else " ")) for each in found]
    common = [overlap(each.text, rest) for each in found]
    whole = rest[0] not in PARTS and len(rest) in common
    pairs = zip(found, common, strict=True)
    return [(each, each.text[: len(each.text) - size]) for each, size in pairs if not whole or size == len(rest)]


def overlap(text: str, rest: str) -> int:
    """How many characters at the end of ``text`` are the beginning of ``rest``."""
    return next((size for size in range(min(len(text), len(rest)), 0, -1) if text.endswith(rest[:size])), 0)


def files(folder: str, *, windows: bool = False) -> list[Entry]:
    """The entries of a folder as it is typed, quotes removed; none when it cannot be read. Runs no ``$(…)``."""
    for spelled in HERE:
        if folder.startswith(spelled) and folder[len(spelled) :][:1] in ("", "/", "\\"):
            folder = os.curdir + folder[len(spelled) :]
    folder = os.path.expandvars(os.path.expanduser(folder))
    try:
        with os.scandir(host_path(folder, os.getcwd(), os.path.expanduser("~"), windows) or os.curdir) as found:
            return sorted((Entry(entry.name, _is_folder(entry)) for entry in found), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return []


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """A link that leads to itself, or to where nobody may look, is one name among the others."""
    try:
        return entry.is_dir()
    except OSError:
        return False
