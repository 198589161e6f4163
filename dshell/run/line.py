"""Runs a whole line: its commands one after the other, joined by ``&&``, ``||`` and ``;``."""

from collections.abc import Callable, Sequence

from dshell.errors import INTERRUPTED, EngineError
from dshell.events import LineEnded, Needless, Routed, Way, Why
from dshell.grammar.load import Grammar
from dshell.grammar.model import Command
from dshell.line.expand import Learnt, Settled, Surroundings, assigned, expand, settle
from dshell.line.host import bash_text, host_text
from dshell.line.model import Line, Piece, Problem, Role, Simple, Target, Trouble
from dshell.line.parse import parse
from dshell.line.paths import is_list
from dshell.record import Record
from dshell.run.apart import stands_apart
from dshell.run.base import Call, Desk, Done, Setting
from dshell.run.disk import Disk, HostDisk
from dshell.run.native import base
from dshell.run.route import Route, route

NEVER = {Trouble.OPEN_QUOTE, Trouble.OPEN_EXPANSION, Trouble.MISSING_COMMAND, Trouble.NUL}
"""What no shell can run. Other troubles are docker's to judge when nobody is there to mend the line."""

MOUNTING = {("container", "run"), ("container", "create")}

BAD_ROW = 2
"""Exit code of a row that cannot be run, as in bash."""

LEFT = 1
"""Exit code of a command that the person, asked before, did not want after all."""

Foresee = Callable[[Call, Desk, Disk], str | Done | None]
"""Looks ahead of a call: the line to do instead, "" as typed, None not at all; or it has been done in that way."""

Hide = Callable[[Simple, Settled, Learnt], None]
"""Takes a command with everything put in, and where that is from, for what is not to be told of it, now or later."""

OwnWord = Callable[[Simple, Sequence[str]], int]
"""Does one of dshell's own words, or shows the help that a docker command asks for; exit code.

The command as typed, and its words expanded: the own word, or "docker", first.
"""


def as_typed(_call: Call, _desk: Desk, _disk: Disk) -> str:
    return ""


def never() -> bool:
    return False


