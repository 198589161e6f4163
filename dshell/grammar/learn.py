"""Learns what the person's own docker takes and the bundled grammar lacks: a newer docker, a plug-in that few have.

It reads the help texts, one program at a time, and keeps what they say in the cache folder for the next session. The
caller gives it a thread, for nobody waits for it. No daemon is asked; a program is run for its help, its completion or
its version, and for nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
import tomllib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from dshell import __version__
from dshell.grammar.help import Page, completed_names, read_page
from dshell.grammar.load import BUNDLED, DOCKER, Grammar
from dshell.grammar.merge import merge
from dshell.grammar.sheet import Row, Rows

PATIENCE = 10.0  # seconds for one help text
PAUSE = 0.1  # seconds between two, left to whoever types
MOST = 400  # pages of one program
DEEPEST = 5  # words of a command

NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows; also, Ctrl-C at the prompt is not for these


class Incomplete(Exception):
    """A program did not say what it takes; half of a command line is worse than none."""


class Learner:
    """``programs``: the paths of docker ("docker") and its plug-ins by their names, asked for in the thread.

    ``cache``: a folder of this program's own, made when needed. ``on_change`` is called from the thread.
    """

    def __init__(
        self, grammar: Grammar, environ: Mapping[str, str], programs: Callable[[], Mapping[str, str]], cache: Path
    ) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self._grammar = grammar
        self._programs = programs
        self._cache = cache
        # No daemon, so that docker hides nothing that it is too old for; no buildx in the place of docker's own build.
        self._environ = {name: value for name, value in environ.items() if name != "DOCKER_CONTEXT"}
        self._environ |= {"DOCKER_HOST": "tcp://127.0.0.1:1", "DOCKER_BUILDKIT": "0"}

    def learn(self) -> None:
        """Everything that is new, from the cache or from the programs themselves."""
        programs = self._programs()
        docker = programs.get(DOCKER, "")
        keys = {name: key for name, path in programs.items() if (key := _key(docker, path))}
        missing = [name for name, key in keys.items() if not self._recall(name, key)]
        for name in sorted(missing, key=lambda name: name in BUNDLED):  # first what nothing is known of
            try:
                rows = {} if self._known(name, programs[name]) else self._walk(name, docker)
            except Incomplete:
                continue
            if self._take(name, rows):
                _keep(self._file(name), keys[name], rows)

    def _file(self, name: str) -> Path:
        return self._cache / f"{name}.json"

    def _recall(self, name: str, key: str) -> bool:
        """Take what is kept for ``key``; False where nothing is, or nothing that can be read."""
        try:
            kept = json.loads(self._file(name).read_text(encoding="utf-8"))
            return bool(kept["key"] == key) and self._take(name, kept["commands"])
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _take(self, name: str, rows: Rows) -> bool:
        """False where they are no commands. Without any, what is bundled is what there is."""
        if not rows:
            return True
        try:
            self._grammar.learn(name, rows)
        except (TypeError, ValueError, KeyError, AttributeError):
            return False
        self.on_change()
        return True

    def _known(self, name: str, path: str) -> bool:
        """It is the docker that the bundled grammar was read from. A plug-in's file holds that of several."""
        return name == DOCKER and f" {self._grammar.version}," in self._said((path, "--version"))

    def _walk(self, name: str, docker: str) -> Rows:
        """The commands of one program, with kinds. Raises Incomplete."""
        notes = tomllib.loads(Path(__file__).with_name("notes.toml").read_text(encoding="utf-8"))
        first = () if name == DOCKER else (name,)
        unlisted = {tuple(path.split()) for path in notes["unlisted"].get(name, ())}
        waiting = [*unlisted, first]  # read from its end: who lacks one of them answers with the help of the first
        rows: dict[str, Row] = {}
        pages: dict[tuple[str, ...], str] = {}
        while waiting:
            path = waiting.pop()
            text = self._said((docker, *path, "--help"))
            if path != first and (text in pages.values() or (not text and path in unlisted)):
                continue  # a program that has one help for everything, or does not have what others do
            if not text or len(pages) == MOST:
                raise Incomplete
            time.sleep(PAUSE)
            pages[path] = text
            page = self._page(docker, path, text)
            named = _names(page, path, name)
            rows.setdefault(named[0], _row(page, named) | {"unlisted": path in unlisted})
            below = [word for word in page.below if word not in page.plugins]
            waiting += [(*path, word) for word in below if len(path) < DEEPEST]
        return _stopping(merge(rows, notes))

    def _page(self, docker: str, path: Sequence[str], text: str) -> Page:
        """Where the help is no help of cobra's, completion may still say which words follow."""
        page = read_page(text, path)
        if page.below or page.flags or page.arguments or not path:
            return page
        return page._replace(below=completed_names(self._said((docker, "__complete", *path, ""))))

    def _said(self, argv: Sequence[str]) -> str:
        try:
            done = subprocess.run(
                argv,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=self._environ,
                timeout=PATIENCE,
                check=False,
                start_new_session=True,
                creationflags=NO_WINDOW,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ""
        return "" if done.returncode else done.stdout.decode(errors="replace")


def _names(page: Page, path: Sequence[str], name: str) -> list[str]:
    """Docker's own commands by the first name that help tells; a plug-in's by the path that led there."""
    if name == DOCKER:
        return list(page.names)
    aliases = (other for other in page.names if other.startswith(f"{name} "))
    return list(dict.fromkeys([" ".join(path), *aliases]))


def _row(page: Page, names: Sequence[str]) -> Row:
    arguments = dict.fromkeys(page.arguments, "text")
    return {"aliases": sorted(names[1:]), "arguments": arguments, "flags": page.flags}


def _stopping(rows: dict[str, Row]) -> dict[str, Row]:
    """Where a program of the person's own follows, its flags do: that cannot be tried without running it."""
    for row in rows.values():
        row["stops"] = row.get("stops", False) or "program" in row.get("arguments", {}).values()
    return rows


def _key(docker: str, path: str) -> str:
    """Another one when docker, the plug-in or dshell is another; "" where there is no such file."""
    try:
        stats = [os.stat(docker), os.stat(path)]
    except OSError:
        return ""
    return "|".join([__version__, path, *(f"{stat.st_mtime_ns}-{stat.st_size}" for stat in stats)])


def _keep(file: Path, key: str, rows: Rows) -> None:
    """For the next session. A cache that cannot be written is none; half a file is never read."""
    fresh = file.with_suffix(f".{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(json.dumps({"key": key, "commands": rows}), encoding="utf-8")
        fresh.replace(file)
    except OSError:
        with suppress(OSError):
            fresh.unlink()
