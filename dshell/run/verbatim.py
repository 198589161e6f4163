"""Docker's own words, byte for byte, for when nobody reads the events (``Desk.told`` is False).

The shapes and their exit codes are those of the docker CLI 28.2. Nothing here is told in a person's language: that is
``teach``.
"""

from __future__ import annotations

import json

from dshell.errors import Declined, Failure, Trouble
from dshell.run.base import Call

NULS_LEFT_OUT = "dshell: warning: command substitution: ignored null byte in input\n"
"""Bash's words, not docker's: it was bash's part that dshell did."""


def declined_words(declined: Declined, call: Call) -> str:
    """What docker writes for a line that it refuses by itself."""
    if not declined.usage:
        return _refusal(declined.words, declined.exit_code, call)
    path = typed_path(call)
    arguments = (argument.spelled for argument in call.command.arguments)
    usage = " ".join(("docker", path, "[OPTIONS]", *arguments))
    prefix = "" if declined.exit_code == 125 else "docker: "
    see = "See" if "at least" in declined.words and prefix else "Run"
    return f"{prefix}{declined.words}\n\nUsage:  {usage}\n\n{see} 'docker {path} --help' for more information\n"


def failed_words(failure: Failure, exit_code: int, call: Call) -> str:
    """What docker writes when the daemon refuses, or cannot be reached."""
    return _refusal(daemon_words(failure), exit_code, call)


def daemon_words(failure: Failure) -> str:
    if failure.client:
        return failure.client
    if failure.trouble is Trouble.UNREACHABLE:
        return f"Cannot connect to the Docker daemon at {failure.endpoint}. Is the docker daemon running?"
    if failure.trouble is Trouble.REFUSED:
        return f"Error response from daemon: {failure.words}"
    return failure.words


def log_line(level: str, words: str) -> str:
    """A line of the CLI's own log."""
    from datetime import datetime  # noqa: PLC0415 - 2 ms; docker seldom logs

    now = datetime.now().astimezone().isoformat(timespec="seconds").replace("+00:00", "Z")
    return f'time="{now}" level={level} msg={json.dumps(words, ensure_ascii=False)}\n'


def typed_path(call: Call) -> str:
    """The command as docker names it to the person: ``container rm`` when the noun was typed, else ``rm``."""
    noun = len(call.argv) > 1 and call.argv[:2] in {call.command.path, *call.command.aliases}
    return " ".join(call.command.path) if noun else call.command.name


def _refusal(words: str, exit_code: int, call: Call) -> str:
    """125 and above are run's (and create's own) errors, which docker ends with a hint."""
    if exit_code < 125:
        return f"{words}\n"
    return f"docker: {words}\n\nRun 'docker {call.command.name} --help' for more information\n"
