"""Secrets go where the person sent them and nowhere else: real lines in a real dshell, each with a canary of its own,
then everything that it wrote, showed, started or was told is searched for them."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import Docker
from tests.program import ARROW, Program, Repl
from tests.screen import Screen

CANARY = "zQ7canary"
ON_DISK = {"secret.env", "db_password.txt", "docker/config.json", "bin/docker-credential-canary", "dshell/config.toml"}
"""What the person wrote there, or had written there by ``config set`` and ``fav add``."""

SHIM = """#!/bin/sh
for word; do printf '%s\\n' "$word"; done >> {log}/argv
env >> {log}/environ
exec {docker} "$@"
"""
HELPER = """#!/bin/sh
echo '{{"Username": "me", "Secret": "{secret}"}}'
"""


@dataclass
class Secrets:
    """Canaries by what they are of."""

    known: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.known.setdefault(name, f"{CANARY}{len(self.known):03}{name}end")

    def found(self, text: str) -> set[str]:
        return {name for name, canary in self.known.items() if canary in text or coded(canary) in text}


def coded(canary: str) -> str:
    return base64.b64encode(f"me:{canary}".encode()).decode()


@dataclass(frozen=True)
class Room:
    """A home with secrets in it, and a docker that notes what it is called with."""

    home: Path
    secrets: Secrets
    docker_log: Path

    def furnish(self) -> None:
        program = shutil.which("docker")
        for folder in ("docker", "bin", "log"):
            (self.home / folder).mkdir()
        (self.docker_log / "argv").touch()
        for name, text in {
            "docker": SHIM.format(log=self.docker_log, docker=program),
            "docker-credential-canary": HELPER.format(secret=self.secrets["helper"]),
        }.items():
            (self.home / "bin" / name).write_text(text)
            (self.home / "bin" / name).chmod(0o755)
        (self.home / "secret.env").write_text(f"FILE_TOKEN={self.secrets['env-file']}\n")
        (self.home / "db_password.txt").write_text(f"{self.secrets['printed']}\n")
        (self.home / "there").mkdir()
        config = {
            "auths": {
                "127.0.0.1:9": {"auth": coded(self.secrets["auth"])},
                "localhost:9": {"identitytoken": self.secrets["identity"]},
            },
            "credHelpers": {"127.0.0.2:9": "canary"},
            "HttpHeaders": {"X-Meta-Token": self.secrets["header"]},
            "proxies": {"default": {"httpProxy": f"http://me:{self.secrets['proxy']}@proxy:1"}},
        }
        (self.home / "docker" / "config.json").write_text(json.dumps(config))

    @property
    def environ(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": f"{self.home}/bin{os.pathsep}{os.environ['PATH']}",
            "PASSED_TOKEN": self.secrets["passed"],
            "PLAIN": self.secrets["plain"],
            "HTTPS_PROXY": f"http://me:{self.secrets['https-proxy']}@proxy:1",
        }

    def files(self) -> Iterator[tuple[str, str]]:
        """What is written in this home, but for what the person wrote."""
        for path in self.home.rglob("*"):
            name = path.relative_to(self.home).as_posix()
            if path.is_file() and name not in ON_DISK and not name.startswith("log/"):
                yield name, path.read_bytes().decode("utf-8", "replace")


@pytest.fixture
def room(tmp_path: Path) -> Room:
    room = Room(tmp_path, Secrets(), tmp_path / "log")
    room.furnish()
    return room


def native(name: str) -> list[str]:
    """Lines that dshell does itself, with the names of their canaries in braces."""
    return [
        f"run -d --name {name} -e API_TOKEN={{run}} -e DATABASE_URL=postgres://me:{{url}}@db/x alpine sleep 100",
        f"run --name {name} -e DB_PASSWORD={{name-taken}} alpine",
        "run --rm -e COPY=$PASSED_TOKEN -e PASSED_TOKEN -v ./ther:/x alpine true",
        "run --rm --env-file secret.env alpine true",
        'run --rm alpine sh -c "exit 3 # $PASSED_TOKEN"',
        "run --rm alpine $PASSED_TOKEN",
        f"exec {name} sh -c 'exit 3' $PASSED_TOKEN",
        f"exec {name} $PASSED_TOKEN",
        f'run --name {name}-2 -e DB_PASSWORD=$PLAIN alpine sh -c "exit 3 # $PASSED_TOKEN $PLAIN"',
        f"why {name}-2",
        f"exec {name} sh -c 'exit 3' $(cat db_password.txt)",
        f"exec {name} $(cat db_password.txt)",
        f"exec -e COPY=$(cat db_password.txt) {name} nonsuch",
        f"exec {name} $(echo $PASSED_TOKEN)",
        "stop $PASSED_TOKEN",
        'run --rm alpine sh -c "exit 3 # $(cat db_password.txt)"',
        "run --rm alpine `docker-credential-canary get`",
        f"run --name {name}-2 alpine $PASSED_TOKEN",
        f"exec -e DB_PASSWORD={{exec}} {name} true",
        f"exec -e DB_PASSWORD={{no-program}} {name} nonsuch",
        "run --log-opt splunk-token={log-opt} alpine true",
        "run -e DB_PASSWORD={no-image} 127.0.0.1:9/me/nonsuch",
        "pull 127.0.0.2:9/me/nonsuch",
        "pull localhost:9/me/nonsuch",
        "run -e DB_PASSWORD={no-program-2} alpine nonsuch",
        "run -e DB_PASSWORD={no-network} --network nonsuch alpine",
    ]


FORWARDED = [
    "login -u me -p {login} 127.0.0.1:9",
    "build --build-arg NPM_TOKEN={build-arg} nonsuch",
    "compose run -e DB_PASSWORD={compose} web",
    "swarm join --token {swarm} 127.0.0.1:9",
]
PROMPT = f" default ~ {ARROW}"  # the arrow alone may be one of flow's
OWN = [
    "config set alias.enter 'login -u me -p {alias} 127.0.0.1:9'",
    "enter",
    "fav add db 'run --rm -e DB_PASSWORD={fav} alpine true'",
    "fav db",
    "fav",
    "config",
    "explain run -e DB_PASSWORD={explain} alpine",
    "config set alias.enter-me 'login -u me -p'",
    "enter-me {alias-word} 127.0.0.1:9",
    "fav add plain 'run --rm -e DB_PASSWORD={{value}} alpine true'",
    "fav plain value={parameter}",
]
AFTER = ["why", "flow", "flow --svg flow.svg", "map --svg map.svg", "doctor --report report.txt"]
NOTES = ["notes", "notes page.md", "notes page.html", "notes page.sh", "notes page.yaml", "notes list"]


def shown(repl: Repl, line: str, room: Room) -> set[str]:
    """The canaries on the screen below what was typed. Where a key is waited for, nothing is done."""
    start = repl.here()
    repl.screen.send(line.format_map(room.secrets) + "\r")
    found = repl.screen.expect(re.compile(rf"{PROMPT}.*\n(?:.*\n)*(?:{PROMPT}| +Esc |.*keeps everything)"), 60, start)
    if not found[0].endswith(PROMPT):
        repl.screen.send("\x1b")
        repl.screen.expect(re.compile(rf"{PROMPT}.*\n(?:.*\n)*{PROMPT}"), 60, start)
    below = repl.screen.text(start).split("\n")[1:]
    return room.secrets.found("\n".join(below))


def processes() -> str:
    """What every process was called with."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended meanwhile
            found.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(found)


