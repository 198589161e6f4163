"""URLs, of which a line for a local daemon has the plainest: ``urllib.parse`` is imported for the others alone.

Its import takes 2 ms, as long as three requests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dshell.pattern import pattern

if TYPE_CHECKING:
    from urllib.parse import SplitResult

HALF = pattern("[\ud800-\udc7f\udd00-\udfff]")
UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
"""Characters that stand for themselves wherever they are (RFC 3986, 2.3)."""


def escape(text: str, safe: str = "") -> str:
    """``text`` inside a URL, where the characters of ``safe`` stand for themselves.

    Bytes of a command line that are no text come as surrogates and go as the same bytes. Half a letter, of somebody's
    JSON, is in no name.
    """
    if UNRESERVED.issuperset(text):
        return text
    from urllib.parse import quote  # noqa: PLC0415 - see the module's docstring

    return quote(HALF.sub("\ufffd", text), safe=safe, errors="surrogateescape")


def write_query(fields: Mapping[str, str]) -> str:
    """With its question mark; "" for no fields."""
    pairs = "&".join(f"{escape(name)}={escape(value)}" for name, value in fields.items())
    return f"?{pairs}" if pairs else ""


def split(url: str) -> SplitResult:
    """Raises ValueError, also from what is asked of the result, for what is no URL."""
    from urllib.parse import urlsplit  # noqa: PLC0415 - see the module's docstring

    return urlsplit(url)


def unescape(text: str) -> str:
    from urllib.parse import unquote  # noqa: PLC0415 - see the module's docstring

    return unquote(text)


def image_path(image: str) -> str:
    """Where the daemon says what an image is, by name or id."""
    return f"/images/{escape(image, '/:@')}/json"
