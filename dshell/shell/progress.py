"""Layers of an image while they come: bars that are drawn again in place, or one row for each finished layer.

The only importer of rich, and only when the first layer of a pull comes: a run whose image is here
never pays for it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from dshell.events import LayerProgress
from dshell.run.native.progress import MOST_LAYERS
from dshell.teach.layout import MARGIN, Scene, Symbols

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Write = Callable[[str], None]

HERE = "Already exists"
DONE = {HERE, "Pull complete", "Download complete"}
BAR = 20  # columns
OFTEN = 0.1  # seconds between the end of a drawing and the next


class Layers(Protocol):
    """``show`` takes each message of a pull in order; ``close`` leaves what is drawn on the screen."""

    def show(self, event: LayerProgress) -> None: ...

    def close(self) -> None: ...


class Sizes:
    """Bytes of each layer, as far as its messages told. Only a download counts bytes; unpacking may count seconds."""

    def __init__(self) -> None:
        self._totals: dict[str, int] = {}

    def note(self, event: LayerProgress) -> int:
        """The layer's size as known now, 0 unknown."""
        if event.status == "Downloading":
            self._totals[event.layer] = max(event.total, event.current)
        if len(self._totals) > MOST_LAYERS:
            del self._totals[next(iter(self._totals))]
        return self._totals.get(event.layer, 0)


def size_text(scene: Scene, event: LayerProgress, size: int) -> str:
    if event.status == HERE:
        return scene.say("narration.image.layer-here")
    return scene.texts.size(size) if size else ""


class Rows:
    """One row for each layer that is complete; nothing is drawn twice."""

    def __init__(self, scene: Scene, write: Write) -> None:
        self._scene = scene
        self._write = write
        self._sizes = Sizes()

    def show(self, event: LayerProgress) -> None:
        size = self._sizes.note(event)
        if event.status in {HERE, "Pull complete"}:
            row = f"{event.layer}  {size_text(self._scene, event, size)}".rstrip()
            self._write(" " * self._scene.text_column + self._scene.words(row) + "\n")

    def close(self) -> None:
        """Nothing is open."""


class Screen:
    """The text file that rich writes to."""

    def __init__(self, scene: Scene, write: Write) -> None:
        self.encoding = "utf-8" if scene.symbols is Symbols.UNICODE else "ascii"
        self._write = write

    def write(self, text: str) -> int:
        self._write(text)
        return len(text)

    def flush(self) -> None:
        """Nothing is kept back."""

    def isatty(self) -> bool:
        return True


class Bars:
    """A bar for each layer."""

    def __init__(self, scene: Scene, write: Write) -> None:
        self._scene = scene
        self._sizes = Sizes()
        self._tasks: dict[str, TaskID] = {}
        self._drawn = 0.0
        self._progress = started(scene, write)

    def show(self, event: LayerProgress) -> None:
        size = self._sizes.note(event)
        task = self._tasks.get(event.layer)
        if task is None:
            task = self._tasks[event.layer] = self._add(event.layer)
        if event.status == "Downloading" and size:
            self._progress.update(task, total=size, completed=event.current, size=size_text(self._scene, event, size))
        elif event.status in DONE:
            self._progress.update(task, total=size or 1, completed=size or 1, size=size_text(self._scene, event, size))
        if time.monotonic() - self._drawn >= OFTEN:
            self._progress.refresh()
            self._drawn = time.monotonic()  # a hundred layers take longer to draw than that

    def close(self) -> None:
        self._progress.stop()

    def _add(self, layer: str) -> TaskID:
        """A row, or the one of the layer that came first: rich keeps something of each that ever was."""
        row = self._scene.words(layer)
        if len(self._tasks) == MOST_LAYERS:
            task = self._tasks.pop(next(iter(self._tasks)))
            self._progress.update(task, description=row, total=1, completed=0, size="")
            return task
        self._progress.disable = True  # all would be drawn for each that is added
        task = self._progress.add_task(row, total=1, size="")
        self._progress.disable = False
        return task


def started(scene: Scene, write: Write) -> Progress:
    """A drawing that refreshes only when told to: no thread of rich's writes between two of our rows."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    console = Console(
        file=Screen(scene, write),  # type: ignore[arg-type]  # it asks for no more of IO[str] than this
        force_terminal=True,
        color_system="standard" if scene.color else None,
        no_color=not scene.color,
        width=scene.width,
        legacy_windows=False,
        highlight=False,
    )
    indent = " " * (scene.text_column if scene.roomy else len(MARGIN) + 2)
    progress = Progress(
        TextColumn(indent + "{task.description}", markup=False),
        BarColumn(BAR, complete_style="cyan", finished_style="green"),
        TextColumn("{task.fields[size]}", markup=False),
        console=console,
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    )
    progress.start()
    console.show_cursor(True)  # rich hides it; a pull that is killed would leave it hidden
    return progress
