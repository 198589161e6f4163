"""The session path: what run, exec, attach, start, stop, rm and pull ask of the daemon, as ``engine.base.Engine``.

Requests are docker's own (CLI 28.2, API 1.50). A wait, a pull and an attached stream have a connection each, so that
nothing waits behind them and each can be cut by itself.
"""

import base64
import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

from dshell.engine import facts, holdings
from dshell.engine.base import Json, Pending
from dshell.engine.client import PATIENCE, Client, Length, Request
from dshell.engine.discards import HttpDiscards
from dshell.engine.exchange import SWITCHED, Exchange
from dshell.engine.exits import Exits, Removal
from dshell.engine.exposure import exposure
from dshell.engine.printed import HttpPrinted
from dshell.engine.records import (
    NO_PURSE,
    Checkpoint,
    ContainerFacts,
    ContainerName,
    Dying,
    Endpoint,
    ExecFacts,
    Exposure,
    Holding,
    ImageFacts,
    ImageName,
    Joining,
    NewContainer,
    Noun,
    PullStep,
    Purse,
    Version,
    Wanted,
)
from dshell.engine.url import escape, image_path
from dshell.errors import EngineError, Failure, Trouble
from dshell.stream.attach import AttachedStream, Controls
from dshell.wire import Demultiplexer

if TYPE_CHECKING:
    from dshell.survey import Survey

UPGRADE = {"Connection": "Upgrade", "Upgrade": "tcp"}
REMOVED = "removed"  # the condition of a wait: docker's for --rm
NOT_UPGRADED = "unable to upgrade to tcp, received {}"
STREAM_STATUS = {SWITCHED, 200}  # an engine may answer 200 and switch all the same

FIRST_LOOK = 0.01  # seconds before it is asked again whether the program of an exec has started, or ended
LONGEST_LOOK = 1.0

T = TypeVar("T")


