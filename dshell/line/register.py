"""What exists on the daemon, laid out for looking things up at each keystroke, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar

from dshell.line.roll import Ids, Roll
from dshell.line.world import KnownContainer, KnownImage

_C = TypeVar("_C", bound=KnownContainer)
_I = TypeVar("_I", bound=KnownImage)
_C_co = TypeVar("_C_co", bound=KnownContainer, covariant=True)
_I_co = TypeVar("_I_co", bound=KnownImage, covariant=True)


class Existing(Protocol[_C_co, _I_co]):
    """``world.Known``, of containers and images of which more may be known."""

    @property
    def containers(self) -> Sequence[_C_co]: ...
    @property
    def images(self) -> Sequence[_I_co]: ...
    @property
    def volumes(self) -> Sequence[str]: ...


class Register(Generic[_C, _I]):
    """Each part is made when it is first wanted."""

    def __init__(self, known: Existing[_C, _I]) -> None:
        self.known = known

    def container(self, text: str) -> _C | None:
        """By name, or by the beginning of its id."""
        return self.containers.named(text) or next(self.container_ids.begun(text), None)

    @cached_property
    def containers(self) -> Roll[_C]:
        return Roll(self.known.containers, attrgetter("name"))

    @cached_property
    def container_ids(self) -> Ids[_C]:
        return Ids(self.known.containers, attrgetter("id"))

    @cached_property
    def running(self) -> Roll[_C]:
        return Roll([each for each in self.known.containers if each.running], attrgetter("name"))

    @cached_property
    def stopped(self) -> Roll[_C]:
        return Roll([each for each in self.known.containers if not each.running], attrgetter("name"))

    @cached_property
    def unpaused(self) -> Roll[_C]:
        return Roll([each for each in self.known.containers if each.status == "running"], attrgetter("name"))

    @cached_property
    def paused(self) -> Roll[_C]:
        return Roll([each for each in self.known.containers if each.status == "paused"], attrgetter("name"))

    @cached_property
    def holders(self) -> Mapping[str, str]:
        """The running container that has a port of the daemon's machine (``8080/tcp``)."""
        running = reversed(self.running.items)
        return {port: each.name for each in running for port in each.ports}

    @cached_property
    def ports(self) -> Collection[str]:
        """Numbers of ports that are published."""
        return {port.partition("/")[0] for each in self.known.containers for port in each.ports}

    @cached_property
    def images(self) -> Roll[_I]:
        return Roll(self.known.images, attrgetter("name"))

    @cached_property
    def image_ids(self) -> Ids[_I]:
        return Ids(self.known.images, lambda image: image.id.removeprefix("sha256:"))

    @cached_property
    def tagged(self) -> Roll[str]:
        """Images by name and tag, sorted."""
        return Roll(sorted({image.name for image in self.known.images if "<none>" not in image.name}), str)

    @cached_property
    def shortly(self) -> Roll[str]:
        """The same as people write it: ``alpine:latest`` is ``alpine``."""
        return Roll(sorted({name.removesuffix(":latest") for name in self.tagged.items}), str)

    @cached_property
    def volumes(self) -> Roll[str]:
        return Roll(self.known.volumes, str)


_kept: Register[Any, Any] | None = None


def register(known: Existing[_C, _I]) -> Register[_C, _I]:
    """That of ``known``, kept until another is asked for: it is the same object until something else exists."""
    global _kept  # noqa: PLW0603 - nobody is told anything by it but how long it takes
    found: Register[_C, _I] | None = _kept
    if found is None or found.known is not known:
        found = _kept = Register(known)
    return found
