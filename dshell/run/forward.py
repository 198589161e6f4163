"""Programs that dshell runs for the person: the docker CLI, their own shell, and the inside of ``$(…)``.

Their output is not touched and their exit codes are kept: 128 + n for one that signal n ended.
"""

from __future__ import annotations

import errno
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import PurePosixPath
from types import FrameType

from dshell.engine.records import Endpoint
from dshell.errors import EngineError, Failure, Trouble
from dshell.events import Failed, NulsLeftOut
from dshell.pattern import pattern
from dshell.programs import find_program, programs
from dshell.run.base import Call, Desk
from dshell.run.inquiry import inquire
from dshell.run.native.base import BROKEN_PIPE, write_error
from dshell.run.native.seat import heed
from dshell.run.session import ROWS, Ending, Outcome, Session, Tail, join
from dshell.run.verbatim import NULS_LEFT_OUT
from dshell.stream.program import start
from dshell.terminal.base import Terminal

NOT_FOUND = 127
NOT_RUNNABLE = 126

ABOVE = 8  # rows, of which one at least says something

WSL = pattern(r"[\\/](?:System32|WindowsApps)[\\/]", re.IGNORECASE)  # folders of programs that start Linux
WINDOWS_SHELL = r"C:\Windows\System32\cmd.exe"  # where COMSPEC does not tell of another

KEYS, TOLD = (
    [getattr(signal, name) for name in names if hasattr(signal, name)]
    for names in (("SIGINT", "SIGQUIT"), ("SIGTERM", "SIGHUP"))
)
"""Signals that the terminal sends to all who are in front, and others."""


def run_docker(call: Call, desk: Desk) -> int:
    """The docker CLI with the words of ``call``; under a pseudo-terminal when a person sees all of it.

    A Windows console is inherited, for a console of its own would paint all of it again; what a command that failed
    has said is then read off the screen.
    """
    docker = find_program("docker", desk.environ)
    if docker is None:
        failure = Failure(Trouble.CLI, number=errno.ENOENT, endpoint=desk.engine.endpoint.host, subject="docker")
        if desk.told:
            desk.emit(Failed(failure, call.command.name, NOT_FOUND, call.line))
        else:
            write_error(desk, "docker: command not found\n")
        return NOT_FOUND
    argv, terminal = (docker, *call.argv), desk.terminal
    if not all(terminal.shown):
        return _run_inheriting(argv, desk)
    if terminal.kind == "console":
        above = terminal.rows(ABOVE)
        exit_code = _run_inheriting(argv, desk)
        words = "\n".join(_below(above, terminal.rows(ROWS))) if exit_code and desk.told else ""
    else:
        tail = Tail()
        exit_code = _run_joined(argv, tail, desk)
        words = tail.text
    if exit_code and desk.told:
        failure = Failure(Trouble.CLI, words, endpoint=desk.engine.endpoint.host)
        desk.emit(inquire(Failed(failure, call.command.name, exit_code, call.line), call, desk))
    return exit_code


def _below(above: Sequence[str], rows: Sequence[str]) -> Sequence[str]:
    """Those of ``rows`` that came since ``above`` were the last on the screen, which may have scrolled off."""
    last = above[-1:]
    places = [at for at, row in enumerate(rows, start=1) if [row] == last]
    return rows[places[-1] :] if places else rows


def run_host(text: str, desk: Desk, *, posix: bool) -> int:
    """A line in the person's shell, which has the terminal to itself. ``posix``: it is spelled for bash."""
    return _run_inheriting(shell_argv(text, desk.environ, posix=posix), desk)


def substitute(text: str, desk: Desk) -> str:
    """Standard output of a line that is spelled for bash, for ``$(…)``; its errors are shown."""
    argv = shell_argv(text, desk.environ, posix=True)
    environ = child_environ(desk.environ, desk.engine.endpoint)
    try:
        with desk.terminal.lent():
            done = subprocess.run(argv, stdout=subprocess.PIPE, env=environ, cwd=desk.folder or None, check=False)
    except OSError as error:
        _not_started(error, argv, desk)
        return ""
    if b"\0" in done.stdout:
        desk.emit(NulsLeftOut())
        if not desk.told:
            write_error(desk, NULS_LEFT_OUT)
    return done.stdout.replace(b"\0", b"").decode(errors="replace")


