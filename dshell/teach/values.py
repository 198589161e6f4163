"""What a value or an argument says by its kind: ``8080:80``, ``./src:/app:ro``, ``KEY=value``, ``alpine``.

Reads words only: whether the image, folder or port is there is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress

from dshell.grammar.model import Command, Flag, Kind
from dshell.line.model import Expansion, Piece, Word
from dshell.line.paths import is_path, split_bind
from dshell.line.reference import HUB, is_image_id, parse_reference, split_registry
from dshell.teach.texts import Texts

DOCKER_HUB = "Docker Hub"

# [address:][host port:]container port[/protocol], an IPv6 address in brackets (go-connections, ParsePortSpec).
_PORT = re.compile(r"(?:(?:(?P<address>\[[^]]*\]|[^:]*):)?(?P<host>[\d-]*):)?(?P<container>\d[\d-]*(?:/\w+)?)")
_PLAIN_NAME = re.compile(r"[A-Za-z_]+")


def value_text(flag: Flag, value: Sequence[Piece], texts: Texts) -> str:
    """What ``value`` means beyond the sentence of its flag, or ""."""
    text = "".join(piece.text for piece in value)
    match flag.kind:
        case Kind.PORT_MAP:
            return _port(text, texts)
        case Kind.BIND:
            return _bind(text, _begins(value), texts)
        case Kind.MOUNT:
            return _mount(text, texts)
        case Kind.ENV:
            return _env(text, texts)
        case Kind.RESTART:
            key = f"explain.restart.{text.partition(':')[0]}"
            return texts.say(key) if texts.has(key) else ""
        case _:
            return ""


def argument_text(command: Command, word: Word, texts: Texts) -> str:
    """What ``word``, an argument of ``command``, stands for, or "".

    A sentence for one argument of one command is found by the first name in its usage word:
    ``TARGET_IMAGE[:TAG]`` of ``image tag`` is ``explain.image tag.target_image``.
    """
    name = _PLAIN_NAME.search(word.argument.name) if word.argument else None
    key = f"explain.{' '.join(command.path)}.{name[0].lower() if name else ''}"
    if texts.has(key) and not _here(word):
        return texts.say(key)
    match word.kind:
        case Kind.IMAGE:
            return _image(word.text, "pull" if command.path == ("image", "pull") else "registry", texts)
        case Kind.LOCAL_IMAGE:
            return _image(word.text, "local", texts)
        case Kind.CONTAINER | Kind.RUNNING | Kind.STOPPED:
            return "" if name and name[0] == "NAME" else texts.say("explain.argument.container", word=word.text)
        case Kind.VOLUME | Kind.NETWORK | Kind.CONTEXT:
            return texts.say(f"explain.argument.{word.kind.value}", word=word.text)
        case Kind.HOST_PATH | Kind.HOST_FOLDER | Kind.BUILD_FOLDER:
            kind = "host-path" if word.kind is Kind.HOST_PATH else "host-folder"
            return texts.say("explain.argument.here" if _here(word) else f"explain.argument.{kind}")
        case Kind.COPY_PATH:
            return _copy(word.text, texts)
        case _:
            return ""


def image_name(text: str) -> tuple[str, str]:
    """A reference with the tag that docker adds, and its registry as people call it. What is no reference stays."""
    registry, _ = split_registry(text)
    with suppress(ValueError):  # it may be half typed
        text = parse_reference(text).complete.familiar
    return text, DOCKER_HUB if registry == HUB else registry


def _begins(pieces: Sequence[Piece]) -> Expansion:
    """What the text begins with; an opening quote leaves an empty piece before it."""
    return next((piece.expansion for piece in pieces if piece.text), Expansion.NONE)


def _here(word: Word) -> bool:
    folder = _begins(word.pieces) is Expansion.FOLDER and sum(bool(piece.text) for piece in word.pieces) == 1
    return word.kind in (Kind.HOST_PATH, Kind.HOST_FOLDER, Kind.BUILD_FOLDER) and (folder or word.text in (".", "./"))


def _image(text: str, key: str, texts: Texts) -> str:
    if is_image_id(text):
        return texts.say("explain.image.id")
    image, registry = image_name(text)
    return texts.say(f"explain.image.{key}", image=image, registry=registry)


def _copy(text: str, texts: Texts) -> str:
    if text == "-":
        return texts.say("explain.copy.stdin")
    bind = split_bind(text)
    if not bind.source or is_path(bind.source):
        return texts.say("explain.copy.host")
    return texts.say("explain.copy.inside", container=bind.source, path=bind.target)


def _port(text: str, texts: Texts) -> str:
    match = _PORT.fullmatch(text)
    if match is None:
        return ""
    key = "free" if not match["host"] else "address" if match["address"] else "map"
    return texts.say(f"explain.port.{key}", **match.groupdict())


def _bind(text: str, expansion: Expansion, texts: Texts) -> str:
    bind = split_bind(text)
    folder = expansion is Expansion.FOLDER and "/" not in bind.source
    if folder or bind.source in (".", "./", ".\\"):
        said = texts.say("explain.bind.here", target=bind.target)
    else:
        said = _seen(bind.source, bind.target, expansion is not Expansion.NONE or is_path(bind.source), texts)
    return _guarded(said, "ro" in bind.mode.split(","), texts)


def _mount(text: str, texts: Texts) -> str:
    """``type=bind,source=…,target=…,readonly``; without a type it is a volume (docker's opts/mount.go)."""
    parts = {key.lower(): value for key, _, value in (part.partition("=") for part in text.split(","))}
    target = parts.get("target") or parts.get("dst") or parts.get("destination")
    source = parts.get("source") or parts.get("src") or ""
    if not target:
        return ""
    kind = parts.get("type", "volume").lower()
    if kind == "tmpfs":
        return texts.say("explain.bind.memory", target=target)
    if kind not in ("bind", "volume"):
        return ""
    said = _seen(source, target, kind == "bind", texts)
    readonly = next((parts[key] for key in ("readonly", "ro") if key in parts), "false")
    return _guarded(said, readonly.lower() in ("", "1", "true"), texts)


def _seen(source: str, target: str, path: bool, texts: Texts) -> str:
    key = "nameless" if not source else "folder" if path else "volume"
    return texts.say(f"explain.bind.{key}", source=source, target=target)


def _guarded(text: str, readonly: bool, texts: Texts) -> str:
    return texts.say("explain.bind.readonly", text=text) if readonly else text


def _env(text: str, texts: Texts) -> str:
    name, equals, value = text.partition("=")
    if not name:
        return ""
    key = "set" if value else "empty" if equals else "pass"
    return texts.say(f"explain.env.{key}", name=name, value=value)
