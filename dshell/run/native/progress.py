"""A pull's progress on a terminal as docker shows it: one row a layer, kept up to date by moving the cursor.

The rows are those of docker's jsonmessage package, byte for byte.
"""

from dshell.engine.records import PullStep

MOST_LAYERS = 128  # that are remembered; an image has 127 at most, and a daemon may speak of new ones for ever
LONGEST = 128  # letters of a layer's name that tell it from others; docker's longest, a tag
WIDE = 110  # columns above which there is room for a bar
UNITS = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB")


class Progress:
    """``columns``: of the terminal."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._rows: dict[str, int] = {}

    def show(self, step: PullStep) -> str:
        """What to write for ``step``."""
        if not (step.layer and step.detailed):
            self._rows = {}
            return f"{step.layer}: {step.status}\n" if step.layer else f"{step.status}\n"
        begin, layer = "", step.layer[:LONGEST]
        if layer not in self._rows:
            if len(self._rows) == MOST_LAYERS:
                self._rows = {}
            self._rows[layer] = len(self._rows)
            begin = "\n"
        up = len(self._rows) - self._rows[layer]
        row = f"{step.layer}: {step.status} {self._amount(step)}\r"
        return f"{begin}\x1b[{up}A\x1b[2K\r{row}\x1b[{up}B"

    def _amount(self, step: PullStep) -> str:
        current, total = human_size(step.current), human_size(step.total)
        if step.total <= 0:
            return f"{current:>8}" if step.current > 0 else ""
        counted = f"{current:>8}" if step.current > step.total else f"{current:>8}/{total}"
        return self._bar(step.current / step.total) + counted

    def _bar(self, share: float) -> str:
        if self._columns <= WIDE:
            return ""
        done = min(int(share * 100) // 2, 50)
        return f"[{'=' * done}>{' ' * (50 - done)}] "


def human_size(size: float) -> str:
    """Bytes as docker prints them: four digits, decimal units (go-units, HumanSize): ``2.048kB``."""
    unit = 0
    while size >= 1000 and unit < len(UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.4g}{UNITS[unit]}"
