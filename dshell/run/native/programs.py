"""Which programs wait for a person at a keyboard, told by their names alone."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

SHELLS = {"sh", "bash", "ash", "dash", "zsh", "fish", "ksh", "csh", "tcsh", "pwsh"}
PROMPTS = {"python", "python3", "ipython", "node", "irb", "iex", "ghci", "lua", "php", "R", "julia", "erl", "jshell"}
OPTIONS = {"-", "-i", "-l", "--login"}  # a shell with one of these still asks for a line


def reads_keyboard(command: Sequence[str]) -> bool:
    """A shell, or a language's prompt, that was given nothing to do."""
    words = [word for word in command if word not in OPTIONS]
    if words and posixpath.basename(words[0]) == "busybox":
        words = words[1:]
    return len(words) == 1 and posixpath.basename(words[0]) in SHELLS | PROMPTS
