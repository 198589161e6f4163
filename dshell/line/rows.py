"""When bash would read another row before it runs anything: a here-document, a construct that has not ended."""

from collections.abc import Iterable

from dshell.line.split import Splitter, Token

_ENDS = {"if": "fi", "for": "done", "while": "done", "until": "done", "select": "done", "case": "esac", "{": "}"}
_COMMAND_FOLLOWS = {"if", "while", "until", "{", "then", "elif", "else", "do", "!", "time"}
_PARTS = {"&&", "||", "|", "|&", ";", "&"}


def awaits_row(text: str) -> bool:
    """Without it a row in the middle would run by itself: a ``rm`` whatever its ``if`` says."""
    reader = Splitter(text)
    tokens = [*reader]
    return reader.awaits_document or _awaits_end(tokens)


def _awaits_end(tokens: Iterable[Token]) -> bool:
    """False as well where another word ends a construct than must, of which bash complains at once."""
    ends: list[str] = []
    first = True  # a command begins here
    for token in tokens:
        word = token.text if all(not piece.quoted for piece in token.pieces) else ""
        if first and word != "!":
            word = word.removeprefix("!")  # to the host's shell, whole
        if token.operator:
            first = word in _PARTS or word.startswith("\n")
        elif first and word in _ENDS:
            ends.append(_ENDS[word])
            first = word in _COMMAND_FOLLOWS
        elif first and word in _ENDS.values():
            if ends[-1:] != [word]:
                return False
            ends.pop()
            first = False
        else:
            first = (first and word in _COMMAND_FOLLOWS) or (ends[-1:] == ["esac"] and word.endswith(")"))
    return bool(ends)
