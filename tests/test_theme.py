"""Which words get which colour, and that every colour can be read."""

from __future__ import annotations

import pytest
from prompt_toolkit.document import Document
from prompt_toolkit.styles import Style

from dshell.shell.reading import Reading
from dshell.shell.theme import BOTH, DARK, LIGHT, NONE, PALETTES, LineLexer, style
from tests.shell_parts import GRAMMAR, NAMES

READABLE = 4.5  # contrast that WCAG 2 asks of text
LIGHT_GROUNDS = ("#ffffff", "#fdf6e3")  # white, and Solarized's
DARK_GROUNDS = ("#000000", "#1e1e1e", "#002b36")


def painted(text: str) -> dict[str, str]:
    """The words of ``text`` as they are painted, each with its class."""
    lex = LineLexer(Reading(GRAMMAR, lambda: NAMES)).lex_document(Document(text))
    return {fragment[1]: fragment[0].removeprefix("class:") for row in text.split("\n") for fragment in lex(0) if row}


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        (
            "docker run -it --name=web -m 512m -v ./src:/app alpine ls -l",
            {"docker": "program", "run": "command", "-it": "flag", "web": "name", "512m": "value", "./src:/app": "path",
             "alpine": "name", "ls": "inside", "-l": "inside"},
        ),
        ("run -p80:80 x", {"-p": "flag", "80:80": "value"}),
        ("run -v $HOME/x:/app x", {"$HOME": "expansion", "/x:/app": "path"}),
        ("run -m 4x alpine", {"4x": "problem", "alpine": "name"}),
        ("run --nmae web alpine", {"--nmae": "problem"}),
        ("run alpine -it sh", {"-it": "problem", "sh": "inside"}),
        ("exec alpine sh", {"alpine": "problem"}),
        ("git status", {"git": "host", "status": "host"}),
        ("ps | grep web", {"ps": "command", "|": "operator", "grep": "host"}),
        ("explain run -it alpine", {"explain": "own", "run": "command", "-it": "flag", "alpine": "name"}),
        ("compose -f x.yaml up web", {"-f": "flag", "x.yaml": "path", "up": "command", "web": "name"}),
    ],
)  # fmt: skip
def test_what_is_painted_how(text: str, classes: dict[str, str]) -> None:
    found = painted(text)
    assert {word: found.get(word) for word in classes} == classes


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("palette", "grounds"), [(LIGHT, LIGHT_GROUNDS), (DARK, DARK_GROUNDS)])
def test_every_colour_can_be_read(palette: dict[str, str], grounds: tuple[str, ...]) -> None:
    for name, colour in palette.items():
        for ground in grounds:
            assert contrast(colour, ground) >= READABLE, f"{name} on {ground}"


def test_every_palette_has_the_same_colours() -> None:
    assert {frozenset(palette) for palette in PALETTES.values()} == {frozenset(BOTH)}
    assert not any(NONE.values())
    pale = {"ansiyellow", "ansiwhite", "ansibrightyellow", "ansiblack"}
    assert not pale & set(" ".join(BOTH.values()).split())


def colours(chosen: Style) -> str:
    return chosen.get_attrs_for_style_str("class:flag").color or ""


@pytest.mark.parametrize(
    ("theme", "ground", "palette"),
    [
        ("auto", "", BOTH),
        ("auto", "15;0", DARK),
        ("auto", "0;15", LIGHT),
        ("auto", "0;default;15", LIGHT),
        ("auto", "default;default", BOTH),
        ("light", "15;0", LIGHT),
        ("dark", "0;15", DARK),
        ("none", "15;0", NONE),
    ],
)
def test_which_palette(theme: str, ground: str, palette: dict[str, str]) -> None:
    assert colours(style(theme, {"COLORFGBG": ground})) == palette["flag"].removeprefix("#")


def test_without_colours_a_problem_is_underlined_all_the_same() -> None:
    attributes = style("none", {}).get_attrs_for_style_str("class:problem")
    assert attributes.underline
    assert not attributes.color
