"""Reads argv and the environment, builds the parts, and turns whatever escapes into an exit code. Nowhere else does.

One line (``dshell run …``) must not pay for the shell: prompt_toolkit, docker-py and rich are imported by the modules
that need them, and the shell's is imported only when there is one.
"""

from __future__ import annotations

import locale
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING

from dshell import __version__, launch, settings
from dshell.engine import endpoint as endpoints
from dshell.engine.base import Endpoint
from dshell.engine.daemon import Daemon, credentials
from dshell.engine.http import HttpEngine, no_credentials
from dshell.engine.live import Live
from dshell.engine.plugins import plugins
from dshell.errors import Declined, EngineError, TerminalError
from dshell.events import Failed, Restored
from dshell.grammar.load import Grammar, load
from dshell.line.model import Line, Problem
from dshell.line.msys import Msys
from dshell.line.parse import parse
from dshell.line.split import join
from dshell.run.base import Desk
from dshell.run.line import Foresee, Runner, as_typed
from dshell.run.rewritten import installation, put_back
from dshell.settings import BadSetting, Settings
from dshell.shell.ask import Asker
from dshell.shell.builtins import Leave, OwnWords, current_folder
from dshell.shell.reading import Reading
from dshell.shell.tell import Teller, look
from dshell.teach import texts
from dshell.teach.layout import visible
from dshell.terminal.base import STDERR, STDOUT, Terminal
from dshell.terminal.detect import open_terminal

if TYPE_CHECKING:
    from dshell.grammar.learn import Learner

BAD_USAGE = 125  # as docker for an option that it does not take
NO_DAEMON = 1  # as docker when it cannot tell which daemon is meant
INTERRUPTED = 130  # 128 + SIGINT
CLOSED = 141  # 128 + SIGPIPE: nobody reads what is written


def main() -> int:
    """The exit code of the program. Everything that may escape from the parts ends here."""
    msys = installation(os.environ)  # before the launcher's switch is undone
    launch.undo(os.environ)
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _leave)
    terminal = open_terminal(os.environ)
    try:
        return _run(terminal, msys)
    except KeyboardInterrupt:
        return INTERRUPTED
    except TerminalError as error:
        if error.number is None:  # it is there, and cannot do what a session or a prompt needs
            _complain(terminal, f"dshell: {error.words}")
        return CLOSED


def _leave(number: int, _frame: FrameType | None) -> None:
    """Unwinds the stack, so that every ``finally`` puts back what it changed."""
    raise SystemExit(128 + number)


def _run(terminal: Terminal, msys: Msys | None) -> int:
    try:
        chosen = settings.read(sys.argv[1:], os.environ)
    except BadSetting as bad:
        said = texts.load(_language("")).say(
            f"app.bad.{bad.key}", place=bad.place, value=visible(bad.value), choices=", ".join(bad.choices)
        )
        _complain(terminal, f"dshell: {said}")
        return BAD_USAGE
    return Program(chosen, terminal, msys).run()


def _complain(terminal: Terminal, words: str) -> None:
    """Bytes of a command line that are no text come as surrogates and go as the same bytes."""
    terminal.write(f"{words}\n".encode(errors="surrogateescape"), STDERR)


