"""``why``: the last failure in full, an error that was pasted or piped in, or how a container is doing."""

import locale
import os
from collections.abc import Callable

from dshell.events import Failed
from dshell.grammar.load import Grammar
from dshell.record import Record
from dshell.run.base import Call
from dshell.run.pasted import Pasted, readings
from dshell.teach.diagnose import diagnose

CHUNK = 65536
MOST = 100_000  # bytes of what is piped in: an error stands near the end, and a log may have none

Inquire = Callable[[Failed, Call], Failed]
"""Adds what the daemon knows about a failure, where it can be asked."""


class Advice(Record):
    """``failed``: as it was read and inquired about; ``known``: some rule fits it."""

    failed: Failed
    known: bool


def advise(text: str, grammar: Grammar, inquire: Inquire) -> Advice:
    """The reading of ``text`` that the most special rule fits; as it stands when none does."""
    found: list[tuple[int, int, Pasted]] = []
    everything = list(readings(text, grammar))
    for number, pasted in enumerate(everything):
        diagnosis = diagnose(pasted.failed)
        if diagnosis is not None:
            found.append((diagnosis.rank, number, pasted))
    if not found:
        return Advice(everything[0].failed, known=False)
    pasted = min(found)[2]
    return Advice(inquire(pasted.failed, pasted.call), known=True)


def piped_in() -> bytes:
    """The last whole rows of standard input, ``MOST`` bytes of them."""
    kept, cut = b"", False
    while data := os.read(0, CHUNK):
        kept += data
        cut = cut or len(kept) > MOST
        kept = kept[-MOST:]
    return (kept.partition(b"\n")[2] or kept) if cut else kept


def decoded(data: bytes) -> str:
    """What was piped in: UTF-8, PowerShell's UTF-16, or the system's own encoding."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode(locale.getpreferredencoding(do_setlocale=False), "replace")
