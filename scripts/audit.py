#!/usr/bin/env python3
"""Known vulnerabilities of what dshell needs, at both ends of its dependencies' ranges, as PyPI tells pip-audit.

    scripts/audit.py

Exit code 0: PyPI was asked about every package, and knows of none. 1: it knows of some, which are listed.
2: nothing known, but it could not be asked about all of them; a mirror may have the packages and not their reports.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from claims import ENDS, ROOT, constraints


class Found(NamedTuple):
    """``known``: a row for each vulnerability; ``unasked``: packages that PyPI told nothing of."""

    known: list[str]
    asked: list[str]
    unasked: list[str]


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="dshell-audit-") as folder:
        python = Path(folder, "bin", "python")
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "pip-audit>=2.9,<3"], check=True)
        found = {end: ask(python, Path(folder), resolved(python, Path(folder), end)) for end in ENDS}
    for end, (known, asked, unasked) in found.items():
        nothing = "none known" if asked else "nothing can be said"
        print(f"{end}: PyPI told of {len(asked)} packages: {', '.join(known) or nothing}")
        if unasked:
            print(f"  it could not be asked about {', '.join(unasked)}")
    return 1 if any(one.known for one in found.values()) else 2 if any(one.unasked for one in found.values()) else 0


def resolved(python: Path, folder: Path, end: str) -> list[str]:
    """What pip would install for dshell at this end of the ranges: ``name==version``."""
    report, kept = folder / "report.json", folder / "constraints.txt"
    kept.write_text(constraints(end), encoding="utf-8")
    dry = (python, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report", report)
    subprocess.run([*dry, "--constraint", kept, ROOT], check=True)
    packages = [one["metadata"] for one in json.loads(report.read_text(encoding="utf-8"))["install"]]
    return [f"{one['name']}=={one['version']}" for one in packages if one["name"] != "dshell"]


def ask(python: Path, folder: Path, pinned: list[str]) -> Found:
    """pip-audit succeeds also where it skipped all: only its report tells, and without a service there is none."""
    wanted, report = folder / "requirements.txt", folder / "audit.json"
    wanted.write_text("\n".join(pinned), encoding="utf-8")
    report.unlink(missing_ok=True)
    as_pinned = ("--requirement", wanted, "--no-deps", "--disable-pip", "--progress-spinner", "off")
    audit = (python, "-m", "pip_audit", *as_pinned, "--format", "json", "--output", report)
    told = subprocess.run(audit, capture_output=True, text=True, check=False).stderr
    if not report.exists():
        print(told, file=sys.stderr)
    packages = json.loads(report.read_text(encoding="utf-8"))["dependencies"] if report.exists() else []
    vulns = {canonical(one["name"]): one["vulns"] for one in packages if "vulns" in one}
    known = [f"{name} {one['id']}" for name, found in vulns.items() for one in found]
    asked = [one for one in pinned if canonical(one.split("==")[0]) in vulns]
    return Found(known, asked, [one for one in pinned if one not in asked])


def canonical(name: str) -> str:
    return name.lower().replace("_", "-")


if __name__ == "__main__":
    sys.exit(main())
