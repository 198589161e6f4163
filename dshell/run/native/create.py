"""``docker create``, and the making of a container that run shares with it."""

from contextlib import AbstractContextManager

from dshell.engine.records import NewContainer, Version
from dshell.errors import Declined, EngineError, Failure, Trouble
from dshell.events import Asked, Created, ImageHere, ImageMissing
from dshell.line.addresses import parse_ip
from dshell.line.mounts import deprecations
from dshell.line.platforms import normalise_platform
from dshell.line.reference import Reference, is_image_id, parse_reference
from dshell.record import Record
from dshell.run.base import Call, Desk
from dshell.run.native import body as container
from dshell.run.native.api_socket import give_logins, mount_socket
from dshell.run.native.base import Native, require_words, settled, write_error, write_line
from dshell.run.native.cidfile import CidFile
from dshell.run.native.defaults import Body
from dshell.run.native.kinds import NO_CONSOLE, Place
from dshell.run.native.leftover import accounted_for, asked_for, held
from dshell.run.native.pull import Download, download, platform_of
from dshell.run.native.support import adapt, read_supported
from dshell.run.native.values import Values
from dshell.run.verbatim import log_line
from dshell.terminal.base import STDERR

HONOURS = container.HONOURED | {"disable-content-trust", "name", "platform", "pull", "quiet", "use-api-socket"}

ALWAYS, MISSING, NEVER = "always", "missing", "never"
PLATFORM_SINCE = (1, 41)
STAND_IN = "dshell.stand-in"
"""Label of images that dshell's practice engine made in place of the real ones."""


class Order(Record):
    """A container to be made. ``platform``: as typed; ``pull``: "always", "missing", "never" or "".

    ``cidfile``: as typed, or "". ``socket``: it gets the daemon's socket.
    """

    act: str
    image: str
    body: Body
    name: str
    platform: str
    pull: str
    quiet: bool
    cidfile: str = ""
    socket: bool = False


class Made(Record):
    """A container that was made. ``name``: its id, shortened, where nobody asked for its name."""

    id: str
    name: str
    image: str
    command: tuple[str, ...]
    own_command: bool
    shared: tuple[str, ...] = ()


def create(call: Call, desk: Desk) -> int:
    values = read_supported(call, container.CHECKS, desk)
    made = make_container(take_order(call, values, desk), desk, refused=1)
    write_line(desk, made.id)
    return 0


def take_order(call: Call, values: Values, desk: Desk) -> Order:
    """Raises Declined for what docker refuses before it looks at the image's name."""
    require_words(call, 1)
    pull = values.text("pull", MISSING)
    if pull not in {ALWAYS, MISSING, NEVER, ""}:
        raise Declined(f'invalid pull option: \'{pull}\': must be one of "always", "missing" or "never"')
    if not desk.told:
        warned = [words for value in values.every("mount") for words in deprecations(value)]
        write_error(desk, "".join(log_line("warning", words) for words in warned))
    console = desk.terminal.size() if desk.terminal.shown.stdout else NO_CONSOLE
    system = "linux" if desk.told and not values.given("device") else _system(desk)
    place = Place(desk.folder, desk.environ, console, desk.proxies, system)
    return Order(
        act=call.command.name,
        image=call.arguments[0],
        body=container.create_body(values, call.arguments[0], call.inside, place),
        name=values.text("name"),
        platform=platform_of(values, desk),
        pull=pull,
        quiet=values.on("quiet"),
        cidfile=values.text("cidfile"),
        socket=values.on("use-api-socket"),
    )


def _system(desk: Desk) -> str:
    """Of a daemon that does not say it, "": docker then refuses every device. Docker asks for it whatever the line."""
    try:
        return desk.engine.ping().os
    except EngineError:
        return ""


def make_container(order: Order, desk: Desk, refused: int) -> Made:
    """The requests of docker in docker's order, and their events. ``refused``: exit code for a name that can be none.

    Raises Declined, and EngineError for what the daemon or the registry refuses.
    """
    with CidFile(order.cidfile, desk.folder) as cidfile:
        reference = _reference(order, refused)
        logins = mount_socket(order.body, desk) if order.socket else {}
        version = desk.engine.ping()
        platform = _platform(order, version, refused)
        desk.emit(Asked(order.act, reference.familiar if reference else order.image, desk.daemon))
        new = _create(reference, order, platform, desk)
        with _accounted_for(new, order, desk):
            cidfile.write(new.id)
            made = _tell(new, order, desk)
            give_logins(new.id, logins, desk)
            return made


