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
        (".env", ".env"),
        ("", ""),
    ],
)
def test_windows_host(text: str, expected: str) -> None:
    assert host_path(text, r"C:\Users\me\My Course", r"C:\Users\me", windows=True) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/x", "/x"),
        ("~", "/home/me"),
        ("~/x", "/home/me/x"),
        (".", "/work"),
        ("./x/", "/work/x"),
        ("../x", "/x"),
        ("...", "..."),
        ("/c/x", "/c/x"),
        (r"C:\x", r"C:\x"),
        (r".\x", r".\x"),
    ],
)
def test_posix_host(text: str, expected: str) -> None:
    assert host_path(text, "/work", "/home/me", windows=False) == expected


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
        ("type=bind,source=/c/x,target=/c/x", Kind.MOUNT, "type=bind,source=C:/x,target=/c/x"),
        ("src=./x,dst=/y,type=bind", Kind.MOUNT, "src=C:/w/x,dst=/y,type=bind"),
        ("type=volume,source=data,target=/c/x", Kind.MOUNT, "type=volume,source=data,target=/c/x"),
        ("/c/x", Kind.COPY_PATH, "C:/x"),
        (r"C:\x", Kind.COPY_PATH, "C:/x"),
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
