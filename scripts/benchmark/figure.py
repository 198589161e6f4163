"""What is measured: a figure has two sides that are measured in turn, a ratio, and a target for a quiet machine."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import NamedTuple

Side = Callable[[], float]


class Figure(NamedTuple):
    """One row of the table. ``beside``: None for what stands alone; ``target``: of the ratio, else of ``ours``.

    ``least``: the target is the least that will do, not the most.
    """

    name: str
    ours: float
    beside: float | None
    unit: str
    target: float
    least: bool = False

    @property
    def ratio(self) -> float:
        """``ours`` itself where nothing stands beside it."""
        return self.ours if self.beside is None else self.ours / self.beside

    @property
    def met(self) -> bool:
        return self.ratio >= self.target if self.least else self.ratio <= self.target

    @property
    def row(self) -> str:
        beside = f"{self.beside:9.1f}" if self.beside is not None else f"{'':9}"
        ratio = f"x {self.ratio:5.2f}" if self.beside is not None else f"{'':7}"
        sign = ">=" if self.least else "<="
        return (
            f"{self.name:<44} {self.ours:9.1f} {beside} {self.unit:<5} {ratio}   {sign} {self.target:g}"
            f"{'' if self.met else '   missed'}"
        )


def beside(name: str, ours: Side, theirs: Side, rounds: int, target: float) -> Figure:
    """Seconds of both sides in turn, as medians in ms. The first round warms the caches and does not count."""
    pairs = [(ours(), theirs()) for _ in range(rounds + 1)][1:]
    mine, other = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
    return Figure(name, mine, other, "ms", target)


def flow(name: str, ours: Side, theirs: Side, rounds: int) -> Figure:
    """MB a second of both sides in turn, as medians: more is better."""
    pairs = [(ours(), theirs()) for _ in range(rounds)]
    mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Figure(name, mine, other, "MB/s", 1.0, least=True)
