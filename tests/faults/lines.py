"""Lines that a person does while the daemon misbehaves, and what must be true of each of them whatever it did."""

from __future__ import annotations

import re
import shlex
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dshell.teach import texts
from tests.conftest import docker_at
from tests.faults.ending import restored, unfit
from tests.faults.proxy import Proxy
from tests.program import Program, Repl
from tests.screen import Screen

SAID = "here-it-is"
LABEL = "dshell-faults"
LEAVE = "z"
LANGUAGES = ("en", "fr")
SENTENCE = "✘"
SAID_OR_SENTENCE = re.compile(f"^(?:{SAID}|.*{SENTENCE})", re.M)
PATIENCE = 60.0


@dataclass(frozen=True)
class Act:
    """``words``: the line; LABEL, BOX (a container that prints SAID for ever) and STILL (one that prints it whenever it
    is started) stand for those of a ``Place``. ``stays``: it goes on until LEAVE is typed. ``prints``: SAID comes back.
    """

    words: str
    stays: bool = False
    prints: bool = True


ACTS = {
    "run --rm": Act(f"run --rm --label LABEL alpine echo {SAID}"),
    "run": Act(f"run --label LABEL alpine echo {SAID}"),
    "run -t": Act(f"run --rm -t --label LABEL alpine echo {SAID}"),
    "run -it": Act(f"run --rm -it --label LABEL alpine echo {SAID}"),
    "run -d": Act("run -d --label LABEL alpine true", prints=False),
    "exec": Act(f"exec BOX echo {SAID}"),
    "exec -it": Act(f"exec -it BOX echo {SAID}"),
    "start -ai": Act("start -ai STILL"),
    "attach": Act(f"attach --detach-keys={LEAVE} BOX", stays=True),
    "pull": Act("pull alpine", prints=False),
}

ALL = {
    **ACTS,
    "create": Act("create --label LABEL alpine true", prints=False),
    "logs": Act("logs --tail 3 BOX"),
    "start": Act("start STILL", prints=False),
    "rm": Act("rm STILL", prints=False),
    "stop": Act("stop -t 0 BOX", prints=False),
}
"""In an order in which each finds what it needs."""


@dataclass(frozen=True)
class Said:
    """What a line came to. ``code``: None where no program ended with it."""

    text: str
    code: int | None = None
    raw: bytes = b""

    @property
    def printed(self) -> bool:
        return SAID in re.sub(f"echo {SAID}", "", self.text)


class Place:
    """A proxy before the engine at ``host``, containers for the acts, and a home for dshell; ``folder`` is made."""

    def __init__(self, folder: Path, host: str) -> None:
        folder.mkdir()
        self.folder = folder
        self.docker = docker_at(host)
        self.proxy = Proxy(folder / "s", host)
        self._mark = f"f{uuid.uuid4().hex[:10]}"
        self._slots = {"LABEL": f"{LABEL}={self._mark}", "BOX": f"{self._mark}-box", "STILL": f"{self._mark}-still"}

    def __enter__(self) -> Place:
        self.proxy.rise()
        forever = f"while sleep 0.1; do echo {SAID}; done"
        self.docker("create", "-it", "--name", self._slots["BOX"], "alpine", "sh", "-c", forever)
        self.renew()
        return self

    def __exit__(self, *_: object) -> None:
        self.proxy.die()
        self.docker("rm", "-f", self._slots["BOX"], self._slots["STILL"], check=False)

    def renew(self) -> None:
        """BOX runs and STILL is there, whatever lines did to them."""
        self.docker("restart", "-t", "0", self._slots["BOX"])
        self.docker("create", "-it", "--name", self._slots["STILL"], "alpine", "echo", SAID, check=False)

    def words(self, act: Act) -> list[str]:
        return shlex.split(re.sub("LABEL|BOX|STILL", lambda match: self._slots[match[0]], act.words))

    def program(self, language: str) -> Program:
        return Program(self.proxy.host, self.folder, language)

    @contextmanager
    def prompt(self, language: str) -> Iterator[Prompt]:
        with self.program(language).repl() as repl:
            yield Prompt(self, repl, language)

    def once(self, act: Act, language: str) -> Said:
        """By ``dshell LINE`` in a terminal."""
        with self.program(language).screen(*self.words(act)) as screen:
            before = screen.modes()
            said = _seen_out(screen, act)
            assert restored(screen, before) == ""
        return said

    def by_docker(self, act: Act) -> Said:
        argv = ["docker", "-H", self.proxy.host, *self.words(act)]
        with Screen(argv, self.program("en").env, cwd=self.folder) as screen:
            return _seen_out(screen, act)

    def wrong(self, said: Said, act: Act, language: str) -> list[str]:
        """What must not be of a line that a person has seen the end of; each with the screen."""
        found = amiss(said, act, language) + mishaps(self.folder) + self.untold(said)
        return [f"{each}\n{said.text}" for each in found]

    def untold(self, said: Said) -> list[str]:
        return [f"{name} is left, untold" for name, number in self.left() if not told(name, number, said.text)]

    def left(self) -> list[list[str]]:
        """Name and id of each container that lines left here; they are gone then."""
        listed = self.docker("ps", "-a", "--filter", f"label={self._slots['LABEL']}", "--format", "{{.Names}} {{.ID}}")
        rows = [row.split() for row in listed.stdout.splitlines()]
        if rows:
            self.docker("rm", "-f", *(number for _, number in rows), check=False)
        return rows


