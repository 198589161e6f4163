"""What is known at this moment about what a line names: taken as it is, never asked for and never waited for.

The shell fills it from the daemon's live names, and from looks at the disk and at images that it makes in the
background. A sentence says only what is known: with nothing at hand it says what the words mean, and no more.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from dshell.line.expand import Surroundings, expand
from dshell.line.model import Expansion, Line, Piece
from dshell.line.paths import Found, host_path
from dshell.line.register import register
from dshell.line.world import Known, KnownContainer, KnownImage
from dshell.record import Record


class ContainerAtHand(KnownContainer, Protocol):
    @property
    def since(self) -> float:
        """Seconds since the epoch of its last change of state, 0.0 unknown."""
        ...


class ImageAtHand(KnownImage, Protocol):
    @property
    def size(self) -> int: ...


class NamesAtHand(Known, Protocol):
    """What exists on the daemon."""

    @property
    def containers(self) -> Sequence[ContainerAtHand]: ...
    @property
    def images(self) -> Sequence[ImageAtHand]: ...


def _unseen(_path: str) -> Found:
    return Found.CLOSED


def _unasked(_id: str) -> tuple[str, ...] | None:
    return None


class Hand(Record):
    """``names``: None until the daemon has answered. ``look``: what is at an absolute path, CLOSED: not seen yet.

    ``command``: what the image of this name runs by itself, None: not known yet. ``now``: seconds since the epoch.
    ``local``: paths of this machine are the daemon's too. ``read``: parses what stands in ``$(…)``.
    """

    names: NamesAtHand | None = None
    look: Callable[[str], Found] = _unseen
    command: Callable[[str], tuple[str, ...] | None] = _unasked
    environ: Mapping[str, str] | None = None
    folder: str = ""
    home: str = ""
    now: float = 0.0
    windows: bool = False
    local: bool = True
    read: Callable[[str], Line] | None = None

    def place(self, pieces: Iterable[Piece]) -> str:
        """The absolute path that ``pieces`` spell, or "" where that cannot be known without running something."""
        spelled = [*pieces]
        if not self.folder or any(piece.expansion is Expansion.COMMAND for piece in spelled):
            return ""
        if any(piece.expansion is Expansion.VARIABLE and not self.set(piece.inner) for piece in spelled):
            return ""
        surroundings = Surroundings(self.environ or {}, self.folder, self.home, lambda _: "", self.windows)
        path = " ".join(expand(spelled, surroundings))
        return absolute(host_path(path, self.folder, self.home, self.windows), self.folder)

    def set(self, name: str) -> bool:
        return name in (self.environ or {})

    def container(self, text: str) -> ContainerAtHand | None:
        """By name, or by the beginning of its id."""
        return register(self.names).container(text) if self.names else None

    def image(self, name: str) -> ImageAtHand | None:
        """By its name with tag."""
        return register(self.names).images.named(name) if self.names else None

    def longer_container(self, text: str) -> str:
        """A name that goes on from ``text``, which may be half typed; "" when none does."""
        return register(self.names).containers.beginning(text) if self.names else ""

    def longer_image(self, text: str) -> str:
        """The same, as people write it."""
        return register(self.names).shortly.beginning(text) if self.names else ""

    def image_id(self, start: str) -> bool:
        """An image has an id that begins so."""
        return bool(self.names and any(True for _ in register(self.names).image_ids.begun(start)))

    def holder(self, port: str) -> str:
        """The running container that has ``port`` of this machine (``8080/tcp``), or ""."""
        return register(self.names).holders.get(port, "") if self.names else ""


def absolute(path: str, folder: str) -> str:
    """``path`` from ``folder``, made plain; forward slashes, or backslashes only where it came with them."""
    if path.startswith(("/", "\\")) or path[1:2] == ":":
        return path
    parts = folder.replace("\\", "/").rstrip("/").split("/")
    for part in path.split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts) or "/"


NOTHING = Hand(environ=None)
"""Nobody knows anything: sentences say what the words mean."""
