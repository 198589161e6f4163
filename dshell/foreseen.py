"""What can be known of a line before it runs, one record each: what it would come to, what it would delete. Facts only:
``teach.ahead`` and ``teach.narrate`` make sentences of them.
"""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from dshell.record import Record


class MountTrouble(Enum):
    """Why a -v or --mount will not share what was meant."""

    MISSING = "missing"  # docker makes an empty folder of that name, which root owns on Linux
    MISSING_FILE = "missing-file"  # it does so for what was meant to be a file
    ABSENT = "absent"  # --mount makes nothing: docker will refuse
    NEAR = "near"  # it is not there; ``found`` is, with almost the same name
    CASE = "case"  # ``found`` is there, with other capital letters
    NETWORK = "network"  # it is on another machine; ``found`` is a name for a volume that reaches it
    FOLDER = "folder"  # an empty folder with the name of a file
    FILE = "file"  # a file for what seems to be a folder in the container
    NAME = "name"  # taken for the name of a volume; a folder or file of that name is here


class MountNoticed(Record):
    """A run or create is about to share something of this machine that is probably not what was meant.

    ``source`` and ``target``: of the mount, as docker gets them. ``fix``: a line to run instead, or before.
    """

    trouble: MountTrouble
    source: str
    target: str
    fix: str
    found: str = ""


class Ahead(Enum):
    """What a line will come to that was probably not meant."""

    NAME = "name"  # another container has the name that is asked for
    PORT = "port"  # a container has the port
    PORT_PROGRAM = "port-program"  # a program of this machine has it
    PORT_RESERVED = "port-reserved"  # Windows keeps it for itself
    KEYBOARD = "keyboard"  # a shell that has no input, and so ends at once
    ANOTHER = "another"  # a new container, beside a stopped one that can be entered again
    BEHIND = "behind"  # flags behind the image, which are words for the program inside
    PLATFORM = "platform"  # the image is for another processor
    CARRIAGE_RETURNS = "carriage-returns"  # a script with Windows line ends
    MARK = "mark"  # a script that begins with a byte order mark
    IMAGE_USED = "image-used"  # containers are made from an image that is to be removed
    NO_FOLDER = "no-folder"  # a build without the folder to build from
    NO_DOCKERFILE = "no-dockerfile"
    WINDOWS_ENGINE = "windows-engine"  # the daemon runs Windows containers, which most images are not for
    LOSS = "loss"  # things are deleted that nothing brings back

    SOCKET = "socket"  # the container gets the daemon's socket
    PRIVILEGED = "privileged"
    PROCESSES = "processes"  # it sees and stops those of the machine
    CAPABILITY = "capability"  # it gets a right that leads out of it
    DISK = "disk"  # it gets the heart of the machine's disk
    UNGUARDED = "unguarded"  # what holds it in is switched off
    HOST_NETWORK = "host-network"

    # as engine.records.Exposure
    TCP = "tcp"
    TCP_HERE = "tcp-here"
    UNVERIFIED = "unverified"
    OPEN_SOCKET = "open-socket"
    FOREIGN_SOCKET = "foreign-socket"
    FOREIGN_PIPE = "foreign-pipe"

    @property
    def asks(self) -> bool:
        """The line is held up: it will fail for certain, or what it does cannot be undone."""
        return self not in {Ahead.KEYBOARD, Ahead.ANOTHER, Ahead.PLATFORM} and not self.trusts

    @property
    def trusts(self) -> bool:
        """It is what somebody may want, who knows what it gives away: told once, not once a session."""
        return self in TRUSTS


TRUSTS = {
    *(Ahead.SOCKET, Ahead.PRIVILEGED, Ahead.PROCESSES, Ahead.CAPABILITY, Ahead.DISK, Ahead.UNGUARDED),
    *(Ahead.HOST_NETWORK, Ahead.TCP, Ahead.TCP_HERE, Ahead.UNVERIFIED),
    *(Ahead.OPEN_SOCKET, Ahead.FOREIGN_SOCKET, Ahead.FOREIGN_PIPE),
}


class Loss(Record):
    """One thing that would be deleted. ``sort``: container, image, volume, network or cache; ``size``: bytes.

    ``used``: it runs, or is in use now. ``users``: containers that need it. ``id``: as that of
    ``engine.records.Holding``. ``files``: of a container, what was changed in it.
    """

    sort: str
    name: str
    size: int = 0
    used: bool = False
    users: tuple[str, ...] = ()
    id: str = ""
    files: tuple[str, ...] = ()


class Foreseen(Record):
    """Something ahead of a line, of which nothing has been done yet.

    ``subject``: what it is about, so that nobody is asked twice. ``slots``: facts by name; ``seconds``: since when it
    is so, 0.0 unknown. ``choices``: lines that can be run instead, each with its name. ``losses``: of Ahead.LOSS.
    ``exact``: a yes deletes what is listed one by one, and nothing that came since.
    """

    ahead: Ahead
    subject: str
    slots: Mapping[str, str] = MappingProxyType({})
    seconds: float = 0.0
    choices: tuple[tuple[str, str], ...] = ()
    losses: tuple[Loss, ...] = ()
    exact: bool = False


class Instead(Record):
    """A person took the line ``chosen`` in the place of ``line``, which would have failed."""

    line: str
    chosen: str


class Overtaken(Record):
    """What a line would delete is no longer what a person has agreed to lose, so it is left undone.

    ``names``: of what differs. None: the daemon did not say any more what it would delete.
    """

    names: tuple[str, ...]


class Spared(Record):
    """Something that a person had agreed to lose is still there. ``why``: "runs", "used", "changed", "refused".

    ``words``: the daemon's, of a refusal.
    """

    sort: str
    name: str
    why: str
    words: str = ""
