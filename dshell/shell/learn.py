"""The word ``learn``: which lesson is open, how far it is, and what is said after each line.

It looks at what the daemon showed while a line ran, and at nothing that was typed. What lines of a lesson have made is
remembered, so that ``reset`` takes away that and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from dshell.engine.base import Seen
from dshell.errors import EngineError
from dshell.shell.kept import Kept, State
from dshell.shell.tell import Teller
from dshell.teach.layout import lines, note, result
from dshell.teach.lesson import BadLesson, Lesson, Step, judge, lessons, read
from dshell.teach.tutor import Tutor, bad_words, check_words

SHORT = ("hint", "skip", "show", "reset")
"""Words that need no ``learn`` before them while a lesson is open. ``show`` may be followed by ``me``."""

MADE = {("container", "create"), ("image", "pull"), ("image", "tag"), ("volume", "create"), ("network", "create")}
GONE = {("container", "destroy"), ("image", "untag"), ("volume", "destroy"), ("network", "destroy")}
BY_NAME = {("image", "tag"), ("image", "untag")}  # their id is that of the layers, which has other names too
ORDER = ("container", "image", "volume", "network")  # what uses goes before what is used


class Witness(Protocol):
    """``engine.witness.Witness``."""

    def begin(self) -> None: ...
    def seen(self) -> tuple[Seen, ...]: ...
    def changed(self) -> tuple[Seen, ...]: ...
    def images(self) -> frozenset[str]: ...
    def remove(self, noun: str, name: str) -> None: ...
    def close(self) -> None: ...


class Learn:
    """``witness``: makes one. ``file``: where progress is kept. ``plugins``: names of docker's that are here."""

    def __init__(
        self, teller: Teller, write: Callable[[Sequence[str]], None], witness: Callable[[], Witness], file: Path
    ) -> None:
        self._teller = teller
        self._write = write
        self._make_witness = witness
        self._kept = Kept(file)
        self.plugins: Callable[[], Iterable[str]] = lambda: ()
        self._lesson: Lesson | None = None
        self._state = State()
        self._witness: Witness | None = None
        self._since = 0  # what was seen before the step began
        self._before = 0  # and before the line
        self._images: frozenset[str] = frozenset()  # those that were here before it: they are nobody's to remove

    def do(self, words: Sequence[str]) -> int:
        """``words``: those behind ``learn``. The exit code."""
        match list(words):
            case []:
                return self._list()
            case ["--check", path]:
                return self._check(path)
            case ["hint"] | ["show"] | ["show", "me"] | ["skip"] | ["reset"] | ["stop"]:
                return self._within(words[0])
            case [name]:
                return self._open(name)
            case _:
                return self._refuse("unknown", word=" ".join(words))

    def short(self, text: str) -> tuple[str, ...] | None:
        """The words of ``text`` for ``do``, when a lesson is open and they are one of its own."""
        words = tuple(text.split())
        own = words[:1] and words[0] in SHORT and words[1:] in {(), ("me",)}
        return words if self._lesson is not None and own else None

    def before(self) -> None:
        """A line is about to run."""
        if self._witness is not None:
            self._before = len(self._look())
            with suppress(EngineError):
                self._images = self._witness.images()

    def after(self) -> None:
        """It has run: what it made is remembered, and the step is looked at."""
        if self._lesson is None or self._witness is None:
            return
        seen = self._look()
        mine = seen[self._before :]
        self._keep(self._state._replace(made=made_with(self._state.made, mine, self._images)))
        verdict = judge(self._step, (*seen[self._since :], *self._witness.changed()), self._state.bound)
        if verdict.done:
            self._go_on(verdict.bound, len(seen), told=True)
        elif mine:
            self._write(self._tutor.answer(self._state.step, verdict))

    def close(self) -> None:
        if self._witness is not None:
            self._witness.close()
            self._witness = None
        self._lesson = None

    # The words

    def _list(self) -> int:
        scene = self._teller.scene()
        rows = ["", *note(scene, scene.say("learn.list.head"))]
        entries = []
        for number, lesson in enumerate(lessons(), 1):
            title, state = Tutor(lesson, scene).title, self._kept.read(lesson.name)
            slots = {"title": title, "step": state.step, "count": len(lesson.steps)}
            key = "done" if state.done else "begun" if state.begun else ""
            text = scene.say(f"learn.list.{key}", **slots) if key else title
            entries.append((scene.say("learn.list.entry", number=number), text))
        entries.append(("learn FILE", scene.say("learn.list.file")))
        self._write([*rows, *lines(scene, entries)])
        if self._lesson is not None:
            self._write(["", *note(scene, scene.say("learn.list.open", title=self._tutor.title))])
            self._write(self._tutor.step(self._state.step))
        return 0

    def _open(self, name: str) -> int:
        try:
            lesson = self._find(name)
        except BadLesson as bad:
            return self._complain(bad)
        except OSError:
            return self._refuse("unknown", word=name)
        if lesson.needs and lesson.needs not in self.plugins():
            return self._refuse("missing", plugin=lesson.needs)
        self.close()
        witness = self._make_witness()
        try:
            witness.begin()
        except EngineError:
            return self._refuse("away")
        kept = self._kept.read(lesson.name)
        self._lesson, self._witness = lesson, witness
        self._state = kept._replace(step=1, done=False, bound={}) if kept.done else kept
        self._since = self._before = 0
        self._write(self._tutor.opening(self._state.step, resumed=self._state.step > 1))
        return 0

    def _find(self, name: str) -> Lesson:
        """By its number, its name, or as a file. Raises BadLesson, OSError."""
        known = lessons()
        if name.isdigit() and 0 < int(name) <= len(known):
            return known[int(name) - 1]
        return next((lesson for lesson in known if lesson.name == name), None) or read(Path(name).expanduser())

    def _check(self, path: str) -> int:
        scene = self._teller.scene()
        try:
            lesson = read(Path(path).expanduser())
            check_words(lesson, path)
        except BadLesson as bad:
            return self._complain(bad)
        except OSError as error:
            return self._complain(BadLesson(path, "file", error.strerror or ""))
        self._write(result(scene, scene.say("learn.word.good", file=path, count=len(lesson.steps))))
        return 0

    def _within(self, word: str) -> int:
        if self._lesson is None:
            return self._refuse("closed")
        number = self._state.step
        match word:
            case "hint":
                self._write(self._tutor.hint(number))
            case "show":
                self._write(self._tutor.shown(number))
            case "skip":
                self._write(note(self._teller.scene(), self._teller.scene().say("learn.word.skipped")))
                self._go_on(self._state.bound, len(self._look()), told=False)
            case "reset":
                self._reset()
            case _:
                scene, name = self._teller.scene(), self._lesson.name
                self.close()
                self._write(note(scene, scene.say("learn.word.stopped", name=name)))
        return 0

    def _reset(self) -> None:
        """Take away what the lesson has made, and nothing else; it may be gone already."""
        lesson, witness, scene = self._lesson, self._witness, self._teller.scene()
        if lesson is None or witness is None:
            return
        left: list[tuple[str, str]] = []
        for noun, name in sorted(self._state.made, key=lambda each: ORDER.index(each[0])):
            try:
                witness.remove(noun, name)
            except EngineError as error:
                left.append((noun, name))
                kept = scene.say("learn.word.kept", name=name[:12], words=error.failure.words)
                self._write(result(scene, kept, good=False))
        self._keep(State(made=tuple(left)))
        self.close()
        self._write(note(scene, scene.say("learn.word.reset", name=lesson.name)))

    # Steps

    @property
    def _tutor(self) -> Tutor:
        assert self._lesson is not None  # noqa: S101 - only asked while one is open
        return Tutor(self._lesson, self._teller.scene())

    @property
    def _step(self) -> Step:
        assert self._lesson is not None  # noqa: S101 - as above
        return self._lesson.steps[self._state.step - 1]

    def _go_on(self, bound: Mapping[str, str], seen: int, *, told: bool) -> None:
        """The next step, or the end."""
        tutor, number, lesson = self._tutor, self._state.step, self._lesson
        known = lessons()
        at = known.index(lesson) if lesson in known else len(known)
        following = known[at + 1] if at + 1 < len(known) else None
        if told:
            self._write(tutor.done(number, following))
        elif number < len(tutor.lesson.steps):
            self._write(tutor.step(number + 1))
        self._since = seen
        last = number == len(tutor.lesson.steps)
        self._keep(State(number if last else number + 1, last, dict(bound), self._state.made))
        if last:
            self.close()

    def _look(self) -> tuple[Seen, ...]:
        """What was seen; nothing new when the daemon is away."""
        try:
            return self._witness.seen() if self._witness is not None else ()
        except EngineError:
            return ()

    def _keep(self, state: State) -> None:
        assert self._lesson is not None  # noqa: S101 - only done while one is open
        self._state = state
        self._kept.write(self._lesson.name, state)

    # What is refused

    def _refuse(self, key: str, **slots: str) -> int:
        scene = self._teller.scene()
        self._write(result(scene, scene.say(f"learn.word.{key}", **slots), good=False))
        return 1

    def _complain(self, bad: BadLesson) -> int:
        self._write(result(self._teller.scene(), bad_words(bad, self._teller.scene()), good=False))
        return 1


def made_with(
    made: Iterable[tuple[str, str]], seen: Iterable[Seen], here: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """``made`` and what was made since, without what is gone. ``here``: images that were there before."""
    kept = dict.fromkeys(made)
    for each in seen:
        thing = each.noun, each.facts.get("name", "") if (each.noun, each.verb) in BY_NAME else each.id
        if (each.noun, each.verb) in MADE and thing[1] not in here:
            kept[thing] = None
        elif (each.noun, each.verb) in GONE:
            kept.pop(thing, None)
    return tuple(kept)
