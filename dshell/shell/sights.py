"""The words ``map`` and ``flow``: pictures on the terminal, in a file, or in words."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress

from dshell.engine.records import Change
from dshell.errors import EngineError
from dshell.run.base import Desk
from dshell.shell.ask import key
from dshell.shell.ground import Ground
from dshell.shell.tell import encoded
from dshell.survey import Survey
from dshell.teach.drawing import canvas, course, course_svg, landscape, landscape_svg
from dshell.teach.layout import MARGIN, Scene, Symbols, note
from dshell.teach.texts import Texts
from dshell.terminal.base import STDOUT

FOLLOW = {"-f", "--follow"}
PLAIN = "--plain"
FILES = ("--svg", "--html")

LEAVE = {b"q", b"Q", b"\x03", b"\x04", b"\x1b", b""}
BEAT = 0.25  # seconds between two looks at keys, size and clock
PAUSE = 2.0  # seconds between two attempts to reach a daemon that went away
APART = 0.2  # seconds that changes are collected for: a compose file brings many at once

ALTERNATE = "\x1b[?1049h\x1b[?25l"  # xterm's second screen, without a cursor
BACK = "\r\n\x1b[?25h\x1b[?1049l"  # on a row of its own: nothing is left unended on the first screen
HOME = "\x1b[H"
REST_OF_ROW = "\x1b[K"
REST_OF_SCREEN = "\x1b[J"


def show_map(words: Sequence[str], ground: Ground) -> int:
    asked = list(words)
    follow = any(word in FOLLOW for word in asked)
    plain = PLAIN in asked or ground.plain
    rest = [word for word in asked if word not in FOLLOW and word != PLAIN]
    if rest:
        if len(rest) != 2 or rest[0] not in FILES or follow:
            return ground.refuse("map.usage", 2)
        return ground.tried(lambda desk: _keep_map(desk, rest, ground), "map")
    if follow:
        return ground.tried(lambda desk: Following(desk, ground, plain=plain).run(), "map -f")
    return ground.tried(lambda desk: _print_map(desk, ground, plain=plain), "map")


def _print_map(desk: Desk, ground: Ground, *, plain: bool) -> int:
    ground.own.write(map_rows(veiled(desk, ground), shown(ground), plain=plain))
    return 0


def veiled(desk: Desk, ground: Ground) -> Survey:
    """What is here. A container's command may hold what stood for a variable."""
    survey: Survey = ground.own.teller.veil.over(desk.engine.survey())
    return survey


def map_rows(survey: Survey, scene: Scene, *, plain: bool) -> list[str]:
    if not survey.images and not survey.containers:
        return note(scene, scene.say("map.nothing"))
    return landscape.in_words(survey, scene) if plain else landscape.drawn(survey, scene)


def shown(ground: Ground) -> Scene:
    """As the teller's; colour only where standard output itself is a terminal."""
    scene = ground.own.teller.scene()
    return scene if ground.own.terminal.shown.stdout else scene._replace(color=False)


def drawn_for_a_file(texts: Texts) -> Scene:
    return Scene(texts, symbols=Symbols.UNICODE)


def _keep_map(desk: Desk, asked: Sequence[str], ground: Ground) -> int:
    scene = drawn_for_a_file(ground.own.teller.texts)
    survey = veiled(desk, ground)
    picture = landscape_svg.picture(survey, scene)
    words = landscape.in_words(survey, scene)
    return _keep(asked, picture, (scene.say("map.title"), words), ground, "map")


def _keep(asked: Sequence[str], picture: str, told: tuple[str, Sequence[str]], ground: Ground, word: str) -> int:
    kind, file = asked
    title, words = told
    language = ground.own.teller.texts.language
    content = picture if kind == "--svg" else canvas.page(picture, title, words, language)
    return ground.keep(file, content, word)


def show_flow(words: Sequence[str], ground: Ground) -> int:
    record = ground.own.teller.diary.last
    if words and (len(words) != 2 or words[0] not in FILES):
        return ground.refuse("flow.usage", 2)
    if record is None:
        return ground.refuse("flow.nothing")
    if not words:
        ground.own.write(course.drawn(record, shown(ground)))
        return 0
    scene = drawn_for_a_file(ground.own.teller.texts)
    told = course.in_words(record, scene)
    title = scene.say("flow.title", line=record.line)
    return _keep(words, course_svg.picture(record, scene), (title, told), ground, "flow")


