"""What every native act is made of: how it is declared, and how its failures come out.

An act raises; ``settled`` alone turns what is raised into an exit code, an event, or docker's own words.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress

from dshell.disarm import visible_rows
from dshell.engine.base import Pending
from dshell.errors import INTERRUPTED, Declined, EngineError, Failure, Trouble
from dshell.events import Failed, Left
from dshell.pattern import pattern
from dshell.record import Record
from dshell.run.base import Act, Call, Desk
from dshell.run.verbatim import declined_words, failed_words, typed_path
from dshell.terminal.base import STDERR

BAD_FLAG = 125
DATED = {("container", verb) for verb in ("run", "create", "exec", "start")} | {("image", "pull")}
"""Commands with flags that not every daemon has."""

HALF = pattern("[\ud800-\udc7f\udd00-\udfff]")
LONGEST = 8192  # characters of the daemon's words that are told: nobody reads more, and each rule looks through them
BROKEN_PIPE = 141  # 128 + SIGPIPE: docker is killed when nobody reads its output any more


def any_line(_arguments: Sequence[str], _watched: bool) -> bool:
    return True


class Native(Record):
    """``honours``: long names of the flags that the act does as docker does; any other sends the line to the CLI.

    ``takes``: whether the act does a line with these arguments; ``watched``: a person sees its standard output.
    """

    act: Act
    honours: frozenset[str]
    takes: Callable[[Sequence[str], bool], bool] = any_line


class Broken(EngineError):
    """A failure of which the act knows more than the daemon said.

    ``exit_code``: None for the usual one of the act. ``kept``: name of a container that was made and is still there,
    or ""; ``left``: how it is. ``look``: asks the daemon for both. ``words``: docker's where they are not the usual
    ones, with their line ends.
    """

    look: Callable[[], tuple[str, Left]] | None = None

    def __init__(
        self,
        failure: Failure,
        exit_code: int | None,
        kept: str = "",
        words: str | None = None,
        left: Left = Left.MADE,
    ) -> None:
        super().__init__(failure)
        self.exit_code = exit_code
        self.kept = kept
        self.words = words
        self.left = left


ExitCode = Callable[[Failure], int]


def always_one(_: Failure) -> int:
    """Docker's exit code for a failure of anything but run."""
    return 1


def settled(work: Act, exit_code: ExitCode = always_one) -> Act:
    """``work`` with its failures told: to the reader of events, or else on standard error as docker does."""

    def act(call: Call, desk: Desk) -> int:
        try:
            return work(call, desk)
        except Declined as declined:
            if declined.usage and declined.exit_code == BAD_FLAG and call.command.path in DATED and not desk.told:
                with suppress(EngineError):
                    desk.engine.ping()  # docker's usage leaves out what its daemon does not know: it asks
            words = declined_words(declined, call)
            broken = Broken(Failure(Trouble.DECLINED, declined.words), declined.exit_code, words=words)
        except Broken as error:
            broken = error
        except EngineError as error:
            broken = Broken(error.failure, None)
        except KeyboardInterrupt:
            return INTERRUPTED
        return fail(call, desk, broken, exit_code)

    return act


def fail(call: Call, desk: Desk, broken: Broken, exit_code: ExitCode = always_one) -> int:
    """Tell a failure. Returns the exit code."""
    code = exit_code(broken.failure) if broken.exit_code is None else broken.exit_code
    if desk.told:
        _tell(broken, code, call, desk)
    elif broken.words is None:
        write_error(desk, failed_words(broken.failure, code, call))
    else:
        write_error(desk, broken.words)
    return code


def _tell(broken: Broken, code: int, call: Call, desk: Desk) -> None:
    """With all that the daemon says of it now; with what is known already, where something ends the questions."""
    from dshell.run.inquiry import inquire  # noqa: PLC0415 - questions that only a told failure asks

    failure = broken.failure._replace(words=broken.failure.words[:LONGEST])
    failed = Failed(failure, call.command.name, code, call.line, broken.kept, left=broken.left)
    try:
        if broken.look is not None:
            kept, left = broken.look()
            failed = failed._replace(kept=kept, left=left)
        failed = inquire(failed, call, desk)
    finally:
        desk.emit(failed)


def write_error(desk: Desk, words: str) -> None:
    desk.terminal.write(sent(words, shown=desk.terminal.shown.stderr), STDERR)


def write_line(desk: Desk, line: str) -> None:
    """A result, such as an id, on standard output."""
    desk.terminal.write(sent(f"{line}\n", shown=desk.terminal.shown.stdout))


def sent(words: str, *, shown: bool) -> bytes:
    """Rows as bytes. ``shown``: on a terminal, which none of it rules.

    Elsewhere bytes of a command line that are no text, which came as surrogates, go as the same bytes; half a letter of
    somebody's JSON goes as docker (Go) writes it.
    """
    if shown:
        words = visible_rows(words)
    return HALF.sub("\ufffd", words).encode(errors="surrogateescape")


def require_words(call: Call, minimum: int) -> None:
    """Raises Declined as docker does for a line that lacks an argument."""
    if len(call.arguments) + len(call.inside) < minimum:
        raise too_few(call, f"requires at least {minimum} argument{'s' if minimum > 1 else ''}")


def require_one_word(call: Call) -> None:
    """Raises Declined as docker does for a command that takes exactly one argument."""
    if len(call.arguments) != 1:
        raise too_few(call, "requires 1 argument")


def too_few(call: Call, reason: str) -> Declined:
    return Declined(f"'docker {typed_path(call)}' {reason}", 1, usage=True)


def require_terminal(desk: Desk) -> None:
    """Raises Declined when keys are to come from something that is no terminal."""
    if not desk.terminal.shown.stdin:
        raise Declined("the input device is not a TTY", 1)


class Awaited:
    """A ``Pending`` that begins later: docker attaches first, waits next, then starts."""

    def __init__(self) -> None:
        self._pending: Pending | None = None

    def begin(self, pending: Pending) -> None:
        self._pending = pending

    def result(self) -> int:
        """Raises EngineError when the daemon goes away, or when nobody waited."""
        if self._pending is None:
            raise EngineError(Failure(Trouble.LOST))
        return self._pending.result()

    def close(self) -> None:
        if self._pending is not None:
            self._pending.close()
