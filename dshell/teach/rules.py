"""The rules by which a failure is known: data under ``errors/``, read at the first failure and not before.

Rules are tried in the order of ``FILES``, and in each file from the first to the last; the first that fits wins, so the
specific stands before the general. A rule fits when every condition that it has is met:

* ``trouble``: one of errors.Trouble; what a container's own program said (``program``) fits only where it is named
* ``status``, ``number``: HTTP status, errno or Windows error; ``endpoint``: a pattern on the address
* ``act``: docker's command path, one of; ``line``: a pattern on the line
* ``owner``: state of the container that has the name or the port
* ``words``: patterns on the words, any of them

Named groups of ``line``, ``words`` and ``read`` (a pattern on the line that need not be found) become slots. Slots also
hold subject, endpoint, line, act, kept, nearest (first known name), shown (the image's short name), container (subject,
or the name in the words), owner (its name), how (-ai or -a, as the owner was made), free (a name or port that nobody
has), lower (the group ``name`` as docker would take it for an image) and mended; texts also since (how long the owner
has been so).

``mend``: words to ``find`` in the line and what to ``put`` there, to make {mended}; ``cut``: what follows them is
dropped; ``drop``: flags that leave the line; ``front``: what comes right behind the command, if it is not there yet.
``fix``: lines that run as they stand; the meaning of each is in diagnosis.toml under KEY.fix.NAME; one with an empty
slot is left out. ``sample``: what was really seen, from several dockers (19 to 29); tests diagnose each.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from dshell.errors import Failure, Trouble
from dshell.events import Failed, Owner
from dshell.record import Record

FOLDER = Path(__file__).parent / "errors"
FILES = ("machine", "daemon", "images", "building", "composing", "starting", "containers", "typed", "inside", "rest")

SAYS = ("words", "status", "number", "endpoint", "subject")


class Mend(Record):
    """How a line is made to work."""

    find: tuple[str, ...]
    put: str = ""
    front: str = ""
    drop: tuple[str, ...] = ()
    cut: bool = False


class Rule(Record):
    """One rule; an empty condition is met by everything."""

    key: str
    trouble: frozenset[Trouble]
    status: frozenset[int]
    number: frozenset[int]
    act: frozenset[str]
    owner: frozenset[str]
    endpoint: re.Pattern[str]
    line: re.Pattern[str]
    read: re.Pattern[str]
    words: tuple[re.Pattern[str], ...]
    mend: Mend | None
    fix: Mapping[str, str]
    samples: tuple[Failed, ...]

    @property
    def as_typed(self) -> frozenset[str]:
        """Groups that are found in the line alone: spelled, and quoted, as the person did."""
        said = {name for pattern in self.words for name in pattern.groupindex}
        return frozenset({*self.read.groupindex, *self.line.groupindex} - said)

    def fits(self, failed: Failed) -> dict[str, str] | None:
        """The named groups that were found, or None when the rule does not fit."""
        failure, line = failed.failure, self.line.search(failed.line)
        met = (
            self._meets(failure)
            and (not self.act or failed.act in self.act)
            and (not self.owner or (failed.owner is not None and failed.owner.status in self.owner))
            and line is not None
        )
        if not met:
            return None
        said = next((match for pattern in self.words if (match := pattern.search(failure.words))), None)
        if self.words and said is None:
            return None
        groups: dict[str, str] = {}
        for match in (self.read.search(failed.line), line, said):
            groups |= {name: value or "" for name, value in match.groupdict().items()} if match else {}
        return groups

    def _meets(self, failure: Failure) -> bool:
        named = failure.trouble in self.trouble
        return (
            (named or (not self.trouble and failure.trouble is not Trouble.PROGRAM))
            and (not self.status or failure.status in self.status)
            and (not self.number or failure.number in self.number)
            and self.endpoint.search(failure.endpoint) is not None
        )


@cache
def rules() -> tuple[Rule, ...]:
    """All rules in their order."""
    tables = (tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8")) for name in FILES)
    return tuple(rule(entry) for table in tables for entry in table["rule"])


def rule(entry: Mapping[str, Any]) -> Rule:
    mend = entry.get("mend")
    return Rule(
        key=entry["key"],
        trouble=frozenset(Trouble(name) for name in entry.get("trouble", ())),
        status=frozenset(entry.get("status", ())),
        number=frozenset(entry.get("number", ())),
        act=frozenset(entry.get("act", ())),
        owner=frozenset(entry.get("owner", ())),
        endpoint=re.compile(entry.get("endpoint", "")),
        line=re.compile(entry.get("line", "")),
        read=re.compile(entry.get("read", "")),
        words=tuple(re.compile(pattern, re.MULTILINE) for pattern in entry.get("words", ())),
        mend=Mend(**{**mend, "find": tuple(mend["find"]), "drop": tuple(mend.get("drop", ()))}) if mend else None,
        fix=entry["fix"],
        samples=tuple(sample(fields) for fields in entry["sample"]),
    )


def sample(fields: Mapping[str, Any]) -> Failed:
    says = {name: fields[name] for name in SAYS if name in fields}
    return Failed(
        Failure(Trouble(fields.get("trouble", "cli")), **says),
        act=fields.get("act", ""),
        exit_code=1,
        line=fields.get("line", ""),
        kept=fields.get("kept", ""),
        known=tuple(fields.get("known", ())),
        owner=Owner(**fields["owner"]) if "owner" in fields else None,
        free=fields.get("free", ""),
    )
