"""A person's, or a pipe's, place at a running container: what run, start and attach have in common."""

import errno
import signal
import time
from collections.abc import Callable
from contextlib import suppress

from dshell.engine.base import Engine, Pending
from dshell.engine.records import ContainerFacts
from dshell.errors import FULL, INTERRUPTED, EngineError, Failure, TerminalError, Trouble
from dshell.events import Attached, Detached, Ended, Inside, Silent, Started, Unheeded
from dshell.record import Record
from dshell.run.base import Desk, Leave
from dshell.run.native.base import BROKEN_PIPE, Broken, write_error
from dshell.run.native.keys import DetachKeys
from dshell.run.native.programs import reads_keyboard
from dshell.run.session import FATAL, Ending, Outcome, Session, Tail
from dshell.run.verbatim import daemon_words, log_line

KILLED = 137  # 128 + SIGKILL: stopped by force, or by the kernel for want of memory
NOT_AWAITED = 125
NOT_WRITTEN = 1
LAST = 10  # rows of a log
LEFT = "read escape sequence\n"


class Seat(Record):
    """``name``: for people; ``keyboard``: input goes to it; ``removed``: it is deleted when it ends (--rm).

    ``tail``: the last that it prints here, None where nobody will ask.
    """

    act: str
    container: str
    name: str
    image: str
    command: tuple[str, ...]
    keys: DetachKeys
    tty: bool
    keyboard: bool
    removed: bool = False
    own_command: bool = True
    shared: tuple[str, ...] = ()
    tail: Tail | None = None


def seat_at(facts: ContainerFacts, act: str, keys: DetachKeys, *, keyboard: bool) -> Seat:
    """At a container that there was before, and its own command."""
    return Seat(
        act=act,
        container=facts.id,
        name=facts.name,
        image=facts.image,
        command=facts.command,
        keys=keys,
        tty=facts.tty,
        keyboard=keyboard,
        removed=facts.auto_remove,
        shared=facts.mounts,
    )


def session_at(seat: Seat, desk: Desk, on_signal: Callable[[str], None] | None = None) -> Session:
    """That of every act, which one INT or TERM ends."""
    return Session(
        seat.tty,
        seat.keyboard,
        seat.keys.sequence,
        on_signal,
        patience=1,
        silent=silent(seat, desk),
        sized=desk.terminal.shown.stdout,
        tail=seat.tail,
    )


class Manners(Record):
    """Docker's exit codes for a session that ends before its program, and its words where it has some.

    ``logged``: what docker writes into its log when the daemon goes away, "" for nothing at all; None: it tells the
    failure as any other.
    """

    detached: int
    interrupted: int
    lost: int
    interrupted_words: str = ""
    logged: str | None = None


class SignalProxy:
    """Passes signals on to a container. Errors are ignored, as docker does: it may have ended meanwhile."""

    def __init__(self, engine: Engine, container: str) -> None:
        self._engine = engine
        self._container = container
        self.interrupted = False

    def send(self, name: str) -> None:
        """``name`` without "SIG". Waits for the daemon's answer, so it is not for the thread of the pump."""
        self.interrupted = self.interrupted or name == "INT"
        with suppress(EngineError):
            self._engine.kill(self._container, name)


def overheard(seat: Seat, desk: Desk) -> Seat:
    """``seat`` with a tail, for a program whose failure may be explained. What a person talked to explains itself."""
    return seat._replace(tail=Tail()) if desk.told and not (seat.tty and seat.keyboard) else seat


class NotAwaited:
    """Stands for a wait that the daemon refused: docker logs that, goes on, and ends with an error of its own."""

    def result(self) -> int:
        return NOT_AWAITED

    def close(self) -> None:
        pass


def wait_for(container: str, condition: str, desk: Desk) -> Pending:
    """Broken, with docker's code of any act, when the daemon is gone."""
    try:
        return desk.engine.wait(container, condition)
    except EngineError as error:
        if error.failure.trouble is not Trouble.REFUSED:
            raise Broken(error.failure, NOT_AWAITED) from error
        if not desk.told:
            write_error(desk, log_line("error", f"error waiting for container: {daemon_words(error.failure)}"))
        return NotAwaited()


def tell_attached(seat: Seat, desk: Desk, *, running: bool = False) -> None:
    """``running``: it was so before, and has shown its prompt: for a person inside it is an attach."""
    if seat.tty and seat.keyboard:
        act = "attach" if running else seat.act
        desk.emit(Inside(seat.name, act, seat.keys.spelled, seat.shared, seat.removed))
    else:
        desk.emit(Attached(seat.name, seat.keyboard, seat.tty, seat.act))


def unheeded(seat: Seat, desk: Desk) -> Callable[[int], None] | None:
    """Tells that Ctrl-C is ignored. Not in raw mode, where it is a byte for the program."""
    if not desk.told or (seat.tty and seat.keyboard):
        return None
    return lambda more: desk.emit(Unheeded(seat.name, seat.command, more))


def silent(seat: Seat, desk: Desk) -> Callable[[], bool] | None:
    """Whether the connection to a container is broken that prints nothing more.

    A program with a terminal and a person at it does not let go of it and run on; another may close its output.
    """

    def broken() -> bool:
        if not _runs(seat.container, desk):
            return False
        if not (seat.tty and seat.keyboard):
            desk.emit(Silent(seat.name))
        return seat.tty and seat.keyboard

    return broken if desk.told else None


