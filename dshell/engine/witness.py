"""What a daemon shows while a lesson is open: its events, with what is true of each container when it happens.

A container of --rm is gone a moment after its end, so it is looked at when it is made and when it starts. One daemon
thread of its own follows the events; whoever asks what was seen waits until it has caught up with the daemon. When the
daemon has been away, it is followed again from where it was left.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress

from dshell.engine import facts
from dshell.engine.client import Client, Length, Request
from dshell.engine.exchange import Exchange
from dshell.engine.records import Endpoint, Seen
from dshell.engine.url import escape
from dshell.errors import EngineError

PATIENCE = 10.0  # seconds for each wait
LATE = 2.0  # seconds that the thread may be behind the daemon; then what it knows has to do
BEAT = 0.25  # seconds: a wait without end could not be interrupted by Ctrl-C on Windows
LOOKED_AT = {"create", "start"}
NANO = 1_000_000_000
SERVICE = "com.docker.compose.service"
PREFIXES = ("exec_create", "exec_start", "exec_die")  # docker writes the command behind these


Event = tuple[int, str, str, str]
"""What tells one event from the others: its nanoseconds, what it is about, what happened, and the id."""


class Witness:
    """``headers`` and ``version`` as for ``Daemon``. Every method but ``close`` raises EngineError without a daemon."""

    def __init__(self, endpoint: Endpoint, headers: Mapping[str, str] | None = None, version: str = "") -> None:
        self._client = Client(endpoint, headers or {}, version, PATIENCE)
        self._exchange: Exchange | None = None
        self._changed = threading.Condition()
        self._seen: list[Seen] = []
        self._facts: dict[str, dict[str, str]] = {}
        self._known: set[Event] = set()  # noted, or from before the beginning
        self._upto = 0  # nanoseconds of the newest of them
        self._began = 0.0
        self._following: threading.Thread | None = None

    def begin(self) -> None:
        """From now on nothing is missed, and what was before the first time is none of it."""
        if not self._began:
            self._began = time.time()
            self._know(self._past())
        since = str(max(self._upto // NANO, int(self._began)) - 1)
        self._exchange, _ = self._client.begin(Request("GET", "/events", {"since": since}))
        self._following = threading.Thread(
            target=self._follow, args=[self._exchange], name="dshell-witness", daemon=True
        )
        self._following.start()

    def seen(self) -> tuple[Seen, ...]:
        """All that happened up to this call, in order."""
        if self._following is None or not self._following.is_alive():
            self.begin()
        self._catch_up()
        with self._changed:
            return tuple(self._seen)

    def changed(self) -> tuple[Seen, ...]:
        """How the files of each container that was seen, and is there still, differ from its image's."""
        with self._changed:
            events = tuple(self._seen)
        gone = {each.id for each in events if (each.noun, each.verb) == ("container", "destroy")}
        there = dict.fromkeys(each.id for each in events if each.noun == "container" and each.id not in gone)
        return tuple(change for container in there for change in self._differences(container))

    def images(self) -> frozenset[str]:
        """Names of the images that are here."""
        images = self._client.read_list(Request("GET", "/images/json"), facts.image_names)
        return frozenset(image.name for image in images)

    def names(self) -> dict[str, str]:
        """Of the containers and networks that are here, by their ids."""
        containers = self._client.read_list(Request("GET", "/containers/json", {"all": "1"}), facts.container_names)
        networks = self._client.read_list(
            Request("GET", "/networks"),
            lambda records: {facts.text(each, "Id"): facts.text(each, "Name") for each in records},
        )
        return {each.id: each.name for each in containers} | networks

    def remove(self, noun: str, name: str) -> None:
        """``name``, or id. What is not there any more is no error."""
        query = {"force": "1", "v": "1"} if noun == "container" else {}
        try:
            self._client.ask(Request("DELETE", f"/{noun}s/{escape(name)}", query, subject=name, length=Length.WORK))
        except EngineError as error:
            if not error.failure.missing:
                raise

    def close(self) -> None:
        exchange, self._exchange = self._exchange, None
        if exchange is not None:
            exchange.connection.close()
        self._client.close()

    def _follow(self, exchange: Exchange) -> None:
        with suppress(EngineError), self._client.translated(""):
            for record in facts.messages(exchange.pieces()):
                event = event_of(record)
                if event in self._known:
                    continue  # told again after the daemon was away
                seen = self._noted(record)
                with self._changed:
                    self._seen.append(seen)
                    self._know({event})
                    self._changed.notify_all()

    def _catch_up(self) -> None:
        """The daemon is asked what there was, and the thread is waited for until it has noted that.

        The newest is not enough: events of things that are done at once may be told in another order than they were.
        """
        past, end = self._past(), time.monotonic() + LATE
        with self._changed:
            while not past <= self._known and time.monotonic() < end:
                self._changed.wait(BEAT)

    def _know(self, events: set[Event]) -> None:
        self._known |= events
        self._upto = max(self._upto, *(moment for moment, *_ in events), 0)

    def _past(self) -> set[Event]:
        """The daemon's clock may differ from ours by a little: a second more on both sides."""
        query = {"since": str(int(self._began) - 1), "until": f"{time.time():.9f}"}
        exchange, _ = self._client.begin(Request("GET", "/events", query))
        try:
            with self._client.translated(""):
                return {event_of(record) for record in facts.messages(exchange.pieces())}
        finally:
            exchange.connection.close()

    def _noted(self, record: facts.Record) -> Seen:
        change = facts.change(record)
        verb, _, command = change.verb.partition(": ")
        attributes = change.attributes
        if change.noun != "container":
            whole = (change.noun, verb) in {("image", "pull"), ("image", "push")}  # their name has no tag, their id has
            name = change.id if whole else attributes.get("name", change.id)
            return Seen(change.noun, verb, change.id, {"name": name, "container": attributes.get("container", "")})
        known = self._facts.setdefault(change.id, {})
        known |= {"image": attributes.get("image", ""), "name": attributes.get("name", "")}
        if verb in LOOKED_AT:
            known |= self._inspected(change.id)
        known = dict(known)
        if "exitCode" in attributes:
            known["code"] = attributes["exitCode"]
        if verb in PREFIXES:
            known["command"] = command
            return Seen("exec", verb.removeprefix("exec_"), change.id, known)
        return Seen("container", verb, change.id, known)

    def _inspected(self, container: str) -> dict[str, str]:
        try:
            return self._client.read(Request("GET", f"/containers/{escape(container)}/json"), container_facts)
        except EngineError:
            return {}  # it was quicker

    def _differences(self, container: str) -> Iterator[Seen]:
        with suppress(EngineError):
            body = self._client.ask(Request("GET", f"/containers/{escape(container)}/changes"))
            with self._client.translated(container):
                paths = [facts.text(row, "Path") for row in json.loads(body) or ()]
            if paths:
                yield Seen(
                    "container", "change", container, {**self._facts.get(container, {}), "changed": "\n".join(paths)}
                )


