"""What a failure is, by rules that are data (``teach.rules``), and how it is told.

``diagnose`` knows no sentence: it answers a key and the facts for its slots. What has no rule is told with docker's own
words, which ``why`` shows in every case.
"""

import re
import shlex
from collections.abc import Mapping, Set
from string import Formatter

from dshell.errors import Failure, Trouble
from dshell.events import Ended, ExecEnded, Failed, Left
from dshell.line.model import Expansion
from dshell.line.split import opening, quote, split
from dshell.pattern import pattern
from dshell.record import Record
from dshell.teach.layout import Level, Scene, labelled, lines, note, page, result, runnable, wrapped
from dshell.teach.rules import Mend, rules
from dshell.teach.windows import error_number, in_english

WORDS = 5  # columns before docker's own words
LIST = ("ps", "-a")
WHOLE_LINES = {"line", "mended", "act"}  # slots that are several words already
ACT = pattern(r"(?:container )?\S+")  # the command at the start of a line
ENTRYPOINT = pattern(r"--entrypoint[ =]$")  # the flag of a value: the image is yet to come
OOM = "OOM-killed"  # as runc says it of a container that could not even begin
_ENDLESS = pattern(r"(?m)(\S{400})\S+|^(.{2000}).+")
NOISE = pattern(r"^(?:docker: )?(?:Error response from daemon: )?")


class Diagnosis(Record):
    """``key``: of the sentences in ``diagnosis.toml``; ``slots``: what they may name; ``fixes``: names and lines.

    ``seconds``: since when it is so, for the slot ``since``; 0.0 unknown. ``rank``: place of the rule; the lower, the
    more special it is.
    """

    key: str
    slots: Mapping[str, str]
    fixes: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    rank: int = 0


def diagnose(failed: Failed) -> Diagnosis | None:
    """What ``failed`` is, or None when no rule fits."""
    failed = in_general(failed)
    for rank, rule in enumerate(rules()):
        groups = rule.fits(failed)
        if groups is not None:
            cut = {name: "" for name in rule.as_typed if split(groups.get(name, ""))[1]}  # a part of what is quoted
            slots = facts(failed, groups) | cut
            typed = WHOLE_LINES | {name for name in rule.as_typed if groups.get(name)}
            if rule.mend:
                slots["mended"] = cleared(mended(failed.line, rule.mend, slots, typed), failed.kept)
            fixes = ((name, fix_line(template, slots, typed)) for name, template in rule.fix.items())
            seconds = failed.owner.seconds if failed.owner else 0.0
            return Diagnosis(rule.key, slots, tuple((name, line) for name, line in fixes if line), seconds, rank)
    return None


def in_general(failed: Failed) -> Failed:
    """``failed`` with the words and the number that a Windows in English would have given.

    A row without end, and a word without end, are cut: what looks through them takes the square of their length.
    """
    failure = failed.failure
    failed = failed._replace(failure=failure._replace(words=_ENDLESS.sub(r"\g<1>\g<2>", failure.words)))
    failure = failed.failure
    if failure.trouble is Trouble.PROGRAM:
        return failed
    number = failure.number if failure.number is not None else error_number(failure.words)
    return failed._replace(failure=failure._replace(words=in_english(failure.words), number=number))


def facts(failed: Failed, groups: Mapping[str, str]) -> dict[str, str]:
    """Slots by name; a fact that is not known is ""."""
    failure, owner = failed.failure, failed.owner
    image = groups.get("image") or failed.image or failure.subject
    slots = {
        "line": failed.line,
        "act": failed.act,
        "kept": failed.kept,
        "nearest": failed.known[0] if failed.known else "",
        "subject": failure.subject,
        "endpoint": failure.endpoint,
        "shown": repository(image),
        "container": failure.subject or groups.get("name", ""),
        "owner": owner.name if owner else "",
        "how": "-ai" if owner and owner.talks else "-a",
        "free": failed.free,
        "lower": image_name(groups.get("name", "")),
    }
    return slots | {name: value for name, value in groups.items() if value} | {"image": image}


