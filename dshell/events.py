"""What can happen, one record each. Facts only: ``teach.narrate`` makes sentences of them.

Whoever acts takes an ``Emit`` and calls it in the order in which things happen, from the thread of the act. An event
is emitted when its step has really happened, never before and never for a step that did not.
"""

from collections.abc import Callable, Sequence
from enum import Enum

from dshell.errors import Failure
from dshell.examined import Examined
from dshell.foreseen import Foreseen, Instead, MountNoticed, Overtaken, Spared
from dshell.record import Record


class Way(Enum):
    """Who does a line."""

    NATIVE = "native"  # dshell itself, by the daemon's API
    CLI = "cli"  # the docker CLI
    HOST = "host"  # the person's own shell
    OWN = "own"  # a word of dshell's own: cd, help, explain …


class Why(Enum):
    """Why a line goes that way."""

    KNOWN = "known"  # dshell honours every flag of it
    FLAG = "flag"  # a flag that dshell does not honour itself; ``detail`` is the flag
    COMMAND = "command"  # a docker command that dshell leaves to docker
    UNKNOWN = "unknown"  # docker's word or flag is not in the grammar; ``detail`` is the word
    VARIABLE = "variable"  # a variable for docker's client, set for this line; ``detail`` is its name
    SUDO = "sudo"  # the daemon is closed to the person, and the line begins with sudo
    UNFINISHED = "unfinished"  # a flag without its value, which docker refuses best; ``detail`` is the flag
    REQUESTED = "requested"  # !line
    FOREIGN = "foreign"  # not a docker command at all
    PLUMBING = "plumbing"  # pipes or redirections


class Routed(Record):
    """A line is about to be done. ``act`` is docker's command path as one string (``run``, ``container ls``)."""

    way: Way
    why: Why
    act: str = ""
    detail: str = ""


class Needless(Record):
    """A word before "docker" was left out, because dshell does without it. ``word``: "sudo"."""

    word: str


class NulsLeftOut(Record):
    """A command inside ``$(…)`` has printed characters of value 0, which no word can hold: bash leaves them out too."""


class Restored(Record):
    """Git Bash had rewritten words of a one-line call, and they were put back: each as it came and as it was typed."""

    words: tuple[tuple[str, str], ...]


class Asked(Record):
    """The first request of an act went to the daemon.

    ``daemon``: the person's name for it: "Docker Desktop", "practice engine", or "" for plain "the daemon".
    ``subject``: the image or container that it is about, as docker would complete it (``alpine:latest``).
    """

    act: str
    subject: str
    daemon: str = ""


class ImageHere(Record):
    """The image was on this machine: nothing is downloaded."""

    image: str


class ImageMissing(Record):
    """The image is not on this machine, or ``--pull always`` asks again: a download begins.

    ``registry``: "docker.io" for Docker Hub, else the registry's host. ``always``: asked for by --pull or ``pull``.
    """

    image: str
    registry: str
    always: bool = False


class LayerProgress(Record):
    """One message of a pull about one layer. ``current`` and ``total`` are bytes; 0 when unknown.

    ``status`` is the daemon's word: "Pulling fs layer", "Waiting", "Downloading", "Verifying Checksum",
    "Download complete", "Extracting", "Pull complete", "Already exists".
    """

    layer: str
    status: str
    current: int = 0
    total: int = 0


class ImagePulled(Record):
    """The download is complete. ``fresh``: something was really downloaded. ``size``: bytes transferred, 0 unknown."""

    image: str
    fresh: bool
    size: int = 0


class DownloadInterrupted(Record):
    """The person broke a download off. Whether the daemon keeps what came of it depends on its image store."""

    image: str


class Created(Record):
    """A container was made.

    ``command``: what it will run, entrypoint included, as words. ``own_command``: the image's own command is used.
    ``siblings``: containers made from this image that are here now, this one included. ``stand_in``: the image is
    one that dshell made as a stand-in for the real one. ``warnings``: the daemon's, verbatim.
    ``shared``: host folders that are bind-mounted. ``published``: ports as ``host:container``.
    """

    container: str
    name: str
    image: str
    command: tuple[str, ...] = ()
    own_command: bool = True
    siblings: int = 0
    stand_in: bool = False
    warnings: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()
    published: tuple[str, ...] = ()


class Started(Record):
    """A container's command was started.

    ``again``: the container existed before (``start``); ``first``: it had never run.
    """

    name: str
    command: tuple[str, ...] = ()
    again: bool = False
    first: bool = False
    detached: bool = False


class LeftBehind(Record):
    """An interrupt ended an act before its session began; its container is there. ``talks``: made with -i and -t.

    ``unsure``: it may be there, or run: the daemon had not answered. The ``name`` is "" where nobody gave it one.
    """

    name: str
    running: bool
    talks: bool = False
    unsure: bool = False


class Attached(Record):
    """What the container prints comes back here from now on; ``keyboard``: and keys go to it.

    ``act``: "run", "exec", "attach" or "start".
    """

    name: str
    keyboard: bool = False
    tty: bool = False
    act: str = "run"


