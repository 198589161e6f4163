"""What stands around the input, for widths and languages."""

from __future__ import annotations

import os

import pytest
from prompt_toolkit.utils import get_cwidth

from dshell.line.model import Problem
from dshell.shell.faces import State, at_home, bar_text, fitted, hint_text, prompt_text, refusal_text
from dshell.shell.reading import Reading
from dshell.teach.texts import languages, load
from tests.shell_parts import GRAMMAR, texts_of

HOME = os.path.join(os.sep, "home", "ann")
COURSE = os.path.join(HOME, "projects", "docker-course", "chapter one")


@pytest.mark.parametrize(
    ("context", "folder", "columns", "text"),
    [
        ("desktop-linux", HOME, 80, " desktop-linux ~ ▸ "),
        ("desktop-linux", os.path.join(HOME, "course"), 80, " desktop-linux ~/course ▸ "),
        ("default", os.path.join(os.sep, "etc"), 80, " default /etc ▸ "),
        ("desktop-linux", COURSE, 120, " desktop-linux ~/projects/docker-course/chapter one ▸ "),
        ("desktop-linux", COURSE, 80, " desktop-linux …/chapter one ▸ "),
        ("desktop-linux", COURSE, 40, " …/chapter one ▸ "),
        ("desktop-linux", COURSE, 20, " ▸ "),
        ("desktop-linux", HOME, 40, " desktop-linux ~ ▸ ".replace("desktop-linux ", "")),
        ("default", "", 80, " default ▸ "),  # the folder was deleted
    ],
)
def test_the_prompt_leaves_room_for_the_line(context: str, folder: str, columns: int, text: str) -> None:
    assert texts_of(prompt_text(context, folder, HOME, columns)) == text


@pytest.mark.parametrize(
    ("folder", "shown"),
    [
        (HOME, "~"),
        (os.path.join(HOME, "a"), "~/a"),
        (HOME + "bel", "/home/annbel"),
    ],
)
def test_home_is_a_tilde(folder: str, shown: str) -> None:
    assert at_home(folder, HOME).removeprefix("C:") == shown


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("columns", range(10, 200, 7))
@pytest.mark.parametrize("state", [State(None, 0, "full"), State(True, 12, "brief"), State(False, 0, "off")])
def test_the_bar_is_one_row_at_every_width(state: State, columns: int, language: str) -> None:
    assert get_cwidth(texts_of(bar_text(state, load(language), columns))) <= columns


@pytest.mark.parametrize(
    ("state", "language", "columns", "text"),
    [
        (State(True, 1, "full"), "en", 80, "engine up · 1 container running F1 help F2 explanations: full F3 English"),
        (
            State(True, 2, "off"),
            "fr",
            110,
            "moteur prêt · 2 conteneurs actifs F1 aide F2 explications : aucune F3 Français",
        ),
        (
            State(True, 2, "full"),
            "fr",
            80,
            "moteur prêt · 2 conteneurs actifs F1 aide F2 explications : complètes F3 fr",
        ),
        (State(True, 2, "full"), "en", 64, "engine up · 2 containers running F1 help F2 full F3 en"),
        (State(True, 2, "full"), "en", 40, "engine up F1 help F2 full F3 en"),
        (State(True, 2, "full"), "fr", 40, "moteur prêt F1 F2 F3"),
        (State(False, 2, "full"), "en", 80, "engine not reached F1 help F2 explanations: full F3 English"),
        (State(None, 0, "full"), "en", 80, "engine: asking F1 help F2 explanations: full F3 English"),
    ],
)
def test_the_bar_says_what_fits(state: State, language: str, columns: int, text: str) -> None:
    shown = texts_of(bar_text(state, load(language), columns))
    assert " ".join(shown.replace("\N{NO-BREAK SPACE}", " ").split()) == text


HINTS = [
    # the cursor stands at the bar
    ("|", "a docker line", "une ligne docker"),
    ("run -|it alpine", "-i  connects your keyboard", "-i  relie votre clavier"),
    ("run -it| alpine", "-t  gives the container a terminal", "-t  donne un terminal"),
    ("run -it al|pine", "alpine  the image", "alpine  l'image"),
    ("docker ru|n", "docker run  makes a new container", "docker run  crée un nouveau conteneur"),
    ("run -it |", "next: IMAGE", "ensuite : IMAGE"),
    ("run --naem| x", "did you mean --name?", "plutôt --name ?"),
    ("docker rnu|", "did you mean run?", "plutôt run ?"),
    ("run --na|", "Tab shows", "Tab montre"),
    ("ls|", "ls  goes to your own shell", "ls  va à votre propre shell"),
    ("ps |", "ps  lists", "ps  liste"),
    ("docker ps -a |", "docker ps  lists", "docker ps  liste"),
    ("lang |", "lang  ", "lang  "),
    ("exit |", "exit  ", "exit  "),
    ("ls ; why |", "why  ", "why  "),
    ("cd| x", "cd  changes the current folder", "cd  change de dossier"),
]


@pytest.mark.parametrize(("typed", "english", "french"), HINTS)
def test_the_line_under_the_prompt(typed: str, english: str, french: str) -> None:
    cursor = typed.index("|")
    text = typed.replace("|", "")
    for language, wanted in (("en", english), ("fr", french)):
        said = texts_of(hint_text(Reading(GRAMMAR), text, cursor, load(language)))
        assert said.strip().replace("\N{NO-BREAK SPACE}", " ").startswith(wanted), said


@pytest.mark.parametrize("language", languages())
def test_every_trouble_that_stops_a_line_is_said(language: str) -> None:
    reading = Reading(GRAMMAR)
    for text in ('run "a', "run $(pwd", "run --name", "ps && && ps"):
        line = reading.line(text)
        problem: Problem = next(problem for problem in line.problems if problem.trouble.blocks)
        said = texts_of(refusal_text(line, load(language))).strip()
        assert said
        assert "problem" not in said, f"{problem.trouble} has a sentence"


@pytest.mark.parametrize(
    ("texts", "columns", "shown"),
    [
        (["ab", "cd"], 10, "abcd"),
        (["ab", "cd"], 5, "abcd"),
        (["ab", "cdef"], 5, "abc…"),
        (["ab", "cd", "ef"], 4, "ab…"),
        (["abcdef"], 4, "ab…"),
        (["漢字かな", "b"], 8, "漢字か…"),
    ],
)
def test_what_is_too_long_is_cut(texts: list[str], columns: int, shown: str) -> None:
    cut = texts_of(fitted([("", text) for text in texts], columns))
    assert cut == shown
    assert get_cwidth(cut) < columns
