"""What a session is joined to: a container's attached connection, or a program under a pseudo-terminal."""

from __future__ import annotations

import os
import sys
from typing import Protocol

if sys.platform == "win32":
    from dshell.stream import npipe, pipe_owner

    open_pipe = npipe.open_pipe
    pipe_stranger = pipe_owner.stranger
    DEFAULT_HOST = "npipe:////./pipe/docker_engine"  # where docker looks for the daemon
else:
    from dshell.stream.connection import no_pipe, no_stranger

    open_pipe = no_pipe
    pipe_stranger = no_stranger
    DEFAULT_HOST = "unix:///var/run/docker.sock"


class Stream(Protocol):
    """Bytes both ways and an end.

    ``read`` is called by one thread; ``write``, ``end_input`` and ``resize`` by another. ``close`` may be called
    from any thread and makes a ``read`` that waits return the end.
    """

    def read(self) -> tuple[int, bytes]:
        """Wait for output: (1, data) standard output, (2, data) standard error, (1, b"") the end.

        Raises EngineError (Trouble.LOST) when the connection breaks instead of ending.
        """
        ...

    def write(self, data: bytes) -> None:
        """All of ``data`` to the program's input. After the program has ended it is dropped silently."""
        ...

    def end_input(self) -> None:
        """Half-close: the program sees the end of its input and can still answer. Never a full close."""
        ...

    def resize(self, size: os.terminal_size) -> None:
        """Tell the pseudo-terminal its size; columns and lines, never 0. Failures are ignored, as docker does."""
        ...

    def wait(self) -> int:
        """Exit code of the program; waits for it. Raises EngineError when it cannot be known."""
        ...

    def close(self) -> None:
        """Let go. After a detach the program is left running. Closing twice is allowed."""
        ...
