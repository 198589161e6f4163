"""Git Bash's conversion of arguments, both ways. What is received was seen: msys2's own routine, root as below."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dshell.grammar.model import Kind
from dshell.line.msys import Msys, convert, guess, restore

GIT = Msys("C:/Program Files/Git", "C:/Users/me/AppData/Local/Temp")

SAME = ""  # received as it was typed
LOST = None  # cannot be told back for certain

INSIDE, BIND, MOUNT, ENV = Kind.CONTAINER_PATH, Kind.BIND, Kind.MOUNT, Kind.ENV
PROGRAM = Kind.PROGRAM

# typed in Git Bash, received by docker, kind of the word where it stands, what dshell makes of what was received
TRUTH: list[tuple[str, str, Kind, str | None]] = [
    ("/app", "C:/Program Files/Git/app", INSIDE, "/app"),
    ("//app", "/app", INSIDE, LOST),
    ("//app/sub", SAME, INSIDE, LOST),
    ("//bin/bash", SAME, PROGRAM, LOST),
    ("//c/Users/me:/app", SAME, BIND, LOST),
    ("///app", "//app", INSIDE, LOST),
    ("/bin/bash", "C:/Program Files/Git/usr/bin/bash", PROGRAM, "/bin/bash"),
    ("/c/Users/me", "C:/Users/me", INSIDE, LOST),
    ("/c/Users/me:/app", r"C:\Users\me;C:\Program Files\Git\app", BIND, r"C:\Users\me:/app"),
    ("/c/Users/me:/app:ro", r"C:\Users\me;C:\Program Files\Git\app;ro", BIND, r"C:\Users\me:/app:ro"),
    ("/c/Users/me://app", r"C:\Users\me;\app", BIND, r"C:\Users\me:/app"),
    ("/c/Users/me/my proj:/app", r"C:\Users\me\my proj;C:\Program Files\Git\app", BIND, r"C:\Users\me\my proj:/app"),
    ("c:/Users/me:/app", SAME, BIND, LOST),
    (r"C:\Users\me:/app", SAME, BIND, LOST),
    ("data:/app", SAME, BIND, LOST),
    ("data:/app:ro", SAME, BIND, LOST),
    ("ctr:/etc/hosts", SAME, Kind.COPY_PATH, LOST),
    (".:/app", r".;C:\Program Files\Git\app", BIND, ".:/app"),
    ("./src:/app", r".\src;C:\Program Files\Git\app", BIND, "./src:/app"),
    ("src/x:/app", r"src\x;C:\Program Files\Git\app", BIND, "src/x:/app"),
    ("~/x:/app", SAME, BIND, LOST),
    (
        "/var/run/docker.sock:/var/run/docker.sock",
        r"C:\Program Files\Git\var\run\docker.sock;C:\Program Files\Git\var\run\docker.sock",
        BIND,
        "/var/run/docker.sock:/var/run/docker.sock",
    ),
    (
        "-v/c/Users/me:/app",
        r"-vC:\Users\me;C:\Program Files\Git\app",
        PROGRAM,
        "-v/c/Users/me:/app",
    ),
    (
        "--volume=/c/Users/me:/app",
        r"--volume=C:\Users\me;C:\Program Files\Git\app",
        PROGRAM,
        "--volume=/c/Users/me:/app",
    ),
    ("-w/app", "-wC:/Program Files/Git/app", PROGRAM, "-w/app"),
    ("-w=/app", "-w=C:/Program Files/Git/app", PROGRAM, "-w=/app"),
    ("--workdir=/app", "--workdir=C:/Program Files/Git/app", PROGRAM, "--workdir=/app"),
    ("--entrypoint=/bin/sh", "--entrypoint=C:/Program Files/Git/usr/bin/sh", PROGRAM, "--entrypoint=/bin/sh"),
    ("--tmpfs=/run", "--tmpfs=C:/Program Files/Git/run", PROGRAM, "--tmpfs=/run"),
    ("type=bind,source=/c/Users/me,target=/app", "type=bind,source=C:/Users/me,target=/app", MOUNT, LOST),
    (
        "type=bind,target=/app,source=/c/Users/me",
        "type=bind,target=C:/Program Files/Git/app,source=/c/Users/me",
        MOUNT,
        "type=bind,target=/app,source=/c/Users/me",
    ),
    (
        "type=volume,source=data,target=/app",
        "type=volume,source=data,target=C:/Program Files/Git/app",
        MOUNT,
        "type=volume,source=data,target=/app",
    ),
    ("A=/foo", "A=C:/Program Files/Git/foo", ENV, "A=/foo"),
    ("A=/foo:/bar", r"A=C:\Program Files\Git\foo;C:\Program Files\Git\bar", ENV, "A=/foo:/bar"),
    ("A=/c/x:/bar", r"A=C:\x;C:\Program Files\Git\bar", ENV, "A=/c/x:/bar"),
    ("A=/c/x:/d/y", r"A=C:\x;D:\y", ENV, LOST),
    ("X=/y", "X=Y:/", ENV, LOST),
    ("JAVA_OPTS=-Dx=/y", "JAVA_OPTS=-Dx=Y:/", ENV, LOST),
    ("X=http://h/p", SAME, ENV, LOST),
    ("X=jdbc:mysql://h/p", SAME, ENV, LOST),
    ("localhost:5000/img:tag", SAME, Kind.IMAGE, LOST),
    ("8080:80", SAME, Kind.PORT_MAP, LOST),
    ("s/a/b/", SAME, PROGRAM, LOST),
    ("/app/*.txt", SAME, PROGRAM, LOST),
    ("'/app'", SAME, PROGRAM, LOST),
    ("/dev/null", "nul", PROGRAM, "/dev/null"),
    ("ls /etc", SAME, PROGRAM, LOST),
    ("/etc/a b", "C:/Program Files/Git/etc/a b", PROGRAM, "/etc/a b"),
    ("/", "C:/Program Files/Git/", INSIDE, "/"),
    ("/tmp/x", "C:/Users/me/AppData/Local/Temp/x", INSIDE, "/tmp/x"),
    ("/etc/passwd:ro", SAME, BIND, LOST),
    ("C:/x;y:/app", SAME, BIND, LOST),
    ("./x", SAME, INSIDE, LOST),
    ("../x/y", SAME, INSIDE, LOST),
    ("..:/app", r"..;C:\Program Files\Git\app", BIND, "..:/app"),
    ("/C:/x", "C:/x", INSIDE, LOST),
    ("/..", SAME, INSIDE, LOST),
    (r"//server\x/y", "//server/x/y", INSIDE, LOST),
    (
        "/tmp/x:/app",
        r"C:\Users\me\AppData\Local\Temp\x;C:\Program Files\Git\app",
        BIND,
        r"C:\Users\me\AppData\Local\Temp\x:/app",
    ),
    ("/dev/null:/app/x", r"nul;C:\Program Files\Git\app\x", BIND, "/dev/null:/app/x"),
    ("-Xc:/x", SAME, PROGRAM, LOST),
    ("-x/a;b", SAME, PROGRAM, LOST),
    ("HEAD:./x", SAME, PROGRAM, LOST),
    ("a@@/b", SAME, PROGRAM, LOST),
    ("@/app", "@C:/Program Files/Git/app", PROGRAM, "@/app"),
    ("::1/64", SAME, PROGRAM, LOST),
    ("/x/~y", SAME, PROGRAM, LOST),
    ("/data", "C:/Program Files/Git/data", BIND, "/data"),
    ("/data", "C:/Program Files/Git/data", Kind.HOST_PATH, LOST),  # there it was wanted
    ("/usr/bin/env", "C:/Program Files/Git/usr/bin/env", PROGRAM, "/usr/bin/env"),
]


@pytest.mark.parametrize(("typed", "received", "kind", "restored"), TRUTH)
def test_what_git_bash_makes_of_a_word(typed: str, received: str, kind: Kind, restored: str | None) -> None:
    assert convert(typed, GIT) == (received or typed)


@pytest.mark.parametrize(("typed", "received", "kind", "restored"), TRUTH)
def test_what_a_word_was(typed: str, received: str, kind: Kind, restored: str | None) -> None:
    assert restore(received or typed, kind, GIT) == restored


@pytest.mark.parametrize(
    ("received", "kind", "restored"),
    [
        (r"c:\program files\git\app", INSIDE, "/app"),
        ("C:/PROGRA~1/Git/app", INSIDE, "/app"),
        (r"C:\PROGRA~1\Git\usr\bin\bash", PROGRAM, "/bin/bash"),
        ("C:/Program Files/Git/bin/bash", PROGRAM, "/bin/bash"),  # of Git 1.x
        ("C:/Users/me/APPDATA/Local/Temp/x", INSIDE, "/tmp/x"),
        ("C:/Program Files/Github/app", INSIDE, None),
        ("C:/Program Files/Gitx", INSIDE, None),
        ("cat C:/Program Files/Git/app", PROGRAM, None),  # with a space before it nothing is converted
        ("A=C:/Users/me", ENV, None),
        ("A=nul", ENV, None),
        ("nul", Kind.CONTAINER, None),
        ("C:/Users/me/AppData/Local/Temp/x.yml", Kind.TEXT, None),  # compose -f
        ("--x=C:/Program Files/Git/app", Kind.TEXT, "--x=/app"),
        (r"C:\a;D:\x", BIND, r"C:\a:/d/x"),
        (r"C:\a;b", BIND, None),  # a folder's name
        ("C:/Program Files/Git/etc/hosts", Kind.COPY_PATH, None),
        ("C:/Program Files/Git/x", Kind.HOST_FOLDER, None),
        ("type=bind,source=C:/Users/me/AppData/Local/Temp/x,target=/tmp/x", MOUNT, None),
    ],
)
def test_what_else_may_be_received(received: str, kind: Kind, restored: str | None) -> None:
    assert restore(received, kind, GIT) == restored


@given(st.text(st.sampled_from("/\\:;=-.,abC ~'\"@*"), max_size=12), st.sampled_from([PROGRAM, ENV, INSIDE, MOUNT]))
def test_nothing_is_restored_that_would_not_have_been_converted_so(text: str, kind: Kind) -> None:
    received = convert(text, GIT)
    restored = restore(received, kind, GIT)
    if restored is not None:
        assert convert(restored, GIT).replace("\\", "/") == received.replace("\\", "/")


@pytest.mark.parametrize(
    ("text", "root"),
    [
        (r"C:\Users\me;C:\Program Files\Git\app", "C:/Program Files/Git"),
        (r"D:\Git\x;D:\tools\PortableGit\app", "D:/tools/PortableGit"),
        (r"C:\a;C:\msys64\app", "C:/msys64"),
        (r"C:\a;C:\b", None),
    ],
)
def test_where_git_may_be(text: str, root: str | None) -> None:
    found = guess(text)
    assert (found and found.root) == root
