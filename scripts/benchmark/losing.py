"""Not a time: how many exec sessions whose program prints at once lost a byte."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

from benchmark.figure import Figure
from benchmark.side import DSHELL, environment

EXPECTED = b"first byte and last\n"


def sessions(count: int) -> Iterator[Figure]:
    name = f"dshell-bench-{os.getpid()}"
    sleeping = ["docker", "run", "-d", "--rm", "--name", name, "alpine", "sleep", "3600"]
    subprocess.run(sleeping, check=True, capture_output=True)
    try:
        argv = [*DSHELL, "exec", name, "echo", EXPECTED.decode().strip()]
        lost = 0
        for _ in range(count):
            lost += subprocess.run(argv, env=environment(), capture_output=True, check=True).stdout != EXPECTED
        yield Figure(f"exec sessions of {count} with output lost", lost, None, "", 0)
    finally:
        subprocess.run(["docker", "rm", "-f", name], check=True, capture_output=True)
