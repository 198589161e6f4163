"""``-e``, ``--env-file``, ``-l`` and ``--label-file``: variables and labels.

A file has one ``KEY=value`` a line, without quotes or expansion. Rules and refusals are those of the docker CLI's
kvfile package.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from dshell.line.addresses import SPACES
from dshell.run.native.files import opening, read_error

BOM = "\ufeff"
LONGEST_LINE = 65536  # bytes, with the line end: Go's scanner takes no longer one


def check_variable(value: str) -> None:
    """Raises ValueError with docker's words."""
    if not value.partition("=")[0]:
        raise ValueError(f"invalid environment variable: {value}")


def check_label(value: str) -> None:
    """Raises ValueError with docker's words."""
    key = value.partition("=")[0].lstrip(" \t")
    if not key:
        raise ValueError(f"invalid label '{value}': empty name")
    if _has_space(key):
        raise ValueError(f"label '{key}' contains whitespaces")


def _has_space(key: str) -> bool:
    return " " in key or "\t" in key


def variable(value: str, environ: Mapping[str, str]) -> str:
    """``KEY`` alone takes its value from ``environ``; where it has none it stays bare, which unsets it."""
    return f"{value}={environ[value]}" if "=" not in value and value in environ else value


def with_proxies(variables: Iterable[str], proxies: Mapping[str, str]) -> list[str]:
    """Of the same variable given twice run keeps the last; ``proxies`` are added where they are not given."""
    last = {value.partition("=")[0]: value for value in variables}
    for name, address in proxies.items():
        for spelled in (name, name.lower()):
            last.setdefault(spelled, f"{spelled}={address}")
    return list(last.values())


def read_variables(name: str, path: str, environ: Mapping[str, str]) -> list[str]:
    """``KEY=value`` of each line; a bare ``KEY`` that is not in ``environ`` is left out.

    ``name``: the file as typed, ``path``: where it is. Raises ValueError with docker's words.
    """
    taken = (variable(line, environ) for line in _lines(name, path))
    return [line for line in taken if "=" in line]


def key_values(values: Iterable[str]) -> dict[str, str]:
    return {key: content for key, _, content in (value.partition("=") for value in values)}


def _lines(name: str, path: str) -> Iterator[str]:
    try:
        with open(path, "rb") as stream:
            content = stream.read()
    except IsADirectoryError:
        raise ValueError(f"invalid env file ({name}): {read_error(name)}") from None
    except (OSError, ValueError) as error:
        raise ValueError(opening(error, name)) from None
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            if len(line) >= LONGEST_LINE:
                raise ValueError("bufio.Scanner: token too long")
            yield from _line(number, line.removesuffix(b"\r"))
        except ValueError as error:
            raise ValueError(f"invalid env file ({name}): {error}") from None


def _line(number: int, raw: bytes) -> Iterator[str]:
    try:
        line = raw.decode()
    except UnicodeDecodeError:
        shown = " ".join(str(byte) for byte in raw)
        raise ValueError(f"invalid utf8 bytes at line {number}: [{shown}]") from None
    line = (line.removeprefix(BOM) if number == 1 else line).lstrip(SPACES)
    if not line or line.startswith("#"):
        return
    key = line.partition("=")[0]
    if not key:
        raise ValueError(f"no variable name on line '{line}'")
    if _has_space(key):
        raise ValueError(f"variable '{key}' contains whitespaces")
    yield line