def image_name(name: str) -> str:
    """``name`` as docker would take it for an image: ``library/My App`` as ``my-app``."""
    return re.sub(r"[^a-z0-9._/:-]+", "-", name.removeprefix("library/").lower()).strip("-._")


def repository(image: str) -> str:
    """``docker.io/library/alpine:latest`` as people write it: ``alpine``."""
    name = re.sub(r"^docker\.io/(?:library/)?", "", image).partition("@")[0]
    return re.sub(r":[^:/]*$", "", name)


def mended(line: str, mend: Mend, slots: Mapping[str, str], typed: Set[str]) -> str:
    """``line`` with the first of ``mend.find`` that stands in it replaced; "" when none does or a slot is empty.

    What is put there is a fact, and often somebody else's: it is nothing that a shell would do, or nothing is mended.
    """
    put, word = (
        filled(mend.put, slots),
        filled(mend.put, {name: slots[name] if name in typed else "x" for name in slots}),
    )
    for template in mend.find:
        find = filled(template, slots)
        if not find or (mend.put and not put):
            continue
        after = r"(?![\w-])" if find[-1].isalnum() else ""
        where = re.search(r"(?<![\w./-])([\"']?)" + re.escape(find) + r"\1" + after, line)
        if where is None:
            continue
        cut = mend.cut and not ENTRYPOINT.search(line[: where.start()])
        before, behind = line[: where.start()], "" if cut else line[where.end() :]
        new = before + put + behind
        if not closed(new) or syntax(new) != syntax(before + word + behind):
            continue
        for flag in mend.drop:
            new = re.sub(rf"(?<=\s){re.escape(flag)}\s+", "", new)
        front = filled(mend.front, {name: value for name, value in slots.items() if is_plain(value)})
        if front and front not in new.split():
            act = ACT.match(new)
            new = f"{act[0]} {front} {new[act.end() :].lstrip()}" if act else new
        return " ".join(new.split()) if not put else new
    return ""


def is_plain(word: str) -> bool:
    """Nothing in ``word`` means anything to a shell."""
    return quote(word) == word


def syntax(line: str) -> list[str]:
    """What of ``line`` is no plain word: operators, and what a shell replaces."""
    tokens, _ = split(line)
    made = [piece.text for token in tokens for piece in token.pieces if piece.expansion is not Expansion.NONE]
    return [token.text for token in tokens if token.operator] + made


def cleared(line: str, kept: str) -> str:
    """``line`` behind the deletion of the half-made container that has its name: else the name would be taken."""
    named = kept and re.search(rf"--name[ =]{re.escape(kept)}(?!\S)", line)
    return f"{runnable('rm', kept)} && {line}" if named else line


def closed(line: str) -> bool:
    """True when every quote of ``line`` is closed."""
    try:
        shlex.split(line)
    except ValueError:
        return False
    return True


def fix_line(template: str, slots: Mapping[str, str], typed: Set[str]) -> str:
    """A line to run; "" when a fact is not known. Those that were ``typed`` stand as they were, all others quoted.

    Where the template itself has quotes around a fact, only one that needs none can stand.
    """
    words, before = dict(slots), ""
    for literal, name, _, _ in Formatter().parse(template):
        before += literal
        value = slots.get(name or "", "")
        if name and value and name not in typed:
            bound = opening(before, 0) >= 0 and not is_plain(value)
            words[name] = "" if bound else runnable(value)
    return filled(template, words)


def filled(template: str, slots: Mapping[str, str]) -> str:
    """``template`` with its slots filled; "" when one of them is not known."""
    names = {name for _, name, _, _ in Formatter().parse(template) if name}
    return template.format_map(slots) if all(slots.get(name) for name in names) else ""


def inside(event: Ended | ExecEnded) -> Failed:
    """What a container's program failed with, by the last that it printed."""
    image = event.image if isinstance(event, Ended) else ""
    memory = isinstance(event, Ended) and event.oom
    words = f"{OOM}\n{event.last}" if memory else event.last
    gone = isinstance(event, Ended) and event.removed
    failure = Failure(Trouble.PROGRAM, words, subject="" if gone else event.name)
    act = event.act if isinstance(event, Ended) else "exec"
    return Failed(failure, act, event.exit_code, event.line, image=image)


