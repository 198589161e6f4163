"""What means ill where a real engine lets it in (an image's config, commands, labels, folders, logs) or a home has it.

A session goes by all of it in a real terminal, and nothing of it is obeyed: not by the terminal, not by a shell.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Docker, docker_at
from tests.faults.test_hostile import EVIL, raw_in
from tests.program import ARROW, Program, Repl
from tests.screen import Screen

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))
SPLICE = "$(touch OWNED) `touch OWNED`; touch OWNED\n!touch OWNED\n"
WORD = EVIL + SPLICE
OCTAL = "".join(f"\\0{byte:03o}" for byte in EVIL.encode())
PRINTS = f"printf '%b' '{OCTAL}\\n'"


@dataclass(frozen=True)
class Ill:
    """Things of a real daemon that mean ill. ``folder``: where the person is, of the same kind."""

    program: Program
    docker: Docker
    tag: str
    folder: Path

    @property
    def image(self) -> str:
        return f"{self.tag}:ill"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"{self.tag}-{kind}" for kind in ("runs", "ended", "sick", "other"))

    def make(self) -> None:
        docker, (runs, ended, sick, other) = self.docker, self.names
        dockerfile = (
            "FROM alpine\nARG W\nENV ILL=$W\nLABEL ill=$W org.opencontainers.image.title=$W dshell.stand-in=$W\n"
            f"ENTRYPOINT {json.dumps(['sh', '-c', f'{PRINTS}; sleep 600 # {WORD}'])}\nCMD {json.dumps([WORD])}\n"
        )
        docker("build", "-q", "--build-arg", f"W={WORD}", "-t", self.image, "-", input=dockerfile)
        docker("volume", "create", "--label", f"ill={WORD}", self.tag)
        docker("network", "create", "--label", f"ill={WORD}", self.tag)
        given = ("-e", f"ILL={WORD}", "--label", f"ill={WORD}", "-v", f"{self.tag}:/v", "-v", f"{self.folder}:/f")
        healthy = ("--health-cmd", f"{PRINTS}; exit 1", "--health-interval", "1s", "--health-retries", "1")
        docker("run", "-d", "--name", runs, *given, "--network", self.tag, self.image)
        docker(
            "run",
            "--name",
            ended,
            "--entrypoint",
            "sh",
            *given,
            self.image,
            "-c",
            f"{PRINTS} >&2; exit 3 # {WORD}",
            check=False,
        )
        docker("run", "-d", "--name", sick, *healthy, "-p", "127.0.0.1::80", self.image)
        docker("create", "--name", other, "--entrypoint", WORD, self.image, WORD)

    def end(self) -> None:
        self.docker("rm", "-fv", *self.names, f"{self.tag}-new", check=False)
        self.docker("volume", "rm", self.tag, check=False)
        self.docker("network", "rm", self.tag, check=False)
        self.docker("rmi", "-f", self.image, check=False)


@pytest.fixture(scope="module")
def ill(engine_host: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ill]:
    home = tmp_path_factory.mktemp("ill")
    folder = home / f"x{EVIL.replace('/', '')}"
    folder.mkdir()
    docker = docker_at(engine_host)
    ill = Ill(Program(engine_host, home), docker, f"ill{uuid.uuid4().hex[:6]}", folder)
    docker("pull", "-q", "alpine")
    try:
        ill.make()
        yield ill
    finally:
        ill.end()


def lines(ill: Ill) -> list[str]:
    runs, ended, sick, other = ill.names
    new = f"{ill.tag}-new"
    return [
        *("map", "map --plain", "map --svg map.svg", "map --html map.html", f"run -d --name {new} {ill.image}"),
        *("flow", "flow --svg flow.svg", "flow --html flow.html", f"stop -t 0 {new}", f"rm {new}"),
        *(f"why {runs}", f"why {ended}", f"why {sick}", f"why {other}", f"as-run {runs} {ended} {other}"),
        *(f"as-compose {runs} {other}", f"start {other}", "why", f"start {ended}", f"shell {runs}x", f"shell {ended}"),
        *(f"exec {sick} {ill.tag}", f"run --name {runs} {ill.image}", f"explain run {ill.image}", "help run"),
        *("doctor", "doctor --report report.txt", "config", "fav", "learn", "notes", "notes n.md", "notes n.html"),
        *("notes list", "notes n.sh", f"run --rm --entrypoint true {ill.image}"),
    ]


@pytest.fixture
def repl(ill: Ill) -> Iterator[Repl]:
    with Screen([*ill.program.argv], ill.program.env, columns=120, lines=40, cwd=ill.folder) as screen:
        screen.expect(ARROW)
        yield Repl(screen)


def told(repl: Repl, line: str) -> str:
    """What ``line`` left on the screen; where a key is waited for, nothing is done."""
    start = repl.here()
    repl.screen.send(line + "\r")
    found = repl.screen.expect(re.compile(rf"{ARROW}.*\n(?:.*\n)*(?:.*{ARROW}| +Esc |.*keeps everything)"), 60, start)
    if not found[0].endswith(ARROW):
        repl.screen.send("\x1b")
        repl.next_prompt(start)
    return repl.screen.text(start)


def test_a_session_among_them(ill: Ill, repl: Repl) -> None:
    asked = lines(ill)
    for line in asked if LONG else asked[::4]:
        before = len(repl.screen.raw)
        assert line.split()[0] in told(repl, line)
        assert raw_in(repl.screen.raw[before:]) == [], line
    assert not [*ill.program.home.rglob("OWNED")]


def test_logs_of_two_that_mean_ill(ill: Ill, repl: Repl) -> None:
    start = repl.here()
    repl.screen.send(f"logs -f {ill.names[0]} {ill.names[2]}\r")
    repl.screen.expect(re.compile(r"-runs +\| rm -f nobody"), start=start)
    for keys in ("/nobody\r", "&OWNED\r", "&\r", "q"):
        repl.screen.send(keys)
        time.sleep(0.1)  # each is painted
    repl.next_prompt(start)
    assert raw_in(repl.screen.raw) == []


def test_a_line_that_makes_one_again_is_words_for_bash(ill: Ill) -> None:
    """As a script gets it, and as a person's terminal shows it, where what is no letter is spelled out."""
    for line in (*ill.program.once("as-run", *ill.names).stdout.decode().split("\ndocker "),):
        script = f"docker() {{ :; }}\ndocker {line.removeprefix('docker ')}"
        done = subprocess.run(["bash", "-c", script], cwd=ill.folder, capture_output=True, check=True)
        assert done.stderr == b""
    assert not [*ill.program.home.rglob("OWNED")]


