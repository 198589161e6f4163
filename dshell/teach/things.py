"""What lives on the daemon, and the ports between it and this machine: what a name means, and what is known of it."""

from __future__ import annotations

from contextlib import suppress

from dshell.line.paths import is_path, split_bind
from dshell.line.reference import HUB, is_image_id, parse_reference, split_registry
from dshell.pattern import pattern
from dshell.teach.hand import ContainerAtHand
from dshell.teach.layout import shortened
from dshell.teach.value import Value

DOCKER_HUB = "Docker Hub"
BUILT_IN = {"bridge", "default", "host", "none"}

# [address:][host port:]container port[/protocol], an IPv6 address in brackets (go-connections, ParsePortSpec).
_PORT = pattern(r"(?:(?:(?P<address>\[[^]]*\]|[^:]*):)?(?P<host>[\d-]*):)?(?P<container>\d[\d-]*(?:/\w+)?)")


def image_name(text: str) -> tuple[str, str]:
    """A reference with the tag that docker adds, and its registry as people call it. What is no reference stays."""
    registry, _ = split_registry(text)
    with suppress(ValueError):  # it may be half typed
        text = parse_reference(text).complete.familiar
    return text, DOCKER_HUB if registry == HUB else registry


def image(value: Value) -> str:
    """One that is downloaded when it is not here."""
    pull = value.command is not None and value.command.path == ("image", "pull")
    return _image(value, "pull" if pull else "registry")


def local_image(value: Value) -> str:
    return _image(value, "local")


def _image(value: Value, key: str) -> str:
    if is_image_id(value.text):
        return value.say("image.id")
    name, registry = image_name(value.text)
    if value.hand.names is None or not value.literal:
        return value.say(f"image.{key}.plain", image=name, registry=registry)
    here = value.hand.image(name)
    if here is None:
        named = len(value.text) > 3 and value.hand.image_id(value.text)
        longer = value.hand.longer_image(value.text) if key == "local" else ""
        known = "id" if named else "local.begins" if longer else f"{key}.away"
        return value.say(f"image.{known}", image=name, registry=registry, name=longer)
    said = value.say(f"image.{key}.here", image=name, registry=registry, size=value.texts.size(here.size))
    command = value.hand.command(here.name) if key == "registry" else None
    return value.say("image.runs", text=said, command=shortened(command)) if command else said


def container(value: Value) -> str:
    """Its state, since when, and what it was made from."""
    named = value.hand.container(value.text)
    if value.hand.names is None or not value.literal:
        return value.say("argument.container", word=value.text)
    if named is None:
        name = value.hand.longer_container(value.text)
        return value.say("container.begins" if name else "container.unknown", word=value.text, name=name)
    return _container(named, value)


def _container(found: ContainerAtHand, value: Value) -> str:
    key = f"container.state.{found.status}"
    state = value.say(key) if value.known(key) else found.status
    if found.since and value.hand.now > found.since:
        time = value.texts.age(value.hand.now - found.since)
        state = value.say("container.since", state=state, time=time)
    return value.say("container.known", name=found.name, state=state, image=found.image)


def anything(value: Value) -> str:
    """Of inspect: whatever has that name."""
    if value.hand.container(value.text):
        return container(value)
    if value.hand.image(image_name(value.text)[0]):
        return local_image(value)
    names = value.hand.names
    if names and value.text in names.volumes:
        return volume(value)
    return network(value) if names and value.text in names.networks else ""


def new_name(value: Value) -> str:
    """A name that is to be given: docker refuses one that is taken."""
    taken = value.hand.container(value.text) if value.literal else None
    return value.say("name.taken", name=value.text) if taken and taken.name == value.text else ""


def volume(value: Value) -> str:
    return _thing(value, "volume")


def network(value: Value) -> str:
    text = value.text
    if text in BUILT_IN:
        return value.say(f"network.{text}")
    kind, colon, name = text.partition(":")
    if kind == "container" and colon:
        return value.say("network.container", name=name)
    return _thing(value, "network")


def context(value: Value) -> str:
    return _thing(value, "context")


def _thing(value: Value, kind: str) -> str:
    names = value.hand.names
    if names is None or not value.literal or "=" in value.text:
        return value.say(f"argument.{kind}", word=value.text)
    known = {"volume": names.volumes, "network": names.networks, "context": names.contexts}[kind]
    return value.say(f"argument.{kind}" if value.text in known else f"{kind}.unknown", word=value.text)


def link(value: Value) -> str:
    name, _, alias = value.text.partition(":")
    return value.say("link", name=name, alias=alias or name) if name else ""


def volumes_from(value: Value) -> str:
    name, _, mode = value.text.partition(":")
    return value.say("volumes-from.ro" if mode == "ro" else "volumes-from.all", name=name) if name else ""


def copy(value: Value) -> str:
    """An end of ``docker cp``."""
    if value.text == "-":
        return value.say("copy.stdin")
    bind = split_bind(value.text)
    if not bind.source or is_path(bind.source):
        return value.say("copy.host")
    return value.say("copy.inside", container=bind.source, path=bind.target)


def port(value: Value) -> str:
    """Who has the port of this machine already is told too."""
    match = _PORT.fullmatch(value.text)
    if match is None:
        return ""
    key = "free" if not match["host"] else "address" if match["address"] else "map"
    said = value.say(f"port.{key}", **match.groupdict())
    inner, _, protocol = match["container"].partition("/")
    holder = value.hand.holder(f"{match['host']}/{protocol or 'tcp'}") if match["host"] and inner else ""
    return value.say("port.taken", text=said, name=holder) if holder else said


def inner_port(value: Value) -> str:
    return value.say("port.inner", port=value.text) if value.literal else ""
