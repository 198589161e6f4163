"""What is said of a mount before its line runs: given a disk and a line, expect the notice and what mends it."""

from __future__ import annotations

import ntpath
import posixpath
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from dshell.engine.records import Endpoint
from dshell.events import Failed
from dshell.foreseen import MountNoticed, MountTrouble
from dshell.line.expand import Surroundings, settle
from dshell.line.parse import parse
from dshell.line.paths import Found
from dshell.run.ahead.foresight import Foresight
from dshell.run.base import Call
from dshell.run.disk import HostDisk
from dshell.run.line import Runner, call_of
from dshell.run.mount_checks import notices
from tests.desks import GRAMMAR, Work, person
from tests.fakes import FakeEngine

HERE, HOME = "/work/here", "/home/me"


@dataclass
class FakeDisk:
    """``paths``: what is there; a folder ends in a slash. ``reals``: what another spelling of a path really is."""

    paths: Sequence[str]
    windows: bool = False
    reals: Mapping[str, str] = field(default_factory=dict)
    looked: list[str] = field(default_factory=list)

    def look(self, path: str) -> Found:
        self.looked.append(path)
        path = self._plain(path)
        if path in map(self._plain, self.paths):
            return Found.FILE
        folders = {*map(self._plain, self.paths)} | {""}
        return Found.FOLDER if any(each.startswith(path.rstrip("/") + "/") for each in folders) else Found.NOTHING

    def real(self, path: str) -> str:
        return self.reals.get(path, path)

    def names(self, folder: str) -> Sequence[str]:
        below = folder.replace("\\", "/").rstrip("/") + "/"
        return sorted({path[len(below) :].split("/")[0] for path in self.paths if path.startswith(below)} - {""})

    def _plain(self, path: str) -> str:
        if not self.windows:
            return posixpath.normpath(path) + ("/" if path.endswith("/") else "")
        plain = ntpath.normpath(path).replace("\\", "/").casefold()
        return plain + ("/" if path.endswith("/") else "")


DISK = FakeDisk(
    [
        f"{HERE}/src/main.py",
        f"{HERE}/Data/",
        f"{HERE}/nginx.conf",
        f"{HERE}/site.conf/",
        f"{HERE}/conf.d/",
        f"{HERE}/my proj/x",
        "/etc/hosts",
        "/d/x/y",
    ]
)


def called(line: str, *, windows: bool = False, folder: str = HERE, home: str = HOME) -> Call:
    simple = parse(line, GRAMMAR).commands[0]
    return call_of(simple, settle(simple, Surroundings({}, folder, home, lambda _: "", windows)))


def noticed(line: str) -> list[tuple[str, str]]:
    work = Work()
    return [(each.trouble.value, each.fix) for each in notices(called(line), work.desk(told=True), DISK)]


@pytest.mark.parametrize(
    ("line", "trouble", "fix"),
    [
        ("run -v ./nothing:/app alpine", "missing", "mkdir nothing"),
        ("run -v ./a/b:/app alpine", "missing", "mkdir -p a/b"),
        ("run -v /nothing:/app:ro alpine", "missing", "mkdir /nothing"),
        ("run -v $(pwd)/nothing:/app alpine", "missing", "mkdir nothing"),
        ("run -v './no thing':/app alpine", "missing", "mkdir 'no thing'"),
        ("run -v ./srv:/app alpine", "near", "run -v ./src:/app alpine"),
        ("run -e COPY=$TOKEN -v ./srv:/app alpine", "near", "run -e COPY=$TOKEN -v ./src:/app alpine"),
        ("run -itv./srv:/app alpine sh", "near", "run -itv./src:/app alpine sh"),
        ("run --volume=./srv/:/app alpine", "near", "run --volume=./src:/app alpine"),
        ("run -v ./data:/data alpine", "case", "run -v ./Data:/data alpine"),
        ("run -v ./app.conf:/etc/app.conf alpine", "missing-file", "ls ."),
        ("run -v /srv/app.conf:/etc/app.conf alpine", "missing-file", "ls /srv"),
        ("run -v ./site.conf:/etc/site.conf nginx", "folder", "rmdir site.conf"),
        ("run -v ./nginx.conf:/etc/nginx nginx", "file", "run -v ./nginx.conf:/etc/nginx/nginx.conf nginx"),
        ("run -v ./nginx.conf:/etc/nginx/:ro nginx", "file", "run -v ./nginx.conf:/etc/nginx/nginx.conf:ro nginx"),
        ("run -v src:/app alpine", "name", "run -v ./src:/app alpine"),
        ("run -v src/main.py:/main.py alpine", "name", "run -v ./src/main.py:/main.py alpine"),
        ("create --mount type=bind,src=./nothing,dst=/app alpine", "absent", "mkdir nothing"),
        ("run --mount type=bind,dst=/srv,src=./srv alpine", "near", "run --mount type=bind,dst=/srv,src=./src alpine"),
    ],
)
def test_what_is_said(line: str, trouble: str, fix: str) -> None:
    assert noticed(line) == [(trouble, fix)]


