"""``-e``, ``--env-file``, ``-l`` and ``--label-file``: variables and labels.

A file has one ``KEY=value`` a line, without quotes or expansion. Rules and refusals are those of the docker CLI's
kvfile package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

BOM = "\ufeff"


def check_variable(value: str) -> None:
    """Raises ValueError with docker's words."""
    if not value.partition("=")[0]:
        raise ValueError(f"invalid environment variable: {value}")


def check_label(value: str) -> None:
    """Raises ValueError with docker's words."""
    if not value.partition("=")[0]:
        raise ValueError(f"invalid label '{value}': empty name")


def variable(value: str, environ: Mapping[str, str]) -> str:
    """``KEY`` alone takes its value from ``environ``; where it has none it stays bare, which unsets it."""
    return f"{value}={environ[value]}" if "=" not in value and value in environ else value


def read_variables(name: str, path: str, environ: Mapping[str, str]) -> list[str]:
    """``KEY=value`` of each line; a bare ``KEY`` that is not in ``environ`` is left out.

    ``name``: the file as typed, ``path``: where it is. Raises ValueError with docker's words.
    """
    taken = (variable(line, environ) for line in _lines(name, path))
    return [line for line in taken if "=" in line]


def labels(values: Iterable[str]) -> dict[str, str]:
    return {key: content for key, _, content in (value.partition("=") for value in values)}


def _lines(name: str, path: str) -> Iterator[str]:
    try:
        content = Path(path).read_bytes()
    except IsADirectoryError:
        raise ValueError(f"invalid env file ({name}): read {name}: is a directory") from None
    except OSError as error:
        raise ValueError(f"open {name}: {(error.strerror or str(error)).lower()}") from None
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            yield from _line(number, line.removesuffix(b"\r"))
        except ValueError as error:
            raise ValueError(f"invalid env file ({name}): {error}") from None


def _line(number: int, raw: bytes) -> Iterator[str]:
    try:
        line = raw.decode()
    except UnicodeDecodeError:
        shown = " ".join(str(byte) for byte in raw)
        raise ValueError(f"invalid utf8 bytes at line {number}: [{shown}]") from None
    line = (line.removeprefix(BOM) if number == 1 else line).lstrip()
    if not line or line.startswith("#"):
        return
    key = line.partition("=")[0]
    if not key:
        raise ValueError(f"no variable name on line '{line}'")
    if any(character.isspace() for character in key):
        raise ValueError(f"variable '{key}' contains whitespaces")
    yield line
