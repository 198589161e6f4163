"""What a lesson says: around its steps, and of what a step still waits for. Pure."""

from collections.abc import Iterable

from dshell.pattern import pattern
from dshell.record import Record
from dshell.teach.layout import Scene, lines, note, result
from dshell.teach.lesson import BadLesson, Lesson, See, Unmet, Verdict

CHOICE = pattern(r"\[([^]!])[^]]*\]")


class Tutor(Record):
    """The words of one lesson, for one scene."""

    lesson: Lesson
    scene: Scene

    @property
    def title(self) -> str:
        return self.words("title")

    def words(self, key: str) -> str:
        """In the scene's language, or in the first that the lesson has; "" when it says nothing of this."""
        own, language = self.lesson.words, self.scene.texts.language
        if own:
            texts = own.get(language) or next(iter(own.values()))
            return self.scene.words(texts.get(key, ""))
        whole = f"lesson-{self.lesson.name}.{key}"
        return self.scene.say(whole) if self.scene.texts.has(whole) else ""

    def opening(self, number: int, files: Iterable[str] = ()) -> list[str]:
        """``files``: what is to be said of those that it brings."""
        start = self.scene.say("learn.step.resumed") if number > 1 else self.words("intro")
        return ["", *self._notes([start, *files]), *self.step(number)]

    def step(self, number: int) -> list[str]:
        """``number``: from 1."""
        count = len(self.lesson.steps)
        head = self.scene.say("learn.step.head", title=self.title, step=number, count=count)
        return ["", *self._notes([f"→ {head}"]), *self._told(self.words(f"{number}.say"))]

    def hint(self, number: int) -> list[str]:
        return self._notes([self.words(f"{number}.hint"), self.scene.say("learn.step.help")])

    def shown(self, number: int) -> list[str]:
        """One way to do it. The lines after the first are for the program that it starts."""
        step = self.lesson.steps[number - 1]
        first, *inside = step.lines
        rows = lines(self.scene, [(self.scene.words(line), "") for line in (*step.look, first)])
        if inside:
            rows += [
                *note(self.scene, self.scene.say("learn.word.inside")),
                *lines(self.scene, [(self.scene.words(line), "") for line in inside]),
            ]
        return rows

    def done(self, number: int, following: tuple[int, Lesson] | None, *, praised: bool = True) -> list[str]:
        """The step is done; then the next one, or the end. ``following``: the lesson after this one and its number."""
        words = self.words(f"{number}.done") or self.scene.say("learn.step.done")
        rows = ["", *result(self.scene, words)] if praised else []
        if number < len(self.lesson.steps):
            return rows + self.step(number + 1)
        rows += ["", *self._notes([self.scene.say("learn.step.end", title=self.title)])]
        if following is not None:
            at, lesson = following
            rows += self._notes([self.scene.say("learn.step.next", number=at, title=Tutor(lesson, self.scene).title)])
        return rows

    def failed(self) -> list[str]:
        """A line has failed, and why has been told."""
        return self._notes([f"· {self.scene.say('learn.step.failed')}"])

    def answer(self, number: int, verdict: Verdict) -> list[str]:
        """What to say to somebody who did something else."""
        if verdict.wrong and (words := self.words(f"{number}.wrong.{verdict.wrong}")):
            return self._notes([f"· {words}"])
        return self._notes([f"· {unmet_words(verdict.unmet, self.scene)}"]) if verdict.unmet else []

    def _told(self, text: str) -> list[str]:
        """``Do this: `docker ps` ``: a line between backticks stands on a row of its own and is never wrapped."""
        rows: list[str] = []
        for number, part in enumerate(text.split("`")):
            if number % 2:
                rows += lines(self.scene, [(part, "")])
            elif part.strip():
                rows += note(self.scene, part.strip())
        return rows

    def _notes(self, texts: Iterable[str]) -> list[str]:
        return [row for text in texts if text for row in note(self.scene, self.scene.drawn(text))]


def unmet_words(unmet: Unmet, scene: Scene) -> str:
    see, has = unmet.see, scene.texts.has
    wanted = see.wanted.get(unmet.field, "")
    slots = {"found": unmet.found, "wanted": _readable(wanted), "field": unmet.field}
    if unmet.field:
        base = f"learn.unmet.field-of.{unmet.field}"
        key = next((key for key in (f"{base}-{wanted}", base) if has(key)), "learn.unmet.field")
        return scene.say(key, **slots)
    base = f"learn.unmet.{see.noun}.{see.verb}"
    which = "service" if "service" in see.wanted else "that" if "is" in see.naming else ""
    key = next((key for key in (f"{base}-{which}", base) if has(key)), base)
    return scene.say(key if has(key) else "learn.unmet.none", **_subject(see))


def _subject(see: See) -> dict[str, str]:
    return {
        "image": _readable(see.wanted.get("image", "*").removesuffix(":latest")),
        "name": _readable(see.wanted.get("name", "").removesuffix(":latest")),
        "service": _readable(see.wanted.get("service", "")),
    }


def _readable(wanted: str) -> str:
    """A pattern as people write it: one of its letters, and dots for what may be anything."""
    return CHOICE.sub(r"\1", wanted).replace("*", "…")


def bad_words(bad: BadLesson, scene: Scene) -> str:
    return scene.say(f"learn.bad.{bad.key}", place=bad.place, value=bad.value)


def check_words(lesson: Lesson, place: str) -> None:
    """Raises BadLesson for what a lesson of somebody's own does not say in one of its languages."""
    if not lesson.words:
        raise BadLesson(place, "no-words", "en")
    for language, words in lesson.words.items():
        for key in keys_of(lesson):
            if not words.get(key):
                raise BadLesson(place, "no-words", f"{language}.{key}")


def keys_of(lesson: Lesson) -> list[str]:
    """All that a lesson has to say."""
    keys = ["title", "intro"]
    for number, step in enumerate(lesson.steps, 1):
        keys += [f"{number}.{name}" for name in ("say", "hint", "done")]
        keys += [f"{number}.wrong.{wrong.key}" for wrong in step.wrongs]
    return keys
