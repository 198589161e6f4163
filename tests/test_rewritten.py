"""Words of a one-line call as Git Bash passes them on, and as they were typed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from dshell.grammar.load import load
from dshell.line.msys import Msys, convert
from dshell.run.rewritten import installation, put_back
from tests.program import Program

GRAMMAR = load()
GIT = Msys("C:/Program Files/Git", "C:/Users/me/AppData/Local/Temp")


@pytest.mark.parametrize(
    ("typed", "restored"),
    [
        ("run -it alpine /bin/sh", ["/bin/sh"]),
        ("docker run -w /app alpine ls /app", ["/app", "/app"]),
        ("run -v /c/Users/me:/app alpine", [r"C:\Users\me:/app"]),
        ("run -itv/c/Users/me:/app alpine", ["-itv/c/Users/me:/app"]),
        ("run -v/c/Users/me:/app alpine", [r"-vC:\Users\me:/app"]),
        ("run --volume=/c/Users/me:/app:ro alpine", [r"--volume=C:\Users\me:/app:ro"]),
        ("run --workdir=/app --entrypoint=/bin/sh alpine", ["--workdir=/app", "--entrypoint=/bin/sh"]),
        ("run -e A=/etc --mount type=volume,src=d,dst=/srv alpine", ["A=/etc", "type=volume,src=d,dst=/srv"]),
        ("run -d alpine tail -f /dev/null", ["/dev/null"]),
        ("exec web /usr/bin/env", ["/usr/bin/env"]),
        ("run --no-such-flag=/etc alpine", ["--no-such-flag=/etc"]),
        ("run -w /d -e A=/d alpine", []),  # D:/ may have been typed
        ("run --env-file=/etc/x alpine", []),
        ("run --env-file /tmp/x alpine", []),  # there it was wanted
        ("build -f /c/x/Dockerfile /c/x", []),
        ("cp web:/x /tmp/x", []),
        ("compose -f /tmp/x.yml up", []),
        ("compose --env-file=/tmp/x up", []),
        ("compose exec -w /app web /bin/sh", ["/app", "/bin/sh"]),
        ("compose cp web:/x /tmp/x", []),
        ("buildx build --build-context /c/x=/c/y /c/x", []),
        ("ls /etc", []),
        ("cd /etc", []),
        ("explain run -w /app alpine", []),
        ("run -p 80:80 --name web nginx", []),
    ],
)
def test_words_are_put_back(typed: str, restored: list[str]) -> None:
    came = [convert(word, GIT) for word in typed.split()]
    words, pairs = put_back(came, GRAMMAR, GIT)
    assert [was for _, was in pairs] == restored
    put = dict(pairs)
    assert list(words) == [put.get(word, word) for word in came]


SHELL = r"C:\Program Files\Git\usr\bin\bash.exe"


@pytest.mark.parametrize(
    ("environ", "root"),
    [
        ({"MSYSTEM": "MINGW64", "SHELL": SHELL}, "C:/Program Files/Git"),
        ({"MSYSTEM": "MINGW64", "SHELL": r"C:\Git\bin\bash"}, "C:/Git"),
        ({"MSYSTEM": "UCRT64", "SHELL": "C:/msys64/usr/bin/bash"}, "C:/msys64"),
        ({"MSYSTEM": "MINGW64", "EXEPATH": "C:\\Program Files\\Git\\"}, "C:/Program Files/Git"),
        ({"MSYSTEM": "MINGW64", "EXEPATH": r"D:\Git\bin"}, "D:/Git"),
        ({"MSYSTEM": "MINGW64", "SHELL": "/usr/bin/bash"}, None),  # a Python of MSYS2's own: nothing is converted
        ({"MSYSTEM": "", "SHELL": SHELL}, None),
        ({"SHELL": SHELL}, None),
        ({"MSYSTEM": "MINGW64", "SHELL": SHELL, "MSYS_NO_PATHCONV": ""}, None),
        ({"MSYSTEM": "MINGW64", "SHELL": SHELL, "MSYS2_ARG_CONV_EXCL": "-w;*"}, None),
        ({"MSYSTEM": "MINGW64", "SHELL": SHELL, "MSYS2_ARG_CONV_EXCL": "-w"}, "C:/Program Files/Git"),
    ],
)
def test_where_git_bash_is(environ: Mapping[str, str], root: str | None) -> None:
    found = installation({"PATH": "", **environ})
    assert (found and found.root) == root


def test_one_line_runs_as_typed(engine_host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "MSYSTEM", "MINGW64")
    monkeypatch.setitem(os.environ, "SHELL", SHELL)
    words = ("--explain", "brief", "run", "--rm", "-w", "C:/Program Files/Git/etc", "alpine", "pwd")
    done = Program(engine_host, tmp_path).once(*words)
    assert done.stdout == b"/etc\n"
    assert b"Git Bash had rewritten /etc" in b" ".join(done.stderr.split())
