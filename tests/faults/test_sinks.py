"""Whatever a daemon, a registry, an image or a file says, no place where dshell shows it lets it rule.

Sources are all facts that events and pictures are made of, each filled with the worst words; sinks are all that is made
of them: rows, SVG, HTML, Markdown, YAML, a script. An event that is new is in the table by itself.
"""

from __future__ import annotations

import random
import types
import typing
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from dshell.errors import Trouble
from dshell.events import Course, Event, Failed, Moment
from dshell.foreseen import Ahead, Foreseen
from dshell.line.split import split
from dshell.run.base import Setting
from dshell.run.compose_file import written
from dshell.run.remake import writing
from dshell.run.remake.composing import TABLE, compose
from dshell.run.remake.inverse import Recipe
from dshell.shell.log_rows import Rows
from dshell.shell.mishaps import said
from dshell.shell.progress import Bars
from dshell.shell.progress import Rows as Layers
from dshell.survey import Survey
from dshell.teach.ahead import question
from dshell.teach.diagnose import tell_why
from dshell.teach.drawing import canvas, course, course_svg, landscape, landscape_svg
from dshell.teach.layout import Level, Scene, Symbols
from dshell.teach.narrate import narrate
from dshell.teach.notes_page import Noted, html, markdown, script
from dshell.teach.texts import languages, load
from tests.faults.proxy import Fault, Proxy, answer
from tests.hostile import EVIL, GRAMMAR, SPLICES
from tests.program import Program

MARKUP = "</text></title></style></pre><script>OWNED</script>\" onload='OWNED' ]]>&#x1b;`````\n# OWNED\n{{OWNED}}"
WORST = EVIL + MARKUP
LONG_WORDS = WORST + "x" * 1_000_000
RULING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
EVENTS: tuple[type, ...] = typing.get_args(Event)
VARIANTS = 8
CREATE = "/containers/create"
OWN_ERROR = 70
SLOTS = (
    "name",
    "image",
    "free",
    "program",
    "names",
    "folder",
    "found",
    "path",
    "flags",
    "command",
    "wanted",
    "have",
    "service",
)
USUAL: Mapping[
    str, tuple[str, ...]
] = {  # what is never somebody else's word, or means something where it is a known one
    "act": ("run", "exec", "attach", "start"),
    "why": ("runs", "used", "changed", "refused"),
    "sort": ("container", "image", "volume", "network", "cache"),
    "status": ("running", "exited", "created", "paused", WORST),
    "health": ("", "unhealthy", WORST),
    "state": ("runs", "stopped"),
}


def filled(kind: Any, name: str, word: str, chance: random.Random) -> Any:
    """A value of ``kind`` with ``word`` wherever a text is."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is str:
        return chance.choice(USUAL.get(name, (word,)))
    if kind in (int, float, bool):
        return kind(chance.choice((0, 1, 137)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return chance.choice([*kind])
    if origin in (types.UnionType, typing.Union):
        return filled(chance.choice(inner), name, word, chance)
    if kind is type(None):
        return None
    if origin is tuple and inner[-1] is Ellipsis:
        return tuple(filled(inner[0], name, word, chance) for _ in range(chance.choice((1, 2, 3))))
    if origin is tuple:
        return tuple(filled(each, name, word, chance) for each in inner)
    if origin is not None and issubclass(origin, Mapping):
        return {slot: filled(str, slot, word, chance) for slot in SLOTS} | {"count": "2", "port": "80"}
    hints = {key: value for key, value in typing.get_type_hints(kind).items() if key in kind._fields}
    return kind(**{key: filled(value, key, word, chance) for key, value in hints.items()})


def every(kind: type, word: str = WORST) -> Iterator[Any]:
    chance = random.Random(8)
    if kind is Foreseen:
        for ahead in Ahead:
            yield filled(kind, "", word, chance)._replace(ahead=ahead, choices=(("other", word), ("stop", word)))
        return
    for _ in range(VARIANTS):
        yield filled(kind, "", word, chance)


def scenes() -> Iterator[Scene]:
    for language in languages():
        yield Scene(load(language))
    yield Scene(load("en"), Level.BRIEF, Symbols.ASCII, width=30)


def armed(rows: str) -> set[str]:
    """Letters that a terminal obeys, or that change what a person reads."""
    return {letter for letter in rows if unicodedata.category(letter) in RULING}


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_no_event_rules_what_tells_it(kind: type) -> None:
    told = 0
    for scene in scenes():
        for event in every(kind):
            moments = (Moment(1.0, event), Moment(2.0, event))
            record = Course(WORST, 0.0, moments)
            rows = [narrate(event, scene), *course.drawn(record, scene), *course.in_words(record, scene)]
            if isinstance(event, Failed):
                rows.append(tell_why(event, scene))
            if isinstance(event, Foreseen):
                rows += question(event, scene)
            assert armed("".join(rows).replace("\n", "")) == set()
            told += len("".join(rows))
    assert told


@pytest.mark.parametrize("trouble", Trouble)
def test_no_failure_rules_what_tells_it(trouble: Trouble) -> None:
    for each in every(Failed):
        failed = each._replace(failure=each.failure._replace(trouble=trouble, words=f"Error: {WORST}"))
        for scene in scenes():
            assert armed(tell_why(failed, scene).replace("\n", "")) == set()


def test_a_megabyte_is_told_as_any_other_word() -> None:
    scene = Scene(load("en"))
    for kind in EVENTS:
        event = next(every(kind, LONG_WORDS))
        assert armed(narrate(event, scene).replace("\n", "")) == set()


# Pictures and pages


class Tags(HTMLParser):
    """What of a page a browser takes for markup."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(f"{tag} {name}" for name, _ in attrs)}


