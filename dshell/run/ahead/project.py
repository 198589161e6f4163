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
from dshell.run.compose_file import NAMES, VARIABLES, Service, files_here, services
from dshell.run.compose_values import text_of, with_rows

NAME = pattern(r"""(?m)^name:[ \t]*["']?(?P<name>[a-z0-9][a-z0-9_-]*)""")
LEFT_OUT = pattern(r"[^a-z0-9_-]")


def project_of(sight: Sight) -> str:
    given = dict(reversed(_options(sight)))
    environ = environ_of(sight)
    named = given.get("project-name") or environ.get("COMPOSE_PROJECT_NAME", "")
    if named:
        return named
    file = given.get("file") or environ.get("COMPOSE_FILE", "").split(os.pathsep)[0]
    folder = os.path.join(sight.desk.folder, given.get("project-directory") or os.path.dirname(file))
    files = [os.path.join(sight.desk.folder, file)] if file else [os.path.join(folder, name) for name in NAMES]
    inside = next((name for path in files if (name := _named_in(path))), "")
    last = os.path.normpath(folder).replace("\\", "/").rsplit("/", 1)[-1]
    return inside or LEFT_OUT.sub("", last.lower()).lstrip("_-")


def services_of(sight: Sight) -> dict[str, Service]:
    """Those of the files that compose would read for this line, as far as they can be read."""
    environ = environ_of(sight)
    files = files_here(sight.desk.folder, _paths(sight, "file"), environ.get("COMPOSE_FILE", ""))
    folder = "".join(_paths(sight, "project-directory")[-1:])
    return (services(files, environ, folder, _paths(sight, "env-file")) if files else None) or {}


def profiles_of(sight: Sight) -> set[str]:
    """Those that this line switches on."""
    by_name = environ_of(sight).get("COMPOSE_PROFILES", "").split(",")
    return {*by_name, *(value for name, value in _options(sight) if name == "profile")}


def environ_of(sight: Sight) -> dict[str, str]:
    """The variables that compose goes by before it has a file: some may stand in ``.env``."""
    folder = next(iter(_paths(sight, "project-directory")[-1:] or map(os.path.dirname, _paths(sight, "file"))), "")
    files = _paths(sight, "env-file") or [os.path.join(sight.desk.folder, folder, VARIABLES)]
    return with_rows(sight.desk.environ, map(text_of, files))


def _paths(sight: Sight, option: str) -> list[str]:
    return [os.path.join(sight.desk.folder, value) for name, value in _options(sight) if name == option]


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
