"""The words ``as-run``, ``as-compose``, ``again`` and ``shell``: out of a container, and into it."""

from __future__ import annotations

import time
from collections.abc import Container, Sequence
from contextlib import closing, suppress

from dshell.engine.records import Joining
from dshell.errors import EngineError
from dshell.grammar.load import Grammar
from dshell.line.expand import Surroundings, settle
from dshell.line.model import Role, Trouble
from dshell.line.parse import parse
from dshell.line.secrets import concealed, reveals_pair
from dshell.line.split import join, quote
from dshell.run.base import Call, Desk, Setting
from dshell.run.compose_file import written
from dshell.run.line import call_of
from dshell.run.native.base import settled
from dshell.run.native.body import CHECKS
from dshell.run.native.values import read_values
from dshell.run.remake import writing
from dshell.run.remake.changing import changed, keeping_volumes
from dshell.run.remake.composing import compose
from dshell.run.remake.inverse import Recipe, recipe
from dshell.run.remake.origin import Origin, origin_of
from dshell.shell.ground import Ground
from dshell.teach.layout import lines, note

YES = {"--yes", "-y"}
OUTPUT = {"-o", "--output"}
SHELLS = ("bash", "ash", "sh")
WINDOWS_SHELLS = ("pwsh", "powershell", "cmd")
SETTLED = 1.5  # seconds that a new container has to stay alive
GOING = 10.0  # seconds for the daemon to remove one
BEAT = 0.1
ALIVE = {"running", "paused"}


def as_run(words: Sequence[str], ground: Ground) -> int:
    """A line for each container, alone on standard output."""
    if not words or any(word.startswith("-") for word in words):
        return ground.refuse("remake.usage.as-run", 2)

    def work(desk: Desk) -> int:
        made = [recipe(origin_of(name, desk.engine)) for name in words]
        for each in made:
            ground.write(writing.as_run(each, ground.run.flags))
        _tell_about(made, ground)
        return 0

    return ground.tried(work, join(["as-run", *words]))


def _tell_about(made: Sequence[Recipe], ground: Ground) -> None:
    for each in made:
        for file in each.files:
            ground.remark("remake.file", file=file, name=each.name)
    if (open_ones := _open_ones(made)) and ground.own.terminal.shown.stderr:
        ground.remark("remake.secret", names=", ".join(open_ones))


def _open_ones(made: Sequence[Recipe]) -> list[str]:
    """What holds a secret in plain text: a variable, a flag, or a command by its first word."""
    found = [_spoken(setting) for each in made for setting in each.settings if _reveals(setting)]
    found += [each.words[0] for each in made if concealed(line := " ".join(each.words)) != line]
    return list(dict.fromkeys(found))


def _reveals(setting: Setting) -> bool:
    """What makes a container again must have its passwords too."""
    name, _, content = setting.value.partition("=")
    return (setting.name == "env" and reveals_pair(name, content)) or concealed(setting.value) != setting.value


def _spoken(setting: Setting) -> str:
    return setting.value.partition("=")[0] if setting.name == "env" else f"--{setting.name}"


def as_compose(words: Sequence[str], ground: Ground) -> int:
    names = list(words)
    file = ""
    if (at := next((number for number, word in enumerate(names) if word in OUTPUT), None)) is not None:
        file = names[at + 1] if at + 1 < len(names) else ""
        del names[at : at + 2]
    if not names or (at is not None and not file) or any(name.startswith("-") for name in names):
        return ground.refuse("remake.usage.as-compose", 2)

    def work(desk: Desk) -> int:
        made = [recipe(origin_of(name, desk.engine)) for name in names]
        composed = compose(made, ground.run.flags)
        content = written(composed.file)
        if not file:
            ground.write(content.removesuffix("\n"))
        code = ground.keep(file, content, "remake", private=bool(_open_ones(made))) if file else 0
        for setting in composed.left:
            ground.remark("remake.left", flag=f"--{setting.name} {setting.value}")
        _tell_about(made, ground)
        return code

    return ground.tried(work, join(["as-compose", *words]))


# again


def again(words: Sequence[str], ground: Ground) -> int:
    name = next((word for word in words if word not in YES), "-")
    if name.startswith("-"):
        return ground.refuse("remake.usage.again", 2)
    flags = list(words)
    flags.remove(name)
    asked = _without_yes(flags, ground.own.grammar)
    line = join(["again", *words])
    return ground.tried(lambda desk: Again(desk, ground, name, asked).do(sure=len(asked) < len(flags)), line)


