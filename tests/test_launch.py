"""What the launcher changed for dshell alone is undone for all that dshell starts: scripts/launch.bash."""

from __future__ import annotations

import signal

import pytest

from dshell.launch import undo


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"MSYS_NO_PATHCONV": "1", "PATH": "/bin"}, {"MSYS_NO_PATHCONV": "1", "PATH": "/bin"}),
        ({"MSYS_NO_PATHCONV": "1", "DSHELL_MSYS_NO_PATHCONV": ""}, {}),
        ({"MSYS_NO_PATHCONV": "1", "DSHELL_MSYS_NO_PATHCONV": "="}, {"MSYS_NO_PATHCONV": ""}),
        ({"MSYS2_ARG_CONV_EXCL": "*", "DSHELL_MSYS2_ARG_CONV_EXCL": "=-e;/x=y"}, {"MSYS2_ARG_CONV_EXCL": "-e;/x=y"}),
    ],
)
def test_words_are_rewritten_again_as_the_person_has_it(given: dict[str, str], left: dict[str, str]) -> None:
    undo(given)
    assert given == left


def test_the_keyboard_is_heard_only_where_the_launcher_shut_it_out() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        undo({})
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        environ = {"DSHELL_LAUNCHED": "yes"}
        undo(environ)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
        assert environ == {}
    finally:
        signal.signal(signal.SIGINT, before)
