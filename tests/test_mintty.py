"""Git Bash's terminal on pipes, byte by byte: modes by way of ``stty``, one reader, the size from its answers."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath

import pytest

from dshell.errors import TerminalError
from dshell.terminal import mintty
from dshell.terminal.base import STDERR, STDOUT, Shown
from dshell.terminal.mintty import RAW, MinttyTerminal
from dshell.terminal.stty import Stty, stty_paths
from dshell.wire import SIZE_QUESTION

if sys.platform != "win32":
    from tests.msys import PipeKeyboard

assert sys.platform != "win32"

SOON = 0.01
LATE = 30.0
SAVED = "500:5:bf:8a3b"
EVERYTHING = Shown(stdin=True, stdout=True, stderr=True)
ANSWER = b"\x1b[8;50;132t"


class Window:
    """A terminal on pipes with a stand-in ``stty``. ``log``: what was done to its modes, in order."""

    def __init__(self, shown: Shown = EVERYTHING) -> None:
        (self.entry, self.keys), (self.screen, out), (self.errors, err) = os.pipe(), os.pipe(), os.pipe()
        self._own = [self.entry, self.keys, self.screen, out, self.errors, err]
        self.log: list[str] = []
        self.size = "40 100"
        self.broken = False
        self.measured = threading.Semaphore(0)
        self.terminal = MinttyTerminal(shown, self.stty, PipeKeyboard(self.entry), self.deafen, (self.entry, out, err))

    def stty(self, *words: str) -> str:
        if self.broken:
            raise TerminalError("stty: exit code 1")
        if words == ("size",):
            self.measured.release()
            return self.size
        self.log.append(" ".join(words))
        return SAVED if words == ("-g",) else ""

    def deafen(self, deaf: bool) -> None:
        self.log.append("deaf" if deaf else "hearing")

    def type(self, data: bytes) -> None:
        os.write(self.keys, data)

    def shown(self, channel: int = STDOUT) -> bytes:
        """What was written since the last time; b"" when nothing."""
        source = self.screen if channel == STDOUT else self.errors
        os.set_blocking(source, False)
        try:
            return os.read(source, 65536)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        for descriptor in self._own:
            os.close(descriptor)


@pytest.fixture
def window() -> Iterator[Window]:
    window = Window()
    yield window
    window.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the size may ask again."""
    monkeypatch.setattr(mintty, "EVERY", 0.0)


# --- modes --------------------------------------------------------------------------------------------------------

ENTER, LEAVE = ["deaf", " ".join(RAW)], [SAVED, "hearing"]


def test_the_first_modes_found_are_restored_each_time(window: Window) -> None:
    for _ in range(2):
        with window.terminal.raw():
            assert window.log[-2:] == ENTER
    assert window.log == ["-g", *ENTER, *LEAVE, *ENTER, *LEAVE]


@pytest.mark.parametrize("escaped", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_modes_are_restored_whatever_happens(window: Window, escaped: type[BaseException]) -> None:
    with pytest.raises(escaped), window.terminal.raw():
        raise escaped
    assert window.log[-2:] == LEAVE


def test_a_restoring_that_was_interrupted_is_done_again(window: Window) -> None:
    hear = window.deafen
    interrupts = [KeyboardInterrupt()]

    def stop_once(deaf: bool) -> None:
        hear(deaf)
        if not deaf and interrupts:
            raise interrupts.pop()

    window.terminal._deafen = stop_once
    with pytest.raises(KeyboardInterrupt), window.terminal.raw():
        pass
    window.terminal._restore()  # as at exit
    assert window.log == ["-g", *ENTER, *LEAVE, *LEAVE]


def test_a_terminal_that_no_stty_knows_is_an_error(window: Window) -> None:
    window.broken = True
    with pytest.raises(TerminalError), window.terminal.raw():
        pass
    assert window.log == []


def test_a_terminal_that_goes_during_raw_is_left_quietly(window: Window) -> None:
    with window.terminal.raw():
        window.broken = True
    assert window.log[-1] == "hearing"


def test_redirected_input_has_no_modes() -> None:
    window = Window(Shown(stdin=False, stdout=True, stderr=True))
    with window.terminal.raw():
        window.type(b"a\r\n\x04")
        assert window.terminal.read(LATE) == b"a\r\n\x04"
    assert window.log == []
    window.close()


# --- input --------------------------------------------------------------------------------------------------------


def test_what_comes_after_a_read_that_found_nothing_is_the_next_program_s(window: Window) -> None:
    assert window.terminal.read(SOON) is None
    window.type(b"not ours")
    assert os.read(window.entry, 100) == b"not ours"


def test_stty_has_standard_input_to_itself_while_somebody_reads(window: Window) -> None:
    """On Windows a pending read would hold up even the start of ``stty``."""
    stty = window.stty

    def taking(*words: str) -> str:
        window.type(b"its own")
        assert os.read(window.entry, 100) == b"its own"
        return stty(*words)

    window.terminal._stty = taking
    got: list[bytes | None] = []
    reader = threading.Thread(target=lambda: got.append(window.terminal.read(LATE)))
    with window.terminal.raw():
        reader.start()
        assert window.terminal.size() == (100, 40)
        window.type(b"ours")
        reader.join(LATE)
    assert got == [b"ours"]


def test_what_is_given_back_comes_first_and_again_in_its_order(window: Window) -> None:
    window.type(b"later")
    window.terminal.unread(b"second ")
    window.terminal.unread(b"first ")
    assert window.terminal.read(LATE) == b"first second "
    assert window.terminal.read(LATE) == b"later"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (b"line\r", [b"line\n"]),
        (b"line\r\n", [b"line\n"]),
        (b"line\n", [b"line\n"]),
        (b"\x04\n", [b""]),
        (b"half\x04\n", [b"half", b""]),
        (b"\xc3\xa9\n", [b"\xc3\xa9\n"]),
    ],
)
def test_lines_end_as_programs_expect_it(window: Window, typed: bytes, read: list[bytes]) -> None:
    window.type(typed)
    assert [window.terminal.read(LATE) for _ in read] == read
    window.type(b"next\n")
    assert window.terminal.read(LATE) == b"next\n"


