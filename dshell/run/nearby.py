"""What else is asked after a failure: names near a mistyped one, and who holds what cannot be deleted.

Networks, volumes and containers are the daemon's, contexts and services docker's, files and instructions of a
Dockerfile the build folder's.
"""

import os
import re
import subprocess
from collections.abc import Callable, Iterable
from contextlib import suppress

from dshell.errors import Failure, Trouble
from dshell.events import Failed
from dshell.grammar.load import Grammar
from dshell.line.model import OWN, Simple
from dshell.line.near import nearest_first
from dshell.pattern import pattern
from dshell.programs import find_program
from dshell.run.base import Call, Desk
from dshell.run.host_ports import free_port

NETWORK = pattern(
    r"network (?P<name>\S+) not found|No such network: (?P<other>\S+)|invalid cluster node while attaching"
)
VOLUME = pattern(r"get (?P<name>\S+): no such volume|[Nn]o such volume: (?P<other>\S+)")
CONTEXT = pattern(r'context "(?P<name>[^"]*)"(?: does not exist|: context not found)')
SERVICE = pattern(r"[Nn]o such service: (?P<name>\S+)")
IN_NETWORK = pattern(r"network (?P<name>\S+) (?:id \w+ )?has active endpoints")
INSTRUCTION = pattern(r"unknown instruction: (?P<name>[^\s(]+)")
DOCKERFILE = pattern(
    r"failed to read dockerfile: open |evaluate symlinks in Dockerfile path|Cannot locate \w* ?Dockerfile"
)
HOST_PORT = pattern(r"[Ii]nvalid (?:hostPort|published port)")
ATTACH = pattern(r"attach to a \w+ container")
ID = pattern(r"(?<![\w:])[0-9a-f]{64}(?!\w)")

INSTRUCTIONS = (
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
)

USUAL_PORT = 8079  # the first one that is tried for a port that is none is 8080
PATIENCE = 5.0  # seconds for docker compose to read its file

Found = re.Match[str]


def _near(failed: Failed, name: str, names: Iterable[str]) -> Failed:
    return failed._replace(known=nearest_first(name, names))


def _missing_network(found: Found, failed: Failed, call: Call, desk: Desk) -> Failed:
    asked = next((setting.value for setting in call.settings if setting.name in {"network", "net"}), "")
    return _near(failed, found["name"] or found["other"] or asked, desk.engine.networks())


def _missing_volume(found: Found, failed: Failed, _: Call, desk: Desk) -> Failed:
    return _near(failed, found["name"] or found["other"], desk.engine.volumes())


def _missing_context(found: Found, failed: Failed, _: Call, desk: Desk) -> Failed:
    return _near(failed, found["name"], desk.contexts())


def _missing_service(found: Found, failed: Failed, call: Call, desk: Desk) -> Failed:
    """Compose is asked: only it knows which files the line stands on."""
    path, docker = call.command.path, find_program("docker", desk.environ)
    if docker is None or not path or path[-1] not in call.argv:
        return failed
    argv = (docker, *call.argv[: call.argv.index(path[-1])], "config", "--services")
    with suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            argv, capture_output=True, env=dict(desk.environ), cwd=desk.folder or None, timeout=PATIENCE, check=False
        )
        return _near(failed, found["name"], done.stdout.decode(errors="replace").split())
    return failed


def _held_network(found: Found, failed: Failed, _: Call, desk: Desk) -> Failed:
    inside = (container.name for container in desk.engine.containers() if found["name"] in container.networks)
    return failed._replace(known=tuple(inside))


def _unknown_instruction(found: Found, failed: Failed, _call: Call, _desk: Desk) -> Failed:
    return _near(failed, found["name"].upper(), INSTRUCTIONS)


def _missing_dockerfile(_: Found, failed: Failed, call: Call, desk: Desk) -> Failed:
    """Files of the build folder that were probably meant: Dockerfile.txt, dockerfile."""
    folder = call.arguments[0] if call.arguments else "."
    try:
        names = sorted(os.listdir(os.path.join(desk.folder, folder)))
    except OSError:
        return failed
    meant = [name for name in names if name.lower().startswith("dockerfile") and name != "Dockerfile"]
    return failed._replace(known=tuple(os.path.join(folder, name) for name in meant))


def _no_port(_found: Found, failed: Failed, _call: Call, desk: Desk) -> Failed:
    taken = {int(port.partition("/")[0]) for each in desk.engine.containers() for port in each.ports}
    return failed._replace(free=free_port(USUAL_PORT, "tcp", taken))


def _named(found: Found, failed: Failed, _: Call, desk: Desk) -> Failed:
    """People know their containers by name, the daemon's words often by the whole id."""
    name = next((container.name for container in desk.engine.containers() if container.id == found[0]), "")
    if not name or failed.failure.subject:
        return failed
    return failed._replace(failure=failed.failure._replace(subject=name))


def _attached(_found: Found, failed: Failed, call: Call, _desk: Desk) -> Failed:
    """Docker does not say to which container it could not attach."""
    if failed.failure.subject or not call.arguments:
        return failed
    return failed._replace(failure=failed.failure._replace(subject=call.arguments[0]))


def mistyped(simple: Simple, code: int, grammar: Grammar, desk: Desk) -> Failed | None:
    """A line of the person's own shell that failed because no program has its first word, which is near one of ours."""
    word = simple.words[0].text if simple.words else ""
    if not word or find_program(word, desk.environ):
        return None
    known = nearest_first(word, (*OWN, *grammar.names()))
    failure = Failure(Trouble.CLI, f"{word}: command not found", subject=word)
    return Failed(failure, "", code, simple.text, known=known) if known else None


QUESTIONS: tuple[tuple[re.Pattern[str], Callable[[Found, Failed, Call, Desk], Failed]], ...] = (
    (NETWORK, _missing_network),
    (VOLUME, _missing_volume),
    (CONTEXT, _missing_context),
    (SERVICE, _missing_service),
    (IN_NETWORK, _held_network),
    (INSTRUCTION, _unknown_instruction),
    (DOCKERFILE, _missing_dockerfile),
    (HOST_PORT, _no_port),
    (ATTACH, _attached),
    (ID, _named),
)
