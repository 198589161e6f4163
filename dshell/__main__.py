"""``python -m dshell`` and the ``dshell`` command: the same program."""

import gc
import sys

gc.disable()  # nothing of what is imported is garbage, and looking for it costs a tenth of one line's time

from dshell.app import main  # noqa: E402


def start() -> None:
    gc.freeze()
    gc.enable()
    sys.exit(main())


if __name__ == "__main__":
    start()
