"""dshell in the terminal of ``tests.msys``: ``python -m tests.in_msys WORDS``."""

from __future__ import annotations

import sys
from unittest import mock

from dshell.app import main
from tests.msys import open_here

if __name__ == "__main__":
    with mock.patch("dshell.app.open_terminal", return_value=open_here()):
        sys.exit(main())
