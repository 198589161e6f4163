#!/usr/bin/env python3
"""How much of dshell the tests went through: what DSHELL_TEST_COVERAGE=1 scripts/test prints at its end.

Exit code 1: less than the target. What cannot run here is named in pyproject.toml and counts neither way.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import coverage

TARGET = 95.0  # per cent of the branches


def main() -> int:
    measured = coverage.Coverage()
    measured.combine()
    measured.report()
    with tempfile.TemporaryDirectory(prefix="dshell-covered-") as folder:
        written = Path(folder, "covered.json")
        measured.json_report(outfile=str(written))
        totals = json.loads(written.read_text(encoding="utf-8"))["totals"]
    branches = float(totals["percent_branches_covered"])
    print(f"statements {totals['percent_statements_covered']:.1f} %, branches {branches:.1f} %, target {TARGET} %")
    return int(branches < TARGET)


if __name__ == "__main__":
    sys.exit(main())
