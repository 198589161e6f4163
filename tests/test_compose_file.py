"""What compose files say together: variables, ``extends`` and ``include`` are followed as compose follows them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from dshell.line.paths import split_bind
from dshell.run.compose_file import services
from dshell.run.compose_values import put_in, with_rows

assert sys.platform != "win32"

Tree = Mapping[str, str]
Given = Mapping[str, set[tuple[str, str]]]
ENVIRON = {"SET": "set", "EMPTY": "", "SOCK": "/var/run/docker.sock"}
KEYS = {"privileged": "privileged", "pid": "pid", "network_mode": "network", "cap_add": "cap-add"}
PRIVILEGED = ("privileged", "true")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$SET-${SET}", "set-set"),
        ("$$SET $$${SET}", "$SET $set"),
        ("${NO:-a}${EMPTY:-b}${SET:-c}", "abset"),
        ("${NO-a}${EMPTY-b}${SET-c}", "aset"),
        ("${NO:+a}${EMPTY:+b}${SET:+c}", "c"),
        ("${NO+a}${EMPTY+b}${SET+c}", "bc"),
        ("${SET:?why}${SET?why}$NO", "setset"),
        ("${NO:-${SET}}${NO:-${NO:-x}}${NO-a$SET}", "setxaset"),
        ("${NO:-http://x:80/}", "http://x:80/"),
        ("$ ${ ${1} $1 a$", "$ ${ ${1} $1 a$"),
    ],
)
def test_variables_are_put_in(text: str, expected: str) -> None:
    assert put_in(text, ENVIRON) == expected


def test_a_file_of_variables() -> None:
    text = (
        "\n# a comment\nA=1\r\nexport B = two words # said\nC='$SET # raw'\nD=\"$SET # q\"\nE=$A$SET\nF=\n"
        "SET=no\nG: y\nH=a#b\nI\nJ='1\n2'\n1X=no\n"
    )
    expected = {"A": "1", "B": "two words", "C": "$SET # raw", "D": "set # q", "E": "1set", "F": "", "G": "y"}
    assert with_rows({"SET": "set"}, [text]) == {"SET": "set", **expected, "H": "a#b", "J": "1\n2"}


TREES: dict[str, tuple[Tree, Given]] = {
    "variables": (
        {
            ".env": "PRIV=true\nSOCK=/nowhere\nWHERE=/here\n",
            "compose.yaml": """
services:
  a: {image: x, privileged: "${PRIV}", volumes: ["${SOCK}:/s", "${WHERE:-/x}:/w", "${NO-/run}:/r:ro"]}
  b: {image: x, privileged: "${NO:-false}", pid: "${PID:-host}"}
""",
        },
        {
            "a": {
                PRIVILEGED,
                ("volume", "/var/run/docker.sock:/s"),
                ("volume", "/here:/w"),
                ("volume", "/run:/r"),
            },
            "b": {("privileged", "false"), ("pid", "host")},
        },
    ),
    "extends": (
        {
            "compose.yaml": """
services:
  a: {extends: {service: b}, image: x}
  b: {image: x, privileged: true, pid: host, cap_add: [ALL]}
  c: {extends: {file: parts/base.yaml, service: base}, privileged: false, cap_add: [NET_ADMIN]}
  d: {extends: {file: "parts/${NO:-base}.yaml", service: top}}
""",
            "parts/base.yaml": """
services:
  base: {image: x, privileged: true, volumes: ["./data:/d", "../up:/u"]}
  top: {extends: {file: more/far.yaml, service: far}, network_mode: host}
""",
            "parts/more/far.yaml": 'services: {far: {image: x, volumes: ["..:/h"]}}',
        },
        {
            "a": {PRIVILEGED, ("pid", "host"), ("cap-add", "ALL")},
            "b": {PRIVILEGED, ("pid", "host"), ("cap-add", "ALL")},
            "c": {
                ("privileged", "false"),
                ("volume", "HERE/parts/data:/d"),
                ("volume", "HERE/up:/u"),
                ("cap-add", "NET_ADMIN"),
            },
            "d": {("network", "host"), ("volume", "HERE/parts:/h")},
        },
    ),
    "merges": (
        {
            "compose.yaml": """
