"""A program that lies in the folder where the person is does not run on Windows, which would look there first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.windows.machine import Windows, finish, windows_path

THERE = "import os, sys\nos.chdir(sys.argv.pop(1))\n"
LINE = f"{THERE}from dshell.__main__ import start; start()"
CONNECTION = f"""{THERE}
from dshell.stream.ssh import ChildConnection
try:
    ChildConnection(["ssh", "somewhere"])
except FileNotFoundError:
    print("not found", end="")
"""
NAMES = ("docker", "ssh")


@pytest.fixture
def project(windows: Windows, tmp_path: Path) -> Path:
    """With programs of those names in it, none of which does what these lines want."""
    for name in NAMES:
        shutil.copy(windows.lab.docker, tmp_path / f"{name}.exe")
    return tmp_path


def test_docker_is_not_run(windows: Windows, project: Path) -> None:
    done = finish(windows.python("-c", LINE, windows_path(project), "login"))
    assert (done.returncode, done.stdout, done.stderr) == (127, b"", b"docker: command not found\n"), done


def test_ssh_is_not_run(windows: Windows, project: Path) -> None:
    done = finish(windows.python("-c", CONNECTION, windows_path(project)))
    assert (done.returncode, done.stdout) == (0, b"not found"), done
