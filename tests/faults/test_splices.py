"""No name becomes syntax: what Tab puts into a line, and what lines that dshell proposes say, is one word of it."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pytest

from dshell.engine.records import ContainerName, ImageName, Names
from dshell.events import Failed
from dshell.line.check import checked
from dshell.line.host import host_text
from dshell.line.model import Expansion, Line, Trouble
from dshell.line.parse import parse
from dshell.line.split import quote, split
from dshell.line.suggest import suggest
from dshell.line.usage import Usage
from dshell.line.world import Entry, Project, Shape, World
from dshell.shell.completer import joined
from dshell.teach.diagnose import diagnose, in_general
from dshell.teach.rules import rules
from tests.hostile import EVIL, GRAMMAR, SPLICES
from tests.worlds import Book

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))

NAMED = (*SPLICES, EVIL)
ENTRIES = tuple(Entry(name.replace("/", ""), bool(at % 2)) for at, name in enumerate(NAMED))
NAMES = Names(
    containers=tuple(ContainerName(name, f"{at:064x}", name, "running") for at, name in enumerate(NAMED)),
    images=tuple(ImageName(f"{name}:latest", f"sha256:{at:064x}") for at, name in enumerate(NAMED)),
    volumes=NAMED,
    networks=NAMED,
    contexts=NAMED,
)


class Ill(Book):
    """Whatever is looked up means ill."""

    def inside(self, container: str, folder: str) -> tuple[Entry, ...]:
        return ENTRIES

    def listed(self, noun: str) -> tuple[str, ...]:
        return NAMED

    def stages(self, file: str) -> tuple[str, ...]:
        return NAMED

    def project(self, files: object) -> Project:
        return Project(NAMED, NAMED, {name: name for name in NAMED})

    def shape(self, image: str) -> Shape:
        return Shape(NAMED, ("80/tcp",), NAMED, EVIL, NAMED, NAMED)


WORLD = World(NAMES, lambda folder: ENTRIES, Usage(), Ill(), ("HOME", "BASH_FUNC_x%%", "a;b"))

PLACES = (
    *("logs |", "logs '|", 'logs "|', 'logs "|"', "logs '|'", 'logs "| x"', "logs ab\"|", "logs $(echo |)", "rm web |"),
    *("run |", 'run "|', "run --name=|", 'run "--name=|', 'run --name="|', "run --network |", 'run --network "|"'),
    *("run -v |", 'run -v "|', 'run -v "./|"', "run -v './|", "run -v ./x\\|", "run -v |:/x", 'run -v "$PWD/|'),
    *("run --mount type=volume,source=|", 'run --mount "type=volume,source=|', "run -p |", "run -e |", 'run -e "|'),
    *("run alpine |", 'run alpine "|', "cp |", "cp 'a'\"'\"'b:|", 'cp "|', "exec $X|", 'exec "$X|', "exec `|"),
    *("context use |", "compose up |", 'compose up "|"', "compose --profile |", "compose scale |", "build --target |"),
    *("ls |", "ls '|", 'ls "|', 'ls "$PWD/|', 'ls "`pwd`/|', "ls C:\\Users\\|", 'ls "C:\\Users\\|', "ls x\\|"),
    *("ls $PWD/|", "cd |", 'cd "|', "cd '|'", "!ls |", "cat < |", "logs web > |", "logs web | grep x > |"),
    *("ps -f label=|", "explain logs |", "$|", "ls $|", "ls ${|", 'ls "$|', "as-run |", "again |", "shell '|'"),
    "map --svg |",
)  # fmt: skip


def accepted(marked: str) -> list[str]:
    """What becomes of a line for each candidate that Tab would put where ``|`` stands; a quote left open is closed."""
    cursor = marked.rindex("|")
    text = marked[:cursor] + marked[cursor + 1 :]
    found = joined(suggest(parse(text, GRAMMAR), cursor, WORLD, GRAMMAR), text[cursor:])
    lines = [text[: each.range.start] + put + text[cursor:] for each, put in found]
    return [ended(line) for line in lines]


def ended(text: str) -> str:
    """With what closes it. A backslash before the quote, as behind a Windows folder, takes that for a letter."""
    return next(text + end for end in ("", "'", '"', '""', ")", "`", "}") if closed(text + end))


def closed(text: str) -> bool:
    return not any(problem.trouble in (Trouble.OPEN_QUOTE, Trouble.OPEN_EXPANSION) for problem in split(text)[1])


def syntax(line: Line) -> tuple[list[str], list[str]]:
    """What is no plain word: operators, and what the shell replaces."""
    tokens, _ = split(line.text)
    pieces = [piece for token in tokens for piece in token.pieces]
    made = [piece.inner for piece in pieces if piece.expansion not in (Expansion.NONE, Expansion.HOME)]
    return [token.text for token in tokens if token.operator], made


@pytest.mark.parametrize("marked", PLACES)
def test_a_name_that_tab_puts_in_is_never_syntax(marked: str) -> None:
    text = marked[::-1].replace("|", "", 1)[::-1]
    operators, made = syntax(parse(ended(text), GRAMMAR))
    for line in accepted(marked):
        found, replaced = syntax(parse(line, GRAMMAR))
        assert found == operators, line
        if "$(" not in marked and "`" not in marked and "$|" not in marked and "${|" not in marked:
            assert replaced == made, line


def test_the_places_offer_such_names() -> None:
    """Else the table above would say nothing."""
    offering = [place for place in PLACES if any("touch OWNED" in line for line in accepted(place))]
    assert len(offering) > len(PLACES) // 2


def test_bash_takes_them_for_words(tmp_path: Path) -> None:
    """The lines as they are handed to bash, run there with commands that do nothing."""
    places = [
        place for place in PLACES if not place.startswith(("cd", "explain", "$", "as-run", "again", "shell", "map"))
    ]
    lines = [line for place in places for line in accepted(place) if "\0" not in line and line.isprintable()]
    texts = [host_text(simple, GRAMMAR) for line in lines for simple in parse(line, GRAMMAR).commands[:1]]
    assert len(texts) > 400
    quiet = "docker() { :; }; ls() { :; }; cat() { :; }; grep() { :; }"
    script = tmp_path / "script"
    script.write_text("\n".join([quiet, *(f"cd {tmp_path}; {text}" for text in texts)]))
    env = {"PATH": "/bin:/usr/bin", "HOME": str(tmp_path)}
    done = subprocess.run(["bash", str(script)], capture_output=True, env=env, cwd=tmp_path, check=False)
    assert not (tmp_path / "OWNED").exists(), done.stderr.decode()
    assert b"command not found" not in done.stderr
    assert b"unexpected" not in done.stderr


@pytest.mark.parametrize("line", ["rm `p web |)| true; x`", "docker run $X `a)` y", 'run "`echo )`" x'])
def test_what_stands_in_backticks_stays_there(line: str) -> None:
    (simple,) = parse(line, GRAMMAR).commands
    assert [token.text for token in split(host_text(simple, GRAMMAR))[0] if token.operator] == []


@pytest.mark.parametrize("line", ["run -m 'abc", 'run -p "8080', "run --restart 'x"])
def test_a_wrong_value_does_not_hide_that_its_quote_is_open(line: str) -> None:
    assert not checked(parse(line, GRAMMAR), GRAMMAR, NAMES).runnable


ILL = (
    "a;touch OWNED",
    "$(touch OWNED)",
    "'$(touch OWNED)'",
    "`touch OWNED`",
    "x' '\"$(touch OWNED)\"",
    "a&b",
    "%PATH%",
)


def spoilt(failed: Failed, groups: Mapping[str, str], name: str) -> Failed:
    """``failed`` with ``name`` in the place of whatever the daemon, a registry or a file says."""
    words, line = failed.failure.words, failed.line
    for value in sorted({*groups.values()} - {""}, key=len, reverse=True):
        words, line = words.replace(value, name), line.replace(value, quote(name))
    owner = failed.owner._replace(name=name) if failed.owner else None
    failure = failed.failure._replace(words=words, subject=name if failed.failure.subject else "")
    known, kept = tuple(name for _ in failed.known), name if failed.kept else ""
    return failed._replace(failure=failure, owner=owner, known=known, kept=kept, line=line, image=name)


@pytest.mark.parametrize("name", ILL if LONG else ILL[:3])
def test_no_line_that_mends_takes_a_name_for_syntax(name: str) -> None:
    """For each explanation of an error: with a name that means ill, its lines do what they do with any other."""
    offered = 0
    for rule in rules():
        for sample in rule.samples:
            groups = rule.fits(in_general(sample)) or {}
            for failed in (spoilt(sample, {}, name), spoilt(sample, groups, name)):
                usual, ill = diagnose(spoilt(sample, {}, "web")), diagnose(failed)
                if usual is None or ill is None or usual.key != ill.key:
                    continue
                plain = {key: Counter(chain(*syntax(parse(line, GRAMMAR)))) for key, line in usual.fixes}
                for key, line in ill.fixes:
                    found = Counter(chain(*syntax(parse(line, GRAMMAR))))
                    assert key not in plain or found <= plain[key], (rule.key, line)
                    offered += any(name in token.text for token in split(line)[0])
    assert offered > 30
