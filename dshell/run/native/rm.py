"""``docker rm``."""

from __future__ import annotations

from dshell.errors import EngineError, Failure, Trouble
from dshell.events import Asked, Removed
from dshell.run.base import Call, Desk
from dshell.run.native.base import Native, require_words, settled
from dshell.run.native.each import for_each
from dshell.run.native.values import read_values

HONOURS = frozenset({"force", "link", "volumes"})


def remove(call: Call, desk: Desk) -> int:
    values = read_values(call, {})
    require_words(call, 1)
    force, volumes, link = values.on("force"), values.on("volumes"), values.on("link")

    def remove_one(name: str) -> Removed:
        plain = name.strip("/")
        if not plain:
            raise EngineError(Failure(Trouble.DECLINED, "container name cannot be empty"))
        desk.engine.remove(plain, force=force, volumes=volumes, link=link)
        return Removed(name)

    desk.engine.ping()
    desk.emit(Asked("rm", ", ".join(call.arguments), desk.daemon))
    # Docker: what is not there needs no force; it is told, but is no failure.
    return for_each(call, desk, remove_one, lenient=force)


NATIVE = Native(settled(remove), HONOURS)
