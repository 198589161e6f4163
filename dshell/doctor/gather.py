"""Gathers the facts: the one place that calls every probe. What it may not do: judge, or wait for long."""

from __future__ import annotations

import locale
import os
import platform
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from dshell.doctor import engines, origins, programs
from dshell.doctor.facts import Facts, Seat, System
from dshell.engine import endpoint as endpoints
from dshell.engine.records import Endpoint
from dshell.settings import Settings, config_file
from dshell.terminal.base import Terminal
from dshell.terminal.detect import windows_facts, world

LEFTOVERS = (
    *("DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH", "DOCKER_API_VERSION"),
    *("DOCKER_DEFAULT_PLATFORM", "DOCKER_MACHINE_NAME", "DOCKER_TOOLBOX_INSTALL_PATH"),
    *("COMPOSE_CONVERT_WINDOWS_PATHS", "MSYS_NO_PATHCONV", "MSYS2_ARG_CONV_EXCL", "MSYS"),
)
"""Variables that change what docker does, and that people forget. Where each is set is looked up."""


@dataclass(frozen=True)
class Patient:
    """Whom the doctor examines. ``encoding``: of what dshell writes. ``home``: the person's folder."""

    environ: Mapping[str, str]
    terminal: Terminal
    settings: Settings
    encoding: str
    home: str


def gather(patient: Patient) -> Facts:
    """Everything, within about ``engines.LONGEST`` seconds."""
    environ, settings = patient.environ, patient.settings
    system = which_system(environ)
    used = engines.in_use(environ, settings.host, settings.context)
    config = endpoints.read_config(environ)
    ask = partial(engines.ask, headers=config.headers, version=environ.get("DOCKER_API_VERSION", ""))
    rows = origins.start_up_rows(patient.home)
    seat = seat_of(patient)
    cert_path = environ.get("DOCKER_CERT_PATH", "")
    with ThreadPoolExecutor(1) as pool:
        tools = pool.submit(programs.tools, environ, system)
        reached = engines.reach(engines.everything(used, engines.known(environ)), ask, engines.LONGEST)
    return Facts(
        system=system,
        platform=platform.platform(),
        seat=seat,
        tools=tools.result(),
        settings=settings,
        config_file=config_file(),
        environ=environ,
        engines=reached,
        unresolved=None if isinstance(used, Endpoint) else used,
        current_context=config.current_context,
        cert_path_exists=not cert_path or os.path.isdir(cert_path),
        origins=origins.origins((name for name in LEFTOVERS if name in environ), rows, seat.windows),
        aliases=origins.winpty_aliases(rows),
    )


def seat_of(patient: Patient) -> Seat:
    terminal, spoken = patient.terminal, ".".join(filter(None, locale.getlocale()))
    return Seat(
        world(patient.environ),
        terminal.shown,
        terminal.size(),
        patient.encoding,
        locale=spoken,
        windows=windows_facts(),
    )


def which_system(environ: Mapping[str, str]) -> System:
    match platform.system():
        case "Windows":
            return System.WINDOWS
        case "Darwin":
            return System.MACOS
        case _:
            return System.WSL if "WSL_DISTRO_NAME" in environ else System.LINUX
