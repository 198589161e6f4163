"""What is typed or pasted behind an Enter belongs to what the line starts, as in any shell.

``run -it alpine``, Enter, ``hostname``, Enter, in one go: the container's shell gets the second line. What nobody reads
stays for the next prompt: ``ps``, Enter, ``images``, Enter does both. bash has it so by reading letter by letter.
prompt_toolkit reads what there is and keeps the rest to itself; here it stays in the terminal, or goes back there. What
a forwarded command left unread cannot go back to the system: dshell's prompts and sessions get it, a host command that
comes before them does not. What went to a container is its own, as with docker.

A bracketed paste is one input of several rows, as in bash, and its rows are lines of dshell.
"""

from __future__ import annotations

import codecs
import errno
import os
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol, runtime_checkable

from prompt_toolkit.input import Input
from prompt_toolkit.input.ansi_escape_sequences import REVERSE_ANSI_SEQUENCES
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyPress
from prompt_toolkit.keys import Keys

PASTE: Final = "\x1b[200~{}\x1b[201~"
BEGIN, END = (mark.encode() for mark in PASTE.split("{}"))
LAST: Final = b"\r\n\x03\x04\x0f\x1a"  # Enter, Ctrl-C, Ctrl-D, Ctrl-O, Ctrl-Z: after each the prompt may be over


class Giver(Protocol):
    """What a terminal does with what was read too much."""

    def unread(self, data: bytes) -> None: ...
    def given_back(self) -> bytes: ...


@runtime_checkable
class ByDescriptor(Protocol):
    """prompt_toolkit's own keyboard where a terminal is a file descriptor."""

    stdin_reader: Reader


class Reader(Protocol):
    """As ``prompt_toolkit.input.posix_utils.PosixStdinReader``, which is not for Windows, not even to be imported."""

    closed: bool

    def read(self, count: int = ...) -> str: ...


class UpToEnter:
    """Reads ``descriptor``, but nothing behind a key that may end the prompt, unless it is pasted."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._recent = b""
        self._pasting = False
        self.closed = False

    def read(self, count: int = 1024) -> str:
        """Never waits."""
        data = bytearray()
        while len(data) < count and not self.closed and select.select([self._descriptor], [], [], 0)[0]:
            try:
                byte = os.read(self._descriptor, 1)
            except OSError:
                byte = b""  # EIO: the terminal was hung up
            self.closed = not byte
            data += byte
            if byte in LAST and not self._pasting:
                break
            self._watch(byte)
        return self._decoder.decode(bytes(data))

    def _watch(self, byte: bytes) -> None:
        self._recent = (self._recent + byte)[-len(BEGIN) :]
        if self._recent == BEGIN:
            self._pasting = True
        elif self._recent == END:
            self._pasting = False


@contextmanager
def typing(keyboard: Input, giver: Giver | None) -> Iterator[None]:
    """For the length of a prompt: raw mode, with what was given back before as the first that is typed.

    EOFError also where the terminal was hung up and nothing can be painted on it.
    """
    with keyboard.raw_mode():
        if giver is not None and (data := giver.given_back()):
            store_typeahead(keyboard, keys_of(data))
        try:
            yield
        except OSError as error:
            if hung_up(error):
                raise EOFError from error
            raise
        finally:
            if giver is not None and (rest := bytes_of(get_typeahead(keyboard))):
                giver.unread(rest)


def hung_up(error: BaseException) -> bool:
    """Nobody is there any more to paint for."""
    return isinstance(error, OSError) and error.errno == errno.EIO


def keys_of(data: bytes) -> list[KeyPress]:
    keys: list[KeyPress] = []
    parser = Vt100Parser(keys.append)
    parser.feed(data.decode("utf-8", "surrogateescape"))
    parser.flush()
    return keys


def bytes_of(keys: list[KeyPress]) -> bytes:
    """What a terminal sends for ``keys``. On a console an arrow has no characters: those of a VT100 stand for it."""
    return "".join(map(_spelled, keys)).encode("utf-8", "surrogateescape")


def _spelled(key: KeyPress) -> str:
    if key.key == Keys.BracketedPaste:
        return PASTE.format(key.data)
    known: Callable[[Keys], str | None] = REVERSE_ANSI_SEQUENCES.get
    return key.data or (known(key.key) if isinstance(key.key, Keys) else None) or ""
