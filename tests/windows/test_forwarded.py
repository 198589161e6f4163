"""docker.exe in Git Bash without a pseudo-console asks, hears and is resized: under a console that dshell makes.

Wine has no ConPTY, so pywinpty's other back end is seen here; ConPTY's own talk is in ``test_pseudo_console``.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.program import ARROW
from tests.windows.machine import Windows, windows_path
from tests.windows.msys_pty import MsysPty, git_bash

Open = Callable[..., MsysPty]


@pytest.fixture(scope="module")
def git_bash_with_docker(windows: Windows) -> Open:
    """``dshell WORDS`` with docker.exe on the PATH."""
    path = f"{git_bash(windows)['WINEPATH']};{windows_path(windows.lab.docker.parent)}"
    return lambda *words: MsysPty(windows, ["-m", "dshell", *words], WINEPATH=path)


def test_it_asks_for_a_name_and_a_password(git_bash_with_docker: Open) -> None:
    with git_bash_with_docker("login") as pty:
        found = pty.modes()
        pty.expect("Username: ")
        pty.send("mo\x7fe\r")
        pty.expect("Password: ")
        pty.send("secret\r")
        pty.expect("Login Succeeded for me with 6 letters")
        assert "secret" not in pty.text()
        assert (pty.wait(), pty.modes()) == (0, found)


@pytest.mark.parametrize(("answer", "said", "code"), [("y", "Total reclaimed space: 0B", 0), ("n", "kept", 1)])
def test_it_asks_for_a_yes(git_bash_with_docker: Open, answer: str, said: str, code: int) -> None:
    """``--quiet``: dshell itself would ask first, and say what would go."""
    with git_bash_with_docker("--quiet", "system", "prune") as pty:
        pty.expect("[y/N] ")
        pty.send(f"{answer}\r")
        pty.expect(f"[y/N] {answer}\n{said}")
        assert pty.wait() == code


def test_it_is_told_the_window(git_bash_with_docker: Open) -> None:
    with git_bash_with_docker("compose", "up") as pty:
        pty.expect("window 100x40")
        pty.resize(90, 30)
        pty.expect("window 90x30")
        assert pty.wait() == 7


def test_the_prompt_has_its_keyboard_again_behind_it(git_bash_with_docker: Open) -> None:
    with git_bash_with_docker() as pty:
        found = pty.modes()
        pty.expect(ARROW)
        for name in ("me", "you"):
            start = pty.here()
            pty.send("login\r")
            pty.expect("Username: ", start=start)
            pty.send(f"{name}\r")
            pty.expect("Password: ", start=start)
            pty.send("word\r")
            pty.expect(f"Succeeded for {name} with 4 letters", start=start)
            pty.expect(ARROW, start=pty.here())
        pty.send("exit 5\r")
        assert (pty.wait(), pty.modes()) == (5, found)
