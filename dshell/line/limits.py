"""``--ulimit`` and ``--sysctl``: rules and refusals are those of the docker CLI's opts package."""

from __future__ import annotations

from dshell.line.numbers import parse_decimal

LIMITS = {
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice",
    "nofile", "nproc", "rss", "rtprio", "rttime", "sigpending", "stack",
}  # fmt: skip
SYSCTLS = {
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem",
    "kernel.shmall", "kernel.shmmax", "kernel.shmmni", "kernel.shm_rmid_forced",
}  # fmt: skip
SYSCTL_STARTS = ("net.", "fs.mqueue.")
UNLIMITED = -1


def parse_limit(text: str) -> dict[str, object]:
    """``nofile=1024:2048``. Raises ValueError with docker's words."""
    name, equals, rest = text.partition("=")
    if not equals:
        raise ValueError(f"invalid ulimit argument: {text}")
    if name not in LIMITS:
        raise ValueError(f"invalid ulimit type: {name}")
    parts = rest.split(":")
    if len(parts) > 2:
        raise ValueError(f"too many limit value arguments - {rest}, can only have up to two, `soft[:hard]`")
    hard = parse_decimal(parts[-1])
    soft = parse_decimal(parts[0])
    least = "ulimit soft limit must be less than or equal to hard limit"
    if hard != UNLIMITED and soft == UNLIMITED:
        raise ValueError(f"{least}: soft: -1 (unlimited), hard: {hard}")
    if hard != UNLIMITED and soft > hard:
        raise ValueError(f"{least}: {soft} > {hard}")
    return {"Name": name, "Hard": hard, "Soft": soft}


def check_sysctl(text: str) -> None:
    key, equals, _ = text.partition("=")
    if not equals or not key or not (key in SYSCTLS or key.startswith(SYSCTL_STARTS)):
        raise ValueError(f"sysctl '{text}' is not allowed")
