"""Where dshell can be when something ends it: at the prompt, in what the prompt opens, in a session, in one line."""

from __future__ import annotations

import re
import shlex
import subprocess
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.conftest import Docker
from tests.program import Program
from tests.screen import Screen
from tests.watched import PATIENCE

SHELL = "/ # "
SLEEP = "sh -c 'echo it-$((40+2)); exec sleep 100'"
RAN = "it-42"
AGAIN = 0.5  # seconds until what did not end dshell is done again
MOST = 12  # times: docker run waits for the third signal, and then there is a prompt

End = Callable[[Screen], None]


@dataclass(frozen=True)
class Place:
    """``words``: of the command line. ``keys``: typed, at the prompt when there are no words. ``there``: when it shows.

    ``forwards``: every signal goes to a container. ``{shell}`` is a container that runs a shell, ``{other}`` one that
    prints a row a second, ``{stopped}`` one that does not run, ``{new}`` a name that nobody has.
    """

    words: str = ""
    keys: Sequence[str] = ()
    there: str = "engine up"
    forwards: bool = False


PLACES = {
    "the prompt": Place(),
    "a word half typed": Place(keys=["run --na"], there="run --na"),
    "the menu": Place(keys=["run --n", "\t"], there="--network-alias"),
    "a search": Place(keys=["\x12"], there="search:"),
    "a lesson": Place(keys=["learn 1\r"], there="docker run hello-world"),
    "a question": Place(keys=["rm -f $(docker ps -aq --filter name={shell})\r"], there="keeps everything"),
    "map -f": Place(keys=["map -f\r"], there="follows what changes"),
    "logs -f of two": Place(keys=["logs -f {shell} {other}\r"], there="it-talks"),
    "run -it": Place(keys=["run -it --rm --name {new} alpine\r"], there=SHELL, forwards=True),
    "run": Place(keys=[f"run --rm --name {{new}} alpine {SLEEP}\r"], there=RAN, forwards=True),
    "exec -it": Place(keys=["exec -it {shell} sh\r"], there=SHELL),
    "attach": Place(keys=["attach {shell}\r", "\r"], there=SHELL),
    "docker's own": Place(keys=["logs -f {other}\r"], there="it-talks"),
    "one run -it": Place("run -it --rm --name {new} alpine", there=SHELL, forwards=True),
    "one run": Place(f"run --rm --name {{new}} alpine {SLEEP}", there=RAN, forwards=True),
    "one exec -it": Place("exec -it {shell} sh", there=SHELL),
    "one attach": Place("attach {shell}", ["\r"], there=SHELL),
    "one start -ai": Place("start -ai {stopped}", ["\r"], there=SHELL),
    "one logs -f of two": Place("logs -f {shell} {other}", there="it-talks"),
    "one map -f": Place("map -f", there="follows what changes"),
    "one of docker's own": Place("logs -f {other}", there="it-talks"),
}


@dataclass
class Cast:
    """The containers of ``PLACES``."""

    docker: Docker
    names: dict[str, str] = field(default_factory=dict)
    _all: list[str] = field(default_factory=list)

    def make(self) -> None:
        mark = uuid.uuid4().hex[:8]
        self.names = {role: f"{role}-{mark}" for role in ("shell", "other", "stopped")}
        self._all = list(self.names.values())
        self.docker("run", "-dit", "--name", self.names["shell"], "alpine")
        talk = "while :; do echo it-talks; sleep 1; done"
        self.docker("run", "-d", "--name", self.names["other"], "alpine", "sh", "-c", talk)
        self.docker("create", "-it", "--name", self.names["stopped"], "alpine")

    def remove(self) -> None:
        self.docker("rm", "-f", *self._all, check=False)

    def named(self, text: str) -> str:
        return re.sub(r"\{(\w+)\}", lambda match: self.names[match[1]], text)

    def new(self) -> str:
        """How the container is that the place made: ``running``, ``exited``, ``created``; "" when there is none."""
        told = self.docker("ps", "-a", "--filter", f"name={self.names['new']}", "--format", "{{.State}}").stdout
        return told.strip()

    def ready(self) -> None:
        """For another visitor: the last one may have ended the shell."""
        self.names["new"] = f"new-{uuid.uuid4().hex[:8]}"
        self._all.append(self.names["new"])
        self.docker("start", self.names["shell"])
        self.docker("stop", "-t", "0", self.names["stopped"])

    @contextmanager
    def at(self, place: Place, program: Program) -> Iterator[tuple[Screen, object]]:
        """dshell in a terminal at ``place``, and the terminal's modes as they were."""
        self.ready()
        with program.screen(*shlex.split(self.named(place.words))) as screen:
            before = screen.modes()
            if not place.words:
                screen.expect("engine up")
            for keys in place.keys:
                screen.send(self.named(keys))
            screen.expect(place.there)
            yield screen, before


def left(screen: Screen) -> list[str]:
    """Processes of the session that ``screen`` ran which are still there."""
    done = subprocess.run(["ps", "-eo", "sid=,stat=,args="], capture_output=True, text=True, check=True)
    rows = [row.split(None, 2) for row in done.stdout.splitlines()]
    return [row[2] for row in rows if row[0] == str(screen.process.pid) and not row[1].startswith("Z")]


@contextmanager
def cast_of(docker: Docker) -> Iterator[Cast]:
    cast = Cast(docker)
    cast.make()
    try:
        yield cast
    finally:
        cast.remove()


def until_it_ends(screen: Screen, end: End) -> int:
    """``end`` again and again. The exit code."""
    for _ in range(MOST):
        if screen.process.poll() is None:
            end(screen)
        try:
            return screen.process.wait(AGAIN)
        except subprocess.TimeoutExpired:
            continue
    return screen.wait(PATIENCE)
