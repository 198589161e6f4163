"""What each word of a line asks for, before anything is run: a range of the text and a sentence.

Reads a parsed Line and what is at hand; asks no daemon and no disk. With nothing at hand it says what the words mean
and never what exists.
"""

from collections.abc import Iterable, Iterator, Sequence

from dshell.grammar.model import Command, Flag, Kind
from dshell.line.model import FlagUse, Line, Problem, Range, Role, Simple, Target, Trouble
from dshell.line.numbers import TRUTHS
from dshell.line.secrets import masked_part, spots
from dshell.record import Record
from dshell.teach.hand import NOTHING, Hand
from dshell.teach.nested import Entry, expansions, inner_lines, joints, plumbing, script_words, scripts
from dshell.teach.problems import problem_text
from dshell.teach.texts import Texts
from dshell.teach.values import argument_text, value_parts, value_text
from dshell.teach.words import command_text, flag_text

SEPARATOR = " · "
_ROOT = Command(())  # docker itself, whose flags stand before the command
MEANINGLESS = {Trouble.BAD_VALUE, Trouble.MISPLACED}
MISSING = {Trouble.MISSING_VALUE, Trouble.MISSING_ARGUMENT, Trouble.MISSING_COMMAND}
_SHOWN = 8  # names of subcommands that "next" lists


def explain(line: Line, texts: Texts, hand: Hand = NOTHING) -> list[Entry]:
    """Every word and flag that is worth a sentence, in the order of the text. ``-it`` gives two ranges.

    A sentence that was said is not said again: the second ``-p`` has only that of its value. But each command of the
    host's shell has it, for it is all that is said of that command.
    """
    return once(line, everything(line, texts, hand))


def once(line: Line, told: Iterable[Entry]) -> list[Entry]:
    """``explain`` of ``everything``."""
    hosts = {simple.range for simple in line.commands if simple.target is Target.HOST}
    found, said = [], set()
    for where, text in told:
        if text not in said or where in hosts:
            found.append((where, text))
            said.add(text)
    return found


def explain_at(line: Line, cursor: int, texts: Texts, told: Sequence[Entry]) -> str:
    """What the word at ``cursor`` means; between words what may come next; "" when there is nothing to say.

    ``told``: ``everything`` of the line.
    """
    simple = line.at(cursor)
    if simple is None:
        return ""
    if begun := _begun(line, simple, cursor):
        return texts.say("explain.next", words=SEPARATOR.join(begun))
    command = simple.command or _ROOT
    uses = [(use.owner or _ROOT, use) for use in simple.before] + [(command, use) for use in simple.flags]
    for owner, use in uses:
        if use.flag and _waits(use, simple, cursor):
            wanted = _wanted(use.flag, texts)
            return texts.say("explain.value", flag=use.spelled, text=flag_text(owner, use.flag, texts), kind=wanted)
    touched = [entry for entry in told if entry[0].start <= cursor <= entry[0].end]
    typing = cursor == len(line.text)
    touched = [entry for entry in touched if not (typing and _unripe(line, entry, texts))]
    if touched:
        return min(touched, key=lambda entry: (entry[0].end == cursor, entry[0].end - entry[0].start))[1]
    for owner, use in uses:
        if use.flag and use.value_range and use.value_range.start <= cursor <= use.value_range.end:
            return flag_text(owner, use.flag, texts)
    if simple.inside and cursor > simple.inside[0].range.start:
        return texts.say("explain.inside")
    return _next(simple, cursor, texts)


def label(line: Line, where: Range) -> str:
    """The text of ``where`` as it stands alone, secrets masked: ``-t`` for the letter t of ``-it``."""
    return labels(line, [where])[0]


def labels(line: Line, places: Iterable[Range]) -> list[str]:
    """The same of many places."""
    spelled = {use.range: use.spelled for simple in line.commands for use in (*simple.before, *simple.flags)}
    hidden = spots(line)
    return [spelled.get(where) or masked_part(line.text, where, hidden) for where in places]


def everything(line: Line, texts: Texts, hand: Hand = NOTHING) -> list[Entry]:
    """All there is to say; what is wrong with a word stands before what it means."""
    found = [entry for problem in line.problems for entry in _problem(problem, texts)]
    found += joints(line, texts)
    wrong = {problem.range for problem in line.problems if problem.trouble in MEANINGLESS}
    for simple in line.commands:
        found += [entry for entry in _simple(simple, line, Teller(texts, hand)) if entry[0] not in wrong]
    return sorted(found, key=lambda entry: (entry[0].start, -entry[0].end))


class Teller(Record):
    """Whose words it is told in, and what is known."""

    texts: Texts
    hand: Hand


def _simple(simple: Simple, line: Line, teller: Teller) -> Iterator[Entry]:
    texts = teller.texts
    if simple.target is Target.OWN:
        yield simple.words[0].range, texts.say(f"prompt.own.{simple.words[0].text}")
    elif simple.target is Target.HOST:
        yield simple.range, texts.say("explain.host")
    elif simple.command:
        yield from _prefixes(simple, texts)
        yield from _docker(simple, simple.command, teller)
        yield from _nested(simple, line, teller)
        if simple.plumbing:
            yield from plumbing(simple, texts)


def _prefixes(simple: Simple, texts: Texts) -> Iterator[Entry]:
    for word in simple.words:
        if word.role is Role.PROGRAM and word.text == "winpty":
            yield word.range, texts.say("explain.prefix.winpty")
        elif word.role is Role.PREFIX:
            yield word.range, texts.say(f"explain.prefix.{'sudo' if word.text == 'sudo' else 'variable'}")


