"""Image references as docker reads them: ``alpine`` is ``docker.io/library/alpine:latest``.

The grammar and the words of the refusals are those of github.com/distribution/reference, which the docker CLI uses.
Nothing is asked of a registry here.
"""

import re

from dshell.pattern import pattern
from dshell.record import Record

HUB = "docker.io"
OLD_HUB = "index.docker.io"
OFFICIAL = "library/"
DEFAULT_TAG = "latest"
LONGEST_NAME = 255

_ALNUM = r"[a-z0-9]+"
_COMPONENT = rf"{_ALNUM}(?:(?:[._]|__|-+){_ALNUM})*"
_LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_REFERENCE = pattern(
    rf"(?P<name>(?:{_DOMAIN}/)?{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_ID = pattern(r"[0-9a-f]{64}")
_DIGEST_ID = pattern(r"sha256:[0-9a-f]{64}")
_HEX_LENGTH = {"sha256": 64, "sha384": 96, "sha512": 128}


class Reference(Record):
    """``name``: full name with registry, ``docker.io/library/alpine``; ``tag`` and ``digest``: "" when not given."""

    name: str
    tag: str = ""
    digest: str = ""

    @property
    def registry(self) -> str:
        return self.name.split("/", 1)[0]

    @property
    def complete(self) -> "Reference":
        """With docker's default tag where neither tag nor digest was given."""
        return self if self.tag or self.digest else Reference(self.name, DEFAULT_TAG)

    @property
    def full(self) -> str:
        return self._with(self.name)

    @property
    def familiar(self) -> str:
        """As people write it: without Docker Hub's name and its ``library/``."""
        registry, rest = self.name.split("/", 1)
        return self._with(rest.removeprefix(OFFICIAL) if registry == HUB else self.name)

    def _with(self, name: str) -> str:
        return name + (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def is_image_id(text: str) -> bool:
    """An id instead of a name: such an image is never pulled."""
    return bool(_ID.fullmatch(text) or _DIGEST_ID.fullmatch(text))


def parse_reference(text: str) -> Reference:
    """Raises ValueError with docker's words for what can be no name of an image."""
    if _ID.fullmatch(text):
        raise ValueError(f"invalid repository name ({text}), cannot specify 64-byte hexadecimal strings")
    registry, rest = split_registry(text)
    repository = rest.split(":", 1)[0]
    if repository != repository.lower():
        raise ValueError(f"invalid reference format: repository name ({repository}) must be lowercase")
    match = _REFERENCE.fullmatch(f"{registry}/{rest}")
    if match is None:
        raise ValueError("invalid reference format")
    digest = match["digest"] or ""
    if len(match["name"].split("/", 1)[1]) > LONGEST_NAME:
        raise ValueError(f"repository name must not be more than {LONGEST_NAME} characters")
    _check_digest(digest)
    return Reference(match["name"], match["tag"] or "", digest)


def split_registry(text: str) -> tuple[str, str]:
    """The registry of what may be a reference, and the repository there with what follows it."""
    first, slash, rest = text.partition("/")
    named = slash and ("." in first or ":" in first or first == "localhost" or first != first.lower())
    registry, rest = (first, rest) if named else (HUB, text)
    if registry == OLD_HUB:
        registry = HUB
    if registry == HUB and "/" not in rest:
        rest = OFFICIAL + rest
    return registry, rest


def _check_digest(digest: str) -> None:
    if not digest:
        return
    algorithm, _, hexadecimal = digest.partition(":")
    if algorithm not in _HEX_LENGTH:
        raise ValueError("unsupported digest algorithm")
    if len(hexadecimal) != _HEX_LENGTH[algorithm]:
        raise ValueError("invalid checksum digest length")
    if hexadecimal != hexadecimal.lower():
        raise ValueError("invalid checksum digest format")
