"""The names that exist on the daemon: listed once, then kept by its event stream. Nobody ever waits for them.

One daemon thread connects, lists, follows the events, and when the daemon goes away tries again until it is back.
Readers take ``names``, ``up`` and ``running``: what is known at this moment.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Sequence
from time import time

from dshell.engine.base import Inventory
from dshell.engine.records import Change, ContainerName, ImageName, Names
from dshell.errors import EngineError, Failure

FIRST_PAUSE = 0.5  # seconds before a daemon that did not answer is tried again; doubled each time
LONGEST_PAUSE = 5.0

STATUS = {
    "create": "created",
    "start": "running",
    "restart": "running",
    "unpause": "running",
    "pause": "paused",
    "die": "exited",
}


class Live:
    """``contexts`` is asked again whenever names may have changed; ``on_change`` is called from the thread."""

    def __init__(self, inventory: Inventory, contexts: Callable[[], Sequence[str]]) -> None:
        self.on_change: Callable[[], None] = lambda: None
        self.up: bool | None = None  # None: no answer yet
        self.failure: Failure | None = None  # why it is not up
        self._inventory = inventory
        self._contexts = contexts
        self._containers: dict[str, ContainerName] = {}
        self._images: list[ImageName] = []
        self._volumes: dict[str, None] = {}
        self._networks: dict[str, None] = {}
        self._state = object()  # another one after each change, in whatever thread: a snapshot is of one state
        self._snapshot = (object(), Names(), 0)
        self._closed = threading.Event()
        self._hurry = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._follow, name="names", daemon=True).start()

    def close(self) -> None:
        self._closed.set()
        self._hurry.set()
        self._inventory.close()

    def follow(self, inventory: Inventory) -> None:
        """Another daemon is in use from now on."""
        old, self._inventory = self._inventory, inventory
        old.close()
        self._hurry.set()

    def refresh(self) -> None:
        """A command has ended: contexts may have changed, and a daemon that was away may be back."""
        self._state = object()
        self._hurry.set()

    @property
    def names(self) -> Names:
        return self._known()[0]

    @property
    def running(self) -> int:
        """How many containers run."""
        return self._known()[1]

    def _known(self) -> tuple[Names, int]:
        """What is known, made once for each change: it is asked for at every painting."""
        state = self._state
        made_for, names, running = self._snapshot
        if made_for is not state:
            names = Names(
                containers=tuple(self._containers.copy().values()),
                images=tuple(self._images),
                volumes=tuple(self._volumes.copy()),
                networks=tuple(self._networks.copy()),
                contexts=tuple(self._contexts()),
            )
            running = sum(container.running for container in names.containers)
            self._snapshot = (state, names, running)
        return names, running

    def _follow(self) -> None:
        pause = FIRST_PAUSE
        while not self._closed.is_set():
            inventory = self._inventory
            try:
                self._keep_up(inventory)
            except EngineError as error:
                self.failure = error.failure
            inventory.close()
            if self._closed.is_set():
                return
            pause, self.up = FIRST_PAUSE if self.up else pause, False
            self._changed()
            if inventory is self._inventory:
                self._hurry.clear()
                self._hurry.wait(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _keep_up(self, inventory: Inventory) -> None:
        changes = inventory.changes()  # before the lists, so that nothing falls between
        if self._closed.is_set() or inventory is not self._inventory:
            return  # it was let go of before there was anything to close
        self._list()
        for change in changes:
            self._apply(change)
            self._changed()

    def _list(self) -> None:
        self._containers = {container.id: container for container in self._inventory.containers()}
        self._images = self._inventory.images()
        self._volumes = dict.fromkeys(self._inventory.volumes())
        self._networks = dict.fromkeys(self._inventory.networks())
        gc.freeze()  # a collection that looks at 10,000 names takes 40 ms of somebody's keystroke
        self.up, self.failure = True, None
        self._changed()

    def _changed(self) -> None:
        self._state = object()
        self.on_change()

    def _apply(self, change: Change) -> None:
        if change.noun == "container":
            self._apply_to_container(change)
        elif change.noun == "image":
            self._images = self._inventory.images()
        elif change.noun in {"volume", "network"} and change.verb in {"create", "destroy"}:
            name = change.id if change.noun == "volume" else change.attributes.get("name", change.id)
            kept = self._volumes if change.noun == "volume" else self._networks
            if change.verb == "create":
                kept[name] = None
            else:
                kept.pop(name, None)

    def _apply_to_container(self, change: Change) -> None:
        if change.verb == "destroy":
            self._containers.pop(change.id, None)
            return
        container = self._containers.get(change.id)
        if change.verb == "rename" and container is not None:
            self._containers[change.id] = container._replace(name=change.attributes.get("name", container.name))
        status = STATUS.get(change.verb)
        if status is None:
            return
        if container is None:
            attributes = change.attributes
            container = ContainerName(attributes.get("name", ""), change.id, attributes.get("image", ""), status)
        self._containers[change.id] = container._replace(status=status, since=time())