class Runner(Record):
    """What lines are run with.

    ``desk``: asked anew for each command, because ``cd`` changes its folder. ``refuse``: tells of a row that cannot be
    run. ``home``: the person's. ``windows``: host paths are spelled for a Windows docker. ``disk``: where the folders
    are that a line shares. ``foresee``: asked before each command of docker's. ``revive``: asked after one that failed;
    True: the daemon was away and answers now. ``hide``: None where nothing is told.
    """

    grammar: Grammar
    desk: Callable[[], Desk]
    own: OwnWord
    refuse: Callable[[Problem], None]
    home: str
    windows: bool = False
    disk: Disk = HostDisk()
    foresee: Foresee = as_typed
    revive: Callable[[], bool] = never
    hide: Hide | None = None

    def run(self, line: Line) -> int:
        """The exit code of the last command that ran; 0 for a line without one. A row that cannot run is left out."""
        code = 0
        for row in line.rows:
            never = next((problem for problem in row.problems if problem.trouble in NEVER), None)
            if never is not None:
                self.refuse(never)
                code = BAD_ROW
                continue
            try:
                code = self._run_row(row)
            except KeyboardInterrupt:
                return INTERRUPTED
        return code

    def _run_row(self, row: Line) -> int:
        code = 0
        for index, simple in enumerate(row.commands):
            if index and ((simple.joined == "&&" and code) or (simple.joined == "||" and not code)):
                continue
            code = self._run(simple)
        return code

    def _run(self, simple: Simple) -> int:
        code = self._attempt(simple)
        if code and simple.target is Target.DOCKER and self.revive():
            code = self._attempt(simple)
        return code

    def _attempt(self, simple: Simple) -> int:
        desk = self.desk()
        if (dying := desk.engine.dying) and not stands_apart(simple, dying):
            desk.engine.settle()
        printed: list[tuple[Line, str]] = []
        settled, given = Settled(None), {}
        if _is_docker(simple):
            surroundings = self._surroundings(desk, printed)
            settled, given = settle(simple, surroundings), assigned(simple, surroundings)
        if self.hide is not None:
            self.hide(simple, settled, Learnt(desk.environ, given, printed))
        desk = desk._replace(environ={**desk.environ, **given})
        taken = self._route(simple, settled, desk)
        call = call_of(simple, settled)
        desk = desk._replace(line=call.line)
        desk.emit(Routed(taken.way, taken.why, call.command.name, taken.detail))
        if call.command.path in MOUNTING and (refused := base.settled(_refuse_lists)(call, desk)):
            return refused
        if taken.way is not Way.HOST and (instead := self.foresee(call, desk, self.disk)) != "":
            if isinstance(instead, Done):
                return instead.code
            return LEFT if instead is None else self.run(parse(instead, self.grammar))
        if taken.native is not None:
            return taken.native.act(call, desk)
        code = self._do(taken, simple, call, desk)
        desk.emit(LineEnded(taken.way, call.command.name, code))
        return code

    def _route(self, simple: Simple, settled: Settled, desk: Desk) -> Route:
        """sudo is left out where the daemon can be reached without it, and taken at its word where not."""
        taken = route(simple, settled, desk.environ, watched=desk.terminal.shown.stdout)
        if not simple.sudo or taken.way in (Way.HOST, Way.OWN):
            return taken
        try:
            desk.engine.ping()
        except EngineError:
            return Route(Way.HOST, Why.SUDO)
        desk.emit(Needless("sudo"))
        return taken

    def _do(self, taken: Route, simple: Simple, call: Call, desk: Desk) -> int:
        if taken.way is Way.OWN:
            surroundings = self._surroundings(desk, [])
            return self.own(simple, [text for word in simple.words for text in expand(word.pieces, surroundings)])
        from dshell.run.forward import run_docker, run_host  # noqa: PLC0415 - subprocess; no native act starts one
        from dshell.run.nearby import mistyped  # noqa: PLC0415 - as above

        match taken.way:
            case Way.CLI:
                return run_docker(call, desk)
            case _:
                docker = simple.target is Target.DOCKER
                code = run_host(host_text(simple, self.grammar), desk, posix=docker)
                if code and not docker and desk.told and (failed := mistyped(simple, code, self.grammar, desk)):
                    desk.emit(failed)
                return code

    def _surroundings(self, desk: Desk, printed: list[tuple[Line, str]]) -> Surroundings:
        """``printed``: gets each line in a ``$(…)`` and its output."""

        def output(piece: Piece) -> str:
            from dshell.run.forward import substitute  # noqa: PLC0415 - as above

            text = substitute(bash_text(piece.inner, self.grammar), desk)
            printed.append((parse(piece.inner, self.grammar), text))
            return text

        return Surroundings(desk.environ, desk.folder, self.home, output, self.windows)


def _refuse_lists(call: Call, _desk: Desk) -> int:
    for setting in call.settings:
        if setting.name == "volume" and is_list(setting.value):
            from dshell.run.rewritten import refused_list  # noqa: PLC0415 - for Git Bash alone

            raise refused_list(setting.value)
    return 0


def _is_docker(simple: Simple) -> bool:
    return simple.target is Target.DOCKER and not simple.plumbing


def call_of(simple: Simple, settled: Settled) -> Call:
    return Call(
        command=settled.command or simple.command or Command(()),
        settings=tuple(Setting(*flag) for flag in settled.flags),
        arguments=settled.arguments,
        inside=settled.inside,
        argv=settled.argv,
        line=_without_program(simple),
    )


def _without_program(simple: Simple) -> str:
    start = next(
        (word.range.start for word in simple.words if word.role not in (Role.PREFIX, Role.PROGRAM)), simple.range.start
    )
    return simple.text[start - simple.range.start :]
