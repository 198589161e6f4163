"""Objects of JSON that the daemon tells one after the other, events and steps of a pull, at every split."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from dshell.engine.facts import change, messages, pull_step
from tests.splits import PLACES, cut

WORDS = st.text(st.characters(codec="utf-8"), max_size=8)
EVENTS = st.fixed_dictionaries(
    {
        "Type": WORDS,
        "Action": WORDS,
        "Actor": st.fixed_dictionaries({"ID": WORDS, "Attributes": st.dictionaries(WORDS, WORDS, max_size=2)}),
    }
)
STEPS = st.fixed_dictionaries(
    {"id": WORDS, "status": WORDS, "progressDetail": st.fixed_dictionaries({"current": st.integers(0, 9)})}
)


@given(st.lists(st.one_of(EVENTS, STEPS), max_size=5), st.sampled_from(["\n", "\r\n", "\n\n"]), st.booleans(), PLACES)
def test_every_object_of_a_stream_is_read_once(
    records: list[dict[str, object]], end: str, ended: bool, places: list[int]
) -> None:
    data = end.join(json.dumps(record, ensure_ascii=False) for record in records) + (end if ended else "")
    found = list(messages(cut(data.encode(), places)))
    assert found == records
    assert [change(record) for record in found] == [change(record) for record in records]
    assert [pull_step(record) for record in found] == [pull_step(record) for record in records]
