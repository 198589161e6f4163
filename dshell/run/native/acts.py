"""Which docker commands dshell does itself. Adding one is a file beside this one and a row here."""

from __future__ import annotations

from collections.abc import Mapping

from dshell.run.native import attach, create, exec, logs, pull, rm, run, start, stop  # noqa: A004 - docker's name for it
from dshell.run.native.base import Native, settled

ACTS: Mapping[tuple[str, ...], Native] = {
    ("container", "attach"): Native(settled(attach.attach), attach.HONOURS),
    ("container", "create"): Native(settled(create.create), create.HONOURS),
    ("container", "exec"): Native(settled(exec.execute), exec.HONOURS),
    ("container", "logs"): Native(settled(logs.follow), logs.HONOURS, logs.takes),
    ("container", "rm"): Native(settled(rm.remove), rm.HONOURS),
    ("container", "run"): Native(settled(run.run, run.exit_code), run.HONOURS),
    ("container", "start"): Native(settled(start.start), start.HONOURS),
    ("container", "stop"): Native(settled(stop.stop), stop.HONOURS),
    ("image", "pull"): Native(settled(pull.pull), pull.HONOURS),
}
"""By the command's canonical path."""
