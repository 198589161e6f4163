"""``docker attach``: back to a running container."""

from __future__ import annotations

import time
from contextlib import closing

from dshell.engine.base import Pending
from dshell.engine.records import ContainerFacts, Joining
from dshell.errors import Declined, EngineError
from dshell.events import Asked
from dshell.run.base import Call, Desk
from dshell.run.native.base import Native, require_one_word, require_terminal, settled
from dshell.run.native.keys import detach_keys
from dshell.run.native.seat import Manners, SignalProxy, heed, leave, seat_at, session_at, tell_attached, tell_ended
from dshell.run.native.values import Values, read_values
from dshell.run.session import Ending, join

HONOURS = frozenset({"detach-keys", "no-stdin", "sig-proxy"})

MANNERS = Manners(detached=1, interrupted=0, lost=1)

REFUSALS = {
    "paused": "You cannot attach to a paused container, unpause it first",
    "restarting": "You cannot attach to a restarting container, wait until it is running",
}
NOT_RUNNING = "You cannot attach to a stopped container, start it first"


def attach(call: Call, desk: Desk) -> int:
    """Waits first, asks next, then attaches, as docker does."""
    values = read_values(call, {})
    require_one_word(call)
    name = call.arguments[0]
    desk.engine.ping()
    with closing(_wait(name, desk)) as pending:
        facts = desk.engine.inspect(name)
        desk.emit(Asked("attach", facts.name, desk.daemon))
        _require_running(facts)
        return _sit(name, facts, pending, values, desk)


def _wait(name: str, desk: Desk) -> Pending:
    """Docker learns of a wait that is refused when it has asked the next question, which says better why."""
    try:
        return desk.engine.wait(name, "")
    except EngineError:
        _require_running(desk.engine.inspect(name))
        raise


def _require_running(facts: ContainerFacts) -> None:
    if facts.status != "running":
        raise Declined(REFUSALS.get(facts.status, NOT_RUNNING), 1)


def _sit(name: str, facts: ContainerFacts, pending: Pending, values: Values, desk: Desk) -> int:
    keyboard = facts.open_stdin and not values.on("no-stdin")
    if facts.tty and not values.on("no-stdin"):
        require_terminal(desk)
    keys = detach_keys(values, desk, live=facts.tty and keyboard)
    seat = seat_at(facts, "attach", keys, keyboard=keyboard)
    joining = Joining(facts.tty, keyboard, detach_keys=keys.daemon)
    with closing(desk.engine.attach(name, joining, pending)) as stream:
        _require_running(desk.engine.inspect(name))  # it may have ended while we attached
        began = time.monotonic()
        tell_attached(seat, desk)
        proxy = SignalProxy(desk.engine, name)
        on_signal = proxy.send if values.on("sig-proxy", default=True) and not facts.tty else None
        outcome = join(desk.terminal, stream, session_at(seat, desk, on_signal)._replace(redraw=True))
    if outcome.ending is Ending.ENDED:
        return tell_ended(seat, outcome.exit_code, began, desk, interrupted=proxy.interrupted)
    heed(outcome)
    if outcome.ending is Ending.INTERRUPTED:
        return tell_ended(seat, pending.result(), began, desk, interrupted=True)
    return leave(outcome, seat, MANNERS, desk, forwards=on_signal is not None)


NATIVE = Native(settled(attach), HONOURS)
