"""dshell in Git Bash without a pseudo-console: typed at, seen on the screen, and the terminal left as it was found."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest

from tests.conftest import Docker
from tests.program import ARROW
from tests.windows.machine import Windows, pipe_to
from tests.windows.msys_pty import MsysPty

PROMPT = "/ # "


TODAY, BEFORE = "-nat", ""
"""What ends the pipes' names: of today's MSYS runtime, and of the one before 3.3."""


@pytest.fixture
def name(docker: Docker) -> Iterator[str]:
    """For a container, which is gone after the test."""
    chosen = f"bash-{uuid.uuid4().hex[:8]}"
    yield chosen
    docker("rm", "-f", chosen, check=False)


def next_prompt(pty: MsysPty, keys: str) -> str:
    """Type ``keys`` at dshell's prompt; what they left on the screen when the next prompt is there."""
    start = pty.here()
    pty.send(keys)
    pty.expect(re.compile(f"{ARROW}.*\n(?:.*\n)*.*{ARROW}"), start=start)
    return pty.text(start)


@pytest.mark.parametrize("suffix", [TODAY, BEFORE])
def test_a_session_as_one_line(windows: Windows, name: str, suffix: str) -> None:
    words = ["-m", "dshell", "run", "-it", "--rm", "--name", name, "alpine"]
    with MsysPty(windows, words, suffix=suffix) as pty:
        found = pty.modes()
        pty.expect(PROMPT)
        assert pty.modes() != found
        pty.send("stty size\r")
        pty.expect("\n40 100\n")
        pty.resize(90, 30)
        pty.send("while ! stty size | grep '30 90'; do sleep 0.1; done\r")
        pty.expect("\n30 90\n")
        pty.send("echo $((6 * 7)\x1b[D\x1b[D8\x1b[C)\r")  # the cursor moves back over 7)
        pty.expect("\n522\n")
        pty.send("trap 'n=$((n + 1))' INT; echo begun; sleep 1000; sleep 1; echo interrupts: $n\r")
        pty.expect("\nbegun")
        pty.send("\x03")
        pty.expect("^Cinterrupts: 1\n")
        pty.send("exit 3\r")
        assert (pty.wait(), pty.modes()) == (3, found)


def test_the_repl(windows: Windows, name: str, docker: Docker) -> None:
    docker("create", "--name", name, "alpine")
    with MsysPty(windows, suffix=BEFORE) as pty:
        found = pty.modes()
        pty.expect("engine up")
        pty.send(f"start {name[:-3]}\t")
        pty.expect(f"start {name}")
        next_prompt(pty, "\x03")
        assert "\nhello" in next_prompt(pty, "run --rm alpine echo helo\x1b[Dl\r")
        pty.send("\x1b[A")
        pty.expect(re.compile(rf"{ARROW} run --rm alpine echo hello$", re.MULTILINE), start=pty.here())
        next_prompt(pty, "\x03")
        assert "é\n" in next_prompt(pty, "run --rm alpine echo é\r")
        next_prompt(pty, "run --rm alpine sh -c 'exit 4'\r")
        pty.send("\x04")
        assert (pty.wait(), pty.modes()) == (4, found)


def test_sessions_in_the_repl(windows: Windows, name: str, docker: Docker) -> None:
    with MsysPty(windows) as pty:
        found = pty.modes()
        pty.expect(ARROW)
        pty.send(f"run -it --name {name} alpine\r")
        pty.expect(PROMPT)
        pty.send("\x10\x11")
        pty.expect(ARROW, start=pty.here())
        assert docker("inspect", "-f", "{{.State.Running}}", name).stdout == "true\n"
        start = pty.here()
        pty.send(f"exec -it {name} sh\r")
        pty.expect(PROMPT, start=start)
        pty.send("echo in$((1 + 1))\r")
        pty.expect("in2", start=start)
        start = pty.here()
        pty.send("\x04")
        pty.expect(ARROW, start=start)
        pty.send("exit\r")
        assert (pty.wait(), pty.modes()) == (0, found)


def test_lines_for_a_container_without_a_terminal_come_to_an_end(windows: Windows, name: str) -> None:
    """Ctrl-D, which is no end for a native program here, becomes a half-close, and the answer still comes."""
    words = ["-m", "dshell", "run", "-i", "--rm", "--name", name, "alpine", "sh", "-c", "cat; echo over; exit 6"]
    with MsysPty(windows, words) as pty:
        found = pty.modes()
        pty.expect("comes back here")
        pty.send("typed\r")
        pty.expect("typed\ntyped")  # the terminal's echo, and the container's
        pty.send("\x04\r")
        pty.expect("over")
        assert (pty.wait(), pty.modes()) == (6, found)


def test_a_daemon_lost_in_a_session_gives_the_terminal_back(windows: Windows, name: str, engine_host: str) -> None:
    with pipe_to(windows, engine_host.removeprefix("unix://"), "//./pipe/mortal") as relay:
        words = ["-m", "dshell", "run", "-it", "--name", name, "alpine"]
        with MsysPty(windows, words, DOCKER_HOST="npipe:////./pipe/mortal") as pty:
            found = pty.modes()
            pty.expect(PROMPT)
            relay.kill()
            assert (pty.wait(), pty.modes()) == (125, found)
            assert "✘" in pty.text()
