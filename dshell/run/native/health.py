"""``--health-*`` and ``--no-healthcheck``."""

from typing import Any

from dshell.run.native.values import Values

DURATIONS = {
    "health-interval": "Interval",
    "health-timeout": "Timeout",
    "health-start-period": "StartPeriod",
    "health-start-interval": "StartInterval",
}
FLAGS = ("no-healthcheck", "health-cmd", "health-retries", *DURATIONS)

NOT_NEGATIVE = ("health-interval", "health-timeout", "health-retries", "health-start-period", "health-start-interval")
"""In docker's order."""


def health_check(values: Values) -> dict[str, Any]:
    """HealthConfig of the API; what is empty is left out. Raises ValueError with docker's words."""
    numbers = {flag: values.duration(flag) for flag in DURATIONS}
    numbers["health-retries"] = values.number("health-retries")
    command = values.text("health-cmd")
    asked = bool(command) or any(numbers.values())
    if values.on("no-healthcheck"):
        if asked:
            raise ValueError("--no-healthcheck conflicts with --health-* options")
        return {"Test": ["NONE"]}
    for flag in NOT_NEGATIVE:
        if numbers[flag] < 0:
            raise ValueError(f"--{flag} cannot be negative")
    check: dict[str, Any] = {"Test": ["CMD-SHELL", command]} if command else {}
    places = {**DURATIONS, "health-retries": "Retries"}
    return check | {place: numbers[flag] for flag, place in places.items() if numbers[flag]}
