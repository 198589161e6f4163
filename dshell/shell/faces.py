"""What stands around the input: the prompt, the line under it, and the bar. Pure; each for a number of columns."""

import os
from collections.abc import Sequence
from textwrap import TextWrapper

from dshell.line.model import Line, Problem, Range, Trouble
from dshell.record import Record
from dshell.shell.reading import Reading
from dshell.shell.widths import get_cwidth
from dshell.teach.explain import everything, explain_at, label, once
from dshell.teach.hand import NOTHING, Hand
from dshell.teach.problems import problem_text
from dshell.teach.texts import Texts

Fragments = list[tuple[str, str]]
"""Style class and text, as prompt_toolkit paints them."""

SHARE = 0.45  # of the columns that the prompt may take
INDENT = "   "
ROWS = 3  # rows under the input that explain it; more than one only where it is needed
WORD = 25  # columns of the word that the hint is about

TOLD = {
    Trouble.UNKNOWN_FLAG,
    Trouble.UNKNOWN_COMMAND,
    Trouble.BAD_VALUE,
    Trouble.MISPLACED,
    Trouble.CONFLICT,
}
UNKNOWN = {Trouble.UNKNOWN_FLAG, Trouble.UNKNOWN_COMMAND}


class State(Record):
    """What the bar tells. ``up``: None while the daemon has not answered."""

    up: bool | None
    running: int
    level: str


def prompt_text(context: str, folder: str, home: str, columns: int) -> Fragments:
    """`` desktop-linux ~/course ▸ ``, shortened until it leaves more than half of the row to the input."""
    full = at_home(folder, home)
    last = full.replace("\\", "/").rsplit("/", 1)[-1] or full
    choices = [(context, full), (context, f"…/{last}"), ("", f"…/{last}"), ("", "")]
    if last == full:
        choices = [(context, full), ("", full), ("", "")]
    for shown, place in choices:
        words = [word for word in (shown, place) if word]
        if get_cwidth(" ".join(words)) + 4 <= columns * SHARE or not words:
            break
    found: Fragments = [("", " ")]
    if shown:
        found += [("class:context", shown), ("", " ")]
    if place:
        found += [("class:folder", place), ("", " ")]
    return [*found, ("class:arrow", "▸"), ("", " ")]


def at_home(folder: str, home: str) -> str:
    """``folder`` with the person's home as ``~``, in forward slashes as it can be typed."""
    if folder == home:
        return "~"
    below = os.path.join(home, "")
    if home and folder.startswith(below):
        folder = "~/" + folder[len(below) :]
    return folder.replace(os.sep, "/")


def fitted(fragments: Fragments, columns: int) -> Fragments:
    """Cut to fewer than ``columns``; what is cut ends in "…"."""
    if sum(get_cwidth(text) for _, text in fragments) < columns:
        return fragments
    found: Fragments = []
    left = max(columns - 2, 0)
    for style, text in fragments:
        kept = text[:left]
        while get_cwidth(kept) > left:
            kept = kept[:-1]
        found.append((style, kept))
        left = max(left - get_cwidth(text), 0)
    return [*found, ("", "…")]


def hint_text(reading: Reading, text: str, cursor: int, texts: Texts, hand: Hand = NOTHING) -> Fragments:
    """What is wrong at the cursor or before it, else what the word under it means, else what may come next."""
    line = reading.glance(text)
    here = [problem for problem in line.problems if touches(problem.range, cursor) and problem.word]
    certain = reading.problems(text)
    wrong = next((problem for problem in here if problem in certain), None) or _before(certain, text, cursor)
    if wrong is not None:
        return wrong_text(wrong, texts)
    if any(problem.trouble in UNKNOWN for problem in here):
        return [("class:hint", INDENT + texts.say("bar.hint.growing"))]
    if not text.strip():
        return [("class:hint", INDENT + texts.say("bar.hint.empty"))]
    all_told = everything(line, texts, hand)
    told = once(line, all_told)
    if sentence := explain_at(line, cursor, texts, all_told):
        spots = [spot for spot, said in told if said == sentence and touches(spot, cursor)]
    elif (simple := line.at(cursor)) and (first := [entry for entry in told if entry[0].start == simple.range.start]):
        spots, sentence = [first[0][0]], first[0][1]  # nothing more can come: what it is all about
    else:
        spots = []
    word = [*fitted([("class:hint.word", " ".join(label(line, spots[0]).split()))], WORD), ("", "  ")] if spots else []
    return [("", INDENT), *word, ("class:hint", sentence)]


