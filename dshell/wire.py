"""The bytes of a session, without any input or output: docker's frames, detach keys, escape sequences.

Bytes are fed in as they arrive, at any split, and what they mean comes out. Nothing here reads, writes or waits, and
nothing keeps more than a frame's header or a started key sequence.
"""

from __future__ import annotations

import re

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

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """(channel, payload) pieces in their order, none of them empty. ValueError: these are no frames."""
        pieces = []
        start = 0
        while start < len(data):
            if self._left:
                piece = data[start : start + self._left]
                pieces.append((self._channel, piece))
                start += len(piece)
                self._left -= len(piece)
            else:
                missing = data[start : start + HEADER - len(self._header)]
                self._header += missing
                start += len(missing)
                if len(self._header) == HEADER:
                    self._open_frame()
        return pieces

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


# ECMA-48: control sequences, operating-system commands, other strings, two-character escapes; also cut off at the end.
ESCAPES = re.compile(
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