@pytest.mark.parametrize(
    "line",
    [
        "run alpine",
        "run -v ./src:/app alpine",
        "run -v '/work/here/my proj':/app alpine",
        "run -v .:/app alpine",
        "run -v data:/data alpine",
        "run -v /data alpine",
        "run -v ./nginx.conf:/etc/nginx/nginx.conf nginx",
        "run -v ./conf.d:/etc/nginx/conf.d nginx",
        "run -v /etc/hosts:/etc/hosts alpine",
        "run -v /var/run/docker.sock:/var/run/docker.sock docker",
        "run --mount type=volume,src=src,dst=/app alpine",
        "run --mount type=bind,src=./src alpine",  # docker refuses it
        "run --mount type=tmpfs,dst=/x alpine",
    ],
)
def test_what_goes_without_saying(line: str) -> None:
    assert noticed(line) == []


WINDOWS = FakeDisk(
    ["C:/Users/me/Course/src/x", "C:/Users/me/Course/é à/x", "Z:/x/y", "S:/x"],
    windows=True,
    reals={
        "C:/Users/me/course/SRC": r"C:\Users\me\Course\src",
        "Z:/x": r"\\nas.local\share\x",
        "S:/": r"C:\Users\me\Course",
    },
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("run -v ./src:/app alpine", []),
        ("run -v '/c/Users/me/Course/é à:/app' alpine", []),
        ("run -v ./srv:/app alpine", [("near", "run -v C:/Users/me/Course/src:/app alpine")]),
        ("run -v ./lib:/app alpine", [("missing", "mkdir lib")]),
        ("run -v ~/course/SRC:/app alpine", [("case", "run -v C:/Users/me/Course/src:/app alpine")]),
        (
            "run -v /z/x:/app alpine",
            [
                (
                    "network",
                    "volume create -o type=cifs -o device=//nas.local/share/x -o o=username=NAME,password=PASSWORD x",
                )
            ],
        ),
        (
            r"run -v \\nas\My.Share:/app alpine",
            [
                (
                    "network",
                    "volume create -o type=cifs -o device=//nas/My.Share -o o=username=NAME,password=PASSWORD my.share",
                )
            ],
        ),
        ("run -v S:/:/app alpine", []),  # subst
        (r"run -v \\wsl.localhost\Ubuntu\home\me:/app alpine", []),
        ("run -v /q/:/app alpine", []),  # no such drive
        ("run -v //wsl$/Ubuntu/home/me:/app alpine", []),
        ("run -v //var/run/docker.sock:/var/run/docker.sock alpine", []),
        ("run -v /run/desktop/mnt/x:/app alpine", []),  # in Docker Desktop's machine
        ("run -v src:/app alpine", [("name", "run -v ./src:/app alpine")]),
    ],
)
def test_a_windows_disk(line: str, expected: list[tuple[str, str]]) -> None:
    folder, home = r"C:\Users\me\Course", r"C:\Users\me"
    call = called(line, windows=True, folder=folder, home=home)
    found = notices(call, Work().desk(told=True, folder=folder), WINDOWS)
    assert [(each.trouble.value, each.fix) for each in found] == expected


def test_a_daemon_elsewhere_has_another_disk() -> None:
    work = Work(FakeEngine(endpoint=Endpoint("far", "tcp://10.0.0.1:2376", "-H")))
    assert not list(notices(called("run -v ./nothing:/app alpine"), work.desk(told=True), DISK))


