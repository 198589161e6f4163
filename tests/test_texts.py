"""Languages: the same keys and slots in each, and how each writes numbers, units and spaces."""

from __future__ import annotations

import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from dshell.teach import texts
from dshell.teach.texts import FOLDER, NO_BREAK, Texts, choose, flattened, languages, load, section, spaced

OTHERS = [language for language in languages() if language != texts.DEFAULT]


def files(language: str) -> list[str]:
    return sorted(path.stem for path in (FOLDER / language).glob("*.toml"))


def slots(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


EVERY = [(language, name) for language in languages() for name in files(language)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A language of the test's own, "xx"."""
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    (tmp_path / "xx").mkdir()
    section.cache_clear()
    languages.cache_clear()
    yield tmp_path / "xx"
    section.cache_clear()
    languages.cache_clear()


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_has_the_same_files(language: str) -> None:
    assert files(language) == files(texts.DEFAULT)


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_file_has_the_same_keys_and_slots(language: str, name: str) -> None:
    here, there = section(language, name), section(texts.DEFAULT, name)
    assert set(here) == set(there)
    assert {key: slots(text) for key, text in here.items()} == {key: slots(text) for key, text in there.items()}


@pytest.mark.parametrize(("language", "name"), EVERY)
def test_every_text_says_something_and_can_be_filled(language: str, name: str) -> None:
    for key, text in section(language, name).items():
        assert text == text.strip() or name == "language", key
        assert text or key.startswith("language."), key
        assert all(slot.isidentifier() for slot in slots(text)), key
        assert "\t" not in text, key
        said = Texts(language).say(key, **dict.fromkeys(slots(text), "x"))
        assert said != key, key


@pytest.mark.parametrize("name", files("fr"))
def test_french_typography(name: str) -> None:
    """No-break spaces come from the spaces of the file; a mark that French sets apart never touches its word."""
    for key, text in section("fr", name).items():
        if name == "language":
            continue
        for mark in ";!?":
            for before, after in zip(text, text[1:] + " ", strict=True):
                if after == mark:
                    assert before in {NO_BREAK, "(", "$", "-", "#"}, f"{key}: {text}"
        assert "..." not in text, key


def test_a_language_is_read_by_file(folder: Path) -> None:
    (folder / "one.toml").write_text('a = "A"\n[b]\nc = "C {x}"\n', encoding="utf-8")
    (folder / "broken.toml").write_text("not toml", encoding="utf-8")
    assert load("xx").say("one.a") == "A"
    assert load("xx").say("one.b.c", x=1) == "C 1"
    assert load("xx").has("one.b.c")
    assert not load("xx").has("one.b")


def test_what_is_missing_says_its_key(folder: Path) -> None:
    (folder / "one.toml").write_text('a = "A {x}"\nb = "{"\n', encoding="utf-8")
    assert load("xx").say("one.missing") == "one.missing"
    assert load("xx").say("nofile.a") == "nofile.a"
    assert load("xx").say("one.a") == "one.a"
    assert load("xx").say("one.b") == "one.b"


def test_slots_are_not_read_as_templates(folder: Path) -> None:
    (folder / "one.toml").write_text('a = "A {x}"\n', encoding="utf-8")
    assert load("xx").say("one.a", x="{y} : {{.Names}}") == "A {y} : {{.Names}}"


@pytest.mark.parametrize(("language", "count", "form"), [("en", 0, "s"), ("en", 1, ""), ("fr", 0, ""), ("fr", 2, "s")])
def test_plural(folder: Path, language: str, count: int, form: str) -> None:
    one = (Path(texts.__file__).parent / "texts" / language / "language.toml").read_text(encoding="utf-8")
    (folder / "language.toml").write_text(one, encoding="utf-8")
    (folder / "x.toml").write_text('[y]\none = "{count} z"\nother = "{count} zs"\n', encoding="utf-8")
    assert load("xx").say("x.y", count=count) == f"{count} z{form}"
    assert load("xx").has("x.y")


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [
        (0, "0 B", "0 o"),
        (999, "999 B", "999 o"),
        (1000, "1.0 kB", "1,0 ko"),
        (3_642_247, "3.6 MB", "3,6 Mo"),
        (99_960_000, "100 MB", "100 Mo"),
        (999_600_000, "1.0 GB", "1,0 Go"),
        (5e15, "5000 TB", "5000 To"),
    ],
)
def test_size(count: float, english: str, french: str) -> None:
    assert load("en").size(count).replace(NO_BREAK, " ") == english
    assert load("fr").size(count).replace(NO_BREAK, " ") == french


@pytest.mark.parametrize(("seconds", "told"), [(0.0, "1 s"), (2.04, "2 s"), (61, "1 min 1 s")])
def test_age(seconds: float, told: str) -> None:
    assert load("en").age(seconds).replace(NO_BREAK, " ") == told


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0.043, "0.04 s", "0,04 s"),
        (0.2, "0.2 s", "0,2 s"),
        (9.96, "10 s", "10 s"),
        (59.7, "1 min", "1 min"),
        (125, "2 min 5 s", "2 min 5 s"),
        (7200, "2 h", "2 h"),
        (90_000, "1 d 1 h", "1 j 1 h"),
    ],
)
def test_duration(seconds: float, english: str, french: str) -> None:
    assert load("en").duration(seconds).replace(NO_BREAK, " ") == english
    assert load("fr").duration(seconds).replace(NO_BREAK, " ") == french


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Déjà fini ? oui", "Déjà fini~? oui"),
        ("l'image : alpine:latest", "l'image~: alpine:latest"),
        ("« oui », non", "«~oui~», non"),
        ("fini !", "fini~!"),
        ("run -it alpine", "run -it alpine"),
        ("ls ; :wq", "ls~; :wq"),
    ],
)
def test_french_spaces(text: str, expected: str) -> None:
    assert spaced(text, section("fr", "language")) == expected.replace("~", NO_BREAK)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "fr"),
        ({"LANG": "fr-CA"}, "fr"),
        ({"LANG": "French_France.1252"}, "fr"),
        ({"LANG": "de_DE"}, "en"),
        ({"LANG": "fr_FR", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB", "LC_MESSAGES": "fr_BE"}, "fr"),
        ({"LANG": "fr_FR", "LC_ALL": ""}, "fr"),
    ],
)
def test_choose(environ: dict[str, str], expected: str) -> None:
    assert choose(environ) == expected


def test_an_unknown_language_is_english() -> None:
    assert load("tlh").language == "en"
    assert set(languages()) == {"en", "fr"}


def test_flattened() -> None:
    assert flattened({"a": "1", "b": {"c d": "2"}}, "p") == {"p.a": "1", "p.b.c d": "2"}
