"""Columns of a text, as prompt_toolkit measures it, whose memory is kept from growing with all that is typed and shown.

It remembers each text of up to 64 letters that it was ever asked about: of an input at each key, of logs each word. The
last ones are enough, and each letter.
"""

from prompt_toolkit.utils import _CharSizesCache, get_cwidth

__all__ = ["get_cwidth"]

_CharSizesCache.LONG_STRING_MIN_LEN = 1  # letters; of longer texts only the last ones are kept
