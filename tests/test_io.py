"""The prompt on a terminal that prompt_toolkit cannot drive: keys by a thread, and nothing typed is lost."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import termios
import tty
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

import pytest
from prompt_toolkit.application import Application
from prompt_toolkit.buffer import Buffer
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout import BufferControl, Layout, Window
from prompt_toolkit.shortcuts import PromptSession

from dshell.errors import TerminalError
from dshell.shell.io import TerminalInput, device, terminal_output
from dshell.terminal.base import STDERR, STDOUT, Shown
from dshell.terminal.mintty import RAW
from dshell.terminal.plain import PlainTerminal
from tests.conftest import Docker
from tests.program import Program
from tests.screen import Screen

if sys.platform != "win32":
    from tests.msys import calls

assert sys.platform != "win32"

REPO = Path(__file__).parent.parent
LATE = 30.0
EVERYTHING = Shown(stdin=True, stdout=True, stderr=True)
UP, LEFT, CTRL_C, CTRL_D, F1 = "\x1b[A", "\x1b[D", "\x03", "\x04", "\x1bOP"


@dataclass
class Typewriter:
    """A terminal that is typed on by ``type``, with what was written to it and done to its modes."""

    shown: Shown = EVERYTHING
    lines_and_columns: tuple[int, int] = (24, 80)
    closed: bool = False
    written: dict[int, bytes] = field(default_factory=lambda: {STDOUT: b"", STDERR: b""})
    modes: list[str] = field(default_factory=list)
    keys: SimpleQueue[bytes | None] = field(default_factory=SimpleQueue)
    left: bytes = b""
    kind = "mintty"
    fresh_line = True

    def type(self, data: bytes) -> None:
        self.keys.put(data)

    def size(self) -> os.terminal_size:
        lines, columns = self.lines_and_columns
        return os.terminal_size((columns, lines))

    @contextmanager
    def raw(self) -> Iterator[None]:
        self.modes.append("raw")
        yield
        self.modes.append("cooked")

    def lent(self) -> AbstractContextManager[None]:
        return nullcontext()

    def read(self, timeout: float) -> bytes | None:
        if self.left:
            return self.given_back()
        try:
            return self.keys.get(timeout=timeout)
        except Empty:
            return None

    def unread(self, data: bytes) -> None:
        self.left = data + self.left

    def given_back(self) -> bytes:
        data, self.left = self.left, b""
        return data

    def rows(self, _count: int, /) -> Sequence[str]:
        return ()

    def wake(self) -> None:
        self.keys.put(None)

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        if self.closed:
            raise TerminalError("closed", 32)
        self.written[channel] += data


@pytest.fixture
def typewriter() -> Typewriter:
    return Typewriter()


def ask(typewriter: Typewriter, keyboard: TerminalInput) -> str:
    session: PromptSession[str] = PromptSession(input=keyboard, output=terminal_output(typewriter, "xterm"))
    with keyboard.raw_mode():
        return session.prompt("> ")


@pytest.mark.parametrize(
    ("pieces", "line"),
    [
        ([b"ps -a\r"], "ps -a"),
        ([bytes([byte]) for byte in "né\x1b[Dx\r".encode()], "nxé"),
        ([b"\x1b[200~one\x1b", b"[201~\r"], "one"),
        ([b"ab\x7f\r"], "a"),
        ([b"abc\x01\x1b[3~\r"], "bc"),
        (["🐳\r".encode()], "🐳"),
    ],
)
def test_keys_at_any_split(typewriter: Typewriter, pieces: list[bytes], line: str) -> None:
    for piece in pieces:
        typewriter.type(piece)
    typewriter.type(b"\x1b[1;1R")  # the cursor's place, which was asked for
    assert ask(typewriter, TerminalInput(typewriter)) == line


@pytest.mark.parametrize(("key", "ending"), [(b"\x03", KeyboardInterrupt), (b"\x04", EOFError), (b"", EOFError)])
def test_keys_that_end_the_prompt(typewriter: Typewriter, key: bytes, ending: type[BaseException]) -> None:
    typewriter.type(key)
    with pytest.raises(ending):
        ask(typewriter, TerminalInput(typewriter))
    assert typewriter.modes == ["raw", "cooked"]


def test_a_lone_esc_becomes_a_key_when_nothing_follows(typewriter: Typewriter) -> None:
    keyboard = TerminalInput(typewriter)
    typewriter.type(b"\x1b")

    async def first_key() -> Keys | str:
        arrived = asyncio.Event()
        with keyboard.raw_mode(), keyboard.attach(arrived.set):
            await asyncio.wait_for(arrived.wait(), LATE)
            assert keyboard.read_keys() == []
            return keyboard.flush_keys()[0].key

    assert asyncio.run(first_key()) == Keys.Escape


@pytest.mark.parametrize(
    "rest",
    [b"echo hi\rexit\r", "é\x1b[A\x03".encode(), b"\x1b[200~a\rb\x1b[201~", b"\x1b[", b"\xff\xc3", b"\x1b"],
)
@pytest.mark.parametrize("together", [True, False])
def test_what_is_typed_ahead_is_given_back_as_it_was(typewriter: Typewriter, rest: bytes, together: bool) -> None:
    for piece in [b"run -it alpine\r" + rest] if together else [b"run -it alpine\r", rest]:
        typewriter.type(piece)
    typewriter.type(b"\x1b[1;1R")
    assert ask(typewriter, TerminalInput(typewriter)) == "run -it alpine"
    left = b""
    while piece := typewriter.read(0) or b"":
        left += piece
    assert left.removesuffix(b"\x1b[1;1R").replace(b"\x1b[1;1R", b"") == rest


def test_raw_mode_stands_once_and_is_left_for_what_wants_it_cooked(typewriter: Typewriter) -> None:
    keyboard = TerminalInput(typewriter)
    with keyboard.raw_mode(), keyboard.raw_mode():
        assert typewriter.modes == ["raw"]
        with keyboard.cooked_mode():
            assert typewriter.modes == ["raw", "cooked"]
        assert typewriter.modes == ["raw", "cooked", "raw"]
    assert typewriter.modes == ["raw", "cooked", "raw", "cooked"]


def test_while_detached_nobody_reads(typewriter: Typewriter) -> None:
    keyboard = TerminalInput(typewriter)

    async def detached_then_attached() -> None:
        arrived = asyncio.Event()
        with keyboard.attach(arrived.set):
            with keyboard.detach():
                typewriter.type(b"for another")
                while (taken := typewriter.read(LATE)) is None:
                    pass  # the wake-up of the thread that was told to stop
                assert taken == b"for another"
            typewriter.type(b"x")
            await asyncio.wait_for(arrived.wait(), LATE)

    asyncio.run(detached_then_attached())
    assert [key.key for key in keyboard.read_keys()] == ["x"]


# --- output -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stdout", "channel"), [(True, STDOUT), (False, STDERR)])
def test_it_is_painted_in_utf_8_where_the_terminal_is(typewriter: Typewriter, stdout: bool, channel: int) -> None:
    typewriter.shown = Shown(stdin=True, stdout=stdout, stderr=True)
    output = terminal_output(typewriter, "xterm")
    output.write("é▸🐳")
    output.flush()
    assert typewriter.written[channel] == "é▸🐳".encode()
    assert output.responds_to_cpr


def test_its_size_is_the_terminal_s_or_a_usual_one(typewriter: Typewriter) -> None:
    output = terminal_output(typewriter, "xterm")
    typewriter.lines_and_columns = (50, 132)
    assert tuple(output.get_size()) == (50, 132)
    typewriter.lines_and_columns = (0, 0)
    assert tuple(output.get_size()) == (24, 80)


def test_a_terminal_that_is_gone_does_not_stop_the_painting(typewriter: Typewriter) -> None:
    output = terminal_output(typewriter, "xterm")
    typewriter.closed = True
    output.write("lost")
    output.flush()


def test_only_a_terminal_on_pipes_is_driven(typewriter: Typewriter) -> None:
    assert isinstance(device(typewriter, "xterm", colour=True).input, TerminalInput)
    assert not isinstance(device(PlainTerminal(), "xterm", colour=False).input, TerminalInput)


def test_a_prompt_can_be_asked_again_in_another_loop(typewriter: Typewriter) -> None:
    keyboard = TerminalInput(typewriter)

    def accept(buffer: Buffer) -> bool:
        app.exit(result=buffer.text)
        return False

    buffer = Buffer(accept_handler=accept, multiline=False)
    app: Application[str] = Application(
        Layout(Window(BufferControl(buffer))), input=keyboard, output=terminal_output(typewriter, "dumb")
    )
    typewriter.type(b"one\rtwo\r")
    assert [app.run(), app.run()] == ["one", "two"]


# --- dshell in such a terminal ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class GitBash(Program):
    """dshell on pipes whose other ends are a real pseudo-terminal."""

    @property
    def argv(self) -> list[str]:
        return [sys.executable, "-m", "tests.msys", str(self.home), "-m", "tests.in_msys"]

    @property
    def env(self) -> dict[str, str | None]:
        return {**super().env, "PYTHONPATH": str(REPO)}


@pytest.fixture
def git_bash(engine_host: str, tmp_path: Path) -> GitBash:
    return GitBash(engine_host, tmp_path)


def cooked(screen: Screen) -> bool:
    flags = screen.modes()[tty.LFLAG]
    wanted = termios.ICANON | termios.ECHO | termios.ISIG
    assert isinstance(flags, int)
    return flags & wanted == wanted


def test_lines_are_edited_and_remembered(git_bash: GitBash) -> None:
    with git_bash.repl() as repl:
        screen = repl.screen
        assert "\né-axb-é\n" in repl.run(f"!echo é-ab{LEFT}x\x05-é")
        start = screen.here()
        screen.send(UP)
        screen.expect("▸ !echo é-axb-é", start=start)
        screen.send(CTRL_C)
        repl.next_prompt(start)
        start = screen.here()
        screen.send("expl\t")
        screen.expect("▸ explain", start=start)
        screen.send(F1)
        screen.expect(re.compile(r"\n   help COMMAND shows.*\n.*▸ explain"))
        start = screen.here()
        screen.send(CTRL_C)
        repl.next_prompt(start)
        assert "exit code 0" in repl.run("run --rm alpine true")
        screen.send(CTRL_D)
        assert screen.wait() == 0


def test_other_programs_find_the_terminal_as_it_was(git_bash: GitBash) -> None:
    with git_bash.repl() as repl:
        screen = repl.screen
        assert not cooked(screen)
        said = repl.run("!stty -a < /dev/tty")
        for mode in ("icanon", "isig", "echo", "opost", "icrnl", "iexten"):
            assert re.search(rf"(?<!-)\b{mode}\b", said)
        assert not cooked(screen)
        screen.send("!echo READY; read line; echo GOT-$line\r")
        screen.expect("\nREADY")
        screen.send("mine\r")
        screen.expect("GOT-mine")
        screen.send(CTRL_D)
        assert screen.wait() == 0
        assert cooked(screen)
    assert calls(git_bash.home).count("-g") == 1


@pytest.mark.parametrize("mute", [None, "1"])
def test_a_session_knows_the_window(git_bash: GitBash, mute: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if mute:
        monkeypatch.setenv("MUTE", mute)
    with git_bash.screen("run", "--rm", "-it", "alpine") as screen:
        screen.expect("/ #")
        screen.send("stty size\r")
        screen.expect("40 100")
        screen.resize(90, 30)
        screen.send("while ! stty size | grep '30 90'; do sleep 0.1; done; echo é-$((6*7))\r")
        screen.expect("é-42")
        screen.send("exit\r")
        assert screen.wait() == 0
    asked = calls(git_bash.home)
    in_session = asked[asked.index(" ".join(RAW)) :]
    assert ("size" in in_session) == bool(mute), "stty is asked where the terminal does not answer"


def test_a_session_has_the_keys(git_bash: GitBash) -> None:
    with git_bash.screen("run", "--rm", "-it", "alpine") as screen:
        screen.expect("/ #")
        screen.send(f"echo a{LEFT}b\r")
        screen.expect("\nba\n")
        screen.send("stty raw -echo; echo rea''dy; head -c 5 | od -c; stty sane\r")
        screen.expect("\nready")
        screen.send("\x16\x0f\x03\x1b\x04")  # a terminal would keep most of them for itself
        screen.expect("026 017 003 033 004")
        screen.send("exit 7\r")
        assert screen.wait() == 7


def test_what_is_pasted_reaches_whom_it_is_for(git_bash: GitBash) -> None:
    with git_bash.repl() as repl:
        start = repl.here()
        repl.screen.send("!echo ab-$((5*7))\r!echo bc-$((6*6))\rrun --rm -it alpine\recho cd-$((6*7))\r")
        for line in ("ab-35", "bc-36", "cd-42"):
            repl.screen.expect(line, start=start)
        here = repl.screen.here()
        repl.screen.send("exit\r")
        repl.screen.expect("▸", start=here)


def test_input_without_a_terminal_for_the_container(git_bash: GitBash) -> None:
    reading = "while read line; do echo got-$line; done; echo rest-$line"
    with git_bash.screen("run", "--rm", "-i", "alpine", "sh", "-c", reading) as screen:
        screen.send("one\r")
        screen.expect("got-one")
        screen.send("two\x04\r")
        screen.expect("rest-two")
        assert screen.wait() == 0


def test_modes_are_restored_when_it_is_told_to_end(git_bash: GitBash, docker: Docker) -> None:
    name = f"mintty-{uuid.uuid4().hex[:8]}"
    docker("run", "-d", "--rm", "--name", name, "alpine", "sleep", "600")
    for words, ready in (((), "▸"), (("exec", "-it", name, "sh"), "/ #")):
        with git_bash.screen(*words) as screen:
            screen.expect(ready)
            assert not cooked(screen)
            screen.process.terminate()
            screen.wait()
            assert cooked(screen)
    docker("rm", "-f", name)


CRASH = """
from tests.msys import open_here
terminal = open_here()
with terminal.raw():
    terminal.write(b"raw")
    terminal.read(30)
    raise RuntimeError
"""


def test_modes_are_restored_by_a_crash(git_bash: GitBash) -> None:
    with Screen([*git_bash.argv[:4], "-c", CRASH], git_bash.env) as screen:
        screen.expect("raw")
        assert not cooked(screen)
        screen.send("x")
        assert screen.wait() == 1
        assert cooked(screen)