# --- size ---------------------------------------------------------------------------------------------------------


def test_the_size_is_stty_s_until_the_terminal_is_asked(window: Window) -> None:
    assert window.terminal.size() == (100, 40)
    assert window.terminal.size() == (100, 40)
    assert window.shown() == b""


@pytest.mark.usefixtures("impatient")
def test_a_resize_comes_with_what_is_typed_and_leaves_no_trace_in_it(window: Window) -> None:
    window.terminal.size()
    with window.terminal.raw():
        assert window.terminal.size() == (100, 40)
        assert window.terminal.size() == (100, 40)
        assert window.shown() == SIZE_QUESTION, "asked once as long as no answer came"
        window.type(b"a\x1b[A" + ANSWER + b"b")
        assert window.terminal.read(LATE) == b"a\x1b[Ab"
        assert window.terminal.size() == (132, 50)
        assert window.shown() == SIZE_QUESTION


@pytest.mark.usefixtures("impatient")
def test_an_answer_may_come_byte_by_byte(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mintty, "HOLD", LATE)
    window.terminal.size()
    with window.terminal.raw():
        window.terminal.size()
        for place in range(len(ANSWER)):
            window.type(ANSWER[place : place + 1])
            assert window.terminal.read(SOON) is None
        assert window.terminal.size() == (132, 50)


@pytest.mark.usefixtures("impatient")
def test_a_lone_esc_is_not_kept(window: Window) -> None:
    window.terminal.size()
    with window.terminal.raw():
        window.terminal.size()
        window.type(b"\x1b")
        assert window.terminal.read(LATE) == b"\x1b"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("written", [b"\x1b", b"\x1b[3", b"\x1b]0;title", b"\xc3", b"\xf0\x9f\x90"])
def test_it_is_not_asked_within_a_sequence_or_a_letter(window: Window, written: bytes) -> None:
    window.terminal.size()
    with window.terminal.raw():
        window.terminal.write(written)
        window.terminal.size()
        assert window.shown() == written


@pytest.mark.usefixtures("impatient")
def test_a_terminal_that_never_answers_is_asked_once(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mintty, "ANSWERED", 0.0)
    window.terminal.size()
    window.measured.acquire()
    with window.terminal.raw():
        window.terminal.size()
        window.size = "30 90"
        assert window.shown() == SIZE_QUESTION
        window.terminal.size()
        assert window.measured.acquire(timeout=LATE), "stty was asked"
        while window.terminal.size() != (90, 30):
            pass
        assert window.shown() == b""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        (Shown(stdin=True, stdout=True, stderr=False), (SIZE_QUESTION, b"")),
        (Shown(stdin=True, stdout=False, stderr=True), (b"", SIZE_QUESTION)),
        (Shown(stdin=True, stdout=False, stderr=False), (b"", b"")),
    ],
)
def test_it_is_asked_where_the_terminal_is(shown: Shown, asked: tuple[bytes, bytes]) -> None:
    window = Window(shown)
    window.terminal.size()
    with window.terminal.raw():
        window.terminal.size()
        assert (window.shown(STDOUT), window.shown(STDERR)) == asked
    window.close()


