"""The bytes of a session, without any input or output: docker's frames, detach keys, size reports, escape sequences.

Bytes are fed in as they arrive, at any split, and what they mean comes out. Nothing here reads, writes or waits, and
nothing keeps more than a frame's header or a started sequence.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from dshell.pattern import pattern

DAEMON_ERROR = 3
"""The channel on which a daemon tells, in words, why an attached stream failed."""

HEADER = 8
CONTROLS = {f"ctrl-{key}": code for code, key in enumerate("@abcdefghijklmnopqrstuvwxyz[\\]^_")} | {"DEL": 127}


class Demultiplexer:
    """Splits the connection of a container without a terminal into its channels.

    A frame is one byte of channel (0 input, 1 output, 2 errors, 3 the daemon's own error text), three zero bytes, the
    payload's length as a big-endian 32-bit number, and the payload (Engine API, "Attach to a container"). Payload is
    passed on as it comes: one frame may make many pieces.
    """

    def __init__(self) -> None:
        self._header = bytearray()
        self._channel = 0
        self._left = 0

    @property
    def between_frames(self) -> bool:
        """The bytes so far end with a whole frame, so the stream may end here."""
        return not self._header and not self._left

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """(channel, payload) pieces in their order, none of them empty. ValueError: what follows is no frame."""
        start = 0
        while start < len(data):
            if self._left:
                piece = data[start : start + self._left]
                start += len(piece)
                self._left -= len(piece)
                yield self._channel, piece
            else:
                missing = data[start : start + HEADER - len(self._header)]
                self._header += missing
                start += len(missing)
                if len(self._header) == HEADER:
                    self._open_frame()

    def _open_frame(self) -> None:
        channel, *padding = self._header[:4]
        if channel > DAEMON_ERROR or any(padding):
            raise ValueError(f"not a frame header: {bytes(self._header)!r}")
        self._channel = channel or 1  # as docker: what claims to be input is shown with the output
        self._left = int.from_bytes(self._header[4:], "big")
        self._header.clear()


class DetachRecogniser:
    """Finds the detach keys among what is typed, and holds a started sequence back until it is decided.

    What is passed on is exactly what stands before the first occurrence of the sequence. (The docker CLI misses one
    that directly follows its own first key, Ctrl-P Ctrl-P Ctrl-Q; here it counts.)
    """

    def __init__(self, keys: bytes) -> None:
        """``keys``: the sequence; b"" is never found."""
        self._keys = keys
        self._held = b""

    @property
    def holding(self) -> bool:
        """A started sequence is held back: after a short wait, ``release`` it."""
        return bool(self._held)

    def feed(self, data: bytes) -> tuple[bytes, bool]:
        """Bytes to pass on, and whether the sequence was completed; what follows it is dropped."""
        data = self._held + data
        found = data.find(self._keys) if self._keys else -1
        if found >= 0:
            self._held = b""
            return data[:found], True
        kept = next((n for n in range(len(self._keys) - 1, 0, -1) if data.endswith(self._keys[:n])), 0)
        passed, self._held = data[: len(data) - kept], data[len(data) - kept :]
        return passed, False

    def release(self) -> bytes:
        """The bytes held back, to be passed on after all: a lone Ctrl-P belongs to the program."""
        held, self._held = self._held, b""
        return held


def parse_detach_keys(text: str) -> bytes:
    """The bytes that docker's spelling means: a comma list of single characters, ``ctrl-<a-z@[\\]^_>`` and ``DEL``.

    ValueError with docker's words (moby/term, ``ToBytes``).
    """
    codes = bytearray()
    for key in text.split(","):
        if key in CONTROLS:
            codes.append(CONTROLS[key])
        elif len(key.encode()) == 1:
            codes += key.encode()
        else:
            raise ValueError(f"Unknown character: '{key}'")
    return bytes(codes)


SIZE_QUESTION: Final = b"\x1b[18t"
"""Asks a terminal for its size in characters (XTWINOPS 18); the answer is ``CSI 8 ; lines ; columns t``."""

_REPORT: Final = pattern(rb"\x1b\[8;(\d{1,4});(\d{1,4})t")
_STARTED_REPORT: Final = pattern(rb"\x1b(?:\[(?:8(?:;(?:\d{1,4}(?:;(?:\d{1,4})?)?)?)?)?)?\Z")


class SizeReports:
    """Takes the answer to a ``SIZE_QUESTION`` out of what is typed.

    Each question takes one answer, and only until its deadline: any other is somebody else's and passes, as every
    other byte does. What may be the start of the answer is held back while one is awaited: after a short wait,
    ``release`` it. Times are seconds of any one clock.
    """

    def __init__(self) -> None:
        self._deadline: float | None = None
        self._held = b""

    def expect(self, deadline: float) -> None:
        """A question was asked. May be called in another thread than the rest."""
        self._deadline = deadline

    def expects(self, now: float) -> bool:
        """An answer may still come."""
        deadline = self._deadline
        return deadline is not None and now < deadline

    @property
    def holding(self) -> bool:
        return bool(self._held)

    def feed(self, data: bytes, now: float) -> tuple[bytes, os.terminal_size | None]:
        """Bytes to pass on, and the size when the answer was among them."""
        data, self._held = self._held + data, b""
        if not self.expects(now):
            return data, None
        report = _REPORT.search(data)
        if report is not None:
            self._deadline = None
            lines, columns = (int(number) for number in report.groups())
            return data[: report.start()] + data[report.end() :], os.terminal_size((columns, lines))
        started = _STARTED_REPORT.search(data)
        if started is None:
            return data, None
        self._held = started.group()
        return data[: started.start()], None

    def release(self) -> bytes:
        """The bytes held back, to be passed on after all: a lone Esc belongs to the program."""
        held, self._held = self._held, b""
        return held


class TypedRows:
    """Makes of typed bytes what a terminal's line discipline would, where there is none.

    Every end of row is ``\\n``, and Ctrl-D the end of input, with or without an Enter behind it.
    """

    END: Final = b"\x04"

    def __init__(self) -> None:
        self._last = b""  # what an end of row that follows is part of: a carriage return, or Ctrl-D

    def feed(self, data: bytes) -> tuple[bytes | None, bytes]:
        """What one read has of it, b"" for the end of input, None for nothing yet; and what is left for the next."""
        if self._last == self.END and data.startswith(b"\r"):
            data, self._last = data[1:], b"\r"
        if self._last and data:
            data, self._last = data.removeprefix(b"\n"), b""
        typed, end, behind = data.partition(self.END)
        if typed:
            self._last = b"\r" if typed.endswith(b"\r") else b""
            return typed.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), end + behind
        self._last = end or self._last
        return (b"" if end else None), behind


# ECMA-48, of bytes: control sequences, operating-system commands, escapes with and without intermediate bytes. Other
# strings end with an escape sequence of their own, so they are never whole.
_WHOLE: Final = pattern(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[ -/]+[0-~]|[0-OQ-WYZ\\`-~])")
_STRINGS: Final = b"]PX^_"
_LONGEST: Final = 64  # bytes of a started sequence that are kept


class Boundary:
    """Knows whether output so far ends between characters and sequences, where one of our own may be put in.

    It rather says no too often: where it is not sure, putting something in would show.
    """

    def __init__(self) -> None:
        self._open = b""

    @property
    def clean(self) -> bool:
        return not self._open

    def feed(self, data: bytes) -> None:
        data = self._open + data
        escape = data.rfind(b"\x1b")
        if escape >= 0 and not _WHOLE.match(data, escape):
            string = data[escape + 1 : escape + 2] in _STRINGS
            self._open = data[escape : escape + (2 if string else _LONGEST)]
        else:
            self._open = _started_character(data)


def _started_character(data: bytes) -> bytes:
    """The UTF-8 character that ``data`` breaks off in, as far as it is there."""
    for back in range(1, min(len(data), 3) + 1):
        byte = data[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return data[-back:] if back < length else b""
        if byte < 0x80:
            break
    return b""


# ECMA-48: control sequences, operating-system commands, other strings, two-character escapes; also cut off at the end.
ESCAPES = pattern(
    r"\x1b(?:"
    r"\[[0-?]*[ -/]*(?:[@-~]|\Z)"
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\|\Z)"
    r"|[PX^_][^\x1b]*(?:\x1b\\|\Z)"
    r"|[ -/]*(?:[0-~]|\Z)"
    r")"
)


def strip_escapes(text: str) -> str:
    """``text`` without terminal escape sequences; an unfinished one at its end goes too."""
    return ESCAPES.sub("", text)
