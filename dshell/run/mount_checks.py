"""What of a bind mount will not be what was meant: found on the disk and said before the line runs.

Docker takes all of it, or says too late and too little: it makes a missing folder, as root, without a word. One look at
the disk for each mount, and only where somebody reads what is told. Nothing is held up.
"""

import ntpath
import os
import posixpath
import re
from collections.abc import Iterator

from dshell.foreseen import MountNoticed, MountTrouble
from dshell.line.mounts import absolute, is_path, parse_mount
from dshell.line.near import nearest
from dshell.line.paths import Found, split_bind
from dshell.line.split import join
from dshell.pattern import pattern
from dshell.record import Record
from dshell.run.base import Call, Desk
from dshell.run.disk import Disk

SOCKET = "docker.sock"  # the daemon's own, wherever the daemon is

_DISTRIBUTION = pattern(r"\\\\wsl(?:\.localhost|\$)\\", re.IGNORECASE)
_NETWORK = pattern(r"\\\\(?P<server>(?![?.]\\)[^\\]+)\\+(?P<path>[^\\].*)")
_DRIVE = pattern(r"[A-Za-z]:[\\/]")
_SOURCE_FIELD = pattern(r"(?:^|,)(?:source|src)=(?P<source>[^,]*)", re.IGNORECASE)


class Mount(Record):
    """One -v or --mount with something of this machine. ``value``: of the flag, as docker gets it."""

    value: str
    source: str
    target: str
    flag: str = "volume"

    def put(self, call: Call, source: str = "", target: str = "") -> str:
        """The line of ``call`` with another source or target, without "docker"."""
        new = self.value
        if source:
            before = "=" if self.flag == "mount" else ""
            new = new.replace(before + self.source, before + source, 1)
        if target:
            head, _, tail = new.rpartition(self.target)
            new = head + target + tail
        at = next(index for index, word in enumerate(call.argv) if word.endswith(self.value))
        word = call.argv[at].removesuffix(self.value) + new
        return call.spelled((*call.argv[:at], word, *call.argv[at + 1 :]))


def notices(call: Call, desk: Desk, disk: Disk) -> Iterator[MountNoticed]:
    """At most one for each mount. None when the daemon has another disk than this machine's."""
    if not desk.engine.endpoint.local:
        return
    for mount in mounts(call):
        check = Check(call, mount, desk.folder, disk)
        found = check.path() if is_path(mount.source) else check.name()
        if found is not None:
            yield found


def mounts(call: Call) -> Iterator[Mount]:
    for setting in call.settings:
        if setting.name == "volume":
            bind = split_bind(setting.value)
            if bind.source:
                yield Mount(setting.value, bind.source, bind.target)
        elif setting.name == "mount":
            try:
                read = parse_mount(setting.value)
            except ValueError:
                continue  # docker refuses it
            source = next((found["source"] for found in _SOURCE_FIELD.finditer(setting.value)), "")
            if read.get("Type") == "bind" and is_path(source):
                yield Mount(setting.value, source, read["Target"], "mount")


