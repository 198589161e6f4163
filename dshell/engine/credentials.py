"""What docker's config.json knows of a registry: ``auths``, or a program that keeps them (credsStore, credHelpers).

The rules, the programs and the refusals are the docker CLI's (cli/config/configfile, cli/config/credentials).
"""

import base64
import binascii
import json
import os
import platform
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from dshell.engine.endpoint import read_record
from dshell.engine.url import split
from dshell.errors import EngineError, Failure, Trouble
from dshell.programs import find_program
from dshell.record import Record

HUB = "docker.io"
HUB_KEY = "https://index.docker.io/v1/"
PROGRAM = "docker-credential-"
IDENTITY = "<token>"  # a program's user name for an identity token
NOT_FOUND = "credentials not found in native keychain"
FIELDS = ("username", "password", "auth", "email", "serveraddress", "identitytoken", "registrytoken")
SYSTEM_STORES = {"Darwin": "osxkeychain", "Windows": "wincred"}

Entry = dict[str, Any]


def find(registry: str, lenient: bool, environ: Mapping[str, str]) -> Mapping[str, str]:
    """What X-Registry-Auth says of ``registry`` ("docker.io", or its host); {}: nothing is known.

    ``lenient``: a program that fails knows nothing, as for ``docker pull``. Without, EngineError with docker's words.
    """
    known = Credentials(read_record(environ), environ)
    return known.find_or_none(registry) if lenient else known.find(registry)


