"""Names in one text: found as a person would by reading them one by one."""

from __future__ import annotations

import random
import re

import pytest

from dshell.engine.records import ContainerName, ImageName, Names
from dshell.line.register import register
from dshell.line.roll import LOOSE, WITHIN, Ids, Roll

NAMES = ("web", "Web-2", "api.web", "été", "a b", "w_e_b", "ß", "wéb", "b+", "[x]", "web\n2")


def plainly(typed: str, names: tuple[str, ...]) -> tuple[int, list[str]]:
    folded = typed.casefold()
    letters = re.compile(".*".join(map(re.escape, folded)), re.DOTALL)
    ranks = (
        [name for name in names if name.startswith(typed)],
        [name for name in names if name.casefold().startswith(folded)],
        [name for name in names if folded in name.casefold()],
        [name for name in names if letters.search(name.casefold())],
    )
    return next(((rank, found) for rank, found in enumerate(ranks) if found), (LOOSE, []))


TYPED = ("", "w", "W", "WEB", "eb", "wb", "ss", "É", "b+", "[", "a ", ".", "zz", "2", "\n", "\\")


@pytest.mark.parametrize("typed", TYPED)
def test_what_fits_best(typed: str) -> None:
    assert Roll(NAMES, str).matching(typed) == plainly(typed, NAMES)


def test_any_names() -> None:
    chance = random.Random(7)
    for _ in range(500):
        names = tuple("".join(chance.choices("abAB-", k=chance.randint(1, 5))) for _ in range(chance.randint(0, 12)))
        typed = "".join(chance.choices("abAB-", k=chance.randint(0, 3)))
        assert Roll(names, str).matching(typed) == plainly(typed, names)


def test_nothing_that_separates_names_is_found_in_them() -> None:
    assert Roll(NAMES, str).matching("\0") == (LOOSE, [])


MANY = Roll([f"job-{number:04}" for number in range(1000)], str)


@pytest.mark.parametrize(
    ("typed", "but", "first", "found"),
    [
        ("job-000", (), (), ["job-0000", "job-0001", "job-0000", "job-0009"]),
        ("job-00", ("job-0000", "job-0001"), (), ["job-0002", "job-0003", "job-0099"]),
        ("", (), ("job-0500", "other"), ["job-0500", "job-0000", "job-0999"]),
        ("job-05", (), ("job-0500", "job-0599", "job-0100"), ["job-0500", "job-0599"]),
    ],
)
def test_of_more_than_are_wanted(typed: str, but: tuple[str, ...], first: tuple[str, ...], found: list[str]) -> None:
    rank, best = MANY.matching(typed, 5, but, first)
    assert rank == 0
    assert len(best) == 5
    assert len(set(best)) == len(best)
    assert set(found) <= set(best)
    fitting = [name for name in MANY.names if name.startswith(typed) and name not in but]
    assert (min(best), max(best)) == (min(fitting), max(fitting))  # so that both begin alike


def test_as_many_as_are_wanted_stay_all() -> None:
    assert MANY.matching("job-000", 10) == (0, [*MANY.names[:10]])


def test_used_names_come_from_the_rank_that_fits() -> None:
    assert MANY.matching("05", 3, first=("job-0500", "job-0705", "job-0999")) == (
        WITHIN,
        ["job-0500", "job-0705", "job-0005"],
    )


def test_ids_by_their_beginning() -> None:
    ids = Ids(["bb2", "aa1", "bb1", "cc"], str)
    assert [*ids.begun("bb")] == ["bb1", "bb2"]
    assert [*ids.begun("bb2")] == ["bb2"]
    assert not [*ids.begun("")]
    assert not [*ids.begun("bb3")]
    assert not [*ids.begun("web")]


def test_what_exists_is_found_by_name_id_and_port() -> None:
    names = Names(
        containers=(
            ContainerName("abc", "1f", "nginx", "running", ports=("80/tcp", "81/udp")),
            ContainerName("old", "abc1", "nginx", "exited", ports=("80/tcp",)),
            ContainerName("new", "2f", "nginx", "running", ports=("80/tcp",)),
        ),
        images=(ImageName("b:latest", "sha256:11"), ImageName("b:1", "sha256:22"), ImageName("<none>:<none>", "33")),
    )
    here = register(names)
    found = [here.container(text) for text in ("abc", "abc1", "2", "none", "")]
    assert [each and each.name for each in found] == ["abc", "old", "new", None, None]
    assert here.holders == {"80/tcp": "abc", "81/udp": "abc"}
    assert here.ports == {"80", "81"}
    assert [*here.shortly.names] == ["b", "b:1"]
    assert [*here.tagged.names] == ["b:1", "b:latest"]
    assert [image.name for image in here.image_ids.begun("2")] == ["b:1"]
    assert register(names) is here
    assert register(names._replace(images=())) is not here
