"""Text to words and operators, by the rules of POSIX shells with what Windows needs added.

The one place that knows quotes. Nothing is expanded, nothing raises: what is left open is a Problem.
Differences from POSIX: a backslash before a letter, digit or underscore is an ordinary character, so that
``C:\\Users\\me`` survives, and so are the two that begin ``\\\\server\\share``; ``%X%`` and PowerShell's ``$pwd`` are
expansions; globs and braces are not.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dshell.line.model import Expansion, Piece, Problem, Range, Trouble
from dshell.pattern import pattern


class Token(NamedTuple):
    """A word, or an operator, which has no pieces. ``text``: quotes removed, expansions unmade."""

    text: str
    range: Range
    pieces: tuple[Piece, ...] = ()

    @property
    def operator(self) -> bool:
        return not self.pieces

    @property
    def literal(self) -> bool:
        return all(piece.expansion is Expansion.NONE for piece in self.pieces)


_BLANK = pattern(r"(?:[ \t\r\f\v]|\\\r?\n)+|#[^\n]*")
_OPERATOR = pattern(r"&&|\|\||\|&|&>>?|\d*(?:<<<|<<-?|>>|<>|>\||[<>]&(?:\d+-?|-)?|[<>])|[|&;\n]")
_PLAIN = pattern(r"[^ \t\r\n\f\v'\"\\$`%&|;<>]+")
_PLAIN_QUOTED = pattern(r'[^"\\$`%]+')
_NAME = pattern(r"\$(?:(?P<bare>[A-Za-z_]\w*)|\{(?P<braced>[A-Za-z_]\w*)\})", re.ASCII)
_PERCENT = pattern(r"%([A-Za-z_][\w()]*)%", re.ASCII)
_HOME = pattern(r"~(?=[/\\:\s;&|<>]|\Z)")
_BEFORE_HOME = pattern(r"[A-Za-z_]\w*=(?=~)", re.ASCII)  # bash looks for ~ behind it too: A=~/x
_DRIVE = pattern(r"(?<![A-Za-z])[A-Za-z]:[\\/]")
_SERVER = pattern(r"\\\\(?=[A-Za-z][\w.$-]*\\\w)")
_FOLDERS = {"PWD", "pwd", "pwd -W", "pwd -P", "pwd -L"}
_SAFE = pattern(r"[\w@+=:,./-]+", re.ASCII)


def split(text: str) -> tuple[list[Token], list[Problem]]:
    """The words and operators of ``text`` in order, and what is left open in it."""
    reader = Splitter(text)
    return [*reader], reader.problems


def join(words: Iterable[str]) -> str:
    """``words`` quoted so that ``split`` (and a POSIX shell) gives the same words back, unexpanded."""
    return " ".join(quote(word) for word in words)


def quote(word: str) -> str:
    return word if _SAFE.fullmatch(word) else "'" + word.replace("'", "'\"'\"'") + "'"


def opening(text: str, start: int) -> int:
    """Index of the quote that is open at the end of ``text``, whose last word begins at ``start``; -1: none is."""
    reader = Splitter(text, start)
    deque(reader, maxlen=0)
    return next((each.range.start for each in reader.problems if each.trouble is Trouble.OPEN_QUOTE), -1)


def closing(text: str, start: int, closer: str) -> int | None:
    """Index after the ``closer`` of what was opened before ``start``, or None. Nesting needs no recursion."""
    stack = [closer]
    index = start
    while index < len(text):
        char, top = text[index], stack[-1]
        if char == top:
            stack.pop()
            if not stack:
                return index + 1
        elif top != "'":
            if char == "\\":
                index += 1
            elif char in '"`' or (char == "'" and top != '"'):
                stack.append(char)
            elif char in "({" and (text[index - 1] == "$" or (char == "(" and top == ")")):
                stack.append(")" if char == "(" else "}")
        index += 1
    return None


class Splitter:
    """One pass over a text from ``start`` on, as far as the words and operators are asked for, one by one.

    ``problems``: what was left open up to there. ``_pieces`` are those of the word being read, which began at
    ``_start``.
    """

    def __init__(self, text: str, start: int = 0) -> None:
        self.text = text
        self.tokens: list[Token] = []
        self.problems: list[Problem] = []
        self._pieces: list[Piece] = []
        self._index = start
        self._start = start
        self._drive, self._looked = False, start  # a drive stands in the word, as far as it was looked through
        self._documents: list[int] = []  # indices of << tokens whose here-document has not begun
        self._unended = False  # a here-document goes on to the end of the text

    def __iter__(self) -> Iterator[Token]:
        text = self.text
        while self._index < len(text):
            known = len(self.tokens)
            if blank := _BLANK.match(text, self._index):
                self._index = blank.end()
            elif operator := _OPERATOR.match(text, self._index):
                self._index = self._operator(operator[0], self._index)
            else:
                self._index = self._word(self._index)
            yield from self.tokens[known:]

    @property
    def awaits_document(self) -> bool:
        """The last row of a here-document is still to come."""
        return self._unended or any(self._ender(opened) for opened in self._documents)

    def _operator(self, operator: str, index: int) -> int:
        end = index + len(operator)
        if operator == "\n" and self._documents:
            end = self._document(index)
            self.tokens.append(Token(self.text[index:end], Range(index, end)))
            return end
        if operator.lstrip("0123456789") in ("<<", "<<-"):
            self._documents.append(len(self.tokens))
        self.tokens.append(Token(operator, Range(index, end)))
        return end

    def _document(self, index: int) -> int:
        """End of the here-documents whose first line begins after the newline at ``index``."""
        for opened in self._documents:
            word = self._ender(opened)
            tabs = r"\t*" if self.tokens[opened].text.endswith("-") else ""
            match = re.compile(rf"\n{tabs}{re.escape(word)}(?=\r?\n|\Z)").search(self.text, index)
            index = match.end() if match else len(self.text)
            self._unended = self._unended or (not match and word != "")
        self._documents = []
        return index

    def _ender(self, opened: int) -> str:
        """The row that ends the here-document of the << at ``opened``; "" where none is named."""
        return self.tokens[opened + 1].text if opened + 1 < len(self.tokens) else ""

    def _word(self, start: int) -> int:
        self._pieces, self._start = [], start
        self._drive, self._looked = False, start
        index = start
        if name := _BEFORE_HOME.match(self.text, start):
            index = name.end()
            self._literal(name[0], start, index, quoted=False)
        if home := _HOME.match(self.text, index):
            self._expansion(index, home.end(), Expansion.HOME, "", quoted=False)
            index = home.end()
        elif server := _SERVER.match(self.text, start):
            index = server.end()
            self._literal(server[0], start, index, quoted=False)
        while index < len(self.text):
            following = self._unquoted(index)
            if following is None:
                break
            index = following
        text = "".join(piece.text for piece in self._pieces)
        # A continuation line alone leaves no piece; it is no word.
        if self._pieces:
            self.tokens.append(Token(text, Range(start, index), tuple(self._pieces)))
        return index

    def _unquoted(self, index: int) -> int | None:
        """Read what stands at ``index`` outside quotes; the index after it, or None where the word ends."""
        text = self.text
        if plain := _PLAIN.match(text, index):
            self._literal(plain[0], index, plain.end(), quoted=False)
            return plain.end()
        char = text[index]
        if char == "'":
            end = text.find("'", index + 1)
            if end < 0:
                end = self._open(Trouble.OPEN_QUOTE, index)
            self._literal(text[index + 1 : end], index + 1, end, quoted=True, fresh=True)
            return min(end + 1, len(text))
        if char == '"':
            return self._double(index)
        if char == "\\":
            return self._backslash(index)
        if char in "$`%":
            return self._dollar(index, quoted=False)
        return None

    def _double(self, index: int) -> int:
        text, start = self.text, index
        index += 1
        server = _SERVER.match(text, index) if start == self._start else None
        self._literal(server[0] if server else "", index, index + (2 if server else 0), quoted=True, fresh=True)
        index += 2 if server else 0
        while index < len(text) and text[index] != '"':
            if plain := _PLAIN_QUOTED.match(text, index):
                self._literal(plain[0], index, plain.end(), quoted=True)
                index = plain.end()
            elif text[index] == "\\":
                skip = 2 if text[index + 1 : index + 2] in ("$", "`", '"', "\\", "\n") else 1
                kept = "" if text[index + 1 : index + 2] == "\n" else text[index + skip - 1]
                self._literal(kept, index, index + skip, quoted=True)
                index += skip
            else:
                index = self._dollar(index, quoted=True)
        if index >= len(text):
            self._open(Trouble.OPEN_QUOTE, start)
        return min(index + 1, len(text))

    def _backslash(self, index: int) -> int:
        after = self.text[index + 1 : index + 2]
        if after == "\n":
            return index + 2
        literal = not after or after.isalnum() or after == "_" or (after in ".-" and self._on_a_drive(index))
        self._literal("\\" + after if literal else after, index, index + 1 + len(after), quoted=not literal)
        return index + 1 + len(after)

    def _on_a_drive(self, index: int) -> bool:
        """The word up to ``index`` names a drive. What was looked through is not looked through again."""
        self._drive = self._drive or _DRIVE.search(self.text, self._looked, index + 1) is not None
        self._looked = max(self._start, index - 1)
        return self._drive

    def _dollar(self, index: int, *, quoted: bool) -> int:
        """Read what begins with $, ` or % at ``index``: an expansion, or that character alone."""
        text = self.text
        if name := _NAME.match(text, index) or _PERCENT.match(text, index):
            inner = name.group(name.lastindex or 0)
            folder = inner in _FOLDERS if text[index] == "$" else inner.lower() == "cd"
            kind = Expansion.FOLDER if folder else Expansion.VARIABLE
            self._expansion(index, name.end(), kind, inner, quoted=quoted)
            return name.end()
        opener = text[index : index + 2]
        if opener not in ("$(", "${") and text[index] != "`":
            self._literal(text[index], index, index + 1, quoted=quoted)
            return index + 1
        begin = index + (1 if text[index] == "`" else 2)
        end = closing(text, begin, {"$(": ")", "${": "}"}.get(opener, "`"))
        if end is None:
            end = self._open(Trouble.OPEN_EXPANSION, index)
            inner = text[begin:]
        else:
            inner = text[begin : end - 1]
        if opener == "${" or (opener == "$(" and inner.startswith("(")):
            # ${X:-y} and $((1+2)) are the host shell's to work out.
            inner = f'printf %s "{text[index:end]}"'
        elif text[index] == "`":
            inner = re.sub(r"\\([$`\\])", r"\1", inner)
        folder = opener == "$(" and inner.strip() in _FOLDERS - {"PWD"}
        self._expansion(index, end, Expansion.FOLDER if folder else Expansion.COMMAND, inner, quoted=quoted)
        return end

    def _literal(self, text: str, start: int, end: int, *, quoted: bool, fresh: bool = False) -> None:
        """Add literal text, to the last piece where that goes on. ``fresh``: a quote begins here."""
        last = self._pieces[-1] if self._pieces else None
        if (
            last
            and not fresh
            and last.expansion is Expansion.NONE
            and last.quoted == quoted
            and last.range.end == start
        ):
            self._pieces[-1] = Piece(last.text + text, quoted=quoted, range=Range(last.range.start, end))
        else:
            self._pieces.append(Piece(text, quoted=quoted, range=Range(start, end)))

    def _expansion(self, start: int, end: int, kind: Expansion, inner: str, *, quoted: bool) -> None:
        self._pieces.append(Piece(self.text[start:end], kind, quoted, Range(start, end), inner))

    def _open(self, trouble: Trouble, start: int) -> int:
        """Note that what begins at ``start`` is not closed; the end of the text."""
        end = len(self.text)
        self.problems.append(Problem(trouble, Range(start, end), self.text[start:end]))
        return end
