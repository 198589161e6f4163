"""Host paths of every spelling, binds with drives, and what is a volume's name."""

from __future__ import annotations

import pytest

from dshell.grammar.model import Kind
from dshell.line.paths import host_path, host_value, is_path, split_bind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"C:\x\y z", "C:/x/y z"),
        ("c:/x", "C:/x"),
        ("C:\\", "C:/"),
        ("/c/x", "C:/x"),
        ("/c", "C:/"),
        ("/mnt/d/x", "D:/x"),
        ("/cygdrive/c/x", "C:/x"),
        ("/code/x", "/code/x"),
        ("/mnt/data", "/mnt/data"),
        ("~", "C:/Users/me"),
        ("~/x", "C:/Users/me/x"),
        (r"~\x", "C:/Users/me/x"),
        (".", "C:/Users/me/My Course"),
        ("./x", "C:/Users/me/My Course/x"),
        (r".\x\y", "C:/Users/me/My Course/x/y"),
        ("../x", "C:/Users/me/x"),
        ("x", "x"),
        ("c:x", "c:x"),
        (r"\\server\share", r"\\server\share"),
        ("//server/share", "//server/share"),
        ("//var/run/docker.sock", "//var/run/docker.sock"),
        (r"\\wsl.localhost\Ubuntu\home", r"\\wsl.localhost\Ubuntu\home"),
        ("//wsl.localhost/Ubuntu/home/me", r"\\wsl.localhost\Ubuntu\home\me"),
        ("//wsl$/Ubuntu", r"\\wsl$\Ubuntu"),
        (r"\wsl$\Ubuntu", r"\\wsl$\Ubuntu"),  # inside a word, where quotes have eaten one
        ("//c/x", "C:/x"),  # what courses write for Git Bash
        ("//c/", "C:/"),
        ("/C:/x", "C:/x"),
        ("//C:/x", "C:/x"),
        (r"/c\x", "C:/x"),
        ("C:/Élève/mes projets", "C:/Élève/mes projets"),
        ("http://h/x.tar", "http://h/x.tar"),
        ("git@github.com:me/x.git", "git@github.com:me/x.git"),
        ("-", "-"),
        (".env", ".env"),
        ("", ""),
    ],
)
def test_windows_host(text: str, expected: str) -> None:
    assert host_path(text, r"C:\Users\me\My Course", r"C:\Users\me", windows=True) == expected


@pytest.mark.parametrize("text", ["/x", "~", "~/x", ".", "./x/", "../x", "...", "/c/x", r"C:\x", r".\x", "//c/x"])
def test_docker_of_a_posix_host_takes_paths_as_they_are_typed(text: str) -> None:
    assert host_path(text, "/work", "/home/me", windows=False) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("data:/data", ("data", "/data", "")),
        ("/src:/app:ro", ("/src", "/app", "ro")),
        (r"C:\x:/app:ro", (r"C:\x", "/app", "ro")),
        ("C:/x:/app", ("C:/x", "/app", "")),
        (r"C:\x:D:\y:ro", (r"C:\x", r"D:\y", "ro")),
        ("/data", ("", "/data", "")),
        ("a:/b", ("", "a:/b", "")),  # docker takes one letter for a drive
        (".:/app", (".", "/app", "")),
        ("a:b:c:d", ("a:b", "c:d", "")),
        ("one:two:three:four", ("one", "two", "three:four")),
        ("", ("", "", "")),
    ],
)
def test_split_bind(text: str, expected: tuple[str, str, str]) -> None:
    assert split_bind(text) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("/x", True),
        (".", True),
        ("./x", True),
        ("~/x", True),
        (r"C:\x", True),
        ("src/x", True),
        ("data", False),
        ("my.data-1", False),
        ("", False),
    ],
)
def test_is_path(source: str, expected: bool) -> None:
    assert is_path(source) is expected


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("/c/x", Kind.HOST_PATH, "C:/x"),
        ("/c/x", Kind.HOST_FOLDER, "C:/x"),
        ("/c/x:/c/x:ro", Kind.BIND, "C:/x:/c/x:ro"),
        (r"C:\x:/app", Kind.BIND, "C:/x:/app"),
        ("vol:/c/x", Kind.BIND, "vol:/c/x"),
        ("/c/x", Kind.BIND, "/c/x"),
        ("/C:/x:/app", Kind.BIND, "C:/x:/app"),  # "/$(pwd):/app"
        ("/c:/app:ro", Kind.BIND, "C:/:/app:ro"),
        ("//c/x:/c/x", Kind.BIND, "C:/x:/c/x"),
        ("//var/run/docker.sock:/var/run/docker.sock", Kind.BIND, "//var/run/docker.sock:/var/run/docker.sock"),
        ("//wsl.localhost/Ubuntu/home:/app", Kind.BIND, r"\\wsl.localhost\Ubuntu\home:/app"),
        ("type=bind,source=/c/x,target=/c/x", Kind.MOUNT, "type=bind,source=C:/x,target=/c/x"),
        ("src=./x,dst=/y,type=bind", Kind.MOUNT, "src=C:/w/x,dst=/y,type=bind"),
        ("type=volume,source=data,target=/c/x", Kind.MOUNT, "type=volume,source=data,target=/c/x"),
        ("/c/x", Kind.COPY_PATH, "C:/x"),
        (r"C:\x", Kind.COPY_PATH, "C:/x"),
        (".", Kind.COPY_PATH, "C:/w/."),  # what is in the folder
        ("./x/.", Kind.COPY_PATH, "C:/w/x/."),
        ("./x/", Kind.COPY_PATH, "C:/w/x/"),
        ("..", Kind.COPY_PATH, "C:/"),
        ("./a:b", Kind.COPY_PATH, "C:/w/a:b"),
        ("id=k,src=/c/k", Kind.HOST_FIELDS, "id=k,src=C:/k"),
        ("type=local,dest=./out", Kind.HOST_FIELDS, "type=local,dest=C:/w/out"),
        ("type=registry,ref=me/x", Kind.HOST_FIELDS, "type=registry,ref=me/x"),
        ("./out", Kind.HOST_FIELDS, "C:/w/out"),
        ("web:/c/x", Kind.COPY_PATH, "web:/c/x"),
        ("-", Kind.COPY_PATH, "-"),
        ("/c/x", Kind.CONTAINER_PATH, "/c/x"),
        ("A=/c/x", Kind.ENV, "A=/c/x"),
        ("/c/x", Kind.PROGRAM, "/c/x"),
        ("/c/x", Kind.TEXT, "/c/x"),
    ],
)
def test_only_host_paths_are_touched(text: str, kind: Kind, expected: str) -> None:
    assert host_value(text, kind, r"C:\w", r"C:\Users\me", windows=True) == expected


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("~/x:/app", Kind.BIND),
        ("/C:/x:/app", Kind.BIND),
        ("type=bind,src=~/x,dst=/y", Kind.MOUNT),
        (".", Kind.COPY_PATH),
        ("x/", Kind.COPY_PATH),
        ("/c/x", Kind.HOST_PATH),
    ],
)
def test_values_of_a_posix_host(text: str, kind: Kind) -> None:
    assert host_value(text, kind, "/work", "/home/me", windows=False) == text
