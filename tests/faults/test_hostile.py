"""Words from elsewhere that would rule a terminal (names, errors, files, images, what is pasted) are only shown."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dshell.errors import Failure, Trouble
from dshell.events import Failed
from dshell.teach.diagnose import diagnose, in_general
from tests.faults.proxy import NONE, Fault, Proxy, answer
from tests.program import Program

LONG = bool(os.environ.get("DSHELL_TEST_ALL"))

# A title, a cursor, the alternate screen, a report that would be typed, a C1 sequence, a bidi override, a return.
EVIL = "\x1b]0;OWNED\x07\x1b[6;66H\x1b[?1049h\x1b[5n\x9b31m\u202egpj\u2066\r\nrm -f nobody\b\b"
RAW = (
    b"OWNED\x07",
    b"\x1b]0",
    b"\x1b[6;66H",
    b"\x1b[?1049h",
    b"\x1b[5n",
    b"\xc2\x9b",
    b"\xe2\x80\xae",
    b"\xe2\x81\xa6",
)


def raw_in(data: bytes) -> list[bytes]:
    """What of EVIL a terminal would obey."""
    return [each for each in RAW if each in data]


@pytest.fixture
def proxy(engine_host: str, tmp_path: Path) -> Iterator[Proxy]:
    with Proxy(tmp_path / "s", engine_host) as proxy:
        yield proxy


def evil(body: object, status: str = "200 OK") -> bytes:
    return answer(json.dumps(body).encode(), status)


def pulled(*records: Mapping[str, object]) -> bytes:
    return answer(b"".join(json.dumps(record).encode() + b"\r\n" for record in records))


ID = "e" * 64
LONGER = EVIL + "x" * 200_000
ROW = {
    "Id": ID,
    "Names": [f"/evil{EVIL}"],
    "Image": f"img{EVIL}",
    "State": "running",
    "Status": f"Up{EVIL}",
    "Labels": {},
}
FACTS = {
    "Id": ID, "Name": f"/evil{EVIL}", "Path": f"cmd{EVIL}", "Args": [EVIL], "State": {"Status": f"exited{EVIL}"},
    "Config": {"Image": EVIL, "Cmd": [EVIL], "Labels": {"dshell.stand-in": EVIL}}, "HostConfig": {"Binds": [EVIL]},
    "Mounts": [{"Type": "bind", "Source": EVIL, "Destination": EVIL}],
}  # fmt: skip
IMAGE = {
    "Id": ID,
    "RepoTags": [f"evil{EVIL}:1"],
    "Config": {"Cmd": [EVIL], "Entrypoint": [f"ep{EVIL}"]},
    "Os": EVIL,
    "Architecture": EVIL,
}
LAYER = {"status": f"Downloading{EVIL}", "id": f"0123456789ab{EVIL}", "progressDetail": {"current": 1, "total": 9}}

TAKEN = ("run", "--rm", "--name", "x", "-p", "8080:80", "alpine", "true")
CREATE = "/containers/create"
LINES: dict[str, tuple[Fault, tuple[str, ...]]] = {
    "an error": (Fault(CREATE, instead=evil({"message": EVIL}, "400 Bad")), ("run", "alpine")),
    "a long error": (Fault(CREATE, instead=evil({"message": LONGER}, "400 Bad")), ("run", "alpine")),
    "an error that is no JSON": (Fault(CREATE, instead=answer(EVIL.encode(), "500 No")), ("run", "alpine")),
    "warnings": (Fault(CREATE, instead=evil({"Id": ID, "Warnings": [EVIL]}, "201 C")), ("create", "alpine")),
    "facts": (Fault("GET /containers/", instead=evil(FACTS)), ("create", "alpine")),
    "a layer": (Fault("/images/create", instead=pulled(LAYER, {"status": EVIL})), ("pull", "alpine:evil")),
    "an error of a registry": (Fault("/images/create", instead=pulled({"error": EVIL})), ("pull", "alpine:evil")),
    "what is typed": (NONE, ("run", "--rm", "--name", EVIL, "alpine", "true")),
    "explain": (
        NONE,
        ("explain", "run", "-v", f"'./{EVIL}:/x'", f"'{EVIL}'", "sh", "-c", f"'{EVIL}'"),
    ),
    "why": (NONE, ("why", f"Error response from daemon: No such container: {EVIL}")),
    "help": (NONE, ("help", f"x{EVIL}")),
    "cd": (NONE, ("cd", EVIL)),
    "learn": (NONE, ("learn", EVIL)),
    "doctor": (
        Fault("GET /(version|info)", instead=evil(dict.fromkeys(("Version", "Arch", "Name", "OperatingSystem"), EVIL))),
        ("doctor",),
    ),
    "an image": (Fault("GET /images/", instead=evil(IMAGE)), ("run", "--rm", "alpine", "true")),
    "who is there": (
        Fault("GET /containers/json", instead=evil([ROW])),
        TAKEN,
    ),
}

EXPLAINED = ("full", "off")


@pytest.mark.parametrize("level", EXPLAINED)
@pytest.mark.parametrize("name", LINES if LONG else [*LINES][::2])
def test_no_words_rule_the_terminal(proxy: Proxy, tmp_path: Path, name: str, level: str) -> None:
    fault, words = LINES[name]
    with proxy.spoilt(fault), Program(proxy.host, tmp_path).screen("--explain", level, *words) as screen:
        screen.wait()
        assert raw_in(screen.raw) == []
        assert "command not found" not in screen.text()


def test_names_in_the_prompt(proxy: Proxy, tmp_path: Path) -> None:
    """In the menu, the hint, the bar and what Tab puts in; a file's name comes from whoever made the file."""
    (tmp_path / f"file{EVIL.replace('/', '')}").mkdir()
    proxy.fault = Fault(
        "GET /containers/json", instead=evil([ROW, {**ROW, "Id": "f" * 64, "Names": [f"/evil2{EVIL}"]}])
    )
    with Program(proxy.host, tmp_path).repl() as repl:
        repl.screen.expect("engine up")
        for typed in ("logs ", "logs evil", "run -v ./fi", "!ls fi", "explain logs evil"):
            start = repl.here()
            for keys in (typed, "\t", "\t", "\t", "\x03"):
                repl.screen.send(keys)
                time.sleep(0.1)  # each is painted
            repl.next_prompt(start)
        repl.screen.send("exit 0\r")
        assert repl.screen.wait() == 0
        assert raw_in(repl.screen.raw) == []


def test_a_failure_full_of_endless_rows_is_known_at_once() -> None:
    for words in ("x" * 100_000, "x " * 50_000, '"a": ' * 20_000, "/a" * 50_000, "\n" * 100_000):
        failed = Failed(Failure(Trouble.PROGRAM, words), "run", 1, "run alpine")
        assert len(in_general(failed).failure.words) <= len(words)
        diagnose(failed)