def tell_in_background(started: Started, seat: Seat, pending: Pending, began: float, desk: Desk) -> None:
    """``pending``: the container's exit. Where its command has ended already, that is told instead.

    One that nothing can be learnt of has been started: its end, which may be far, is not waited for.
    """
    if _runs(seat.container, desk, unknown=True):
        desk.emit(started._replace(detached=True))
    else:
        desk.emit(started)
        tell_ended(seat, pending.result(), began, desk)


def tell_ended(seat: Seat, exit_code: int, began: float, desk: Desk, *, interrupted: bool = False) -> int:
    """``began``: ``time.monotonic`` of the start. Returns the exit code."""
    seconds = time.monotonic() - began
    oom, gone = _after_a_kill(seat, desk) if desk.told and exit_code == KILLED else (False, False)
    desk.emit(
        Ended(
            name=seat.name,
            image=seat.image,
            command=seat.command,
            exit_code=exit_code,
            seconds=seconds,
            stdin=seat.keyboard,
            tty=seat.tty,
            removed=seat.removed,
            shell=reads_keyboard(seat.command),
            own_command=seat.own_command,
            oom=oom,
            gone=gone and not seat.removed,
            interrupted=interrupted or exit_code == INTERRUPTED,
            act=seat.act,
            last=_last_words(seat, desk) if exit_code and desk.told else "",
            seen=seat.tail is not None,
            line=desk.line,
        )
    )
    return exit_code


def leave(outcome: Outcome, seat: Seat, manners: Manners, desk: Desk, *, forwards: bool = False) -> int:
    """The exit code of a session that ended before its program. ``forwards``: it passed signals on.

    Raises Broken when the daemon went away, Leave after a signal that is meant for all of dshell.
    """
    heed(outcome)
    match outcome.ending:
        case Ending.DETACHED:
            desk.emit(Detached(seat.name, seat.act))
            if manners.detached and not desk.told:
                write_error(desk, LEFT)
            return manners.detached
        case Ending.LOST:
            failure = outcome.failure or Failure(Trouble.LOST)
            raise Broken(failure, manners.lost, words=_lost_words(failure, manners))
        case Ending.INTERRUPTED:
            if not desk.told:
                write_error(desk, manners.interrupted_words)
            elif _goes_on(seat, desk):
                desk.emit(Detached(seat.name, seat.act))
            return manners.interrupted
        case _:
            return _closed(outcome.error, seat, desk, forwards=forwards)


def heed(outcome: Outcome) -> None:
    """Raises Leave when a signal that nobody forwards has ended the session: docker's client dies of it."""
    if outcome.signal in FATAL:
        raise Leave(128 + signal.Signals[f"SIG{outcome.signal}"])


def _closed(error: TerminalError | None, seat: Seat, desk: Desk, *, forwards: bool) -> int:
    """As docker, which a broken pipe kills unless it catches all signals to pass them on."""
    if error is None or error.number == errno.EIO or (error.number not in FULL and not forwards):
        return BROKEN_PIPE
    write_error(desk, f"{error.words}\n")
    if desk.told and _goes_on(seat, desk):
        desk.emit(Detached(seat.name, seat.act))
    return NOT_WRITTEN


def _lost_words(failure: Failure, manners: Manners) -> str | None:
    """What docker says; REFUSED is the daemon's own word for how the container ended."""
    if failure.trouble is not Trouble.REFUSED:
        return log_line("error", manners.logged) if manners.logged else manners.logged
    if manners.logged:
        return log_line("error", f"Error waiting for container: {failure.words}")
    return f"{failure.words}\n"


def _runs(container: str, desk: Desk, *, unknown: bool = False) -> bool:
    """False also for a container that is gone: --rm has deleted it. ``unknown``: when the daemon does not say."""
    try:
        return desk.engine.inspect(container).running
    except EngineError as error:
        return unknown and not error.failure.missing


def _goes_on(seat: Seat, desk: Desk) -> bool:
    """True when the container runs on for certain.

    ``start -a`` without a terminal has just sent it a signal, and it may be about to end. The third signal of ``run``
    finds one that ignored two.
    """
    if seat.act == "start" and not seat.tty:
        return False
    try:
        return desk.engine.inspect(seat.container).status == "running"
    except EngineError:
        return False


def _last_words(seat: Seat, desk: Desk) -> str:
    """Of a program that nobody listened to the daemon has kept them, unless it has deleted them with --rm."""
    if seat.tail is not None or (seat.tty and seat.keyboard):
        return seat.tail.text if seat.tail else ""
    tail = Tail()
    with suppress(EngineError):
        tail.add(desk.engine.logs(seat.container, LAST, tty=seat.tty))
    return tail.text


def _after_a_kill(seat: Seat, desk: Desk) -> tuple[bool, bool]:
    """Whether it ran out of memory, and whether somebody deletes it or has."""
    try:
        facts = desk.engine.inspect(seat.container)
    except EngineError as error:
        return False, error.failure.missing
    return facts.oom, facts.status == "removing"
