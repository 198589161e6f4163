"""What was read too much goes back as it was typed, and letters are whole however their bytes arrive."""

from __future__ import annotations

import os
import select
import sys

from hypothesis import given
from hypothesis import strategies as st

from dshell.shell.typeahead import UpToEnter, bytes_of, keys_of
from tests.splits import PLACES, cut

assert sys.platform != "win32"

PASTE = st.sampled_from([b"", b"a\rb", "é".encode()]).map(b"\x1b[200~%b\x1b[201~".__mod__)
KEY = st.sampled_from(
    [b"a", b"\r", b"\n", b"\t", b"\0", b"\x03", b"\x1b", b"[", b"A", b"1;5C", b"\xff", "é漢".encode()]
)
TYPED = st.lists(st.one_of(KEY, PASTE), max_size=10).map(b"".join)


@given(TYPED)
def test_keys_are_the_bytes_that_were_typed(typed: bytes) -> None:
    assert bytes_of(keys_of(typed)) == typed


@given(st.text(st.characters(codec="utf-8"), max_size=30), PLACES)
def test_letters_are_whole_at_every_split(typed: str, places: list[int]) -> None:
    source, sink = os.pipe()
    keyboard, found = UpToEnter(source), ""
    for piece in cut(typed.encode(), places):
        os.write(sink, piece)
        while select.select([source], [], [], 0)[0]:
            found += keyboard.read()
    os.close(sink)
    os.close(source)
    assert found == typed
