"""dshell's own words: cd, help, explain, why, lang, doctor, exit. Each writes what it says and returns an exit code.

They change the process (its folder) and the voice (its language). What asks the daemon comes from outside (``Beyond``).
"""

import os
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from dshell.events import Routed, Way
from dshell.examined import Examined, Listening
from dshell.grammar.load import Grammar
from dshell.line.check import checked
from dshell.line.model import WORKS, Line, Simple, Target
from dshell.line.parse import parse
from dshell.record import Record
from dshell.run.base import Leave, current_folder
from dshell.run.disk import HostDisk
from dshell.shell.help import Pages, read_question
from dshell.shell.reasons import Inquire, advise, decoded, piped_in
from dshell.shell.tell import Teller, encoded
from dshell.teach.diagnose import tell_why
from dshell.teach.hand import Hand
from dshell.teach.layout import Level, note, result
from dshell.teach.narrate import narrate
from dshell.teach.texts import languages, load
from dshell.terminal.base import STDERR, STDOUT, Terminal

if TYPE_CHECKING:
    from dshell.run.route import Route


SILENT = {Listening.NOBODY, Listening.ITSELF, Listening.SHUT}


class Beyond(Record):
    """What own words have done by parts that this floor does not know.

    ``doctor``, ``learn``: do those words; ``words``: do others, each by its name. ``examine``: how the container of a
    name is doing, None when there is none. ``silent``: nobody answers at one of its ports. ``work``: does the words of
    WORKS, which ask the daemon.
    """

    doctor: Callable[[Sequence[str]], int]
    learn: Callable[[Sequence[str]], int]
    inquire: Inquire
    examine: Callable[[str], Examined | None]
    silent: Callable[[str], bool]
    work: Callable[[Sequence[str]], int]
    words: Mapping[str, Callable[[Sequence[str]], int]] = MappingProxyType({})


