"""Bytes and letters in pieces, for what must mean the same however they arrive; and a connection that brings them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import AnyStr

from hypothesis import strategies as st

PLACES = st.lists(st.integers(0, 2000), max_size=12)


def cut(data: AnyStr, places: Sequence[int]) -> list[AnyStr]:
    """``data`` in pieces, none of them empty, cut at each of ``places``, which may lie anywhere."""
    edges = [0, *sorted({place % (len(data) + 1) for place in places}), len(data)]
    return [data[start:end] for start, end in pairwise(edges) if start < end]


def joined(pieces: Iterable[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Neighbouring pieces of one channel put together: how they were split tells nothing."""
    whole: list[tuple[int, bytes]] = []
    for channel, payload in pieces:
        if whole and whole[-1][0] == channel:
            whole[-1] = (channel, whole[-1][1] + payload)
        else:
            whole.append((channel, payload))
    return whole


def frame(channel: int, payload: bytes) -> bytes:
    """As the daemon sends it (Engine API, "Attach to a container")."""
    return bytes([channel, 0, 0, 0]) + len(payload).to_bytes(4, "big") + payload


class Fed:
    """A connection on which ``arriving`` arrives, piece by piece, and then the end or an error."""

    def __init__(self, arriving: Iterable[bytes], error: OSError | None = None) -> None:
        self.sent: list[bytes] = []
        self._arriving = iter(arriving)
        self._error = error

    def set_timeout(self, seconds: float | None) -> None:
        raise AssertionError("a session has no time-out")

    def receive(self) -> bytes:
        data = next(self._arriving, b"")
        if not data and self._error:
            raise self._error
        return data

    def send(self, data: bytes) -> None:
        if self._error:
            raise self._error
        self.sent.append(data)

    def end_output(self) -> None:
        self.sent.append(b"<end>")

    def idle(self) -> bool:
        return False

    def close(self) -> None:
        self._arriving = iter(())
