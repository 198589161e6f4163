"""Where programs are looked for: in the folders that PATH names in full, and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from dshell.programs import find_program, need_program, programs

HERE, FIRST, SECOND = "here", "first", "second"
FILES = {
    f"{HERE}/docker": True,
    f"{HERE}/only-here": True,
    f"{FIRST}/docker": False,  # it cannot be run
    f"{FIRST}/tool.exe": True,
    f"{FIRST}/tool": True,
    f"{SECOND}/docker": True,
    f"{SECOND}/tool.com": True,
    f"{SECOND}/plain": True,
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person is in HERE."""
    for name, runs in FILES.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch(0o755 if runs else 0o644)
    (tmp_path / FIRST / "plain").mkdir()
    monkeypatch.chdir(tmp_path / HERE)
    return tmp_path


def environ(root: Path, *before: str, **more: str) -> Mapping[str, str]:
    return {"PATH": os.pathsep.join([*before, str(root / FIRST), str(root / SECOND)]), **more}


@pytest.mark.parametrize("before", ["", ".", "../here"])
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("docker", f"{SECOND}/docker"),
        ("only-here", None),
        ("plain", f"{SECOND}/plain"),
        ("tool", f"{FIRST}/tool"),
        ("tool.exe", f"{FIRST}/tool.exe"),
        ("nothing", None),
        ("", None),
        ("a\0b", None),
    ],
)
def test_it_is_on_path_and_not_where_one_stands(root: Path, before: str, name: str, found: str | None) -> None:
    assert find_program(name, environ(root, before)) == (found and str(root / found))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("tool", [f"{FIRST}/tool.exe", f"{FIRST}/tool", f"{SECOND}/tool.com"]),
        ("tool.exe", [f"{FIRST}/tool.exe"]),
        ("plain", [f"{SECOND}/plain"]),
    ],
)
def test_windows_names_the_endings_of_programs(root: Path, name: str, found: list[str]) -> None:
    assert list(programs(name, environ(root, PATHEXT=".com;.exe"))) == [str(root / each) for each in found]


def test_each_is_named_once_where_programs_have_no_endings(root: Path) -> None:
    assert list(programs("plain", environ(root))) == [str(root / SECOND / "plain")]


def test_a_path_is_taken_as_it_is(root: Path) -> None:
    path = str(root / HERE / "only-here")
    assert find_program(path, environ(root)) == path
    assert find_program(str(root / FIRST / "docker"), environ(root)) is None


def test_who_needs_one_is_told_its_name(root: Path) -> None:
    with pytest.raises(FileNotFoundError, match="only-here"):
        need_program("only-here", environ(root))
