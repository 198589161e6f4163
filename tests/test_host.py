"""Lines as bash is given them."""

from __future__ import annotations

import pytest

from dshell.grammar.load import load
from dshell.line.host import bash_text

GRAMMAR = load()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ps -a | grep 'x y' > out", "docker ps -a | grep 'x y' > out"),
        ("docker ps|docker top x", "docker ps|docker top x"),
        ("cat f | load && ps", "cat f | docker load && docker ps"),
        ("winpty docker ps | head", "docker ps | head"),
        ("A='x y' sudo docker ps | head", "A='x y' sudo docker ps | head"),
        ("run -v %cd%:/a -v C:\\new:/b alpine | head", "docker run -v \"$PWD\":/a -v 'C:\\new:/b' alpine | head"),
        ('run -e X=%X% -e "$Y" -e $Z a | b', 'docker run -e X="${X-%X%}" -e "${Y}" -e ${Z} a | b'),
        ("run -v ~/x:/y '' \"$PWD\" a > b", 'docker run -v "$HOME"/x:/y \'\' "$PWD" a > b'),
        ('rm $(ps -aq) "`ps -q`" > x', 'docker rm $(docker ps -aq) "$(docker ps -q)" > x'),
        ("ls *.txt | wc", "ls *.txt | wc"),
        ("run a %ProgramFiles(x86)% | b", "docker run a '%ProgramFiles(x86)%' | b"),
        ('logs ""2>&1 web', 'docker logs "2">&1 web'),
        ("logs 'a'2> x", "docker logs a2> x"),
        ("! ls | ps", "ls | ps"),
        ("ps -q", "docker ps -q"),
        ("container ls & images", "docker container ls & ; docker images"),
        ("for i in 1; do ps; done", "for i in 1; do ps; done"),
    ],
)
def test_lines_for_bash(text: str, expected: str) -> None:
    assert bash_text(text, GRAMMAR) == expected
