"""The word ``learn``: which lesson is open, how far it is, and what is said after each line.

It looks at what the daemon showed while a line ran, and at nothing that was typed. What lines of a lesson have made is
remembered, so that ``reset`` takes away that and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from dshell.engine.records import Seen
from dshell.errors import EngineError
from dshell.shell.catalogue import Catalogue
from dshell.shell.kept import Kept, State
from dshell.shell.lesson_folder import FOLDER, laid_before, lay
from dshell.shell.made import Typed, made_with, shown, unmake, without
from dshell.shell.tell import Teller
from dshell.teach.layout import lines, note, result
from dshell.teach.lesson import BadLesson, Lesson, Step, judge
from dshell.teach.tutor import Tutor, bad_words

BY_ID = {"container", "network"}
"""What is remembered by its id, and whose ``Witness.names`` are known while it is there."""

SHORT = ("hint", "skip", "show", "reset")
"""Words that need no ``learn`` before them while a lesson is open. ``show`` may be followed by ``me``."""


class Witness(Protocol):
    """``engine.witness.Witness``."""

    def begin(self) -> None: ...
    def seen(self) -> tuple[Seen, ...]: ...
    def changed(self) -> tuple[Seen, ...]: ...
    def images(self) -> frozenset[str]: ...
    def names(self) -> Mapping[str, str]: ...
    def remove(self, noun: str, name: str) -> None: ...
    def close(self) -> None: ...


class Learn:
    """``witness``: makes one. ``file``: where progress is kept. ``plugins``: names of docker's that are here."""

    def __init__(
        self,
        teller: Teller,
        write: Callable[[Sequence[str]], None],
        witness: Callable[[], Witness],
        file: Path,
        catalogue: Catalogue,
    ) -> None:
        self._teller = teller
        self._write = write
        self._make_witness = witness
        self._kept = Kept(file)
        self._catalogue = catalogue
        self.plugins: Callable[[], Iterable[str]] = lambda: ()
        self._lesson: Lesson | None = None
        self._state = State()
        self._witness: Witness | None = None
        self._seen: tuple[Seen, ...] = ()
        self._since = 0  # what was seen before the step began
        self._before = 0  # and before the line
        self._containers: set[str] = set()  # made by dshell for the line
        self._images: frozenset[str] = frozenset()  # those that were here before it: they are nobody's to remove

    def do(self, words: Sequence[str]) -> int:
        """``words``: those behind ``learn``. The exit code."""
        match list(words):
            case []:
                return self._list()
            case ["--check", path]:
                return self._check(path)
            case ["--check"]:
                return self._refuse("no-file")
            case ["hint"] | ["show"] | ["show", "me"] | ["skip"] | ["reset"] | ["stop"]:
                return self._within(words[0])
            case ["reset", name]:
                return self._open(name, reset=True)
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
        if self._open_witness is None:
            return
        self._containers.clear()
        with suppress(KeyboardInterrupt, EngineError):
            self._forget_gone()
            self._before = len(self._seen)
            self._images = self._open_witness.images()

    def made(self, container: str) -> None:
        """dshell has made a container for the line that runs."""
        self._containers.add(container)

    def after(self, text: str, *, failed: bool) -> None:
        """The line has run: what it made is remembered, and the step is looked at. ``failed``: one of docker's has."""
        with suppress(KeyboardInterrupt):  # the next line looks again
            self._after(text, failed=failed)

    def _after(self, text: str, *, failed: bool) -> None:
        witness = self._open_witness
        if witness is None:
            return
        seen = self._look()
        mine, step = seen[self._before :], seen[self._since :]
        self._before = len(seen)
        typed = Typed(text, frozenset(self._containers), self._images)
        self._keep(self._state._replace(made=made_with(self._state.made, mine, typed)))
        touched = {each.id for each in step}
        changes = [each for each in witness.changed() if each.id in touched]
        verdict = judge(self._step, (*step, *changes), self._state.bound, max(len(step) - len(mine), 0))
        if verdict.done:
            self._go_on(verdict.bound, len(seen), told=True)
        elif mine:
            self._write(self._tutor.answer(self._state.step, verdict))
        elif failed:
            self._write(self._tutor.failed())

    def close(self) -> None:
        if self._witness is not None:
            self._witness.close()
            self._witness = None
        self._lesson = None

    # The words

    def _list(self) -> int:
        scene = self._teller.scene()
        entries = []
        for number, each in enumerate(self._catalogue.every(), 1):
            text = bad_words(each, scene) if isinstance(each, BadLesson) else self._entry(each)
            entries.append((scene.say("learn.list.entry", number=number), text))
        folder = scene.say("learn.list.folder", folder=str(self._catalogue.folder))
        rows = ["", *note(scene, scene.say("learn.list.head")), *lines(scene, entries), "", *note(scene, folder)]
        self._write(rows)
        if self._open_witness is not None:
            self._write(["", *note(scene, scene.say("learn.list.open", title=self._tutor.title))])
            self._write(self._tutor.step(self._state.step))
        return 0

    def _entry(self, lesson: Lesson) -> str:
        """Its title, and how far it is."""
        scene, state = self._teller.scene(), self._kept.read(lesson.key)
        title = Tutor(lesson, scene).title
        slots = {"title": title, "step": state.step, "count": len(lesson.steps)}
        key = "done" if state.done else "begun" if state.begun else ""
        return scene.say(f"learn.list.{key}", **slots) if key else title

    def _open(self, name: str, *, reset: bool = False) -> int:
        try:
            lesson = self._catalogue.find(name)
        except BadLesson as bad:
            return self._complain(bad)
        except (OSError, ValueError):
            return self._refuse("unknown", word=name)
        if lesson.needs and lesson.needs not in self.plugins() and not reset:
            return self._refuse("missing", plugin=lesson.needs)
        witness = self._make_witness()
        try:
            witness.begin()
        except EngineError:
            return self._refuse("away")
        self.close()
        kept = self._kept.read(lesson.key)
        if kept.done or kept.step > len(lesson.steps):  # or it was longer once
            kept = kept._replace(step=1, done=False, bound={})
        self._lesson, self._witness, self._state = lesson, witness, kept
        self._seen, self._since, self._before = (), 0, 0
        if reset:
            return self._reset()
        self._write(self._tutor.opening(self._state.step, self._lay(lesson)))
        return 0

    def _lay(self, lesson: Lesson) -> list[str]:
        """Its files, and what is to be said of them."""
        if not lesson.files:
            return []
        say = self._teller.scene().say
        if (folder := laid_before(lesson, self._state.made)) is not None:
            return [say("learn.files.here", folder=str(folder))]
        try:
            laid = lay(lesson)
        except OSError as error:
            return [say("learn.files.failed", folder=f"lesson-{lesson.name}", words=error.strerror or "")]
        self._keep(self._state._replace(made=(*self._state.made, *laid.made)))
        names = {"laid": [name for name in lesson.files if name not in laid.there], "there": laid.there}
        return [say(f"learn.files.{key}", folder=laid.folder.name, names=", ".join(n)) for key, n in names.items() if n]

    def _check(self, path: str) -> int:
        scene = self._teller.scene()
        try:
            lesson = self._catalogue.checked(Path(os.path.expanduser(path)))
        except BadLesson as bad:
            return self._complain(bad)
        except (OSError, ValueError) as error:
            return self._complain(BadLesson(path, "file", getattr(error, "strerror", None) or str(error)))
        self._write(result(scene, scene.say("learn.word.good", file=path, count=len(lesson.steps))))
        return 0

    def _within(self, word: str) -> int:
        if self._lesson is None or (self._state.done and word in {"hint", "show", "skip"}):
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
                return self._reset()
            case _:
                scene, name = self._teller.scene(), self._lesson.name
                self.close()
                self._write(note(scene, scene.say("learn.word.stopped", name=name)))
        return 0

    def _reset(self) -> int:
        """Take away what the lesson has made, and nothing else; it may be gone already."""
        lesson, witness, scene = self._lesson, self._witness, self._teller.scene()
        if lesson is None or witness is None:
            return 0
        self._forget_gone()
        try:
            names = witness.names()
        except EngineError:
            return self._refuse("unremoved")
        made = [(noun, name) for noun, name in self._state.made if noun not in BY_ID or name in names]
        removed, left = unmake(made, witness.remove)
        for (noun, name), words in left.items():
            key = "learn.files.left" if noun == FOLDER else "learn.word.kept"
            kept = scene.say(key, name=names.get(name) or shown(name), words=words)
            self._write(result(scene, kept, good=False))
        self._keep(State(made=tuple(left)))
        self.close()
        told = [scene.say(f"learn.thing.{noun}", name=names.get(name) or shown(name)) for noun, name in removed]
        if told:
            self._write(note(scene, scene.say("learn.word.removed", names=", ".join(told))))
        if told or not left:
            self._write(note(scene, scene.say("learn.word.reset" if told else "learn.word.nothing", name=lesson.name)))
        return 1 if left else 0

    # Steps

    @property
    def _tutor(self) -> Tutor:
        assert self._lesson is not None  # noqa: S101 - only asked while one is open
        return Tutor(self._lesson, self._teller.scene())

    @property
    def _step(self) -> Step:
        assert self._lesson is not None  # noqa: S101 - as above
        return self._lesson.steps[self._state.step - 1]

    @property
    def _open_witness(self) -> Witness | None:
        """None also when the open lesson has been done to its end and only waits for reset."""
        return None if self._state.done else self._witness

    def _go_on(self, bound: Mapping[str, str], seen: int, *, told: bool) -> None:
        """The next step, or the end."""
        tutor, number = self._tutor, self._state.step
        last = number == len(tutor.lesson.steps)
        if told or last:
            self._write(tutor.done(number, self._catalogue.after(tutor.lesson) if last else None, praised=told))
        else:
            self._write(tutor.step(number + 1))
        self._since = seen
        self._keep(State(number if last else number + 1, last, dict(bound), self._state.made))

    def _look(self) -> tuple[Seen, ...]:
        """What was seen; nothing new when the daemon is away."""
        if self._witness is not None:
            with suppress(EngineError):
                self._seen = self._witness.seen()
        return self._seen

    def _forget_gone(self) -> None:
        """A container of --rm goes a moment after its line."""
        late = self._look()[self._before :]
        self._state = self._state._replace(made=without(self._state.made, late))

    def _keep(self, state: State) -> None:
        assert self._lesson is not None  # noqa: S101 - only done while one is open
        self._state = state
        self._kept.write(self._lesson.key, state)

    # What is refused

    def _refuse(self, key: str, **slots: str) -> int:
        scene = self._teller.scene()
        self._write(result(scene, scene.say(f"learn.word.{key}", **slots), good=False))
        return 1

    def _complain(self, bad: BadLesson) -> int:
        self._write(result(self._teller.scene(), bad_words(bad, self._teller.scene()), good=False))
        return 1
