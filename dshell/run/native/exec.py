"""``docker exec``: another program in a running container."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from dshell.engine.records import ContainerFacts, Joining
from dshell.errors import Declined, Failure, Trouble
from dshell.events import Asked, ExecEnded, ExecStarted
from dshell.run.base import Call, Desk
from dshell.run.native import body as container
from dshell.run.native.base import Broken, Native, require_terminal, require_words, settled
from dshell.run.native.environment import check_variable
from dshell.run.native.keys import DetachKeys, detach_keys
from dshell.run.native.kinds import NO_CONSOLE, Place
from dshell.run.native.seat import Manners, Seat, leave, overheard, session_at, tell_attached
from dshell.run.native.support import read_supported
from dshell.run.native.values import Values
from dshell.run.session import Ending, join
from dshell.stream.base import Stream
from dshell.terminal.base import STDOUT

HONOURS = frozenset({"detach", "detach-keys", "env", "env-file", "interactive", "privileged", "tty", "user", "workdir"})

MANNERS = Manners(detached=1, interrupted=0, lost=255, logged="")

CONSOLE_SIZE_SINCE = (1, 42)
END = (STDOUT, b"")


def execute(call: Call, desk: Desk) -> int:
    values = read_supported(call, {"env": check_variable}, desk)
    require_words(call, 2)
    name, command = call.arguments[0], (*call.arguments[1:], *call.inside)
    try:
        variables = container.environment(values, Place(desk.folder, desk.environ))
    except ValueError as error:
        raise Declined(str(error), 1) from error
    desk.engine.ping()
    facts = desk.engine.inspect(name)
    desk.emit(Asked("exec", facts.name, desk.daemon))
    keyboard = values.on("interactive") and not values.on("detach")
    if values.on("tty") and keyboard:
        require_terminal(desk)
    keys = detach_keys(values, desk, live=values.on("tty") and keyboard)
    console = _console(values, desk)
    exec_id = desk.engine.exec_create(name, _create_body(values, variables, command, keys) | console)
    start = {"Detach": values.on("detach"), "Tty": values.on("tty")} | console
    if values.on("detach"):
        desk.engine.exec_start_detached(exec_id, start)
        desk.emit(ExecStarted(facts.name, command, detached=True))
        return 0
    return _sit(exec_id, start, _seat(facts, command, keys, values), desk)


def _create_body(values: Values, variables: list[str], command: tuple[str, ...], keys: DetachKeys) -> dict[str, Any]:
    attached = not values.on("detach")
    return {
        "User": values.text("user"),
        "Privileged": values.on("privileged"),
        "Tty": values.on("tty"),
        "AttachStdin": attached and values.on("interactive"),
        "AttachStdout": attached,
        "AttachStderr": attached,
        "Detach": values.on("detach"),
        "DetachKeys": keys.daemon,
        "Env": variables or None,
        "WorkingDir": values.text("workdir"),
        "Cmd": list(command),
    }


def _console(values: Values, desk: Desk) -> dict[str, Any]:
    """The size to begin with, for engines that take one."""
    if not values.on("tty") or desk.engine.ping().number < CONSOLE_SIZE_SINCE:
        return {}
    size = desk.terminal.size() if desk.terminal.shown.stdout else NO_CONSOLE
    return {"ConsoleSize": [size.lines, size.columns]}


def _seat(facts: ContainerFacts, command: tuple[str, ...], keys: DetachKeys, values: Values) -> Seat:
    return Seat(
        act="exec",
        container=facts.id,
        name=facts.name,
        image=facts.image,
        command=command,
        keys=keys,
        tty=values.on("tty"),
        keyboard=values.on("interactive"),
        shared=facts.mounts,
    )


def _sit(exec_id: str, start: dict[str, Any], seat: Seat, desk: Desk) -> int:
    joining = Joining(seat.tty, seat.keyboard)
    with closing(desk.engine.exec_start(exec_id, start, joining)) as stream:
        if desk.told and not desk.engine.exec_started(exec_id):
            raise _not_started(stream, seat, desk)
        desk.emit(ExecStarted(seat.name, seat.command))
        tell_attached(seat, desk)
        # Docker forwards no signal to an exec: one INT or TERM ends the client, and the program goes on.
        seat = overheard(seat, desk)
        sized = desk.terminal.shown.stdin and desk.terminal.shown.stdout
        outcome = join(desk.terminal, stream, session_at(seat, desk)._replace(sized=sized))
    if outcome.ending is not Ending.ENDED:
        return leave(outcome, seat, MANNERS, desk)
    last = seat.tail.text if seat.tail and outcome.exit_code else ""
    desk.emit(ExecEnded(seat.name, seat.command, outcome.exit_code, seat.keyboard, seat.tty, last, desk.line))
    return outcome.exit_code


def _not_started(stream: Stream, seat: Seat, desk: Desk) -> Broken:
    """The daemon says why as output. Where that goes into a file it goes there as docker lets it."""
    words = b"".join(data for _, data in iter(stream.read, END))
    if not desk.terminal.shown.stdout:
        desk.terminal.write(words)
    failure = Failure(Trouble.REFUSED, words.decode(errors="replace").strip(), subject=seat.name)
    return Broken(failure, stream.wait())


NATIVE = Native(settled(execute), HONOURS)
