"""``docker pull``, and the download of an image that run and create miss."""

from dshell.disarm import visible
from dshell.engine.records import PullStep
from dshell.errors import Declined
from dshell.events import Asked, DownloadInterrupted, ImageMissing, ImagePulled, LayerProgress
from dshell.line.reference import DEFAULT_TAG, Reference, parse_reference
from dshell.pattern import pattern
from dshell.record import Record
from dshell.run.base import Call, Desk
from dshell.run.native.base import Native, require_one_word, sent, settled, write_line
from dshell.run.native.progress import MOST_LAYERS, Progress
from dshell.run.native.support import read_supported
from dshell.run.native.values import Values
from dshell.terminal.base import STDERR, STDOUT

HONOURS = frozenset({"all-tags", "disable-content-trust", "platform", "quiet"})

DEFAULT_PLATFORM = "DOCKER_DEFAULT_PLATFORM"
"""A variable of docker's for the value of --platform where it is not given."""

_LAYER = pattern("[0-9a-f]{12}")
_NEW = "Status: Downloaded newer image"


class Download(Record):
    """``tag``: tag or digest, "" for all. ``channel``: where docker's progress is shown, None for nowhere.

    ``lenient``: a program that keeps credentials may fail, as for docker pull and no other.
    """

    reference: Reference
    tag: str
    platform: str
    channel: int | None
    lenient: bool = False


def pull(call: Call, desk: Desk) -> int:
    values = read_supported(call, {}, desk)
    require_one_word(call)
    reference = _reference(call.arguments[0], values)
    quiet = values.on("quiet")
    wanted = reference if values.on("all-tags") else reference.complete
    told_by_events = desk.told and desk.terminal.shown.stdout
    if not quiet and not told_by_events and wanted is not reference:
        write_line(desk, f"Using default tag: {DEFAULT_TAG}")
    desk.engine.ping()
    desk.emit(Asked("pull", wanted.familiar, desk.daemon))
    desk.emit(ImageMissing(wanted.familiar, wanted.registry, always=True))
    channel = None if quiet or told_by_events else STDOUT
    download(Download(wanted, wanted.digest or wanted.tag, platform_of(values, desk), channel, lenient=True), desk)
    write_line(desk, wanted.full)
    return 0


def platform_of(values: Values, desk: Desk) -> str:
    """As typed, or the person's default."""
    return values.text("platform") if values.given("platform") else desk.environ.get(DEFAULT_PLATFORM, "")


def download(wanted: Download, desk: Desk) -> None:
    """Pull and tell of it. Raises EngineError."""
    try:
        size, fresh = _follow(wanted, desk)
    except KeyboardInterrupt:
        desk.emit(DownloadInterrupted(wanted.reference.familiar))
        raise
    desk.emit(ImagePulled(wanted.reference.familiar, fresh, size))


def _follow(wanted: Download, desk: Desk) -> tuple[int, bool]:
    """Bytes that were downloaded, 0 unknown; and whether anything was new."""
    sizes: dict[str, int] = {}
    before = 0  # bytes of the layers that are not remembered any more
    fresh = False
    shown = {STDOUT: desk.terminal.shown.stdout, STDERR: desk.terminal.shown.stderr, None: False}[wanted.channel]
    progress = Progress(desk.terminal.size().columns) if shown else None
    for step in desk.engine.pull(wanted.reference.name, wanted.tag, wanted.platform, lenient=wanted.lenient):
        if _LAYER.fullmatch(step.layer):
            desk.emit(LayerProgress(step.layer, step.status, step.current, step.total))
            if step.status == "Downloading":
                sizes[step.layer] = max(step.total, step.current, sizes.get(step.layer, 0))
        if len(sizes) > MOST_LAYERS:
            before += sizes.pop(next(iter(sizes)))
        fresh = fresh or step.status.startswith(_NEW)
        if wanted.channel is not None:
            desk.terminal.write(_shown(step, progress) if progress else _plain(step), wanted.channel)
    return before + sum(sizes.values()), fresh


def _shown(step: PullStep, progress: Progress) -> bytes:
    """What a registry says moves no cursor."""
    return progress.show(step._replace(layer=visible(step.layer), status=visible(step.status))).encode()


def _plain(step: PullStep) -> bytes:
    """As docker writes it where no cursor can be moved: what only counts bytes is left out."""
    if step.current or step.total:
        return b""
    return sent(f"{step.layer}: {step.status}\n" if step.layer else f"{step.status}\n", shown=False)


def _reference(text: str, values: Values) -> Reference:
    try:
        reference = parse_reference(text)
    except ValueError as error:
        raise Declined(str(error), 1) from error
    if values.on("all-tags") and (reference.tag or reference.digest):
        raise Declined("tag can't be used with --all-tags/-a", 1)
    return reference


NATIVE = Native(settled(pull), HONOURS)
