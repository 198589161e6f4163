"""Lines as they stand while they are typed: made from the grammar, cut anywhere, some of them broken."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from dshell.grammar.load import Grammar
from dshell.grammar.model import Command, Flag

WORDS = (
    *("alpine", "nginx:alpine", "web", "3f2a91", "./src", "data:/data", "8080:80", "type=bind,source=.,target=/x"),
    *("status=exited", "'{{.Names}}'", "$PWD:/app", "${HOME", "C:\\Users\\me", "~/x", "key=value", "ls", "sh", "-c"),
    *("'a b", '"x$(pwd)', "é", "-", "--", "container:web", "linux/arm64", "host", "a:b:c:d", "=", ",", "/etc/"),
)
JOINTS = (" && ", " | ", "; ", " > ", " || ", " & ", "\n")
MARKS = "'\"`$(){}|&;<>\\!#*~%=:,/- \t\né\0"


def lines(grammar: Grammar, count: int, seed: int = 28) -> Iterator[tuple[str, int]]:
    """``count`` texts and a cursor in each; the same for the same seed."""
    chance = random.Random(seed)
    commands = [command for command in grammar.commands() if command.path]
    for _ in range(count):
        text = chance.choice(("", "docker ", "  ", "explain ", "sudo docker ")) + _command(chance, commands)
        while chance.random() < 0.2:
            text += chance.choice(JOINTS) + _command(chance, commands)
        if chance.random() < 0.3:
            at = chance.randrange(len(text) + 1)
            text = text[:at] + "".join(chance.choices(MARKS, k=chance.randint(1, 3))) + text[at:]
        if chance.random() < 0.6:
            text = text[: chance.randrange(len(text) + 1)]
        yield text, len(text) if chance.random() < 0.7 else chance.randrange(len(text) + 1)


def _command(chance: random.Random, commands: Sequence[Command]) -> str:
    command = chance.choice(commands)
    words = list(chance.choice((command.path, *command.aliases)))
    flags = list(command.flags.values())
    for flag in chance.sample(flags, min(len(flags), chance.randint(0, 3))):
        words += _flag(chance, flag)
    words += chance.choices(WORDS, k=chance.randint(0, 3))
    return " ".join(words)


def _flag(chance: random.Random, flag: Flag) -> list[str]:
    spelled = f"-{flag.short}" if flag.short and chance.random() < 0.5 else f"--{flag.name}"
    if not flag.takes_value:
        return [spelled]
    value = chance.choice((*flag.choices, *(f"{key.name}=" for key in flag.keys), *WORDS))
    return [f"{spelled}={value}"] if chance.random() < 0.3 else [spelled, value]
