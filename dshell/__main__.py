"""``python -m dshell`` and the ``dshell`` command: the same program."""

import _signal  # type: ignore[import-not-found]  # signal without its enums, whose import Ctrl-C would find unprepared
import atexit
import errno
import gc
import os
import sys

# Nothing of what is imported is garbage, and looking for it costs a tenth of one line's time. Whoever has imported what
# it needs begins to look: ``app`` before the first line, ``behind`` when the first prompt stands.
gc.disable()


def unwind(wanted: bool) -> None:
    """Ctrl-C unwinds the stack while there is something to put right; before and after, it ends Python without a word.

    What started dshell may want it ignored (nohup): that stays, but for the launcher, which cannot help it.
    """
    if _signal.getsignal(_signal.SIGINT) != _signal.SIG_IGN or "DSHELL_LAUNCHED" in os.environ:
        _signal.signal(_signal.SIGINT, _signal.default_int_handler if wanted else _signal.SIG_DFL)


unwind(False)

from contextlib import suppress  # noqa: E402
from typing import NoReturn  # noqa: E402

try:
    from dshell.app import main
    from dshell.errors import INTERRUPTED
except (ImportError, MemoryError) as error:  # nothing is there yet that could tell it better
    sys.exit(f"dshell: {str(error) or os.strerror(errno.ENOMEM)}")


def start() -> None:
    try:
        unwind(True)
        code = main()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except (OSError, MemoryError) as error:  # there is no terminal yet that could tell it
        sys.exit(f"dshell: {getattr(error, 'strerror', None) or os.strerror(errno.ENOMEM)}")
    unwind(False)
    end(code)


def end(code: int) -> NoReturn:
    """As sys.exit at the end of a program, but the kernel takes the memory back: Python would be at it for 3 ms.

    What is registered with atexit is done, and what is written goes out.
    """
    atexit._run_exitfuncs()  # a process of multiprocessing ends so too
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, OSError, ValueError):  # there is none, nobody reads it, it is closed
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    start()