class OwnWords:
    """``environ``: the person's variables, where PWD and OLDPWD are kept. ``code``: of the line before.

    ``hand``: what is known when a line is explained. ``expand``: makes the aliases of a line.
    """

    def __init__(
        self,
        grammar: Grammar,
        teller: Teller,
        terminal: Terminal,
        environ: MutableMapping[str, str],
        beyond: Beyond,
    ) -> None:
        self.grammar = grammar
        self.teller = teller
        self.terminal = terminal
        self.environ = environ
        self.beyond = beyond
        self.hand: Callable[[], Hand] = lambda: Hand(
            look=HostDisk().look,
            environ=environ,
            folder=current_folder(),
            home=os.path.expanduser("~"),
            read=lambda text: checked(parse(text, grammar), grammar),
        )
        self.code = 0
        self.expand: Callable[[Line], Line] = lambda line: line

    def do(self, typed: Simple, words: Sequence[str]) -> int:
        """``words``: expanded, the own word first; what ``explain``, ``help`` and ``why`` get is one. Raises Leave.

        A docker command comes here when help is asked for it (``run --help``).
        """
        if typed.target is Target.DOCKER and typed.command:
            from dshell.run.route import HELP  # noqa: PLC0415 - all native acts, which the first prompt does not need

            path = typed.command.path
            return self._help(words[words.index("help") + 1 :] if path == HELP else path)
        word, rest = words[0], words[1:]
        match word:
            case "cd":
                return self._cd(rest)
            case "help":
                return self._help(" ".join(rest).split())
            case "explain":
                return self._explain(" ".join(rest))
            case "why":
                return self.why(" ".join(rest))
            case "doctor":
                return self.beyond.doctor(rest)
            case "learn":
                return self.beyond.learn(rest)
            case "lang":
                return self._lang(rest)
            case _ if word in WORKS:
                return self.beyond.work(words)
            case _ if word in self.beyond.words:
                return self.beyond.words[word](rest)
            case _:
                return self._exit(rest)

    def introduce(self, line: Line) -> None:
        """At level full: what each word of a docker line asks for, before anything of it is done."""
        docker = any(simple.target is Target.DOCKER and not self._own(simple) for simple in line.commands)
        if docker and self.teller.level == Level.FULL.value:
            self.write([*self.pages().explained(checked(line, self.grammar)), ""], STDERR)

    def _own(self, simple: Simple) -> bool:
        return self._route(simple).way is Way.OWN

    def _route(self, simple: Simple) -> "Route":
        from dshell.run.route import route  # noqa: PLC0415 - as above

        return route(simple, watched=self.terminal.shown.stdout)

    def write(self, rows: Sequence[str], channel: int = STDOUT) -> None:
        text = self.teller.scene().drawn("".join(row + "\n" for row in rows))
        self.terminal.write(encoded(text, self.teller.encoding), channel)

    def tell_instead(self, text: str, channel: int = STDERR) -> None:
        """The line that an alias or a favourite stands for."""
        scene = self.teller.scene()
        self.write([*note(scene, scene.drawn("→ ") + scene.words(text)), ""], channel)

    def speak(self, language: str) -> None:
        self.teller.texts = load(language)

    def pages(self) -> Pages:
        return Pages(self.grammar, self.teller.texts, self.teller.scene().width)

    def _refuse(self, key: str, code: int = 1, /, **slots: str) -> int:
        return self.refuse(f"prompt.{key}", code, **slots)

    def refuse(self, key: str, code: int = 1, /, **slots: str) -> int:
        scene = self.teller.scene()
        self.write(result(scene, scene.say(key, **slots), good=False), STDERR)
        return code

    def _cd(self, words: Sequence[str]) -> int:
        if len(words) > 1:
            return self._refuse("cd.many")
        asked = words[0] if words else os.path.expanduser("~")
        if asked == "-":
            asked = self.environ.get("OLDPWD", "")
            if not asked:
                return self._refuse("cd.before")
        old = current_folder()
        try:
            os.chdir(asked)
        except FileNotFoundError:
            return self._refuse("cd.missing", folder=asked)
        except NotADirectoryError:
            return self._refuse("cd.file", folder=asked)
        except OSError as error:
            return self._refuse("cd.denied", folder=asked, words=error.strerror or str(error))
        self.environ["OLDPWD"], self.environ["PWD"] = old, current_folder()
        if words and words[0] == "-":
            self.write([current_folder()])
        return 0

    def _help(self, words: Sequence[str]) -> int:
        words = [word for word in words if word != "docker"]
        pages = self.pages()
        if not words:
            self.write(pages.overview())
            return 0
        rows = pages.own(words) or pages.command(words)
        if rows is not None:
            self.write(rows)
            return 0
        asked = read_question(self.grammar, words)
        if asked is None:
            return self._refuse("help.unknown", word=" ".join(words))
        return self._refuse("help.no-flag", word=asked.unknown, command=asked.command.name)

    def _explain(self, text: str) -> int:
        """What each word asks for, and who would do the line when that is not dshell."""
        if not text:
            return self._refuse("explain.what")
        hand = self.hand()
        typed = parse(text, self.grammar)
        match typed.commands:
            case [Simple(words=[quoted])] if " " in quoted.text:  # as the person's shell wants a line with pipes
                typed = parse(quoted.text, self.grammar)
        if (made := self.expand(typed)) is not typed:
            self.tell_instead(made.text, STDOUT)
        line = checked(made, self.grammar, hand.names)
        self.write(self.pages().explained(line, hand))
        for simple in line.commands:
            taken = self._route(simple)
            told = narrate(
                Routed(taken.way, taken.why, "", taken.detail), self.teller.scene()._replace(level=Level.FULL)
            )
            self.write([told] if told else [])
        self.write(self.pages().more(line))
        return 0

    def why(self, text: str) -> int:
        """The last failure, or the one that ``text`` is of, or how the container does that ``text`` names.

        Exit code 1 for a failure that is not known.
        """
        scene = self.teller.scene()
        if not text.strip():
            self.write(self.teller.why() or note(scene, scene.say("prompt.why.nothing")))
            return 0
        asked = self.beyond.examine(text.strip()) if len(text.split()) == 1 else None
        if asked is not None:
            self.write([narrate(self.teller.veil.over(asked), scene._replace(level=Level.FULL))])
            return 0
        advice = advise(text, self.grammar, self.beyond.inquire)
        self.write(tell_why(advice.failed, scene).split("\n"))
        if not advice.known:
            key = "unknown" if len(text.split()) > 1 else "nobody"
            self.write(["", *note(scene, scene.say(f"prompt.why.{key}"))])
        return 0 if advice.known else 1

    def tell_departed(self, name: str) -> None:
        """Of a container that ended soon after it was left in the background; nothing when it runs again."""
        examined = self.beyond.examine(name)
        scene = self.teller.scene()
        if examined is None:
            self.write(result(scene, scene.say("examined.gone", name=name), good=False), STDERR)
        elif examined.status != "running":
            self.teller(examined)

    def tell_silent(self, name: str) -> None:
        """Of a container in the background with a port at which nobody answers; nothing when somebody does now."""
        examined = self.beyond.examine(name)
        if (
            examined is not None
            and examined.status == "running"
            and any(door.state in SILENT for door in examined.doors)
        ):
            self.teller(examined)

    def why_piped(self) -> int:
        """As ``why`` of what is piped in; exit code 1 of nothing at all."""
        text = decoded(piped_in())
        return self.why(text) if text.strip() else self.why("") or 1

    def _lang(self, words: Sequence[str]) -> int:
        known = ", ".join(languages())
        if words and (len(words) > 1 or words[0] not in languages()):
            return self._refuse("lang.unknown", word=" ".join(words), known=known)
        if words:
            self.speak(words[0])
        scene = self.teller.scene()
        self.write(note(scene, scene.say("prompt.lang.now", name=scene.say("language.name"), known=known)))
        return 0

    def _exit(self, words: Sequence[str]) -> int:
        if not words:
            raise Leave(self.code)
        try:
            code = int(words[0])
        except ValueError:
            return self._refuse("exit.number", 2, word=words[0])
        raise Leave(code & 0xFF)
