"""The detach keys: what the person chose, and what the daemon is told.

The daemon watches for detach keys too and holds back what may begin them, so a lone Ctrl-P would reach the container
only with the next key. dshell recognises the person's keys itself and gives the daemon a sequence that nobody types.
"""

from dshell.record import Record
from dshell.run.base import Desk
from dshell.run.native.base import write_error
from dshell.run.native.values import Values
from dshell.run.verbatim import log_line
from dshell.wire import parse_detach_keys

DEFAULT = "ctrl-p,ctrl-q"
UNTYPED = "ctrl-^,ctrl-@,ctrl-^,ctrl-@"


class DetachKeys(Record):
    """``spelled``: as docker spells them; ``sequence``: their bytes; ``daemon``: what the daemon is told."""

    spelled: str
    sequence: bytes
    daemon: str


def detach_keys(values: Values, desk: Desk, *, live: bool) -> DetachKeys:
    """--detach-keys, else ``detachKeys`` of docker's config.json, else docker's default.

    ``live``: there is a terminal and its input is attached. Without, nobody watches for keys, and the daemon is told
    what docker tells it.
    """
    chosen = values.text("detach-keys") or desk.detach_keys
    if not live:
        return DetachKeys(chosen or DEFAULT, b"", chosen)
    try:
        return DetachKeys(chosen or DEFAULT, parse_detach_keys(chosen or DEFAULT), UNTYPED)
    except ValueError as error:
        if not desk.told:
            write_error(desk, log_line("warning", f"invalid detach escape keys, using default: {error}"))
        return DetachKeys(DEFAULT, parse_detach_keys(DEFAULT), UNTYPED)
