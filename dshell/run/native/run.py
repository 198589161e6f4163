"""``docker run``: create, attach, wait, start, in this order, and the session that follows."""

from __future__ import annotations

import time
from contextlib import closing, suppress

from dshell.engine.base import Pending
from dshell.engine.records import Joining
from dshell.errors import Declined, EngineError, Failure, Trouble
from dshell.events import Started
from dshell.run.base import Call, Desk
from dshell.run.native import body as container
from dshell.run.native import create
from dshell.run.native.base import Awaited, Broken, Native, require_terminal, settled, write_line
from dshell.run.native.keys import detach_keys
from dshell.run.native.leftover import accounted_for
from dshell.run.native.seat import (
    Manners,
    Seat,
    SignalProxy,
    leave,
    overheard,
    session_at,
    tell_attached,
    tell_ended,
    tell_in_background,
    unheeded,
    wait_for,
)
from dshell.run.native.support import read_supported
from dshell.run.native.values import Values
from dshell.run.session import Ending, join
from dshell.run.verbatim import daemon_words
from dshell.stream.base import Stream

HONOURS = create.HONOURS | {"detach", "detach-keys", "sig-proxy"}

NOT_FOUND = ("executable file not found", "no such file or directory", "system cannot find the file specified")
NOT_ATTACHED = 1  # docker's exit code
PATIENCE = 3  # INT and TERM together, of which the last ends the session
NOT_RUNNABLE = ("permission denied", "is a directory")
MANNERS = Manners(
    detached=0,
    interrupted=1,
    lost=125,
    interrupted_words="\ngot 3 SIGTERM/SIGINTs, forcefully exiting\n",
    logged="error waiting for container: unexpected EOF",
)


def exit_code(failure: Failure) -> int:
    """Docker's code for a run that failed, which it reads from the daemon's words."""
    said = daemon_words(failure)
    if any(words in said for words in NOT_FOUND):
        return 127
    return 126 if any(words in said for words in NOT_RUNNABLE) else 125


def run(call: Call, desk: Desk) -> int:
    values = read_supported(call, container.CHECKS, desk)
    order = create.take_order(call, values, desk)
    detached = values.on("detach")
    streams = container.attached(values)
    if detached and values.given("attach"):
        raise Declined("conflicting options: cannot specify both --attach and --detach", 1)
    if values.on("tty") and streams.stdin:
        require_terminal(desk)
    made = create.make_container(order, desk, refused=125)
    with accounted_for(made.id, made.name, desk, removed=values.on("rm")):
        return _start_detached(made, values, desk) if detached else _start_attached(made, values, desk)


def _condition(values: Values) -> str:
    return "removed" if values.on("rm") else "next-exit"


def _start_detached(made: create.Made, values: Values, desk: Desk) -> int:
    """Docker waits here too, and prints the id whether or not the start succeeds."""
    seat = _seat(made, values, desk, keyboard=values.on("interactive"))
    began = time.monotonic()
    try:
        with closing(wait_for(made.id, _condition(values), desk)) as pending:
            desk.engine.start(made.id)
            if desk.told:
                tell_in_background(Started(made.name, made.command), seat, pending, began, desk)
    finally:
        write_line(desk, made.id)
    return 0


def _start_attached(made: create.Made, values: Values, desk: Desk) -> int:
    streams = container.attached(values)
    seat = _seat(made, values, desk, keyboard=streams.stdin)
    joining = Joining(seat.tty, streams.stdin, streams.stdout, streams.stderr, seat.keys.daemon)
    awaited = Awaited()
    with closing(awaited), closing(_attach(made.id, joining, awaited, desk)) as stream:
        awaited.begin(wait_for(made.id, _condition(values), desk))
        _start(made.id, desk, awaited if seat.removed else None)
        return _sit(seat, stream, values, desk)


def _seat(made: create.Made, values: Values, desk: Desk, *, keyboard: bool) -> Seat:
    tty = values.on("tty")
    return Seat(
        act="run",
        container=made.id,
        name=made.name,
        image=made.image,
        command=made.command,
        keys=detach_keys(values, desk, live=tty and keyboard),
        tty=tty,
        keyboard=keyboard,
        removed=values.on("rm"),
        own_command=made.own_command,
        shared=made.shared,
    )


def _attach(made: str, joining: Joining, awaited: Awaited, desk: Desk) -> Stream:
    try:
        return desk.engine.attach(made, joining, awaited)
    except EngineError as error:
        raise Broken(error.failure, NOT_ATTACHED) from error


def _start(made: str, desk: Desk, removal: Pending | None) -> None:
    """Docker tells that a container cannot start only when it has been removed, if it is to be.

    One whose start was not answered may run for ever.
    """
    try:
        desk.engine.start(made)
    except EngineError as error:
        if removal is not None and error.failure.trouble is Trouble.REFUSED:
            with suppress(EngineError):
                removal.result()
        raise


def _sit(seat: Seat, stream: Stream, values: Values, desk: Desk) -> int:
    seat = overheard(seat, desk)
    began = time.monotonic()
    desk.emit(Started(seat.name, seat.command))
    tell_attached(seat, desk)
    proxy = SignalProxy(desk.engine, seat.container)
    on_signal = proxy.send if values.on("sig-proxy", default=True) else None
    session = session_at(seat, desk, on_signal)._replace(patience=PATIENCE, unheeded=unheeded(seat, desk))
    outcome = join(desk.terminal, stream, session)
    if outcome.ending is Ending.ENDED:
        return tell_ended(seat, outcome.exit_code, began, desk, interrupted=proxy.interrupted)
    return leave(outcome, seat, MANNERS, desk, forwards=on_signal is not None)


NATIVE = Native(settled(run, exit_code), HONOURS)
