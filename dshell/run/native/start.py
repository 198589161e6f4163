"""``docker start``: containers that exist, and with -a or -i the session that follows."""

from __future__ import annotations

import time
from contextlib import closing, nullcontext, suppress

from dshell.engine.records import Checkpoint, ContainerFacts, Joining
from dshell.errors import EngineError, Failure, Trouble
from dshell.events import Asked, Started, Unchanged
from dshell.run.base import Call, Desk
from dshell.run.native.base import Awaited, Broken, Native, fail, require_words, settled, write_error, write_line
from dshell.run.native.keys import detach_keys
from dshell.run.native.seat import (
    Manners,
    Seat,
    SignalProxy,
    leave,
    overheard,
    seat_at,
    session_at,
    tell_attached,
    tell_ended,
    tell_in_background,
    wait_for,
)
from dshell.run.native.support import read_supported
from dshell.run.native.values import Values
from dshell.run.session import Ending, join

HONOURS = frozenset({"attach", "checkpoint", "checkpoint-dir", "detach-keys", "interactive"})

MANNERS = Manners(detached=0, interrupted=0, lost=125, logged="error waiting for container: unexpected EOF")
ONLY_ONE = "you cannot start and attach multiple containers at once"
ONE_RESTORED = "you cannot restore multiple containers at once"


def start(call: Call, desk: Desk) -> int:
    values = read_supported(call, {}, desk)
    require_words(call, 1)
    attached = values.on("attach") or values.on("interactive")
    if not attached and not values.text("checkpoint"):
        return _start_all(call, values, desk)
    if len(call.arguments) > 1:
        raise Broken(Failure(Trouble.DECLINED, ONLY_ONE if attached else ONE_RESTORED), 1)
    if attached:
        return _start_attached(call.arguments[0], values, desk)
    desk.emit(Asked("start", call.arguments[0], desk.daemon))
    desk.engine.start(call.arguments[0], _checkpoint(values))
    return 0


def _checkpoint(values: Values) -> Checkpoint | None:
    name, folder = values.text("checkpoint"), values.text("checkpoint-dir")
    return Checkpoint(name, folder) if name or folder else None


def _start_all(call: Call, values: Values, desk: Desk) -> int:
    """One after the other; those that fail are named at the end, as docker does."""
    failed = []
    with nullcontext() if desk.told else suppress(EngineError):  # docker tells of it once for each container
        desk.engine.ping()
    for name in call.arguments:
        desk.emit(Asked("start", name, desk.daemon))
        try:
            if desk.told:
                _start_told(name, values, desk)
            else:
                desk.engine.start(name)
        except EngineError as error:
            fail(call, desk, Broken(error.failure, 1))
            failed.append(name)
            continue
        write_line(desk, name)
    if failed and not desk.told:
        write_error(desk, f"Error: failed to start containers: {', '.join(failed)}\n")
    return 1 if failed else 0


def _start_told(name: str, values: Values, desk: Desk) -> None:
    facts = desk.engine.inspect(name)
    seat = _seat(facts, values, desk, keyboard=facts.open_stdin)
    with closing(desk.engine.wait(facts.id, _condition(facts))) as pending:
        began = time.monotonic()
        if desk.engine.start(facts.id):
            tell_in_background(_started(facts), seat, pending, began, desk)
        else:
            desk.emit(Unchanged(facts.name, running=True))


def _started(facts: ContainerFacts) -> Started:
    return Started(facts.name, facts.command, again=True, first=not facts.started)


def _condition(facts: ContainerFacts) -> str:
    return "removed" if facts.auto_remove else "next-exit"


def _start_attached(name: str, values: Values, desk: Desk) -> int:
    desk.engine.ping()
    facts = desk.engine.inspect(name)
    desk.emit(Asked("start", facts.name, desk.daemon))
    keyboard = values.on("interactive") and facts.open_stdin
    seat = overheard(_seat(facts, values, desk, keyboard=keyboard), desk)
    joining = Joining(facts.tty, keyboard, detach_keys=seat.keys.daemon)
    awaited = Awaited()
    with closing(awaited), closing(desk.engine.attach(facts.id, joining, awaited)) as stream:
        awaited.begin(wait_for(facts.id, _condition(facts), desk))
        fresh = desk.engine.start(facts.id, _checkpoint(values))
        began = time.monotonic()
        if fresh:
            desk.emit(_started(facts))
        tell_attached(seat, desk, running=not fresh)
        # With a terminal docker forwards no signal here; without, one INT or TERM ends the client.
        proxy = SignalProxy(desk.engine, facts.id)
        on_signal = None if facts.tty else proxy.send
        outcome = join(desk.terminal, stream, session_at(seat, desk, on_signal))
    if outcome.ending is Ending.ENDED:
        return tell_ended(seat, outcome.exit_code, began, desk, interrupted=proxy.interrupted)
    return leave(outcome, seat, MANNERS, desk, forwards=on_signal is not None)


def _seat(facts: ContainerFacts, values: Values, desk: Desk, *, keyboard: bool) -> Seat:
    return seat_at(facts, "start", detach_keys(values, desk, live=facts.tty and keyboard), keyboard=keyboard)


NATIVE = Native(settled(start), HONOURS)
