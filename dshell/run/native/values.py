"""What the flags of a call say, read as docker's flag parser (pflag) reads them.

Two steps, as in docker: ``read_values`` refuses a value that its flag can never take, in the order of the words; what
the values mean together is seen later, when a request is built from them.
"""

from collections.abc import Callable, Mapping
from functools import partial

from dshell.errors import Declined
from dshell.grammar.model import Flag
from dshell.line.numbers import (
    TRUTHS,
    parse_bool,
    parse_cpus,
    parse_duration,
    parse_integer,
    parse_size,
    parse_unsigned,
    quoted,
)
from dshell.record import Record
from dshell.run.base import Call, Setting

Check = Callable[[str], object]
"""Reads one value; raises ValueError with docker's words when it cannot be."""


class Values(Record):
    """The flags of one call by long name. A flag that was not given answers with its default."""

    settings: tuple[Setting, ...] = ()

    def given(self, name: str) -> bool:
        return any(setting.name == name for setting in self.settings)

    def every(self, name: str) -> tuple[str, ...]:
        """All values, in the order given."""
        return tuple(setting.value for setting in self.settings if setting.name == name)

    def text(self, name: str, default: str = "") -> str:
        """The last value: repeating a flag that has one value replaces it."""
        return next(reversed(self.every(name)), default)

    def on(self, name: str, default: bool = False) -> bool:
        value = next(reversed(self.every(name)), None)
        return default if value is None else TRUTHS[value]

    def number(self, name: str, default: int = 0) -> int:
        return parse_integer(self.text(name)) if self.given(name) else default

    def duration(self, name: str) -> int:
        """Nanoseconds."""
        return parse_duration(self.text(name)) if self.given(name) else 0


def read_values(call: Call, checks: Mapping[str, Check]) -> Values:
    """Raises Declined with docker's words for the first value that its flag does not take."""
    for setting in call.settings:
        flag = call.command.flags[setting.name]
        check = checks.get(setting.name) or BY_TYPE.get(flag.type)
        if check is None:
            continue
        try:
            check(setting.value)
        except ValueError as error:
            words = f'invalid argument {quoted(setting.value)} for "{_spelled(flag, setting)}" flag: {error}'
            raise Declined(words, usage=True) from error
    return Values(call.settings)


def _spelled(flag: Flag, setting: Setting) -> str:
    if setting.alias:
        return f"--{setting.alias}"
    return f"-{flag.short}, --{flag.name}" if flag.short else f"--{flag.name}"


BY_TYPE: Mapping[str, Check] = {
    "bool": parse_bool,
    "bytes": parse_size,
    "decimal": parse_cpus,
    "duration": parse_duration,
    "int": parse_integer,
    "uint": parse_unsigned,
    "uint16": partial(parse_unsigned, bits=16),
}
