"""What the program imports, and when: nobody waits for an import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.program import ARROW, Program
from tests.screen import Screen

HEAVY = {"prompt_toolkit", "docker", "rich", "requests", "asyncio"}

ONCE = """
import sys
from dshell.app import main
code = main()
sys.stderr.write(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
sys.exit(code)
"""

# The modules are noted when the first prompt has been painted, before what is slow begins.
SHELL = """
import json, os, sys
from dshell.engine.live import Live
begin = Live.start
def noted(live):
    with open(os.environ["NOTED"], "w") as file:
        json.dump(sorted({name.partition(".")[0] for name in sys.modules}), file)
    begin(live)
Live.start = noted
from dshell.app import main
sys.exit(main())
"""


def test_one_line_imports_nothing_heavy(engine_host: str, tmp_path: Path) -> None:
    env = {**os.environ, **{key: value for key, value in Program(engine_host, tmp_path).env.items() if value}}
    argv = [sys.executable, "-c", ONCE, "run", "--rm", "alpine", "true"]
    done = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    assert "dshell" in done.stderr.split()
    assert not HEAVY & set(done.stderr.split())


def test_the_first_prompt_waits_for_prompt_toolkit_alone(tmp_path: Path) -> None:
    """Also for no daemon: there is none behind this socket."""
    noted = tmp_path / "modules.json"
    env = {**Program(f"unix://{tmp_path}/none.sock", tmp_path).env, "NOTED": str(noted)}
    with Screen([sys.executable, "-c", SHELL], env) as screen:
        screen.expect(ARROW)
        screen.expect("engine not reached")
        screen.send(b"\x04")
        assert screen.wait() == 0
    modules = set(json.loads(noted.read_text()))
    assert "prompt_toolkit" in modules
    assert not {"docker", "rich", "requests"} & modules
