"""The word ``again``: a container made anew with other flags, or put back as it was."""

from __future__ import annotations

import time
from collections.abc import Container, Sequence
from contextlib import suppress

from dshell.engine.records import ALIVE, UP
from dshell.errors import EngineError
from dshell.grammar.load import Grammar
from dshell.line.expand import Surroundings, settle
from dshell.line.model import Role, Trouble
from dshell.line.parse import parse
from dshell.line.split import join, quote
from dshell.run.base import Call, Desk, Setting
from dshell.run.line import call_of
from dshell.run.native.base import settled
from dshell.run.native.body import CHECKS
from dshell.run.native.values import read_values
from dshell.run.remake import writing
from dshell.run.remake.changing import changed, keeping_volumes
from dshell.run.remake.inverse import Recipe, recipe
from dshell.run.remake.origin import Origin, origin_of
from dshell.shell.ground import Ground
from dshell.teach.layout import lines, note

YES = {"--yes", "-y"}
SETTLED = 1.5  # seconds that a new container has to stay alive
GOING = 10.0  # seconds for the daemon to remove one
BEAT = 0.1


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
        self._runs = self._origin.status in ALIVE
        self._vanishes = self._runs and bool(self._origin.at("HostConfig.AutoRemove"))  # when it is stopped

    def do(self, *, sure: bool) -> int:
        """Raises EngineError. Flags that run would not take are refused in its name."""
        call, unknown = self._call()
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

    def _call(self) -> tuple[Call, str]:
        """What stands behind the name, as flags of run, an image and a command; and a flag that run does not know."""
        simple = parse(join(["docker", "run", *self._words]), self._ground.own.grammar).commands[0]
        here = Surroundings(self._desk.environ, self._desk.folder, "", lambda piece: piece.inner)
        done = settle(simple, here)
        unknown = next((problem.word for problem in done.problems if problem.trouble is Trouble.UNKNOWN_FLAG), "")
        return call_of(simple, done), unknown

    def _changed(self, call: Call) -> Recipe:
        new = changed(self._old, call.settings, self._ground.run.flags)
        new = keeping_volumes(new, self._origin.anonymous, call.settings)
        if call.arguments:
            new = new._replace(image=call.arguments[0])
        return new._replace(words=call.inside) if call.inside else new

    def _question(self, new: Recipe) -> list[str]:
        scene, veil = self._ground.own.teller.scene(), self._ground.own.teller.veil
        flags = self._ground.run.flags
        rows = note(scene, scene.say("remake.again.what", name=self._old.name))
        rows += lines(
            scene,
            [
                (veil.over(writing.as_run(self._old, flags)), scene.say("remake.again.old")),
                (veil.over(writing.as_run(new, flags)), scene.say("remake.again.new")),
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
        do, kept = self._ground.do, self._beside()
        others = {each.id for each in self._desk.engine.containers()}
        if code := self._set_aside(kept):
            return code
        code = do(self._making(new))
        if code == 0 and (not self._runs or self._stays(new.name)):
            return do(f"docker rm {quote(kept)}")
        self._put_back(new, kept, others)
        return code or 1

    def _set_aside(self, kept: str) -> int:
        """The old one stops and has this name. Of one that vanishes a copy has it, and holds the volumes meanwhile."""
        do, old = self._ground.do, quote(self._old.name)
        if self._vanishes:
            copy = changed(self._old, [Setting("name", kept)], self._ground.run.flags)
            if code := do(self._creating(keeping_volumes(copy, self._origin.anonymous, ()))):
                return code
        if self._runs and (code := do(f"docker stop {old}")):
            if self._vanishes:
                do(f"docker rm {quote(kept)}")
            return code
        if self._vanishes:
            self._wait_until_gone(self._origin.id)
            return 0
        if (code := do(f"docker rename {old} {quote(kept)}")) and self._runs:
            do(f"docker start {old}")
        return code

    def _making(self, new: Recipe) -> str:
        """The line that makes it, in the background: a person may attach to it."""
        if new.detached and self._runs and not new.joined:
            return writing.as_run(new, self._ground.run.flags)
        created = self._creating(new)
        return f"{created} && docker start {quote(new.name)}" if self._runs else created

    def _creating(self, new: Recipe) -> str:
        bare = new._replace(settings=tuple(each for each in new.settings if each.name not in {"detach", "attach"}))
        line = writing.as_run(bare, self._ground.run.flags)
        return line.rpartition(" && ")[0] if new.joined else line.replace("docker run ", "docker create ", 1)

    def _stays(self, name: str) -> bool:
        """Whether it runs and goes on running; a short command that ends well has done its work."""
        end = time.monotonic() + SETTLED
        while time.monotonic() < end:
            try:
                facts = self._desk.engine.inspect(name)
            except EngineError:  # of --rm: how it ended is not known any more
                return False
            if facts.status not in UP:
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
                if not made.auto_remove or made.status in {"created", *UP}:
                    do(f"docker rm -f {quote(new.name)}")
                self._wait_until_gone(made.id)
        do(f"docker rename {quote(kept)} {old}")
        if self._runs:
            do(f"docker start {old}")