def _without_yes(flags: Sequence[str], grammar: Grammar) -> list[str]:
    """A ``-y`` that is a flag's value, or of the command inside, is none of ours."""
    typed = parse(join(["docker", "run", *flags]), grammar).commands[0].words[2:]
    return [word.text for word in typed if word.role is not Role.FLAG or word.text not in YES]


def _checked(call: Call, _desk: Desk) -> int:
    read_values(call, CHECKS)
    return 0


class Again:
    """A container made anew with other flags. The old one goes when the new one runs, and comes back when not."""

    def __init__(self, desk: Desk, ground: Ground, name: str, words: Sequence[str]) -> None:
        self._desk = desk
        self._ground = ground
        self._words = words
        self._origin: Origin = origin_of(name, desk.engine)
        self._old = recipe(self._origin)
        self._runs = self._origin.status in {"running", "restarting", "paused"}
        self._vanishes = self._runs and bool(self._origin.at("HostConfig.AutoRemove"))  # when it is stopped

    def do(self, *, sure: bool) -> int:
        """Raises EngineError. Flags that run would not take are refused in its name."""
        call = self._call()
        unknown = next((problem.word for problem in self._problems if problem.trouble is Trouble.UNKNOWN_FLAG), "")
        if unknown:
            return self._ground.refuse("remake.again.unknown", 2, flag=unknown)
        if refused := settled(_checked)(call, self._desk):
            return refused
        new = self._changed(call)
        if new == self._old and not call.settings:
            return self._ground.refuse("remake.usage.again", 2)
        if not sure and self._desk.ask is None:
            return self._ground.refuse("remake.again.unasked", 1)
        if not sure and not self._ground.sure(self._question(new)):
            return 1
        return self._replace(new)

    def _call(self) -> Call:
        """What stands behind the name, read as flags of run; an image and a command may follow."""
        simple = parse(join(["docker", "run", *self._words]), self._ground.own.grammar).commands[0]
        here = Surroundings(self._desk.environ, self._desk.folder, "", lambda text: text)
        done = settle(simple, here)
        self._problems = done.problems
        return call_of(simple, done)

    def _changed(self, call: Call) -> Recipe:
        new = changed(self._old, call.settings, self._ground.run.flags)
        new = keeping_volumes(new, self._origin.anonymous, call.settings)
        if call.arguments:
            new = new._replace(image=call.arguments[0])
        return new._replace(words=call.inside) if call.inside else new

    def _question(self, new: Recipe) -> list[str]:
        scene = self._ground.own.teller.scene()
        flags = self._ground.run.flags
        rows = note(scene, scene.say("remake.again.what", name=self._old.name))
        rows += lines(
            scene,
            [
                (writing.as_run(self._old, flags), scene.say("remake.again.old")),
                (writing.as_run(new, flags), scene.say("remake.again.new")),
            ],
        )
        key = "remake.again.removed" if self._vanishes else "remake.again.kept"
        rows += note(scene, scene.say(key, name=self._old.name, kept=self._beside()))
        rows += note(scene, scene.say("remake.again.lost"))
        yes, no = scene.say("ahead.ask.yes"), scene.say("ahead.ask.enter")
        return [*rows, *lines(scene, [(yes, scene.say("remake.again.yes")), (no, scene.say("ahead.ask.kept"))])]

    def _beside(self) -> str:
        """A name for the old one that nobody has."""
        taken = {each.name for each in self._desk.engine.containers()}
        names = [f"{self._old.name}-before", *(f"{self._old.name}-before-{number}" for number in range(2, 100))]
        return next(name for name in names if name not in taken)

    def _replace(self, new: Recipe) -> int:
        do, old = self._ground.do, quote(self._old.name)
        kept = self._beside()
        others = {each.id for each in self._desk.engine.containers()}
        if self._runs and (code := do(f"docker stop {old}")):
            return code
        if self._vanishes:
            self._wait_until_gone(self._origin.id)
        elif code := do(f"docker rename {old} {quote(kept)}"):
            return code
        code = do(self._making(new))
        if code == 0 and (not self._runs or self._stays(new.name)):
            return 0 if self._vanishes else do(f"docker rm {quote(kept)}")
        self._put_back(new, kept, others)
        return code or 1

    def _making(self, new: Recipe) -> str:
        """The line that makes it, in the background: a person may attach to it."""
        flags, name = self._ground.run.flags, quote(new.name)
        if new.joined:
            made, _, _ = writing.as_run(new, flags).rpartition(" && ")
            return f"{made} && docker start {name}" if self._runs else made
        line = writing.as_run(new, flags)
        if new.detached and self._runs:
            return line
        bare = new._replace(settings=tuple(each for each in new.settings if each.name not in {"detach", "attach"}))
        created = writing.as_run(bare, flags).replace("docker run ", "docker create ", 1)
        return f"{created} && docker start {name}" if self._runs else created

    def _stays(self, name: str) -> bool:
        """Whether it runs and goes on running; a short command that ends well has done its work."""
        end = time.monotonic() + SETTLED
        while time.monotonic() < end:
            try:
                facts = self._desk.engine.inspect(name)
            except EngineError:  # of --rm: how it ended is not known any more
                return False
            if facts.status not in ALIVE:
                return facts.status == "exited" and facts.exit_code == 0
            time.sleep(BEAT)
        return True

    def _wait_until_gone(self, container: str) -> None:
        end = time.monotonic() + GOING
        with suppress(EngineError):
            while time.monotonic() < end:
                self._desk.engine.inspect(container)
                time.sleep(BEAT)

    def _put_back(self, new: Recipe, kept: str, others: Container[str]) -> None:
        """``others``: ids of all that was there before; what has the name of the new one may be among them."""
        do, old = self._ground.do, quote(self._old.name)
        self._ground.refuse("remake.again.back", name=self._old.name)
        with suppress(EngineError):
            made = self._desk.engine.inspect(new.name)
            if made.id not in others:
                if not made.auto_remove or made.status in {"created", *ALIVE}:
                    do(f"docker rm -f {quote(new.name)}")
                self._wait_until_gone(made.id)
        if self._vanishes:
            do(self._making(self._old))
            return
        do(f"docker rename {quote(kept)} {old}")
        if self._runs:
            do(f"docker start {old}")


