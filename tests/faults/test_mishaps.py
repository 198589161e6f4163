"""dshell itself goes wrong: an exception in each layer, injected, ends in a sentence and never in a traceback."""

from __future__ import annotations

import os
import re
import stat
import sys
import time
import uuid
from pathlib import Path

import pytest

from tests.conftest import Docker
from tests.faults.ending import restored, unfit
from tests.faults.places import until_it_ends
from tests.program import ARROW, Program
from tests.screen import Screen

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
SECRET = "hunter2"

# A function raises when it has been called as often as is said: some prompt is needed to type anything.
BROKEN = f"""
import importlib, sys
from functools import reduce
module, path, calls = sys.argv.pop(1), sys.argv.pop(1).split("."), int(sys.argv.pop(1))
holder = reduce(getattr, path[:-1], importlib.import_module(module))
real = getattr(holder, path[-1])
def broken(*args, **options):
    global calls
    calls -= 1
    if calls < 0:
        raise RuntimeError("{SECRET}")
    return real(*args, **options)
setattr(holder, path[-1], broken)
from dshell.__main__ import start
start()
"""

Place = tuple[str, str, int]

IN_A_LINE: dict[str, Place] = {
    "the client": ("dshell.engine.client", "Client._send", 0),
    "the stream": ("dshell.stream.attach", "AttachedStream.read", 0),
    "the act": ("dshell.run.native.create", "take_order", 0),
    "what is read of answers": ("dshell.engine.facts", "read_object", 0),
    "the pump": ("dshell.run.session", "_Pump.run", 0),
    "the looks ahead": ("dshell.run.ahead.foresight", "Foresight.instead", 0),
    "the way of a line": ("dshell.run.line", "route", 0),
    "the narration": ("dshell.shell.tell", "narrate", 0),
    "the explanation": ("dshell.shell.help", "Pages.explained", 0),
    "the terminal": ("dshell.terminal.posix", "PosixTerminal.size", 0),
}

AFTER_CREATE: dict[str, Place] = {
    "the facts of what was made": ("dshell.run.native.create", "_tell", 0),
    "the session": ("dshell.run.native.run", "join", 0),
    "the pump's output": ("dshell.stream.attach", "AttachedStream.read", 0),
    "the wait": ("dshell.run.native.run", "wait_for", 0),
    "the start": ("dshell.run.native.run", "_start", 0),
    "what is told of it": ("dshell.run.native.run", "tell_attached", 0),
    "the pump": ("dshell.run.session", "_Pump.run", 0),
    "the pump's input": ("dshell.run.session", "_Pump._next_outcome", 0),
    "the frames": ("dshell.wire", "Demultiplexer.feed", 0),
}

IN_THE_PROMPT: dict[str, Place] = {
    "the hint": ("dshell.shell.repl", "hint_text", 1),
    "a completion": ("dshell.shell.completer", "suggest", 0),
    "the names": ("dshell.engine.live", "Live._list", 0),
    "the colours": ("dshell.shell.theme", "marks", 1),
    "the bar": ("dshell.shell.repl", "bar_text", 1),
    "the history": ("dshell.shell.history", "fold", 0),
    "a key": ("dshell.shell.repl", "Repl._help", 0),
}


def some(places: dict[str, Place]) -> list[str]:
    return [*places] if LONG else [*places][:3]


def argv(place: Place) -> list[str]:
    module, path, calls = place
    return [sys.executable, "-c", BROKEN, module, path, str(calls)]


def assert_told(screen: Screen, home: Path, words: str) -> None:
    assert words in re.sub(r"\s+", " ", screen.text())
    assert unfit(screen.text()) == []
    file = home / "dshell" / "mishap.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "RuntimeError" in file.read_text()
    assert SECRET not in file.read_text() + screen.text()


@pytest.mark.parametrize("layer", some(IN_A_LINE))
def test_one_line(engine_host: str, tmp_path: Path, layer: str) -> None:
    line = ("run", "--rm", "alpine", "echo", "it-ran")
    with Screen([*argv(IN_A_LINE[layer]), *line], Program(engine_host, tmp_path).env, cwd=tmp_path) as screen:
        before = screen.modes()
        assert screen.wait() in {70, 125}
        assert_told(screen, tmp_path, "nothing that was typed is the cause")
        assert restored(screen, before) == ""


@pytest.mark.parametrize("layer", some(AFTER_CREATE))
def test_a_container_is_accounted_for(engine_host: str, docker: Docker, tmp_path: Path, layer: str) -> None:
    """It never ran and is gone, or it runs and the person is told."""
    name = f"mishap-{uuid.uuid4().hex[:8]}"
    line = ("run", "--rm", "--name", name, "alpine", "sh", "-c", "echo it-ran; exec sleep 60")
    with Screen([*argv(AFTER_CREATE[layer]), *line], Program(engine_host, tmp_path).env, cwd=tmp_path) as screen:
        before = screen.modes()
        assert screen.wait() in {70, 125}
        assert_told(screen, tmp_path, "nothing that was typed is the cause")
        assert restored(screen, before) == ""
        runs = docker("ps", "-aq", "--filter", f"name={name}").stdout != ""
        assert runs == (f"stop {name}" in screen.text())
    docker("rm", "-f", name, check=False)


@pytest.mark.parametrize("layer", some(IN_THE_PROMPT))
def test_the_prompt_lives(engine_host: str, tmp_path: Path, layer: str) -> None:
    program = Program(engine_host, tmp_path, "fr")
    with Screen(argv(IN_THE_PROMPT[layer]), program.env, cwd=tmp_path) as screen:
        before = screen.modes()
        screen.expect(ARROW)
        for keys in ("\x1bOP", "!echo ali", "\t", "ve\r"):
            screen.send(keys)
            time.sleep(0.2)  # each is painted, or is not
        screen.send("!echo al''ive\r")  # what was typed may have been lost
        screen.expect(re.compile("^alive", re.MULTILINE))
        assert until_it_ends(screen, lambda screen: screen.send("exit 0\r")) == 0  # as above
        screen.wait()
        assert_told(screen, tmp_path, "rien de ce qui a été tapé n'en est la cause")
        assert restored(screen, before) == ""
