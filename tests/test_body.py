"""Bodies and refusals of docker 28.2.2, as a recording engine saw them for the lines of docker_lines.json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dshell.run.native.defaults import default_body
from tests.desks import FakeTerminal, Work, call_for, perform, person
from tests.fakes import FakeEngine, refused

RECORDING = json.loads(Path(__file__).with_name("docker_lines.json").read_bytes())
RECORDED = RECORDING["rows"]

FILES = {
    "env1": '\ufeffA=1\n# c\n\n  B=two words \nFROM_HOME\nNOTSET_Z\nC=\nD="q"\n'.encode(),
    "badkey": b"A B=1\n",
    "nokey": b"=x\n",
    "lab": b"x=1\ny\n# c\n z=2 \n",
    "bin": b"\xfe\xff\x00",
}
ENVIRON = {"FROM_HOME": "from home", "EMPTY": ""}
SETS = {"Env", "HostConfig.Binds"}
"""Docker sends these in random order: its values pass through a map."""


def line(row: dict[str, Any]) -> str:
    return " ".join(word or "''" for word in row["argv"])


def run(row: dict[str, Any], folder: Path) -> tuple[int, Work]:
    """Docker's words for it, on a daemon that refuses what it is asked to create."""
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    engine = FakeEngine(raises={"create": [refused(400, "no")]})
    work = Work(engine, person() if row.get("tty") else FakeTerminal())
    call = call_for(*row["argv"])
    desk = work.desk(environ=ENVIRON, folder=str(folder))
    return perform(call, desk), work


def difference(body: dict[str, Any], base: dict[str, Any], place: str = "") -> dict[str, Any]:
    """What ``body`` has that docker does not send by itself, by its place (``HostConfig.Binds``)."""
    changed: dict[str, Any] = {}
    for key in {**base, **body}:
        here = f"{place}{key}"
        if here in {"HostConfig", "NetworkingConfig"}:
            changed |= difference(body[key], base[key], f"{here}.")
        elif key not in base or key not in body or body[key] != base[key]:
            changed[here] = body.get(key, "<none>")
    return changed


def settled(changed: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Without what differs from run to run."""
    text = json.dumps(changed).replace("<CWD>", str(folder)).replace("<TMP>", str(folder.parent))
    made: dict[str, Any] = json.loads(text)
    return {key: sorted(value) if key in SETS else value for key, value in made.items()}


@pytest.mark.parametrize("row", [row for row in RECORDED if "body" in row], ids=line)
def test_the_body_is_dockers(row: dict[str, Any], tmp_path: Path) -> None:
    _, work = run(row, tmp_path)
    created = [asked for asked in work.engine.asked if asked[0] == "create"]
    assert created, work.terminal.err
    _, body, name, platform = created[0]
    base = default_body() | {"Image": "alpine"}
    assert isinstance(body, dict)
    assert settled(difference(body, base), tmp_path) == settled(row["body"], tmp_path)
    query = {key: value for key, value in {"name": name, "platform": platform}.items() if value}
    assert query == row.get("query", {})


@pytest.mark.parametrize("row", [row for row in RECORDED if "code" in row], ids=line)
def test_the_refusal_is_dockers(row: dict[str, Any], tmp_path: Path) -> None:
    code, work = run(row, tmp_path)
    assert (code, work.terminal.err) == (row["code"], row["stderr"])
    assert work.engine.asked == []


def test_without_flags_the_body_is_dockers() -> None:
    assert default_body() | {"Image": "alpine"} == RECORDING["default"]


def test_a_body_is_not_shared() -> None:
    default_body()["HostConfig"]["Binds"] = ["/a:/b"]
    assert default_body()["HostConfig"]["Binds"] is None
