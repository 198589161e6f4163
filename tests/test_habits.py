"""Settings, aliases, favourites, tips: given a config file and a word, expect what is said, run and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from dshell import settings
from dshell.habits.aliases import expanded
from dshell.habits.favourites import Missing, filled
from dshell.habits.habits import Habits
from dshell.habits.tips import Tips
from dshell.habits.voice import Effects, Voice
from dshell.line.model import Target
from dshell.line.parse import parse
from dshell.teach.layout import Scene
from dshell.teach.texts import languages, load, section
from tests.desks import GRAMMAR
from tests.program import Program

COMMENTED = """# mine
lang = "fr"  # the course is French

[alias]
dps = "ps -a"

[fav]
web = "run -d -p {port=8080}:80 {image}"
"""


class Desk:
    """Habits over one file, and what they say and do."""

    def __init__(self, file: Path, argv: list[str], environ: Mapping[str, str], language: str = "en") -> None:
        self.said: list[str] = []
        self.ran: list[str] = []
        self.told = self.spoken = ""
        voice = Voice(lambda: Scene(load(language)), lambda rows, channel: self.said.extend(rows))
        effects = Effects(self._speak, self._tell, self._run, environ)
        self.habits = Habits(voice, settings.read(argv, environ), GRAMMAR, str(file), effects)

    def do(self, line: str) -> int:
        self.said.clear()
        word, *rest = [word.text for word in parse(line, GRAMMAR).commands[0].words]
        return self.habits.words[word](rest)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())

    def _speak(self, language: str) -> None:
        self.spoken = language

    def _tell(self, level: str) -> None:
        self.told = level

    def _run(self, line: str) -> int:
        self.ran.append(line)
        return 7


Make = Callable[..., Desk]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "deep" / "config.toml"
    monkeypatch.setattr(settings, "config_file", lambda: str(path))
    return path


@pytest.fixture
def make(file: Path) -> Make:
    def made(text: str = "", argv: list[str] | None = None, environ: Mapping[str, str] | None = None) -> Desk:
        if text:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        return Desk(file, argv or [], environ or {})

    return made


class TestConfig:
    def test_each_value_and_where_it_comes_from(self, make: Make) -> None:
        desk = make(COMMENTED, ["--theme", "dark"], {"DSHELL_EXPLAIN": "brief"})
        assert desk.do("config") == 0
        rows = [" ".join(row.split()) for row in desk.said]
        assert "lang fr config file" in rows
        assert "explain brief variable DSHELL_EXPLAIN" in rows
        assert "theme dark option of this start" in rows
        assert "keys emacs default" in rows
        assert "tips yes default" in rows
        assert "alias dps" in rows
        assert "fav web" in rows

    def test_what_is_written_leaves_the_rest_as_it_was(self, make: Make, file: Path) -> None:
        desk = make(COMMENTED)
        assert desk.do("config set lang en") == 0
        assert desk.do("config set unchecked port,name") == 0
        assert desk.do("config set tips no") == 0
        text = file.read_text()
        assert '# mine\nlang = "en"  # the course is French\n' in text
        found = settings.read([], {})
        assert (found.lang, found.unchecked, found.tips) == ("en", ("port", "name"), False)
        assert 'unchecked = ["port", "name"]' in text
        assert "tips = false" in text
        assert found.tables["alias"] == {"dps": "ps -a"}

    def test_a_file_that_is_not_there_is_made(self, make: Make, file: Path) -> None:
        assert make().do("config set keys vi") == 0
        assert settings.read([], {}).keys == "vi"

    @pytest.mark.parametrize(
        ("line", "attribute", "value"),
        [("config set lang fr", "spoken", "fr"), ("config set explain off", "told", "off")],
    )
    def test_what_counts_at_once(self, make: Make, line: str, attribute: str, value: str) -> None:
        desk = make()
        assert desk.do(line) == 0
        assert getattr(desk, attribute) == value
        assert "from now on" in desk.text

    def test_what_counts_later(self, make: Make) -> None:
        desk = make()
        assert desk.do("config set theme light") == 0
        assert "next start" in desk.text

    def test_what_is_beaten(self, make: Make) -> None:
        desk = make(environ={"DSHELL_LANG": "en"})
        assert desk.do("config set lang fr") == 0
        assert "DSHELL_LANG" in desk.text
        assert desk.spoken == ""

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("config set lang de", "lang takes en, fr, not de"),
            ("config set colour red", "Keys: lang, explain"),
            ("config set alias.exit 'ps'", "exit is a word of dshell's own"),
            ("config unset theme", "nothing of theme"),
            ("config frobnicate", "Keys: lang, explain"),
        ],
    )
    def test_what_cannot_be(self, make: Make, file: Path, line: str, said: str) -> None:
        desk = make(COMMENTED)
        assert desk.do(line) == 1
        assert said in desk.text
        assert file.read_text() == COMMENTED

    def test_unset(self, make: Make, file: Path) -> None:
        desk = make(COMMENTED)
        assert desk.do("config unset lang") == 0
        assert desk.do("config unset alias.dps") == 0
        assert settings.read([], {}).lang == ""
        assert "[alias]" not in file.read_text()
        assert desk.habits.aliases == {}

    def test_edit(self, make: Make, file: Path) -> None:
        desk = make(environ={"EDITOR": "nano -w"})
        assert desk.do("config edit") == 7
        assert desk.ran == [f'!nano -w "{file}"']

    def test_one_alone_is_a_value_for_a_script(self, make: Make) -> None:
        desk = make(COMMENTED)
        assert desk.do("config lang") == 0
        assert desk.text == "fr"

    def test_what_docker_s_own_variable_says(self, make: Make) -> None:
        desk = make(environ={"DOCKER_HOST": "tcp://here:2375"})
        assert desk.do("config") == 0
        assert "DOCKER_HOST" in desk.text

    @pytest.mark.parametrize("line", ["config set lang fr", "config unset lang", "config edit", "fav add db 'run x'"])
    def test_a_place_that_takes_no_file(self, make: Make, file: Path, line: str) -> None:
        desk = make()
        file.parent.write_text("a file where the folder should be")
        assert desk.do(line) == 1
        assert str(file) in desk.text.replace(" ", "")

    def test_a_file_that_was_edited_wrongly(self, make: Make, file: Path) -> None:
        desk = make(COMMENTED)
        file.write_text("lang = ")
        assert desk.do("config edit") == 1
        assert "cannot be read" in desk.text

    @pytest.mark.parametrize(
        ("line", "target"), [("config", Target.OWN), ("config set a b", Target.OWN), ("config ls", Target.DOCKER)]
    )
    def test_docker_has_such_a_command_too(self, line: str, target: Target) -> None:
        assert parse(line, GRAMMAR).commands[0].target is target


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("dps", "ps -a"),
        ("dps -q", "ps -a -q"),
        ("ls && dps; dps", "ls && ps -a; ps -a"),
        ("ps", "ps --no-trunc"),
        ("'dps'", "'dps'"),
        ("docker dps", "docker dps"),
        ("run alpine dps", "run alpine dps"),
        ("A=b dps", "A=b ps -a"),
        ("exit", "exit"),
    ],
)
def test_aliases(line: str, made: str) -> None:
    aliases = {"dps": "ps -a", "ps": "ps --no-trunc", "exit": "stop"}
    assert expanded(parse(line, GRAMMAR), aliases, GRAMMAR).text == made


@pytest.mark.parametrize(
    ("line", "values", "made"),
    [
        ("run -p {port=8080}:80 nginx", {}, "run -p 8080:80 nginx"),
        ("run -p {port=8080}:80 nginx", {"port": "9000"}, "run -p 9000:80 nginx"),
        ("run {image}", {"image": "alpine"}, "run alpine"),
        ("run {image}", {}, None),
        ("run {flags=} alpine", {}, "run  alpine"),
        ("run --label {l} alpine", {"l": "a b"}, "run --label 'a b' alpine"),
        ("ps --format '{{.Names}}' ${X}", {}, "ps --format '{{.Names}}' ${X}"),
        ("run -e {n}={v=1} {n}", {"n": "A"}, "run -e A=1 A"),
    ],
)
def test_parameters(line: str, values: dict[str, str], made: str | None) -> None:
    if made is None:
        with pytest.raises(Missing):
            filled(line, values)
    else:
        assert filled(line, values) == made


class TestFavourites:
    def test_kept_listed_run_and_dropped(self, make: Make, file: Path) -> None:
        desk = make(COMMENTED)
        assert desk.do("fav add db 'run -d --name {name=db} postgres'") == 0
        assert "fav db name=db" in desk.text
        assert desk.do("fav") == 0
        assert "fav web" in desk.text
        assert "fav db" in desk.text
        assert desk.do("fav db name=one") == 7
        assert desk.do("fav web image=nginx") == 7
        assert desk.ran == ["run -d --name one postgres", "run -d -p 8080:80 nginx"]
        assert desk.do("fav rm db") == 0
        assert "postgres" not in file.read_text()
        assert file.read_text() == COMMENTED

    def test_there_is_none_yet(self, make: Make) -> None:
        desk = make()
        assert desk.do("fav") == 0
        assert "fav add" in desk.text

    def test_without_quotes(self, make: Make) -> None:
        desk = make()
        assert desk.do("fav add here run -v '/a b:/x' alpine") == 0
        assert desk.habits.favourites == {"here": "run -v '/a b:/x' alpine"}

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("fav web", "image needs a value: fav web image=…"),
            ("fav web colour=red", "web takes image=…, port=…"),
            ("fav nothing", "no favourite is called nothing"),
            ("fav rm nothing", "no favourite is called nothing"),
            ("fav add", "fav add NAME LINE"),
            ("fav add add 'ps'", "add cannot be the name"),
            ("fav add 1x 'ps'", "1x cannot be the name"),
        ],
    )
    def test_what_cannot_be(self, make: Make, line: str, said: str) -> None:
        desk = make(COMMENTED)
        assert desk.do(line) == 1
        assert said in desk.text
        assert desk.ran == []


class TestTips:
    def test_one_a_day_each_in_its_turn(self, tmp_path: Path) -> None:
        day = [date(2026, 1, 1)]
        tips = Tips(tmp_path / "x" / "tip", lambda: day[0])
        first = tips.take()
        assert tips.take() == ""
        day[0] = date(2026, 1, 2)
        assert tips.take() not in {"", first}

    def test_no_tip_where_nothing_can_be_remembered(self, tmp_path: Path) -> None:
        (tmp_path / "x").touch()
        assert Tips(tmp_path / "x" / "tip").take() == ""

    @pytest.mark.parametrize("language", languages())
    def test_there_are_many_and_each_fits_under_a_prompt(self, language: str) -> None:
        keys = [key for key in section(language, "tips") if key.startswith("tips.tip.")]
        assert len(keys) >= 40
        texts = load(language)
        for key in keys:
            assert len(texts.say("tips.today", text=texts.say(key))) < 200, key

    def test_under_the_first_prompt_of_a_day(self, engine_host: str, tmp_path: Path) -> None:
        program = Program(engine_host, tmp_path, tips="yes")
        with program.repl() as repl:
            repl.screen.expect("tip: run makes a new container each time")
            assert "alias" not in repl.run("config set alias.hello 'run --rm alpine echo hi'").split("from now on")[1]
            assert "→ run --rm alpine echo hi" in repl.run("hello")
            assert "tip:" not in repl.screen.text(), "until a line has run"
        with program.repl() as repl:
            repl.screen.expect("help lists all")
        assert b"tip" not in program.once("run", "--rm", "alpine", "true").stderr


def test_keys_as_in_vi(engine_host: str, tmp_path: Path) -> None:
    (tmp_path / "dshell").mkdir()
    (tmp_path / "dshell" / "config.toml").write_text('keys = "vi"\n')
    with Program(engine_host, tmp_path).repl() as repl:
        repl.screen.send("xrun --rm alpine echo hello-there")
        repl.screen.expect("hello-there")
        assert "\nhello-there" in repl.run("\x1b0x")
