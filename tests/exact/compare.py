"""What dshell does otherwise on purpose, and nothing else: each is in the README's list."""

from __future__ import annotations

import re

from dshell.run.native.keys import UNTYPED
from tests.exact.transcript import Record

CHOSEN = re.compile(r"detachKeys=[^&]*&?")
WARNING = re.compile(r'(level=warning msg="invalid detach escape keys[^\n\r]*)\r?\n')


def agreed(made: Record, theirs: Record) -> tuple[Record, Record]:
    """Both without what differs on purpose in such a line: docker's and dshell's are equal then."""
    if not any(UNTYPED in str(request) for request in made["requests"]):
        return made, theirs
    return _plain(made), _plain(theirs)


def _plain(made: Record) -> Record:
    return {**made, **_screen(made), "requests": [_without_keys(request) for request in made["requests"]]}


def _screen(made: Record) -> Record:
    """A warning of docker's begins on a terminal that is raw already; dshell's before it is."""
    return {"screen": WARNING.sub(r"\1\n", made["screen"])} if "screen" in made else {}


def _without_keys(request: list[object]) -> list[object]:
    """On a terminal the daemon is told detach keys that nobody types: dshell itself watches for the person's."""
    line, *more = request
    return [CHOSEN.sub("", str(line)), *map(_blank, more)]


def _blank(part: object) -> object:
    """Of what is said of a request, all but the keys in the body of an exec."""
    body = part.get("body") if isinstance(part, dict) else None
    if not isinstance(part, dict) or not isinstance(body, dict) or "DetachKeys" not in body:
        return part
    return {**part, "body": {**body, "DetachKeys": ""}}
