"""The daemon that is in use, and what follows when docker would mean another one: a context may change between two
lines, by ``context use`` or in another terminal.

Who only runs one line needs neither lists of what exists nor, mostly, credentials: both are imported when asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING

from dshell.engine import endpoint as endpoints
from dshell.engine.base import Inquiries, Inventory
from dshell.engine.http import HttpEngine
from dshell.engine.records import Endpoint, Purse
from dshell.errors import Declined, EngineError

if TYPE_CHECKING:
    from dshell.engine.witness import Witness

BRIEF = 2.0  # seconds that an answer may take which somebody waits for
HOST_VARIABLES = ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH")


class InUse:
    """``host``, ``context``: -H and --context, each "" when not given. Raises what ``endpoint.resolve`` raises."""

    def __init__(self, environ: MutableMapping[str, str], *, host: str, context: str) -> None:
        self._environ = environ
        self._chosen = {"host": host, "context": context}
        self._fresh = True
        self._take(endpoints.resolve(environ, **self._chosen))

    def follow(self) -> bool:
        """True when another daemon is meant now, and is in use. Declined, EngineError: none can be told.

        The first time there is nothing to look at: it has just been resolved.
        """
        if self._fresh:
            self._fresh = False
            return False
        endpoint = endpoints.resolve(self._environ, **self._chosen)
        if endpoint == self.endpoint:
            return False
        self.close()
        self._take(endpoint)
        return True

    def leave_host(self) -> None:
        """DOCKER_HOST and what belongs to it are left out from now on, for the children of dshell too."""
        for name in HOST_VARIABLES:
            self._environ.pop(name, None)

    def inventory(self) -> Inventory:
        from dshell.engine.daemon import Daemon  # noqa: PLC0415 - see the module's docstring

        return Daemon(self.endpoint, self.config.headers, self._version, self.engine.exits)

    def inquiries(self) -> Inquiries:
        from dshell.engine.inquiries import DaemonInquiries  # noqa: PLC0415 - see the module's docstring

        return DaemonInquiries(self.endpoint, self.config.headers, self._version)

    def witness(self) -> Witness:
        from dshell.engine.witness import Witness  # noqa: PLC0415 - see the module's docstring

        return Witness(self.endpoint, self.config.headers, self._version)

    def contexts(self) -> list[str]:
        return endpoints.contexts(self._environ)

    def answers(self) -> bool:
        """Asked anew: what was known of the daemon is not believed. Waits for ``BRIEF`` seconds."""
        engine = HttpEngine(self.endpoint, headers=self.config.headers, version=self._version, patience=BRIEF)
        try:
            engine.ping()
        except EngineError:
            return False
        finally:
            engine.close()
        return True

    def without_host(self) -> str:
        """Name of the context that would be in use without DOCKER_HOST, when its daemon answers; else ""."""
        if self.endpoint.source != "DOCKER_HOST":
            return ""
        environ = {name: value for name, value in self._environ.items() if name not in HOST_VARIABLES}
        try:
            other = InUse(environ, host="", context="")
        except (Declined, EngineError):
            return ""
        try:
            return other.endpoint.name if other.endpoint.host != self.endpoint.host and other.answers() else ""
        finally:
            other.close()

    def close(self) -> None:
        self.engine.close()

    @property
    def _version(self) -> str:
        return self._environ.get("DOCKER_API_VERSION", "")

    def _take(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.config = endpoints.read_config(self._environ)
        self.engine = HttpEngine(
            endpoint,
            headers=self.config.headers,
            version=self._version,
            purse=Purse(self._find, self._logins),
        )

    def _find(self, registry: str, lenient: bool) -> Mapping[str, str]:
        from dshell.engine.credentials import find  # noqa: PLC0415 - see the module's docstring

        return find(registry, lenient, self._environ)

    def _logins(self) -> Mapping[str, Mapping[str, str]]:
        from dshell.engine.credentials import logins  # noqa: PLC0415 - see the module's docstring

        return logins(self._environ)
