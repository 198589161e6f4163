"""A Record is a NamedTuple in all that dshell does with one; its constructor alone is another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from dshell.record import Record


class Shared(Record):
    name: str
    size: int = 0
    layers: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.size


class Model(NamedTuple):
    name: str
    size: int = 0
    layers: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        return not self.size


USES: tuple[Callable[[Any], object], ...] = (
    lambda made: tuple(made("alpine")),
    lambda made: tuple(made("alpine", 7)),
    lambda made: tuple(made("alpine", 7, ("a",))),
    lambda made: tuple(made("alpine", layers=("a",))),
    lambda made: tuple(made(layers=("a",), name="alpine", size=7)),
    lambda made: (made("alpine").name, made("alpine", 7).size, made("alpine").layers, made("alpine").empty),
    lambda made: (made("alpine") == made("alpine", 0), made("alpine") == made("alpine", 1)),
    lambda made: hash(made("alpine")),
    lambda made: made("alpine") == ("alpine", 0, ()),
    lambda made: repr(made("alpine", 7)).partition("(")[1:],
    lambda made: tuple(made("alpine")._replace(size=7)),
    lambda made: made("alpine")._asdict(),
    lambda made: made._fields,
    lambda made: [*made("alpine", 7)],
)

REFUSED: tuple[Callable[[Any], object], ...] = (
    lambda made: made(),
    lambda made: made(size=7),
    lambda made: made("alpine", 7, (), 8),
    lambda made: made("alpine", name="alpine"),
    lambda made: made("alpine", 7, (), size=7),
    lambda made: made("alpine", tag="latest"),
)


@pytest.mark.parametrize("use", USES)
def test_it_does_what_a_named_tuple_does(use: Callable[[Any], object]) -> None:
    assert use(Shared) == use(Model)


@pytest.mark.parametrize("use", REFUSED)
@pytest.mark.parametrize("made", [Shared, Model])
def test_it_takes_the_fields_that_it_has(made: object, use: Callable[[Any], object]) -> None:
    with pytest.raises(TypeError):
        use(made)


def test_its_fields_are_never_written() -> None:
    written: Any = Shared("alpine")
    with pytest.raises(AttributeError):
        written.size = 7


def test_it_is_taken_apart_by_a_pattern() -> None:
    match Shared("alpine", 7):
        case Shared(name, size, layers=()):
            assert (name, size) == ("alpine", 7)
        case _:
            pytest.fail("no match")
