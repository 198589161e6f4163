"""``docker stop``."""

from __future__ import annotations

import time

from dshell.errors import Declined, EngineError
from dshell.events import Asked, Stopped, Unchanged
from dshell.run.base import Call, Desk
from dshell.run.native.base import Native, require_words, settled, write_line
from dshell.run.native.each import for_each
from dshell.run.native.values import read_values

HONOURS = frozenset({"signal", "timeout"})


def stop(call: Call, desk: Desk) -> int:
    spelled = {setting.alias or setting.name for setting in call.settings}
    values = read_values(call, {})
    if not desk.told and "time" in spelled:
        write_line(desk, "Flag --time has been deprecated, use --timeout instead")
    require_words(call, 1)
    if {"time", "timeout"} <= spelled:
        raise Declined("conflicting options: cannot specify both --timeout and --time", 1)
    timeout = values.number("timeout") if values.given("timeout") else None
    signal = values.text("signal")
    began = time.monotonic()

    def stop_one(name: str) -> Stopped | Unchanged:
        if not desk.engine.stop(name, timeout, signal):
            return Unchanged(name, running=False)
        seconds = time.monotonic() - began
        return Stopped(name, seconds, _exit_code(name, desk))

    desk.engine.ping()
    desk.emit(Asked("stop", ", ".join(call.arguments), desk.daemon))
    return for_each(call, desk, stop_one)


def _exit_code(name: str, desk: Desk) -> int | None:
    if not desk.told:
        return None
    try:
        return desk.engine.inspect(name).exit_code
    except EngineError:
        return None  # made with --rm: it is gone already


NATIVE = Native(settled(stop), HONOURS)
