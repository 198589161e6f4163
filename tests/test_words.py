"""The sentences of commands and flags: all of them there, in every language, short, and saying something."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Iterator

import pytest

from dshell.grammar.help import Page, read_page
from dshell.grammar.load import load
from dshell.grammar.model import Command, Flag
from dshell.line.parse import parse
from dshell.teach import texts as files
from dshell.teach.texts import Texts, languages, section
from dshell.teach.words import FILES, PLUGINS, command_text, examples, flag_keys, flag_text, note

GRAMMAR = load()
COMMANDS = {" ".join(command.path): command for command in GRAMMAR.commands()}
FLAGS = [
    (command, flag)
    for command in COMMANDS.values()
    for flag in (*command.flags.values(), *command.hidden.values())  # those that help does not show, too
]
LANGUAGES = languages()
LONGEST = 100
FLAG_FILES = sorted({"flags", *FILES.values()})
IDLE = {
    *["the", "a", "an", "of", "to", "is", "it", "its", "for", "in", "on"],
    *["le", "la", "les", "l", "un", "une", "de", "du", "des", "d", "à", "en", "pour", "sur", "son", "sa", "ses"],
}
EXAMPLES = sorted({line for rows in examples().values() for lines in rows.values() for line in lines})


def spelled(command: Command, flag: Flag | None = None) -> str:
    return " ".join((*command.path, *([f"--{flag.name}"] if flag else ())))


def flag_key(command: Command, flag: Flag, language: str) -> str | None:
    known = Texts(language)
    return next((key for key in flag_keys(" ".join(command.path), flag.name) if known.has(key)), None)


def said(language: str) -> Iterator[tuple[str, str, str]]:
    """What, its name, its sentence: every command and every flag that is known."""
    known = Texts(language)
    for command in COMMANDS.values():
        yield spelled(command), command.path[-1] if command.path else "docker", command_text(command, known)
    for command, flag in FLAGS:
        yield spelled(command, flag), flag.name, flag_text(command, flag, known)


@pytest.mark.parametrize("language", LANGUAGES)
class TestEach:
    def test_every_command_and_every_flag_has_its_sentence(self, language: str) -> None:
        known = Texts(language)
        bare = [spelled(command) for command in COMMANDS.values() if not known.has(command_key(command))]
        bare += [spelled(command, flag) for command, flag in FLAGS if flag_key(command, flag, language) is None]
        assert bare == []

    def test_it_is_short(self, language: str) -> None:
        assert [what for what, _, text in said(language) if not 0 < len(text) <= LONGEST] == []

    def test_it_says_more_than_the_name(self, language: str) -> None:
        assert [what for what, name, text in said(language) if not words(text) - words(name)] == []

    def test_it_begins_small_and_ends_open(self, language: str) -> None:
        """The sentences stand in columns behind their word: no capital, no full stop."""
        assert [what for what, _, text in said(language) if text[0].isupper() or text.endswith(".")] == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != files.DEFAULT])
def test_no_sentence_was_left_in_english(language: str) -> None:
    english = {what: text for what, _, text in said(files.DEFAULT)}
    assert [what for what, _, text in said(language) if text == english[what]] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_commands_with_sentences_are_docker_s(language: str) -> None:
    known = {key.partition(".")[2] for key in section(language, "commands")}
    for file in PLUGINS:
        known |= {key.split(".", 2)[2] for key in section(language, file) if key.startswith(f"{file}.commands.")}
    assert known == set(COMMANDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", FLAG_FILES)
def test_every_sentence_about_a_flag_is_said_of_one(language: str, file: str) -> None:
    """What nothing reaches is a word that docker has no more, or one that a narrower sentence hides."""
    said_keys = {flag_key(command, flag, language) for command, flag in FLAGS}
    keys = {key for key in section(language, file) if not key.startswith(f"{file}.commands.")}
    assert keys - said_keys == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", ["commands", *FLAG_FILES, "notes"])
def test_tables_are_in_order(language: str, file: str) -> None:
    tables = tomllib.loads((files.FOLDER / language / f"{file}.toml").read_text(encoding="utf-8"))
    first = [name for name in ("commands", "all", "") if name in tables]
    if file != "commands":
        assert list(tables) == [*first, *sorted(set(tables) - set(first))]
    for name, table in tables.items():
        if isinstance(table, dict):
            assert list(table) == sorted(table, key=str.lower), name


def noted(language: str) -> Iterator[tuple[Command, Flag | None]]:
    for key in section(language, "notes"):
        _, table, name = key.split(".", 2)
        path = name if table == "commands" else table
        yield COMMANDS[path], None if table == "commands" else COMMANDS[path].flags[name]


class TestNotes:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_ones_that_matter_have_one(self, language: str) -> None:
        assert len(list(noted(language))) >= 60
        for command, flag in noted(language):
            found = note(command, flag, Texts(language))
            assert found is not None
            assert found.examples, spelled(command, flag)
            assert 1 <= found.text.count(". ") + 1 <= 5, spelled(command, flag)
            assert found.text.endswith("."), spelled(command, flag)

    def test_examples_are_of_notes(self) -> None:
        there = {tuple(key.split(".", 2)[1:]) for key in section(files.DEFAULT, "notes")}
        assert {(table, name) for table, rows in examples().items() for name in rows} == there

    @pytest.mark.parametrize("example", EXAMPLES)
    def test_examples_run_as_they_stand(self, example: str) -> None:
        line = parse(example, GRAMMAR)
        assert line.problems == ()
        assert line.commands[0].command is not None

    def test_an_example_shows_its_flag(self) -> None:
        for command, flag in noted(files.DEFAULT):
            found = note(command, flag, Texts(files.DEFAULT))
            if flag and found:
                line = parse(found.examples[0], GRAMMAR).commands[0]
                uses = (*line.before, *line.flags)
                assert (command.path, flag.name) in {
                    (use.owner.path, use.flag.name) for use in uses if use.owner and use.flag
                }

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_terminal_is_a_terminal(self, language: str) -> None:
        """-t starts no shell: the image does."""
        run = COMMANDS["container run"]
        found = note(run, run.flags["tty"], Texts(language))
        assert found is not None
        assert "terminal" in found.text
        assert "image" in found.text


def command_key(command: Command) -> str:
    path = " ".join(command.path)
    first = path.partition(" ")[0]
    return f"{first}.commands.{path}" if first in PLUGINS else f"commands.{path}"


def words(text: str) -> set[str]:
    """Words of ``text`` that carry something, by their beginning: ``volumes`` and ``volume`` are one."""
    found = re.findall(r"\w+", text.lower())
    return {word[:4] for word in found if word not in IDLE}


def test_a_command_of_a_docker_that_is_newer_has_a_sentence_too() -> None:
    assert command_text(Command(("scout",), plugin=True), Texts("en")) == "a plug-in of docker, with words of its own"


def test_a_flag_without_a_sentence_says_its_type() -> None:
    command = Command(("x",))
    assert flag_text(command, Flag("zz", type="bool"), Texts("en")) == "a switch of x"
    assert flag_text(command, Flag("zz", choices=("a", "b")), Texts("en")) == "takes one of a, b"
    assert flag_text(command, Flag("zz", type="int"), Texts("fr")).startswith("attend une valeur")


@pytest.mark.parametrize(
    ("path", "flag", "begins"),
    [
        ("container run", "env", "sets a variable inside the container"),
        ("container create", "quiet", "does not show the download"),
        ("container exec", "env", "sets a variable for this program"),
        ("image build", "tag", "names the image that is built"),
        ("image build", "iidfile", "writes the id of the new image"),
        ("service update", "replicas", "how many copies"),
        ("service create", "config", "puts a settings file"),
        ("", "config", "the folder with docker's own settings"),
    ],
)
def test_the_narrowest_sentence_is_said(path: str, flag: str, begins: str) -> None:
    command = COMMANDS[path]
    assert flag_text(command, command.flags[flag], Texts("en")).startswith(begins)


def test_build_knows_what_buildx_gives_it() -> None:
    build = COMMANDS["image build"]
    assert flag_text(build, build.flags["push"], Texts("en")).startswith("uploads the image")


def pages() -> Iterator[tuple[Command | None, Page]]:
    """Every page of the installed docker's own help, and of compose and buildx where they are installed."""
    waiting: list[tuple[str, ...]] = [()]
    while waiting:
        path = waiting.pop()
        text = shown(*path)
        page = read_page(text, path)
        yield COMMANDS.get(" ".join(path)), page
        for name in page.below:
            found, used = GRAMMAR.find((*path, name))
            if found and not found.plugin and used > len(path):
                waiting += [found.path] if found.path == (*path, name) else []
            else:  # help marks what a plug-in adds
                assert re.search(rf"^  {name}\*", text, re.MULTILINE), f"docker {' '.join((*path, name))} is unknown"


def shown(*words: str) -> str:
    """No daemon is asked: the CLI hides what the one it finds is too old for. Nor does buildx answer for docker."""
    environ = {**os.environ, "DOCKER_HOST": "tcp://127.0.0.1:1", "DOCKER_BUILDKIT": "0"}
    run = subprocess.run(["docker", *words, "--help"], env=environ, capture_output=True, text=True, check=True)
    return run.stdout


def test_all_that_the_installed_docker_has_is_known_and_said() -> None:
    """Whatever its help shows has a row in the grammar and a sentence in every language."""
    lacking, count = [], 0
    for command, page in pages():
        assert command is not None, page.names
        for name in page.flags:
            count += 1
            flag = command.flags.get(name) or command.hidden.get(name)
            if flag is None or not all(flag_key(command, flag, language) for language in LANGUAGES):
                lacking.append(f"{spelled(command)} --{name}")
    assert lacking == []
    assert count > 700
