"""``--use-api-socket``: the daemon's own socket inside the container, with the person's logins beside it."""

import io
import json
from collections.abc import Mapping

from dshell.errors import EngineError, Failure, Trouble
from dshell.run.base import Desk
from dshell.run.native.defaults import Body
from dshell.run.verbatim import daemon_words

SOCKET = "/var/run/docker.sock"
FOLDER = "/run/secrets/docker"
VARIABLE = "DOCKER_CONFIG"

NOT_GIVEN = "injecting docker config.json into container failed: copying config.json into container failed"

Logins = Mapping[str, Mapping[str, str]]


def mount_socket(body: Body, desk: Desk) -> Logins:
    """Change ``body``; the logins that the container is to be given. EngineError with docker's words."""
    scheme, _, path = desk.engine.endpoint.host.partition("://")
    if scheme != "unix":
        words = "flag --use-api-socket can only be used with unix sockets: docker endpoint"
        raise EngineError(Failure(Trouble.DECLINED, f"{words} {desk.engine.endpoint.host} incompatible"))
    mount = {"Type": "bind", "Source": path, "Target": SOCKET, "BindOptions": {}}
    body["HostConfig"].setdefault("Mounts", []).append(mount)
    variables = body["Env"] or []
    if any(variable.startswith(f"{VARIABLE}=") for variable in variables):
        return {}
    logins = _logins(desk)
    if logins:
        body["Env"] = [*variables, f"{VARIABLE}={FOLDER}"]
    return logins


def _logins(desk: Desk) -> Logins:
    try:
        return desk.engine.logins()
    except EngineError as error:
        words = f"resolving credentials failed: resolving credentials failed: {error.failure.words}"
        raise EngineError(Failure(Trouble.DECLINED, words)) from error


def give_logins(container: str, logins: Logins, desk: Desk) -> None:
    """Put them where the container's docker looks for them."""
    if not logins:
        return
    content = json.dumps({"auths": dict(sorted(logins.items()))}, indent="\t", ensure_ascii=False).encode()
    archive = io.BytesIO()
    import tarfile  # noqa: PLC0415 - 3 ms, for a flag that is seldom given

    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        member = tarfile.TarInfo(f"{FOLDER}/config.json")
        member.size, member.mode = len(content), 0o600
        tar.addfile(member, io.BytesIO(content))
    try:
        desk.engine.put_archive(container, "/", archive.getvalue())
    except EngineError as error:
        words = f"{NOT_GIVEN}: {daemon_words(error.failure)}"
        raise EngineError(Failure(Trouble.DECLINED, words)) from error
