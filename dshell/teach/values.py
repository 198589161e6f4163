"""What a value or an argument says, by its flag or its kind: tables of tellers, each a function of one value.

A teller answers a sentence beyond that of the flag, or "". What exists is told as far as it is at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from dshell.grammar.model import Command, Flag, Kind
from dshell.line.model import Expansion, Piece, Range, Word
from dshell.line.scan import part
from dshell.line.split import Token
from dshell.pattern import pattern
from dshell.teach import limits, mounts, options, things
from dshell.teach.hand import NOTHING, Hand
from dshell.teach.texts import Texts
from dshell.teach.value import Value

Teller = Callable[[Value], str]

_PLAIN_NAME = pattern(r"[A-Za-z_]+")

BY_KIND: Mapping[Kind, Teller] = {
    Kind.BIND: mounts.bind,
    Kind.CAPABILITY: options.capability,
    Kind.CONTEXT: things.context,
    Kind.COPY_PATH: things.copy,
    Kind.DEVICE: options.device,
    Kind.DURATION: limits.duration,
    Kind.ENV: options.variable,
    Kind.FILTER: options.filter_,
    Kind.FORMAT: options.template,
    Kind.HOST_FOLDER: mounts.host_path,
    Kind.HOST_MAP: options.host_entry,
    Kind.HOST_PATH: mounts.host_path,
    Kind.LIMIT: limits.ulimit,
    Kind.LINK: things.link,
    Kind.LOG_DRIVER: options.log_driver,
    Kind.MOMENT: limits.moment,
    Kind.MOUNT: mounts.mount,
    Kind.NAMESPACE: options.namespace,
    Kind.NETWORK: things.network,
    Kind.NETWORK_MODE: things.network,
    Kind.NEW_NAME: things.new_name,
    Kind.PLATFORM: options.platform,
    Kind.PORT: things.inner_port,
    Kind.PORT_MAP: things.port,
    Kind.RESTART: options.restart,
    Kind.SET: limits.cpu_set,
    Kind.SIGNAL: options.signal,
    Kind.SIZE: limits.size,
    Kind.TMPFS: mounts.tmpfs,
    Kind.USER: options.user,
    Kind.VOLUME: things.volume,
    Kind.VOLUMES_FROM: things.volumes_from,
}

BY_FLAG: Mapping[str, Teller] = {
    "cpus": limits.cpus,
    "gpus": options.gpus,
    "group-add": options.group,
    "limit-cpu": limits.cpus,
    "security-opt": options.security,
    "stop-timeout": limits.seconds,
    "time": limits.seconds,
    "timeout": limits.seconds,
}
"""What wins over the kind of the flag. Their values mean the same wherever they are."""

ARGUMENTS: Mapping[Kind, Teller] = {
    **{kind: BY_KIND[kind] for kind in (Kind.VOLUME, Kind.NETWORK, Kind.CONTEXT, Kind.COPY_PATH)},
    Kind.BUILD_FOLDER: mounts.host_argument,
    Kind.COMPOSE_FILE: mounts.host_argument,
    Kind.HOST_FOLDER: mounts.host_argument,
    Kind.HOST_PATH: mounts.host_argument,
    Kind.IMAGE: things.image,
    Kind.LOCAL_IMAGE: things.local_image,
    Kind.OBJECT: things.anything,
    Kind.CONTAINER: things.container,
    Kind.RUNNING: things.container,
    Kind.STOPPED: things.container,
}

FOLDERS = {Kind.HOST_PATH, Kind.HOST_FOLDER, Kind.BUILD_FOLDER}

PARTS: Mapping[Kind, Teller] = {Kind.MOUNT: mounts.field}
"""Kinds whose values are lists with commas, and what one part says."""


def value_text(flag: Flag, value: Sequence[Piece], texts: Texts, hand: Hand = NOTHING) -> str:
    """What ``value`` means beyond the sentence of its flag, or ""."""
    teller = BY_FLAG.get(flag.name) or BY_KIND.get(flag.kind)
    return teller(Value(tuple(value), texts, hand, flag)) if teller else ""


def value_parts(
    flag: Flag, value: Sequence[Piece], where: Range, texts: Texts, hand: Hand = NOTHING
) -> Iterator[tuple[Range, str]]:
    """The parts of a value that is a list, each with what it says."""
    teller = PARTS.get(flag.kind)
    text = "".join(piece.text for piece in value)
    if teller is None or "," not in text or '"' in text:
        return
    token, start = Token(text, where, tuple(value)), 0
    for field in text.split(","):
        found = part(token, start, start + len(field))
        if said := teller(Value(found.pieces, texts, hand, flag)):
            yield found.range, said
        start += len(field) + 1


def argument_text(command: Command, word: Word, texts: Texts, hand: Hand = NOTHING) -> str:
    """What ``word``, an argument of ``command``, stands for, or "".

    A sentence for one argument of one command is found by the first name in its usage word:
    ``TARGET_IMAGE[:TAG]`` of ``image tag`` is ``explain.image tag.target_image``.
    """
    name = _PLAIN_NAME.search(word.argument.name) if word.argument else None
    key = f"explain.{' '.join(command.path)}.{name[0].lower() if name else ''}"
    value = Value(word.pieces, texts, hand, command=command)
    if texts.has(key) and not (word.kind in FOLDERS and mounts.is_here(value)):
        return texts.say(key)
    teller = ARGUMENTS.get(word.kind)
    made = all(piece.expansion is Expansion.COMMAND for piece in word.pieces if piece.text)
    return teller(value) if teller and not made else ""
