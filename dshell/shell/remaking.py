"""The words ``as-run``, ``as-compose`` and ``shell``: out of a container, and into it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from dshell.engine.records import Joining
from dshell.errors import EngineError
from dshell.line.secrets import concealed, reveals_pair
from dshell.line.split import join, quote
from dshell.run.base import Desk, Setting
from dshell.run.compose_file import written
from dshell.run.remake import writing
from dshell.run.remake.composing import compose
from dshell.run.remake.inverse import Recipe, recipe
from dshell.run.remake.origin import origin_of
from dshell.shell.ground import Ground
from dshell.teach.layout import lines, note

OUTPUT = {"-o", "--output"}
SHELLS = ("bash", "ash", "sh")
WINDOWS_SHELLS = ("pwsh", "powershell", "cmd")


def as_run(words: Sequence[str], ground: Ground) -> int:
    """A line for each container, alone on standard output."""
    if not words or any(word.startswith("-") for word in words):
        return ground.refuse("remake.usage.as-run", 2)

    def work(desk: Desk) -> int:
        made = [recipe(origin_of(name, desk.engine)) for name in words]
        for each in made:
            ground.write(writing.as_run(each, ground.run.flags))
        _tell_about(made, ground)
        return 0

    return ground.tried(work, join(["as-run", *words]))


def _tell_about(made: Sequence[Recipe], ground: Ground) -> None:
    for each in made:
        for file in each.files:
            ground.remark("remake.file", file=file, name=each.name)
    if (open_ones := _open_ones(made)) and ground.own.terminal.shown.stderr:
        ground.remark("remake.secret", names=", ".join(open_ones))


def _open_ones(made: Sequence[Recipe]) -> list[str]:
    """What holds a secret in plain text: a variable, a flag, or a command by its first word."""
    found = [_spoken(setting) for each in made for setting in each.settings if _reveals(setting)]
    found += [each.words[0] for each in made if concealed(line := " ".join(each.words)) != line]
    return list(dict.fromkeys(found))


def _reveals(setting: Setting) -> bool:
    """What makes a container again must have its passwords too."""
    name, _, content = setting.value.partition("=")
    return (setting.name == "env" and reveals_pair(name, content)) or concealed(setting.value) != setting.value


def _spoken(setting: Setting) -> str:
    return setting.value.partition("=")[0] if setting.name == "env" else f"--{setting.name}"


def as_compose(words: Sequence[str], ground: Ground) -> int:
    names = list(words)
    file = ""
    if (at := next((number for number, word in enumerate(names) if word in OUTPUT), None)) is not None:
        file = names[at + 1] if at + 1 < len(names) else ""
        del names[at : at + 2]
    if not names or (at is not None and not file) or any(name.startswith("-") for name in names):
        return ground.refuse("remake.usage.as-compose", 2)

    def work(desk: Desk) -> int:
        made = [recipe(origin_of(name, desk.engine)) for name in names]
        composed = compose(made, ground.run.flags)
        content = written(composed.file)
        if not file:
            ground.write(content.removesuffix("\n"))
        code = ground.keep(file, content, "remake", private=bool(_open_ones(made))) if file else 0
        for setting in composed.left:
            ground.remark("remake.left", flag=f"--{setting.name} {setting.value}")
        _tell_about(made, ground)
        return code

    return ground.tried(work, join(["as-compose", *words]))


# shell


def shell(words: Sequence[str], ground: Ground) -> int:
    if len(words) != 1 or words[0].startswith("-"):
        return ground.refuse("remake.usage.shell", 2)
    return ground.tried(lambda desk: _enter(words[0], desk, ground), join(["shell", *words]))


def _enter(name: str, desk: Desk, ground: Ground) -> int:
    facts = desk.engine.inspect(name)
    if facts.status != "running":
        return _advise(ground, f"remake.shell.{'paused' if facts.status == 'paused' else 'stopped'}", facts.name)
    known = WINDOWS_SHELLS if desk.engine.ping().os == "windows" else SHELLS
    found = next((program for program in known if _has(facts.id, program, desk)), None)
    if found is None:
        return _advise(ground, "remake.shell.none", facts.name)
    tty = "-it" if desk.terminal.shown.stdin else "-i"
    return ground.do(f"docker exec {tty} {quote(name)} {found}")


def _has(container: str, program: str, desk: Desk) -> bool:
    """Whether it can be started there: it is, and ends at once."""
    option = "/c" if program == "cmd" else "-c"
    body = {"Cmd": [program, option, "exit"], "AttachStdout": True, "AttachStderr": True}
    try:
        exec_id = desk.engine.exec_create(container, body)
        with closing(desk.engine.exec_start(exec_id, {"Detach": False, "Tty": False}, Joining(False, False))) as stream:
            while stream.read()[1]:
                pass
            return stream.wait() == 0
    except EngineError:
        return False


def _advise(ground: Ground, key: str, name: str) -> int:
    """Why there is no way in, and lines that help."""
    code = ground.refuse(f"{key}.what", name=name)
    scene = ground.own.teller.scene()
    spelled = quote(name)
    rows = note(scene, scene.say(f"{key}.why", name=name))
    ways = {
        "remake.shell.paused": [(f"unpause {spelled} && shell {spelled}", "unpause")],
        "remake.shell.stopped": [(f"start {spelled} && shell {spelled}", "start"), (f"why {spelled}", "why")],
        "remake.shell.none": [
            (f"run -it --rm --pid container:{spelled} --network container:{spelled} busybox", "beside"),
            (f"cp {spelled}:/etc/passwd .", "copy"),
            (f"logs {spelled}", "logs"),
        ],
    }[key]
    rows += lines(scene, [(line, scene.say(f"remake.shell.way.{way}", name=name)) for line, way in ways])
    ground.own.write(rows, 2)
    return code
