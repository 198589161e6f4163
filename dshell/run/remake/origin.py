"""What a container was made from, as the daemon tells it: its record, its image's, and the machine's defaults."""

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from dshell.engine.base import Engine
from dshell.engine.records import Noun
from dshell.errors import EngineError

Record = Mapping[str, Any]

NOTHING: Record = MappingProxyType({})

ANONYMOUS = 64  # letters of the name of a volume that docker named


class Origin(NamedTuple):
    """``image``: empty when it is no longer here; ``machine``: what ``docker info`` says; ``api``: the daemon's."""

    container: Record
    image: Record = NOTHING
    machine: Record = NOTHING
    api: tuple[int, ...] = ()

    def at(self, place: str) -> Any:
        """What stands at a place of a create request (``HostConfig.Memory``); None where there is nothing."""
        head, _, key = place.rpartition(".")
        return self._part(head or "Config").get(key)

    def own(self, key: str) -> Any:
        """What the image's own configuration says; None where it says nothing."""
        return (self.image.get("Config") or {}).get(key)

    def _part(self, name: str) -> Record:
        return self.container.get(name) or {}

    @property
    def id(self) -> str:
        return str(self.container.get("Id", ""))

    @property
    def name(self) -> str:
        return str(self.container.get("Name", "")).removeprefix("/")

    @property
    def networks(self) -> Mapping[str, Record]:
        return self._part("NetworkSettings").get("Networks") or {}

    @property
    def status(self) -> str:
        return str(self._part("State").get("Status", ""))

    @property
    def anonymous(self) -> Mapping[str, str]:
        """Where volumes without a name of the person's are seen, and the names that docker gave them."""
        mounts = self.container.get("Mounts") or ()
        return {
            mount["Destination"]: mount["Name"]
            for mount in mounts
            if mount.get("Type") == "volume" and len(mount.get("Name", "")) == ANONYMOUS
        }


def origin_of(container: str, engine: Engine) -> Origin:
    """EngineError when there is no such container, or the daemon does not answer."""
    record = engine.record(Noun.CONTAINER, container)
    image: Record = NOTHING
    with suppress(EngineError):
        image = engine.record(Noun.IMAGE, str(record.get("Image", "")))
    return Origin(record, image, engine.record(Noun.MACHINE), engine.ping().number)
