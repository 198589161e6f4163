"""What a line may do while a container of --rm is still being removed: the prompt did not wait for that.

Docker does wait, so the next line must see no trace of it. Any line waits now instead, but for one that makes a
container which surely shares nothing with the one that goes.
"""

from __future__ import annotations

from collections.abc import Iterable

from dshell.engine.records import Dying
from dshell.line.model import Simple, Target

MAKING = {("container", "run"), ("container", "create")}

SHARING_NOTHING = {"entrypoint", "env", "interactive", "name", "quiet", "rm", "tty", "user", "workdir"}
"""Flags that take nothing which another container may hold until it is gone: no port, no address, no volume."""


def stands_apart(simple: Simple, dying: Iterable[Dying]) -> bool:
    """``simple`` may begin at once. It does not even name what is dying."""
    if simple.target is not Target.DOCKER or simple.plumbing or simple.before or simple.command is None:
        return False
    known = all(use.flag is not None and use.flag.name in SHARING_NOTHING for use in simple.flags)
    literal = all(word.literal for word in simple.words)
    if simple.command.path not in MAKING or not known or not literal:
        return False
    texts = [word.text for word in simple.words]
    return not any(_meant(container, text) for container in dying for text in texts)


def _meant(container: Dying, text: str) -> bool:
    """Rather once too often: ``web`` is in ``--name=web`` and in ``website``."""
    return bool(container.name and container.name in text) or container.id.startswith(text or "-")
