"""Files and folders: what of this machine, or of the daemon's volumes, is seen in the container, and as what."""

from __future__ import annotations

from dshell.line.fences import is_socket
from dshell.line.model import Expansion, Piece
from dshell.line.paths import Found, is_path, split_bind
from dshell.teach.value import Value

_KEYS = {"src": "source", "dst": "target", "destination": "target", "ro": "readonly"}
_TRUE = ("", "1", "true")


def bind(value: Value) -> str:
    """``-v``."""
    parts = split_bind(value.text)
    path = value.begins is not Expansion.NONE or is_path(parts.source)
    if not parts.source:
        said = value.say("bind.nameless", target=parts.target) if parts.target else ""
    elif path:
        said = _folder(value, value.head(len(parts.source)), parts.target, "missing")
    else:
        said = _volume(value, parts.source, parts.target)
    return _guarded(value, said, "ro" in parts.mode.split(","))


def mount(value: Value) -> str:
    """``type=bind,source=…,target=…,readonly``; without a type it is a volume (docker's opts/mount.go)."""
    fields = {_key(key): content for key, _, content in (field.partition("=") for field in value.text.split(","))}
    target, source, kind = fields.get("target", ""), fields.get("source", ""), fields.get("type", "volume").lower()
    if not target:
        return ""
    if kind == "tmpfs":
        return value.say("bind.memory", target=target)
    if kind == "image":
        return _guarded(value, value.say("bind.image", source=source, target=target), readonly=True)
    if kind not in ("bind", "volume"):
        return ""
    if not source:
        said = value.say("bind.nameless", target=target)
    elif kind == "bind":
        start = value.text.find(f"={source}") + 1
        pieces = value._replace(pieces=value.tail(start)).head(len(source))
        said = _folder(value, pieces, target, "refused")
    else:
        said = _volume(value, source, target)
    return _guarded(value, said, fields.get("readonly", "false").lower() in _TRUE)


def field(value: Value) -> str:
    """One part of ``--mount``."""
    name, _, content = value.text.partition("=")
    key = _key(name)
    if key == "type":
        return value.say(f"mount.type.{content.lower()}") if value.known(f"mount.type.{content.lower()}") else ""
    if key == "readonly" and content.lower() not in _TRUE:
        return value.say("mount.writable")
    if key == "source" and (content.startswith((".", "~")) or "/" in content):
        pieces = value.tail(len(name) + 1)
        return host_path(value._replace(pieces=pieces)) or value.say("mount.source", value=content)
    return value.say(f"mount.{key}", value=content) if value.known(f"mount.{key}") else ""


def tmpfs(value: Value) -> str:
    return value.say("bind.memory", target=value.text.partition(":")[0])


def host_path(value: Value) -> str:
    """A path of this machine that is a value: where it is, and whether it is there. Nothing while that is unknown."""
    place = value.hand.place(value.pieces)
    found = value.hand.look(place) if place else Found.CLOSED
    return "" if found is Found.CLOSED else value.say(f"path.{found.value}", path=place)


def host_argument(value: Value) -> str:
    """A path of this machine that is an argument, or in a line of the host's shell."""
    if is_here(value):
        return value.say("argument.here")
    folder = value.command is None or value.command.path != ("image", "load")
    return host_path(value) or value.say("argument.host-folder" if folder else "argument.host-path")


def is_here(value: Value) -> bool:
    """The current folder, in whatever way it is spelled."""
    alone = sum(bool(piece.text) for piece in value.pieces) == 1
    return (value.begins is Expansion.FOLDER and alone) or value.text in (".", "./")


def _folder(value: Value, pieces: tuple[Piece, ...], target: str, missing: str) -> str:
    """``missing``: what becomes of a folder that is not there."""
    source = value._replace(pieces=pieces)
    place = value.hand.place(pieces)
    if is_socket(place or source.text):
        return value.say("bind.socket", source=place or source.text, target=target)
    found = value.hand.look(place) if place and value.hand.local else Found.CLOSED
    if found is Found.CLOSED and is_here(source):
        return value.say("bind.here", target=target)
    key = {Found.CLOSED: "folder", Found.NOTHING: missing}.get(found, f"{found.value}-there")
    return value.say(f"bind.{key}", source=place or source.text, target=target)


def _volume(value: Value, source: str, target: str) -> str:
    names = value.hand.names
    key = "volume" if names is None else "volume-here" if source in names.volumes else "volume-new"
    return value.say(f"bind.{key}", source=source, target=target)


def _guarded(value: Value, text: str, readonly: bool) -> str:
    return value.say("bind.readonly", text=text) if readonly and text else text


def _key(name: str) -> str:
    return _KEYS.get(name.lower(), name.lower())
