"""Makes docker's side of the comparison anew: ``scripts/transcript``."""

from __future__ import annotations

import subprocess
import sys
from functools import partial

from tests.exact.cases import read_corpus
from tests.exact.stages import play_all
from tests.exact.tools import Command
from tests.exact.transcript import TRANSCRIPT, write


def docker_version() -> str:
    """Of the installed docker, "" where there is none."""
    try:
        done = subprocess.run(["docker", "--version"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.removeprefix("Docker version ").partition(",")[0]


def main() -> int:
    version = docker_version()
    if not version:
        sys.stderr.write("no docker is installed here\n")
        return 1
    cases = read_corpus()
    records = play_all(cases, partial(Command, "docker"))
    write(TRANSCRIPT, version, records)
    missed = [key for key, made in records.items() if "missed" in made or made["code"] < 0]
    sys.stderr.write(f"{len(records)} lines as docker {version} does them\n" + "".join(f"{key}\n" for key in missed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
