"""What can start the daemon of an endpoint here: Docker Desktop, OrbStack, Colima, systemd, the practice engine.

Finding reads only. Nothing here waits for the daemon to answer.
"""

import ntpath
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from dshell.engine.endpoint import config_folder
from dshell.engine.records import Endpoint, Starter
from dshell.programs import find_program, need_program
from dshell.record import Record

SCRIPT = Path(__file__).parent.parent.parent / "scripts" / "engine"
PRACTICE = r"unix:///run/dshell-(?P<name>[a-z0-9-]+)/docker\.sock"
ROOTLESS = r"unix:///run/user/\d+/docker\.sock"
COLIMA = r".*/\.colima/(?P<profile>[^/]+)/.*"
SYSTEM = {"unix:///var/run/docker.sock", "unix:///run/docker.sock"}
UNITS = ("/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/system")
DESKTOP_EXE = "Docker Desktop.exe"
DESKTOP = (DESKTOP_EXE, "com.docker.backend.exe", "Docker Desktop", "com.docker.backend")
WINDOWS_PLACES = (r"%PROGRAMFILES%\Docker\Docker", r"%LOCALAPPDATA%\Programs\DockerDesktop")
PLUGINS = (
    "/usr/local/lib/docker",
    "/usr/lib/docker",
    "/usr/libexec/docker",
    "/Applications/Docker.app/Contents/Resources",
)


class Machine(Protocol):
    """What is asked of this machine."""

    @property
    def environ(self) -> Mapping[str, str]: ...

    @property
    def root(self) -> bool: ...

    def which(self, program: str) -> str: ...

    def exists(self, path: str) -> bool: ...


class ThisMachine(Record):
    environ: Mapping[str, str]

    @property
    def root(self) -> bool:
        return hasattr(os, "geteuid") and os.geteuid() == 0

    def which(self, program: str) -> str:
        return find_program(program, self.environ) or ""

    def exists(self, path: str) -> bool:
        return os.path.exists(path)


def starter(endpoint: Endpoint, machine: Machine) -> Starter | None:
    """The first that fits; None: the daemon is another machine's, or nothing here starts it."""
    return next(_starters(endpoint, machine), None)


def begin(starter: Starter, environ: Mapping[str, str]) -> int:
    """Start it; the exit code of what starts it, which may ask for a password on this terminal. OSError."""
    argv = (need_program(starter.argv[0], environ), *starter.argv[1:])
    if starter.program:
        subprocess.Popen(
            argv,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        return 0
    environ = {**environ, **starter.environ}
    return subprocess.run(argv, env=environ, stdout=subprocess.DEVNULL, check=False).returncode


def starting(starter: Starter) -> bool:
    """Its program runs already, without a daemon that answers: it is on its way, or stuck."""
    if not starter.processes:
        return False
    import psutil  # noqa: PLC0415 - only a Docker Desktop that does not answer needs it

    return any(process.info["name"] in starter.processes for process in psutil.process_iter(["name"]))


def _starters(endpoint: Endpoint, machine: Machine) -> Iterator[Starter]:
    host = endpoint.host
    if host.startswith("npipe:"):
        yield from _desktop(machine, _windows_program(machine))
    elif found := re.fullmatch(PRACTICE, host):
        if machine.exists(str(SCRIPT)):
            yield Starter("practice", ("bash", str(SCRIPT), "start"), environ={"DSHELL_ENGINE_NAME": found["name"]})
    elif "/.orbstack/" in host or (host in SYSTEM and machine.exists("/Applications/OrbStack.app")):
        yield from _named("OrbStack", ("orbctl", "start"), machine)
    elif found := re.fullmatch(COLIMA, host):
        yield from _named("Colima", ("colima", "start", "--profile", found["profile"]), machine)
    elif "/.docker/" in host or machine.exists("/Applications/Docker.app"):
        yield from _desktop(machine, ("open", "-a", "Docker") if machine.exists("/Applications/Docker.app") else ())
        yield from _systemd("docker-desktop", machine, user=True)
    elif re.fullmatch(ROOTLESS, host):
        yield from _systemd("docker", machine, user=True)
    elif host in SYSTEM:
        yield from _systemd("docker", machine, user=False)


def _desktop(machine: Machine, program: tuple[str, ...]) -> Iterator[Starter]:
    """By its plug-in, which newer ones have and which wakes a paused one too; else by its program."""
    own = os.path.join(config_folder(machine.environ), "cli-plugins")
    names = [f"{own}/docker-desktop", f"{own}/docker-desktop.exe"]
    names += [f"{place}/cli-plugins/docker-desktop" for place in PLUGINS]
    names += [ntpath.join(place, "resources", "cli-plugins", "docker-desktop.exe") for place in _places(machine)]
    if machine.which("docker") and any(map(machine.exists, names)):
        yield Starter("Docker Desktop", ("docker", "desktop", "start", "--detach"), processes=DESKTOP)
    elif program:
        yield Starter("Docker Desktop", program, program=True, processes=DESKTOP)


def _windows_program(machine: Machine) -> tuple[str, ...]:
    """Beside the docker.exe that is used, or where it is installed for everybody or for one."""
    docker = machine.which("docker")
    near = (ntpath.dirname(ntpath.dirname(ntpath.dirname(docker))),) if docker else ()
    paths = (ntpath.join(place, DESKTOP_EXE) for place in (*near, *_places(machine)))
    return next(((path,) for path in paths if machine.exists(path)), ())


def _places(machine: Machine) -> list[str]:
    environ = {name.upper(): value for name, value in machine.environ.items()}
    found = []
    for place in WINDOWS_PLACES:
        variable, _, rest = place[1:].partition("%")
        if environ.get(variable):
            found.append(environ[variable] + rest)
    return found


def _named(name: str, argv: tuple[str, ...], machine: Machine) -> Iterator[Starter]:
    if machine.which(argv[0]):
        yield Starter(name, argv)


def _systemd(unit: str, machine: Machine, *, user: bool) -> Iterator[Starter]:
    """``/run/systemd/system``: it is what runs this machine (sd_booted(3))."""
    if not machine.exists("/run/systemd/system") or not machine.which("systemctl"):
        return
    if user:
        yield Starter("systemd", ("systemctl", "--user", "start", unit))
    elif any(machine.exists(f"{folder}/{unit}.service") for folder in UNITS):
        command = ("systemctl", "start", unit)
        if machine.root:
            yield Starter("systemd", command)
        elif machine.which("sudo"):
            yield Starter("systemd", ("sudo", *command))
