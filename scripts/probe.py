"""Exit code 1 when no daemon answers where docker would look for one; 0 also for one that answers with a refusal."""

from __future__ import annotations

import os
import sys

from dshell.engine.endpoint import resolve
from dshell.engine.http import HttpEngine
from dshell.errors import Declined, EngineError, Trouble

NOBODY = {Trouble.UNREACHABLE, Trouble.TIMEOUT, Trouble.LOST}


def main() -> int:
    try:
        HttpEngine(resolve(os.environ), patience=5).ping()
    except EngineError as error:
        return int(error.failure.trouble in NOBODY)
    except Declined:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