x-a: &a {privileged: true}
x-b: &b {<<: *a, pid: host}
services:
  a: {image: x, <<: *b}
  b: {image: x, <<: [{cap_add: [ALL]}, *b], pid: "service:a"}
""",
        },
        {"a": {PRIVILEGED, ("pid", "host")}, "b": {PRIVILEGED, ("pid", "service:a"), ("cap-add", "ALL")}},
    ),
    "include": (
        {
            ".env": "NAME=sub\nOUTER=true",
            "compose.yaml": """
include:
  - ${NAME}/compose.yaml
  - path: [two/a.yaml, two/b.yaml]
    project_directory: dir
    env_file: two/vars
services:
  a: {image: x}
""",
            "sub/.env": "OUTER=false\nINNER=true\n",
            "sub/compose.yaml": """
include: [deep/compose.yaml]
services:
  sub: {image: x, privileged: "${INNER}", volumes: ["./s:/s"]}
  outer: {image: x, privileged: "${OUTER}"}
""",
            "sub/deep/compose.yaml": "services: {deep: {image: x, pid: host, volumes: ['./s:/s']}}",
            "two/vars": "NET=host",
            "two/a.yaml": 'services: {two: {image: x, privileged: true, volumes: ["./s:/s"]}}',
            "two/b.yaml": 'services: {two: {privileged: false, network_mode: "${NET:-none}"}}',
            "dir/.env": "NET=bridge",
        },
        {
            "a": set(),
            "sub": {PRIVILEGED, ("volume", "HERE/sub/s:/s")},
            "outer": {PRIVILEGED},
            "deep": {("pid", "host"), ("volume", "HERE/sub/deep/s:/s")},
            "two": {("privileged", "false"), ("network", "host"), ("volume", "HERE/dir/s:/s")},
        },
    ),
}


def planted(tree: Tree, folder: Path) -> str:
    for name, text in tree.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return str(folder / "compose.yaml")


def read(path: str, environ: Mapping[str, str] = ENVIRON) -> Given:
    found = services([path], environ)
    assert found is not None
    return {name: set(map(plain, service.given)) for name, service in found.items()}


def plain(pair: tuple[str, str]) -> tuple[str, str]:
    flag, value = pair
    bind = split_bind(value)
    return (flag, f"{os.path.normpath(bind.source)}:{bind.target}") if flag == "volume" else pair


@pytest.mark.parametrize("name", TREES)
def test_what_is_elsewhere_is_followed(name: str, tmp_path: Path) -> None:
    tree, expected = TREES[name]
    here = {
        service: {(flag, value.replace("HERE", str(tmp_path))) for flag, value in given}
        for service, given in expected.items()
    }
    assert read(planted(tree, tmp_path)) == here


def compose() -> list[str]:
    """As it is called here, with its version; DSHELL_TEST_COMPOSE names another one."""
    for argv in ([os.environ.get("DSHELL_TEST_COMPOSE", "docker-compose")], ["docker", "compose"]):
        if shutil.which(argv[0]):
            done = subprocess.run([*argv, "version", "--short"], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return [*argv, done.stdout.strip()]
    pytest.skip("no compose here")


@pytest.mark.parametrize("name", TREES)
def test_compose_follows_it_so(name: str, tmp_path: Path) -> None:
    *argv, version = compose()
    if name == "include" and tuple(map(int, re.findall(r"\d+", version)[:2])) < (2, 20):
        pytest.skip(f"compose {version} is older than include")
    path = planted(TREES[name][0], tmp_path)
    done = subprocess.run(
        [*argv, "config"], cwd=tmp_path, env={"PATH": os.environ["PATH"], **ENVIRON}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    said = {service: set(given_by(content)) for service, content in yaml.safe_load(done.stdout)["services"].items()}
    # What is as without a word for it, compose may leave out.
    assert {service: given - {("privileged", "false")} for service, given in read(path).items()} == {
        service: given - {("privileged", "false")} for service, given in said.items()
    }


def given_by(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = []
    for key, flag in KEYS.items():
        values = content.get(key, [])
        found += [(flag, str(value).lower() if value in (True, False) else str(value)) for value in as_list(values)]
    for volume in content.get("volumes", []):
        text = f"{volume['source']}:{volume['target']}" if isinstance(volume, dict) else volume
        found.append(plain(("volume", text)))
    return found


def as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


X = "{image: x, privileged: true}"
HOSTILE: dict[str, Tree] = {
    "itself": {"compose.yaml": "services: {a: {extends: a, image: x, privileged: true}}"},
    "a circle": {
        "compose.yaml": "services: {a: {extends: {service: b, file: b.yaml}, privileged: true}}",
        "b.yaml": "services: {b: {extends: {service: a, file: compose.yaml}}}",
    },
    "nothing": {"compose.yaml": f"include: [no.yaml]\nservices: {{a: {X}, b: {{extends: {{file: no, service: b}}}}}}"},
    "nobody": {"compose.yaml": f"services: {{a: {X}, b: {{extends: b}}, c: {{extends: {{service: nobody}}}}}}"},
    "odd": {
        "compose.yaml": "include: {a: [b]}\nservices: {a: {extends: [a, 1], privileged: true}, b: [], c: {extends: {}}}"
    },
    "odder": {"compose.yaml": f"include: [[], {{path: {{}}}}, 1, '']\nservices: {{a: {X}, ? [b] : {X}, ? {{}} : c}}"},
    "broken": {
        "compose.yaml": f"include: [b.yaml]\nservices: {{a: {X}, b: {{extends: {{file: b.yaml, service: b}}}}}}",
        "b.yaml": "services: {b: [",
    },
    "special": {
        "compose.yaml": f"include: [/dev/zero, pipe, folder, {{path: [pipe], env_file: [/dev/zero, pipe]}}]\n"
        f"services: {{a: {X}, b: {{extends: {{file: /dev/zero, service: b}}}}, c: {{extends: {{file: pipe}}}}}}",
        "folder/x": "",
    },
    "includes itself": {"compose.yaml": f"include: [compose.yaml, ./compose.yaml]\nservices: {{a: {X}}}"},
    "ever deeper": {
        "compose.yaml": f"include: [{{path: compose.yaml, project_directory: x}}, "
        f"{{path: ../compose.yaml, project_directory: y}}]\nservices: {{a: {X}}}",
    },
    "merges itself": {
        "compose.yaml": f"x: &x {{<<: *x, <<: [*x, *x]}}\nservices: {{a: {X}, b: {{<<: *x, pid: host}}}}"
    },
    "wide": {
        "compose.yaml": f"x: &x {{<<: [{'*y, ' * 1000}], v: &v [{'x, ' * 5000}], volumes: *v}}\ny: &y {{<<: *x}}\n"
        f"services: {{a: {X}, {', '.join(f's{n}: {{<<: *x, extends: a}}' for n in range(1000))}}}".replace("*y", "q"),
    },
    "a chain": {
        "compose.yaml": f"services: {{a: {X}, {', '.join(f's{n}: {{extends: s{n - 1}}}' for n in range(1000))}}}"
    },
    "laughs": {
        ".env": "Z0=xxxxxxxxxx\n" + "".join(f"Z{n}=$Z{n - 1}$Z{n - 1}\n" for n in range(1, 60)),
        "compose.yaml": f"services: {{a: {X}, b: {{image: [{'$Z59, ' * 1000}]}}}}",
    },
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_read_as_far_as_it_goes(kind: str, tmp_path: Path) -> None:
    """Without end, were it followed for ever: then this test has none either."""
    path = planted(HOSTILE[kind], tmp_path)
    os.mkfifo(tmp_path / "pipe")
    assert PRIVILEGED in read(path)["a"]


@pytest.mark.parametrize("kind", ["a pipe", "endless", "a folder", "bytes"])
def test_hostile_variables_set_nothing(kind: str, tmp_path: Path) -> None:
    path = planted({"compose.yaml": "services: {a: {image: x, privileged: '${NO:-true}'}}"}, tmp_path)
    make: dict[str, Callable[[Path], object]] = {
        "a pipe": os.mkfifo,
        "endless": lambda file: file.symlink_to("/dev/zero"),
        "a folder": Path.mkdir,
        "bytes": lambda file: file.write_bytes(b"\xff\x00=\xff\nNO\xff=1\n" * 1000),
    }
    make[kind](tmp_path / ".env")
    assert read(path)["a"] == {PRIVILEGED}
