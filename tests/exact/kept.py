"""What the recorder keeps: containers, programs and the requests that came."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from tests.exact.program import Program, Seat
from tests.exact.wire import Request

FIXTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "web": ("running", {}),
    "db": ("running", {"OpenStdin": True}),
    "console": ("running", {"OpenStdin": True, "Tty": True}),
    "screen": ("running", {"Tty": True}),
    "stopped": ("exited", {"OpenStdin": True}),
    "stopped-console": ("exited", {"OpenStdin": True, "Tty": True}),
    "once": ("exited", {"AutoRemove": True}),
    "paused": ("paused", {}),
    "restarting": ("restarting", {}),
}


def fake_id(kind: str, name: object) -> str:
    return hashlib.sha256(f"{kind} {name}".encode()).hexdigest()


@dataclass
class Container:
    id: str
    name: str
    config: dict[str, Any]
    status: str
    program: Program | None = None
    exit_code: int = 0
    exits: int = 0
    removed: bool = False
    seats: list[Seat] = field(default_factory=list)


@dataclass
class Exec:
    id: str
    body: dict[str, Any]
    program: Program


@dataclass
class Entry:
    """One request that came. ``heard``: what came up the stream that it became; None where it did not."""

    request: Request
    container: str = ""
    status: int = 0
    heard: bytes | None = None
    left: bool = False