@pytest.mark.parametrize("line", ["run -v ./src:/app alpine", "run -v ./nginx.conf:/etc/x.conf -v data:/d alpine"])
def test_one_look_for_each_mount(line: str) -> None:
    disk = replace(DISK, looked=[])
    list(notices(called(line), Work().desk(told=True), disk))
    assert len(disk.looked) == line.count("-v")


LIST = r"C:\Users\me;C:\Program Files\Git\app"


def runner(work: Work, *, told: bool, off: Collection[str] = ()) -> Runner:
    runner = Runner(GRAMMAR, lambda: work.desk(told=told), lambda *_: 0, lambda _: None, HOME, windows=False, disk=DISK)
    return runner._replace(foresee=Foresight(off).instead)


@pytest.mark.parametrize("windows", [True, False])
@pytest.mark.parametrize(
    ("value", "typed"),
    [
        (LIST, r"C:\Users\me:/app"),
        (LIST + ";ro", r"C:\Users\me:/app:ro"),
        (r"C:\a;\app", ""),
        (r"C:\a;D:\tools\PortableGit\app", r"C:\a:/app"),
    ],
)
def test_what_git_bash_made_is_refused(value: str, typed: str, *, windows: bool) -> None:
    work = Work()
    line = parse(f"run -v '{value}' alpine", GRAMMAR)
    assert runner(work, told=False)._replace(windows=windows).run(line) == 125
    assert f"'{value}'" in work.terminal.err
    assert (f"from '{typed}'" in work.terminal.err) is bool(typed)


@pytest.mark.parametrize(
    "line", ["run -v '/x;y:/app' alpine", "run -v '/x;C:/app' alpine", "run -e 'A=C:\\x;C:\\y' alpine"]
)
def test_other_semicolons_are_docker_s(line: str) -> None:
    assert runner(Work(), told=False).run(parse(line, GRAMMAR)) == 0


@pytest.mark.parametrize("flag", ["", "--no-such-flag "])
def test_native_and_forwarded_lines_are_refused_alike(flag: str) -> None:
    work = Work(terminal=person())
    code = runner(work, told=True).run(parse(f"run {flag}-v '{LIST}' alpine", GRAMMAR))
    assert (code, work.engine.names) == (125, [])
    (failed,) = work.told(Failed)
    assert isinstance(failed, Failed)
    assert failed.failure.words.startswith("invalid volume specification")


def test_where_nobody_listens_it_is_refused_in_docker_s_way() -> None:
    work = Work()
    assert runner(work, told=False).run(parse(f"run -v '{LIST}' alpine", GRAMMAR)) == 125
    assert work.terminal.err.startswith("docker: invalid volume specification: 'C:")


@pytest.mark.parametrize(("told", "off", "count"), [(True, (), 1), (True, ("mount",), 0), (False, (), 0)])
def test_notices_hold_nothing_up_and_come_once_before_the_act(*, told: bool, off: tuple[str, ...], count: int) -> None:
    work = Work(terminal=person())
    twice = "run -v ./nothing:/app alpine true; run -v ./nothing:/app alpine true"
    assert runner(work, told=told, off=off).run(parse(twice, GRAMMAR)) == 0
    assert "create" in work.engine.names
    kinds = [type(event).__name__ for event in work.events]
    assert kinds.count("MountNoticed") == count
    if count:
        assert kinds.index("MountNoticed") < kinds.index("Asked")


def test_a_real_disk(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    disk = HostDisk()
    looks = [disk.look(str(tmp_path / name)) for name in (".", "file", "none", "file/x", "\0")]
    assert looks == [Found.FOLDER, Found.FILE, Found.NOTHING, Found.NOTHING, Found.CLOSED]
    assert disk.names(str(tmp_path)) == ["file"]
    assert disk.names(str(tmp_path / "none")) == ()
    assert disk.real(str(tmp_path)) == str(tmp_path.resolve())


def test_the_facts_of_a_notice() -> None:
    (notice,) = notices(called("run -v ./data:/data alpine"), Work().desk(told=True), DISK)
    assert notice == MountNoticed(MountTrouble.CASE, "./data", "/data", "run -v ./Data:/data alpine", "Data")
