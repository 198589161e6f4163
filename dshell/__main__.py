"""``python -m dshell``: the same program as the ``dshell`` command."""

import sys

from dshell.app import main

if __name__ == "__main__":
    sys.exit(main())
