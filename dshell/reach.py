"""What own words have done by parts that the voice does not know: the doctor, looks at containers, pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dshell import settings
from dshell.engine.in_use import InUse
from dshell.errors import EngineError
from dshell.events import Failed
from dshell.examined import Examined
from dshell.foreseen import Ahead, Foreseen
from dshell.record import Record
from dshell.run.base import Call, Desk
from dshell.settings import Settings
from dshell.terminal.base import Terminal

if TYPE_CHECKING:
    from dshell.shell.voice import Voice


class Reach(Record):
    """Each part is imported when its word is said.

    ``in_use``: None while it is not known which daemon is meant. ``run``: does a line that is looked at no more.
    """

    settings: Settings
    terminal: Terminal
    voice: Callable[[], Voice]
    in_use: Callable[[], InUse | None]
    desk: Callable[[InUse], Desk]
    run: Callable[[str], int]

    def doctor(self, words: Sequence[str]) -> int:
        from dshell.doctor.doctor import Doctor  # noqa: PLC0415 - as above
        from dshell.doctor.gather import Patient  # noqa: PLC0415

        look, teller, own, _ = self.voice()
        patient = Patient(os.environ, self.terminal, self.settings, look.encoding, os.path.expanduser("~"))
        return Doctor(patient, teller.scene, own.write).do(words)

    def work(self, words: Sequence[str]) -> int:
        """Pictures, and what is taken out of a container."""
        from dshell.shell.ground import Ground  # noqa: PLC0415 - as above
        from dshell.shell.works import work  # noqa: PLC0415

        in_use = self.in_use()
        assert in_use is not None  # noqa: S101 - own words are done where a daemon is known
        _, _, own, asker = self.voice()
        plain = self.settings.plain
        return work(words, Ground(own, lambda: self.desk(in_use), self.run, in_use.inventory, asker.sure, plain))

    def inquire(self, failed: Failed, call: Call) -> Failed:
        in_use = self.in_use()
        if in_use is None:
            return failed
        from dshell.run.inquiry import inquire  # noqa: PLC0415 - as above

        return inquire(failed, call, self.desk(in_use))

    def examine(self, name: str) -> Examined | None:
        from dshell.run.examine import examine  # noqa: PLC0415 - as above

        in_use = self.in_use()
        try:
            return None if in_use is None else examine(name, self.desk(in_use))
        except EngineError:
            return None

    def first(self, what: str) -> bool:
        """It was never told to this person on this machine, and now is."""
        from dshell.habits.told import Told  # noqa: PLC0415 - for what is hardly ever there

        return Told(settings.told_file()).first(what)

    def warn(self) -> None:
        """Of a daemon that others may rule, before a prompt speaks to it."""
        from dshell.engine.exposure import exposure  # noqa: PLC0415 - as above; the engine itself is not waited for

        in_use = self.in_use()
        off = {"trust", "all"} & {*self.settings.unchecked} or self.voice().teller.level == "off"
        if in_use is None or off or (found := exposure(in_use.endpoint)) is None:
            return
        host = in_use.endpoint.host
        if self.first(f"{found.value} {host}"):
            self.voice().teller(Foreseen(Ahead(found.value), host, {"host": host}))

    def silent(self, name: str) -> bool:
        """Asked from a thread: it takes the engine as it is and looks for no other."""
        from dshell.run.examine import silent  # noqa: PLC0415 - as above

        in_use = self.in_use()
        return in_use is not None and silent(name, in_use.engine)
