"""Which daemon: -H, --context, DOCKER_HOST, DOCKER_CONTEXT, config.json's currentContext or the default, in this order.

Reads docker's configuration folder (``DOCKER_CONFIG``, else ``~/.docker``) and writes nothing. The rules are the docker
CLI's (docker/cli, cli/context/store, opts/hosts.go).
"""

import json
import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from dshell import regular
from dshell.engine.records import TLS, Endpoint
from dshell.engine.url import split
from dshell.errors import Declined, EngineError, Failure, Trouble
from dshell.record import Record
from dshell.stream.base import DEFAULT_HOST

DEFAULT = "default"  # the name of the context that has no file
TLS_FILES = ("ca.pem", "cert.pem", "key.pem")
PROXIES = {
    "httpProxy": "HTTP_PROXY",
    "httpsProxy": "HTTPS_PROXY",
    "noProxy": "NO_PROXY",
    "ftpProxy": "FTP_PROXY",
    "allProxy": "ALL_PROXY",
}
"""config.json's keys, and the variables that containers get."""


class Config(Record):
    """What config.json says. ``detach_keys``: the person's, in docker's spelling, or "".

    ``proxies``: by daemon address or "default", the proxies that new containers are told.
    """

    current_context: str = ""
    headers: Mapping[str, str] = MappingProxyType({})
    detach_keys: str = ""
    proxies: Mapping[str, Mapping[str, str]] = MappingProxyType({})

    def proxies_for(self, host: str) -> Mapping[str, str]:
        """By the names of the variables that containers get."""
        known = self.proxies.get(host, self.proxies.get("default", {}))
        found = {variable: known.get(key, "") for key, variable in PROXIES.items()}
        return {variable: address for variable, address in found.items() if address}


def config_folder(environ: Mapping[str, str]) -> str:
    return environ.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")


def read_config(environ: Mapping[str, str]) -> Config:
    """config.json; one that is missing or cannot be read says nothing, as for docker."""
    record = read_record(environ)
    return Config(
        current_context=_text(record, "currentContext"),
        headers=_texts(record, "HttpHeaders"),
        detach_keys=_text(record, "detachKeys"),
        proxies={host: _texts(_part(record, "proxies"), host) for host in _part(record, "proxies")},
    )


def read_record(environ: Mapping[str, str]) -> Mapping[str, Any]:
    """config.json as it stands."""
    return _read_json(os.path.join(config_folder(environ), "config.json")) or {}


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    return value if isinstance(value, str) else ""


