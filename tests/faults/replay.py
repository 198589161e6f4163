"""A daemon that says again what a real one said, and dies behind any byte of it; and dshell in this very process.

So each byte costs milliseconds, where a real container costs a tenth of a second.
"""

from __future__ import annotations

import gc
import itertools
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from dshell import app, settings
from dshell.mishap import mishaps
from dshell.terminal.base import STDERR, STDOUT, Shown
from dshell.wire import strip_escapes
from tests.desks import FakeTerminal
from tests.faults.lines import LEAVE, SAID, Act, Said
from tests.faults.proxy import ENDS_OF_LIFE, FIRST_LINE, VERSION, Answer, Cut, end
from tests.scripted import UNIX

LENGTH = re.compile(rb"\r\nContent-Length: (\d+)\r\n")
DATE = re.compile(rb"\r\nDate: [^\r]*")
CONTAINER = re.compile("(?<=/containers/)[^/]+(?=/)")  # by its name or by its id
END = b"\r\n\r\n"
TOO_LONG = 30.0  # seconds after which a line that still waits is given up


@dataclass(frozen=True)
class Death:
    """It happens behind ``count`` bytes of the ``turn``-th answer of a ``kind``, from 0. ``whole``: of the daemon, and
    not of one connection."""

    kind: str
    turn: int
    count: int
    whole: bool = False


NEVER = Death("", 0, 0)


def deaths(answers: Sequence[Answer]) -> Iterator[tuple[Answer, Death]]:
    """One behind each byte of each of ``answers`` but the last; in both ways where more was asked than a question."""
    seen: Counter[str] = Counter()
    for answer in answers:
        kind = answer.kind
        question = kind.startswith("GET")
        for count, whole in itertools.product(range(answer.passed), (False, True)):
            if not question or whole is bool(count & 2):
                yield answer, Death(kind, seen[kind], count, whole)
        seen[kind] += 1


def heard(answers: Sequence[Answer]) -> list[Answer]:
    """Those that came, without what was said twice: who asks until something has happened does so once here."""
    kept: dict[tuple[str, bytes], Answer] = {}
    for answer in answers:
        if answer.said:
            kept.setdefault((answer.kind, DATE.sub(b"", answer.said)), answer)
    return list(kept.values())


@dataclass
class Replay:
    """Gives ``answers`` in their order to each kind of request, the last of a kind again and again.

    ``met``: the death has happened. ``asked``: kinds of all requests that came.
    """

    path: Path
    answers: Sequence[Answer]
    death: Death = NEVER
    met: bool = False
    asked: list[str] = field(default_factory=list)
    _open: list[socket.socket] = field(default_factory=list)
    _taking: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Replay:
        self.path.unlink(missing_ok=True)
        listener = socket.socket(UNIX)
        listener.bind(str(self.path))
        listener.listen()
        self._open.append(listener)
        threading.Thread(target=self._accept, args=[listener], name="replay", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.die()

    def die(self) -> None:
        self.path.unlink(missing_ok=True)
        for one in self._open[:]:
            end(one)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(*ENDS_OF_LIFE):
            while True:
                near = listener.accept()[0]
                self._open.append(near)
                threading.Thread(target=self._serve, args=[near], name="replay-serve", daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with suppress(*ENDS_OF_LIFE):
            try:
                for asked in requests(near):
                    answer, count = self._take(asked)
                    near.sendall(answer.said[:count])
                    if count < answer.passed:
                        raise Cut
                    if answer.ends:
                        break
            except Cut:
                self.met = True
                if self.death.whole:
                    self.die()
        end(near)

    def _take(self, asked: str) -> tuple[Answer, int]:
        """The answer to a request, and how many bytes of it are sent."""
        kind = Answer(asked).kind
        with self._taking:
            turn = self.asked.count(kind)
            self.asked.append(kind)
        known = [answer for answer in self.answers if answer.kind == kind] or [
            answer for answer in self.answers if CONTAINER.sub("", answer.kind) == CONTAINER.sub("", kind)
        ]
        if not known:
            raise Cut
        answer = known[min(turn, len(known) - 1)]
        return answer, self.death.count if (kind, turn) == (self.death.kind, self.death.turn) else answer.passed


def requests(near: socket.socket) -> Iterator[str]:
    """What is asked on a connection, one after the other, as ``Answer.asked``."""
    arrived = b""
    while data := near.recv(65536):
        arrived += data
        head, found, body = arrived.partition(END)
        length = LENGTH.search(head + END)
        if not found or len(body) < (int(length[1]) if length else 0):
            continue
        arrived = b""
        if first := FIRST_LINE.match(head + END):
            yield VERSION.sub(b"", first["asked"]).decode("latin-1")


class Person(FakeTerminal):
    """At a terminal; types LEAVE when there is output, if ``leaves``."""

    def __init__(self, *, leaves: bool) -> None:
        super().__init__(Shown(stdin=True, stdout=True, stderr=True), 100, 40, open=True)
        self._leaves = leaves
        self._news = threading.Event()

    def read(self, timeout: float) -> bytes | None:
        self._news.wait(timeout)
        self._news.clear()
        if self._leaves and SAID.encode() in self.written[STDOUT]:
            self._leaves = False
            return LEAVE.encode()
        return None

    def wake(self) -> None:
        self._news.set()

    def write(self, data: bytes, channel: int = STDOUT) -> None:
        super().write(data, channel)
        self._news.set()


def typed(words: Sequence[str], act: Act, replay: Replay, language: str) -> tuple[Said, list[str]]:
    """``dshell WORDS`` at a terminal, in this process, against ``replay``; and what must not have happened."""
    person = Person(leaves=act.stays)
    with _given_up(replay) as late:
        argv = ["-H", f"unix://{replay.path}", "--lang", language, *words]
        code = app.Program(settings.read(argv, {}), person).run()
    gc.unfreeze()  # what the program froze for itself is never looked at again
    raw = person.written[STDOUT] + person.written[STDERR]
    wrong = [f"a mishap: {each!r}" for each in mishaps] + ["it still waited"] * late.is_set()
    mishaps.clear()
    return Said(strip_escapes(raw.decode()), code, raw), wrong


@contextmanager
def _given_up(replay: Replay) -> Iterator[threading.Event]:
    """Set when a line waited so long that its daemon was ended."""
    late = threading.Event()

    def give_up() -> None:
        late.set()
        replay.die()

    timer = threading.Timer(TOO_LONG, give_up)
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()