class Inside(Record):
    """A person is about to be inside a container, at a terminal.

    ``act``: "run", "exec", "attach" or "start". ``shared``: host folders visible in it.
    ``detach_keys``: in docker's spelling (``ctrl-p,ctrl-q``). ``removed``: it is deleted when it ends (--rm).
    """

    name: str
    act: str
    detach_keys: str
    shared: tuple[str, ...] = ()
    removed: bool = False


class Detached(Record):
    """The person left; the container runs on."""

    name: str
    act: str


class Unheeded(Record):
    """Ctrl-C was passed on to a container's command, which goes on. After ``more`` of them the container is left."""

    name: str
    command: tuple[str, ...]
    more: int


class Silent(Record):
    """A container's output has ended and its command goes on: it closed it, or the connection to it is broken."""

    name: str


class Ended(Record):
    """A container's command ended.

    ``seconds``: from start to end. ``stdin``/``tty``: made with -i, -t. ``removed``: deleted by --rm.
    ``gone``: deleted meanwhile by somebody else.
    ``shell``: its command is a shell that reads from a keyboard. ``own_command``: the image chose it.
    ``oom``: the kernel ended it for want of memory. ``interrupted``: Ctrl-C was passed on to it, or it says so itself.
    ``last``: the last that it printed, where it failed; ``seen``: that went by here. ``line``: without "docker".
    """

    name: str
    image: str
    command: tuple[str, ...]
    exit_code: int
    seconds: float
    stdin: bool = False
    tty: bool = False
    removed: bool = False
    shell: bool = False
    own_command: bool = True
    oom: bool = False
    interrupted: bool = False
    act: str = "run"
    last: str = ""
    seen: bool = True
    line: str = ""
    gone: bool = False


class ExecStarted(Record):
    """Another program was started in a running container."""

    name: str
    command: tuple[str, ...]
    detached: bool = False


class ExecEnded(Record):
    """The program of an ``exec`` ended; the container runs on, as a rule. ``stdin``/``tty``: it had -i, -t.

    ``last`` and ``line``: as for Ended.
    """

    name: str
    command: tuple[str, ...]
    exit_code: int
    stdin: bool = False
    tty: bool = False
    last: str = ""
    line: str = ""


class Stopped(Record):
    """``stop`` ended a container. ``exit_code``: its, None when not asked."""

    name: str
    seconds: float
    exit_code: int | None = None


class Unchanged(Record):
    """``start`` found a container running, or ``stop`` found it not ``running``: nothing was done."""

    name: str
    running: bool


class Removed(Record):
    """``rm`` deleted a container."""

    name: str


class LineEnded(Record):
    """A line that was not native ended. ``exit_code``: the program's."""

    way: Way
    act: str
    exit_code: int


class Owner(Record):
    """The container that has a name or a port which was asked for.

    ``status``: the daemon's word: running, exited, created … ``seconds``: how long it has been running, or has not; 0.0
    when it never ran. ``talks``: made with -i and -t.
    """

    name: str
    status: str
    seconds: float = 0.0
    talks: bool = False


class Left(Enum):
    """What a failed act leaves of the container that it made."""

    MADE = "made"  # it is there and does not run
    RUNS = "runs"
    PERHAPS = "perhaps"  # the daemon was asked for it, and its answer did not come


class Failed(Record):
    """An act failed. ``act``: docker's command path. ``line``: the line without "docker", to propose a mended one.

    ``kept``: name of a container that was made and is still there, or "". ``left``: how it is.
    ``known``: names that exist, nearest first, for what the failure's subject misses.
    ``image``: the one that the line makes a container from, or "".
    ``owner``: who has the name or the port; None: no container, or not known. ``free``: a name or port near it that
    nobody has, or "".
    """

    failure: Failure
    act: str
    exit_code: int
    line: str = ""
    kept: str = ""
    known: tuple[str, ...] = ()
    owner: Owner | None = None
    free: str = ""
    image: str = ""
    left: Left = Left.MADE


Event = (
    Routed
    | Needless
    | NulsLeftOut
    | Restored
    | MountNoticed
    | Foreseen
    | Instead
    | Overtaken
    | Spared
    | Asked
    | ImageHere
    | ImageMissing
    | LayerProgress
    | ImagePulled
    | DownloadInterrupted
    | Created
    | Started
    | LeftBehind
    | Attached
    | Inside
    | Detached
    | Unheeded
    | Silent
    | Ended
    | ExecStarted
    | ExecEnded
    | Stopped
    | Unchanged
    | Removed
    | Examined
    | LineEnded
    | Failed
)

Emit = Callable[[Event], None]


class Moment(Record):
    """An event and when it came, in seconds since the epoch."""

    at: float
    event: Event


class Course(Record):
    """One line, when it was entered, and what happened."""

    line: str
    began: float
    moments: Sequence[Moment] = ()
