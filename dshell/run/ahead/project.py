"""Which project and which files a line of compose is about, by compose's own order: -p, COMPOSE_PROJECT_NAME, ``name:``
in the file, else the name of its folder in small letters and digits (compose-spec, "Name top-level element").
"""

from __future__ import annotations

import os

from dshell import regular
from dshell.grammar.load import load
from dshell.line.parse import parse
from dshell.line.split import join
from dshell.pattern import pattern
from dshell.run.ahead.base import Sight
from dshell.run.compose_file import NAMES, files_here

NAME = pattern(r"""(?m)^name:[ \t]*["']?(?P<name>[a-z0-9][a-z0-9_-]*)""")
LEFT_OUT = pattern(r"[^a-z0-9_-]")


def project_of(sight: Sight) -> str:
    given = dict(reversed(_options(sight)))
    environ = sight.desk.environ
    named = given.get("project-name") or environ.get("COMPOSE_PROJECT_NAME", "")
    if named:
        return named
    file = given.get("file") or environ.get("COMPOSE_FILE", "").split(os.pathsep)[0]
    folder = os.path.join(sight.desk.folder, given.get("project-directory") or os.path.dirname(file))
    files = [os.path.join(sight.desk.folder, file)] if file else [os.path.join(folder, name) for name in NAMES]
    inside = next((name for path in files if (name := _named_in(path))), "")
    last = os.path.normpath(folder).replace("\\", "/").rsplit("/", 1)[-1]
    return inside or LEFT_OUT.sub("", last.lower()).lstrip("_-")


def files_of(sight: Sight) -> tuple[str, ...]:
    """That compose would read for this line."""
    named = [value for name, value in _options(sight) if name == "file"]
    return files_here(sight.desk.folder, named, sight.desk.environ.get("COMPOSE_FILE", ""))


def profiles_of(sight: Sight) -> set[str]:
    """Those that this line switches on."""
    by_name = sight.desk.environ.get("COMPOSE_PROFILES", "").split(",")
    return {*by_name, *(value for name, value in _options(sight) if name == "profile")}


def _options(sight: Sight) -> list[tuple[str, str]]:
    """Of compose itself, which stand before its command."""
    uses = parse(join(sight.call.argv), load()).commands[0].before
    return [(use.flag.name, use.text or "") for use in uses if use.flag]


def _named_in(path: str) -> str:
    try:
        found = NAME.search(regular.read(path, whole=False).decode(errors="replace"))
    except (OSError, ValueError):
        return ""
    return found["name"] if found else ""
