"""What goes wrong in dshell itself: told in one sentence, with the details in a file, and never as Python tells it.

The file has frames and the kind of the error, without its words, which may hold what nobody else should read.
"""

import os
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from shutil import get_terminal_size
from textwrap import wrap

from dshell import __version__
from dshell.disarm import visible
from dshell.record import Record
from dshell.regular import DOOR
from dshell.teach.texts import Texts

NARROWEST = 40  # columns
HERE = Path(__file__).parents[1]


class Mishap(Record):
    """``kind``: of the error; ``where``: the innermost place of dshell's own that it went through, ``file.py:LINE``."""

    kind: str
    where: str


def mishap(error: BaseException) -> Mishap:
    frames = traceback.extract_tb(error.__traceback__)
    places = [
        f"{path.relative_to(HERE)}:{frame.lineno}"
        for frame in frames
        if (path := Path(frame.filename)).is_relative_to(HERE)
    ]
    return Mishap(type(error).__name__, places[-1] if places else "?")


def said(errors: Sequence[BaseException], file: Path, texts: Texts) -> list[str]:
    """A sentence in rows for each that is not as another, when the details are in ``file``."""
    record(errors, file)
    columns = max(get_terminal_size().columns - 1, NARROWEST)
    found = dict.fromkeys(mishap(error) for error in errors)
    told = [texts.say("app.mishap", kind=each.kind, where=each.where, file=visible(str(file))) for each in found]
    return [row for text in told for row in wrap(f"dshell: {text}", columns, break_long_words=False)]


def record(errors: Sequence[BaseException], file: Path) -> None:
    """Over what the file had before. A disk that is full costs the details."""
    text = "".join(_details(error) for error in errors)
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        number = os.open(file, os.O_WRONLY | os.O_TRUNC | os.O_CREAT | DOOR, 0o600)
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace") as written:
            written.write(f"dshell {__version__}\n{text}")


def _details(error: BaseException) -> str:
    """From what was first raised to what it became."""
    before = error.__cause__ or error.__context__
    frames = "".join(traceback.format_tb(error.__traceback__))
    return (_details(before) if before is not None else "") + f"{frames}{type(error).__name__}\n\n"