def _reference(order: Order, refused: int) -> Reference | None:
    """The image's name, None for an id."""
    try:
        return None if is_image_id(order.image) else parse_reference(order.image).complete
    except ValueError as error:
        raise Declined(str(error), refused) from error


def _platform(order: Order, version: Version, refused: int) -> str:
    """As create is told; older engines are told nothing."""
    if not order.platform or version.number < PLATFORM_SINCE:
        return ""
    try:
        return normalise_platform(order.platform)
    except ValueError as error:
        raise Declined(f"error parsing specified platform: {error}", refused) from error


def _create(reference: Reference | None, order: Order, platform: str, desk: Desk) -> NewContainer:
    if order.pull == ALWAYS:
        _download(reference or _pullable(order.image), order, desk, always=True)
    adapt(order.body, platform, desk.engine.ping())
    if order.pull == ALWAYS:
        return _ask_for(order, platform, desk)
    return _create_or_pull(reference, order, platform, desk)


def _pullable(image: str) -> Reference:
    """An id is the name of nothing that can be pulled, or of something else. EngineError with docker's words."""
    try:
        return parse_reference(image).complete
    except ValueError as error:
        raise EngineError(Failure(Trouble.DECLINED, str(error))) from error


def _create_or_pull(reference: Reference | None, order: Order, platform: str, desk: Desk) -> NewContainer:
    """As in docker, any "not found" means that the image is missing, whatever else may be."""
    try:
        new = _ask_for(order, platform, desk)
    except EngineError as error:
        if not error.failure.missing or reference is None or order.pull != MISSING:
            raise
        if not order.quiet and not desk.told:
            write_error(desk, f"Unable to find image '{reference.familiar}' locally\n")
        _download(reference, order, desk, always=False)
        return _ask_for(order, platform, desk)
    desk.emit(ImageHere(reference.familiar if reference else order.image))
    return new


def _ask_for(order: Order, platform: str, desk: Desk) -> NewContainer:
    with held() as obey:
        try:
            with asked_for(order.name, desk):
                new = desk.engine.create(order.body, order.name, platform)
        except EngineError:
            obey()
            raise
    with _accounted_for(new, order, desk):
        obey()
    return new


def _accounted_for(new: NewContainer, order: Order, desk: Desk) -> AbstractContextManager[None]:
    removed = order.body["HostConfig"]["AutoRemove"]
    return accounted_for(new.id, order.name or new.id[:12], desk, removed=removed)


def _download(reference: Reference, order: Order, desk: Desk, *, always: bool) -> None:
    desk.emit(ImageMissing(reference.familiar, reference.registry, always))
    channel = None if order.quiet or desk.told else STDERR
    download(Download(reference, reference.digest or reference.tag, order.platform, channel), desk)


def _tell(new: NewContainer, order: Order, desk: Desk) -> Made:
    own_command = not order.body["Cmd"] and not order.body["Entrypoint"]
    command = (*(order.body["Entrypoint"] or ()), *(order.body["Cmd"] or ()))
    warnings = (*new.warnings, *_local_servers(order))
    if not desk.told:
        write_error(desk, "".join(f"WARNING: {warning}\n" for warning in warnings))
        return Made(new.id, order.name or new.id[:12], order.image, command, own_command)
    facts = desk.engine.inspect(new.id)
    desk.emit(
        Created(
            container=new.id,
            name=facts.name,
            image=order.image,
            command=facts.command,
            own_command=own_command,
            siblings=desk.engine.siblings(order.image),
            stand_in=STAND_IN in facts.labels,
            warnings=warnings,
            shared=facts.mounts,
            published=facts.ports,
        )
    )
    return Made(new.id, facts.name, order.image, facts.command, own_command, facts.mounts)


def _local_servers(order: Order) -> list[str]:
    """Docker's warning of the first --dns that names this machine: in a container that is the container."""
    servers = order.body["HostConfig"]["Dns"]
    loopback = [server for server in servers if (address := parse_ip(server)) and address.is_loopback]
    return [f"Localhost DNS ({server}) may fail in containers." for server in loopback[:1]]


NATIVE = Native(settled(create), HONOURS)