def event_of(record: facts.Record) -> Event:
    change = facts.change(record)
    return int(record.get("timeNano", 0)), change.noun, change.verb, change.id


def container_facts(record: facts.Record) -> dict[str, str]:
    """What inspect says of a container, as ``teach.lesson.FIELDS`` names it."""
    found = facts.container_facts(record)
    config: facts.Record = record.get("Config") or {}
    mounts: list[facts.Record] = record.get("Mounts") or []
    networks: facts.Record = (record.get("NetworkSettings") or {}).get("Networks") or {}
    bindings: facts.Record = (record.get("HostConfig") or {}).get("PortBindings") or {}
    return {
        "tty": str(found.tty).lower(),
        "stdin": str(found.open_stdin).lower(),
        "removed": str(found.auto_remove).lower(),
        "command": " ".join(found.command),
        "port": "\n".join(found.ports),
        "address": "\n".join(place.get("HostIp", "") for places in bindings.values() for place in places or ()),
        "mount": "\n".join(
            f"{mount.get('Name') or mount.get('Source', '')}:{mount.get('Destination', '')}" for mount in mounts
        ),
        "env": "\n".join(config.get("Env") or ()),
        "network": "\n".join(networks),
        "label": "\n".join(f"{name}={value}" for name, value in found.labels.items()),
        "service": found.labels.get(SERVICE, ""),
    }
