"""A build: the folder that is sent, its Dockerfile, and the scripts that it puts into the image."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator

from dshell import regular
from dshell.foreseen import Ahead, Foreseen
from dshell.line.near import nearest
from dshell.line.split import join
from dshell.pattern import pattern
from dshell.run.ahead.base import Sight, and_then, chosen
from dshell.run.ahead.scripts import Script, look

NAME = "Dockerfile"
ELSEWHERE = pattern(r"-\Z|https?://|git://|git@|github\.com/|ssh://")  # not a folder of this machine
ROW = pattern(r"^\s*(?P<verb>[A-Za-z]+)\s+(?P<rest>.*)")
FLAG = pattern(r"--[\w-]+(?:=\S+)?\s*")
MOST = 100  # scripts that are looked at


def no_folder(sight: Sight) -> Iterator[Foreseen]:
    """``build -t x`` without its dot, or with a folder that is not there."""
    call = sight.call
    if not call.arguments:
        if os.path.isfile(os.path.join(sight.desk.folder, _dockerfile(sight))):
            yield Foreseen(Ahead.NO_FOLDER, "", choices=(("dot", f"{call.line} ."),))
        return
    asked = call.arguments[0]
    folder = os.path.join(sight.desk.folder, asked)
    if ELSEWHERE.match(asked) or os.path.isdir(folder):
        return
    parent, name = os.path.split(folder.rstrip("/\\"))
    near = nearest(name, [entry for entry in sight.disk.names(parent) if os.path.isdir(os.path.join(parent, entry))])
    line = call.line.removesuffix(asked) + join((asked.rstrip("/").removesuffix(name) + near,)) if near else ""
    ends = call.line.endswith(asked)
    yield Foreseen(Ahead.NO_FOLDER, asked, {"folder": asked}, choices=chosen(("near", line if ends else "")))


def no_dockerfile(sight: Sight) -> Iterator[Foreseen]:
    folder = _folder(sight)
    if folder is None or sight.values("file") or NAME in (names := sight.disk.names(folder)):
        return
    other = next((name for name in names if name.casefold().startswith(NAME.casefold())), "")
    slots = {"folder": sight.call.arguments[0], "found": other}
    line = ""
    if other:
        path = os.path.join(sight.call.arguments[0], other).replace(os.sep, "/").removeprefix("./")
        here = path[: len(path) - len(other)] + NAME
        # A name that differs in capitals alone cannot be moved over itself on every disk.
        named = other.casefold() == NAME.casefold()
        mend = f"{sight.call.command.name} -f {join((path,))}{_rest(sight)}"
        line = mend if named else and_then(join(("mv", path, here)), sight.call.line)
    yield Foreseen(Ahead.NO_DOCKERFILE, folder, slots, choices=chosen(("found", line)))


def broken_scripts(sight: Sight) -> Iterator[Foreseen]:
    """The first script that the Dockerfile copies into the image and that no Linux would start."""
    folder = _folder(sight)
    if folder is None:
        return
    asked = sight.values("file")
    path = os.path.join(sight.desk.folder, asked[-1]) if asked else os.path.join(folder, NAME)
    try:
        text = regular.read(path).decode(errors="replace")
    except (OSError, ValueError):
        return
    for name in dict.fromkeys(_copied(text)):
        at = os.path.normpath(os.path.join(sight.call.arguments[0], name)).replace(os.sep, "/")
        if (found := look(Script(at, direct=True), sight)) is not None:
            yield found
            return


def _folder(sight: Sight) -> str | None:
    """The folder that is sent, when it is one of this machine."""
    if len(sight.call.arguments) != 1 or ELSEWHERE.match(sight.call.arguments[0]):
        return None
    folder = os.path.join(sight.desk.folder, sight.call.arguments[0])
    return folder if os.path.isdir(folder) else None


def _dockerfile(sight: Sight) -> str:
    return (sight.values("file") or (NAME,))[-1]


def _rest(sight: Sight) -> str:
    return sight.call.line.removeprefix(sight.call.command.name)


def _copied(text: str) -> Iterator[str]:
    """Files of the folder that may be scripts: those that COPY and ADD name, and where they copy whole folders, those
    that RUN, CMD and ENTRYPOINT start by name."""
    named: list[str] = []
    whole: list[str] = []
    for verb, rest in _instructions(text):
        if verb in {"COPY", "ADD"} and "--from=" not in rest:
            sources = _words(FLAG.sub("", rest))[:-1]
            yield from sources
            whole += [source.rstrip("/") for source in sources]
        elif verb in {"RUN", "CMD", "ENTRYPOINT"}:
            named += [word for word in _words(rest) if "/" in word or "." in word]
    for word in named[:MOST]:
        last = word.rsplit("/", 1)[-1]
        for source in whole:
            yield from (f"{source}/{word.lstrip('./')}", f"{source}/{last}")


def _instructions(text: str) -> Iterator[tuple[str, str]]:
    rows = re.sub(r"^\s*#.*\n?", "", text.removeprefix("\ufeff"), flags=re.MULTILINE)
    for row in re.sub(r"\\[ \t]*\r?\n", " ", rows).splitlines():
        if found := ROW.match(row):
            yield found["verb"].upper(), found["rest"].strip()


def _words(text: str) -> list[str]:
    """Of the shell form, or of the JSON form, whose brackets and commas are no part of a word."""
    if text.startswith("["):
        return re.findall(r'"([^"]*)"', text)
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