class HttpEngine:
    """The daemon at ``endpoint``. Connects when first asked something.

    ``headers``: HttpHeaders of config.json. ``version``: DOCKER_API_VERSION. ``patience``: seconds that a short request
    may wait. Who follows the event stream tells ``exits``.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        headers: Mapping[str, str] | None = None,
        version: str = "",
        purse: Purse = NO_PURSE,
        patience: float = PATIENCE,
    ) -> None:
        self._client = Client(endpoint, headers or {}, version, patience)
        self._purse = purse
        self.exits = Exits()
        self.discards = HttpDiscards(self._client)

    @property
    def endpoint(self) -> Endpoint:
        return self._client.endpoint

    @cached_property
    def exposure(self) -> Exposure | None:
        return exposure(self.endpoint)

    def ping(self) -> Version:
        return self._client.version()

    def close(self) -> None:
        self._client.close()

    def create(self, body: Json, name: str, platform: str) -> NewContainer:
        query = {"name": name} if name else {}
        if platform and self.ping().number >= (1, 41):
            query["platform"] = platform
        image = str(body.get("Image", ""))
        request = Request("POST", "/containers/create", query, body, subject=image, length=Length.WORK)
        return self._client.read(request, facts.new_container)

    def start(self, container: str, checkpoint: Checkpoint | None = None) -> bool:
        name, folder = checkpoint or Checkpoint("")
        given = {"checkpoint": name, "checkpoint-dir": folder}
        query = {name: value for name, value in given.items() if value}
        request = Request("POST", path(container, "start"), query, subject=container, length=Length.WORK)
        return self._client.change(request)

    def wait(self, container: str, condition: str) -> Pending:
        query = {"condition": condition} if condition else {}
        exchange, _ = self._client.begin(Request("POST", path(container, "wait"), query, subject=container))
        waiting = Waiting(self._client, exchange, container)
        if condition == REMOVED and self.exits.expect(container):
            return Removal(container, self.exits, waiting.result, waiting.close)
        return waiting

    @property
    def dying(self) -> tuple[Dying, ...]:
        return self.exits.dying

    def settle(self) -> None:
        self.exits.settle()

    def attach(self, container: str, joining: Joining, pending: Pending) -> AttachedStream:
        wanted = {"stdin": joining.stdin, "stdout": joining.stdout, "stderr": joining.stderr}
        query = {"stream": "1"} | {channel: "1" for channel, asked in wanted.items() if asked}
        if joining.detach_keys:
            query["detachKeys"] = joining.detach_keys
        headers = UPGRADE | {"Content-Type": "text/plain"}
        request = Request("POST", path(container, "attach"), query, headers=headers, subject=container)

        def resize(size: os.terminal_size) -> None:
            self.resize(container, size.columns, size.lines)

        return self._hijack(request, joining, Controls(resize, pending.result, self.endpoint.host))

    def inspect(self, container: str) -> ContainerFacts:
        return self._client.read(Request("GET", path(container, "json"), subject=container), facts.container_facts)

    def record(self, noun: Noun, name: str = "") -> Json:
        match noun:
            case Noun.CONTAINER:
                where = path(name, "json")
            case Noun.IMAGE:
                where = image_path(name)
            case Noun.MACHINE:
                where = "/info"
        return self._client.read(Request("GET", where, subject=name), lambda record: record)

    def resize(self, container: str, columns: int, lines: int) -> None:
        query = {"h": str(lines), "w": str(columns)}
        self._client.ask(Request("POST", path(container, "resize"), query, subject=container))

    def kill(self, container: str, signal: str) -> None:
        query = {"signal": signal} if signal else {}
        self._client.ask(Request("POST", path(container, "kill"), query, subject=container))

    def stop(self, container: str, timeout: int | None, signal: str) -> bool:
        """The daemon waits for the container, perhaps long: ``timeout`` may be negative, for ever."""
        query = {} if timeout is None else {"t": str(timeout)}
        if signal and self.ping().number >= (1, 42):
            query["signal"] = signal
        request = Request("POST", path(container, "stop"), query, subject=container, length=Length.ENDLESS)
        return self._client.change(request)

    def remove(self, container: str, *, force: bool, volumes: bool, link: bool) -> None:
        wanted = {"force": force, "v": volumes, "link": link}
        query = {name: "1" for name, asked in wanted.items() if asked}
        self._client.ask(Request("DELETE", path(container), query, subject=container, length=Length.WORK))

    def exec_create(self, container: str, body: Json) -> str:
        request = Request("POST", path(container, "exec"), body=body, subject=container)
        return self._client.read(request, lambda record: facts.text(record, "Id"))

    def exec_start(self, exec_id: str, body: Json, joining: Joining) -> AttachedStream:
        request = Request("POST", f"/exec/{exec_id}/start", body=body, headers=UPGRADE, length=Length.WORK)

        def resize(size: os.terminal_size) -> None:
            query = {"h": str(size.lines), "w": str(size.columns)}
            self._client.ask(Request("POST", f"/exec/{exec_id}/resize", query))

        def exit_code() -> int:
            return self._look_at_exec(exec_id, facts.exec_exit_code)

        return self._hijack(request, joining, Controls(resize, exit_code, self.endpoint.host))

    def exec_started(self, exec_id: str) -> bool:
        return self._look_at_exec(exec_id, facts.exec_started)

    def exec_start_detached(self, exec_id: str, body: Json) -> None:
        self._client.ask(Request("POST", f"/exec/{exec_id}/start", body=body, length=Length.WORK))

    def pull(self, image: str, tag: str, platform: str, *, lenient: bool = False) -> Iterator[PullStep]:
        wanted = {"fromImage": image, "tag": tag, "platform": platform.lower()}
        query = {name: value for name, value in wanted.items() if value}
        subject = image + ((":" if ":" not in tag else "@") + tag if tag else "")
        found = self._purse.find(image.partition("/")[0], lenient)
        known = json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")
        headers = {"X-Registry-Auth": base64.urlsafe_b64encode(known).decode()}
        request = Request("POST", "/images/create", query, None, headers, subject, Length.ENDLESS)
        exchange, _ = self._client.begin(request)
        try:
            with self._client.translated(subject):
                for record in facts.messages(exchange.pieces()):
                    if words := facts.pull_error(record):
                        raise EngineError(Failure(Trouble.PULL, words, endpoint=self.endpoint.host, subject=subject))
                    yield facts.pull_step(record)
        finally:
            exchange.connection.close()

    def logs(self, container: str, rows: int, *, tty: bool) -> bytes:
        query = {"stdout": "1", "stderr": "1", "tail": str(rows)}
        printed = self._client.ask(Request("GET", path(container, "logs"), query, subject=container))
        with self._client.translated(container):
            return printed if tty else b"".join(data for _, data in Demultiplexer().feed(printed))

    def log(self, container: str, wanted: Wanted, *, tty: bool) -> HttpPrinted:
        switches = {
            "stdout": True,
            "stderr": True,
            "timestamps": True,
            "follow": wanted.follow,
            "details": wanted.details,
        }
        query = {name: "1" for name, on in switches.items() if on}
        query |= {name: value for name, value in wanted._asdict().items() if isinstance(value, str) and value}
        request = Request("GET", path(container, "logs"), query, subject=container, length=Length.WORK)
        return HttpPrinted(self._client, self._client.begin(request)[0], container, tty=tty)

    def logins(self) -> Mapping[str, Mapping[str, str]]:
        return self._purse.logins()

    def put_archive(self, container: str, folder: str, archive: bytes) -> None:
        query = {"noOverwriteDirNonDir": "true", "path": folder}
        headers = {"Content-Type": "text/plain"}  # docker's
        request = Request("PUT", path(container, "archive"), query, archive, headers, container, Length.WORK)
        self._client.ask(request)

    def siblings(self, image: str) -> int:
        query = {"all": "1", "filters": json.dumps({"ancestor": {image: True}})}
        gone = {container.id for container in self.dying}
        request = Request("GET", "/containers/json", query, subject=image)
        return self._client.read_list(request, lambda records: sum(record.get("Id") not in gone for record in records))

    def containers(self) -> list[ContainerName]:
        return self._client.read_list(Request("GET", "/containers/json", {"all": "1"}), facts.container_names)

    def images(self) -> list[ImageName]:
        return self._client.read_list(Request("GET", "/images/json"), facts.image_names)

    def volumes(self) -> list[str]:
        return self._client.read(Request("GET", "/volumes"), facts.volume_names)

    def networks(self) -> list[str]:
        return self._client.read_list(Request("GET", "/networks"), facts.network_names)

    def image(self, image: str) -> ImageFacts:
        return self._client.read(Request("GET", image_path(image), subject=image), facts.image_facts)

    def architecture(self) -> str:
        return self._client.read(Request("GET", "/version"), lambda record: facts.text(record, "Arch"))

    def survey(self) -> "Survey":
        from dshell.engine import surveys  # noqa: PLC0415 - for map alone

        containers = self._client.read_list(Request("GET", "/containers/json", {"all": "1"}), surveys.residents)
        images = self._client.read_list(Request("GET", "/images/json"), surveys.stock)
        return surveys.survey(images, containers, self.volumes(), self.networks())

    def holdings(self) -> list[Holding]:
        usage = self._client.read(Request("GET", "/system/df", length=Length.WORK), lambda record: record)
        return self._client.read_list(Request("GET", "/networks"), partial(holdings.holdings, usage))

    def _hijack(self, request: Request, joining: Joining, controls: Controls) -> AttachedStream:
        try:
            exchange, head = self._client.begin(request)
        except EngineError as error:
            failure = error.failure
            if failure.trouble is not Trouble.REFUSED:
                raise
            raise EngineError(failure._replace(client=NOT_UPGRADED.format(failure.status))) from error
        if head.status not in STREAM_STATUS:
            exchange.connection.close()
            words = NOT_UPGRADED.format(head.status)
            raise EngineError(Failure(Trouble.PROTOCOL, words, head.status, endpoint=self.endpoint.host))
        stream = AttachedStream(exchange.connection, exchange.hijack(), controls, tty=joining.tty)
        if not joining.stdin:
            stream.end_input()
        return stream

    def _look_at_exec(self, exec_id: str, seen: Callable[[ExecFacts], T | None]) -> T:
        """Asked until ``seen`` answers: what the daemon says of an exec may come later than its stream."""
        request, pause = Request("GET", f"/exec/{exec_id}/json"), FIRST_LOOK
        while (answer := seen(self._client.read(request, facts.exec_facts))) is None:
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_LOOK)
        return answer


class Waiting:
    """A wait whose answer has begun, as ``engine.base.Pending``."""

    def __init__(self, client: Client, exchange: Exchange, container: str) -> None:
        self._client = client
        self._exchange = exchange
        self._container = container
        self._code: int | None = None
        self._reading = threading.Lock()  # the pump may still wait for it when an interrupted act does too

    def result(self) -> int:
        with self._reading:
            if self._code is None:
                self._code = self._read()
            return self._code

    def _read(self) -> int:
        with self._client.translated(self._container):
            code, words = facts.exit_status(facts.read_object(self._exchange.body()))
        self.close()
        if words:
            host = self._client.endpoint.host
            raise EngineError(Failure(Trouble.REFUSED, words, endpoint=host, subject=self._container))
        return code

    def close(self) -> None:
        self._exchange.connection.close()


def path(container: str, verb: str = "") -> str:
    """Path of a container as typed: docker drops white space and a leading slash, and refuses an empty name itself.

    Bytes of a command line that are no text come as surrogates and go as the same bytes.
    """
    name = container.strip().removeprefix("/")
    if not name:
        raise EngineError(Failure(Trouble.DECLINED, "invalid container name or ID: value is empty"))
    return f"/containers/{escape(name, '/')}" + (f"/{verb}" if verb else "")