def pictures(word: str) -> Iterator[tuple[str, str]]:
    scene = Scene(load("en"))
    survey: Survey = next(every(Survey, word))
    events = [next(every(kind, word)) for kind in EVENTS]
    record = Course(word, 0.0, tuple(Moment(float(at), event) for at, event in enumerate(events)))
    for name, picture, words in (
        ("map", landscape_svg.picture(survey, scene), landscape.in_words(survey, scene)),
        ("flow", course_svg.picture(record, scene), course.in_words(record, scene)),
    ):
        yield f"{name}.svg", picture
        yield f"{name}.html", canvas.page(picture, word, words, "en")
    note = Noted(1, word, word, 0, word, ((word, word),), (word,))
    yield "notes.html", html([note], "today", load("en"))


def test_no_word_is_markup() -> None:
    usual = dict(pictures("web"))
    for name, text in pictures(WORST):
        assert Tags(text).found <= Tags(usual[name]).found, name
        assert armed(text.replace("\n", "")) <= ({*WORST} if name == "notes.html" else set()), name
        if name.endswith("svg"):
            ElementTree.fromstring(text)


def test_the_map_on_a_terminal() -> None:
    for survey in every(Survey):
        for scene in scenes():
            rows = [*landscape.drawn(survey, scene), *landscape.in_words(survey, scene)]
            assert armed("".join(rows)) == set()


def test_no_word_ends_its_place_in_markdown() -> None:
    """Markup, rows and ticks stay in the code that they stand in: nothing but the page's own begins a row."""
    note = Noted(1, WORST, WORST, 0, "", ((WORST, WORST),), (WORST,))
    fence = ""
    for row in markdown([note], "today", load("en")).split("\n"):
        ticks = row[: len(row) - len(row.lstrip("`"))]
        if len(ticks) > 2 and (not fence or row == fence):
            fence = "" if fence else ticks
        elif not fence:
            assert not row.startswith(("# OWNED", "<", "{{"))
    assert fence == ""


def test_no_word_is_a_line_of_the_script() -> None:
    for word in (WORST, *SPLICES):
        note = Noted(1, word, "docker ps", 0, word, ((word, word),), (word,))
        for noted in (note, note._replace(comment=""), note._replace(hidden=True, bash=word)):
            rows = script([noted], "today", load("en")).split("\n")
            assert {row for row in rows if row and not row.startswith("#")} <= {"set -e", "docker ps"}, word


# Lines and files that make a container again