def _nested(simple: Simple, line: Line, teller: Teller) -> Iterator[Entry]:
    """What a shell in the container will read, and what is put in place of ``$X`` and ``$(…)``."""
    texts, hand = teller
    words = [word for word in simple.words if word.role is not Role.HOST]
    yield from expansions(words, line, texts, hand)
    for text, where in scripts(simple, line):
        yield from script_words(text, where, texts)
    if hand.read is None:
        return
    for text, start in inner_lines(words, line):
        for where, said in explain(hand.read(text), texts, hand):
            yield Range(where.start + start, where.end + start), said


def _docker(simple: Simple, command: Command, teller: Teller) -> Iterator[Entry]:
    texts = teller.texts
    yield _named(simple), command_text(command, texts)
    for use in simple.before:
        yield from _flag(use.owner or _ROOT, use, teller)
    own = _own_command(simple, command)
    for use in simple.flags:
        yield from _flag(command, use, teller, own=own)
    for word in simple.arguments:
        if text := argument_text(command, word, texts, teller.hand):
            yield word.range, text
    if simple.inside:
        key = f"explain.{' '.join(command.path)}.inside"
        text = texts.say(key if texts.has(key) else "explain.inside")
        yield Range(simple.inside[0].range.start, simple.inside[-1].range.end), text
    for word in simple.words:
        if word.role is Role.END:
            yield word.range, texts.say("explain.end")


def _named(simple: Simple) -> Range:
    """The words that name the command, as far back as nothing else stands between: "docker compose up"."""
    words = [word for word in simple.words if word.text != "winpty" or word.role is not Role.PROGRAM]
    last = max(at for at, word in enumerate(words) if word.role in (Role.PROGRAM, Role.COMMAND))
    first = last
    while first and words[first - 1].role in (Role.PROGRAM, Role.COMMAND):
        first -= 1
    return Range(words[first].range.start, words[last].range.end)


def _own_command(simple: Simple, command: Command) -> bool:
    """A new container will run what its image says: nothing else is typed."""
    named = any(use.flag and use.flag.name == "entrypoint" for use in simple.flags)
    return command.path in (("container", "run"), ("container", "create")) and not simple.inside and not named


def _flag(command: Command, use: FlagUse, teller: Teller, *, own: bool = False) -> Iterator[Entry]:
    if use.flag is None:
        return  # the problem says it
    texts, hand = teller
    text = flag_text(command, use.flag, texts)
    if not use.flag.takes_value:
        if use.text and TRUTHS.get(use.text) is False:
            text = texts.say("explain.flag.off", text=text)
        elif use.flag.name == "tty" and own:
            text = texts.say("explain.own-command", text=text)
    yield use.range, text
    if use.value and use.value_range:
        if said := value_text(use.flag, use.value, texts, hand):
            yield use.value_range, said
        yield from value_parts(use.flag, use.value, use.value_range, texts, hand)


def _problem(problem: Problem, texts: Texts) -> Iterator[Entry]:
    """What is unknown or unfitting. What is only missing yet is no word of the line: ``explain_at`` tells it."""
    if problem.trouble in (Trouble.OPEN_QUOTE, Trouble.OPEN_EXPANSION):
        yield problem.range, texts.say(f"explain.problem.{problem.trouble.value}", word=problem.word)
    elif problem.trouble not in MISSING:
        yield problem.range, problem_text(problem, texts)


def _unripe(line: Line, entry: Entry, texts: Texts) -> bool:
    """It tells what is wrong with a value that is still being typed."""
    found = [problem for problem in line.problems if problem.range == entry[0] and problem.trouble is Trouble.BAD_VALUE]
    return any(problem_text(problem, texts) == entry[1] for problem in found)


def _wanted(flag: Flag, texts: Texts) -> str:
    """What a value of ``flag`` looks like."""
    if flag.choices and flag.kind in (Kind.CHOICE, Kind.RESTART):
        return ", ".join(flag.choices)
    key = f"explain.example.{flag.kind.value}"
    return texts.say(key) if texts.has(key) else ", ".join(flag.choices) or flag.type


def _waits(use: FlagUse, simple: Simple, cursor: int) -> bool:
    """The cursor stands behind ``use`` and before its value."""
    if use.flag is None or not use.flag.takes_value or cursor <= use.range.end:
        return False
    if use.value_range is not None:
        return cursor < use.value_range.start
    return not any(word.range.start > use.range.start for word in simple.words)


def _begun(line: Line, simple: Simple, cursor: int) -> tuple[str, ...]:
    """Known words that an unknown one is the beginning of, while it is being typed."""
    problem = next((problem for problem in line.problems if problem.range.end == cursor), None)
    if problem and problem.trouble is Trouble.UNKNOWN_FLAG and simple.command:
        names = (f"--{name}" for name in simple.command.flags)
        return _some([name for name in names if name.startswith(problem.word)])
    if problem and problem.trouble is Trouble.UNKNOWN_COMMAND and problem.nearest.startswith(problem.word):
        return (problem.nearest,) if problem.nearest else ()
    return ()


def _some(names: Sequence[str]) -> tuple[str, ...]:
    return (*names[:_SHOWN], *(("…",) if len(names) > _SHOWN else ()))


def _next(simple: Simple, cursor: int, texts: Texts) -> str:
    """The arguments or subcommands that are still to come behind ``cursor``."""
    command = simple.command
    if command is None:
        return ""
    if command.subcommands:
        return texts.say("explain.next", words=SEPARATOR.join(_some(command.subcommands)))
    given = sum(word.range.end < cursor for word in (*simple.arguments, *simple.inside))
    left = command.arguments[given:] or command.arguments[-1:]
    if given >= len(command.arguments) and not (left and left[0].repeat):
        return ""
    return texts.say("explain.next", words=" ".join(argument.spelled for argument in left))
