"""What the words of this package reach: a person, in their language on the right channel, and the rest of dshell."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dshell.record import Record
from dshell.teach.layout import Scene, note, result

STDERR = 2


class Voice:
    """``scene``: for whom, now. ``put``: writes rows on a channel."""

    def __init__(self, scene: Callable[[], Scene], put: Callable[[Sequence[str], int], None]) -> None:
        self.scene = scene
        self._put = put

    def write(self, rows: Sequence[str]) -> None:
        """What was asked for."""
        self._put(rows, 1)

    def note(self, rows: Sequence[str]) -> None:
        """What is told beside it."""
        self._put(rows, STDERR)

    def tell(self, key: str, **slots: object) -> int:
        scene = self.scene()
        self.write(note(scene, scene.say(key, **slots)))
        return 0

    def refuse(self, key: str, **slots: object) -> int:
        scene = self.scene()
        self._put(result(scene, scene.say(key, **slots), good=False), STDERR)
        return 1


class Effects(Record):
    """What a setting changes at once. ``speak``: the language; ``tell``: the level; ``run``: does a line.

    ``environ``: the person's variables.
    """

    speak: Callable[[str], None]
    tell: Callable[[str], None]
    run: Callable[[str], int]
    environ: Mapping[str, str]
