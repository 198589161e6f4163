"""Keys into the REPL, lines out of it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from prompt_toolkit.application import Application, create_app_session
from prompt_toolkit.application.current import set_app
from prompt_toolkit.input import DummyInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from dshell.shell.keys import Actions, bindings
from dshell.shell.prompt import Device, soon
from dshell.shell.repl import Parts, Repl
from tests.shell_parts import Notes, Paper, Still, own_words

ENTER, CTRL_C, CTRL_D = "\r", "\x03", "\x04"
F1, F2, F3 = "\x1bOP", "\x1bOQ", "\x1bOR"


def pasted(text: str) -> str:
    return f"\x1b[200~{text}\x1b[201~"


@dataclass
class Person:
    """Types into a REPL whose lines are only noted."""

    home: Path
    paper: Paper
    live: Still
    notes: Notes
    begun: int = 0

    def types(self, keys: str, code: int = 0) -> int:
        """The exit code of the REPL; Ctrl-D is typed at the end."""
        self.notes.code = code
        with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
            pipe.send_text(keys + CTRL_D)
            device = Device(pipe, DummyOutput())
            repl = Repl(
                Parts(
                    own=self.notes.own,
                    live=self.live,
                    run=self.notes.run,
                    context=lambda: "default",
                    history=self.home / "history",
                    begin=self.begin,
                    device=device,
                )
            )
            before = self.begun
            code = repl.run()
            assert self.begun == before + 1, "what is slow begins once, when the first prompt stands"
            return code

    def begin(self) -> None:
        self.begun += 1


@pytest.fixture
def person(tmp_path: Path) -> Person:
    paper = Paper()
    return Person(tmp_path, paper, Still(), Notes(own_words(paper)))


@pytest.mark.parametrize(
    ("keys", "lines"),
    [
        ("", []),
        ("\r  \r", []),
        ("ps\r", ["ps"]),
        ("ps\rimages\r", ["ps", "images"]),  # typed ahead, or pasted where the terminal cannot bracket
        ("garbage\x03ps\r", ["ps"]),
        ('echo "a\rb"\r', ['echo "a\nb"']),
        ("run \\\r alpine\r", ["run \\\n alpine"]),
        ("ps &&\rimages\r", ["ps &&\nimages"]),
        ("run --name\r", []),  # can never run: it stays
        ("ps \x11\0-a\r", []),
        ("run --name\r web alpine\r", ["run --name web alpine"]),
        ("run --naem x\r", ["run --naem x"]),  # docker may know better
        (pasted("ps"), []),
        (pasted("ps\n") + ENTER, ["ps"]),
        (pasted("ps\r\nimages\r\n") + ENTER, ["ps\nimages"]),
    ],
)
def test_keys_become_lines(person: Person, keys: str, lines: list[str]) -> None:
    if not keys.endswith(ENTER) or not lines:
        keys += CTRL_C  # Ctrl-D leaves only from an empty line
    person.types(keys)
    assert person.notes.lines == lines


def test_each_row_of_a_paste_is_a_command_as_in_bash(person: Person) -> None:
    person.types(pasted("docker pull alpine\n# then\ndocker run \\\n  -it alpine\nls\n") + ENTER)
    assert person.notes.commands == ["docker pull alpine", "docker run \\\n  -it alpine", "ls"]


def test_a_row_of_a_paste_that_can_never_run_holds_up_no_other(person: Person) -> None:
    person.types(pasted("ps\nrun --name\nls && && ls\nimages\n") + ENTER)
    assert person.notes.lines == ["ps\nrun --name\nls && && ls\nimages"]


def test_the_exit_code_is_that_of_the_last_line(person: Person) -> None:
    assert person.types("ps\r", code=42) == 42


@pytest.mark.parametrize(
    ("keys", "code"), [("", 0), ("exit\r", 0), ("exit 7\r", 7), ("quit\r", 0), ("exit 300\r", 44), ("exit x\r", 2)]
)
def test_leaving(person: Person, keys: str, code: int) -> None:
    assert person.types(keys) == code


def test_ctrl_c_between_the_end_of_the_prompt_and_its_line_goes_nowhere() -> None:
    """A signal that came in the last moment is handed to a prompt that is over."""
    app: Application[str] = Application(
        key_bindings=bindings(Actions(*[lambda: None] * 4)), input=DummyInput(), output=DummyOutput()
    )

    async def interrupt() -> None:
        with set_app(app):
            app.key_processor.send_sigint()

    asyncio.run(interrupt())


def test_exit_alone_gives_the_code_of_the_line_before(person: Person) -> None:
    assert person.types("ps\rexit\r", code=3) == 3


def test_names_are_asked_for_again_after_each_line(person: Person) -> None:
    person.types("ps\rimages\r\r")
    assert person.live.refreshed == 2


def test_a_change_of_the_engine_after_the_end_does_no_harm(person: Person) -> None:
    person.types("")
    person.live.on_change()


class Ending(Application[str]):
    """The loop that it runs in is gone behind so many looks at it."""

    looks = 0
    found: asyncio.AbstractEventLoop

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        self.looks -= 1
        return self.found if self.looks >= 0 else None

    @loop.setter
    def loop(self, _loop: asyncio.AbstractEventLoop | None) -> None:
        """``Application`` begins without."""


@pytest.mark.parametrize("closed", [False, True])
def test_news_while_a_prompt_ends_do_no_harm(closed: bool) -> None:
    """In the thread that keeps the names, which would end of it: they would stay as they are for ever."""
    app = Ending(input=DummyInput(), output=DummyOutput())
    app._is_running, app.found = True, asyncio.new_event_loop()
    if closed:
        app.found.close()
    for app.looks in range(6):
        soon(app, app.invalidate)
    app.found.close()


@pytest.mark.parametrize(("presses", "level"), [(1, "off"), (2, "brief"), (3, "full")])
def test_f2_turns_the_level_and_keeps_the_line(person: Person, presses: int, level: str) -> None:
    person.types("p" + F2 * presses + "s\r")
    assert person.notes.own.teller.level == level
    assert person.notes.lines == ["ps"]


@pytest.mark.parametrize(("presses", "language"), [(1, "fr"), (2, "en")])
def test_f3_turns_the_language_and_keeps_the_line(person: Person, presses: int, language: str) -> None:
    person.types("p" + F3 * presses + "s\r")
    assert person.notes.own.teller.texts.language == language
    assert person.notes.lines == ["ps"]


def test_f1_helps_with_the_command_of_the_line_and_keeps_it(person: Person) -> None:
    person.types("run" + F1 + " alpine\r")
    assert "--publish" in person.paper.text()
    assert person.notes.lines == ["run alpine"]


@pytest.mark.parametrize(
    ("line", "rest", "said"),
    [
        ("run -it", " alpine", "run -t, --tty"),
        ("run --rm", " alpine", "run --rm"),
        ("docker --context", " here ps", "docker -c, --context"),
        ("compose -f", " a.yaml ps", "compose -f, --file"),
    ],
)
def test_f1_behind_a_flag_helps_with_that_flag(person: Person, line: str, rest: str, said: str) -> None:
    person.types(line + F1 + rest + "\r")
    assert said in person.paper.text()
    assert "The other flags" not in person.paper.text()


def test_f1_on_an_empty_line_shows_what_there_is(person: Person) -> None:
    person.types(F1 + "\r")
    assert "docker, every day" in person.paper.text()


def test_the_history_is_kept_without_secrets(person: Person) -> None:
    person.types("ps\rlogin -u me -p hunter2\r ps -a\r")
    assert person.notes.lines == ["ps", "login -u me -p hunter2", " ps -a"]
    assert (person.home / "history").read_text(encoding="utf-8") == "ps\n"


def test_the_prompt_needs_prompt_toolkit_and_nothing_else() -> None:
    wanted = "import sys, dshell.shell.repl; print(*{'docker', 'rich', 'requests', 'urllib3'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", wanted], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_own_words_do_not_need_prompt_toolkit() -> None:
    wanted = "import sys, dshell.shell.builtins; print('prompt_toolkit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", wanted], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_history_that_cannot_be_kept_is_told_once(person: Person) -> None:
    (person.home / "history").mkdir()
    person.types("ps\rimages\rps -a\r")
    assert person.notes.lines == ["ps", "images", "ps -a"]
    assert person.paper.text().count("lines are not kept for the next session") == 1
