"""What the looks ahead of a line have in common: what they see, what they remember, and lines made of a line."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from dshell.engine.base import Engine
from dshell.engine.records import ContainerFacts, ImageFacts
from dshell.errors import EngineError
from dshell.foreseen import Foreseen, MountNoticed
from dshell.pattern import pattern
from dshell.record import Record
from dshell.run.base import Call, Desk
from dshell.run.disk import Disk

ACT = pattern(r"(?:container |image |volume |network |builder |system )?\S+")  # the command at the start of a line


class Memory:
    """Answers of the daemon that stay true for a while: an image is asked about once in a session."""

    def __init__(self) -> None:
        self._images: dict[str, ImageFacts] = {}
        self._architecture = ""

    def image(self, name: str, engine: Engine) -> ImageFacts | None:
        """None when it is not here, which may change with every line."""
        if name not in self._images:
            with suppress(EngineError):
                self._images[name] = engine.image(name)
        return self._images.get(name)

    def architecture(self, engine: Engine) -> str:
        if not self._architecture:
            with suppress(EngineError):
                self._architecture = engine.architecture()
        return self._architecture


class Sight(Record):
    """One look: at a call, from a desk and a disk, with what is remembered."""

    call: Call
    desk: Desk
    disk: Disk
    memory: Memory

    def values(self, flag: str) -> tuple[str, ...]:
        return tuple(setting.value for setting in self.call.settings if setting.name == flag)

    def given(self, *flags: str) -> bool:
        """One of ``flags``, which are switches, is on."""
        return any(setting.name in flags and setting.value in {"", "true"} for setting in self.call.settings)

    @property
    def image(self) -> ImageFacts | None:
        """The image of a run or create, when it is here."""
        arguments = self.call.arguments
        return self.memory.image(arguments[0], self.desk.engine) if arguments else None


Look = Callable[[Sight], Iterator[Foreseen] | Iterator[MountNoticed]]
"""What one kind of look finds. EngineError when the daemon does not say: then nothing is foreseen."""


def ago(container: ContainerFacts) -> float:
    """Seconds since it was started, or since it stopped; 0.0 when it never ran."""
    return max(0.0, time.time() - container.since) if container.since else 0.0


def put_front(call: Call, words: str) -> str:
    """The line of ``call`` with ``words`` right behind its command."""
    act = ACT.match(call.line)
    return f"{act[0]} {words}{call.line[act.end() :]}" if act else call.line


def put(call: Call, old: str, new: str) -> str:
    """The line of ``call`` with one word, or the value at the end of one, replaced: as typed where it stands there."""
    spelled = re.compile(rf"(?<![\w./:-]){re.escape(old)}(?![\w./:-])")
    if len(spelled.findall(call.line)) == 1:
        return spelled.sub(lambda _: new, call.line)
    at = next((index for index, word in enumerate(call.argv) if word.endswith(old)), None)
    if at is None:
        return ""
    return call.spelled((*call.argv[:at], call.argv[at].removesuffix(old) + new, *call.argv[at + 1 :]))


def and_then(*lines: str) -> str:
    return " && ".join(line for line in lines if line)


def chosen(*choices: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Those whose line could be made."""
    return tuple((name, line) for name, line in choices if line)
