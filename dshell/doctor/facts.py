"""What the doctor looks at, as facts. Gathered by the probes, judged by the examinations; no sentence, no judgement."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dshell.engine.records import Endpoint, Exposure
from dshell.errors import Failure
from dshell.settings import Settings
from dshell.terminal.base import Shown
from dshell.terminal.detect import WindowsFacts, World


class System(Enum):
    """Which fixes can be done here."""

    LINUX = "linux"
    WSL = "wsl"
    MACOS = "macos"
    WINDOWS = "windows"


@dataclass(frozen=True)
class Seat:
    """Where the person sits.

    ``size``: (0, 0) unknown; ``encoding``: of what dshell writes; ``windows``: None elsewhere.
    """

    world: World
    shown: Shown
    size: os.terminal_size
    encoding: str
    locale: str
    windows: WindowsFacts | None = None


@dataclass(frozen=True)
class Program:
    """A program on this machine. ``version``: as it says itself; "" when it does not, or not in time."""

    path: str
    version: str = ""


@dataclass(frozen=True)
class Plugin:
    """A plug-in of the docker CLI. ``version``: "" when it does not run."""

    name: str
    path: str
    version: str = ""


@dataclass(frozen=True)
class Tools:
    """``dockers``: every docker on PATH, the first is the one that runs. ``apart``: one that is not on PATH, or "".

    ``msys``: release of the MSYS runtime, or "". ``helper``: program that keeps credentials and is missing, or "".
    """

    python: Program
    store_python: bool = False
    dockers: tuple[Program, ...] = ()
    apart: str = ""
    plugins: tuple[Plugin, ...] = ()
    git: Program | None = None
    msys: str = ""
    helper: str = ""


@dataclass(frozen=True)
class Reached:
    """One daemon that was asked. ``failure``: None when it answered; then the rest is what it said of itself.

    ``product``: "Docker Desktop 4.37.1 (178610)", or "" when it has no name. ``os``: of its containers.
    ``exposure``: who else may rule it.
    """

    endpoint: Endpoint
    in_use: bool
    failure: Failure | None = None
    version: str = ""
    api: str = ""
    os: str = ""
    product: str = ""
    exposure: Exposure | None = None


class Keeper(Enum):
    """Who sets a variable again in each new terminal."""

    FILE = "file"  # a start-up file of a shell
    USER = "user"  # Windows, for this user
    MACHINE = "machine"  # Windows, for everybody
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Origin:
    """Where something is set. ``file`` and ``row`` (from 1): of a start-up file."""

    keeper: Keeper = Keeper.UNKNOWN
    file: str = ""
    row: int = 0


@dataclass(frozen=True)
class Facts:
    """Everything.

    ``unresolved``: why no daemon is in use at all. ``origins``: by variable. ``aliases``: rows of start-up files that
    put winpty before a program. ``current_context``: of config.json. ``cert_path_exists``: so does the folder that
    DOCKER_CERT_PATH names, if it names one.
    """

    system: System
    platform: str
    seat: Seat
    tools: Tools
    settings: Settings
    config_file: str
    environ: Mapping[str, str]
    engines: tuple[Reached, ...] = ()
    unresolved: Failure | None = None
    current_context: str = ""
    cert_path_exists: bool = True
    origins: Mapping[str, Origin] = field(default_factory=dict)
    aliases: tuple[Origin, ...] = ()