def tell_failure(failed: Failed, scene: Scene) -> str:
    """✘ what happened, why, lines that mend it, and what was left half made."""
    diagnosis = diagnose(failed)
    rows = undiagnosed(failed, scene) if diagnosis is None else told(diagnosis, scene)
    return page(rows + left(failed, scene))


def left(failed: Failed, scene: Scene) -> list[str]:
    """What became of the container that the line was to make."""
    name = failed.kept
    if failed.left is Left.PERHAPS:
        listed = (*LIST, *(("-f", f"name={name}") if name else ("-n", "1")))
        key = "perhaps" if name else "perhaps-nameless"
        entries = [(runnable(*listed), scene.say("diagnosis.told.shows"))]
    elif failed.left is Left.RUNS:
        key = "runs"
        entries = [(runnable(*act, name), scene.say(f"diagnosis.told.{act[0]}")) for act in (("attach",), ("stop",))]
    elif name:
        key = "kept"
        entries = [(runnable("rm", name), scene.say("diagnosis.told.rm"))]
    else:
        return []
    return [*note(scene, scene.say(f"diagnosis.told.{key}", kept=name)), *lines(scene, entries)]


def tell_why(failed: Failed, scene: Scene) -> str:
    """The failure told in full, and docker's own words with it."""
    rows = note(scene, scene.say("diagnosis.told.line", line=failed.line)) if failed.line else []
    rows += [tell_failure(failed, scene._replace(level=Level.FULL))]
    words = own_words(failed)
    if words and diagnose(failed) is not None:
        rows += ["", *note(scene, scene.say("diagnosis.told.words"))]
        rows += [row for line in words for row in wrapped(scene, scene.words(line), WORDS)]
    return page(rows)


def told(diagnosis: Diagnosis, scene: Scene) -> list[str]:
    rows = result(scene, message(diagnosis, scene), good=False)
    why, fix = labels(scene)
    if scene.full:
        rows += labelled(scene, why, _said(diagnosis, "why", scene))
    return rows + lines(scene, ways(diagnosis, scene), fix)


def labels(scene: Scene) -> tuple[str, str]:
    """Before the reason and before the lines that mend it, of one width."""
    why, fix = scene.say("diagnosis.told.why"), scene.say("diagnosis.told.fix")
    width = max(len(why), len(fix))
    return why.ljust(width), fix.ljust(width)


def message(diagnosis: Diagnosis, scene: Scene) -> str:
    """What happened, without names where one is not known."""
    known = all(_slots(diagnosis, scene).get(slot) for slot in scene.texts.slots(f"diagnosis.{diagnosis.key}.message"))
    return _said(diagnosis, "message" if known else "plain", scene)


def ways(diagnosis: Diagnosis, scene: Scene) -> list[tuple[str, str]]:
    """Lines that mend it, and what each does."""
    return [(line, _said(diagnosis, f"fix.{name}", scene)) for name, line in diagnosis.fixes]


def _slots(diagnosis: Diagnosis, scene: Scene) -> dict[str, str]:
    since = {"since": scene.texts.age(diagnosis.seconds)} if diagnosis.seconds else {}
    return {**diagnosis.slots, **since}


def _said(diagnosis: Diagnosis, part: str, scene: Scene) -> str:
    return scene.say(f"diagnosis.{diagnosis.key}.{part}", **_slots(diagnosis, scene))


def undiagnosed(failed: Failed, scene: Scene) -> list[str]:
    words = own_words(failed)
    first = NOISE.sub("", words[0]) if words else ""
    said = scene.words(first) if first else scene.say("diagnosis.told.unknown", code=failed.exit_code)
    return result(scene, said, good=False) + [row for line in words[1:] for row in note(scene, scene.words(line))]


def own_words(failed: Failed) -> list[str]:
    """Docker's own words, a row each, as they came."""
    return [row for row in failed.failure.words.splitlines() if row.strip()]