@pytest.mark.parametrize("word", [*SPLICES, WORST])
def test_no_word_is_syntax_where_a_container_is_made_again(word: str) -> None:
    run, _ = GRAMMAR.find(["run"])
    assert run is not None
    texts = ("env", "label", "name", "entrypoint", "user", "workdir", "health-cmd", "log-opt", "add-host")
    settings = tuple(Setting(name, word) for name in texts if name in run.flags)
    network = (("net" + word, (Setting("alias", word),)),)
    recipe = Recipe(word, settings, word, (word, word), network)
    for joined in ((), network):
        tokens, problems = split(writing.as_run(recipe._replace(joined=joined), run.flags))
        assert problems == []
        assert {token.text for token in tokens if token.operator} <= ({"&&"} if joined else set())
        assert all(token.literal or token.operator for token in tokens)
        assert sum(word in token.text for token in tokens) >= len(settings) + 2
    assert {*texts} <= {*TABLE}
    file = compose([recipe], run.flags).file
    assert yaml.safe_load(written(file)) == file
    assert "$" not in "".join(values(file)).replace("$$", "")


def values(content: object) -> Iterator[str]:
    """Texts in which compose puts variables: no keys."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        yield from (each for value in content.values() for each in values(value))
    elif isinstance(content, list):
        yield from (each for value in content for each in values(value))


# What is drawn beside


def test_a_follower_of_logs_is_ruled_by_no_container() -> None:
    rows = Rows([WORST, "web"], live=True)
    plain = Rows([WORST, "web"], live=False)
    for scene in (Scene(load("en"), color=True), Scene(load("en"))):
        for text in (WORST, "\x1b[31mred\x1b[0m" + WORST, *SPLICES):
            for channel in (1, 2):
                shown = [*rows.row(scene, 0, channel, text, None), *plain.row(scene, 0, channel, text, None)]
                shown += [rows.told(scene, 0, "ended")]
                left = "".join(shown)
                for code in range(110):  # colours are a container's own
                    left = left.replace(f"\x1b[{code}m", "")
                assert armed(left.replace("\x1b[m", "")) == set()


@pytest.mark.parametrize("make", [Bars, Layers])
def test_a_download_is_drawn_by_dshell_alone(make: Callable[..., Any]) -> None:
    out: list[str] = []
    usual: list[str] = []
    from dshell.events import LayerProgress  # noqa: PLC0415 - beside what it is for

    for written_to, word in ((out, WORST), (usual, "0123456789ab")):
        layers = make(Scene(load("en")), written_to.append)
        for status in ("Downloading", "Download complete", word):
            layers.show(LayerProgress(word, status, 1, 2))
        layers.close()
    assert armed("".join(out)) <= armed("".join(usual))


def test_a_mishap_tells_of_its_file_and_nothing_else(tmp_path: Path) -> None:
    rows = said([ValueError(WORST)], tmp_path / "x\x1b[2J", load("en"))
    assert armed("".join(rows)) == set()


def test_each_look_ahead_is_among_them() -> None:
    seen = {event.ahead for event in every(Foreseen)}
    assert seen == set(Ahead)


HALF = rb'{"message": "x \ud800 y\u001b[2J", "Id": "\ud800", "Warnings": ["\ud800"], "Names": ["/\ud800"]}'
HALVES: Mapping[str, tuple[Fault, tuple[str, ...]]] = {
    "an error": (Fault(CREATE, instead=answer(HALF, "400 Bad")), ("run", "alpine")),
    "an id": (Fault(CREATE, instead=answer(HALF, "201 C")), ("create", "alpine")),
    "a layer": (
        Fault("/images/create", instead=answer(rb'{"status": "\ud800", "id": "a\ud800"}' + b"\r\n")),
        ("pull", "alpine:x"),
    ),
    "a row": (Fault("/containers/json", instead=answer(b"[" + HALF + b"]")), ("run", "--rm", "alpine", "true")),
}


@pytest.mark.parametrize("level", [(), ("--explain", "full")])
@pytest.mark.parametrize("name", HALVES)
def test_half_a_letter_from_a_daemon_is_told(
    engine_host: str, tmp_path: Path, name: str, level: tuple[str, ...]
) -> None:
    """JSON may hold one, and no encoding has it: Go writes U+FFFD."""
    fault, words = HALVES[name]
    with Proxy(tmp_path / "s", engine_host, fault) as proxy:
        done = Program(proxy.host, tmp_path).once(*level, *words)
    assert done.returncode != OWN_ERROR
    assert b"mishap" not in done.stderr