def _language(asked: str) -> str:
    """Windows sets none of the variables that say the language; it is asked there."""
    if asked:
        return asked
    named = any(os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return texts.choose(os.environ if named else {"LANG": locale.getlocale()[0] or ""})


def _encoding(terminal: Terminal) -> str:
    """What narration is written in. Python guesses by the system's code page, which mintty does not ask for."""
    return "utf-8" if terminal.kind == "mintty" else sys.stderr.encoding or "utf-8"


class Program:
    """dshell with its settings: one line, a script of lines, or the REPL. ``msys``: what rewrote its words, if any."""

    def __init__(self, chosen: Settings, terminal: Terminal, msys: Msys | None = None) -> None:
        self._settings = chosen
        self._terminal = terminal
        self._msys = msys
        self._look = look(os.environ, shown=terminal.shown.stderr, plain=chosen.plain, encoding=_encoding(terminal))
        listened = terminal.shown.stderr or chosen.asked
        level = chosen.explain if listened else "off"
        self._teller = Teller(terminal, texts.load(_language(chosen.lang)), level, self._look)
        self._grammar: Grammar = load()
        self._asker = Asker(self._teller, terminal)
        self._own = OwnWords(self._grammar, self._teller, terminal, os.environ, self._doctor)

    def run(self) -> int:
        if self._settings.show:
            return self._show(self._settings.show)
        if self._settings.words[:1] == ("doctor",):  # before anything that may be ill
            return self._doctor(self._settings.words[1:])
        try:
            self._endpoint = endpoints.resolve(os.environ, host=self._settings.host, context=self._settings.context)
        except EngineError as error:
            self._fail(error, "")
            return NO_DAEMON
        except Declined as declined:
            _complain(self._terminal, declined.words)
            return declined.exit_code
        self._config = endpoints.read_config(os.environ)
        self._engine = self._open(self._endpoint)
        self._runner = Runner(
            self._grammar, self._desk, self._own.do, self._refuse, os.path.expanduser("~"), foresee=self._foresee()
        )
        try:
            return self._do_all()
        except Leave as leave:
            return leave.code
        finally:
            self._engine.close()

    def _do_all(self) -> int:
        if self._settings.line is not None:
            return self._do_text(self._settings.line)
        if self._settings.words:
            return self._do(parse(join(self._typed(self._settings.words)), self._grammar))
        if not self._terminal.shown.stdin:
            for text in _script(Reading(self._grammar).complete):
                self._own.code = self._do_text(text)
            return self._own.code
        return self._repl()

    def _typed(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """``words`` without what Git Bash made of them on their way here."""
        if self._msys is None:
            return words
        typed, pairs = put_back(words, self._grammar, self._msys)
        if pairs:
            self._teller(Restored(pairs))
        return typed

    def _show(self, what: str) -> int:
        say = self._teller.texts.say
        if what == "version":
            text = say("app.version", version=__version__, docker=self._grammar.version)
        else:
            text = say("app.help", config=settings.config_file())
        self._own.write(text.split("\n"), STDOUT)
        return 0

    def _doctor(self, words: Sequence[str]) -> int:
        from dshell.doctor.doctor import Doctor  # noqa: PLC0415 - no other line needs it
        from dshell.doctor.gather import Patient  # noqa: PLC0415

        patient = Patient(os.environ, self._terminal, self._settings, self._look.encoding, os.path.expanduser("~"))
        return Doctor(patient, self._teller.scene, self._own.write).do(words)

    def _open(self, endpoint: Endpoint) -> HttpEngine:
        return HttpEngine(
            endpoint,
            headers=self._config.headers,
            version=os.environ.get("DOCKER_API_VERSION", ""),
            credentials=partial(credentials, environ=os.environ) if self._config.credentials else no_credentials,
        )

    def _foresee(self) -> Foresee:
        """Nobody looks ahead for whom nothing is told."""
        one_line = bool(self._settings.words) or self._settings.line is not None
        if self._teller.level == "off" and one_line:
            return as_typed
        from dshell.run.ahead.foresight import Foresight  # noqa: PLC0415 - a line in a script does not need it

        return Foresight(self._settings.unchecked).instead

    def _asks(self) -> bool:
        shown = self._terminal.shown
        return shown.stdin and shown.stderr

    def _desk(self) -> Desk:
        return Desk(
            engine=self._engine,
            terminal=self._terminal,
            emit=self._teller,
            told=self._teller.level != "off",
            environ=os.environ,
            folder=current_folder(),
            daemon=self._daemon_name(),
            detach_keys=self._config.detach_keys,
            ask=self._asker if self._asks() else None,
        )

    def _daemon_name(self) -> str:
        """What people call the daemon, as far as it shows without asking it."""
        if "DSHELL_DAEMON" in os.environ:  # set by scripts/dshell for the engine that it started
            return "practice engine"
        return "Docker Desktop" if self._endpoint.name.startswith("desktop-") else ""

    def _do_text(self, text: str) -> int:
        return self._do(parse(text, self._grammar))

    def _refuse(self, problem: Problem) -> None:
        said = self._teller.texts.say(f"app.open.{problem.trouble.value}", word=visible(problem.word))
        self._own.write([f"dshell: {said}"], STDERR)

    def _do(self, line: Line) -> int:
        """Any failure that an act did not tell itself is told here."""
        self._teller.begin_line()
        self._own.introduce(line)
        try:
            return self._runner.run(line)
        except EngineError as error:
            self._fail(error, line.text)
            return NO_DAEMON
        finally:
            self._teller.close()

    def _fail(self, error: EngineError, line: str) -> None:
        if self._teller.level == "off":
            _complain(self._terminal, error.failure.words)
        self._teller(Failed(error.failure, "", NO_DAEMON, line))

    def _repl(self) -> int:
        from dshell.grammar.learn import Learner  # noqa: PLC0415 - with it comes what one line does not need:
        from dshell.shell.io import device  # noqa: PLC0415 - prompt_toolkit
        from dshell.shell.repl import Parts, Repl  # noqa: PLC0415

        daemon = Daemon(
            self._endpoint, self._config.headers, os.environ.get("DOCKER_API_VERSION", ""), self._engine.exits
        )
        live = Live(daemon, partial(endpoints.contexts, os.environ))
        learner = Learner(self._grammar, os.environ, _programs, settings.cache_folder() / "grammar")
        parts = Parts(
            own=self._own,
            live=live,
            run=self._do,
            context=lambda: os.environ.get("DSHELL_DAEMON") or self._endpoint.name,
            history=settings.history_file(),
            begin=partial(_begin, live, learner),
            device=device(self._terminal, os.environ.get("TERM"), colour=self._look.color, plain=self._settings.plain),
        )
        try:
            return Repl(parts).run()
        finally:
            learner.close()
            live.close()


def _begin(live: Live, learner: Learner) -> None:
    """What the first prompt need not wait for."""
    live.start()
    learner.on_change = live.on_change
    learner.start()


def _programs() -> dict[str, str]:
    """The path of docker and of each of its plug-ins, docker's first; none without docker."""
    docker = shutil.which("docker")
    return {"docker": docker, **plugins(os.environ, windows=os.name == "nt")} if docker else {}


def _script(complete: Callable[[str], bool]) -> Iterator[str]:
    """Lines of standard input, of one row or, where a row is not ``complete``, of several."""
    text = ""
    for row in _rows():
        text += row
        if complete(text.rstrip("\r\n")):
            yield text
            text = ""
    if text:
        yield text


def _rows() -> Iterator[str]:
    """Read byte by byte as a shell does: what follows a line is its commands' input. NUL is ignored as there."""
    row = b""
    while byte := os.read(0, 1):
        row += byte
        if byte == b"\n":
            yield row.replace(b"\0", b"").decode(errors="replace")
            row = b""
    if row:
        yield row.replace(b"\0", b"").decode(errors="replace")
