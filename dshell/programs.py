"""Where the programs are that dshell starts: in the folders of PATH, and never in whatever folder the person is in.

Windows looks there first, and so does ``shutil.which``: a ``docker.exe`` that lies in somebody's project would run. As
in Go, whose docker searches for its own helpers so, a folder of PATH that is not absolute counts for nothing.
"""

import errno
import os
from collections.abc import Iterator, Mapping


def find_program(name: str, environ: Mapping[str, str]) -> str | None:
    """Its path; None: there is none. A ``name`` that is a path is looked for there alone."""
    return next(programs(name, environ), None)


def need_program(name: str, environ: Mapping[str, str]) -> str:
    """Raises FileNotFoundError, as whoever would start it by its name."""
    path = find_program(name, environ)
    if path is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
    return path


def programs(name: str, environ: Mapping[str, str]) -> Iterator[str]:
    """All of them, in the order of PATH. PATHEXT: the endings of programs, a variable of Windows."""
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    endings = dict.fromkeys((*environ.get("PATHEXT", "").split(";"), ""))
    for folder in [""] if os.path.dirname(name) else filter(os.path.isabs, folders):
        for ending in endings:
            path = os.path.join(folder, name + ending)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                yield path
