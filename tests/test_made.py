"""What a line of a lesson has made, and the progress that is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from dshell.engine.records import Seen
from dshell.shell.kept import Kept, State
from dshell.shell.made import Typed, made_with

C1, C2 = (
    Seen("container", "create", "c1", {"name": "x", "image": "alpine"}),
    Seen("container", "create", "c2", {"name": "y"}),
)


WEB = {"name": "shop_web_1", "image": "nginx", "label": "com.docker.compose.project=shop", "mount": "anon:/data"}


@pytest.mark.parametrize(
    ("line", "own", "seen", "made"),
    [
        ("run alpine", {"c1"}, [C1, C2], "container c0, container c1"),
        ("run alpine", {"c1"}, [C1, Seen("container", "destroy", "c1", {})], "container c0"),
        ("stop x", set(), [C2, Seen("container", "destroy", "c0", {})], ""),
        ("create --gpus all alpine", set(), [C1, C2], "container c0, container c1"),
        ("create --name=y z", set(), [C1, C2], "container c0, container c2"),
        (
            "pull alpine",
            set(),
            [Seen("image", "pull", "alpine:latest", {"name": "alpine"})],
            "container c0, image alpine:latest",
        ),
        ("pull alpine", set(), [Seen("image", "pull", "mysql:8", {"name": "mysql"})], "container c0"),
        ("pull nginx", set(), [Seen("image", "pull", "nginx:latest", {"name": "nginx"})], "container c0"),
        ("tag a mine:1", set(), [Seen("image", "tag", "sha256:1", {"name": "mine:1"})], "container c0, image mine:1"),
        ("volume create v", set(), [Seen("volume", "create", n, {"name": n}) for n in "vw"], "container c0, volume v"),
        ("run -v v:/x alpine", {"c1"}, [Seen("volume", "create", "v", {"name": "v"})], "container c0, volume v"),
        (
            "compose up -d",
            set(),
            [
                Seen("network", "create", "n1", {"name": "shop_default"}),
                Seen("network", "create", "n2", {"name": "other_default"}),
                Seen("volume", "create", "anon", {"name": "anon"}),
                Seen("container", "create", "c3", WEB),
                C1,
            ],
            "container c0, network n1, volume anon, container c3",
        ),
        ("ps", set(), [Seen("container", "create", "c3", WEB)], "container c0"),
    ],
)
def test_what_a_line_made(line: str, own: set[str], seen: list[Seen], made: str) -> None:
    """Others may make something at the same time: that is never removed."""
    typed = Typed(line, frozenset(own), {"nginx:latest"})
    assert ", ".join(f"{noun} {name}" for noun, name in made_with([("container", "c0")], seen, typed)) == made


@pytest.mark.parametrize("text", ["", "[]", "{", '{"run": 3}', '{"run": {"step": "x"}}', '{"run": {"step": 2}}'])
def test_a_file_of_progress_that_cannot_be_read(tmp_path: Path, text: str) -> None:
    file = tmp_path / "learn.json"
    file.write_text(text)
    kept = Kept(file)
    assert kept.read("run") == State()
    kept.write("run", State(3, False, {"a": "b"}, (("container", "c"),)))
    assert kept.read("run") == State(3, False, {"a": "b"}, (("container", "c"),))
    assert Kept(tmp_path / "new" / "learn.json").read("run") == State()
