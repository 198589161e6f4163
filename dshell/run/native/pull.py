"""``docker pull``, and the download of an image that run and create miss."""

from typing import NamedTuple

from dshell.engine.base import PullStep
from dshell.errors import Declined
from dshell.events import Asked, DownloadInterrupted, ImageMissing, ImagePulled, LayerProgress
from dshell.line.reference import DEFAULT_TAG, Reference, parse_reference
from dshell.pattern import pattern
from dshell.run.base import Call, Desk
from dshell.run.native.base import require_one_word, write_line
from dshell.run.native.values import Values, read_values
from dshell.terminal.base import STDOUT

HONOURS = frozenset({"all-tags", "platform", "quiet"})

_LAYER = pattern("[0-9a-f]{12}")
_NEW = "Status: Downloaded newer image"


class Download(NamedTuple):
    """``tag``: tag or digest, "" for all. ``channel``: where docker's progress is shown, None for nowhere."""

    reference: Reference
    tag: str
    platform: str
    channel: int | None


def pull(call: Call, desk: Desk) -> int:
    require_one_word(call)
    values = read_values(call, {})
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
    download(Download(wanted, wanted.digest or wanted.tag, platform_of(values, desk), channel), desk)
    write_line(desk, wanted.full)
    return 0


def platform_of(values: Values, desk: Desk) -> str:
    """As typed, or the person's default."""
    return values.text("platform") or desk.environ.get("DOCKER_DEFAULT_PLATFORM", "")


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
    fresh = False
    for step in desk.engine.pull(wanted.reference.name, wanted.tag, wanted.platform):
        if _LAYER.fullmatch(step.layer):
            desk.emit(LayerProgress(step.layer, step.status, step.current, step.total))
        if step.status == "Downloading":
            sizes[step.layer] = max(step.total, step.current, sizes.get(step.layer, 0))
        fresh = fresh or step.status.startswith(_NEW)
        if wanted.channel is not None and not (step.current or step.total):
            desk.terminal.write(_plain(step), wanted.channel)
    return sum(sizes.values()), fresh


def _plain(step: PullStep) -> bytes:
    """As docker writes it where no cursor can be moved: what only counts bytes is left out."""
    return (f"{step.layer}: {step.status}\n" if step.layer else f"{step.status}\n").encode()


def _reference(text: str, values: Values) -> Reference:
    try:
        reference = parse_reference(text)
    except ValueError as error:
        raise Declined(str(error), 1) from error
    if values.on("all-tags") and (reference.tag or reference.digest):
        raise Declined("tag can't be used with --all-tags/-a", 1)
    return reference
