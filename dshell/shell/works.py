"""dshell's words that show or remake what the daemon has, one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dshell.shell import again, remaking, sights
from dshell.shell.ground import Ground

WORDS: Mapping[str, Callable[[Sequence[str], Ground], int]] = {
    "again": again.again,
    "as-compose": remaking.as_compose,
    "as-run": remaking.as_run,
    "flow": sights.show_flow,
    "map": sights.show_map,
    "shell": remaking.shell,
}
"""By word; the words behind it go to the function. The same as ``line.model.WORKS``."""


def work(words: Sequence[str], ground: Ground) -> int:
    """The exit code."""
    return WORDS[words[0]](words[1:], ground)
