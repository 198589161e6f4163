"""What the words that ask the daemon work with, and how they refuse."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from dshell.disarm import visible
from dshell.engine.base import Inventory
from dshell.grammar.model import Command
from dshell.record import Record
from dshell.run.base import Call, Desk
from dshell.run.native.base import settled
from dshell.shell.builtins import OwnWords
from dshell.teach.layout import note
from dshell.terminal.base import STDERR


class Ground(Record):
    """``do``: does a line as if it were typed; its exit code. ``inventory``: makes one, to follow what changes.

    ``sure``: asks for a yes. ``plain``: nothing is drawn.
    """

    own: OwnWords
    desk: Callable[[], Desk]
    do: Callable[[str], int]
    inventory: Callable[[], Inventory]
    sure: Callable[[Sequence[str]], bool]
    plain: bool = False

    @property
    def run(self) -> Command:
        command, _ = self.own.grammar.find(["run"])
        assert command is not None  # noqa: S101 - docker has it
        return command

    def tried(self, work: Callable[[Desk], int], line: str) -> int:
        """``work``, whose failures are told as those of a docker command are, or in docker's own words."""
        command, _ = self.own.grammar.find(["container", "inspect"])
        call = Call(command or Command(()), line=line)
        return settled(lambda _, desk: work(desk))(call, self.desk())

    def refuse(self, key: str, code: int = 1, /, **slots: str) -> int:
        return self.own.refuse(key, code, **slots)

    def remark(self, key: str, **slots: object) -> None:
        """On standard error: what is asked for stands alone on standard output."""
        scene = self.own.teller.scene()
        self.own.write(note(scene, scene.say(key, **slots)), STDERR)

    def write(self, text: str) -> None:
        """A result on standard output: exactly it for a program, and disarmed for a person's terminal."""
        rows = text.split("\n")
        self.own.write([visible(row) for row in rows] if self.own.terminal.shown.stdout else rows)

    def keep(self, file: str, content: str, word: str, *, private: bool = False) -> int:
        """``content`` in a file; ``word``: whose texts tell of it. ``private``: for its owner's eyes alone."""
        path = Path(os.path.expanduser(file))
        try:
            if private and (path.is_file() or not path.exists()):  # /dev/null stays everybody's
                path.touch(0o600)
                path.chmod(path.stat().st_mode & 0o700)
            path.write_text(content, encoding="utf-8")
        except OSError as error:
            return self.refuse("map.file", file=file, words=error.strerror or str(error))
        self.remark(f"{word}.kept", file=file)
        return 0