# shell


def shell(words: Sequence[str], ground: Ground) -> int:
    if len(words) != 1 or words[0].startswith("-"):
        return ground.refuse("remake.usage.shell", 2)
    return ground.tried(lambda desk: _enter(words[0], desk, ground), join(["shell", *words]))


def _enter(name: str, desk: Desk, ground: Ground) -> int:
    facts = desk.engine.inspect(name)
    if facts.status != "running":
        return _advise(ground, f"remake.shell.{'paused' if facts.status == 'paused' else 'stopped'}", facts.name)
    known = WINDOWS_SHELLS if desk.engine.ping().os == "windows" else SHELLS
    found = next((program for program in known if _has(facts.id, program, desk)), None)
    if found is None:
        return _advise(ground, "remake.shell.none", facts.name)
    tty = "-it" if desk.terminal.shown.stdin else "-i"
    return ground.do(f"docker exec {tty} {quote(name)} {found}")


def _has(container: str, program: str, desk: Desk) -> bool:
    """Whether it can be started there: it is, and ends at once."""
    option = "/c" if program == "cmd" else "-c"
    body = {"Cmd": [program, option, "exit"], "AttachStdout": True, "AttachStderr": True}
    try:
        exec_id = desk.engine.exec_create(container, body)
        with closing(desk.engine.exec_start(exec_id, {"Detach": False, "Tty": False}, Joining(False, False))) as stream:
            while stream.read()[1]:
                pass
            return stream.wait() == 0
    except EngineError:
        return False


def _advise(ground: Ground, key: str, name: str) -> int:
    """Why there is no way in, and lines that help."""
    code = ground.refuse(f"{key}.what", name=name)
    scene = ground.own.teller.scene()
    spelled = quote(name)
    rows = note(scene, scene.say(f"{key}.why", name=name))
    ways = {
        "remake.shell.paused": [(f"unpause {spelled} && shell {spelled}", "unpause")],
        "remake.shell.stopped": [(f"start {spelled} && shell {spelled}", "start"), (f"why {spelled}", "why")],
        "remake.shell.none": [
            (f"run -it --rm --pid container:{spelled} --network container:{spelled} busybox", "beside"),
            (f"cp {spelled}:/etc/passwd .", "copy"),
            (f"logs {spelled}", "logs"),
        ],
    }[key]
    rows += lines(scene, [(line, scene.say(f"remake.shell.way.{way}", name=name)) for line, way in ways])
    ground.own.write(rows, 2)
    return code