def _before(certain: Sequence[Problem], text: str, cursor: int) -> Problem | None:
    """Between words, the last one before the cursor with which something is wrong."""
    if text[cursor : cursor + 1].strip() or text[cursor - 1 : cursor].strip():
        return None
    found = [problem for problem in certain if problem.trouble in TOLD and problem.range.end < cursor]
    return max(found, key=lambda problem: problem.range, default=None)


def folded(fragments: Fragments, columns: int) -> Fragments:
    """In several rows, but at most ROWS, where one is too short for the last fragment; a cut ends in "…"."""
    if not fragments or sum(get_cwidth(text) for _, text in fragments) < columns:
        return fragments
    *before, (style, sentence) = fragments
    lead = " " * sum(get_cwidth(text) for _, text in before)
    wrapper = TextWrapper(
        width=max(columns - 1, len(lead) + 10),
        initial_indent=lead or INDENT,
        subsequent_indent=INDENT,
        break_on_hyphens=False,
        break_long_words=False,
        max_lines=ROWS,
        placeholder="…",
    )
    first, *rest = wrapper.wrap(sentence.strip(" "))
    found = fitted([*before, (style, first[len(lead) :])], columns)
    for row in rest:
        found += [("", "\n"), *fitted([(style, row)], columns)]
    return found


def refusal_text(line: Line, texts: Texts) -> Fragments:
    """Why Enter did not run the line."""
    return wrong_text(next(problem for problem in line.problems if problem.trouble.blocks), texts)


def touches(place: Range, cursor: int) -> bool:
    return place.start <= cursor <= place.end


def wrong_text(problem: Problem, texts: Texts) -> Fragments:
    return [("class:hint.problem", INDENT + problem_text(problem, texts, first=True))]


def bar_text(state: State, texts: Texts, columns: int) -> Fragments:
    """The engine on the left, keys and what they turn on the right; at few columns only what fits."""
    known = {None: "asking", True: "up", False: "down"}[state.up]
    state_word = texts.say(f"bar.{known}")
    whole = f"{state_word} · {texts.say('bar.running', count=state.running)}" if state.up else state_word
    level, help_word = texts.say(f"bar.level.{state.level}"), texts.say("bar.help")
    wide = (help_word, texts.say("bar.explained", level=level), texts.say("language.name"))
    short = (help_word, wide[1], texts.language)
    narrow = (help_word, level, texts.language)
    bare = ("", "", "")
    style = "class:bar.down" if state.up is False else "class:bar"
    for left, meanings in (
        (whole, wide),
        (whole, short),
        (whole, narrow),
        (state_word, narrow),
        (whole, bare),
        (state_word, bare),
    ):
        right = keys_text(meanings)
        space = columns - get_cwidth(left) - 1 - sum(get_cwidth(text) for _, text in right)
        if space >= 1:
            return [(style, " " + left), ("class:bar", " " * space), *right]
    return fitted([(style, " " + state_word)], columns + 1)


def keys_text(meanings: Sequence[str]) -> Fragments:
    found: Fragments = []
    for key, meaning in zip(("F1", "F2", "F3"), meanings, strict=True):
        found += [("class:bar.key", key), ("class:bar", f" {meaning}  " if meaning else " ")]
    return found