@dataclass(frozen=True)
class Prompt:
    """A REPL that stands at its prompt."""

    place: Place
    repl: Repl
    language: str

    def do(self, act: Act) -> Said:
        screen = self.repl.screen
        screen.send("\x15")  # Ctrl-U: what was typed too late for a session
        start = self.repl.at_rest()
        screen.send(shlex.join(self.place.words(act)) + "\r")
        if act.stays and SENTENCE not in screen.expect(SAID_OR_SENTENCE, PATIENCE, start)[0]:
            screen.send(LEAVE)
        self.repl.next_prompt(start, PATIENCE)
        return Said(screen.text(start))

    def leave(self) -> list[str]:
        """What is wrong with how it ends."""
        screen = self.repl.screen
        screen.send("\x15exit 0\r")
        code = screen.wait()
        return [each for each in (restored(screen, screen.modes()), f"exit code {code}" if code else "") if each]


def in_each_language(spoil: Callable[[int], list[str]]) -> None:
    """``spoil``: takes the place of a language, and answers what is wrong. All at once."""
    with ThreadPoolExecutor(len(LANGUAGES)) as pool:
        wrong = [each for found in pool.map(spoil, range(len(LANGUAGES))) for each in found]
    assert not wrong, "\n\n".join(wrong)


def _seen_out(screen: Screen, act: Act) -> Said:
    if act.stays:
        with suppress(AssertionError):  # it has ended
            screen.expect(SAID_OR_SENTENCE, PATIENCE)
            screen.send(LEAVE)
    code = screen.wait(PATIENCE)
    return Said(screen.text(), code, screen.raw)


def amiss(said: Said, act: Act, language: str) -> list[str]:
    """What must not stand on the screen of a line that has ended, or is missing there."""
    found = unfit(said.text)
    if SENTENCE in said.text:
        found += _not_in(language, said.text)
    elif said.code or (act.prints and not said.printed):
        found.append(f"neither a sentence nor its output, code {said.code}")
    return found


def mishaps(home: Path) -> list[str]:
    """What went wrong in dshell itself since it was last asked."""
    file = home / "dshell" / "mishap.txt"
    if not file.exists():
        return []
    details = file.read_text()
    file.unlink()
    return [f"a mishap: {details}"]


def told(name: str, number: str, text: str) -> bool:
    """The person knows of the container ``name``, whose id begins with ``number``."""
    return any(words in text for words in (name, number, *_perhaps()))


def _perhaps() -> Sequence[str]:
    """What is said of a container that the daemon was asked for, and may have made."""
    keys = ("diagnosis.told.perhaps-nameless", "narration.left.unsure-nameless")
    return [texts.load(language).say(key) for language in LANGUAGES for key in keys]


def _not_in(language: str, text: str) -> list[str]:
    """A failure is told with its cause, in one language."""
    causes = {each: re.search(rf"^\s+{texts.load(each).say('diagnosis.told.why')} ", text, re.M) for each in LANGUAGES}
    return [f"told in {each}" for each in LANGUAGES if bool(causes[each]) is (each != language)]
