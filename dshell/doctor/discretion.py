"""What may leave the machine in a report: no credentials, no name of the home folder.

Everything that the doctor says passes here, on the screen too: screens are pasted as often as files.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from dshell.doctor.findings import Finding
from dshell.errors import Failure, Trouble

HIDDEN = "***"

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]*)(:\d*)?(/.*)?", re.DOTALL)
_LOCAL = {"unix", "npipe", "fd"}  # what follows is a path
_IN_TEXT = re.compile(r"((?:[a-z][\w+.-]*://)?)\S+@", re.IGNORECASE)  # user and password, or user alone, in a sentence
_HOMES = re.compile(r"([\\/](?:home|users)[\\/])[^\\/\s:;'\"]+", re.IGNORECASE)


def bare(address: str) -> str:
    """An address without user, password, query and fragment. What does not look like one is hidden whole."""
    scheme, found, rest = address.partition("://")
    if not found:
        scheme, rest = "", address
    if scheme in _LOCAL:
        return address
    _, at, host = rest.rpartition("@")
    host = re.split("[?#]", host)[0]
    if not _HOST.fullmatch(host):
        host = HIDDEN
    return scheme + found + (HIDDEN + "@" if at else "") + host


@dataclass(frozen=True)
class Discretion:
    """``home``: the person's folder as this system spells it."""

    home: str

    def text(self, text: str) -> str:
        text = _IN_TEXT.sub(rf"\1{HIDDEN}@", text)
        for spelled in spellings(self.home):
            text = re.sub(re.escape(spelled) + r"(?![\w.-])", "~", text, flags=re.IGNORECASE)
        return _HOMES.sub(rf"\1{HIDDEN}", text)

    def finding(self, finding: Finding) -> Finding:
        slots: Mapping[str, str] = {name: self.text(value) for name, value in finding.slots.items()}
        failure = self.failure(finding.failure) if finding.failure else None
        return replace(finding, slots=slots, line=self.text(finding.line), failure=failure)

    def failure(self, failure: Failure) -> Failure:
        """An address that is no address is repeated in the words about it: they are left out."""
        words = "" if failure.trouble is Trouble.ADDRESS else self.text(failure.words)
        return failure._replace(
            words=words, endpoint=self.text(bare(failure.endpoint)), subject=self.text(failure.subject)
        )


def spellings(home: str) -> list[str]:
    """``home`` as Windows, as Git Bash and as WSL write it, the longest first."""
    if len(home) < 2:
        return []
    found = {home, home.replace("\\", "/")}
    if home[1] == ":":
        drive, rest = home[0].lower(), home[2:].replace("\\", "/")
        found |= {f"/{drive}{rest}", f"/mnt/{drive}{rest}", f"/cygdrive/{drive}{rest}"}
    return sorted(found, key=len, reverse=True)
