"""What a container may do: ``--security-opt``, capabilities and namespaces."""

import os
from collections.abc import Iterable

from dshell.line.numbers import quoted
from dshell.run.native.files import opening, read_error
from dshell.run.native.gojson import compact

BARE = "no-new-privileges"  # the only option that needs no value
BUILT_IN = {"builtin", "unconfined"}  # seccomp profiles that are no files
NO_SYSTEM_PATHS = "systempaths=unconfined"  # an order for the client, which is not sent


def parse_option(text: str, folder: str) -> str:
    """One ``--security-opt``, with the file of a seccomp profile read. Raises ValueError with docker's words."""
    key, found, value = text.partition("=")
    if not found and key != BARE:
        key, found, value = text.partition(":")
    if key != BARE and not value:
        raise ValueError(f"Invalid --security-opt: {quoted(text)}")
    if key != "seccomp" or value in BUILT_IN:
        return text
    return f"seccomp={_profile(value, folder)}"


def _profile(name: str, folder: str) -> str:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            content = file.read()
    except (OSError, ValueError) as error:
        raise ValueError(f"opening seccomp profile ({name}) failed: {_cause(error, name)}") from None
    try:
        return compact(content.decode(errors="surrogateescape"))
    except ValueError as error:
        raise ValueError(f"compacting json for seccomp profile ({name}) failed: {error}") from None


def _cause(error: OSError | ValueError, name: str) -> str:
    return read_error(name) if isinstance(error, IsADirectoryError) else opening(error, name)


def capabilities(names: Iterable[str]) -> list[str] | None:
    """In capitals, with their prefix, each once, sorted."""
    return sorted({_capability(name) for name in names}) or None


def _capability(name: str) -> str:
    upper = name.upper()
    return upper if upper == "ALL" or upper.startswith("CAP_") else f"CAP_{upper}"


def is_container(mode: str) -> bool:
    """``container:NAME``."""
    kind, _, name = mode.partition(":")
    return kind == "container" and bool(name)
