"""dshell's own words: what they change, what they say, what they give."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dshell.errors import Failure, Trouble
from dshell.events import Failed
from dshell.line.expand import Surroundings, expand
from dshell.line.parse import parse
from dshell.run.base import Leave
from dshell.shell.builtins import OwnWords
from dshell.shell.help import Pages
from dshell.teach.texts import languages, load
from dshell.teach.words import examples
from dshell.terminal.base import STDERR, STDOUT
from tests.shell_parts import GRAMMAR, Paper, own_words

LINES = {line for rows in examples().values() for lines in rows.values() for line in lines}


def do(own: OwnWords, line: str) -> int:
    """As the runner does it: the words expanded."""
    simple = parse(line, GRAMMAR).commands[0]
    here = Surroundings(os.environ, os.getcwd(), os.path.expanduser("~"), lambda _: "")
    return own.do(simple, [text for word in simple.words for text in expand(word.pieces, here)])


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def own(paper: Paper) -> OwnWords:
    return own_words(paper)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", os.fspath(tmp_path))
    monkeypatch.setenv("USERPROFILE", os.fspath(tmp_path))
    (tmp_path / "my course").mkdir()
    (tmp_path / "file").touch()
    return tmp_path


class TestCd:
    def test_there_and_back(self, own: OwnWords, paper: Paper, course: Path) -> None:
        assert do(own, 'cd "my course"') == 0
        assert Path.cwd() == course / "my course"
        assert own.environ["PWD"] == os.getcwd()
        assert do(own, "cd -") == 0
        assert Path.cwd() == course
        assert paper.text(STDOUT).strip() == os.fspath(course), "as in bash, it says where"
        assert do(own, "cd -") == 0
        assert Path.cwd() == course / "my course"

    @pytest.mark.parametrize("line", ["cd", "cd ~"])
    def test_home(self, own: OwnWords, course: Path, line: str) -> None:
        os.chdir("my course")
        assert do(own, line) == 0
        assert Path.cwd() == course

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("cd nowhere", "no folder nowhere"),
            ("cd file", "file is not a folder"),
            ("cd a b", "✘ cd takes one folder"),
            ("cd -", "no earlier folder"),
        ],
    )
    def test_what_cannot_be(self, own: OwnWords, paper: Paper, course: Path, line: str, said: str) -> None:
        assert do(own, line) == 1
        assert said in paper.text(STDERR)
        assert Path.cwd() == course

    def test_out_of_a_folder_that_is_gone(self, own: OwnWords, course: Path) -> None:
        gone = course / "gone"
        gone.mkdir()
        os.chdir(gone)
        gone.rmdir()
        simple = parse("cd ..", GRAMMAR).commands[0]
        own.do(simple, ["cd", os.fspath(course)])
        assert Path.cwd() == course


class TestHelp:
    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("columns", [40, 80, 120])
    def test_every_command_has_a_page_that_fits(self, language: str, columns: int) -> None:
        pages = Pages(GRAMMAR, load(language), columns)
        for command in GRAMMAR.commands():
            rows = pages.command(command.path) if command.path else pages.overview()
            assert rows, command.path
            for row in rows:
                as_typed = row.strip() in LINES and columns < 80
                assert len(row) < columns or as_typed or " " not in row.strip() or "[" in row or "--" in row, row
                assert not row.strip().startswith(("prompt.", "commands.", "flags.", "explain.")), row

    def test_the_overview_names_every_command(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "help") == 0
        words = set(paper.text().split())
        assert set(GRAMMAR.names()) - {"list"} <= words

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("help run", "-p, --publish list"),
            ("help run", "--gpus"),
            ("help run --gpus", "--gpus gpu-request"),
            ("help run -v", "-v, --volume list"),
            ("help docker run", "-p, --publish list"),
            ("help container", "prune"),
            ("help run", "also written container run"),
            ("help cd", "cd FOLDER"),
            ("help run -v", "begins with what the image has there"),
            ("help run -v", "run --rm -it -v ./src:/app:ro alpine"),
            ("help exec", "The container must be running"),
            ("help exec", "exec -it web sh"),
            ("help exec -it", "exec -i, --interactive connects"),
            ("help exec -it", "exec -t, --tty gives"),
            ("help run", "help run -i says more about a flag · !docker run --help is docker's own page"),
            ("help run all", "--gpus gpu-request lets it use graphics cards"),
            ("help run --net", "run --network network"),
            ("help compose up", "-d, --detach starts everything in the background"),
            ("help buildx build", "--platform stringArray"),
            ("help volume", "volume COMMAND"),
            ("docker run --help", "-p, --publish list"),
            ("run -it --help", "also written container run"),
            ("docker help compose logs", "compose logs [OPTIONS]"),
            ("compose logs --help", "compose logs [OPTIONS]"),
            ("docker", "docker, every day"),
            ("docker --help", "docker, every day"),
            ("docker help", "docker, every day"),
        ],
    )
    def test_pages(self, own: OwnWords, paper: Paper, line: str, said: str) -> None:
        assert do(own, line) == 0
        assert said in " ".join(paper.text(STDOUT).split())

    def test_a_page_of_one_flag_is_short(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "help run --gpus") == 0
        assert "--volume" not in paper.text(STDOUT)

    def test_everyday_flags_come_first_and_the_rest_on_demand(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "help build") == 0
        page, _, rest = paper.text(STDOUT).partition("The other flags (help build all")
        assert page.index("--tag") < page.index("--platform")
        assert "--iidfile" in rest
        assert "--iidfile" not in page

    def test_of_a_command_with_few_flags_all_are_told(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "help logs") == 0
        assert paper.text(STDOUT).index("--follow") < paper.text(STDOUT).index("--details")
        assert "The other flags" not in paper.text(STDOUT)

    @pytest.mark.parametrize("line", ["help run --nope", "help run -iZ"])
    def test_a_flag_that_is_none(self, own: OwnWords, paper: Paper, line: str) -> None:
        assert do(own, line) == 1
        assert f"run has no flag {line.rsplit(maxsplit=1)[-1]}" in paper.text(STDERR)

    def test_the_longest_page_fits_a_screen_or_two(self) -> None:
        pages = Pages(GRAMMAR, load("en"), 80)
        assert max(len(pages.command(command.path) or []) for command in GRAMMAR.commands()) < 100

    def test_nothing_is_explained_before_a_page(self, own: OwnWords, paper: Paper) -> None:
        own.introduce(parse("run -it --help", GRAMMAR))
        assert paper.text() == ""

    def test_an_unknown_word(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "help frobnicate") == 1
        assert "frobnicate" in paper.text(STDERR)


LEFT = ["docker run", "-i", "-t", "-p", "8080:80", "nginx"]


class TestExplain:
    def test_each_word_is_said_and_nothing_runs(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "explain docker run -it -p 8080:80 nginx") == 0
        words = [row.strip().split("   ")[0] for row in paper.text().splitlines()]
        assert [word for word in words if word in LEFT] == LEFT

    def test_it_says_when_docker_itself_would_do_it(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "explain run --frobnicate alpine") == 0
        assert "docker" in paper.text().split("--frobnicate")[-1]

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("explain run -it -p 80:80 alpine", "help run -i -t -p says more, with examples"),
            ("explain exec", "The container must be running"),
            ("explain run -t", "It starts no shell: the shell comes from the image"),
            ("explain 'run -t alpine | cat'", "what the one before it prints is read by the one after it"),
            ('explain "C:/Program Files/x.exe"', "goes to your own shell"),
        ],
    )
    def test_it_leads_on(self, own: OwnWords, paper: Paper, line: str, said: str) -> None:
        assert do(own, line) == 0
        assert said in " ".join(paper.text(STDOUT).split())

    def test_a_line_cannot_command_the_terminal(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "explain docker ru\x1b[31m --name 'a\x1b]0;x\x07' alpine\x1b[2J") == 0
        assert do(own, "explain docker run --name '\x1b]0;x\x07' alpine\x1b[2J") == 0
        assert "\x1b" not in paper.text()
        assert "alpine\\x1b[2J" in paper.text()

    def test_of_nothing(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "explain") == 1
        assert "explain run" in paper.text(STDERR)


class TestWhy:
    def test_before_any_failure(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "why") == 0
        assert "nothing has failed" in paper.text(STDOUT)

    def test_the_last_failure_with_docker_s_own_words(self, own: OwnWords, paper: Paper) -> None:
        words = "Conflict. The container name is taken, in words that nobody foresaw"
        own.teller(Failed(Failure(Trouble.REFUSED, words, 409), "run", 125, "run --name web alpine"))
        paper.written.clear()
        assert do(own, "why") == 0
        assert "that nobody foresaw" in " ".join(paper.text(STDOUT).split())


class TestLang:
    def test_it_changes_what_is_said_from_now_on(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "lang fr") == 0
        assert "Français" in paper.text()
        assert own.teller.texts.language == "fr"

    def test_alone_it_says_which(self, own: OwnWords, paper: Paper) -> None:
        assert do(own, "lang") == 0
        assert "English" in paper.text(STDOUT)
        assert "fr" in paper.text(STDOUT)

    @pytest.mark.parametrize("line", ["lang xx", "lang fr en"])
    def test_one_that_is_not_there(self, own: OwnWords, paper: Paper, line: str) -> None:
        assert do(own, line) == 1
        assert own.teller.texts.language == "en"
        assert "en, fr" in paper.text(STDERR)


@pytest.mark.parametrize(("line", "code"), [("exit", 3), ("quit", 3), ("exit 7", 7), ("exit 256", 0), ("exit -1", 255)])
def test_exit(own: OwnWords, line: str, code: int) -> None:
    own.code = 3
    with pytest.raises(Leave) as leave:
        do(own, line)
    assert leave.value.code == code


def test_exit_with_no_number_stays(own: OwnWords, paper: Paper) -> None:
    assert do(own, "exit now") == 2
    assert "now" in paper.text(STDERR)


class TestIntroduce:
    def test_the_words_of_a_docker_line_are_explained_in_their_order(self, own: OwnWords, paper: Paper) -> None:
        own.introduce(parse("run -it alpine", GRAMMAR))
        told = paper.text(STDERR)
        assert told.index("makes a new container") < told.index("connects your keyboard") < told.index("alpine:latest")

    @pytest.mark.parametrize(("line", "level"), [("ls -l", "full"), ("run alpine", "brief"), ("run alpine", "off")])
    def test_nothing_for_other_lines_and_lower_levels(self, own: OwnWords, paper: Paper, line: str, level: str) -> None:
        own.teller.level = level
        own.introduce(parse(line, GRAMMAR))
        assert paper.written == []


EXPLAINED = (
    "sudo docker run -it --rm -m 512m -v ./nowhere:/app:ro -p 8080:80 -e A=$NO alpine sh -c 'cd /app && ls | wc > out'"
    " && compose up -d web | tee log; stop $(docker ps -q)"
)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("columns", [40, 80, 120])
def test_a_whole_line_is_explained_in_any_width(language: str, columns: int) -> None:
    paper = Paper(columns)
    own = own_words(paper, language)
    do(own, f"explain {EXPLAINED}")
    rows = paper.text().split("\n")
    widest = max(rows, key=len)
    assert len(widest) < columns or " " not in widest.strip(), "only one long word goes over the edge"
    told = " ".join(" ".join(rows).split())
    for word in ("sudo", "-it"[:2], "512m", "8080:80", "alpine", "wc", "compose up", "log", "docker ps"):
        assert f" {word} " in f" {told} ", word