def logins(environ: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
    """All that is known here, by registry, as config.json has it; DOCKER_AUTH_CONFIG beats that. EngineError."""
    given = environ.get("DOCKER_AUTH_CONFIG", "")
    if given:
        try:
            record = json.loads(given)
        except ValueError as error:
            raise _failed(f"failed to read credentials from DOCKER_AUTH_CONFIG: {error}") from error
        if not isinstance(record, dict):
            raise _failed("failed to read credentials from DOCKER_AUTH_CONFIG: not a JSON object")
        if record.get("auths"):
            return {name: login.stored for name, login in _logins(record).items()}
    known = Credentials(read_record(environ), environ)
    return {name: login.stored for name, login in known.everything().items()}


class Login(Record):
    """AuthConfig of the API, without what is empty."""

    fields: Mapping[str, str] = {}

    @property
    def stored(self) -> dict[str, str]:
        """As config.json has it: name and password in one word."""
        name, password = self.fields.get("username", ""), self.fields.get("password", "")
        left_out = {"username", "password", "serveraddress"}
        kept = {key: value for key, value in self.fields.items() if key not in left_out}
        if not name and not password:
            return kept
        return {"auth": base64.b64encode(f"{name}:{password}".encode()).decode(), **kept}


class Credentials:
    """Those of ``record``, the content of a config.json. ``environ``: what the programs get, and where they are."""

    def __init__(self, record: Mapping[str, Any], environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._logins = _logins(record)
        helpers, store = record.get("credHelpers"), record.get("credsStore")
        self._helpers: Mapping[str, str] = helpers if isinstance(helpers, dict) else {}
        self._store: str = store if isinstance(store, str) else ""
        if not (self._store or self._helpers or self._logins):
            self._store = self._system_store()

    def find(self, registry: str) -> Mapping[str, str]:
        """``registry``: its host. {}: nothing is known. EngineError when a program fails."""
        key = HUB_KEY if registry in {HUB, "index.docker.io"} else registry
        store = self._helpers.get(key, self._store)
        return self._from_program(store, key).fields if store else self._from_file(key).fields

    def find_or_none(self, registry: str) -> Mapping[str, str]:
        """The same for ``docker pull``, which takes no offence at a program that fails."""
        try:
            return self.find(registry)
        except EngineError:
            return self._from_file(HUB_KEY if registry == HUB else registry).fields

    def everything(self) -> Mapping[str, Login]:
        """By registry. EngineError when the program that keeps them fails."""
        found = dict(self._logins)
        if self._store:
            found = {name: self._from_program(self._store, name) for name in self._list(self._store)}
        for name, helper in self._helpers.items():
            found[name] = self._from_program(helper, name)
        return found

    def _from_file(self, key: str) -> Login:
        if key in self._logins:
            return self._logins[key]
        return next((login for name, login in self._logins.items() if _host(name) == key), Login())

    def _from_program(self, store: str, key: str) -> Login:
        answer = self._ask(store, "get", key, "error getting credentials")
        if answer is None:
            return Login(self._from_file(key).fields)
        name, secret = str(answer.get("Username", "")), str(answer.get("Secret", ""))
        token = name == IDENTITY
        fields = dict(self._from_file(key).fields) | {
            "username": "" if token else name,
            "password": "" if token else secret,
            "identitytoken": secret if token else "",
            "serveraddress": key,
        }
        return Login({field: fields[field] for field in FIELDS if fields.get(field)})

    def _list(self, store: str) -> list[str]:
        return list(self._ask(store, "list", "unused", "error listing credentials") or {})

    def _ask(self, store: str, action: str, words: str, refused: str) -> Entry | None:
        """None: the program keeps nothing of that name. EngineError with docker's words."""
        program = f"{PROGRAM}{store}"
        found = find_program(program, self._environ)
        if found is None or os.path.basename(program) != program:  # a path would lead into whatever folder this is
            cause = f'exec: "{program}": executable file not found in $PATH'
            raise _failed(f"{refused} - err: {cause}, out: ``")
        try:
            done = subprocess.run(
                [found, action], input=words.encode(), capture_output=True, env=dict(self._environ), check=False
            )
        except OSError as error:
            cause = f"fork/exec {found}: {os.strerror(error.errno or 0).lower()}"
            raise _failed(f"{refused} - err: {cause}, out: ``") from error
        said = done.stdout.decode(errors="replace").strip()
        if done.returncode:
            if said == NOT_FOUND:
                return None
            raise _failed(f"{refused} - err: exit status {done.returncode}, out: `{said}`")
        try:
            answer = json.loads(said)
        except ValueError as error:
            raise _failed(f"{error}") from error
        return answer if isinstance(answer, dict) else None

    def _system_store(self) -> str:
        """The system's own, where its program is there and nothing else was chosen."""
        usual = SYSTEM_STORES.get(platform.system())
        store = usual or ("pass" if find_program("pass", self._environ) else "secretservice")
        return store if find_program(PROGRAM + store, self._environ) else ""


def _failed(words: str) -> EngineError:
    return EngineError(Failure(Trouble.PULL, words))


def _logins(record: Mapping[str, Any]) -> dict[str, Login]:
    auths = record.get("auths")
    if not isinstance(auths, dict):
        return {}
    return {name: _login(name, entry) for name, entry in auths.items() if isinstance(entry, dict)}


def _login(name: str, entry: Entry) -> Login:
    """One of ``auths``: name and password stand in one word, base64, or by themselves."""
    fields = {key: str(entry[key]) for key in FIELDS if entry.get(key)} | {"serveraddress": name}
    word = fields.pop("auth", "")
    try:
        user, colon, password = base64.b64decode(word, validate=True).decode(errors="replace").partition(":")
    except (ValueError, binascii.Error):
        user, colon, password = "", "", ""
    if colon and user:
        fields |= {"username": user, "password": password.strip("\0")}
    return Login({key: fields[key] for key in FIELDS if fields.get(key)})


def _host(name: str) -> str:
    """The host of what old versions wrote: ``https://registry.example/v1/``."""
    with suppress(ValueError):  # what is no URL, as docker
        parts = split(name) if "://" in name else None
        if parts is not None and parts.hostname:
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            return f"{host}:{parts.port}" if parts.port else parts.hostname
    return name.partition("/")[0]
