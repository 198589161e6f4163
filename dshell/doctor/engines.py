"""Which daemons answer: the one in use and every context's, all asked at the same time."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from dshell.doctor.facts import Reached
from dshell.engine import endpoint as endpoints
from dshell.engine.client import Client, Request
from dshell.engine.exposure import exposure
from dshell.engine.facts import Record
from dshell.engine.records import Endpoint, Version
from dshell.errors import Declined, EngineError, Failure, Trouble

PATIENCE = 3.0  # seconds for each step of a request
LONGEST = 8.0  # seconds for all daemons together; a name that resolves slowly obeys no time-out


def in_use(environ: Mapping[str, str], host: str, context: str) -> Endpoint | Failure:
    """The endpoint that docker lines go to. ``host``, ``context``: dshell's own settings, "" when not given."""
    try:
        return endpoints.resolve(environ, host=host, context=context)
    except EngineError as error:
        return error.failure
    except Declined as declined:
        return Failure(Trouble.DECLINED, declined.words)


def known(environ: Mapping[str, str]) -> list[Endpoint]:
    """Every context's endpoint that can be read. DOCKER_HOST, which stands before them all, does not count."""
    own = {name: value for name, value in environ.items() if name not in {"DOCKER_HOST", "DOCKER_CONTEXT"}}
    found = [in_use(own, "", name) for name in endpoints.contexts(environ)]
    return [endpoint for endpoint in found if isinstance(endpoint, Endpoint)]


def everything(used: Endpoint | Failure, others: list[Endpoint]) -> list[tuple[Endpoint, bool]]:
    """What to ask, the daemon in use first; it is not asked again under its other name."""
    if isinstance(used, Failure):
        return [(other, False) for other in others]
    return [(used, True), *((other, False) for other in others if other.host != used.host)]


def reach(
    asked: list[tuple[Endpoint, bool]], ask: Callable[[Endpoint], Reached], longest: float
) -> tuple[Reached, ...]:
    """An answer for each, in order. ``longest``: seconds after which those that are missing count as timed out."""
    answers: queue.Queue[tuple[int, Reached]] = queue.Queue()

    def work(index: int, endpoint: Endpoint) -> None:
        answers.put((index, ask(endpoint)))

    for index, (endpoint, _) in enumerate(asked):
        threading.Thread(target=work, args=(index, endpoint), name=f"doctor-{index}", daemon=True).start()
    found: dict[int, Reached] = {}
    end = time.monotonic() + longest
    while len(found) < len(asked):
        try:
            index, answer = answers.get(timeout=max(end - time.monotonic(), 0))
        except queue.Empty:
            break
        found[index] = answer
    return tuple(_settled(found.get(index), endpoint, used) for index, (endpoint, used) in enumerate(asked))


def _settled(answer: Reached | None, endpoint: Endpoint, used: bool) -> Reached:
    if answer is None:
        return Reached(endpoint, used, Failure(Trouble.TIMEOUT, endpoint=endpoint.host))
    return replace(answer, endpoint=endpoint, in_use=used)


def ask(endpoint: Endpoint, headers: Mapping[str, str], version: str) -> Reached:
    """``/_ping`` and ``/version``. ``headers``: of config.json; ``version``: DOCKER_API_VERSION, or ""."""
    client = Client(endpoint, headers, version, PATIENCE)
    try:
        return client.read(Request("GET", "/version"), partial(_reached, endpoint, client.version()))
    except EngineError as error:
        return Reached(endpoint, False, error.failure)
    finally:
        client.close()


def _reached(endpoint: Endpoint, spoken: Version, record: Record) -> Reached:
    return Reached(
        endpoint,
        in_use=False,
        version=str(record.get("Version", "")),
        api=spoken.api,
        os=str(record.get("Os", "") or spoken.os),
        product=str((record.get("Platform") or {}).get("Name", "")),
        exposure=exposure(endpoint),
    )
