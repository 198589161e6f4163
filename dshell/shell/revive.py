"""A line failed because no daemon answers: offers to start it, waits until it does, and lets the line go on.

Nobody is asked twice in a session about the same daemon, and nothing is started unasked.
"""

import time
from collections.abc import Callable
from typing import Final

from dshell.engine.records import Starter
from dshell.events import Failed
from dshell.record import Record
from dshell.shell.ask import ENTER, LEAVE, asked, key
from dshell.shell.tell import Teller
from dshell.teach.diagnose import diagnose
from dshell.teach.layout import lines, note, remark, result
from dshell.terminal.base import Terminal

AWAY: Final = {"daemon-off", "daemon-off-desktop", "daemon-off-practice", "daemon-paused", "daemon-starting"}
REMOTE: Final = "daemon-off-remote"
PATIENCE: Final = 180.0  # seconds; Docker Desktop takes up to 90, and has failed after 180
OFTEN: Final = 10.0  # seconds between two rows where a row cannot be drawn again


class Ways(Record):
    """What can be done about a daemon that does not answer.

    ``starter``: what starts it, or None. ``starting``: it is on its way already. ``begin``: starts it; exit code of
    what did, or OSError. ``answers``: asked again and again. ``elsewhere``: name of the context that answers when
    DOCKER_HOST, which leads nowhere, is left out; "". ``leave_host``: leaves it out for this session.
    """

    starter: Callable[[], Starter | None]
    starting: Callable[[Starter], bool]
    begin: Callable[[Starter], int]
    answers: Callable[[], bool]
    elsewhere: Callable[[], str]
    leave_host: Callable[[], None]


class Reviver:
    """``__call__`` after a command that failed: True when it is worth doing it again."""

    def __init__(self, teller: Teller, terminal: Terminal, ways: Ways) -> None:
        self._teller = teller
        self._terminal = terminal
        self._ways = ways
        self._seen: Failed | None = None
        self._declined: set[str] = set()

    def __call__(self) -> bool:
        failed = self._teller.failed
        if failed is None or failed is self._seen:
            return False
        self._seen = failed
        found = diagnose(failed)
        host = failed.failure.endpoint
        if found is None or host in self._declined or not (self._terminal.shown.stdin and self._terminal.shown.stderr):
            return False
        if found.key in AWAY and (starter := self._ways.starter()) is not None:
            revived = self._start(starter, failed.line)
        elif found.key in {*AWAY, REMOTE} and (context := self._ways.elsewhere()):
            revived = self._asked("elsewhere", context, failed.line)
            if revived:
                self._ways.leave_host()
        else:
            return False
        if not revived:
            self._declined.add(host)
        return revived

    def _start(self, starter: Starter, line: str) -> bool:
        name = self._name(starter)
        starting = self._ways.starting(starter)
        if not self._asked("wait" if starting else "start", name, line):
            return False
        began = time.monotonic()
        if not starting:
            try:
                code = self._ways.begin(starter)
            except OSError as error:
                return self._said("refused", name, words=error.strerror or "")
            if code:
                return self._said("failed", name, code=code)
        how = self._wait(name, began)
        duration = self._teller.texts.duration(time.monotonic() - began)
        return self._said(how, name, good=how == "up", duration=duration)

    def _wait(self, name: str, began: float) -> str:
        """Until the daemon answers ("up"), a key says that it is enough ("stopped"), or it is "late"."""
        told = began
        with self._terminal.raw():
            while (now := time.monotonic()) - began < PATIENCE:
                if self._ways.answers():
                    return "up"
                if self._teller.live or now - told >= OFTEN:
                    told = now
                    self._show(name, now - began)
                if key(self._terminal) in LEAVE:
                    return "stopped"
        return "late"

    def _show(self, name: str, passed: float) -> None:
        scene = self._teller.scene()
        text = scene.say("revive.waiting", name=name, duration=scene.texts.age(passed))
        row = remark(scene, text)[0]
        self._teller.write(f"\r{row}\x1b[K" if self._teller.live else f"{row}\r\n")

    def _asked(self, what: str, name: str, line: str) -> bool:
        scene = self._teller.scene()
        keys = [
            (scene.say("ahead.ask.enter"), scene.say(f"revive.{what}.yes", name=name, line=line)),
            (scene.say("ahead.ask.leave"), scene.say("revive.no")),
        ]
        rows = [*note(scene, scene.say(f"revive.{what}.offer", name=name)), *lines(scene, keys)]
        with asked(rows, self._teller, self._terminal):
            while True:
                data = key(self._terminal)
                if data in ENTER or data in LEAVE:
                    return data in ENTER

    def _said(self, key: str, name: str, *, good: bool = False, **slots: object) -> bool:
        """Tell how it went. Returns ``good``."""
        scene = self._teller.scene()
        self._teller.write("\r\x1b[K" if self._teller.live else "")
        self._teller.rows(result(scene, scene.say(f"revive.{key}", name=name, **slots), good=good))
        return good

    def _name(self, starter: Starter) -> str:
        texts = self._teller.texts
        key = f"revive.name.{starter.name}"
        return texts.say(key) if texts.has(key) else starter.name