class Following:
    """``map -f``: the picture is drawn again whenever the daemon tells that something has changed.

    On a terminal it has a screen of its own, which is gone afterwards; elsewhere, and in words, each new state is
    written below the last.
    """

    def __init__(self, desk: Desk, ground: Ground, *, plain: bool) -> None:
        self._desk = desk
        self._ground = ground
        self._plain = plain
        self._terminal = ground.own.terminal
        self._own_screen = self._terminal.shown.stdout and ground.own.teller.live and not plain
        self._changed = threading.Event()
        self._inventory = ground.inventory()
        self._lost = False
        self._again = 0.0  # when the daemon is asked next, after it went away
        self._survey = Survey()

    def run(self) -> int:
        """Raises EngineError when the daemon does not answer from the start."""
        try:
            self._subscribe()
            keyed = self._terminal.shown.stdin
            with self._terminal.raw() if keyed else nullcontext():
                self._write(ALTERNATE if self._own_screen else "")
                try:
                    self._draw_on(self._key if keyed else self._pause)
                finally:
                    self._write(BACK if self._own_screen else "")
        except KeyboardInterrupt:
            pass
        finally:
            self._inventory.close()
        return 0

    def _subscribe(self) -> None:
        """Before the first look, so that nothing falls between. EngineError when the daemon does not answer."""
        changes = self._inventory.changes()
        self._survey = veiled(self._desk, self._ground)
        self._lost = False
        threading.Thread(target=self._hear, args=[changes], name="map", daemon=True).start()

    def _hear(self, changes: Iterator[Change]) -> None:
        try:
            for _ in changes:
                self._changed.set()
        except EngineError:
            self._lost = True

    def _mend(self) -> None:
        """The daemon went away: is it back?"""
        if time.monotonic() < self._again:
            return
        self._again = time.monotonic() + PAUSE
        self._inventory.close()
        with suppress(EngineError):
            self._subscribe()

    def _draw_on(self, ended: Callable[[], bool]) -> None:
        """The clock alone is no change where each state is written below the last."""
        before, fresh = [""], True
        while True:
            rows = self._rows() if fresh or self._own_screen else before
            if rows != before:
                self._paint(rows)
                before = rows
            if ended():
                return
            fresh = self._lost or self._changed.is_set()
            if self._lost:
                self._mend()
            elif fresh:
                time.sleep(APART)
                self._changed.clear()
                self._look()

    def _look(self) -> None:
        try:
            self._survey = veiled(self._desk, self._ground)
        except EngineError:
            self._lost = True

    def _key(self) -> bool:
        return key(self._terminal) in LEAVE

    @staticmethod
    def _pause() -> bool:
        """Nobody can press a key: it goes on until it is interrupted."""
        time.sleep(BEAT)
        return False

    def _rows(self) -> list[str]:
        scene = shown(self._ground)
        rows = map_rows(self._survey, scene, plain=self._plain)
        if not self._own_screen:
            return rows
        head = scene.say("map.away" if self._lost else "map.following")
        height = self._terminal.size().lines or 24
        body = rows[: height - 3]
        more = [MARGIN + scene.drawn("…")] if len(body) < len(rows) else []
        return [*note(scene, head)[:1], "", *body, *more]

    def _paint(self, rows: Sequence[str]) -> None:
        """Rows are written over those before: nothing flickers. In raw mode a row ends in both."""
        if self._own_screen:
            self._write(HOME + "\r\n".join(row + REST_OF_ROW for row in rows) + REST_OF_SCREEN)
        else:
            end = "\r\n" if self._terminal.shown.stdin and self._terminal.shown.stdout else os.linesep
            self._write("".join(row + end for row in [*rows, ""]))

    def _write(self, text: str) -> None:
        if text:
            self._terminal.write(encoded(text, self._ground.own.teller.encoding), STDOUT)
