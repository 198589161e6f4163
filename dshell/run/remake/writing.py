"""A recipe as the line that makes the container again, for dshell and for bash alike."""

from collections.abc import Iterable, Iterator, Mapping

from dshell.grammar.model import Flag
from dshell.line.split import join, quote
from dshell.run.base import Setting
from dshell.run.remake.inverse import Recipe

FIRST = ("detach", "interactive", "tty", "rm")
"""Switches that people write in one word, in front: ``-dit``."""


def as_run(recipe: Recipe, flags: Mapping[str, Flag]) -> str:
    """``flags``: of ``run``. Several commands where the container is in networks that no single ``run`` joins."""
    if not recipe.joined:
        return f"docker run {_rest(recipe.settings, recipe, flags)}"
    settings = [setting for setting in recipe.settings if setting.name != "detach"]
    name = quote(recipe.name)
    lines = [f"docker create {_rest(settings, recipe, flags)}"]
    for network, given in recipe.joined:
        there = [f"--{each.name} {quote(each.value)}" for each in given]
        lines.append(" ".join(["docker network connect", *there, quote(network), name]))
    return " && ".join([*lines, f"docker start {'' if recipe.detached else _held(recipe)}{name}"])


def _held(recipe: Recipe) -> str:
    keyboard = any(setting.name == "interactive" for setting in recipe.settings)
    return "-ai " if keyboard else "-a "


def _rest(settings: Iterable[Setting], recipe: Recipe, flags: Mapping[str, Flag]) -> str:
    return " ".join([*spelled(settings, flags), join([recipe.image, *recipe.words])])


def spelled(settings: Iterable[Setting], flags: Mapping[str, Flag]) -> Iterator[str]:
    """Each flag with its value, quoted; the short name where it has one."""
    given = list(settings)
    letters = [name for name in FIRST if Setting(name, "true") in given]
    bundle = "".join(flags[name].short for name in letters if flags[name].short)
    if bundle:
        yield f"-{bundle}"
    yield from (f"--{name}" for name in letters if not flags[name].short)
    for setting in given:
        flag = flags[setting.name]
        if setting.name in letters:
            continue
        name = f"-{flag.short}" if flag.short else f"--{flag.name}"
        if not flag.takes_value:
            yield name if setting.value == "true" else f"--{flag.name}={setting.value}"
        elif setting.value.startswith("-") or not setting.value:
            yield f"--{flag.name}={quote(setting.value)}" if setting.value else f"--{flag.name} ''"
        else:
            yield f"{name} {quote(setting.value)}"
