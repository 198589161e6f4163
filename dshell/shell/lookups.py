"""What completion looks up when it first wants it, as ``line.world.Lookups``: the daemon, Docker Hub, the disk.

Each of the three has a thread of its own, so that a registry that does not answer holds nothing up.
"""

import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from dshell import regular
from dshell.engine.base import Inquiries
from dshell.engine.records import ImageFacts
from dshell.errors import EngineError
from dshell.line.world import Entry, Found, Project, Shape
from dshell.pattern import pattern
from dshell.record import Record
from dshell.run import compose_file
from dshell.run.base import current_folder
from dshell.shell.background import Background

SOON, LATER, DAY = 5.0, 60.0, 86_400.0  # seconds for which an answer is good
ON_DISK = {"builder", "registry", "bake-target"}
LARGEST = 500_000  # bytes of a Dockerfile or bake file that are read
STAGE = pattern(r"^\s*FROM\s+.*?\sAS\s+([\w.-]+)", re.IGNORECASE | re.MULTILINE)
BAKED = pattern(r'^\s*(?:target|group)\s+"([^"]+)"', re.MULTILINE)


class Question(Record):
    about: str
    words: tuple[str, ...]


class Lookups:
    """``environ``: asked for the folders of docker and compose."""

    def __init__(self, inquiries: Inquiries, environ: Mapping[str, str]) -> None:
        self._inquiries = inquiries
        self._environ = environ
        self._daemon: Background[Question, object] = Background("inquiries", self._of_daemon)
        self._hub: Background[str, list[Found]] = Background("search", self._on_hub)
        self._disk: Background[Question, object] = Background("here", self._on_disk)
        self._hub_failed = -LATER

    @property
    def on_change(self) -> Callable[[], None]:
        """Called when something of the daemon has been found."""
        return self._daemon.on_change

    @on_change.setter
    def on_change(self, action: Callable[[], None]) -> None:
        self._daemon.on_change = action

    def close(self) -> None:
        for background in (self._daemon, self._hub, self._disk):
            background.close()
        self._inquiries.close()

    def follow(self, inquiries: Inquiries) -> None:
        """Another daemon is in use from now on; what this one said is forgotten."""
        self._inquiries.close()
        self._daemon.close()
        self._inquiries, before = inquiries, self._daemon
        self._daemon = Background("inquiries", self._of_daemon)
        self._daemon.on_change = before.on_change

    @property
    def pending(self) -> bool:
        """Something that is near has been asked for and is not here yet. Docker Hub is far."""
        return self._daemon.busy or self._disk.busy

    def inside(self, container: str, folder: str) -> Sequence[Entry]:
        found = self._daemon.ask(Question("folder", (container, folder)), SOON)
        return found if isinstance(found, list) else ()

    def search(self, term: str) -> Sequence[Found]:
        """What was found for the longest beginning of ``term`` that is known, until more is."""
        if monotonic() - self._hub_failed > LATER:
            self._hub.ask(term, DAY)
        answers = (self._hub.known(term[:size]) for size in range(len(term), 2, -1))
        return next((found for found in answers if found), ())

    def shape(self, image: str) -> Shape | None:
        found = self._daemon.ask(Question("image", (image,)), LATER)
        return found if isinstance(found, Shape) else None

    def listed(self, noun: str) -> Sequence[str]:
        background = self._disk if noun in ON_DISK else self._daemon
        found = background.ask(Question("names", (noun, current_folder())), SOON)
        return found if isinstance(found, list) else ()

    def stages(self, file: str) -> Sequence[str]:
        path = os.path.join(current_folder(), os.path.expanduser(file))
        found = self._disk.ask(Question("stages", (path,)), DAY, _times([path]))
        return found if isinstance(found, list) else ()

    def project(self, files: Sequence[str]) -> Project:
        named = [os.path.expanduser(file) for file in files]
        paths = compose_file.files_here(current_folder(), named, self._environ.get("COMPOSE_FILE", ""))
        if not paths:
            return Project()
        found = self._disk.ask(Question("compose", paths), DAY, _times(paths))
        return found if isinstance(found, Project) else Project()

    # In the threads

    def _of_daemon(self, question: Question) -> object:
        match question.about:
            case "folder":
                rows = self._inquiries.folder(*question.words)
                return [Entry(row.rstrip("/"), row.endswith("/")) for row in rows]
            case "image":
                return _shape(self._inquiries.image(*question.words))
            case _:
                return self._inquiries.names_of(question.words[0])

    def _on_hub(self, term: str) -> list[Found]:
        try:
            return [Found(name, words) for name, words in self._inquiries.search(term)]
        except EngineError:
            self._hub_failed = monotonic()  # most likely it cannot be reached at all
            raise

    def _on_disk(self, question: Question) -> object:
        match question.about:
            case "compose":
                return compose_file.read(question.words, self._environ)
            case "stages":
                return STAGE.findall(_text(question.words[0]))
            case _:
                return sorted(_HERE[question.words[0]](self._environ))


def _shape(image: ImageFacts) -> Shape:
    return Shape(image.command, image.ports, image.volumes, image.folder, image.variables, image.entrypoint)


def _times(paths: Sequence[str]) -> tuple[float, ...]:
    return tuple(map(_time, paths))


def _time(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except (OSError, ValueError):
        return 0.0


def _text(path: str | Path) -> str:
    """ "" for what cannot be read."""
    try:
        return regular.read(path, LARGEST, whole=False).decode(errors="replace")
    except (OSError, ValueError):
        return ""


def _config(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("DOCKER_CONFIG") or os.path.expanduser("~/.docker"))


def _builders(environ: Mapping[str, str]) -> set[str]:
    """Builders of buildx: a file each; every context is one too."""
    folder = Path(environ.get("BUILDX_CONFIG") or _config(environ) / "buildx") / "instances"
    try:
        return {"default", *(entry.name for entry in folder.iterdir())}
    except OSError:
        return {"default"}


def _registries(environ: Mapping[str, str]) -> set[str]:
    """Those that the person has logged in to."""
    try:
        config = json.loads(_text(_config(environ) / "config.json"))
        named = (*(config.get("auths") or ()), *(config.get("credHelpers") or ()))
        return {name for name in named if isinstance(name, str)}
    except (ValueError, AttributeError, TypeError):
        return set()


def _bake_targets(_environ: Mapping[str, str]) -> set[str]:
    return {name for file in ("docker-bake.hcl", "docker-bake.override.hcl") for name in BAKED.findall(_text(file))}


_HERE: Mapping[str, Callable[[Mapping[str, str]], set[str]]] = {
    "builder": _builders,
    "registry": _registries,
    "bake-target": _bake_targets,
}
