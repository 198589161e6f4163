"""What the daemon is asked after a failure, so that it can be told with the names, owners and ports that there are.

Only for a person, and only after the failure: no line that works pays for it. What cannot be found out stays unknown.
Words of docker's are recognised here, but none is made.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from dshell.engine.base import Engine
from dshell.errors import EngineError
from dshell.events import Failed, Owner
from dshell.grammar.load import load
from dshell.grammar.model import Kind
from dshell.line.near import nearest_first
from dshell.line.reference import DEFAULT_TAG, Reference, parse_reference
from dshell.pattern import pattern
from dshell.run import nearby
from dshell.run.base import Call, Desk
from dshell.run.host_ports import free_port

OFFICIAL = (
    "alpine",
    "busybox",
    "caddy",
    "debian",
    "elasticsearch",
    "fedora",
    "gcc",
    "golang",
    "hello-world",
    "httpd",
    "mariadb",
    "memcached",
    "mongo",
    "mysql",
    "nginx",
    "node",
    "php",
    "postgres",
    "python",
    "rabbitmq",
    "redis",
    "registry",
    "ruby",
    "rust",
    "traefik",
    "ubuntu",
    "wordpress",
)
"""Images of Docker Hub that courses use, for a name that is on no machine yet."""

EXAMPLE = "alpine"  # for a line that names no image, where none is here either

FLAG = pattern(r"unknown flag: (?P<name>--[\w-]+)")
COMMAND = pattern(r"unknown command: docker (?P<path>(?:[\w-]+ )*)(?P<name>[\w-]+)")
OLDER_COMMAND = pattern(r"'(?P<path>)(?P<name>[\w-]+)' is not a docker command")
MISSING = pattern(r"requires (?:at least |exactly )?\d+ argument")
CONTAINER = pattern(r"[Nn]o such container: ?(?P<name>\S+)")
OBJECT = pattern(r"[Nn]o such object: ?(?P<name>\S+)")
DENIED = pattern(r"pull access denied(?: for (?P<name>[^\s,]+))?|insufficient_scope|does not exist or no pull access")
IMAGE = pattern(r"No such image: (?P<name>\S+)|dial tcp: lookup ")
CONFLICT = pattern(r'container name "/?(?P<name>[^"]+)" is already in use')
PORT = pattern(
    r"(?:Bind for|(?:listen|exposing port) (?P<protocol>tcp|udp)\d?|failed to bind host port(?: for)?) "
    r"\S*?:(?P<port>\d{1,5})(?=[:/\s]|$)",
    re.IGNORECASE,
)

Found = re.Match[str]


def inquire(failed: Failed, call: Call, desk: Desk) -> Failed:
    """``failed`` with what else can be known. Asks the daemon once or twice; what it then refuses is left out."""
    failed = failed._replace(image=_image(call))
    for asked, ask in QUESTIONS:
        found = asked.search(failed.failure.words)
        if found is not None:
            with suppress(EngineError):
                return ask(found, failed, call, desk)
    return failed


def _image(call: Call) -> str:
    arguments = zip(call.command.arguments, call.arguments, strict=False)
    return next((word for argument, word in arguments if argument.kind is Kind.IMAGE), "")


def _unknown_flag(found: Found, failed: Failed, call: Call, _: Desk) -> Failed:
    return failed._replace(known=nearest_first(found["name"], (f"--{name}" for name in call.command.flags)))


def _unknown_command(found: Found, failed: Failed, _call: Call, _desk: Desk) -> Failed:
    return failed._replace(known=nearest_first(found["name"], load().names(found["path"].split())))


def _missing_word(_: Found, failed: Failed, call: Call, desk: Desk) -> Failed:
    """What the first word of the command could be, of what is here."""
    if call.arguments or not call.command.arguments:
        return failed
    kind = call.command.arguments[0].kind
    if kind in {Kind.IMAGE, Kind.LOCAL_IMAGE}:
        return failed._replace(known=_images_at_hand(desk.engine))
    if kind in {Kind.CONTAINER, Kind.OBJECT, Kind.RUNNING, Kind.STOPPED}:
        both = {True, False}
        wanted = {Kind.CONTAINER: both, Kind.OBJECT: both, Kind.RUNNING: {True}, Kind.STOPPED: {False}}[kind]
        containers = desk.engine.containers()
        return failed._replace(known=tuple(each.name for each in containers if each.running in wanted))
    return failed


def _images_at_hand(engine: Engine) -> tuple[str, ...]:
    """As people write them, the one that suits a first line first."""
    here = [image.name.removesuffix(f":{DEFAULT_TAG}") for image in engine.images()]
    names = [name for name in here if not name.startswith("<none>")] or [EXAMPLE]
    return tuple(sorted(names, key=lambda name: name != EXAMPLE))


def _missing_object(found: Found, failed: Failed, _: Call, desk: Desk) -> Failed:
    names = [container.name for container in desk.engine.containers()]
    return failed._replace(known=nearest_first(found["name"], (*names, *_images_at_hand(desk.engine))))


def _missing_container(found: Found, failed: Failed, call: Call, desk: Desk) -> Failed:
    """``owner``: a container that was made from an image of that name, one to which the command can be done."""
    name, containers = failed.failure.subject or found["name"], desk.engine.containers()
    image = name.removesuffix(f":{DEFAULT_TAG}")
    made = [each for each in containers if each.image.removesuffix(f":{DEFAULT_TAG}") == image]
    made.sort(key=lambda each: each.running is (call.command.path[-1:] in {("start",), ("rm",)}))
    if made:
        return failed._replace(owner=Owner(made[0].name, made[0].status))
    return failed._replace(known=nearest_first(name, (each.name for each in containers)))


def _denied_image(found: Found, failed: Failed, _: Call, desk: Desk) -> Failed:
    return failed._replace(known=_images(failed.failure.subject or found["name"] or "", desk.engine, OFFICIAL))


def _missing_image(found: Found, failed: Failed, _: Call, desk: Desk) -> Failed:
    return failed._replace(known=_images(failed.failure.subject or found["name"] or "", desk.engine, ()))


def _images(text: str, engine: Engine, others: Iterable[str]) -> tuple[str, ...]:
    """Names for the one in ``text``, without their tag where that is docker's default or ``text`` has one."""
    try:
        wanted, here = parse_reference(text), [parse_reference(image.name) for image in engine.images()]
    except ValueError:
        return ()
    repositories = {_repository(reference): reference for reference in here}
    names = nearest_first(_repository(wanted), {*repositories, *others} - {_repository(wanted)})
    return tuple(_completed(name, wanted, here) for name in names)


