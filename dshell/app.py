"""Reads argv and the environment, builds the parts, and turns whatever escapes into an exit code. Nowhere else does.

One line (``dshell run …``) must not pay for the shell, nor, where nobody listens, for the voice: what only they need is
imported when there is one.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from types import FrameType
from typing import TYPE_CHECKING

from dshell import __version__, launch, settings
from dshell.engine import endpoint as endpoints
from dshell.engine.in_use import InUse
from dshell.errors import INTERRUPTED, Declined, EngineError, TerminalError, Trouble
from dshell.events import Created, Event, Failed, Restored
from dshell.grammar.load import Grammar, load
from dshell.lessons import Lessons
from dshell.line.model import Line, Problem, Simple
from dshell.line.near import nearest_first
from dshell.line.parse import parse
from dshell.line.split import join
from dshell.mishap import MISHAP, collect, complain, fail, mishaps, tell
from dshell.reach import Reach
from dshell.run.base import Desk, Following, Leave, current_folder
from dshell.run.disk import HostDisk
from dshell.settings import BadSetting, Settings
from dshell.terminal.base import STDERR, STDOUT, Terminal
from dshell.terminal.detect import WINDOWS, open_terminal

if TYPE_CHECKING:
    from dshell.engine.live import Live
    from dshell.keeping import Keeping
    from dshell.line.msys import Msys
    from dshell.run.line import Foresee, Runner
    from dshell.shell.builtins import OwnWords
    from dshell.shell.lookups import Lookups
    from dshell.shell.voice import Voice

BAD_USAGE = 125  # as docker for an option that it does not take
NO_DAEMON = 1  # as docker when it cannot tell which daemon is meant


def main() -> int:
    """The exit code of the program. Everything that may escape from the parts ends here."""
    msys = _installation()  # before the launcher's switch is undone
    launch.undo(os.environ)
    for name in ("SIGTERM", "SIGHUP", "SIGQUIT"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _leave)
    terminal = open_terminal(os.environ)
    collect()
    try:
        return _run(terminal, msys)
    except KeyboardInterrupt:
        return INTERRUPTED
    except TerminalError as error:
        return fail(terminal, error)
    except Exception as error:  # noqa: BLE001 - what Python says of an error is not for a person's screen
        if isinstance(error.__cause__, KeyboardInterrupt):  # Python 3.11 wraps it while it makes a class
            return INTERRUPTED
        mishaps.append(error)
        return MISHAP
    finally:
        tell(terminal)


def _installation() -> Msys | None:
    if not os.environ.get("MSYSTEM"):
        return None
    from dshell.run.rewritten import installation  # noqa: PLC0415 - for Git Bash alone

    return installation(os.environ)


def _leave(number: int, _frame: FrameType | None) -> None:
    """Unwinds the stack, so that every ``finally`` puts back what it changed."""
    raise SystemExit(128 + number)


def _run(terminal: Terminal, msys: Msys | None) -> int:
    try:
        chosen = settings.read(sys.argv[1:], os.environ)
    except BadSetting as bad:
        from dshell.shell.voice import bad_setting, words_for  # noqa: PLC0415 - see the module's docstring

        words = words_for(settings.read_language(sys.argv[1:], os.environ), os.environ)
        said = bad_setting(bad.key, words, place=bad.place, value=bad.value, choices=", ".join(bad.choices))
        complain(terminal, f"dshell: {said}")
        return BAD_USAGE
    return Program(chosen, terminal, msys).run()


class Program:
    """dshell with its settings: one line, a script of lines, or the REPL. ``msys``: what rewrote its words, if any."""

    def __init__(self, chosen: Settings, terminal: Terminal, msys: Msys | None = None) -> None:
        self._settings = chosen
        self._terminal = terminal
        self._msys = msys
        self._level = chosen.explain if terminal.shown.stderr or chosen.asked else "off"
        self._mute = self._level == "off" and (chosen.line is not None or bool(chosen.words))
        self._grammar: Grammar = load()
        self._asks_why = chosen.words[:1] == ("why",)
        self._in_use: InUse | None = None
        self._live: Live | None = None
        self._lookups: Lookups | None = None
        self._reach = Reach(chosen, terminal, lambda: self._voice, lambda: self._in_use, self._desk, self._run_text)
        self._lessons = Lessons(self._grammar, lambda: self._voice, self._used)

    @cached_property
    def _voice(self) -> Voice:
        from dshell.shell.builtins import Beyond  # noqa: PLC0415 - see the module's docstring
        from dshell.shell.voice import Manner, speak  # noqa: PLC0415 - see the module's docstring

        manner = Manner(self._settings.lang, self._level, self._settings.plain)
        reach = self._reach
        looks = (reach.inquire, reach.examine, reach.silent)
        beyond = Beyond(reach.doctor, self._lessons.do, *looks, reach.work, words=self._keeping.words)
        voice = speak(manner, self._terminal, os.environ, self._grammar, beyond)
        voice.own.expand = self._keeping.habits.expand
        return voice

    @cached_property
    def _keeping(self) -> Keeping:
        from dshell.keeping import Keeping  # noqa: PLC0415 - see the module's docstring

        return Keeping(self._own, self._settings, self._grammar, self._do_text)

    def _used(self) -> InUse:
        assert self._in_use is not None  # noqa: S101 - lines and own words are done where a daemon is known
        return self._in_use

    def _own(self) -> OwnWords:
        return self._voice.own

    def _hear(self, event: Event) -> None:
        """A failure is remembered in any case: ``why`` may be asked in the same line."""
        if isinstance(event, Created):
            self._lessons.made(event.container)
        if not self._mute or isinstance(event, Failed):
            self._voice.teller(event)
            self._keeping.hear(event)

    def run(self) -> int:
        if self._settings.show:
            return self._show(self._settings.show)
        if self._settings.words[:1] == ("doctor",):  # before anything that may be ill
            return self._reach.doctor(self._settings.words[1:])
        try:
            in_use = InUse(os.environ, host=self._settings.host, context=self._settings.context)
        except EngineError as error:
            if self._asks_why:  # of this very failure, perhaps
                return self._why()
            self._fail(error, "")
            return NO_DAEMON
        except Declined as declined:
            if self._asks_why:
                return self._why()
            complain(self._terminal, declined.words)
            return declined.exit_code
        self._in_use = in_use
        try:
            return self._do_all(in_use)
        except Leave as leave:
            return leave.code
        finally:
            in_use.close()

    def _do_all(self, in_use: InUse) -> int:
        if self._settings.line is not None:
            return self._do(self._keeping.habits.expand(parse(self._settings.line, self._grammar)))
        if self._asks_why:
            return self._why()
        if self._settings.words[:1] == ("learn",) and len(self._settings.words) == 2 and self._terminal.shown.stdin:
            return self._lessons.do(self._settings.words[1:]) or self._repl(in_use)
        if self._settings.words:
            return self._do(parse(join(self._typed(self._settings.words)), self._grammar))
        if not self._terminal.shown.stdin:
            return self._do_script()
        return self._repl(in_use)

    def _do_script(self) -> int:
        from dshell.run.script import script  # noqa: PLC0415 - see the module's docstring
        from dshell.shell.reading import Reading  # noqa: PLC0415

        own = self._voice.own
        for text in script(Reading(self._grammar).complete):
            own.code = self._do_text(text)
        return own.code

    def _typed(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """``words`` without what Git Bash made of them on their way here."""
        if self._msys is None:
            return words
        from dshell.run.rewritten import put_back  # noqa: PLC0415 - for Git Bash alone

        typed, pairs = put_back(words, self._grammar, self._msys)
        if pairs:
            self._hear(Restored(pairs))
        return typed

    def _show(self, what: str) -> int:
        say = self._voice.teller.texts.say
        if what == "version":
            text = say("app.version", version=__version__, docker=self._grammar.version)
        else:
            text = say("app.help", config=settings.config_file())
        self._voice.own.write(text.split("\n"), STDOUT)
        return 0

    def _why(self) -> int:
        """Of what the command line says, or of what is piped in."""
        text = " ".join(self._settings.words[1:])
        if text or self._terminal.shown.stdin:
            return self._voice.own.why(text)
        return self._voice.own.why_piped()

    @cached_property
    def _runner(self) -> Runner:
        """Made for the first line: the first prompt need not wait for what does it."""
        from dshell.run.line import Runner  # noqa: PLC0415 - see above

        gc.freeze()  # see __main__
        gc.enable()
        in_use = self._used()
        return Runner(
            self._grammar,
            partial(self._desk, in_use),
            self._do_own,
            self._refuse,
            os.path.expanduser("~"),
            windows=WINDOWS,
            disk=HostDisk(WINDOWS),
            foresee=self._foresee(),
            revive=self._reviver(in_use),
            hide=None if self._mute else self._voice.teller.veil.draw,
        )

    def _foresee(self) -> Foresee:
        """Nobody looks ahead for whom nothing is told."""
        if self._mute:
            from dshell.run.line import as_typed  # noqa: PLC0415 - as above

            return as_typed
        from dshell.run.ahead.foresight import Foresight  # noqa: PLC0415 - a line in a script does not need it

        return Foresight(self._settings.unchecked, self._reach.first).instead

    def _reviver(self, in_use: InUse) -> Callable[[], bool]:
        if self._mute:
            from dshell.run.line import never  # noqa: PLC0415 - as above

            return never
        from dshell.engine import starter  # noqa: PLC0415 - as above
        from dshell.shell.revive import Reviver, Ways  # noqa: PLC0415

        ways = Ways(
            starter=lambda: starter.starter(in_use.endpoint, starter.ThisMachine(os.environ)),
            starting=starter.starting,
            begin=lambda found: starter.begin(found, os.environ),
            answers=in_use.answers,
            elsewhere=in_use.without_host,
            leave_host=in_use.leave_host,
        )
        return Reviver(self._voice.teller, self._terminal, ways)

    def _desk(self, in_use: InUse) -> Desk:
        """A line after the first may find another daemon in use: ``context use`` was done, here or elsewhere."""
        if in_use.follow() and self._live is not None and self._lookups is not None:
            self._live.follow(in_use.inventory())
            self._lookups.follow(in_use.inquiries())
        shown = self._terminal.shown
        asks = shown.stdin and shown.stderr and not self._mute
        return Desk(
            engine=in_use.engine,
            terminal=self._terminal,
            emit=self._hear,
            told=not self._mute and self._voice.teller.level != "off",
            environ=os.environ,
            folder=current_folder(),
            daemon=self._daemon_name(in_use),
            detach_keys=in_use.config.detach_keys,
            ask=self._voice.asker if asks else None,
            contexts=in_use.contexts,
            proxies=in_use.config.proxies_for(in_use.endpoint.host),
            show=self._show_logs,
        )

    def _show_logs(self, following: Following) -> int:
        from dshell.shell.log_screen import LogScreen  # noqa: PLC0415 - for logs of several containers

        return LogScreen(self._voice.teller, self._terminal).show(following)

    def _daemon_name(self, in_use: InUse) -> str:
        """What people call the daemon, as far as it shows without asking it."""
        if "DSHELL_DAEMON" in os.environ:  # set by scripts/dshell for the engine that it started
            return "practice engine"
        return "Docker Desktop" if in_use.endpoint.name.startswith("desktop-") else ""

    def _do_own(self, simple: Simple, words: Sequence[str]) -> int:
        return self._voice.own.do(simple, words)

    def _run_text(self, text: str) -> int:
        return self._runner.run(parse(text, self._grammar))

    def _do_text(self, text: str) -> int:
        return self._do(parse(text, self._grammar))

    def _refuse(self, problem: Problem) -> None:
        self._voice.own.write([f"dshell: {self._voice.refuse(problem)}"], STDERR)

    def _do(self, line: Line) -> int:
        if self._mute:
            return self._do_untold(line)
        self._voice.teller.begin_line(line.text)
        self._voice.own.introduce(line)
        try:
            return self._do_untold(line)
        finally:
            self._voice.teller.close()

    def _do_in_shell(self, line: Line) -> int:
        """A line that dshell fails at is told of, and the next one is asked for."""
        try:
            return self._keeping.around(line, lambda line: self._lessons.around(line, self._do))
        except (Leave, EngineError, TerminalError):
            raise
        except Exception as error:  # noqa: BLE001 - a shell is the last thing that may break
            mishaps.append(error)
            return MISHAP
        finally:
            tell(self._terminal, self._voice.teller.texts.language)

    def _do_untold(self, line: Line) -> int:
        """Any failure that an act did not tell itself is told here."""
        try:
            return self._runner.run(line)
        except EngineError as error:
            self._fail(error, line.text)
            return NO_DAEMON

    def _fail(self, error: EngineError, line: str) -> None:
        if self._mute or self._voice.teller.level == "off":
            complain(self._terminal, error.failure.words)
        context = error.failure.trouble is Trouble.CONTEXT
        known = nearest_first(error.failure.subject, endpoints.contexts(os.environ)) if context else ()
        self._hear(Failed(error.failure, "", NO_DAEMON, line, known=known))

    def _repl(self, in_use: InUse) -> int:
        from dshell import behind  # noqa: PLC0415 - see the module's docstring
        from dshell.engine.live import Live  # noqa: PLC0415
        from dshell.shell.at_hand import Where  # noqa: PLC0415
        from dshell.shell.io import device  # noqa: PLC0415
        from dshell.shell.lookups import Lookups  # noqa: PLC0415
        from dshell.shell.repl import Parts, Repl, plainer  # noqa: PLC0415

        self._lookups = lookups = Lookups(in_use.inquiries(), os.environ)
        self._live = live = Live(in_use.inventory(), in_use.contexts)
        look, _, own, _ = self._voice
        parts = Parts(
            own=own,
            live=live,
            run=self._do_in_shell,
            context=lambda: os.environ.get("DSHELL_DAEMON") or in_use.endpoint.name,
            history=settings.history_file(),
            begin=partial(behind.begin, live, self._grammar),
            device=device(self._terminal, os.environ.get("TERM"), colour=look.color, plain=self._settings.plain),
            lookups=lookups,
            lessons=self._lessons.names,
            theme=self._settings.theme,
            mishap=mishaps.append,
            where=Where(in_use.endpoint.local, WINDOWS),
            habits=self._keeping.habits,
            vi=self._settings.keys == "vi",
            tip=behind.tip if self._settings.tips else lambda: "",
        )
        self._reach.warn()
        try:
            try:
                return Repl(parts).run()
            except (Leave, EngineError, TerminalError):
                raise
            except Exception as error:  # noqa: BLE001 - as above
                mishaps.append(error)
            complain(self._terminal, "")  # below what was painted
            tell(self._terminal, self._voice.teller.texts.language)
            return Repl(plainer(parts)).run()
        finally:
            lookups.close()
            live.close()
            self._lessons.close()