# What lies about on this machine


CONFIG = f"""
[alias]
{json.dumps(f"al{EVIL}")} = {json.dumps(f"ps {WORD}")}
alll = {json.dumps(f"ps {WORD}")}
[fav]
{json.dumps(f"fa{EVIL}")} = {json.dumps(f"!touch OWNED {WORD}")}
fa2 = {json.dumps(f"ps {WORD}")}
"""
LESSON = f"""
needs = ""
[[step]]
lines = [{json.dumps(f"!touch OWNED {EVIL}")}]
see = [{{ container = "start" }}]
[words.en]
title = {json.dumps(WORD)}
intro = {json.dumps(WORD)}
[words.en.1]
say = {json.dumps(f"`!touch OWNED` {WORD}")}
hint = {json.dumps(WORD)}
done = {json.dumps(WORD)}
"""


def furnished(home: Path, host: str) -> None:
    """Files that somebody else has written, all of them where dshell reads them unasked."""
    (home / "dshell" / "lessons").mkdir(parents=True)
    (home / "dshell" / "config.toml").write_text(CONFIG)
    (home / "dshell" / "lessons" / f"99-{EVIL.replace('/', '')}.toml").write_text(LESSON)
    (home / "dshell" / "lessons" / "98-ill.toml").write_text(LESSON)
    (home / "dshell" / "history").write_text(
        "".join(f"explain {EVIL} {at}\n".replace("\n", " ") + "\n" for at in range(3))
    )
    for name in ("ill", EVIL):
        folder = home / "docker" / "contexts" / "meta" / hashlib.sha256(name.encode()).hexdigest()
        folder.mkdir(parents=True)
        endpoints = {"docker": {"Host": host if name == EVIL else f"tcp://{EVIL}:1"}}
        text = json.dumps({"Name": name, "Metadata": {"Description": WORD}, "Endpoints": endpoints})
        (folder / "meta.json").write_text(text)
    (home / "docker" / "config.json").write_text(json.dumps({"currentContext": EVIL, "detachKeys": EVIL}))


TYPED = (
    *("al", "fav fa", "context use ", "learn ", "explain \\x1b", "\x1b[A", "\x12nobody"),
    *("docker --context ", "help al", "fa", "explain al", "fav rm fa", "--context ", "cd "),
)
"""Keys; then Tab shows what there is."""
SAID = ("config", "fav", "doctor", "learn", "learn --check ill.toml", "learn ill", "hint", "show me")


@pytest.mark.parametrize(("options", "arrow"), [((), ARROW), (("--plain",), ">")][: 2 if LONG else 1])
def test_a_home_that_means_ill(engine_host: str, tmp_path: Path, options: tuple[str, ...], arrow: str) -> None:
    furnished(tmp_path, engine_host)
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "ill.toml").write_text(LESSON)
    program = Program(engine_host, tmp_path)
    environ = {**program.env, "DOCKER_HOST": None}
    with Screen([*program.argv, *options], environ, columns=120, cwd=tmp_path / "here") as screen:
        screen.expect(f"here {arrow}")
        for keys in TYPED if LONG else TYPED[:7]:
            for each in (keys, "\t", "\t", "\x1b[B", "\x03"):
                screen.send(each)
                time.sleep(0.05)  # each is painted
            assert raw_in(screen.raw) == [], keys
        assert screen.text().count("OWNED") > 2
        for line in SAID:
            screen.send(f"{line}\r")
            screen.expect(re.compile(rf"here {arrow} {line}.*\n(?:.*\n)*.*here {arrow}"), 60)
            assert raw_in(screen.raw) == [], line
        assert screen.text().count("OWNED") > 6
        screen.send("exit 0\r")
        assert screen.wait() == 0
    assert not [*tmp_path.rglob("OWNED")]
