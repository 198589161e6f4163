"""JSON as Go's encoding/json compacts it: as text, so that numbers and repeated keys stay, and with Go's refusals."""

from dshell.line.numbers import quoted
from dshell.pattern import pattern

SPACES = " \t\r\n"
MAY_BE_SPACED = ("looking for", "after top-level", "after object", "after array", "in string literal")

_PLAIN = pattern(r'[^"\\\x00-\x1f]*')
_HEX = "0123456789abcdefABCDEF"
_DIGITS = "0123456789"
_WORDS = {"t": "true", "f": "false", "n": "null"}
_CLOSING = {"{": "}", "[": "]"}


def compact(text: str) -> str:
    """``text``, of surrogates where its bytes are no text. Raises ValueError with Go's words."""
    reader = _Reader(text)
    reader.value()
    reader.skip()
    if reader.at < len(text):
        raise reader.wrong("after top-level value")
    return "".join(reader.kept)


def _quoted(character: str) -> str:
    """As Go's JSON quotes one character."""
    special = {"'": r"'\''", '"': "'\"'"}
    return special.get(character) or f"'{quoted(character)[1:-1]}'"


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.kept: list[str] = []

    def wrong(self, where: str) -> ValueError:
        at_end = self.at >= len(self.text)
        if at_end and where.startswith(MAY_BE_SPACED):
            return ValueError("unexpected end of JSON input")
        # Go names one byte, whatever it is a part of; and reads a space behind the end.
        character = " " if at_end else chr(self.text[self.at].encode(errors="surrogateescape")[0])
        return ValueError(f"invalid character {_quoted(character)} {where}")

    def skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in SPACES:
            self.at += 1

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def keep(self, end: int) -> None:
        self.kept.append(self.text[self.at : end])
        self.at = end

    def value(self) -> None:
        self.skip()
        first = self.peek()
        if first and first in "{[":
            self._members(first)
        elif first == '"':
            self._string()
        elif first and first in "-" + _DIGITS:
            self._number()
        elif first in _WORDS:
            self._word(_WORDS[first])
        else:
            raise self.wrong("looking for beginning of value")

    def _members(self, opening: str) -> None:
        closing = _CLOSING[opening]
        after = "after object key:value pair" if opening == "{" else "after array element"
        self.keep(self.at + 1)
        self.skip()
        if self.peek() == closing:
            self.keep(self.at + 1)
            return
        while True:
            if opening == "{":
                self._key()
            self.value()
            self.skip()
            mark = self.peek()
            if not mark or mark not in "," + closing:
                raise self.wrong(after)
            self.keep(self.at + 1)
            if mark == closing:
                return

    def _key(self) -> None:
        self.skip()
        if self.peek() != '"':
            raise self.wrong("looking for beginning of object key string")
        self._string()
        self.skip()
        if self.peek() != ":":
            raise self.wrong("after object key")
        self.keep(self.at + 1)

    def _string(self) -> None:
        self.keep(self.at + 1)
        while True:
            match = _PLAIN.match(self.text, self.at)
            self.keep(match.end() if match else self.at)
            mark = self.peek()
            if mark == '"':
                self.keep(self.at + 1)
                return
            if mark != "\\":
                raise self.wrong("in string literal")
            self.keep(self.at + 1)
            self._escape()

    def _escape(self) -> None:
        mark = self.peek()
        if not mark or mark not in 'bfnrt\\/"u':
            raise self.wrong("in string escape code")
        self.keep(self.at + 1)
        for _ in range(4 if mark == "u" else 0):
            if not self.peek() or self.peek() not in _HEX:
                raise self.wrong(r"in \u hexadecimal character escape")
            self.keep(self.at + 1)

    def _number(self) -> None:
        if self.peek() == "-":
            self.keep(self.at + 1)
        if self.peek() == "0":
            self.keep(self.at + 1)
        else:
            self._digits("in numeric literal")
        if self.peek() == ".":
            self.keep(self.at + 1)
            self._digits("after decimal point in numeric literal")
        if self.peek() and self.peek() in "eE":
            self.keep(self.at + 1)
            if self.peek() and self.peek() in "+-":
                self.keep(self.at + 1)
            self._digits("in exponent of numeric literal")

    def _digits(self, where: str) -> None:
        end = self.at
        while self.text[end : end + 1] and self.text[end] in _DIGITS:
            end += 1
        if end == self.at:
            raise self.wrong(where)
        self.keep(end)

    def _word(self, word: str) -> None:
        for expected in word:
            if self.peek() != expected:
                raise self.wrong(f"in literal {word} (expecting '{expected}')")
            self.keep(self.at + 1)