def shell_argv(text: str, environ: Mapping[str, str], *, posix: bool) -> Sequence[str] | str:
    """The person's shell for a line of theirs; bash, where there is one, for a line that is spelled for it."""
    own = environ.get("SHELL", "")
    names = [own, PurePosixPath(own).name, "bash", "sh"]
    for name in names[2:] + names[:2] if posix else names:
        shell = _find_shell(name, environ)
        if shell:
            return (shell, "-c", text)
    # cmd reads its line itself: quoting it as for other programs would change it.
    return f'{environ.get("COMSPEC", WINDOWS_SHELL)} /d /s /c "{text}"'


def child_environ(environ: Mapping[str, str], endpoint: Endpoint) -> dict[str, str]:
    """The person's variables; a daemon that was chosen for dshell alone is chosen for its children too."""
    child = dict(environ)
    if endpoint.source == "-H":
        child.pop("DOCKER_CONTEXT", None)
        child["DOCKER_HOST"] = endpoint.host
    elif endpoint.source == "--context":
        child.pop("DOCKER_HOST", None)
        child["DOCKER_CONTEXT"] = endpoint.name
    return child


def _find_shell(name: str, environ: Mapping[str, str]) -> str | None:
    """Windows and its store have a bash.exe each, which starts another system (WSL): neither is the person's."""
    found = programs(name, environ) if name else ()
    return next((path for path in found if not WSL.search(path)), None)


def _run_joined(argv: Sequence[str], tail: Tail, desk: Desk) -> int:
    environ = child_environ(desk.environ, desk.engine.endpoint)
    try:
        stream = start(argv, environ, desk.folder, desk.terminal.size())
    except OSError as error:
        return _not_started(error, argv, desk)
    with _kept_ahead(desk.terminal):
        outcome = join(desk.terminal, stream, Session(tty=True, stdin=True, patience=1, tail=tail))
        desk.terminal.unread(stream.unread)
    heed(outcome)
    return _exit_code(outcome)


@contextmanager
def _kept_ahead(terminal: Terminal) -> Iterator[None]:
    """A pseudo-console does not give back what its program has not read: what was typed before it began is kept."""
    ahead = (terminal.read(0) or b"") if terminal.kind == "mintty" else b""
    yield
    terminal.unread(ahead)


def _exit_code(outcome: Outcome) -> int:
    match outcome.ending:
        case Ending.ENDED:
            return outcome.exit_code
        case Ending.INTERRUPTED:
            return 128 + signal.Signals[f"SIG{outcome.signal}"]
        case Ending.LOST:
            raise EngineError(outcome.failure or Failure(Trouble.LOST))
        case _:
            return BROKEN_PIPE


def _run_inheriting(argv: Sequence[str] | str, desk: Desk) -> int:
    environ = child_environ(desk.environ, desk.engine.endpoint)
    with desk.terminal.lent(), _signals_passed_on() as pass_on_to:
        try:
            child = subprocess.Popen(argv, env=environ, cwd=desk.folder or None)
        except OSError as error:
            return _not_started(error, argv, desk)
        pass_on_to(child)
        with child:
            code = child.wait()
    return 128 - code if code < 0 else code


def _not_started(error: OSError, argv: Sequence[str] | str, desk: Desk) -> int:
    program = argv if isinstance(argv, str) else argv[0]
    write_error(desk, f"{program}: {error.strerror}\n")
    return NOT_FOUND if error.errno == errno.ENOENT else NOT_RUNNABLE


@contextmanager
def _signals_passed_on() -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """To the child that the caller names. Ctrl-C and Ctrl-\\ are not: they go to the whole foreground, and are the
    child's affair."""
    children: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def pass_on_to(child: subprocess.Popen[bytes]) -> None:
        children.append(child)
        for number in early:
            child.send_signal(number)

    if threading.current_thread() is not threading.main_thread():
        yield pass_on_to
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        if number in KEYS:
            return
        if children:
            children[0].send_signal(number)
        else:
            early.append(number)

    found = {number: signal.getsignal(number) for number in (*KEYS, *TOLD)}
    try:
        for number, handler in found.items():
            if handler is not signal.SIG_IGN:
                signal.signal(number, handle)
        yield pass_on_to
    finally:
        for number, handler in found.items():
            signal.signal(number, handler)
