"""dshell's own options, variables and config file."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest

from dshell import settings
from dshell.settings import OPTIONS, BadSetting, cache_folder, config_file, history_file
from dshell.teach.texts import load


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setattr(settings, "config_file", lambda: str(path))
    return path


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ("run -it alpine", "run -it alpine"),
        ("--lang fr run -it alpine", "run -it alpine"),
        ("--lang=fr --plain ps", "ps"),
        ("--context x -H y ps --context z", "ps --context z"),
        ("-D ps", "-D ps"),  # docker's own global flags are docker's to read
        ("--config /x ps", "--config /x ps"),
        ("--quiet=yes ps", "--quiet=yes ps"),
        ("", ""),
    ],
)
def test_the_docker_line_begins_at_the_first_word_that_is_not_dshells(argv: str, words: str) -> None:
    assert settings.read(argv.split(), {}).words == tuple(words.split())


def test_an_option_beats_the_environment_and_that_the_file(config: Path) -> None:
    config.write_text('lang = "fr"\nexplain = "brief"\nplain = true\n')
    found = settings.read(["--explain", "off"], {"DSHELL_EXPLAIN": "full", "DSHELL_PLAIN": "0"})
    assert (found.lang, found.explain, found.plain) == ("fr", "off", False)
    assert found.sources == {"lang": "config", "explain": "option", "plain": "environment"}


@pytest.mark.parametrize(
    ("argv", "asked", "level"),
    [([], False, "full"), (["--explain", "full"], True, "full"), (["--quiet"], True, "off")],
)
def test_narration_is_asked_for_only_on_the_command_line(argv: list[str], asked: bool, level: str) -> None:
    found = settings.read(argv, {})
    assert (found.asked, found.explain) == (asked, level)
    assert not settings.read([], {"DSHELL_EXPLAIN": "full"}).asked


@pytest.mark.parametrize(
    ("argv", "environ", "file", "key", "value"),
    [
        (["--lang", "de"], {}, "", "value", "de"),
        (["--lang"], {}, "", "missing", ""),
        ([], {"DSHELL_EXPLAIN": "loud"}, "", "value", "loud"),
        ([], {}, "lang = 3", "value", "3"),
        ([], {}, "colour = 'red'", "unknown", "colour"),
        ([], {}, "lang = ", "file", None),
        (["--unchecked", "port,ports"], {}, "", "value", "ports"),
    ],
)
def test_what_is_refused(
    config: Path, argv: list[str], environ: dict[str, str], file: str, key: str, value: str | None
) -> None:
    config.write_text(file)
    with pytest.raises(BadSetting) as caught:
        settings.read(argv, environ)
    assert caught.value.key == key
    if value is not None:
        assert caught.value.value == value


def test_a_home_that_is_no_folder_has_no_config_file() -> None:
    assert settings.read_config(os.path.join(os.devnull, ".config", "dshell", "config.toml")) == ({}, {})


@pytest.mark.parametrize(
    ("argv", "environ", "file", "language"),
    [
        ("--lang fr", "", "lang = [", "fr"),
        ("--lang fr", "en", "colour = 1", "fr"),
        ("", "fr", "lang = 'en'\ncolour = 1", "fr"),
        ("--explain loud", "", "lang = 'fr'", "fr"),
        ("", "", "colour = 1\nlang = 'fr'", "fr"),
        ("", "de", "lang = [", ""),
        ("", "", "lang = 'de'", ""),
    ],
)
def test_what_is_refused_is_said_in_the_language_that_is_asked_for(
    config: Path, argv: str, environ: str, file: str, language: str
) -> None:
    config.write_text(file)
    with pytest.raises(BadSetting):
        settings.read(argv.split(), {"DSHELL_LANG": environ})
    assert settings.read_language(argv.split(), {"DSHELL_LANG": environ}) == language


def test_a_config_file_written_by_notepad_is_read(config: Path) -> None:
    config.write_text('lang = "fr"\n', encoding="utf-8-sig")
    assert settings.read([], {}).lang == "fr"


@pytest.mark.parametrize(
    ("argv", "environ", "file", "expected"),
    [
        ([], {}, "", ()),
        (["--unchecked", "port,name"], {"DSHELL_UNCHECKED": "loss"}, 'unchecked = ["script"]', ("port", "name")),
        ([], {"DSHELL_UNCHECKED": "all"}, 'unchecked = ["script"]', ("all",)),
        ([], {}, 'unchecked = ["script", "loss"]', ("script", "loss")),
        ([], {}, 'unchecked = "script"', ("script",)),
        ([], {}, "unchecked = []", ()),
    ],
)
def test_what_is_not_looked_for(
    config: Path, argv: list[str], environ: dict[str, str], file: str, expected: tuple[str, ...]
) -> None:
    config.write_text(file)
    assert settings.read(argv, environ).unchecked == expected


@pytest.mark.parametrize("named", [None, "", "relative", "~/elsewhere", os.path.abspath("elsewhere")])
@pytest.mark.parametrize("kind", ["config", "state", "cache"])
def test_folders_are_those_of_platformdirs(kind: str, named: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    variable = f"XDG_{kind.upper()}_HOME"
    monkeypatch.delenv(variable, raising=False)
    if named is not None:
        monkeypatch.setenv(variable, named)
    found = {"config": Path(config_file()).parent, "state": history_file().parent, "cache": cache_folder()}
    assert str(found[kind]) == getattr(platformdirs, f"user_{kind}_dir")("dshell", appauthor=False)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("option", [option for option in OPTIONS if option.spellings], ids=lambda option: option.key)
def test_the_page_of_help_has_every_option(option: settings.Option, language: str) -> None:
    page = load(language).say("app.help", config="")
    assert option.spellings[0] in page
    assert option.variable in page
