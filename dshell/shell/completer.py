"""The menu of completions: what ``line.suggest`` answers, with a sentence or the known facts beside each word."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document

from dshell.line.paths import host_path
from dshell.line.suggest import Candidate, Entry, Known, Sort, suggest
from dshell.shell.reading import Reading

HERE = ("$(pwd)", "$PWD", "${PWD}", "$pwd", "%cd%")


class LineCompleter(Completer):
    """``known``: what exists now, asked at each Tab. ``meaning``: what stands beside a candidate, or ""."""

    def __init__(self, reading: Reading, known: Callable[[], Known], meaning: Callable[[Candidate], str]) -> None:
        self._reading = reading
        self._known = known
        self._meaning = meaning

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
        line, cursor = self._reading.line(document.text), document.cursor_position
        found = suggest(line, cursor, self._known(), self._reading.grammar, files)
        for candidate in nearest_first(found, document.text, cursor):
            yield Completion(
                candidate.text + ("" if goes_on(candidate, document) else " "),
                start_position=candidate.range.start - cursor,
                display=candidate.display,
                display_meta=lambda candidate=candidate: self._meaning(candidate),
            )


def goes_on(candidate: Candidate, document: Document) -> bool:
    """More belongs to the same word: below a folder, behind a colon, in the list of ``--mount type=bind,…``."""
    before = document.text[: candidate.range.start]
    more = candidate.sort is Sort.FOLDER or candidate.text.endswith((":", "=", ",")) or before.endswith(("type=", ","))
    return more or document.text_after_cursor.startswith(" ")


def nearest_first(found: list[Candidate], text: str, cursor: int) -> list[Candidate]:
    """Those that go on from what is typed; the looser ones only when there are none."""
    exact = [candidate for candidate in found if candidate.text.startswith(text[candidate.range.start : cursor])]
    return exact or found


def files(folder: str) -> list[Entry]:
    """The entries of a folder as it is typed, quotes removed; none when it cannot be read. Runs no ``$(…)``."""
    for spelled in HERE:
        if folder.startswith(spelled):
            folder = os.curdir + folder[len(spelled) :]
    folder = os.path.expandvars(os.path.expanduser(folder))
    try:
        with os.scandir(host_path(folder, os.getcwd(), os.path.expanduser("~"), os.name == "nt") or os.curdir) as found:
            return sorted((Entry(entry.name, entry.is_dir()) for entry in found), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return []
