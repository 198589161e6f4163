"""Words from elsewhere, made fit for a terminal: what would rule it is spelled out, shown and never obeyed."""

from collections.abc import Iterator

from dshell.pattern import pattern

# What reorders text, joins or parts it unseen, or looks like nothing: Unicode's format characters (category Cf), its
# ends of rows and paragraphs, and the fillers. U+E000 is no letter: teach.layout measures with it.
HIDDEN = (
    "\xad\xad\u034f\u034f\u0600\u0605\u061c\u061c\u06dd\u06dd\u070f\u070f\u0890\u0891\u08e2\u08e2\u115f\u1160\u17b4\u17b5\u180b\u180f"
    "\u200b\u200f\u2028\u202e\u2060\u206f\u3164\u3164\ue000\ue000\ufeff\ufeff\uffa0\uffa0\ufff0\ufffb\U000110bd\U000110bd\U000110cd\U000110cd"
    "\U00013430\U00013440\U0001bca0\U0001bca3\U0001d173\U0001d17a\U000e0000\U000e01ef"
)
"""Of each range the first and the last."""

_RANGES = "".join(f"{first}-{last}" for first, last in zip(HIDDEN[::2], HIDDEN[1::2], strict=True))
# Controls of C0 and C1, and lone surrogates, which no encoding has.
UNSAFE = pattern(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{_RANGES}]")
UNSAFE_ROW = pattern(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_RANGES}]")


def hidden() -> Iterator[str]:
    """Each letter that reorders text or hides."""
    for first, last in zip(HIDDEN[::2], HIDDEN[1::2], strict=True):
        yield from map(chr, range(ord(first), ord(last) + 1))


def visible(words: str) -> str:
    """``words`` in one row, with control characters and escape sequences spelled out."""
    return UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), words)


def visible_rows(words: str) -> str:
    """The same of rows, which keep their ends and tabs."""
    words = words.replace("\r\n", "\n")
    return UNSAFE_ROW.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), words)
