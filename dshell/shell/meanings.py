"""What stands beside a candidate in the menu: the sentence that belongs to it, or what is known of it."""

from collections.abc import Callable

from dshell.grammar.load import Grammar
from dshell.line.candidate import Candidate
from dshell.teach.texts import Texts
from dshell.teach.words import command_text, flag_text


class Meanings:
    """``texts``: the words that are in use now. ``made``: what a word that the person made stands for."""

    def __init__(self, grammar: Grammar, texts: Callable[[], Texts], made: Callable[[str], str]) -> None:
        self._grammar = grammar
        self._texts = texts
        self._made = made
        self._found: dict[tuple[str, int, tuple[str, ...]], str] = {}

    def of(self, candidate: Candidate) -> str:
        """A sentence is looked for once in each language: a menu asks for a hundred of them.

        What has none, as each line that was ever run in a container, is not remembered: there is no end to it.
        """
        key, texts = candidate.key, self._texts()
        if key[:1] == ("own",) and not texts.has(f"prompt.own.{key[1]}"):
            return self._made(key[1])
        about = (texts.language, self._grammar.edition, key)
        found = self._found.get(about) or self._sentence(key, texts)
        if found:
            self._found[about] = found
        return found or " · ".join(filter(None, candidate.facts))

    def _sentence(self, key: tuple[str, ...], texts: Texts) -> str:
        grammar = self._grammar
        match key:
            case ("own", word):
                return texts.say(f"prompt.own.{word}")
            case ("command", path):
                command, _ = grammar.find(path.split())
                return command_text(command, texts) if command else ""
            case ("flag", path, name):
                command, _ = grammar.find(path.split()) if path else (grammar.root, 0)
                return flag_text(command, command.flags[name], texts) if command else ""
            case ("image", name):
                return texts.say(f"officials.image.{name}")
            case ("image-command", _):
                return texts.say("officials.own")
            case ("inside", command) if texts.has(f"officials.command.{command}"):
                return texts.say(f"officials.command.{command}")
            case ("filter", name) if texts.has(f"values.filter-key.{name.rstrip('=')}"):
                return texts.say(f"values.filter-key.{name.rstrip('=')}")
            case _:
                return ""