def _part(record: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = record.get(key)
    return value if isinstance(value, dict) else {}


def _texts(record: Mapping[str, Any], key: str) -> Mapping[str, str]:
    return {name: value for name, value in _part(record, key).items() if isinstance(value, str)}


def contexts(environ: Mapping[str, str]) -> list[str]:
    """Names of the contexts that exist, "default" first."""
    return [DEFAULT, *sorted(context.name for context in _stored(config_folder(environ)))]


def resolve(environ: Mapping[str, str], *, host: str = "", context: str = "") -> Endpoint:
    """``host``: -H, ``context``: --context, each "" when not given. Declined, EngineError (CONTEXT, ADDRESS, TLS)."""
    if host and context:
        raise Declined("conflicting options: cannot specify both --host and --context", exit_code=1)
    if host:
        return _addressed(host, "-H", environ)
    name, source = _named(environ, context)
    if name != DEFAULT:
        return _from_context(name, source, environ)
    address = environ.get("DOCKER_HOST", "")
    return _addressed(address, "DOCKER_HOST" if address else source, environ)


def _named(environ: Mapping[str, str], context: str) -> tuple[str, str]:
    """A context's name and what chose it."""
    if context:
        return context, "--context"
    if environ.get("DOCKER_HOST"):
        return DEFAULT, "DOCKER_HOST"
    if name := environ.get("DOCKER_CONTEXT"):
        return name, "DOCKER_CONTEXT"
    if name := read_config(environ).current_context:
        return name, "currentContext"
    return DEFAULT, "default"


def _addressed(address: str, source: str, environ: Mapping[str, str]) -> Endpoint:
    """An address given by hand; TLS is asked for by the environment."""
    tls = _tls_of(environ)
    host = parse_host(address, tls=tls is not None)
    if tls is not None and host.startswith("tcp://"):
        for file in filter(None, (tls.ca, tls.cert, tls.key)):
            _check_readable(file, DEFAULT)
        return Endpoint(DEFAULT, host, source, tls)
    return Endpoint(DEFAULT, host, source)


def _tls_of(environ: Mapping[str, str]) -> TLS | None:
    """DOCKER_TLS_VERIFY, or DOCKER_TLS without checking the daemon; a missing client certificate is left out."""
    verify = bool(environ.get("DOCKER_TLS_VERIFY"))
    if not verify and not environ.get("DOCKER_TLS"):
        return None
    folder = environ.get("DOCKER_CERT_PATH") or config_folder(environ)
    ca, cert, key = (os.path.join(folder, file) for file in TLS_FILES)
    pair = (cert, key) if os.path.exists(cert) and os.path.exists(key) else ("", "")
    return TLS(ca if verify else "", *pair, verify=verify)


def _from_context(name: str, source: str, environ: Mapping[str, str]) -> Endpoint:
    found = next((context for context in _stored(config_folder(environ)) if context.name == name), None)
    if found is None:
        raise EngineError(Failure(Trouble.CONTEXT, f'context "{name}": context not found', subject=name))
    ca, cert, key = (file if os.path.exists(file) else "" for file in found.tls_files)
    verify = not found.endpoint.get("SkipTLSVerify")
    tls = TLS(ca, cert, key, verify) if ca or cert or not verify else None
    host = parse_host(_text(found.endpoint, "Host"), tls=tls is not None)
    return Endpoint(name, host, source, tls if host.startswith("tcp://") else None)


class StoredContext(Record):
    """A context on disk. ``endpoint``: of meta.json. ``tls_files``: where its CA, certificate and key may be."""

    name: str
    endpoint: Mapping[str, Any]
    tls_files: tuple[str, ...]


def _stored(folder: str) -> Iterator[StoredContext]:
    meta = os.path.join(folder, "contexts", "meta")
    try:
        names = os.listdir(meta)
    except OSError:
        return
    for digest in names:
        record = _read_json(os.path.join(meta, digest, "meta.json")) or {}
        if name := _text(record, "Name"):
            endpoint = _part(_part(record, "Endpoints"), "docker")
            files = tuple(os.path.join(folder, "contexts", "tls", digest, "docker", file) for file in TLS_FILES)
            yield StoredContext(name, endpoint, files)


def _read_json(file: str) -> dict[str, Any] | None:
    try:
        record = json.loads(regular.read(file).decode("utf-8-sig"))  # editors on Windows add a byte order mark
    except (OSError, ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) else None


def _check_readable(file: str, subject: str) -> None:
    try:
        with open(file, "rb"):
            pass
    except OSError as error:
        raise EngineError(Failure(Trouble.TLS, str(error), number=error.errno, subject=subject)) from error


def parse_host(text: str, *, tls: bool) -> str:
    """An address as typed, complete: scheme, and for tcp host and port. ``tls``: the default port is 2376.

    EngineError (ADDRESS) with docker's words, but for a password in the address.
    """
    address = text.strip()
    if not address:
        return "tcp://localhost:2376" if tls else DEFAULT_HOST
    scheme, found, rest = address.partition("://")
    if "\0" in address:  # of a context's JSON: no system has it in a path or a word
        raise _no_address(f"invalid bind address format: {_anonymous(text)}")
    if not found:
        scheme, rest = ("unix" if address.startswith(("/", "./")) else "tcp"), address
    if scheme in {"unix", "npipe"}:
        return f"{scheme}://{rest}" if rest else DEFAULT_HOST
    if scheme not in {"tcp", "ssh"}:
        raise _no_address(f"invalid bind address format: {_anonymous(text)}")
    try:
        return _complete_tcp(rest) if scheme == "tcp" else _checked_ssh(address)
    except ValueError as error:
        raise _no_address(f"invalid bind address format: {_anonymous(text)}") from error


def _complete_tcp(rest: str) -> str:
    parts = split(f"tcp://{rest}")
    host = parts.hostname or "localhost"
    host = f"[{host}]" if ":" in host else host
    return f"tcp://{host}:{parts.port or 2375}{parts.path}"


def _checked_ssh(address: str) -> str:
    parts = split(address)
    wrong = {
        "plain-text password is not supported": parts.password is not None,
        "hostname is empty": not parts.hostname,
        "query parameters are not allowed": parts.query,
        "fragments are not allowed": parts.fragment,
    }
    for words, found in wrong.items():
        if found:
            raise _no_address(f"ssh host connection is not valid: {words}")
    return address


def _anonymous(address: str) -> str:
    """Without whose it is: what cannot be read is repeated on screens."""
    before, at, host = address.rpartition("@")
    scheme, found, _ = before.partition("://")
    return f"{scheme + found if found else ''}***@{host}" if at else address


def _no_address(words: str) -> EngineError:
    return EngineError(Failure(Trouble.ADDRESS, words))