def _repository(reference: Reference) -> str:
    return Reference(reference.name).familiar


def _completed(name: str, wanted: Reference, here: list[Reference]) -> str:
    tags = [reference.tag for reference in here if _repository(reference) == name]
    default = not tags or DEFAULT_TAG in tags
    return name if default or wanted.tag not in {"", DEFAULT_TAG} else f"{name}:{tags[0]}"


def _taken_name(found: Found, failed: Failed, _: Call, desk: Desk) -> Failed:
    name, names = found["name"], {container.name for container in desk.engine.containers()}
    free = next(other for other in (f"{name}{number}" for number in range(2, len(names) + 3)) if other not in names)
    return failed._replace(owner=_owner(name, desk.engine), free=free)


def _taken_port(found: Found, failed: Failed, call: Call, desk: Desk) -> Failed:
    port, protocol = int(found["port"]), (found["protocol"] or "").lower()
    published = {container.name: container.ports for container in desk.engine.containers()}
    wanted = {f"{port}/{protocol}"} if protocol else {f"{port}/tcp", f"{port}/udp"}
    owners = [name for name, ports in published.items() if wanted & set(ports)]
    taken = {int(each.partition("/")[0]) for ports in published.values() for each in ports} | _own_ports(call)
    return failed._replace(
        owner=_owner(owners[0], desk.engine) if len(owners) == 1 else None,
        free=free_port(port, protocol, taken) if desk.engine.endpoint.local else "",
    )


def _own_ports(call: Call) -> set[int]:
    """What the line itself asks for, and more numbers: none of them is proposed."""
    values = [setting.value for setting in call.settings if setting.name == "publish"]
    return {int(number) for value in values for number in re.findall(r"\d{1,5}", value)}


def _owner(name: str, engine: Engine) -> Owner:
    facts = engine.inspect(name)
    seconds = max(0.0, time.time() - facts.since) if facts.since else 0.0
    return Owner(facts.name, facts.status, seconds, talks=facts.tty and facts.open_stdin)


QUESTIONS: tuple[tuple[re.Pattern[str], Callable[[Found, Failed, Call, Desk], Failed]], ...] = (
    (FLAG, _unknown_flag),
    (COMMAND, _unknown_command),
    (OLDER_COMMAND, _unknown_command),
    (MISSING, _missing_word),
    (CONTAINER, _missing_container),
    (OBJECT, _missing_object),
    (DENIED, _denied_image),
    (IMAGE, _missing_image),
    (CONFLICT, _taken_name),
    (PORT, _taken_port),
    *nearby.QUESTIONS,
)
