"""Everything that is asked of the daemon outside the session path, by docker-py: lists, events, credentials.

The only importer of docker-py, and it imports it when it is first needed: that takes 150 ms, which neither the first
prompt nor a one-shot ``run`` may pay. What docker-py and what lies under it raise becomes EngineError here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from dshell.engine import facts
from dshell.engine.base import Change, ContainerName, Endpoint, ImageName
from dshell.engine.failure import trouble_of
from dshell.errors import EngineError, Failure, Trouble

if TYPE_CHECKING:
    import docker

SHORT = 10.0  # seconds that one answer may take; lists of a busy daemon take two or three


class Daemon:
    """The daemon at ``endpoint``, an ``engine.base.Inventory``. Connects at the first question, not before."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._client: docker.APIClient | None = None
        self._stream: Any = None

    def containers(self) -> list[ContainerName]:
        with self._translated() as client:
            return facts.container_names(client.containers(all=True))

    def images(self) -> list[ImageName]:
        with self._translated() as client:
            return facts.image_names(client.images())

    def volumes(self) -> list[str]:
        with self._translated() as client:
            rows = client.volumes()["Volumes"] or ()
        return [row["Name"] for row in rows]

    def networks(self) -> list[str]:
        with self._translated() as client:
            return [row["Name"] for row in client.networks()]

    def changes(self) -> Iterator[Change]:
        """Subscribes when called, so that nothing is missed between this call and the first ``next``."""
        with self._translated() as client:
            self._stream = client.events(decode=True)
        return self._read_changes()

    def _read_changes(self) -> Iterator[Change]:
        with self._translated():
            for message in self._stream:
                actor = message.get("Actor", {})
                yield Change(
                    noun=message.get("Type", ""),
                    verb=message.get("Action", ""),
                    id=actor.get("ID", ""),
                    attributes=actor.get("Attributes") or {},
                )

    def close(self) -> None:
        """End ``changes`` and let the connections go. The next question connects again."""
        stream, self._stream = self._stream, None
        client, self._client = self._client, None
        if stream is not None:
            stream.close()
        if client is not None:
            client.close()

    def _connect(self) -> docker.APIClient:
        import docker  # noqa: PLC0415 - 150 ms, see the module's docstring
        from docker.tls import TLSConfig  # noqa: PLC0415

        with self._lock:
            if self._client is None:
                tls = self._endpoint.tls
                self._client = docker.APIClient(
                    base_url=self._endpoint.host,
                    version="auto",
                    timeout=int(SHORT),
                    use_ssh_client=True,
                    tls=tls is not None
                    and TLSConfig(
                        client_cert=(tls.cert, tls.key) if tls.cert else None,
                        ca_cert=tls.ca or None,
                        verify=tls.verify,
                    ),
                )
            return self._client

    @contextmanager
    def _translated(self) -> Iterator[docker.APIClient]:
        """The seam: what docker-py, requests, urllib3 or pywin32 raise leaves as EngineError."""
        try:
            yield self._connect()
        except (EngineError, GeneratorExit):
            raise
        except Exception as error:  # pywintypes.error and urllib3 have no common root
            raise EngineError(failure_of(error, self._endpoint.host)) from error


def failure_of(error: BaseException, endpoint: str) -> Failure:
    """What ``error`` says, found in it or in what caused it: a status, an error number, a time-out."""
    for link in chain(error):
        status = getattr(link, "status_code", None)
        if isinstance(status, int):
            words = str(getattr(link, "explanation", None) or link)
            return Failure(Trouble.REFUSED, words, status=status, endpoint=endpoint)
        number = getattr(link, "winerror", None) or getattr(link, "errno", None)
        if isinstance(number, int):
            return Failure(trouble_of(number), str(link), number=number, endpoint=endpoint)
        if isinstance(link, TimeoutError) or "Timeout" in type(link).__name__:
            return Failure(Trouble.TIMEOUT, str(link), endpoint=endpoint)
    trouble = Trouble.TLS if "TLS" in type(error).__name__ else Trouble.LOST
    return Failure(trouble, str(error), endpoint=endpoint)


def chain(error: BaseException) -> Iterator[BaseException]:
    """``error``, what caused it, and exceptions that requests and urllib3 carry as arguments, outermost first."""
    seen: set[int] = set()
    waiting: list[BaseException] = [error]
    while waiting:
        link = waiting.pop(0)
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        carried = [argument for argument in link.args if isinstance(argument, BaseException)]
        behind = [link.__cause__, link.__context__, getattr(link, "reason", None)]
        waiting += carried + [cause for cause in behind if isinstance(cause, BaseException)]


def credentials(registry: str, environ: Mapping[str, str]) -> Mapping[str, str] | None:
    """What config.json, its ``credsStore`` or its ``credHelpers`` hold for ``registry``, as X-Registry-Auth wants it.

    ``registry``: "docker.io" or the host. None: nothing is known. docker-py runs the helper programs.
    """
    from docker import auth  # noqa: PLC0415 - see the module's docstring
    from docker.errors import DockerException  # noqa: PLC0415

    folder = environ.get("DOCKER_CONFIG")
    try:
        config = auth.load_config(config_path=f"{folder}/config.json" if folder else None)
        found = config.resolve_authconfig("" if registry == "docker.io" else registry)
    except DockerException as error:
        raise EngineError(Failure(Trouble.PULL, str(error), subject=registry)) from error
    return cast("Mapping[str, str] | None", found)
