"""``--platform`` as the daemon is told: ``x86_64`` is ``linux/amd64``.

Rules and refusals are those of github.com/containerd/platforms.
"""

from __future__ import annotations

import re

from dshell.line.numbers import quoted

# Only a lone word is looked up in these: "linux" or "arm64". In a pair any word is passed on.
SYSTEMS = frozenset(
    """
    aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows
    zos
    """.split()  # noqa: SIM905 - a list for people
)
MACHINES = frozenset(
    """
    386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle ppc
    ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm
    """.split()  # noqa: SIM905 - a list for people
)
ALIASES = {
    "i386": "386",
    "x86_64": "amd64",
    "x86-64": "amd64",
    "aarch64": "arm64",
    "armhf": "arm",
    "armel": "arm/v6",
}
USUAL_VARIANTS = {"amd64/v1": "amd64", "arm/5": "arm/v5", "arm/6": "arm/v6", "arm/7": "arm/v7", "arm/8": "arm/v8"}

_SYSTEM = r"^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]*)\))?$"
_COMPONENT = r"^[A-Za-z0-9_.-]+$"


def normalise_platform(text: str) -> str:
    """``os/architecture[/variant]``. Raises ValueError with docker's words."""
    if "*" in text:
        raise ValueError(f"{quoted(text)}: wildcards not yet supported: invalid argument")
    first, *others = text.split("/")
    _check_components(text, first, others)
    system, machine = _system(first), "/".join(others).lower()
    if not others:
        system, machine = _complete(text, system)
    if machine.count("/") > 1:
        raise ValueError(f"{quoted(text)}: cannot parse platform specifier: invalid argument")
    return f"{system}/{_machine(machine)}"


def _check_components(text: str, first: str, others: list[str]) -> None:
    if not re.match(_SYSTEM, first):
        wanted = f"OSAndVersion specifier component must match {quoted(_SYSTEM)}: invalid argument"
        raise ValueError(f"{quoted(first)} is an invalid OS component of {quoted(text)}: {wanted}")
    for part in others:
        if not re.match(_COMPONENT, part):
            wanted = f"platform specifier component must match {quoted(_COMPONENT)}: invalid argument"
            raise ValueError(f"{quoted(part)} is an invalid component of {quoted(text)}: {wanted}")


def _complete(text: str, word: str) -> tuple[str, str]:
    """One word names a system or a machine; the other is this machine's."""
    import platform  # noqa: PLC0415 - 2 ms, for a flag that is seldom given

    if word in SYSTEMS:
        return word, platform.machine().lower()
    if _machine(word).split("/")[0] in MACHINES:
        return _system(platform.system()), word
    raise ValueError(f"{quoted(text)}: unknown operating system or architecture: invalid argument")


def _system(word: str) -> str:
    name = word.split("(", maxsplit=1)[0].lower()
    return "darwin" if name == "macos" else name


def _machine(text: str) -> str:
    name, slash, variant = text.partition("/")
    known = ALIASES.get(name, name) + slash + variant
    return USUAL_VARIANTS.get(known, known)
