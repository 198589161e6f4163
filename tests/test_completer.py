"""The menu: what a Tab inserts and what stands beside it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from prompt_toolkit.completion import CompleteEvent, Completion
from prompt_toolkit.document import Document

from dshell.line.suggest import Candidate
from dshell.line.usage import Usage
from dshell.line.world import Entry, World
from dshell.shell.completer import LineCompleter, files
from dshell.shell.menu import fitted
from dshell.shell.reading import Reading
from tests.shell_parts import GRAMMAR, NAMES


def world() -> World:
    return World(NAMES, files, Usage())


def completed(typed: str) -> list[str]:
    """The whole input after each completion; ``|`` is the cursor."""
    before, _, after = typed.partition("|")
    completer = LineCompleter(Reading(GRAMMAR), world, lambda candidate: "")
    document = Document(before + after, len(before))
    found = completer.get_completions(document, CompleteEvent(completion_requested=True))
    return [before[: len(before) + item.start_position] + item.text + "|" + after for item in found]


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ("docker ru|", ["docker run |"]),
        ("docker ru| alpine", ["docker run| alpine"]),
        ("run --nam|", ["run --name |"]),
        ("run -it alp|", ["run -it alpine |"]),
        ("stop w|", ["stop web |"]),
        ("start o|", ["start old |"]),
        ("start w|", []),  # it runs already
        ("exec -it w|", ["exec -it web |"]),
        ("rm l|", ["rm old |"]),  # looser, when nothing begins so
        ("run --network br|", ["run --network bridge |"]),
        ("run -v dat|", ["run -v data:|"]),
        ("hel|", ["help |"]),
    ],
)
def test_tab(typed: str, after: list[str]) -> None:
    assert completed(typed) == after


def test_files_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "my app").mkdir()
    (tmp_path / "src.txt").touch()
    monkeypatch.chdir(tmp_path)
    assert completed("ls s|") == ["ls src/|", "ls src.txt |"]
    assert completed("cd s|") == ["cd src/|"]
    assert completed("cd src/m|") == ["cd src/'my app/'|"] or completed("cd src/m|")[0].startswith("cd ")


@pytest.mark.parametrize("spelled", ["", "./", "$PWD/", "${PWD}/", "$(pwd)/", "%cd%/", "$X/", "~/"])
def test_a_folder_is_read_as_it_is_typed(spelled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").touch()
    monkeypatch.chdir(tmp_path)
    for name in ("PWD", "X", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, os.fspath(tmp_path))
    assert [entry.name for entry in files(spelled)] == ["here"]


@pytest.mark.skipif(os.name == "nt", reason="links there are for administrators")
def test_a_link_that_leads_nowhere_is_a_name_among_others(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").touch()
    (tmp_path / "round").symlink_to("round")
    assert files(f"{tmp_path}/") == [Entry("Dockerfile"), Entry("round")]


@pytest.mark.parametrize("spelled", ["/no/such/folder/", "$PWDX/", "$(rm -rf x)/", "\0/"])
def test_a_folder_that_cannot_be_read_has_nothing(spelled: str) -> None:
    assert files(spelled) == []


def test_the_meaning_is_asked_for_only_when_it_is_shown() -> None:
    asked: list[Candidate] = []

    def meaning(candidate: Candidate) -> str:
        asked.append(candidate)
        return "what it means"

    completer = LineCompleter(Reading(GRAMMAR), world, meaning)
    found = list(completer.get_completions(Document("run --na", 8), CompleteEvent()))
    assert asked == []
    assert found[0].display_meta_text == "what it means"


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        ("docker ru|n", ["docker ru|n"]),  # nothing is added: it stands there already
        ("docker r|un alpine", ["docker r|un alpine"]),
        ("run --na|me web", ["run --na|me web"]),
        ("run --n|me web", ["run --na|me web"]),
        ("run al|pine", ["run al|pine"]),
        ("stop w|b", ["stop we|b"]),
        ("run -v da|:/app nginx", ["run -v data|:/app nginx"]),
        ("run --network=b|e nginx", ["run --network=bridg|e nginx"]),
        ("run --mount type=v|,source=data", ["run --mount type=volume|,source=data"]),
        ("run 'al|'", ["run 'alpine|'"]),
        ("run --pull=ne|ver", ["run --pull=ne|ver"]),
        ("run --network='br|'", ["run --network='bridge|'"]),
    ],
)
def test_tab_within_a_word_does_not_insert_its_ending_again(typed: str, after: list[str]) -> None:
    assert completed(typed) == after


@pytest.mark.parametrize(
    ("text", "columns", "row"),
    [
        ("alpine", 8, "alpine  "),
        ("alpine", 6, "alpine"),
        ("alpine:3.20", 8, "alpin..."),
        ("日本語", 7, "日本語 "),
        ("日本語の", 7, "日本..."),
        ("日本語の", 6, "日... "),
        ("alpine", 2, ".."),
        ("alpine", 0, ""),
        ("", 3, "   "),
    ],
)
def test_a_cell_of_the_menu_is_as_wide_as_its_column(text: str, columns: int, row: str) -> None:
    assert fitted(text, columns) == row


def test_a_menu_that_was_foreseen_is_shown_unless_it_has_become_another() -> None:
    known, said = [NAMES], ["in English"]
    completer = LineCompleter(Reading(GRAMMAR), lambda: World(known[0], files, Usage()), lambda _: said[0])
    document, wanted = Document("stop "), CompleteEvent(completion_requested=True)

    def menu() -> list[Completion]:
        return [*completer.get_completions(document, wanted)]

    completer.foresee(document)
    first = menu()
    assert [id(each) for each in menu()] == [id(each) for each in first]
    said[0] = "en français"
    assert {each.display_meta_text for each in menu()} == {said[0]}
    known[0] = NAMES._replace(containers=())
    assert len(menu()) < len(first)
