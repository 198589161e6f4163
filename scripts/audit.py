#!/usr/bin/env python3
"""Known vulnerabilities of what dshell needs on any system, at both ends of its ranges, as OSV has them.

    scripts/audit.py [NAME==VERSION …]    these packages alone, instead of dshell's

Exit code 0: OSV was asked about every package, and knows of none. 1: it knows of some, which are listed.
2: nothing known, but it could not be asked about all of them.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path

from claims import ENDS, requirements

OSV = "https://api.osv.dev/v1/query"  # https://google.github.io/osv.dev/post-v1-query/; also has PyPI's own reports
PATIENCE = 20.0  # seconds


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("packages", nargs="*", metavar="NAME==VERSION")
    parser.add_argument("--service", default=OSV, metavar="URL", help="another that answers as OSV does")
    asked = parser.parse_args(argv)
    packages = asked.packages or sorted({package for end in ENDS for package in resolved(end)})
    told: dict[str, list[str]] = {}
    try:
        for package in packages:
            told[package] = vulnerabilities(asked.service, package)
    except (OSError, HTTPException, ValueError) as error:  # the rest would wait for the same
        print(f"{asked.service}: {error}\ncould not be asked about {', '.join(packages[len(told) :])}", file=sys.stderr)
    for package, known in told.items():
        print(f"{package}: {'; '.join(known) or 'none known'}")
    return 1 if any(told.values()) else 2 if len(told) < len(packages) else 0


def resolved(end: str) -> set[str]:
    """``name==version`` of all that pip would install at this end of the ranges, on Windows too."""
    with tempfile.TemporaryDirectory(prefix="dshell-audit-") as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        report = Path(folder, "report.json")
        dry = (Path(folder, "bin", "python"), "-m", "pip", "install", "--quiet", "--dry-run", "--report", report)
        # Windows has a wheel of each: asking for those, pip resolves without a compiler. It wants a target for it.
        windows = ("--platform", "win_amd64", "--only-binary", ":all:", "--target", folder)
        subprocess.run([*dry, "--ignore-installed", *windows, *requirements(end)], check=True)
        packages = [one["metadata"] for one in json.loads(report.read_text(encoding="utf-8"))["install"]]
    return {f"{one['name']}=={one['version']}" for one in packages}


def vulnerabilities(service: str, package: str) -> list[str]:
    """A row for each that is known and was not taken back. Raises ValueError for an answer that is not OSV's."""
    name, _, version = package.partition("==")
    canonical = re.sub(r"[-_.]+", "-", name).lower()
    query = json.dumps({"package": {"name": canonical, "ecosystem": "PyPI"}, "version": version}).encode()
    with urllib.request.urlopen(service, query, PATIENCE) as response:
        answer = json.load(response)
    if answer == {}:
        return []
    try:
        return [f"{one['id']} {one.get('summary', '')}".rstrip() for one in answer["vulns"] if "withdrawn" not in one]
    except (AttributeError, KeyError, TypeError):
        raise ValueError(f"an answer that is none: {answer!r:.200}") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
