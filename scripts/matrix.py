#!/usr/bin/env python3
"""The tests that need no engine, on each Python that dshell is for, with both ends of its dependencies' ranges.

    scripts/matrix.py [3.12 …] [lowest|highest …] [-- PYTEST…]    PYTEST: other tests than TARGETS

Takes the Pythons that are on the PATH or that pyenv has, and says which it did not find. Every environment is made
anew and taken away. A warning is an error, in the tests and in each dshell that they start. Exit code 1: something
failed; 2: there was nothing to run on.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from claims import ENDS, PYTHONS, ROOT, dependencies, requirements

# What meets a dependency, or the ways of one Python or another: terminals, processes, sockets, files, the wheel.
TARGETS = (
    *("app", "attach", "completer", "connection", "console_output", "doctor", "faces", "forward", "habits", "history"),
    *("http", "io", "learn", "live", "logs", "log_following", "lookups", "mintty", "mount_checks", "native", "notes"),
    *("offers", "plain", "pseudo_console", "pty", "repl", "repl_screen", "revive", "route", "session"),
    *("settings", "stream", "tell", "terminal", "theme", "wheel"),
)
# Not that something was left open: what one thread closes, another may be reading, and the last to let go closes it.
WARNINGS = "error,ignore::ResourceWarning"


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("cells", nargs="*", choices=[*PYTHONS, *ENDS, []], metavar="PYTHON|END")
    split = [*argv, "--"].index("--")
    asked, tests = parser.parse_args(argv[:split]).cells, argv[split + 1 :]
    pythons = {version: find(version) for version in PYTHONS if version in asked or not set(PYTHONS) & set(asked)}
    ends = [end for end in ENDS if end in asked or not set(ENDS) & set(asked)]
    cells = [(version, end) for version, python in pythons.items() if python for end in ends]
    failed = [f"{version} {end}" for version, end in cells if not holds(pythons[version], end, tests)]
    print(f"failed: {', '.join(failed) or 'nothing'}")
    if missing := [version for version, python in pythons.items() if not python]:
        print(f"not tried, for there is no such Python here: {', '.join(missing)}")
    return int(bool(failed)) if cells else 2


def find(version: str) -> str:
    """A Python of this version that starts, or ""; a shim of pyenv's may be there and not start."""
    return next((python for python in candidates(version) if starts(python, version)), "")


def candidates(version: str) -> Iterator[str]:
    yield from filter(None, [shutil.which(f"python{version}")])
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(pyenv.glob(f"versions/{version}.*/bin/python")))


def starts(python: str, version: str) -> bool:
    told = subprocess.run(
        [python, "-c", "import sys, venv, ensurepip; print(*sys.version_info[:2], sep='.')"],
        capture_output=True,
        text=True,
        check=False,
    )
    return told.returncode == 0 and told.stdout.strip() == version


def holds(python: str, end: str, tests: Sequence[str]) -> bool:
    """True when the tests pass on ``python`` with this end of each range."""
    with tempfile.TemporaryDirectory(prefix="dshell-matrix-") as folder:
        inside, kept = Path(folder, "bin", "python"), Path(folder, "constraints.txt")
        subprocess.run([python, "-m", "venv", folder], check=True)
        kept.write_text("\n".join(requirements(end)), encoding="utf-8")
        install = (inside, "-m", "pip", "install", "--quiet", "--constraint", kept, "--editable", f"{ROOT}[suite]")
        subprocess.run(install, check=True)
        print(f"\n{python}, {end}: {told_versions(inside)}", flush=True)
        warned = {**os.environ, "PYTHONWARNINGS": WARNINGS}
        tests = tests or [f"tests/test_{name}.py" for name in TARGETS]
        run = [str(inside), "-m", "pytest", "-q", "-p", "no:cacheprovider", "--without-engine", *tests]
        return subprocess.run(run, cwd=ROOT, env=warned, check=False).returncode == 0


def told_versions(python: Path) -> str:
    """What is really in the environment."""
    told = subprocess.run([python, "-m", "pip", "list", "--format=freeze"], capture_output=True, text=True, check=True)
    names = {one.name.lower() for one in dependencies()}
    return " ".join(row for row in told.stdout.split() if row.split("==")[0].lower() in names)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