class Check(Record):
    """One mount of one call that was typed in ``folder``."""

    call: Call
    mount: Mount
    folder: str
    disk: Disk

    def name(self) -> MountNoticed | None:
        """``-v src:/app`` is a volume called src, also where there is a folder src."""
        name = self.mount.source
        if self.disk.look(os.path.join(self.folder, name)) is Found.NOTHING:
            return None
        return self._notice(MountTrouble.NAME, self.mount.put(self.call, source=f"./{name}"))

    def path(self) -> MountNoticed | None:
        path = absolute(self.mount.source, self.folder)
        if posixpath.basename(path) == SOCKET or (self.disk.windows and self._elsewhere(path)):
            return None
        if self.disk.windows and (network := _NETWORK.match(path)):
            return self._network(network)
        found = self.disk.look(path)
        if found is Found.NOTHING:
            return self._missing(path)
        if self.disk.windows and (other := self._windows(path)):
            return other
        if found is Found.FOLDER:
            return self._folder(path)
        return self._file() if found is Found.FILE else None

    def _elsewhere(self, path: str) -> bool:
        """In the machine that Docker Desktop runs, or in a Linux distribution that it reaches by itself."""
        return bool(_DISTRIBUTION.match(path)) or not (_DRIVE.match(path) or _NETWORK.match(path))

    def _network(self, network: re.Match[str]) -> MountNoticed:
        """The daemon sees the disks of this machine; another machine's it reaches as a volume of its own."""
        device = f"//{network['server']}/{network['path'].replace(ntpath.sep, '/').rstrip('/')}"
        name = re.sub(r"[^a-z0-9_.-]", "-", posixpath.basename(device).lower()).strip("-._") or "share"
        options = ("-o", "type=cifs", "-o", f"device={device}", "-o", "o=username=NAME,password=PASSWORD")
        return self._notice(MountTrouble.NETWORK, join(("volume", "create", *options, name)), name)

    def _missing(self, path: str) -> MountNoticed | None:
        flavour = ntpath if self.disk.windows else posixpath
        parent, name = flavour.split(path.rstrip("/\\"))
        if not name:
            return None  # a drive: nothing here makes one
        names = self.disk.names(parent)
        same = next((other for other in names if other.casefold() == name.casefold()), "")
        if other := same or nearest(name, names):
            source = self.mount.source.rstrip("/\\").removesuffix(name) + other
            trouble = MountTrouble.CASE if same else MountTrouble.NEAR
            return self._notice(trouble, self.mount.put(self.call, source=source), other)
        if self.mount.flag == "volume" and _suffix(name) and _suffix(self.mount.target):
            return self._notice(MountTrouble.MISSING_FILE, join(("ls", self._short(parent))))
        deep = self.disk.look(parent) is Found.NOTHING
        make = join(("mkdir", *(("-p",) if deep else ()), self._short(path)))
        return self._notice(MountTrouble.MISSING if self.mount.flag == "volume" else MountTrouble.ABSENT, make)

    def _windows(self, path: str) -> MountNoticed | None:
        real = self.disk.real(path)
        if network := _NETWORK.match(real):
            return self._network(network)
        real, plain = real.replace("\\", "/"), ntpath.normpath(path).replace("\\", "/")
        if real == plain or real.casefold() != plain.casefold():
            return None
        return self._notice(MountTrouble.CASE, self.mount.put(self.call, source=real), real)

    def _folder(self, path: str) -> MountNoticed | None:
        """An empty folder with a file's name is what docker makes of a file that was not there."""
        if not (_suffix(path) and _suffix(self.mount.target)) or self.disk.names(path):
            return None
        return self._notice(MountTrouble.FOLDER, join(("rmdir", self._short(path))))

    def _file(self) -> MountNoticed | None:
        name, target = re.split(r"[\\/]", self.mount.source)[-1], self.mount.target
        if not target.endswith("/") and (not _suffix(name) or _suffix(target)):
            return None
        below = f"{target.rstrip('/')}/{name}"
        return self._notice(MountTrouble.FILE, self.mount.put(self.call, target=below))

    def _short(self, path: str) -> str:
        """``path`` as one would type it here."""
        path, folder = path.replace("\\", "/"), self.folder.replace("\\", "/").rstrip("/")
        return path.removeprefix(f"{folder}/") if path != folder else "."

    def _notice(self, trouble: MountTrouble, fix: str, found: str = "") -> MountNoticed:
        return MountNoticed(trouble, self.mount.source, self.mount.target, fix, found)


def _suffix(path: str) -> str:
    """That of a file: ``conf.d`` and ``.git`` are folders."""
    suffix = os.path.splitext(re.split(r"[\\/]", path)[-1])[1]
    return suffix if suffix != ".d" else ""
