"""Words from elsewhere, made fit for a terminal: what would rule it is spelled out, shown and never obeyed."""

from dshell.pattern import pattern

# Controls of C0 and C1, lone surrogates, and what reorders or hides text.
UNSAFE = pattern("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
UNSAFE_ROW = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")


def visible(words: str) -> str:
    """``words`` in one row, with control characters and escape sequences spelled out."""
    return UNSAFE.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), words)


def visible_rows(words: str) -> str:
    """The same of rows, which keep their ends and tabs."""
    words = words.replace("\r\n", "\n")
    return UNSAFE_ROW.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), words)
