"""Which plug-ins docker has, by where it looks for them (docker/cli, cli-plugins/manager). Nothing is run."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping

from dshell.engine.endpoint import config_folder, read_record
from dshell.pattern import pattern

_PLUGIN = pattern(r"docker-([a-z][a-z0-9]*)(?:\.exe)?")
_WINDOWS_FOLDERS = (r"%PROGRAMDATA%\Docker\cli-plugins", r"%PROGRAMFILES%\Docker\cli-plugins")
_POSIX_FOLDERS = (
    *("/usr/local/lib/docker/cli-plugins", "/usr/local/libexec/docker/cli-plugins"),
    *("/usr/lib/docker/cli-plugins", "/usr/libexec/docker/cli-plugins"),
)


def plugins(environ: Mapping[str, str], *, windows: bool) -> dict[str, str]:
    """The path of each plug-in by its name, sorted. Of those with one name, docker takes that of the first folder."""
    own = os.path.join(config_folder(environ), "cli-plugins")
    system = expanded(_WINDOWS_FOLDERS, environ) if windows else _POSIX_FOLDERS
    found: dict[str, str] = {}
    for folder in (*_extra_folders(environ), own, *system):
        for entry in _entries(folder):
            if name := _PLUGIN.fullmatch(entry):
                found.setdefault(name[1], os.path.join(folder, entry))
    return dict(sorted(found.items()))


def expanded(paths: Iterable[str], environ: Mapping[str, str]) -> Iterator[str]:
    """``%NAME%`` filled in; paths with a variable that is not set are left out."""
    for path in paths:
        names = re.findall("%(.+?)%", path)
        if all(environ.get(name) for name in names):
            yield re.sub("%(.+?)%", lambda found: environ[found[1]], path)


def _extra_folders(environ: Mapping[str, str]) -> list[str]:
    try:
        return [folder for folder in read_record(environ)["cliPluginsExtraDirs"] if isinstance(folder, str)]
    except (KeyError, TypeError):
        return []


def _entries(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