@pytest.mark.usefixtures("impatient")
def test_an_answer_on_its_way_is_waited_for_before_raw_mode_ends(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.terminal.size()
    with window.terminal.raw():
        window.terminal.size()
        window.type(b"before" + ANSWER[:4])
        threading.Timer(0.05, window.type, [ANSWER[4:] + b"behind"]).start()
    monkeypatch.setattr(mintty, "EVERY", LATE)
    assert window.terminal.size() == (132, 50)
    assert window.terminal.read(LATE) == b"beforebehind"


@pytest.mark.usefixtures("impatient")
def test_outside_raw_mode_the_terminal_is_not_asked(window: Window) -> None:
    window.terminal.size()
    window.terminal.size()
    assert window.shown() == b""


# --- stty ---------------------------------------------------------------------------------------------------------


def script(folder: Path, name: str, body: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\necho $0 >> {folder}/started\necho noise >&2\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_the_stty_that_knows_the_terminal_is_found_and_kept(tmp_path: Path) -> None:
    stranger = script(tmp_path, "stranger", "exit 1")
    right = script(tmp_path, "right", 'echo "$@"; head -c 4')
    reading, writing = os.pipe()
    os.write(writing, b"seeneven")
    stty = Stty([str(tmp_path / "missing"), stranger, right], reading)
    assert stty("raw", "-echo") == "raw -echo\nseen"
    assert stty("-g") == "-g\neven"
    assert (tmp_path / "started").read_text().split() == [stranger, right, right]
    os.close(reading)
    os.close(writing)


def test_a_stty_that_was_interrupted_is_started_again(tmp_path: Path) -> None:
    once = script(
        tmp_path, "once", f'[ -z "$(cat {tmp_path}/interrupted)" ] || {{ : > {tmp_path}/interrupted; exit 130; }}'
    )
    (tmp_path / "interrupted").write_text("")
    stty = Stty([once], 0)
    stty("-g")
    (tmp_path / "interrupted").write_text("yes")
    stty("raw")
    assert (tmp_path / "started").read_text().split() == [once] * 3


@pytest.mark.parametrize("names", [[], ["missing"], ["stranger"]])
def test_no_stty_knows_the_terminal(tmp_path: Path, names: list[str]) -> None:
    script(tmp_path, "stranger", "exit 1")
    with pytest.raises(TerminalError) as caught:
        Stty([str(tmp_path / name) for name in names], 0)("-g")
    assert caught.value.number is None


GIT = r"C:\Program Files\Git"
BASH = GIT + r"\usr\bin\bash.exe"
RIGHT = GIT + r"\usr\bin\stty.exe"
MSYS2 = r"C:\msys64\usr\bin"


@pytest.mark.parametrize(
    ("environ", "ancestors"),
    [
        ({}, [BASH, BASH, GIT + r"\usr\bin\mintty.exe", r"C:\Windows\explorer.exe"]),
        ({}, [r"C:\Users\me\venv\Scripts\dshell.exe", BASH]),
        ({}, [GIT + r"\git-bash.exe"]),
        ({}, [GIT + r"\bin\bash.exe"]),
        ({"EXEPATH": GIT}, []),
        ({"EXEPATH": GIT + r"\bin"}, []),
        ({"MINGW_PREFIX": "C:/Program Files/Git/mingw64"}, []),
        ({"MSYSTEM_PREFIX": "C:/Program Files/Git/mingw64"}, []),
        ({"SHELL": BASH}, []),
        ({"PATH": r"C:\Windows;C:\Program Files\Git\usr\bin"}, []),
        ({"MINGW_PREFIX": "/mingw64", "SHELL": "/usr/bin/bash", "PATH": rf".;;{GIT}\usr\bin"}, []),
        # Another installation stands first on PATH, or started this one.
        ({"PATH": rf"{MSYS2};{GIT}\usr\bin"}, [BASH]),
        ({"PATH": rf"{MSYS2};{GIT}\usr\bin", "EXEPATH": GIT}, []),
        ({"MSYSTEM_PREFIX": "C:/msys64/mingw64", "EXEPATH": r"C:\msys64"}, [BASH, MSYS2 + r"\bash.exe"]),
    ],
)
def test_which_stty_is_tried_first(environ: dict[str, str], ancestors: list[str]) -> None:
    there = {PureWindowsPath(RIGHT), PureWindowsPath(MSYS2, "stty.exe")}
    found = [path for path in stty_paths(environ, ancestors) if PureWindowsPath(path) in there]
    assert found[0] == RIGHT


def test_cygwin_has_it_beside_its_bash() -> None:
    assert stty_paths({}, [r"C:\cygwin64\bin\bash.exe"])[0] == r"C:\cygwin64\bin\stty.exe"


def test_nothing_known_is_nothing_tried() -> None:
    assert stty_paths({}, []) == []
    assert stty_paths({"EXEPATH": "", "SHELL": "/usr/bin/bash", "PATH": "bin;"}, []) == []