@pytest.fixture
def repl(engine_host: str, room: Room) -> Iterator[Repl]:
    program = Program(engine_host, room.home)
    environ = {**program.env, **room.environ}
    with Screen([*program.argv], environ, columns=400, lines=100, cwd=room.home) as screen:
        screen.expect(ARROW)
        yield Repl(screen)


@pytest.fixture
def name(docker: Docker) -> Iterator[str]:
    name = f"secret-{uuid.uuid4().hex[:8]}"
    yield name
    docker("rm", "-f", name, f"{name}-2", check=False)


def test_a_session_leaves_none_behind(repl: Repl, room: Room, name: str) -> None:
    told = {line: shown(repl, line, room) for line in native(name)}
    start = repl.here()
    repl.screen.send(f"exec -it -e DB_PASSWORD={room.secrets['inside']} {name} sh\r")
    repl.screen.expect("/ # ")
    assert room.secrets.found(processes()) == set()
    repl.screen.send("exit\r")
    repl.next_prompt(start)
    assert room.secrets.found((room.docker_log / "argv").read_text()) == set(), "dshell does these lines itself"
    others = [
        f" exec -e DB_PASSWORD={{space}} {name} true",
        f"again {name} --label a=b",
        f"again {name}-2 --label a=b",
        *AFTER,
        *NOTES,
    ]
    told |= {line: shown(repl, line, room) for line in (*FORWARDED, *OWN, *others)}
    assert {line: found for line, found in told.items() if found} == {}
    again = repl.run(f"as-run {name}")  # to make it again takes its passwords
    assert room.secrets["run"] in again
    assert "it holds secrets in plain text: API_TOKEN, DATABASE_URL" in again
    assert {file: found for file, text in room.files() if (found := room.secrets.found(text))} == {}
    assert {"dshell/history", "page.md", "page.html", "page.sh", "flow.svg", "report.txt"} <= dict(room.files()).keys()
    assert room.secrets.found((room.docker_log / "environ").read_text()) == {"passed", "plain", "https-proxy"}


ADDRESSES = [
    "tcp://me:{}@127.0.0.1:9",
    "me:{}@127.0.0.1:9",
    "https://me:{}@host",
    "tcp://me:{}@host:x/y",
    "ssh://me:{}@127.0.0.1",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_tells_no_password(tmp_path: Path, address: str) -> None:
    program = Program(address.format(CANARY), tmp_path)
    for words in (("ps",), ("--explain", "full", "run", "alpine")):
        done = program.once(*words)
        assert done.returncode
        assert done.stdout + done.stderr
        assert CANARY.encode() not in done.stdout + done.stderr
